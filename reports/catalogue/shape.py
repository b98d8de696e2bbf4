"""What a report is, whatever it counts: parameters, columns, rows, totals, checks. Pure: codes and numbers, no wording of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

type Words = str | Promise
type Cell = str | int | float | Decimal | None
type Row = tuple[Cell, ...]


class Kind(StrEnum):
    """What stands in a column, and so how it is written."""

    TEXT = "text"
    PARTNER = "partner"
    """A partner's code."""
    CODE = "code"
    """A code for which the column has words."""
    ROC_YEAR = "roc_year"
    DAY = "day"
    """A day as 2024-12-31, or no more of it than is known: 2024-12, 2024."""
    COUNT = "count"
    NUMBER = "number"
    """A number with the column's decimals."""
    DAYS = "days"
    SHARE = "share"
    """Between 0 and 1, shown in per cent."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its stable code, its heading in the reader's language, and what stands in it."""

    code: str
    heading: Words
    kind: Kind = Kind.COUNT
    decimals: int = 0
    words: Mapping[str, Words] = field(default_factory=dict)

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.COUNT, Kind.NUMBER, Kind.DAYS, Kind.SHARE)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a report is asked: the day it speaks of, what was known when, and what it is narrowed to.

    ``known_on`` None: as the books stand now. ``since`` begins a period that ends with ``as_of``; None: the
    report's own span. ``weights`` is a version of the weights, None the newest in use. An entry says which of them it takes;
    the others stay empty.
    """

    as_of: date
    known_on: date | None = None
    since: date | None = None
    partner: str = ""
    subject: str = ""
    direction: str = ""
    kind: str = ""
    weights: int | None = None
    with_samples: bool = False

    def as_json(self) -> dict[str, Any]:
        """The parameters that are set, with days as texts; :meth:`from_json` reads them back."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        days = {name: value.isoformat() for name, value in found.items() if isinstance(value, date)}
        return {name: value for name, value in (found | days).items() if value not in (None, "", False)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Parameters":
        """What :meth:`as_json` wrote. :raises KeyError, TypeError, ValueError: when it is something else."""
        days = {
            name: date.fromisoformat(kept[name]) for name in ("as_of", "known_on", "since") if name in kept
        }
        return cls(**{**kept, **days})

    def narrowed_to(self, names: Iterable[str]) -> "Parameters":
        """Without what a report does not take; the day it speaks of and the samples always stay."""
        kept = {*names, "as_of", "with_samples"}
        left_out: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name not in kept}
        return replace(self, **left_out)


@dataclass(frozen=True, slots=True)
class Check:
    """One sum or comparison that must hold: its stable name, whether it does, and both numbers in words for logs.

    ``words`` is the same as a sentence for readers, in the language in which the report was made; "" where there is none.
    """

    name: str
    ok: bool
    detail: str
    words: str = field(default="", compare=False)

    @property
    def told(self) -> str:
        """The sentence, or name and numbers."""
        return self.words or f"{self.name}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know of one row, one cell (with its column), or the whole report (neither)."""

    text: Words
    row: str = ""
    column: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report. The first column heads the rows; unknown cells are None, never a zero.

    ``totals`` is as long as a row, or empty. ``remainder`` holds, row by row and then for the totals, what the source counts without
    naming whose it is: inside the total and in no column. ``extra`` is what a richer page needs beside the rows, as plain JSON.
    ``unit`` "" where the columns differ.
    """

    code: str
    title: Words
    parameters: Parameters
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Row = ()
    remainder: Row = ()
    unit: Words = ""
    checks: tuple[Check, ...] = ()
    notes: tuple[Note, ...] = ()
    sources: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    withheld: frozenset[tuple[int, str]] = frozenset()
    """Cells that are not told to this reader, by row (-1: the totals) and column; they are None."""
    is_suppressed: bool = False
    """Whether numbers of cases are rounded down for a reader who may not open them all (:mod:`reports.suppression`)."""

    def __post_init__(self) -> None:
        width = len(self.columns)
        if any(len(row) != width for row in self.rows) or len(self.totals) not in (0, width):
            raise ValueError(f"a row of {self.code} has more or fewer cells than the report has columns")

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.ok)


def added(rows: Sequence[Row], columns: Sequence[Column]) -> Row:
    """Totals of the rows: counts and numbers added up, "total" at the head, None where a cell is unknown.

    Days and shares are not added: a mean of means says nothing.
    """
    sums: list[Cell] = ["total"]
    for place, column in enumerate(columns[1:], start=1):
        cells = [row[place] for row in rows]
        known = [cell for cell in cells if isinstance(cell, int | float | Decimal)]
        can_add = column.kind in (Kind.COUNT, Kind.NUMBER) and len(known) == len(cells)
        sums.append(sum(known) if can_add else None)
    return tuple(sums)
