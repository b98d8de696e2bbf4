"""The clocks of one case, computed from its facts and the calendar: states, due days, workings, warnings. Pure.

Nothing is counted down or stored here. A clock that cannot be computed says why: that is a result, not an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.provisions import Provision
from cases.clocks.counting import Term, days, period, raw_end, stopped_days
from cases.clocks.facts import Fact, Facts, Pledge
from cases.clocks.rules import CLOCK_LABELS, EFFECT_WORDS, RULES, SERVICE_LEVELS, URGENT, Rule
from tracker.roles import Ministry
from tracker.workdays import Calendar, Period

ClockState = Literal["not_started", "running", "paused", "met", "missed", "unknown"]
STATE_WORDS: dict[ClockState, Promise] = {
    "not_started": pgettext_lazy("clock", "Not started"),
    "running": pgettext_lazy("clock", "Running"),
    # Translators: 停止計算中
    "paused": pgettext_lazy("clock", "Stopped for now"),
    "met": pgettext_lazy("clock", "Met"),
    "missed": pgettext_lazy("clock", "Missed"),
    "unknown": pgettext_lazy("clock", "Cannot be said"),
}
NOT_BEGUN = _("Has not started: its starting event is not recorded.")
NO_DAY = _("Cannot be said: the step names no day.")
ENDED_BEFORE = _("No longer applies: the case ended before the due day.")
LETTER_MISSING = _("The letter that confirms the urgent request is not here yet.")
WARNED_AT = (10, 3)
"""Days before the end of an urgent request's term on which both ministries are warned."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The state of one clock. ``reason`` says why it could not be computed, has not started or no longer applies.

    ``period`` holds the workings, with the day as counted and the day moved off rest days. ``extended_to`` wins over
    it. ``stopped_on`` is the day of the act that was due, ``closed_on`` the day on which the case ended without it.
    ``taken_out`` is the number of days that stops took out.
    """

    rule: Rule
    label: str | Promise
    basis: Provision
    state: ClockState
    started_by: str = ""
    started_on: date | None = None
    period: Period | None = None
    term: Term | None = None
    extended_to: date | None = None
    taken_out: int = 0
    stopped_on: date | None = None
    closed_on: date | None = None
    reason: str | Promise = ""

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def is_statutory(self) -> bool:
        return self.rule.is_statutory

    @property
    def is_effect(self) -> bool:
        return self.rule.is_effect

    @property
    def due_on(self) -> date | None:
        """The day that counts: as extended, else as counted and moved off rest days."""
        return self.extended_to or (self.period.due if self.period else None)

    @property
    def raw_due_on(self) -> date | None:
        """The last day as counted, before it moved off rest days and before an extension."""
        return self.period.raw_due if self.period else None

    @property
    def state_words(self) -> Promise:
        return STATE_WORDS[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it still asks for something: it runs, stands still or ran out, and neither act nor end came."""
        pending = self.state in ("running", "paused", "missed")
        return pending and self.stopped_on is None and self.closed_on is None

    def days_left(self, today: date) -> int | None:
        """Days from ``today`` to the due day, negative when past; None when it asks for nothing any more."""
        return (self.due_on - today).days if self.is_open and self.due_on else None


def clocks_of(facts: Facts, *, today: date, calendar: Calendar, roll: bool = True) -> list[Clock]:
    """The clocks that a law or a stated day sets for this case, in the table's order, then its promises (C6)."""
    clocks = [_clock(rule, facts, today, calendar, roll) for rule in RULES if rule.applies(facts)]
    promised = [_promised(pledge, today, calendar) for pledge in facts.pledges]
    return [clock for clock in clocks if clock is not None] + promised


def service_levels_of(facts: Facts, *, today: date, calendar: Calendar, roll: bool = True) -> list[Clock]:
    """How the case stands against this house's own service levels, which no law sets."""
    clocks = [_clock(rule, facts, today, calendar, roll) for rule in SERVICE_LEVELS if rule.applies(facts)]
    return [clock for clock in clocks if clock is not None]


def _clock(rule: Rule, facts: Facts, today: date, calendar: Calendar, roll: bool) -> Clock | None:
    """The clock by this rule; None when it has not started and is not awaited in this state either."""
    basis = facts.term_from or rule.basis if rule.code == "C1a" else rule.basis
    term = days(facts.term_days or 0) if rule.code == "C1a" else rule.term
    clock = Clock(rule, rule.label, basis, "not_started", term=term)
    start = facts.last(rule.starts) or facts.opening(rule.starts)
    if start is None:
        return replace(clock, reason=NOT_BEGUN) if facts.state in rule.awaits else None
    clock = replace(clock, started_by=start.step, started_on=start.on)
    named = facts.deadline if rule.code == "C2" else start.due_on
    raw_due = raw_end(start.on, term, named)
    if raw_due is None:
        # A step that may name a day and did not has set no term.
        return None if rule.term.unit == "named" else replace(clock, state="unknown", reason=NO_DAY)
    stop = facts.first_after(rule.stops, start)
    taken_out = _taken_out(rule, facts, start, raw_due, stop.on if stop else facts.ended_on or today)
    counted = period(start.on, raw_due, calendar, roll and rule.rolls, taken_out=taken_out)
    longer = facts.extended_to(rule.code) if rule.may_extend else None
    clock = replace(clock, period=counted, taken_out=taken_out)
    if longer is not None and longer > counted.due:
        clock = replace(clock, extended_to=longer)
    return _judged(clock, facts, start, stop, today)


