"""Clocks of many cases, judged as the clocks of one case are: from the steps that start and stop them.

The database groups what started on the same day and stopped on the same day; each group is judged once, by the rule, the
calendar and the counting of :mod:`cases.clocks`. Where a stop or an extension changes the term, the case is judged alone.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db.models import Case as Choose
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases.clocks import RULES, SERVICE_LEVELS, Facts, Rule, Stop
from cases.clocks.counting import period, raw_end, stopped_days
from cases.lifecycle import ENDED, Basis
from cases.models import CaseEvent, Extension, Interval, Promise
from cases.timing import CODE_OF
from reports.casework.counting import Span
from reports.catalogue.casework.reading import Reading
from tracker.preferences import counting_rules
from tracker.workdays import Calendar

type Verdict = Literal["met", "missed", "running", "fell_away"]
COUNTABLE: tuple[Rule, ...] = tuple(rule for rule in (*RULES, *SERVICE_LEVELS) if not rule.is_effect)
"""What somebody can miss; a mere effect of the law is met by nobody."""
PROMISE = "C6"


@dataclass(slots=True)
class Clocks:
    """The clocks that started within a span, as they stood at the end of the reading's day."""

    reading: Reading
    span: Span
    calendar: Calendar = field(init=False)
    roll: bool = field(init=False)

    def __post_init__(self) -> None:
        self.calendar, self.roll = counting_rules()

    def verdicts(self) -> dict[str, Counter[Verdict]]:
        """By code of the clock, how many were met, were missed, run, or fell away because the case ended first."""
        found: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
        for rule in COUNTABLE:
            found[rule.code].update(self._of(rule))
        found[PROMISE].update(self._promises())
        return dict(found)

    def _of(self, rule: Rule) -> Counter[Verdict]:
        rows = list(self._started(rule))
        alone = [row["alone"] for row in rows if row["alone"] is not None]
        stops, longer = self._stops(rule, alone), self._extensions(rule, alone)
        verdicts: Counter[Verdict] = Counter()
        for row in rows:
            if rule.applies(_facts(row)):
                verdict = self._judge(rule, row, stops.get(row["alone"], ()), longer.get(row["alone"]))
                verdicts[verdict] += row["number"] if verdict else 0
        return +verdicts

    def _judge(
        self, rule: Rule, row: Mapping[str, Any], stops: Sequence[Stop], longer: date | None
    ) -> Verdict | None:
        """None where the step set no term because it named no day."""
        term, day = rule.term, self.reading.day
        if rule.code == "C1a":
            term = type(term)(row["term_days"])
        raw_due = raw_end(row["started"], term, row["named"])
        if raw_due is None:
            return None
        until = row["stopped"] or row["ended"] or day
        taken_out = stopped_days(row["started"], raw_due, stops, until) if rule.pauses else 0
        due = period(
            row["started"], raw_due, self.calendar, self.roll and rule.rolls, taken_out=taken_out
        ).due
        due = max(due, longer) if longer else due
        if row["stopped"] is not None:
            return "met" if row["stopped"] <= due else "missed"
        if row["ended"] is not None and row["ended"] >= row["started"]:
            return "fell_away" if row["ended"] <= due else "missed"
        return "missed" if day > due else "running"

    def _started(self, rule: Rule) -> Any:
        """The last start of the clock in each case, with what stopped it, grouped by what the judgement asks for."""
        reading, after = self.reading, Q(order__gt=OuterRef("order"))
        same = Q(case=OuterRef("case"))
        later = Q(happened_on=OuterRef("happened_on")) & after | Q(happened_on__gt=OuterRef("happened_on"))
        again = reading.events(step__in=rule.starts).filter(same, later)
        mere = Q(happened_on=OuterRef("happened_on"), state="")
        stop = reading.events(step__in=rule.stops).filter(same, later | mere).order_by("happened_on", "order")
        onward = reading.events().filter(Q(case=OuterRef("case"), order__gt=OuterRef("order")))
        onward = onward.exclude(state="").exclude(state__in=ENDED)
        end = reading.events(state__in=ENDED).filter(same, ~Exists(onward)).order_by("order")
        starts = reading.events(step__in=rule.starts, happened_on__gte=self.span.since)
        starts = starts.filter(~Exists(again), case__in=reading.cases())
        starts = starts.annotate(stopped=Subquery(stop.values("happened_on")[:1]))
        ended = Choose(When(stopped=None, then=Subquery(end.values("happened_on")[:1])), default=None)
        return (
            starts.order_by()
            .values(
                "stopped",
                started=F("happened_on"),
                named=F("case__deadline") if rule.code == "C2" else F("due_on"),
                ended=ended,
                alone=self._alone(rule),
                kind=F("case__kind"),
                direction=F("case__direction"),
                is_direct=F("case__is_direct"),
                has_deadline=Q(case__deadline__isnull=False),
                partner=F("case__partner__code"),
                term_days=_term_days(rule),
            )
            .annotate(number=Count("pk"))
        )

    def _alone(self, rule: Rule) -> Any:
        """The case itself where its own stops or extensions move the due day, else nothing."""
        moved = []
        if rule.pauses:
            moved.append(Exists(self._standing_stops().filter(case=OuterRef("case"))))
        if rule.may_extend:
            moved.append(Exists(self._approved(rule).filter(case=OuterRef("case"))))
        if not moved:
            return Value(None, output_field=CaseEvent._meta.pk)
        either = moved[0] | moved[1] if len(moved) > 1 else moved[0]
        return Choose(When(either, then=F("case_id")), default=None)

    def _standing_stops(self) -> Any:
        return Interval.objects.standing().filter(sort=Interval.Sort.STOP, began_on__lte=self.reading.day)

    def _approved(self, rule: Rule) -> Any:
        decided = Q(decided_at__date__lte=self.reading.day)
        return Extension.objects.filter(decided, clock=rule.code, is_approved=True)

    def _stops(self, rule: Rule, cases: Sequence[int]) -> dict[int, list[Stop]]:
        found: defaultdict[int, list[Stop]] = defaultdict(list)
        if rule.pauses and cases:
            rows = self._standing_stops().filter(case__in=cases).values_list("case", "began_on", "ended_on")
            for case, began_on, ended_on in rows:
                found[case].append(Stop(began_on, ended_on))
        return dict(found)

    def _extensions(self, rule: Rule, cases: Sequence[int]) -> dict[int, date]:
        if not rule.may_extend or not cases:
            return {}
        rows = self._approved(rule).filter(case__in=cases).order_by("due_asked")
        return dict(rows.values_list("case", "due_asked"))

    def _promises(self) -> Counter[Verdict]:
        """Promises with a day that were given within the span; those whose term ends by law are no promise to keep."""
        day = self.reading.day
        given = Promise.objects.filter(withdrawn_at=None, due_on__isnull=False, case__in=self.reading.cases())
        given = given.exclude(kind__in=CODE_OF).annotate(begun=Coalesce("counted_from", "given_on"))
        given = given.filter(begun__range=(self.span.since, self.span.until))
        rows = given.order_by().values_list("due_on", "released_on").annotate(number=Count("pk"))
        verdicts: Counter[Verdict] = Counter()
        for due, kept, number in rows:
            if kept is not None and kept <= day:
                verdicts["met" if kept <= due else "missed"] += number
            else:
                verdicts["running" if day <= due else "missed"] += number
        return verdicts


def _term_days(rule: Rule) -> Any:
    """The days that the agreement of the case names for confirming an urgent request, where the rule asks for them."""
    days = F("case__agreement__urgent_confirmation_days")
    if rule.code not in ("C1", "C1a"):
        return Value(None, output_field=CaseEvent._meta.get_field("order"))
    return Choose(When(case__basis=Basis.AGREEMENT, then=days), default=None)


def _facts(row: Mapping[str, Any]) -> Facts:
    """What the rules ask to know whether they apply."""
    return Facts(
        kind=row["kind"],
        direction=row["direction"],
        state="",
        received_on=None,
        is_direct=row["is_direct"],
        deadline=date.max if row["has_deadline"] else None,
        partner=row["partner"],
        term_days=row["term_days"],
    )
