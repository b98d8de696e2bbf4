"""Check, apply, undo a case log: what :mod:`tracker.importing` asks of cases.

What an undone batch had brought is struck out, never deleted: see :mod:`cases.actions.importing.undoing`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction

from cases.actions.importing.planning import RowPlan, plan_rows, world
from cases.actions.importing.reading import LAYOUT, LogFile, Row
from cases.actions.importing.totals import Total, totals_of
from cases.actions.importing.undoing import take_back
from cases.actions.importing.writing import Writer
from cases.rules import may_import_cases, may_undo_case_import
from tracker import importing
from tracker.importing import ImportKind, Occasion, actions, checked_of
from tracker.models import ImportBatch, User

Checked = importing.Checked[Total]


def check_log(*, by: User | None, file: LogFile, stated: Mapping[str, int]) -> Checked:
    """Say what every row would do. Writes nothing; ``by`` None asks nobody's rights.

    ``stated`` are the totals that were counted elsewhere, by measure.
    """
    known = world(file.rows, by=by)
    kept, rows = [], []
    for plans in plan_rows(file.rows, known):
        kept += [plan.kept for plan in plans]
        rows += [plan.row for plan in plans]
    return checked_of(file, kept, totals_of(rows, stated))


def begin(rows: Sequence[Row], occasion: Occasion) -> tuple[Iterable[list[RowPlan]], Writer]:
    """All plans at once: a row must not meet a case that a row before it brings."""
    known = world(rows, by=occasion.by)
    plans = [plan for some in plan_rows(rows, known, lock=True) for plan in some]
    return [plans], Writer(occasion, known)


LOG = ImportKind("cases", LAYOUT, Total, may_import_cases, may_undo_case_import, begin, take_back)
errors_of = LOG.errors_of


@transaction.atomic
def plan_import(*, by: User, file: LogFile, stated: Mapping[str, int]) -> ImportBatch:
    """Check a file and keep the check as a batch, so that the file need not come twice.

    :raises ImportRefused: without the right.
    """
    actions.require_right(LOG, by)
    return actions.keep_check(by=by, kind=LOG, checked=check_log(by=by, file=file, stated=stated))


@transaction.atomic
def check_again(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Check the kept rows of a batch against the cases as they are now, and keep that.

    :raises ImportRefused: without the right.
    """
    actions.require_right(LOG, by)
    stated = {total.measure: total.stated for total in LOG.checked(batch).totals}
    checked = check_log(by=by, file=LOG.table(batch, today=today), stated=stated)
    return actions.keep_check(by=by, kind=LOG, checked=checked, batch=batch)


def apply_import(*, by: User, batch: ImportBatch, today: date, note: str = "") -> ImportBatch:
    """Write everything that the check showed, or nothing: see :func:`tracker.importing.actions.apply_batch`."""
    return actions.apply_batch(by=by, kind=LOG, batch=batch, today=today, note=note)


def import_at_once(
    *, by: User, file: LogFile, stated: Mapping[str, int], today: date, note: str = ""
) -> tuple[Checked, ImportBatch | None]:
    """Check a file and write it in the same breath: see :func:`tracker.importing.actions.import_at_once`."""

    def totals(rows: Sequence[Row]) -> list[Total]:
        return totals_of(rows, stated)

    return actions.import_at_once(by=by, kind=LOG, table=file, totals_of=totals, today=today, note=note)


def undo_import(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Take back everything that a batch wrote: see :func:`tracker.importing.actions.undo_batch`."""
    return actions.undo_batch(by=by, kind=LOG, batch=batch, today=today)
