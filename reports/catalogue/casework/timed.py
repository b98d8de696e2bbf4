"""Clocks of many cases, judged as the clocks of one case are: from the steps that start and stop them.

The database groups what started on the same day and stopped on the same day; each group is judged once, by the rule, the
calendar and the counting of :mod:`cases.clocks`. Where a stop or an extension changes the term, the case is judged alone.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Case as Choose
from django.db.models import Count, DateField, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases.clocks import RULES, SERVICE_LEVELS, Facts, Rule, Stop
from cases.clocks.counting import days, period, raw_end, stopped_days
from cases.clocks.facts import OPENINGS
from cases.lifecycle import ENDED, Basis
from cases.models import Extension, Interval, Promise
from cases.timing import CODE_OF
from reports.casework.counting import Span
from reports.catalogue.casework.reading import Reading
from tracker.preferences import counting_rules
from tracker.workdays import Calendar

type Verdict = Literal["met", "missed", "running", "fell_away"]
COUNTABLE: tuple[Rule, ...] = tuple(rule for rule in (*RULES, *SERVICE_LEVELS) if not rule.is_effect)
"""What somebody can miss; a mere effect of the law is met by nobody."""
PROMISE = "C6"


NO_DAY = Value(None, output_field=DateField())
NO_NUMBER = Value(None, output_field=IntegerField())
TERM_DAYS = Choose(
    When(case__basis=Basis.AGREEMENT, then=F("case__agreement__urgent_confirmation_days")), default=None
)
"""The days that the agreement of the case names for confirming an urgent request."""


@dataclass(frozen=True, slots=True)
class _Start:
    """A clock that started: when, the day that was named, what stopped it, when the case ended if nothing did."""

    on: date
    named: date | None
    stopped: date | None
    ended: date | None
    term_days: int | None


@dataclass(slots=True)
class Clocks:
    """The clocks that started within a span, as they stood at the end of the reading's day."""

    reading: Reading
    span: Span
    calendar: Calendar = field(init=False)
    roll: bool = field(init=False)
    _dues: dict[tuple[Any, ...], date | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.calendar, self.roll = counting_rules()

    def verdicts(self) -> dict[str, Counter[Verdict]]:
        """By code of the clock, how many were met, were missed, run, or fell away because the case ended first."""
        found: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
        together: defaultdict[tuple[str, ...], list[Rule]] = defaultdict(list)
        for rule in COUNTABLE:
            together[rule.starts].append(rule)
        for rules in together.values():
            self._count(rules, found)
        found[PROMISE].update(self._promises())
        return dict(found)

    def _count(self, rules: Sequence[Rule], found: Mapping[str, Counter[Verdict]]) -> None:
        """Judge the clocks that the same steps start; one statement, two more where cases are judged alone."""
        rows = list(self._started(rules))
        alone = [row["alone"] for row in rows if row["alone"] is not None]
        stops = self._stops(alone) if any(rule.pauses for rule in rules) else {}
        longer = self._extensions(rules, alone)
        for row in rows:
            facts, case = _facts(row), row["alone"]
            for place, rule in enumerate(rules):
                if rule.applies(facts):
                    start = _Start(
                        row["started"],
                        row["deadline"] if rule.code == "C2" else row["named"],
                        row[f"stopped_{place}"],
                        row["ended"],
                        row["term_days"],
                    )
                    held = tuple(stops.get(case, ())) if rule.pauses else ()
                    verdict = self._judge(rule, start, held, longer.get((case, rule.code)))
                    if verdict is not None:
                        found[rule.code][verdict] += row["number"]

    def _judge(
        self, rule: Rule, start: _Start, stops: tuple[Stop, ...], longer: date | None
    ) -> Verdict | None:
        """None where the step set no term because it named no day."""
        due = self._due(rule, start, stops)
        if due is None:
            return None
        due = max(due, longer) if longer else due
        if start.stopped is not None:
            return "met" if start.stopped <= due else "missed"
        if start.ended is not None and start.ended >= start.on:
            return "fell_away" if start.ended <= due else "missed"
        return "missed" if self.reading.day > due else "running"

    def _due(self, rule: Rule, start: _Start, stops: tuple[Stop, ...]) -> date | None:
        """The last day without an extension; days on which no case was stopped are counted once for all."""
        key = (rule.code, start.on, start.named, start.term_days)
        if not stops and key in self._dues:
            return self._dues[key]
        term = days(start.term_days or 0) if rule.code == "C1a" else rule.term
        due, raw_due = None, raw_end(start.on, term, start.named)
        if raw_due is not None:
            until = start.stopped or start.ended or self.reading.day
            taken_out = stopped_days(start.on, raw_due, stops, until)
            due = period(start.on, raw_due, self.calendar, self.roll and rule.rolls, taken_out=taken_out).due
        if not stops:
            self._dues[key] = due
        return due

    def _started(self, rules: Sequence[Rule]) -> Any:
        """The last start of these clocks in each case, with what stopped each, grouped by what the judgement asks for."""
        reading, steps, same = self.reading, rules[0].starts, Q(case=OuterRef("case"))
        later = Q(happened_on=OuterRef("happened_on"), order__gt=OuterRef("order"))
        later |= Q(happened_on__gt=OuterRef("happened_on"))
        mere = Q(happened_on=OuterRef("happened_on"), state="")
        starts = reading.events(step__in=steps, happened_on__gte=self.span.since)
        starts = starts.filter(case__in=reading.cases())
        if not OPENINGS.issuperset(steps):
            starts = starts.filter(~Exists(reading.events(step__in=steps).filter(same, later)))
        stops = {}
        for place, rule in enumerate(rules):
            stop = (
                reading.events(step__in=rule.stops)
                .filter(same, later | mere)
                .order_by("happened_on", "order")
            )
            stops[f"stopped_{place}"] = Subquery(stop.values("happened_on")[:1])
        onward = reading.events(case=OuterRef("case"), order__gt=OuterRef("order")).exclude(state="")
        end = reading.events(state__in=ENDED).filter(same, ~Exists(onward.exclude(state__in=ENDED)))
        ended = Subquery(end.order_by("order").values("happened_on")[:1])
        going_on = reduce(or_, (Q((name, None)) for name in stops))
        asks_term = any(rule.code in ("C1", "C1a") for rule in rules)
        asks_deadline = any(rule.code == "C2" for rule in rules)
        return (
            starts.annotate(**stops)
            .order_by()
            .values(
                *stops,
                started=F("happened_on"),
                named=F("due_on"),
                deadline=F("case__deadline") if asks_deadline else NO_DAY,
                ended=Choose(When(going_on, then=ended), default=None),
                alone=self._alone(rules),
                kind=F("case__kind"),
                direction=F("case__direction"),
                is_direct=F("case__is_direct"),
                partner=F("case__partner__code"),
                term_days=TERM_DAYS if asks_term else NO_NUMBER,
            )
            .annotate(number=Count("pk"))
        )

    def _alone(self, rules: Sequence[Rule]) -> Any:
        """The case itself where its own stops or extensions may move a due day, else nothing."""
        moved = [Exists(self._approved(rules).filter(case=OuterRef("case")))]
        if any(rule.pauses for rule in rules):
            moved.append(Exists(self._standing_stops().filter(case=OuterRef("case"))))
        if not any(rule.pauses or rule.may_extend for rule in rules):
            return NO_NUMBER
        return Choose(When(reduce(or_, (Q(each) for each in moved)), then=F("case_id")), default=None)

    def _standing_stops(self) -> Any:
        return Interval.objects.standing().filter(sort=Interval.Sort.STOP, began_on__lte=self.reading.day)

    def _approved(self, rules: Sequence[Rule]) -> Any:
        codes = [rule.code for rule in rules if rule.may_extend]
        return Extension.objects.filter(
            decided_at__date__lte=self.reading.day, clock__in=codes, is_approved=True
        )

    def _stops(self, cases: Sequence[int]) -> dict[int, list[Stop]]:
        found: defaultdict[int, list[Stop]] = defaultdict(list)
        if cases:
            rows = self._standing_stops().filter(case__in=cases).values_list("case", "began_on", "ended_on")
            for case, began_on, ended_on in rows:
                found[case].append(Stop(began_on, ended_on))
        return dict(found)

    def _extensions(self, rules: Sequence[Rule], cases: Sequence[int]) -> dict[tuple[int, str], date]:
        """By case and clock the latest approved day."""
        if not cases:
            return {}
        rows = self._approved(rules).filter(case__in=cases).order_by("due_asked")
        return {(case, clock): day for case, clock, day in rows.values_list("case", "clock", "due_asked")}

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


def _facts(row: Mapping[str, Any]) -> Facts:
    """What the rules ask to know whether they apply."""
    return Facts(
        kind=row["kind"],
        direction=row["direction"],
        state="",
        received_on=None,
        is_direct=row["is_direct"],
        deadline=row["deadline"],
        partner=row["partner"],
        term_days=row["term_days"],
    )
