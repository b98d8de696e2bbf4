"""The picture above a table: one of its columns over the years, with the very numbers that the table shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reports import charts
from reports.catalogue import Cell, Kind
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
    if not _is_of_years(written):
        return None
    wanted = report.extra.get("chart")
    places = [
        place
        for place, column in enumerate(report.columns)
        if column.is_number and wanted in (None, column.code)
    ]
    if not places:
        return None
    place = places[0]
    return _drawn(written, str(report.columns[place].heading), [row[place] for row in report.rows], place)


def chart_of_remainder(written: WrittenReport) -> Chart | None:
    """What the source counts without naming whose it is, over the years of the rows; None where it names everybody."""
    rests = written.report.remainder[: len(written.report.rows)]
    if not _is_of_years(written) or all(rest is None for rest in rests):
        return None
    return _drawn(written, written.heads[-1].text, rests, -1)


def _is_of_years(written: WrittenReport) -> bool:
    """Whether the rows are years, each once, and neither too few nor too many for a picture."""
    report = written.report
    return (
        LEAST <= len(report.rows) <= MOST
        and report.columns[0].kind == Kind.ROC_YEAR
        and len({row[0] for row in report.rows}) == len(report.rows)
    )


def _drawn(written: WrittenReport, heading: str, cells: Sequence[Cell], place: int) -> Chart:
    """The cells as columns; their texts stand at ``place`` of the lines."""
    texts = [line[place].text for line in written.lines]
    values = [None if cell is None else Decimal(str(cell)) for cell in cells]
    labels = [line[0].text for line in written.lines]
    years = [str(row[0]) for row in written.report.rows]
    drawn = charts.columns(list(zip(years, values, strict=True)), width=WIDTH)
    shown = [
        replace(one, text="" if text == UNKNOWN else text) for one, text in zip(drawn, texts, strict=True)
    ]
    said = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    return Chart(heading, shown, said)
