"""Check, apply, undo a file of figures: what :mod:`tracker.importing` asks of reports.

A batch is of one series: every row that is kept says which, whether the file has that column or not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction

from reports.actions.importing.books import books_of
from reports.actions.importing.planning import RowPlan, plan_rows
from reports.actions.importing.reading import LAYOUT, FiguresFile, Row
from reports.actions.importing.refusals import ImportRefused
from reports.actions.importing.totals import Total, other_total, totals_of
from reports.actions.importing.undoing import take_back
from reports.actions.importing.writing import Writer
from reports.models import Series
from reports.rules import may_change_figures
from tracker import importing
from tracker.importing import ImportKind, Occasion, actions, checked_of
from tracker.models import ImportBatch, User

Checked = importing.Checked[Total]


def check_figures(*, file: FiguresFile, series: Series, stated: Mapping[int, Decimal]) -> Checked:
    """Say what every row would do. Writes nothing and asks nobody's rights: everybody reads the figures.

    ``stated`` are the totals that the source printed, by Gregorian year.

    :raises ImportRefused: when a row names another series, or the books know another total.
    """
    file, books = meant_for(file, series), books_of(series)
    refused = other_total(books, stated)
    if refused:
        raise refused
    plans = plan_rows(file.rows, books)
    totals = totals_of([plan.row for plan in plans], books, stated)
    return checked_of(file, [plan.kept for plan in plans], totals)


def meant_for(file: FiguresFile, series: Series) -> FiguresFile:
    """The same file, each row naming the series.

    :raises ImportRefused: when a row names another one.
    """
    for row in file.rows:
        if row.series and row.series.casefold() != series.code.casefold():
            raise ImportRefused("other_series", line=row.line, text=row.series, series=series.code)
    rows = (replace(row, series=series.code, cells={**row.cells, "series": series.code}) for row in file.rows)
    return replace(file, rows=tuple(rows))


def series_of(batch: ImportBatch) -> Series:
    """The series whose figures a batch imports. One query."""
    return Series.objects.get(code=batch.plan["rows"][0]["cells"]["series"])


def begin(rows: Sequence[Row], occasion: Occasion) -> tuple[Iterable[list[RowPlan]], Writer]:
    """All plans at once: sums are of whole years."""
    books = books_of(Series.objects.get(code=rows[0].series), lock=True)
    return [plan_rows(rows, books)], Writer(occasion, books)


FIGURES = ImportKind(
    "figures", LAYOUT, Total, may_change_figures, may_change_figures, begin, take_back, corrects=True
)
errors_of = FIGURES.errors_of


@transaction.atomic
def plan_import(*, by: User, file: FiguresFile, series: Series, stated: Mapping[int, Decimal]) -> ImportBatch:
    """Check a file and keep the check as a batch, so that the file need not come twice.

    :raises ImportRefused: without the right, when a row names another series, or the books know another total.
    """
    actions.require_right(FIGURES, by)
    checked = check_figures(file=file, series=series, stated=stated)
    return actions.keep_check(by=by, kind=FIGURES, checked=checked)


@transaction.atomic
def check_again(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Check the kept rows of a batch against the books as they are now, and keep that.

    A total that was typed in gives way to the one that the books have got meanwhile.

    :raises ImportRefused: without the right.
    """
    actions.require_right(FIGURES, by)
    series = series_of(batch)
    printed = books_of(series).printed
    typed = {total.year: Decimal(total.stated) for total in FIGURES.checked(batch).totals if total.is_typed}
    stated = {year: printed[year].value if year in printed else value for year, value in typed.items()}
    checked = check_figures(file=FIGURES.table(batch, today=today), series=series, stated=stated)
    return actions.keep_check(by=by, kind=FIGURES, checked=checked, batch=batch)


def apply_import(
    *, by: User, batch: ImportBatch, today: date, note: str = "", reason: str = ""
) -> ImportBatch:
    """Write everything that the check showed, or nothing: see :func:`tracker.importing.actions.apply_batch`."""
    return actions.apply_batch(by=by, kind=FIGURES, batch=batch, today=today, note=note, reason=reason)


@transaction.atomic
def import_at_once(
    *,
    by: User,
    file: FiguresFile,
    series: Series,
    stated: Mapping[int, Decimal],
    today: date,
    note: str = "",
    reason: str = "",
) -> tuple[Checked, ImportBatch | None]:
    """Check a file and write it in the same breath: see :func:`tracker.importing.actions.import_at_once`.

    :raises ImportRefused: also when a row names another series, or the books know another total.
    """
    actions.require_right(FIGURES, by)
    refused = other_total(books_of(series), stated)
    if refused:
        raise refused

    def totals(rows: Sequence[Row]) -> list[Total]:
        return totals_of(rows, books_of(series), stated)

    said = {"note": note, "reason": reason}
    table = meant_for(file, series)
    return actions.import_at_once(by=by, kind=FIGURES, table=table, totals_of=totals, today=today, **said)


def undo_import(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Take back everything that a batch wrote: see :func:`tracker.importing.actions.undo_batch`."""
    return actions.undo_batch(by=by, kind=FIGURES, batch=batch, today=today)
