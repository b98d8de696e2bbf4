"""The picture above a table: one of its columns over the years, with the very numbers that the table shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reports import charts
from reports.catalogue import Kind
from reports.written import UNKNOWN, WrittenReport

WIDTH = 520.0
LEAST, MOST = 2, 20
"""So many rows make a picture worth drawing, and still let it be read."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns side by side, and what they say for those who do not see them."""

    heading: str
    columns: Sequence[charts.Column]
    said: str


def chart_of(written: WrittenReport) -> Chart | None:
    """The first column of numbers over the years of the rows, or the one that the report names in ``extra["chart"]``.

    None for a report whose rows are no years, or too few or too many of them.
    """
    report = written.report
    if not LEAST <= len(report.rows) <= MOST or report.columns[0].kind != Kind.ROC_YEAR:
        return None
    wanted = report.extra.get("chart")
    places = [
        place
        for place, column in enumerate(report.columns)
        if column.is_number and wanted in (None, column.code)
    ]
    if not places or len({row[0] for row in report.rows}) != len(report.rows):
        return None
    place = places[0]
    texts = [line[place].text for line in written.lines]
    values = [None if row[place] is None else Decimal(str(row[place])) for row in report.rows]
    labels = [line[0].text for line in written.lines]
    drawn = charts.columns(
        [(str(row[0]), value) for row, value in zip(report.rows, values, strict=True)], width=WIDTH
    )
    shown = [
        replace(one, text="" if text == UNKNOWN else text) for one, text in zip(drawn, texts, strict=True)
    ]
    said = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    return Chart(str(report.columns[place].heading), shown, said)
