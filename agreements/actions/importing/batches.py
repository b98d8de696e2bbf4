"""Check, apply, undo: a register file as one batch, all or nothing.

The check writes nothing but the batch that keeps it. Applying reads the kept rows again, plans them again under
the locks, and goes on only when the plan is still the one that was shown. What an undone batch had brought is
withdrawn, never deleted: see :mod:`agreements.actions.importing.undoing`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from agreements.actions.importing.planning import plan_rows, world
from agreements.actions.importing.reading import RegisterFile, Row, read_row, twins_marked
from agreements.actions.importing.refusals import CellError, ImportRefused
from agreements.actions.importing.totals import Total, totals_of
from agreements.actions.importing.writing import Writer
from agreements.actions.register import next_number
from agreements.rules import may_import
from tracker import audit
from tracker.importing import ADD, CHANGE, REFUSE, counts_of
from tracker.models import ImportBatch, User

KIND = "agreements"
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would do: one kept plan for each row, how many of each outcome, and the control totals."""

    name: str
    sha256: str
    rows: list[dict[str, Any]]
    counts: dict[str, int]
    totals: list[Total]

    @property
    def has_errors(self) -> bool:
        return self.counts[REFUSE] > 0

    @property
    def has_work(self) -> bool:
        return self.counts[ADD] + self.counts[CHANGE] > 0

    @property
    def adds_up(self) -> bool:
        return all(total.adds_up for total in self.totals)

    @classmethod
    def of(cls, batch: ImportBatch) -> "Checked":
        """The check that a batch keeps."""
        plan = batch.plan
        totals = [Total(**total) for total in plan["totals"]]
        return cls(batch.file_name, batch.sha256, plan["rows"], plan["counts"], totals)


def errors_of(row: dict[str, Any]) -> list[CellError]:
    """The errors of a kept row, to be told in the reader's language."""
    return [CellError(*error) for error in row["errors"]]


def check_file(*, by: User | None, file: RegisterFile, today: date) -> Checked:
    """Say what every row would do. Writes nothing; ``by`` None asks nobody's rights."""
    known = world()
    kept, rows = [], []
    for plans in plan_rows(file.rows, known, by=by):
        kept += [plan.kept for plan in plans]
        rows += [plan.row for plan in plans]
    totals = totals_of(rows, known, by=by, today=today)
    return Checked(file.name, file.sha256, kept, counts_of(kept), totals)


@transaction.atomic
def plan_import(*, by: User, file: RegisterFile, today: date) -> ImportBatch:
    """Check a file and keep the check as a batch, so that the file need not come twice.

    :raises ImportRefused: without the right.
    """
    if not may_import(by):
        raise ImportRefused("not_allowed")
    return keep_check(by=by, checked=check_file(by=by, file=file, today=today))


@transaction.atomic
def keep_check(*, by: User, checked: Checked, batch: ImportBatch | None = None) -> ImportBatch:
    """Keep a check as a new batch, or as the newer check of ``batch``.

    :raises ImportRefused: without the right.
    """
    if not may_import(by):
        raise ImportRefused("not_allowed")
    plan = {
        "rows": checked.rows,
        "counts": checked.counts,
        "totals": [total.kept for total in checked.totals],
        "note": "",
    }
    if batch is None:
        batch = ImportBatch.objects.create(
            kind=KIND,
            file_name=checked.name[-LONGEST_NAME:],
            sha256=checked.sha256,
            plan=plan,
            created_by=by,
            created_at=timezone.now(),
        )
    else:
        batch.plan = plan
        batch.save(update_fields=["plan"])
    details = {"file": batch.file_name, "sha256": batch.sha256} | checked.counts
    audit.record("import.plan", batch, by=by, details=details)
    return batch


def check_again(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Check the kept rows of a batch against the register as it is now, and keep that.

    :raises ImportRefused: without the right.
    """
    file = RegisterFile(batch.file_name, batch.sha256, tuple(_rows_of(batch, today)))
    return keep_check(by=by, checked=check_file(by=by, file=file, today=today), batch=batch)


@transaction.atomic
def apply_import(*, by: User, batch: ImportBatch, today: date, note: str = "") -> ImportBatch:
    """Write everything that the check showed, or nothing. Applied once, it does nothing again.

    ``note`` says why the file does not add up to a stated figure; it stays with the batch.

    :raises ImportRefused: without the right, for rows with errors, without work, without the note that is
        needed, for an undone batch, or when the register has changed since the check.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportBatch.State.APPLIED and may_import(by):
        return batch
    _check_may_apply(by, batch, note)
    audit.lock_numbers("agreement")
    writer = Writer(by, batch, today, timezone.now(), taken=_taken(today))
    shown = iter(batch.plan["rows"])
    for plans in plan_rows(_rows_of(batch, today), world(), by=by, lock=True):
        if any(_differs(plan.kept, next(shown)) for plan in plans):
            raise ImportRefused("stale")
        writer.write(plans)
    for row in batch.plan["rows"]:
        row["number"] = row["number"] or writer.numbers.get(row["line"], "")
    batch.plan |= {"note": note.strip(), "undo": writer.undo, "applied_by": str(by)}
    batch.state = ImportBatch.State.APPLIED
    batch.applied_at = writer.now
    batch.save(update_fields=["plan", "state", "applied_at"])
    counts = batch.plan["counts"]
    told = {"file": batch.file_name, "added": counts[ADD], "changed": counts[CHANGE], "note": note.strip()}
    audit.record_all([*writer.deeds, audit.Deed("import.apply", batch, told)], by=by)
    return batch


def _check_may_apply(by: User, batch: ImportBatch, note: str) -> None:
    """:raises ImportRefused: for whatever is known without looking at the register."""
    checked = Checked.of(batch)
    if not may_import(by):
        raise ImportRefused("not_allowed")
    if batch.state == ImportBatch.State.UNDONE:
        raise ImportRefused("undone")
    if checked.has_errors:
        raise ImportRefused("has_errors", count=checked.counts[REFUSE])
    if not checked.has_work:
        raise ImportRefused("nothing_to_do")
    if not checked.adds_up and not note.strip():
        raise ImportRefused("note_missing")


def _rows_of(batch: ImportBatch, today: date) -> list[Row]:
    """The rows of a batch, understood again from their cells."""
    return twins_marked([read_row(row["line"], row["cells"], today=today) for row in batch.plan["rows"]])


def _differs(planned: dict[str, Any], shown: dict[str, Any]) -> bool:
    return any(planned[part] != shown[part] for part in ("line", "outcome", "number", "changes"))


def _taken(today: date) -> int:
    """How many numbers of this year are taken."""
    return int(next_number(today).rpartition("-")[2]) - 1