def _taken_out(rule: Rule, facts: Facts, start: Fact, raw_due: date, until: date) -> int:
    return stopped_days(start.on, raw_due, facts.stops, until) if rule.pauses else 0


def _judged(clock: Clock, facts: Facts, start: Fact, stop: Fact | None, today: date) -> Clock:
    """The clock with its state on ``today``."""
    due = clock.due_on
    assert due is not None  # noqa: S101 - it was counted before
    if stop is not None:
        return replace(clock, state="met" if stop.on <= due else "missed", stopped_on=stop.on)
    if clock.is_effect:
        if today <= due:
            return replace(clock, state="running")
        return replace(clock, state="met", reason=EFFECT_WORDS[clock.code])
    ended = facts.ended_on
    if ended is not None and ended >= start.on:
        if ended <= due:
            return replace(clock, state="not_started", closed_on=ended, reason=ENDED_BEFORE)
        return replace(clock, state="missed", closed_on=ended)
    if today > due:
        return replace(clock, state="missed")
    return replace(clock, state="paused" if _stands_still(clock, facts, today) else "running")


def _stands_still(clock: Clock, facts: Facts, today: date) -> bool:
    return clock.rule.pauses and any(
        stop.began_on <= today and (stop.ended_on is None or today < stop.ended_on) for stop in facts.stops
    )


PROMISED = Rule(
    "C6",
    CLOCK_LABELS["C6"],
    RULES[0].basis,
    (),
    (),
    Term(0, "named"),
    lambda facts: True,
    rolls=False,
)


def _promised(pledge: Pledge, today: date, calendar: Calendar) -> Clock:
    """A promise with a day, as a clock: it survives the end of the case."""
    counted = period(pledge.given_on, pledge.due_on, calendar, roll=False)
    rule = replace(PROMISED, code=pledge.code, is_effect=pledge.code in EFFECT_WORDS)
    clock = Clock(rule, pledge.words, pledge.basis, "running", "", pledge.given_on, counted, rule.term)
    if pledge.kept_on is not None:
        state: ClockState = "met" if pledge.kept_on <= pledge.due_on else "missed"
        return replace(clock, state=state, stopped_on=pledge.kept_on)
    if today <= pledge.due_on:
        return clock
    if rule.is_effect:
        return replace(clock, state="met", reason=EFFECT_WORDS[rule.code])
    return replace(clock, state="missed")


def earliest_due(clocks: Iterable[Clock]) -> tuple[date, str] | None:
    """The nearest due day of what is still owed by law or word, and the code of its clock.

    Service levels and mere effects are left out, so the answer follows from the facts alone and not from the day.
    """
    owed = [
        (clock.due_on, clock.code)
        for clock in clocks
        if clock.is_statutory and not clock.is_effect and clock.is_open and clock.due_on is not None
    ]
    return min(owed, default=None)


def counts_days(facts: Facts) -> bool:
    """Whether any clock that has started counts days over the calendar; else no calendar need be read."""
    return any(rule.rolls and rule.applies(facts) and facts.last(rule.starts) is not None for rule in RULES)


@dataclass(frozen=True, slots=True)
class Attention:
    """What a clock asks both ministries to look at. ``at`` is the mark that was reached: 10 or 3 days before, 0 past it."""

    at: int
    words: str | Promise
    basis: Provision
    warns: frozenset[Ministry]


BOTH = frozenset({Ministry.FOREIGN_AFFAIRS, Ministry.JUSTICE})


def attention(clock: Clock, today: date) -> Attention | None:
    """The warning that the clock gives today; derived, never stored.

    The confirmation of an urgent request warns both ministries ten and three days before it is due; what was missed
    says what is to be decided.
    """
    left = clock.days_left(today)
    if left is None or (left >= 0 and clock.code not in URGENT):
        return None
    if left < 0:
        return Attention(0, clock.rule.on_expiry, clock.basis, BOTH) if clock.rule.on_expiry else None
    mark = min((days for days in WARNED_AT if left <= days), default=None)
    if mark is None:
        return None
    return Attention(mark, LETTER_MISSING, clock.basis, BOTH)
