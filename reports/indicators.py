"""Series as files hold them, and printed totals set against what the figures add up to. Pure: no database."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Protocol

FOLDER = Path(__file__).parent / "data"

HELP_SEEKING = "help_seeking"
DRUG_SEIZURES = "drug_seizures"


class HasFigure(Protocol):
    """What the comparison needs to know of a figure; `partner_code` is "" for a remainder."""

    @property
    def year(self) -> int: ...
    @property
    def partner_code(self) -> str: ...
    @property
    def value(self) -> Decimal: ...


class HasTotal(Protocol):
    """What the comparison needs to know of a control total; no year is all of them, "" all partners."""

    @property
    def measure(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def partner_code(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def precision(self) -> int: ...


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure as read from a file. Without a partner it is the remainder of that name."""

    year: int
    partner_code: str
    remainder: str
    value: Decimal
    is_outlier: bool
    note: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One printed total or change as read from a file."""

    measure: str
    year: int | None
    partner_code: str
    value: Decimal
    precision: int


@dataclass(frozen=True, slots=True)
class SeriesRows:
    """One series with everything that its files say about it."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    decimals: int
    source: str
    definition: str
    published_on: str
    figures: tuple[FigureRow, ...]
    totals: tuple[TotalRow, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A printed figure against the computed one. `computed` is None where figures are lacking."""

    name: str
    printed: Decimal
    computed: Decimal | None

    @property
    def ok(self) -> bool:
        return self.computed == self.printed

    @property
    def detail(self) -> str:
        """Both numbers, for logs and scripts."""
        return f"computed {self.computed if self.computed is not None else 'unknown'}, printed {self.printed}"


def compare(figures: Iterable[HasFigure], totals: Iterable[HasTotal]) -> list[Check]:
    """Set every printed total and change against what the figures add up to.

    A total without a year covers the years for which the same source printed a total, and no later ones; all years of the
    figures when it printed none. A change
    is compared at the precision with which it was printed; percentages are rounded half up.
    """
    rows, printed = list(figures), list(totals)
    span = {t.year for t in printed if t.measure == "total" and t.year is not None} or {r.year for r in rows}
    checks = []
    for total in printed:
        name = "_".join([total.measure, *(str(part) for part in (total.year, total.partner_code) if part)])
        if total.measure == "total":
            years = span if total.year is None else {total.year}
            computed = _sum(rows, years, total.partner_code)
        else:
            computed = _change(rows, total)
        checks.append(Check(name, plain(total.value), computed))
    return checks


def _sum(rows: Sequence[HasFigure], years: set[int], partner: str) -> Decimal | None:
    found = [r for r in rows if r.year in years and partner in ("", r.partner_code)]
    if {r.year for r in found} != years:
        return None
    return plain(sum((r.value for r in found), Decimal(0)))


def _change(rows: Sequence[HasFigure], total: HasTotal) -> Decimal | None:
    year = total.year
    if year is None:
        return None
    now, before = (_sum(rows, {y}, total.partner_code) for y in (year, year - 1))
    if now is None or before is None:
        return None
    if total.measure == "change":
        return plain(now - before)
    if not before:
        return None
    percent = (now - before) / before * 100
    return plain(percent.quantize(Decimal(1).scaleb(-total.precision), ROUND_HALF_UP))


def plain(value: Decimal) -> Decimal:
    """The same number without idle zeros behind the point and without an exponent: 86.000 becomes 86."""
    return value.normalize() + 0


def read(folder: Path = FOLDER) -> tuple[SeriesRows, ...]:
    """Read every series that `series.csv` in `folder` names, with its figures, notes and printed totals.

    :raises OSError, KeyError, ValueError: when a file, a column or a number is not as it should be.
    """
    notes = {(r["series"], r["year"], r["partner_iso2"]): r for r in _rows(folder / "figure_notes.csv")}
    totals = _rows(folder / "control_totals.csv")
    return tuple(
        SeriesRows(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            unit=row["unit"],
            decimals=int(row["decimals"]),
            source=row["source"],
            definition=row["definition"],
            published_on=row["published_on"],
            figures=tuple(_figure(row, r, notes) for r in _rows(folder / row["file"])),
            totals=tuple(_total(r) for r in totals if r["series"] == row["code"]),
        )
        for row in _rows(folder / "series.csv")
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"row {line} of {path.name} has more or fewer cells than its header")
    return rows


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a number")
    return number


def decimals(number: Decimal) -> int:
    """How many decimal places a number was written with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _figure(
    series: dict[str, str], row: dict[str, str], notes: dict[tuple[str, str, str], dict[str, str]]
) -> FigureRow:
    code = row[f"{series['partner_column']}_iso2"]
    note = notes.get((series["code"], row["year"], code))
    return FigureRow(
        year=int(row["year"]),
        partner_code=code,
        remainder="" if code else row[f"{series['partner_column']}_zh"],
        value=_number(row[series["value_column"]]),
        is_outlier=note is not None and note["is_outlier"] == "yes",
        note="" if note is None else note["note"],
    )


def _total(row: dict[str, str]) -> TotalRow:
    value = _number(row["value"])
    return TotalRow(
        measure=row["measure"],
        year=int(row["year"]) if row["year"] else None,
        partner_code=row["partner_iso2"],
        value=value,
        precision=decimals(value),
    )
