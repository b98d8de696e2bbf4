"""Weekends, holidays, make-up working days, and counting statutory periods over them. Pure, no Django.

Counting follows article 48 of the Administrative Procedure Act (行政程序法): the day of the event is not
counted, and a period whose last day is a Saturday, a Sunday or a holiday ends on the next working day.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

RestReason = Literal["saturday", "sunday", "holiday"]
Override = Literal["holiday", "workday"]

TAIPEI = ZoneInfo("Asia/Taipei")
"""Where the office's day begins and ends."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked: Monday to Friday without `rest_days`, and the `make_up_days`.

    After `known_until` no official calendar has been published: answers beyond it may still change.
    `version` names the content, so that a due date can say which calendar it was computed with.
    Raises ValueError when a day is both a rest day and a make-up day.
    """

    rest_days: frozenset[date]
    make_up_days: frozenset[date]
    known_until: date
    version: str

    def __post_init__(self) -> None:
        both = self.rest_days & self.make_up_days
        if both:
            raise ValueError(f"{min(both)} cannot be both a rest day and a make-up working day")

    def rest_reason(self, day: date) -> RestReason | None:
        """Why nobody works on this day; None on a working day."""
        if day in self.make_up_days:
            return None
        if day in self.rest_days:
            return "holiday"
        return {5: "saturday", 6: "sunday"}.get(day.weekday())  # type: ignore[return-value]

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked."""
        return self.rest_reason(day) is None

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, otherwise the first worked day after it."""
        while not self.is_workday(day):
            day += _ONE_DAY
        return day

    def previous_workday(self, day: date) -> date:
        """The day itself when it is worked, otherwise the last worked day before it."""
        while not self.is_workday(day):
            day -= _ONE_DAY
        return day

    def next_workdays(self, day: date, n: int) -> list[date]:
        """The first `n` worked days from `day` on, the day itself included when it is worked."""
        found: list[date] = []
        while len(found) < n:
            day = self.next_workday(day)
            found.append(day)
            day += _ONE_DAY
        return found

    def workdays_between(self, after: date, until: date) -> int:
        """How many days are worked after `after`, up to and including `until`.

        Raises ValueError when `until` is before `after`.
        """
        if until < after:
            raise ValueError(f"{until} is before {after}")
        return sum(self.is_workday(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


@dataclass(frozen=True, slots=True)
class RestDay:
    """A day that a due date was moved past, and why it was not a working day."""

    day: date
    because: RestReason


@dataclass(frozen=True, slots=True)
class Workings:
    """How a due date was reached, step by step; the wording is for whoever shows it.

    `moved_past` lists every rest day between the counted end and the due date, empty when nothing moved.
    """

    start: date
    first_counted: date
    days: int
    raw_due: date
    moved_past: tuple[RestDay, ...] = field(default=())
    calendar_version: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The end of a statutory period: as counted (`raw_due`), and as moved off rest days (`due`).

    `certain` is False when the answer rests on days beyond the known calendar.
    """

    raw_due: date
    due: date
    certain: bool
    workings: Workings

    @property
    def rolled(self) -> bool:
        """Whether the end was moved off a rest day."""
        return self.due != self.raw_due


def count_days(start: date, days: int, calendar: Calendar, roll: bool = True) -> Period:
    """Count a period of calendar days from the day of the event, which itself is not counted.

    With `roll` the end moves off rest days (Administrative Procedure Act art. 48); without it the calendar
    does not matter, and the result is always certain. Raises ValueError unless `days` is at least 1.
    """
    if days < 1:
        raise ValueError(f"a period has at least one day, not {days}")
    raw_due = start + timedelta(days=days)
    due = calendar.next_workday(raw_due) if roll else raw_due
    passed = [raw_due + timedelta(days=n) for n in range((due - raw_due).days)]
    workings = Workings(
        start=start,
        first_counted=start + _ONE_DAY,
        days=days,
        raw_due=raw_due,
        moved_past=tuple(RestDay(day, reason) for day in passed if (reason := calendar.rest_reason(day))),
        calendar_version=calendar.version,
    )
    return Period(raw_due, due, certain=not roll or due <= calendar.known_until, workings=workings)


def count_back(due: date, days: int, calendar: Calendar, roll: bool = True) -> date:
    """The latest day on which a period of `days` may start so that it ends on or before `due`.

    When `due` is a rest day and ends roll, the period must end on the last working day before it, since a
    later end would move past `due`. Raises ValueError unless `days` is at least 1.
    """
    if days < 1:
        raise ValueError(f"a period has at least one day, not {days}")
    raw_due = calendar.previous_workday(due) if roll else due
    return raw_due - timedelta(days=days)


def taiwan_calendar(years: Iterable[int], overrides: Mapping[date, Override], known_until: date) -> Calendar:
    """Taiwan's office calendar for the years given, with the staff's own table laid over it.

    The `holidays` package knows the public holidays, their substitute days and the make-up Saturdays; an
    override wins over it: "holiday" for a day off such as a typhoon day, "workday" for a day worked after
    all. Outside `years` only weekends and overrides count.
    """
    wanted = set(years)
    # A substitute or make-up day can belong to a holiday of the next year.
    asked = wanted | {year + 1 for year in wanted}
    official = holidays.country_holidays("TW", categories=("public", "government"), years=asked)
    rest_days = {day for day in official if day.year in wanted}
    make_up_days = {day for day in official.weekend_workdays if day.year in wanted}
    for day, override in overrides.items():
        rest_days.discard(day)
        make_up_days.discard(day)
        if override == "holiday":
            rest_days.add(day)
        else:
            make_up_days.add(day)
    return Calendar(
        frozenset(rest_days),
        frozenset(make_up_days),
        known_until,
        _digest(rest_days, make_up_days, known_until),
    )


def _digest(rest_days: Iterable[date], make_up_days: Iterable[date], known_until: date) -> str:
    """Twelve hexadecimal digits that change when any day does."""
    lines = [f"rest {day}" for day in sorted(rest_days)]
    lines += [f"work {day}" for day in sorted(make_up_days)]
    lines.append(f"known {known_until}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
