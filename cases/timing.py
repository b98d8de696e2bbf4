"""A case as its clocks see it: reads steps, stops, holds, extensions and promises, and has the clocks computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agreements.provisions import Provision
from cases.clocks import (
    Clock,
    Fact,
    Facts,
    Hold,
    Ledger,
    Pledge,
    Stop,
    clocks_of,
    counts_days,
    earliest_due,
    ledger,
    service_levels_of,
)
from cases.lifecycle import Basis, Direction, Kind
from cases.models import Case, CaseEvent, Extension, Interval, Promise
from cases.provisions import HOUSE, TEXT, mla_act
from tracker.preferences import counting_rules
from tracker.workdays import Calendar

BASIS_OF: dict[str, Provision] = {
    Promise.Kind.USE_LIMIT: mla_act("16"),
    Promise.Kind.SECRECY: mla_act("14"),
    Promise.Kind.RETURN_ITEMS: mla_act("20"),
    Promise.Kind.RETURN_PERSON: mla_act("19"),
    Promise.Kind.SAFE_CONDUCT: mla_act("32(4)"),
    Promise.Kind.COSTS: mla_act("15"),
    Promise.Kind.SHARING: mla_act("33"),
    Promise.Kind.HAND_OVER: mla_act("34(2)"),
}
CODE_OF: dict[str, str] = {Promise.Kind.SAFE_CONDUCT: "C4", Promise.Kind.HAND_OVER: "C5"}
"""Promises whose term simply ends by law; all others are kept by an act (C6)."""
NO_DAYS = Calendar(frozenset(), frozenset(), date.max, "")
"""For a case none of whose clocks counts days: its answers do not depend on any calendar."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The clocks of one case on one day: those of laws and stated days, the service levels, and the ledger of days."""

    clocks: Sequence[Clock]
    levels: Sequence[Clock]
    ledger: Ledger


def fact_of(event: CaseEvent) -> Fact:
    """A recorded step, as clocks see it."""
    return Fact(event.step, event.happened_on, event.state, event.due_on, event.order)


def facts_of(
    case: Case,
    *,
    events: Iterable[Fact],
    intervals: Iterable[Interval] = (),
    extensions: Iterable[Extension] = (),
    promises: Iterable[Promise] = (),
) -> Facts:
    """The case with what was read of it; reads its agreement or partner only where a clock depends on them."""
    asks_partner = case.kind == Kind.CRIMINAL and case.direction == Direction.OUT
    term = _term(case)
    return Facts(
        kind=case.kind,
        direction=case.direction,
        state=case.state,
        received_on=case.received_on,
        is_urgent=case.is_urgent,
        is_direct=case.is_direct,
        deadline=case.deadline,
        partner=case.partner.code if asks_partner and case.partner else "",
        events=tuple(events),
        stops=_stops(intervals),
        extensions=tuple((one.clock, one.due_asked) for one in extensions if one.is_approved),
        term_days=term,
        term_from=TEXT if term is not None else None,
        pledges=tuple(_pledge(one) for one in promises if one.due_on is not None),
    )


def _stops(intervals: Iterable[Interval]) -> tuple[Stop, ...]:
    return tuple(Stop(one.began_on, one.ended_on) for one in intervals if one.sort == Interval.Sort.STOP)


def _term(case: Case) -> int | None:
    """The days in which the agreement wants an urgent request confirmed; None leaves it to the Act."""
    if not case.is_direct or case.agreement is None or case.basis != Basis.AGREEMENT:
        return None
    return case.agreement.urgent_confirmation_days


def _pledge(promise: Promise) -> Pledge:
    assert promise.due_on is not None  # noqa: S101 - the caller chose those with a day
    return Pledge(
        words=promise.get_kind_display() if promise.kind in CODE_OF else promise.words,
        given_on=promise.counted_from or promise.given_on,
        due_on=promise.due_on,
        basis=BASIS_OF.get(promise.kind, HOUSE),
        kept_on=promise.released_on,
        code=CODE_OF.get(promise.kind, "C6"),
    )


def read_facts(case: Case, *, coming: Fact | None = None) -> Facts:
    """The case with everything recorded of it, and with a step that is about to be recorded. Three queries."""
    events = [fact_of(event) for event in case.events.order_by("order")]
    return facts_of(
        case,
        events=[*events, coming] if coming else events,
        extensions=case.extensions.filter(is_approved=True),
        promises=case.promises.filter(withdrawn_at=None, due_on__isnull=False),
    )


def due_day(facts: Facts, *, calendar: Calendar | None = None, roll: bool = True) -> tuple[date | None, str]:
    """The nearest due day and its clock, (None, "") without one; one query where days are counted and no calendar is given."""
    assert facts.received_on is not None  # noqa: S101 - a registered case has it
    if calendar is None:
        calendar, roll = counting_rules() if counts_days(facts) else (NO_DAYS, False)
    found = earliest_due(clocks_of(facts, today=facts.received_on, calendar=calendar, roll=roll))
    return found or (None, "")


def extendable_clocks(case: Case, *, today: date) -> list[Clock]:
    """The clocks of the case that run or ran out and may be extended. Five queries."""
    facts = replace(read_facts(case), stops=_stops(case.intervals.standing()))
    calendar, roll = counting_rules()
    found = [
        *clocks_of(facts, today=today, calendar=calendar, roll=roll),
        *service_levels_of(facts, today=today, calendar=calendar, roll=roll),
    ]
    return [clock for clock in found if clock.rule.may_extend and clock.is_open]


def timing_of(
    case: Case,
    *,
    events: Sequence[CaseEvent],
    intervals: Sequence[Interval],
    extensions: Iterable[Extension],
    promises: Iterable[Promise],
    today: date,
) -> Timing:
    """Everything that the page of a case shows about time, from what was read of it. One query for the calendar.

    ``intervals`` and ``promises`` are the standing ones; a promise that was kept is one of them.
    """
    facts = facts_of(
        case,
        events=[fact_of(event) for event in events],
        intervals=intervals,
        extensions=extensions,
        promises=promises,
    )
    calendar, roll = counting_rules()
    holds = [
        Hold(one.began_on, one.until, one.ended_on)
        for one in intervals
        if one.sort == Interval.Sort.HOLD and one.until is not None
    ]
    return Timing(
        clocks=clocks_of(facts, today=today, calendar=calendar, roll=roll),
        levels=service_levels_of(facts, today=today, calendar=calendar, roll=roll),
        ledger=ledger(facts.events, facts.stops, holds, today),
    )
