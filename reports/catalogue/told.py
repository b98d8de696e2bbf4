"""A report as it is told to who may not open them all (AZ-13); how a single number is told: :mod:`reports.suppression`. Pure."""

from collections.abc import Container, Iterable
from dataclasses import replace

from django.utils.functional import lazy
from django.utils.translation import gettext

from reports.catalogue.shape import Cell, Column, Kind, Note, Report, Row, Words
from reports.suppression import BASE, NOTE, Coin, at_least, held_back

OF_TEN = 10 * BASE
"""From so many cases on at least five lie above the 90th percentile."""
YEAR_ONLY = frozenset({"case_cooperation"})
"""Days of a single case of which the year alone is told; other days of single cases are not told."""
RUNG, LOWEST = "rung", ("no_contact", "case_cooperation")
"""Which of the two a partner has come to says whether there was any case."""
BEHIND = ("closed", "open", "completed")
"""The columns, in this order, that say how many cases stand behind a median."""
HEADS = (Kind.TEXT, Kind.PARTNER, Kind.CODE, Kind.ROC_YEAR)


def told_cells(
    code: str,
    columns: tuple[Column, ...],
    row: Row,
    only: Container[str] | None = None,
    coin: Coin = held_back,
) -> tuple[Row, frozenset[str]]:
    """A row as it is told, and the codes of the columns in which something is not. ``only`` None: every column counts cases."""
    heads = [
        cell for column, cell in zip(columns, row, strict=True) if column.kind in HEADS or cell == "total"
    ]
    told: dict[str, Cell] = {}
    for column, cell in zip(columns, row, strict=True):
        told[column.code] = cell
        if cell is not None and _is_number(column, only):
            told[column.code] = at_least(float(str(cell)), (code, *heads, column.code), coin)
    behind = next((told[name] for name in BEHIND if name in told), None)
    tells = any(told[column.code] is not None for column in columns if _is_number(column, only))
    guarded = [column for column in columns if _is_guarded(column, only)]
    for column in guarded:
        if not _is_number(column, only):
            told[column.code] = _of_days(column, told[column.code], behind, tells=tells)
    # Also where nothing stood: a known lack of a percentage or a day would say that there were few cases, or none.
    hidden = {column.code for column in guarded if told[column.code] is None}
    if YEAR_ONLY & hidden and told.get(RUNG) in LOWEST:
        told[RUNG] = None
        hidden.add(RUNG)
    return tuple(told.values()), frozenset(hidden)


def suppressed(report: Report, only: Container[str] | None = None, coin: Coin = held_back) -> Report:
    """The report as it is told. ``only`` names the columns that count cases; None: all, and rows without a number are left out."""
    rows: list[Row] = []
    withheld: set[tuple[int, str]] = set()
    for row in report.rows:
        told, hidden = told_cells(report.code, report.columns, row, only, coin)
        if RUNG in hidden or (only is None and not _tells(report.columns, told)):
            continue
        withheld |= {(len(rows), code) for code in hidden}
        rows.append(told)
    totals, hidden = report.totals, frozenset[str]()
    if totals:
        totals, hidden = told_cells(report.code, report.columns, totals, only, coin)
    return replace(
        report,
        columns=tuple(_headed(column, only) for column in report.columns),
        rows=tuple(rows),
        totals=totals,
        checks=() if only is None else report.checks,
        notes=(*report.notes, Note(NOTE)),
        extra={} if only is None else report.extra,
        withheld=frozenset(withheld | {(-1, code) for code in hidden}),
        is_suppressed=True,
    )


def suppressed_ranking(report: Report, only: Container[str]) -> Report:
    """A ranking that was kept: the factors that count cases as they are told, and no score into which such a factor went."""
    weighing = {one["factor"] for one in report.extra.get("factors", ()) if one["weight"]}
    present = [column.code for column in report.columns if column.code in only]
    at = {column.code: place for place, column in enumerate(report.columns)}
    rows, withheld = [], set()
    for number, row in enumerate(report.rows):
        cells = list(row)
        for code in present:
            if row[at[code]] is not None:
                cells[at[code]] = at_least(float(str(row[at[code]])), (row[at["partner"]], code))
        if weighing.intersection(present):
            cells[at["score"]] = None
        withheld |= {
            (number, column)
            for column, place in at.items()
            if cells[place] != row[place] and cells[place] is None
        }
        rows.append(tuple(cells))
    return replace(
        report,
        columns=tuple(_headed(column, only) for column in report.columns),
        rows=tuple(rows),
        notes=(*report.notes, *([Note(NOTE)] if present else [])),
        extra={"weights_version": report.extra.get("weights_version")},
        withheld=frozenset(withheld),
        is_suppressed=True,
    )


def told_ranking(report: Report, only: Container[str]) -> Report:
    """A ranking that was made of numbers as they are told already; what it does not know of these factors is not shown."""
    present = [(at, column.code) for at, column in enumerate(report.columns) if column.code in only]
    withheld = {(n, code) for n, row in enumerate(report.rows) for at, code in present if row[at] is None}
    return replace(
        report,
        columns=tuple(_headed(column, only) for column in report.columns),
        notes=(*report.notes, *([Note(NOTE)] if present else [])),
        withheld=frozenset(withheld),
        is_suppressed=True,
    )


def _is_guarded(column: Column, only: Container[str] | None) -> bool:
    return column.kind not in HEADS and (only is None or column.code in only)


def _is_number(column: Column, only: Container[str] | None) -> bool:
    return column.kind in (Kind.COUNT, Kind.NUMBER) and _is_guarded(column, only)


def _of_days(column: Column, cell: Cell, behind: Cell, *, tells: bool) -> Cell:
    """A median of five cases at least, a 90th percentile of fifty, the year of a first case; nothing else."""
    number = behind if isinstance(behind, int) else 0
    if column.code in YEAR_ONLY:
        return str(cell)[:4] if tells and cell is not None else None
    needed = {"median": BASE, "ninetieth": OF_TEN}.get(column.code)
    return cell if needed is not None and number >= needed else None


def _tells(columns: Iterable[Column], row: Row) -> bool:
    return any(
        cell is not None for column, cell in zip(columns, row, strict=True) if _is_number(column, None)
    )


def _headed(column: Column, only: Container[str] | None) -> Column:
    return replace(column, heading=least_words(column.heading)) if _is_number(column, only) else column


def _least(heading: Words) -> str:
    # Translators: above a column of numbers that were rounded down: 件數（至少）
    return gettext("%(column)s (at least)") % {"column": heading}


least_words = lazy(_least, str)
"""A heading that says that its numbers are told as "at least"."""
