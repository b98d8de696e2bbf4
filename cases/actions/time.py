"""What happens to the time of a case: its clocks stopped and restarted, put on hold and taken back, and put right.

An interval is never overwritten: one that is wrong is withdrawn with a reason, and the right one written beside it.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock, touch
from cases.basis import day_words
from cases.models import Case, Interval
from cases.provisions import HOUSE
from cases.rules import may_change_time
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate

STOP, HOLD = Interval.Sort.STOP, Interval.Sort.HOLD


@transaction.atomic
def stop_clock(
    *,
    by: User,
    case: Case,
    category: str,
    reason: str,
    began_on: date,
    today: date,
    version: int | None = None,
) -> Interval:
    """Let the days from ``began_on`` on count for nothing in the service levels, until the clock is restarted.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, category or reason; for a day before the receipt, in the future, or
        within another stop.
    """
    locked = _open_case(by, case, version)
    stop = Interval(case=locked, sort=STOP, category=category, reason=reason.strip(), began_on=began_on)
    _check_stop(locked, stop, today=today)
    return _keep(by, stop, "case.stop_clock", {"day": began_on, "category": category})


@transaction.atomic
def restart_clock(
    *, by: User, case: Case, ended_on: date, today: date, version: int | None = None
) -> Interval:
    """Let the days count again from ``ended_on`` on.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, when nothing is stopped, or for a day before the stop or in the future.
    """
    locked = _open_case(by, case, version)
    stop = locked.intervals.standing().filter(sort=STOP, ended_on=None).first()
    if stop is None:
        raise StepRefused(_("The clocks of this case are not stopped."), HOUSE, "ended_on")
    if ended_on < stop.began_on:
        raise StepRefused(_("The clocks were stopped after that day."), HOUSE, "ended_on")
    if ended_on > today:
        raise StepRefused(_("The day lies in the future."), HOUSE, "ended_on")
    stop.ended_on = ended_on
    stop.save(update_fields=["ended_on"])
    return _told(by, stop, "case.restart_clock", {"day": ended_on})


@transaction.atomic
def put_on_hold(
    *, by: User, case: Case, until: date, reason: str, today: date, version: int | None = None
) -> Interval:
    """Put the case aside from today until a day to come; on that day it returns by itself.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right or reason, for a day that is not to come, or when it is on hold already.
    """
    locked = _open_case(by, case, version)
    hold = Interval(case=locked, sort=HOLD, reason=reason.strip(), began_on=today, until=until)
    if until <= today:
        raise StepRefused(_("Choose a day to come, on which the case returns."), HOUSE, "until")
    if not hold.reason:
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    if locked.is_on_hold(today):
        raise StepRefused(_("The case is on hold already: take it back first."), HOUSE, "until")
    locked.held_until = until
    return _keep(by, hold, "case.put_on_hold", {"until": until})


@transaction.atomic
def end_hold(*, by: User, case: Case, today: date, version: int | None = None) -> Interval:
    """Take the case back today, before the day until which it was put aside.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, or when it is not on hold.
    """
    locked = _open_case(by, case, version)
    hold = next((one for one in locked.intervals.standing().filter(sort=HOLD) if one.is_on(today)), None)
    if hold is None:
        raise StepRefused(_("The case is not on hold."), HOUSE)
    hold.ended_on = today
    hold.save(update_fields=["ended_on"])
    locked.held_until = None
    hold.case = locked
    return _told(by, hold, "case.end_hold", {"day": today})


@transaction.atomic
def withdraw_interval(
    *, by: User, interval: Interval, reason: str, today: date, version: int | None = None
) -> Interval:
    """Take back a stop or hold that was recorded by mistake; it stays visible, struck, with the reason.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right or reason, or when it was withdrawn already.
    """
    locked = _open_case(by, interval.case, version)
    withdrawn = _struck(by, locked, interval, reason, today=today)
    return _told(by, withdrawn, "case.withdraw_interval", {"sort": withdrawn.sort, "day": withdrawn.began_on})


@transaction.atomic
def correct_stop(
    *,
    by: User,
    interval: Interval,
    category: str,
    began_on: date,
    ended_on: date | None,
    reason: str,
    today: date,
    version: int | None = None,
) -> Interval:
    """Withdraw a stop and write it anew with the right category and days; ``reason`` says what was wrong.

    The new stop keeps the reason for which the clocks were stopped.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: as :func:`stop_clock` and :func:`withdraw_interval`; for an end before its beginning.
    """
    locked = _open_case(by, interval.case, version)
    wrong = _struck(by, locked, interval, reason, today=today)
    right = Interval(case=locked, sort=STOP, category=category, began_on=began_on, ended_on=ended_on)
    right.reason = wrong.reason
    if wrong.sort != STOP:
        raise StepRefused(_("Only a stop is corrected; a hold is taken back."), HOUSE)
    _check_stop(locked, right, today=today)
    details = {"was": wrong.began_on, "day": began_on, "category": category}
    return _keep(by, right, "case.correct_stop", details)


def _open_case(by: User, case: Case, version: int | None) -> Case:
    """The locked case, whose time this person may change.

    :raises StepRefused: without the right, or when the case is closed.
    """
    locked = lock(case, version)
    if not may_change_time(by, locked):
        raise StepRefused(_("Justice stops and restarts the clocks of a case."), HOUSE)
    if not locked.is_open:
        raise StepRefused(_("The case is closed: its clocks do not run."), HOUSE)
    return locked


def _check_stop(case: Case, stop: Interval, *, today: date) -> None:
    """:raises StepRefused: for the first thing that is missing or does not fit."""
    assert case.received_on is not None  # noqa: S101 - a registered case has it
    if stop.category not in Interval.Category.values:
        raise StepRefused(_("Choose why the clocks are stopped."), HOUSE, "category")
    if not stop.reason:
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    if stop.began_on < case.received_on:
        raise StepRefused(_("The case was received after that day."), HOUSE, "began_on")
    if stop.began_on > today or (stop.ended_on and stop.ended_on > today):
        field = "began_on" if stop.began_on > today else "ended_on"
        raise StepRefused(_("The day lies in the future."), HOUSE, field)
    if stop.ended_on is not None and stop.ended_on < stop.began_on:
        raise StepRefused(_("The clocks were stopped after that day."), HOUSE, "ended_on")
    for other in case.intervals.standing().filter(sort=STOP):
        if _overlap(stop, other):
            day = day_words(PartialDate.of(other.began_on))
            words = _("The clocks were already stopped then, from %(day)s on.") % {"day": day}
            raise StepRefused(words, HOUSE, "began_on")


def _overlap(one: Interval, other: Interval) -> bool:
    """Whether two stops share a day, or are both still going on; the day of a restart counts already."""
    starts, ends = max(one.began_on, other.began_on), [one.ended_on, other.ended_on]
    known = [end for end in ends if end is not None]
    return not known or starts < min(known)


def _struck(by: User, case: Case, interval: Interval, reason: str, *, today: date) -> Interval:
    """The interval, withdrawn.

    :raises StepRefused: without a reason, or when it was withdrawn already.
    """
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    row = case.intervals.standing().filter(pk=interval.pk).first()
    if row is None:
        raise StepRefused(_("This entry has been withdrawn meanwhile."), HOUSE)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), by, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    row.case = case
    if row.sort == HOLD and case.is_on_hold(today) and case.held_until == row.until:
        case.held_until = None
    return row


def _keep(by: User, interval: Interval, verb: str, details: dict[str, object]) -> Interval:
    """Write a new interval and tell of it."""
    interval.recorded_at, interval.recorded_by = timezone.now(), by
    interval.save(force_insert=True)
    return _told(by, interval, verb, details)


def _told(by: User, interval: Interval, verb: str, details: dict[str, object]) -> Interval:
    """Count the change of the case, which the caller has locked, and tell of it: days and codes, no words."""
    case = interval.case
    case.version += 1
    touch(case)
    case.save(update_fields=["held_until", "version", "changed_at"])
    audit.record(verb, case, by=by, details=details)
    return interval
