"""The clocks of an agreement as its page shows them: mark, bar, and workings that anybody can check."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from agreements.clocks import Clock, latest_signature
from tracker.preferences import holiday_roll, working_calendar
from tracker.workdays import RestReason

BAR = 299
REST_WORDS: dict[RestReason, Promise] = {
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
    "holiday": gettext_lazy("holiday"),
}


@dataclass(frozen=True, slots=True)
class PassedDay:
    """A rest day that the due date was moved past, and what it was."""

    day: date
    words: str | Promise


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock: ``due_state``, ``days_left`` and ``due_words`` go to the deadline mark.

    ``used`` of ``total`` days have passed, ``width`` is their part of a bar of :data:`BAR` units; None where the
    clock does not run.
    """

    clock: Clock
    due_state: str
    days_left: int | None
    due_words: str
    total: int | None
    used: int | None
    width: int | None
    bar: str
    moved_past: tuple[PassedDay, ...]
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class Backward:
    """The answer of the backward calculator: to submit by ``submit_by``, sign on ``sign_by`` or before."""

    submit_by: date
    sign_by: date
    is_past: bool


def rows(clocks: Iterable[Clock], *, today: date) -> list[ClockRow]:
    """The clocks in the order that matters: running out first, then what is over, then what has not begun."""
    order = {"missed": 0, "running": 0, "unknown": 1, "met": 2, "not_started": 3}
    shown = [_row(clock, today) for clock in clocks]
    return sorted(shown, key=lambda row: (order[row.clock.state], row.clock.due_on or date.max))


def backward(submit_by: date, *, today: date) -> Backward:
    """The last day to sign, counted with the calendar in force."""
    sign_by = latest_signature(submit_by, calendar=working_calendar(), roll=holiday_roll())
    return Backward(submit_by, sign_by, sign_by < today)


def is_open(clock: Clock) -> bool:
    """Whether the clock still asks for something: it runs, or ran out, and nothing has stopped it."""
    return clock.state in ("running", "missed") and clock.stopped_on.is_unknown


def _row(clock: Clock, today: date) -> ClockRow:
    period = clock.period
    counts = is_open(clock) and period is not None and clock.started_on is not None
    used = (today - clock.started_on).days if counts and clock.started_on else None
    total = (period.due - clock.started_on).days if counts and period and clock.started_on else None
    state, days_left, words = _mark(clock, today)
    return ClockRow(
        clock=clock,
        due_state=state,
        days_left=days_left,
        due_words=words,
        total=total,
        used=used,
        width=min(BAR, round(BAR * used / total)) if used is not None and total else None,
        bar="over" if clock.state == "missed" else "soon" if days_left is not None and days_left <= 7 else "",
        moved_past=tuple(PassedDay(rest.day, REST_WORDS[rest.because]) for rest in period.workings.moved_past)
        if period
        else (),
        is_uncertain=period is not None and not period.certain,
    )


def _mark(clock: Clock, today: date) -> tuple[str, int | None, str]:
    """What the deadline mark is given: its state ("" when the days decide), the days left, its words."""
    if is_open(clock):
        return "", clock.days_left(today), ""
    if clock.state == "met":
        return "done", None, pgettext("clock", "Met")
    if clock.state == "missed":
        return "over", None, _late_words(clock)
    return ("unknown" if clock.state == "unknown" else "hold"), None, str(clock.state_words)


def _late_words(clock: Clock) -> str:
    stopped, due = clock.stopped_on.exact, clock.due_on
    if stopped is None or due is None:
        return _("Done after the due day")
    days = (stopped - due).days
    return ngettext("Done %(days)d day late", "Done %(days)d days late", days) % {"days": days}
