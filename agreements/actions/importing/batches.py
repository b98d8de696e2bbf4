"""Check, apply, undo a register file: what :mod:`tracker.importing` asks of the register.

What an undone batch had brought is withdrawn, never deleted: see :mod:`agreements.actions.importing.undoing`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from agreements.actions.importing.planning import RowPlan, plan_rows, world
from agreements.actions.importing.reading import LAYOUT, RegisterFile, Row
from agreements.actions.importing.totals import Total, totals_of
from agreements.actions.importing.undoing import take_back
from agreements.actions.importing.writing import Writer
from agreements.actions.register import next_number
from agreements.rules import may_import, may_undo_import
from tracker import audit, importing
from tracker.importing import ImportKind, Occasion, actions, checked_of
from tracker.models import ImportBatch, User

Checked = importing.Checked[Total]


def check_file(*, by: User | None, file: RegisterFile, today: date) -> Checked:
    """Say what every row would do. Writes nothing; ``by`` None asks nobody's rights."""
    known = world()
    kept, rows = [], []
    for plans in plan_rows(file.rows, known, by=by):
        kept += [plan.kept for plan in plans]
        rows += [plan.row for plan in plans]
    return checked_of(file, kept, totals_of(rows, known, by=by, today=today))


def begin(rows: Sequence[Row], occasion: Occasion) -> tuple[Iterable[list[RowPlan]], Writer]:
    """Plan under the locks, and the writer that takes the next numbers."""
    audit.lock_numbers("agreement")
    taken = int(next_number(occasion.today).rpartition("-")[2]) - 1
    return plan_rows(rows, world(), by=occasion.by, lock=True), Writer(occasion, taken)


REGISTER = ImportKind("agreements", LAYOUT, Total, may_import, may_undo_import, begin, take_back)
errors_of = REGISTER.errors_of


def keep_check(*, by: User, checked: Checked) -> ImportBatch:
    """Keep a check as a batch.

    :raises ImportRefused: without the right.
    """
    return actions.keep_check(by=by, kind=REGISTER, checked=checked)


@transaction.atomic
def plan_import(*, by: User, file: RegisterFile, today: date) -> ImportBatch:
    """Check a file and keep the check as a batch, so that the file need not come twice.

    :raises ImportRefused: without the right.
    """
    actions.require_right(REGISTER, by)
    return keep_check(by=by, checked=check_file(by=by, file=file, today=today))


@transaction.atomic
def check_again(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Check the kept rows of a batch against the register as it is now, and keep that.

    :raises ImportRefused: without the right.
    """
    actions.require_right(REGISTER, by)
    checked = check_file(by=by, file=REGISTER.table(batch, today=today), today=today)
    return actions.keep_check(by=by, kind=REGISTER, checked=checked, batch=batch)


def apply_import(*, by: User, batch: ImportBatch, today: date, note: str = "") -> ImportBatch:
    """Write everything that the check showed, or nothing: see :func:`tracker.importing.actions.apply_batch`."""
    return actions.apply_batch(by=by, kind=REGISTER, batch=batch, today=today, note=note)


def undo_import(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Take back everything that a batch wrote: see :func:`tracker.importing.actions.undo_batch`."""
    return actions.undo_batch(by=by, kind=REGISTER, batch=batch, today=today)
