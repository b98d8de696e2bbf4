"""From the cells of a sheet to typed rows, with every error of every row. Pure: no database, no clock but `today`."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.actions.importing.columns import Answer
from reports.actions.importing.columns import COLUMN_OF
from reports.actions.importing.refusals import CellError, ImportRefused
from reports.indicators import decimals
from reports.models.series import FIRST_YEAR
from reports.queries import last_complete_year
from tracker import importing, rocdate
from tracker.importing import Cells, Layout, Table, in_order

NUMBER = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
MOST_DECIMALS, TOO_LARGE = 3, Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Row(importing.Row):
    """One row of a file of figures.

    ``partner`` is as it was written. ``is_outlier`` and ``note`` are None where the row says nothing of them.
    """

    partner: str = ""
    remainder: str = ""
    year: int = 0
    value: Decimal = Decimal(0)
    is_outlier: bool | None = None
    note: str | None = None
    series: str = ""
    unit: str = ""
    source: str = ""
    definition: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """None that a row could say alone: a code and a name may mean the same partner, which the books tell."""
        return ("",)


def read_row(line: int, given: Mapping[str, str], *, today: date) -> Row:
    """Understand one row. An error leaves its cell empty in the result and is listed."""
    written = {name: stripped for name, text in given.items() if (stripped := text.strip())}
    cells = Cells(written, COLUMN_OF, today, CellError)
    if "partner" not in cells and "remainder" not in cells:
        cells.refuse("partner", "required")
    outlier = cells.choice("outlier")
    year, value = _read(cells, "year"), _read(cells, "value")
    return Row(
        line=line,
        cells=written,
        partner=written.get("partner", ""),
        remainder=cells.text("remainder"),
        year=int(year),
        value=Decimal(value),
        is_outlier=outlier == Answer.YES if outlier else None,
        note=cells.text("note") if "note" in cells else None,
        series=cells.text("series"),
        unit=cells.choice("unit"),
        source=cells.text("source"),
        definition=cells.text("definition"),
        errors=in_order(cells.errors, COLUMN_OF),
    )


def _read(cells: Cells, name: str) -> int | Decimal:
    """The year or the value of a row; 0 when it is empty or wrong."""
    text = cells.text(name)
    if not text:
        return 0
    found = year_of(text, today=cells.today) if name == "year" else value_of(text)
    if isinstance(found, CellError):
        cells.refuse(name, found.code, **found.params)
        return 0
    return found


def year_of(text: str, *, today: date) -> int | CellError:
    """The Gregorian year that a text of either calendar means, if it has ended by ``today``."""
    try:
        day = rocdate.parse(text)
    except rocdate.RocDateError as error:
        return CellError("year", error.code, error.params)
    if day.year is None or day.month is not None or day.not_later_than is not None:
        return CellError("year", "not_a_year", {"text": text})
    if day.year < FIRST_YEAR:
        return CellError("year", "year_too_early", {"year": day.year})
    if day.year > last_complete_year(today):
        return CellError("year", "year_not_over", {"year": day.year})
    return day.year


def value_of(text: str) -> Decimal | CellError:
    """The number that a text means, with the decimal places with which it was written."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.startswith(("-", "−")) and NUMBER.fullmatch(plain[1:]):
        return CellError("value", "negative")
    if not NUMBER.fullmatch(plain):
        return CellError("value", "not_a_number", {"text": text})
    number = Decimal(plain.replace(",", ""))
    if decimals(number) > MOST_DECIMALS:
        return CellError("value", "too_precise", {"text": text})
    return number if number < TOO_LARGE else CellError("value", "too_large", {"text": text})


LAYOUT = Layout(COLUMN_OF, read_row, CellError, ImportRefused)
with_errors = LAYOUT.with_errors
read_figures = LAYOUT.read_file
FiguresFile = Table[Row]
