"""A report as its readers see it: every cell in the words of their language, with the address of the rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, pgettext

from agreements.marks import day_words, year_words
from agreements.models import Partner
from reports.catalogue import REPORTS, Cell, Check, Column, Kind, Note, Report, Row
from reports.indicators import plain
from reports.suppression import WITHHELD
from tracker.partialdate import PartialDate
from tracker.rocdate import gregorian_year

UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """One cell as text; ``url`` leads to the rows behind it, "" where there are none."""

    text: str
    is_number: bool = False
    is_marked: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note with what it is about in words, "" for the whole report."""

    about: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report ready for a page, a sheet or a paper: heads, lines, totals, each line beginning with its head."""

    report: Report
    heads: tuple[WrittenCell, ...]
    lines: tuple[tuple[WrittenCell, ...], ...]
    totals: tuple[WrittenCell, ...]
    failed: tuple[Check, ...]
    notes: tuple[WrittenNote, ...]


def write(report: Report) -> WrittenReport:
    """Put a report into words. At most one query, for the names of the partners in it."""
    partners = _partners(report)
    marked = {(note.row, note.column) for note in report.notes if note.row}
    entry = REPORTS.get(report.code)
    links = entry.links if entry else None
    columns = report.columns

    def line(number: int, row: Row, rest: Cell) -> tuple[WrittenCell, ...]:
        cells = [
            WrittenCell(
                str(WITHHELD)
                if (number, column.code) in report.withheld
                else cell_text(cell, column, partners),
                column.is_number,
                (str(row[0]), column.code) in marked,
                # A list of the rows behind a number would tell it.
                links(report, row, column)
                if links and not (report.is_suppressed and column.is_number)
                else "",
            )
            for column, cell in zip(columns, row, strict=True)
        ]
        if report.remainder:
            text = cell_text(rest, columns[-1], partners)
            cells.append(WrittenCell(text, True, (str(row[0]), "remainder") in marked))
        return tuple(cells)

    rests = report.remainder or (None,) * (len(report.rows) + 1)
    heads = [WrittenCell(str(column.heading), column.is_number) for column in columns]
    if report.remainder:
        heads.append(WrittenCell(gettext("Others, not listed"), True))
    return WrittenReport(
        report=report,
        heads=tuple(heads),
        lines=tuple(
            line(number, row, rest)
            for number, (row, rest) in enumerate(zip(report.rows, rests[:-1], strict=True))
        ),
        totals=line(-1, report.totals, rests[-1]) if report.totals else (),
        failed=report.failed,
        notes=tuple(_note(note, report, partners) for note in report.notes),
    )


def cell_text(cell: Cell, column: Column, partners: Mapping[str, Partner]) -> str:
    """One cell in words: numbers with the column's decimals, days and years in both calendars, codes by name."""
    if cell is None:
        return UNKNOWN
    if cell == "total":
        return pgettext("row", "Total")
    match column.kind:
        case Kind.PARTNER:
            return partners[str(cell)].name if cell in partners else str(cell)
        case Kind.CODE:
            return str(column.words.get(str(cell), cell))
        case Kind.ROC_YEAR:
            return year_words(gregorian_year(int(cell)))
        case Kind.DAY:
            return day_words(PartialDate.parse(str(cell)))
        case Kind.SHARE:
            return f"{float(cell) * 100:.{max(column.decimals, 1)}f} %"
        case Kind.COUNT | Kind.NUMBER | Kind.DAYS:
            return f"{cell:,.{column.decimals}f}" if not isinstance(cell, str) else cell
    return str(cell)


def plain_cell(cell: Cell) -> str | int | float | None:
    """One cell as JSON and sheets keep it: whole numbers without a point, unknown as null."""
    if isinstance(cell, Decimal):
        exact = plain(cell)
        return int(exact) if exact == exact.to_integral_value() else float(exact)
    return cell


def _partners(report: Report) -> dict[str, Partner]:
    places = [place for place, column in enumerate(report.columns) if column.kind == Kind.PARTNER]
    codes = {str(row[place]) for row in report.rows for place in places}
    return {partner.code: partner for partner in Partner.objects.filter(code__in=codes)} if codes else {}


def _note(note: Note, report: Report, partners: Mapping[str, Partner]) -> WrittenNote:
    headings = {column.code: str(column.heading) for column in report.columns}
    headings["remainder"] = gettext("Others, not listed")
    row = cell_text(note.row, report.columns[0], partners) if note.row else ""
    about = [row, headings.get(note.column, note.column)]
    # Translators: between the row and the column that a note is about; in Chinese ，
    joined = pgettext("between row and column", ", ").join(part for part in about if part)
    return WrittenNote(joined, str(note.text), note.language)
