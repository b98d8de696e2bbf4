"""A day known exactly, to the month, to the year, or not at all; and nothing else. Pure, no Django.

Sources of treaty history often name only a month or a year, and sometimes say no more than that a thing
had happened by the day they were written. The missing part is kept missing: nobody invents a day.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

Precision = Literal["day", "month", "year", "unknown"]
Answer = Literal["yes", "possibly", "no"]

_CANONICAL = re.compile(r"(?:(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?)?", re.ASCII)
_HOW_TO_WRITE = "write 2024-06-30, 2024-06 or 2024, and a bound as ≤2024-12-31 or 2023≤2023-08-30"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A Gregorian date with the precision its source has.

    `not_later_than` is the bound the source itself gives, usually its own day: the fact had happened by
    then. Only a date without a day carries one; a bound after the natural last day is kept, and cuts nothing.

    Raises ValueError for a month without a year, a day without a month, a day that is not in the
    calendar, a bound on a date known to the day, or a bound before the first possible day.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    not_later_than: date | None = None

    def __post_init__(self) -> None:
        if self.month is not None and self.year is None:
            raise ValueError(f"a month needs its year: {_HOW_TO_WRITE}")
        if self.day is not None and self.month is None:
            raise ValueError(f"a day needs its month: {_HOW_TO_WRITE}")
        if self.year is not None:
            date(self.year, self.month or 1, self.day or 1)  # raises ValueError on an impossible day
        if self.not_later_than is not None:
            if self.day is not None:
                raise ValueError("a date known to the day takes no bound: leave the bound out")
            if self.first is not None and self.not_later_than < self.first:
                raise ValueError(
                    f"the bound {self.not_later_than} is before {self.first}, the first possible day: "
                    "give a later bound, or an earlier date"
                )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the canonical text, as `str()` writes it; "" is unknown, and "<=" stands for "≤".

        Raises ValueError with a sentence that says how to write it.
        """
        stated, mark, bound = text.strip().replace("<=", "≤").partition("≤")
        found = _CANONICAL.fullmatch(stated.strip())
        if found is None:
            raise ValueError(f"{text!r} is not a date: {_HOW_TO_WRITE}")
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            return cls(year, month, day, _exact_day(bound.strip()) if mark else None)
        except ValueError as problem:
            raise ValueError(f"{text!r}: {problem}") from problem

    @classmethod
    def of(cls, day: date) -> Self:
        """The date known to this very day."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Precision:
        """How much is known: "day", "month", "year", or "unknown" (a bound alone is still unknown)."""
        if self.year is None:
            return "unknown"
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    @property
    def is_unknown(self) -> bool:
        """True when not even the year is known, with a bound or without."""
        return self.year is None

    @property
    def first(self) -> date | None:
        """The first possible day; None when undated."""
        return None if self.year is None else date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date | None:
        """The last possible day, cut by the bound; when undated the bound itself, or None."""
        if self.year is None:
            return self.not_later_than
        month = self.month or 12
        natural = date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])
        return natural if self.not_later_than is None else min(natural, self.not_later_than)

    @property
    def exact(self) -> date | None:
        """The day, when it is known to the day; otherwise None, even where only one day is possible."""
        return self.first if self.day is not None else None

    @property
    def iso(self) -> str:
        """ISO 8601 with its precision ("2024-06-30", "2024-06", "2024"), without the bound; "" when unknown."""
        text = "" if self.year is None else f"{self.year:04}"
        for part in (self.month, self.day):
            text += "" if part is None else f"-{part:02}"
        return text

    def __str__(self) -> str:
        return self.iso if self.not_later_than is None else f"{self.iso}≤{self.not_later_than}"

    @property
    def sort_key(self) -> tuple[bool, date, date]:
        """Order by the last possible day, then the first; what has no last possible day comes at the end."""
        return (self.last is None, self.last or date.max, self.first or date.min)

    def reached_by(self, day: date) -> Answer:
        """Whether the fact had happened by the end of `day`; undated and not yet bound is "possibly"."""
        return self.overlaps(None, day)

    def overlaps(self, first: date | None, last: date | None) -> Answer:
        """Whether the fact falls from `first` to `last`, both included; None leaves that side open.

        "yes" when every possible day does, "no" when none does, otherwise "possibly".
        Raises ValueError when `first` is after `last`.
        """
        if first is not None and last is not None and first > last:
            raise ValueError(f"the span ends on {last}, before it begins on {first}")
        if first is not None and self.last is not None and self.last < first:
            return "no"
        if last is not None and self.first is not None and self.first > last:
            return "no"
        begins_inside = first is None or (self.first is not None and first <= self.first)
        ends_inside = last is None or (self.last is not None and self.last <= last)
        return "yes" if begins_inside and ends_inside else "possibly"


def _exact_day(text: str) -> date:
    """The day of a bound, written 2024-12-31; raises ValueError otherwise."""
    found = _CANONICAL.fullmatch(text)
    if found is None or not found[3]:
        raise ValueError(f"the bound {text!r} is not a day: {_HOW_TO_WRITE}")
    return date.fromisoformat(text)
