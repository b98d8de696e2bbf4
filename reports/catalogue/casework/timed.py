"""Clocks of many cases, judged as the clocks of one case are: from the steps that start and stop them.

Most clocks start with the opening of a case. Those are read case by case, all their stops at once, in one pass; the
others are read from the steps that start them, in one pass as well. Each clock is judged by the rule, the calendar and the
counting of :mod:`cases.clocks`; the last day of a term that depends on nothing but its start is counted once for all.
Stops and extensions are few beside the cases, and are read as a whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from django.db.models import Case as Choose
from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from cases.clocks import RULES, SERVICE_LEVELS, Facts, Rule, Stop
from cases.clocks.counting import days, period, raw_end, stopped_days
from cases.clocks.facts import OPENINGS
from cases.lifecycle import ENDED, Basis, Direction
from cases.models import Case, Extension, Interval, Promise
from cases.timing import CODE_OF
from reports.casework.counting import Span
from reports.catalogue.casework.reading import Reading
from tracker.preferences import counting_rules
from tracker.workdays import Calendar

type Verdict = Literal["met", "missed", "running", "fell_away"]
COUNTABLE: tuple[Rule, ...] = tuple(rule for rule in (*RULES, *SERVICE_LEVELS) if not rule.is_effect)
"""What somebody can miss; a mere effect of the law is met by nobody."""
OPENED: tuple[Rule, ...] = tuple(rule for rule in COUNTABLE if OPENINGS.issuperset(rule.starts))
"""The clocks that start with the opening of a case."""
LATER: tuple[Rule, ...] = tuple(rule for rule in COUNTABLE if not OPENINGS.issuperset(rule.starts))
"""The clocks that a later step starts: no two of them the same step; kind, direction and partner say whether they apply."""
PROMISE = "C6"
AT_A_TIME = 500
CASE = (
    "kind",
    "direction",
    "is_direct",
    "deadline",
    "partner__code",
    "basis",
    "agreement__urgent_confirmation_days",
)
"""What the rules ask of the case to know whether they apply, and by what term."""
OF_LATER = ("kind", "direction", "partner__code")


class Start(NamedTuple):
    """A clock that started: in which case, when, the day that was named, what stopped it, when the case ended if nothing did."""

    case: int
    on: date
    named: date | None
    stopped: date | None
    ended: date | None
    term_days: int | None


class Earliest(Func):
    """The earliest of the days of a sub-query, which becomes one row; None without any."""

    function = "MIN"
    output_field = DateField()


@dataclass(slots=True)
class Clocks:
    """The clocks that started within a span, as they stood at the end of the reading's day."""

    reading: Reading
    span: Span
    calendar: Calendar = field(init=False)
    roll: bool = field(init=False)
    _stops: Mapping[int, Sequence[Stop]] = field(default_factory=dict)
    _longer: Mapping[tuple[int, str], date] = field(default_factory=dict)
    _dues: dict[tuple[Any, ...], date | None] = field(default_factory=dict)
    _applying: dict[tuple[Any, ...], tuple[Rule, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.calendar, self.roll = counting_rules()

    def verdicts(self) -> dict[str, Counter[Verdict]]:
        """By code of the clock, how many were met, were missed, run, or fell away because the case ended first.

        Five statements, and one for every 500 cases that ended and went on.
        """
        self._stops, self._longer = self._standing_stops(), self._approved()
        found: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
        for started in (self._opened(), self._begun_later()):
            for rule, start in started:
                if (verdict := self._judge(rule, start)) is not None:
                    found[rule.code][verdict] += 1
        found[PROMISE].update(self._promises())
        return dict(found)

    def _judge(self, rule: Rule, start: Start) -> Verdict | None:
        """None where the step set no term because it named no day."""
        due = self._due(rule, start)
        if due is None:
            return None
        if rule.may_extend and (longer := self._longer.get((start.case, rule.code))):
            due = max(due, longer)
        if start.stopped is not None:
            return "met" if start.stopped <= due else "missed"
        if start.ended is not None and start.ended >= start.on:
            return "fell_away" if start.ended <= due else "missed"
        return "missed" if self.reading.day > due else "running"

    def _due(self, rule: Rule, start: Start) -> date | None:
        """The last day without an extension; days on which no case was stopped are counted once for all."""
        stops = tuple(self._stops.get(start.case, ())) if rule.pauses else ()
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

    def _opened(self) -> Iterator[tuple[Rule, Start]]:
        """The clocks that the opening of a case started; of ours it starts that of a stated deadline alone. One statement."""
        cases = self.reading.cases().filter(received_on__gte=self.span.since)
        cases = cases.filter(Q(direction=Direction.IN) | Q(deadline__isnull=False))
        by_day = self.reading.by_the_day("events__")
        stops = {rule.stops: f"stopped_{place}" for place, rule in enumerate(OPENED)}
        rows = cases.values_list("pk", "received_on", *CASE).annotate(
            busy=Max("events__order", filter=by_day & ~Q(events__state="") & ~Q(events__state__in=ENDED)),
            place=Min("events__order", filter=by_day & Q(events__state__in=ENDED)),
            ended=Min("events__happened_on", filter=by_day & Q(events__state__in=ENDED)),
            **{
                name: Min(
                    "events__happened_on",
                    filter=by_day & Q(events__step__in=steps, events__happened_on__gte=F("received_on")),
                )
                for steps, name in stops.items()
            },
        )
        places = {steps: place for place, steps in enumerate(stops)}
        found = [(row[:2], row[2:9], row[9:12], row[12:]) for row in rows]
        again = self._ended_again([pk for (pk, _on), _asked, tail, _stopped in found if _went_on(tail)])
        for (pk, on), asked, tail, stopped in found:
            ended = again.get(pk) if _went_on(tail) else tail[2]
            term_days = asked[6] if asked[5] == Basis.AGREEMENT else None
            for rule in self._applying_to(OPENED, asked):
                named = asked[3] if rule.code == "C2" else None
                yield rule, Start(pk, on, named, stopped[places[rule.stops]], ended, term_days)

    def _applying_to(self, rules: tuple[Rule, ...], asked: tuple[Any, ...]) -> tuple[Rule, ...]:
        """Those of the rules that apply to such a case; asked once for all cases that are alike."""
        kind, direction, is_direct, deadline, partner, basis, term_days = asked
        term_days = term_days if basis == Basis.AGREEMENT else None
        key = (rules[0].starts, kind, direction, is_direct, deadline is None, partner, term_days)
        if key not in self._applying:
            facts = Facts(
                kind=kind,
                direction=direction,
                state="",
                received_on=None,
                is_direct=is_direct,
                deadline=deadline,
                partner=partner,
                term_days=term_days,
            )
            self._applying[key] = tuple(rule for rule in rules if rule.applies(facts))
        return self._applying[key]

    def _ended_again(self, cases: Sequence[int]) -> dict[int, date]:
        """Of cases that had ended, went on, and may have ended again: the day of the last end."""
        found: dict[int, date] = {}
        for first in range(0, len(cases), AT_A_TIME):
            some = self.reading.cases().filter(pk__in=cases[first : first + AT_A_TIME])
            rows = some.annotate(end=self._end(OuterRef("pk"))).values_list("pk", "end")
            found |= {pk: end for pk, end in rows if end is not None}
        return found

    def _end(self, case: Any) -> Subquery:
        """The day from which nobody acted on the case any more, if nobody does again by the day."""
        onward = self.reading.events(case=OuterRef("case"), order__gt=OuterRef("order")).exclude(state="")
        end = self.reading.events(case=case, state__in=ENDED).filter(~Exists(onward.exclude(state__in=ENDED)))
        return Subquery(end.order_by("order").values("happened_on")[:1])

    def _begun_later(self) -> Iterator[tuple[Rule, Start]]:
        """The clocks that a later step started, by the last such step of each case. One statement."""
        rule_of = {step: rule for rule in LATER for step in rule.starts}
        starts = self.reading.events(step__in=rule_of, happened_on__gte=self.span.since)
        starts = starts.filter(Exists(self.reading.cases().filter(pk=OuterRef("case"))))
        first_stop = [When(step__in=rule.starts, then=self._first_stop(rule)) for rule in LATER]
        file = Case.objects.filter(pk=OuterRef("case"))
        rows = starts.annotate(
            stopped=Choose(*first_stop, default=None, output_field=DateField()),
            ended=Choose(When(stopped=None, then=self._end(OuterRef("case"))), default=None),
            # Sub-queries, not a join: else SQLite reads all cases to find the steps of a few.
            **{f"of_{place}": Subquery(file.values(name)[:1]) for place, name in enumerate(OF_LATER)},
        )
        names = (
            "case_id",
            "step",
            "happened_on",
            "order",
            "due_on",
            "stopped",
            "ended",
            "of_0",
            "of_1",
            "of_2",
        )
        last: dict[tuple[int, str], tuple[Any, ...]] = {}
        for row in rows.order_by().values_list(*names):
            key = (row[0], rule_of[row[1]].code)
            if key not in last or row[2:4] > last[key][2:4]:
                last[key] = row
        for case, step, on, _order, named, stopped, ended, kind, direction, partner in last.values():
            asked = (kind, direction, False, None, partner, "", None)
            for rule in self._applying_to((rule_of[step],), asked):
                yield rule, Start(case, on, named, stopped, ended, None)

    def _first_stop(self, rule: Rule) -> Subquery:
        """The first day after a step on which this clock stops; a mere record of the same day may have been entered before it."""
        later = Q(happened_on__gt=OuterRef("happened_on"))
        later |= Q(happened_on=OuterRef("happened_on"), order__gt=OuterRef("order"))
        later |= Q(happened_on=OuterRef("happened_on"), state="")
        stops = self.reading.events(step__in=rule.stops, case=OuterRef("case")).filter(later).order_by()
        return Subquery(stops.annotate(day=Earliest("happened_on")).values("day"))

    def _standing_stops(self) -> dict[int, list[Stop]]:
        """By case the stops that may reach into the span."""
        reaching = Q(ended_on=None) | Q(ended_on__gte=self.span.since)
        rows = Interval.objects.standing().filter(
            reaching, sort=Interval.Sort.STOP, began_on__lte=self.reading.day
        )
        found: defaultdict[int, list[Stop]] = defaultdict(list)
        for case, began_on, ended_on in rows.values_list("case", "began_on", "ended_on"):
            found[case].append(Stop(began_on, ended_on))
        return dict(found)

    def _approved(self) -> dict[tuple[int, str], date]:
        """By case and clock the latest day that was approved by the day."""
        codes = {rule.code for rule in COUNTABLE if rule.may_extend}
        rows = Extension.objects.filter(
            decided_at__date__lte=self.reading.day,
            clock__in=codes,
            is_approved=True,
            due_asked__gte=self.span.since,
        )
        told: Any = rows.order_by("due_asked").values_list("case", "clock", "due_asked")
        return {(case, clock): until for case, clock, until in told}

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


def _went_on(tail: tuple[Any, ...]) -> bool:
    """Whether a case did something after it had first ended: by the places of its last deed and of its first end."""
    last_deed, first_end, _day = tail
    return bool(first_end and last_deed and last_deed > first_end)
