"""A report as rows of a sheet: the header first, then the rows and their totals; everything else on a second sheet.

So a program reads the first sheet, or the CSV, from its first line. Beside the words of a partner or of another code
stands the code itself, and numbers are unrounded.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext, pgettext

from reports.asked import parameter_words
from reports.catalogue import Cell, Kind, Report
from reports.written import WrittenReport, plain_cell, write
from tracker.sheets import Beside, csv_chunks, write_ods, write_xlsx

CODED = (Kind.PARTNER, Kind.CODE)


def header_of(report: Report) -> list[str]:
    """The headings in the reader's language; a column of codes is two: the codes, and what they mean."""
    heads: list[str] = []
    for column in report.columns:
        if column.kind in CODED:
            heads.append(gettext("%(column)s (code)") % {"column": column.heading})
        heads.append(str(column.heading))
    return [*heads, gettext("Others, not listed")] if report.remainder else heads


def rows_of(report: Report, written: WrittenReport) -> Iterator[list[object]]:
    """The rows, and the totals as the last of them."""
    rests = report.remainder or (None,) * (len(report.rows) + 1)
    rows = (*report.rows, report.totals) if report.totals else report.rows
    lines = (*written.lines, written.totals) if report.totals else written.lines
    for place, (row, line) in enumerate(zip(rows, lines, strict=True)):
        cells: list[object] = []
        number = place if place < len(report.rows) else -1
        for column, cell, words in zip(report.columns, row, line, strict=False):
            if (number, column.code) in report.withheld:
                cells.append(words.text)
            elif column.kind in CODED:
                cells += ["" if cell == "total" else cell, None if cell is None else words.text]
            else:
                cells.append(_bare(cell))
        yield [*cells, plain_cell(rests[place])] if report.remainder else cells


def beside_of(report: Report, written: WrittenReport, *, digest: str = "") -> Beside:
    """What must be known of the rows: title, parameters, source, checks, notes and, for an approved report, its digest."""
    return Beside(
        pgettext("name of a sheet", "About"),
        [pgettext("about a report", "What"), pgettext("about a report", "Is")],
        list(_facts(report, written, digest)),
    )


def _facts(report: Report, written: WrittenReport, digest: str) -> Iterable[tuple[str, str]]:
    yield gettext("Report"), f"{report.code} {report.title}"
    yield from parameter_words(report.parameters)
    if report.unit:
        yield gettext("Unit"), str(report.unit)
    for source in report.sources:
        yield gettext("Source"), source
    for note in written.notes:
        yield gettext("Note"), f"{note.about}: {note.text}" if note.about else note.text
    for check in report.checks:
        state = pgettext("check", "agrees") if check.ok else pgettext("check", "does not agree")
        yield gettext("Check"), f"{check.name}: {state} ({check.detail})"
    if digest:
        yield gettext("SHA-256 digest of the content"), digest


def write_report(report: Report, form: str, file: BinaryIO, *, digest: str = "") -> None:
    """Write the report as `csv`, `xlsx` or `ods`.

    :raises KeyError: for another form.
    :raises tracker.sheets.SheetError: when it has more rows than a sheet takes.
    """
    written = write(report)
    header, rows = header_of(report), rows_of(report, written)
    if form == "csv":
        file.writelines(csv_chunks(header, rows))
        return
    beside = beside_of(report, written, digest=digest)
    {"xlsx": write_xlsx, "ods": write_ods}[form](header, rows, file, str(report.title), beside)


def _bare(cell: Cell) -> object:
    """A cell as a program wants it: numbers unrounded, days as 2024-12-31, "total" in words."""
    return pgettext("row", "Total") if cell == "total" else plain_cell(cell)
