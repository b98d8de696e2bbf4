"""The time of a case as its page shows it: clocks with workings that anybody can check, and where its days went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from cases.clocks import Attention, Clock, Ledger, attention
from cases.lifecycle import Holder, label_of
from cases.models import Case, CaseEvent, Extension, Interval
from cases.rules import may_change_time, may_decide_extension
from cases.timing import timing_of
from tracker.models import User
from tracker.workdays import RestReason

BAR = 299
SOON = 7
REST_WORDS: dict[RestReason, Words] = {
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
    "holiday": gettext_lazy("holiday"),
}
ORDER = {"missed": 0, "running": 0, "paused": 0, "unknown": 1, "met": 2, "not_started": 3}


@dataclass(frozen=True, slots=True)
class PassedDay:
    """A rest day that the due date was moved past, and what it was."""

    day: date
    words: str | Words


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock: ``due_state``, ``days_left`` and ``due_words`` go to the deadline mark.

    ``used`` of ``total`` days have passed, ``width`` is their part of a bar of :data:`BAR` units; None where the
    clock does not run. ``counts`` is False for a day that somebody named: there is nothing to count.
    """

    clock: Clock
    due_state: str
    days_left: int | None
    due_words: str
    total: int | None
    used: int | None
    width: int | None
    bar: str
    started_by: str | Words
    counts: bool
    moved_past: tuple[PassedDay, ...]
    is_uncertain: bool
    attention: Attention | None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One desk of the ledger, in words."""

    label: str | Words
    days: int
    stopped: int
    held: int


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One request for more time, and whether this reader decides on it."""

    extension: Extension
    may_decide: bool


@dataclass(frozen=True, slots=True)
class TimePanel:
    """Everything about the time of a case. ``stop`` is the stop that still goes on, ``is_on_hold`` speaks of today."""

    clocks: Sequence[ClockRow]
    levels: Sequence[ClockRow]
    desks: Sequence[DeskRow]
    ledger: Ledger
    intervals: Sequence[Interval]
    asked: Sequence[AskedRow]
    stop: Interval | None
    is_on_hold: bool
    may_change: bool


def time_panel(case: Case, *, events: Sequence[CaseEvent], reader: User, today: date) -> TimePanel:
    """The panel for this reader. One query for the calendar; three more where ``case.has_time`` says so, or is not there."""
    beside = getattr(case, "has_time", True)
    intervals = list(case.intervals.select_related("recorded_by", "withdrawn_by")) if beside else []
    extensions = list(case.extensions.select_related("asked_by", "decided_by")) if beside else []
    standing = [one for one in intervals if one.withdrawn_at is None]
    timing = timing_of(
        case,
        events=events,
        intervals=standing,
        extensions=extensions,
        promises=list(case.promises.filter(withdrawn_at=None)) if beside else [],
        today=today,
    )
    may_change = may_change_time(reader, case) and case.is_open
    return TimePanel(
        clocks=rows(timing.clocks, today=today),
        levels=rows(timing.levels, today=today),
        desks=[
            DeskRow(Holder(desk.holder).label, desk.days, desk.stopped, desk.held)
            for desk in timing.ledger.desks
        ],
        ledger=timing.ledger,
        intervals=intervals,
        asked=[AskedRow(one, _may_decide(reader, case, one)) for one in extensions],
        stop=next((one for one in standing if one.sort == Interval.Sort.STOP and one.ended_on is None), None),
        is_on_hold=case.is_on_hold(today),
        may_change=may_change,
    )


def _may_decide(reader: User, case: Case, asked: Extension) -> bool:
    asked.case = case
    return asked.is_approved is None and case.is_open and may_decide_extension(reader, asked)


def rows(clocks: Iterable[Clock], *, today: date) -> list[ClockRow]:
    """The clocks in the order that matters: running out first, then what is over, then what has not begun."""
    shown = [_row(clock, today) for clock in clocks]
    return sorted(shown, key=lambda row: (ORDER[row.clock.state], row.clock.due_on or date.max))


def _row(clock: Clock, today: date) -> ClockRow:
    period, due = clock.period, clock.due_on
    started = clock.started_on
    counts = clock.term is not None and clock.term.unit in ("day", "month", "year")
    used = total = None
    if started is not None and due is not None and counts and (clock.is_open or _runs_out(clock)):
        used, total = max((today - started).days, 0), (due - started).days
    state, days_left, words = _mark(clock, today)
    return ClockRow(
        clock=clock,
        due_state=state,
        days_left=days_left,
        due_words=words,
        total=total,
        used=used,
        width=min(BAR, round(BAR * used / total)) if used is not None and total else None,
        bar="over"
        if clock.state == "missed"
        else "soon"
        if days_left is not None and days_left <= SOON
        else "",
        started_by=label_of(clock.started_by) if clock.started_by else _("Day of receipt or promise"),
        counts=counts,
        moved_past=tuple(PassedDay(rest.day, REST_WORDS[rest.because]) for rest in period.workings.moved_past)
        if period
        else (),
        is_uncertain=period is not None and not period.certain,
        attention=attention(clock, today),
    )


def _runs_out(clock: Clock) -> bool:
    """Whether it is a mere effect that has not come yet."""
    return clock.is_effect and clock.state == "running"


def _mark(clock: Clock, today: date) -> tuple[str, int | None, str]:
    """What the deadline mark is given: its state ("" when the days decide), the days left, its words."""
    if clock.state == "paused":
        return "hold", None, str(clock.state_words)
    if clock.is_effect and clock.state == "running" and clock.due_on is not None:
        return "ok", (clock.due_on - today).days, ""
    if clock.is_open:
        return "", clock.days_left(today), ""
    if clock.state == "met":
        # Translators: a term of law that has simply run out
        return "done", None, pgettext("clock", "Run out") if clock.is_effect else pgettext("clock", "Met")
    if clock.state == "missed":
        return "over", None, _late_words(clock)
    return ("unknown" if clock.state == "unknown" else "hold"), None, str(clock.state_words)


def _late_words(clock: Clock) -> str:
    stopped, due = clock.stopped_on, clock.due_on
    if stopped is None or due is None:
        return _("Not done by the due day")
    days = (stopped - due).days
    return ngettext("Done %(days)d day late", "Done %(days)d days late", days) % {"days": days}
