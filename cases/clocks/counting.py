"""Counting terms of days, months and years, and days that a stop takes out of them. Pure.

Months and years are counted by the calendar (Civil Code art. 120 to 122): the day of the event is not counted, and
the term ends on the day before the one that corresponds to its first day, or on the last day of a month without it.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cases.clocks.facts import Stop
from tracker.workdays import Calendar, Period, RestDay, Workings

Unit = Literal["day", "month", "year", "named", "before"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """How long: so many days, months or years; ``named`` is the day that the step names, ``before`` days before it."""

    length: int
    unit: Unit = "day"


def days(length: int) -> Term:
    return Term(length)


NAMED = Term(0, "named")
SAFE_CONDUCT = days(15)
"""MLA Act art. 32(4), for the clock and for the promise alike."""
CLAIM = Term(3, "year")
"""MLA Act art. 34(2), for the clock and for the promise alike."""


def raw_end(start: date, term: Term, named: date | None) -> date | None:
    """The last day as counted, before it moves off rest days; None when the day that it hangs on is not named."""
    if term.unit == "day":
        return start + timedelta(days=term.length)
    if term.unit == "month":
        return _months_on(start, term.length)
    if term.unit == "year":
        return _months_on(start, 12 * term.length)
    return None if named is None else named - timedelta(days=term.length)


def _months_on(start: date, months: int) -> date:
    """The last day of so many months that begin on the day after ``start``."""
    first = start + ONE_DAY
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    if first.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, first.day) - ONE_DAY


def stopped_days(start: date, raw_due: date, stops: Iterable[Stop], until: date) -> int:
    """How many days stops have taken out of a term that began after ``start`` and would end on ``raw_due``.

    A stop that still goes on counts up to ``until``. One that began after the end takes nothing out.
    """
    due = raw_due
    for stop in sorted(stops, key=lambda one: one.began_on):
        end = until if stop.ended_on is None else min(stop.ended_on, max(until, stop.began_on))
        first = max(stop.began_on, start + ONE_DAY)
        if first <= due and end > first:
            due += end - first
    return (due - raw_due).days


def period(start: date, raw_due: date, calendar: Calendar, roll: bool, *, taken_out: int = 0) -> Period:
    """The term with its workings: moved on by the days taken out, then off rest days where it rolls."""
    counted = raw_due + timedelta(days=taken_out)
    due = calendar.next_workday(counted) if roll else counted
    passed = [counted + timedelta(days=n) for n in range((due - counted).days)]
    workings = Workings(
        start=start,
        first_counted=start + ONE_DAY,
        days=(counted - start).days,
        raw_due=counted,
        moved_past=tuple(RestDay(day, reason) for day in passed if (reason := calendar.rest_reason(day))),
        calendar_version=calendar.version,
    )
    return Period(counted, due, certain=not roll or due <= calendar.known_until, workings=workings)


def safe_conduct_ends(notified_on: date) -> date:
    """The last day of safe conduct of a person who was told that he or she is no longer needed (MLA Act art. 32(4))."""
    return _ends(notified_on, SAFE_CONDUCT)


def claim_ends(final_on: date) -> date:
    """The last day on which the other side may ask for the property after the final decision (MLA Act art. 34(2))."""
    return _ends(final_on, CLAIM)


def _ends(start: date, term: Term) -> date:
    end = raw_end(start, term, None)
    assert end is not None  # noqa: S101 - only a named day can be missing
    return end
