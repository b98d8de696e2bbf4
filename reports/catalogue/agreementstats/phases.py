"""A01: in which phase the agreements stood at the end of each year."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.counting import phase_counts
from agreements.lifecycle import Phase
from reports.casework.counting import Span
from reports.catalogue.agreementstats import lists
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Cell, Check, Column, Kind, Parameters, Report, Row
from tracker.models import User
from tracker.rocdate import gregorian_year, roc_year

YEARS = 10
COLUMNS = (
    Column("roc_year", pgettext_lazy("column", "Year"), Kind.ROC_YEAR),
    *(Column(phase.value, phase.label) for phase in Phase),
    Column("total", pgettext_lazy("column", "Total")),
)


def phases(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """A row a year: the agreements by phase at its end, in the last year on the day asked for. A statement a year."""
    rows = tuple(_year(asked, reader, year) for year in Span.of(asked.since, asked.as_of, YEARS).years)
    sums = [sum(int(str(cell)) for cell in row[1:-1]) == row[-1] for row in rows]
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=COLUMNS,
        rows=rows,
        # Translators: 件 (agreements)
        unit=pgettext_lazy("unit", "agreements"),
        checks=(Check("phases_add_up_to_all", all(sums), f"{sum(sums)} / {len(sums)}"),),
        notes=lists.notes(
            asked, reader, _("The last year is counted on the day of the report."), lists.PARTLY
        ),
    )


def _day(asked: Parameters, year: int) -> date:
    return min(date(year, 12, 31), asked.as_of)


def _year(asked: Parameters, reader: User | None, year: int) -> Row:
    then = lists.rows_of(asked, reader).as_of(_day(asked, year), asked.known_on)
    found = phase_counts(then)
    cells: list[Cell] = [found[phase.value] for phase in Phase]
    return (roc_year(year), *cells, sum(found.values()))


def _to_board(report: Report, row: Row, column: Column) -> str:
    if column.code == "roc_year":
        return ""
    day = _day(report.parameters, gregorian_year(int(str(row[0]))))
    narrowed = {} if column.code == "total" else {"phase": column.code}
    return lists.board(report.parameters, day, **narrowed)


ENTRIES = (
    Entry(
        "A01",
        # Translators: 各年底條約及協定推動階段
        _("Agreements by phase at the end of each year"),
        _("How many were being negotiated, signed, deliberated, exchanged or in force, year by year."),
        Group.AGREEMENTS,
        phases,
        lists.WITH_SINCE,
        _to_board,
    ),
)
