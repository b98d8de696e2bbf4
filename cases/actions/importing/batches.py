"""Check, apply: a case log as one batch, all or nothing.

The check writes nothing but the batch that keeps it. Applying reads the kept rows again, plans them again under
the locks, and goes on only when the plan is still the one that was shown. What an undone batch had brought is
struck out, never deleted: see :mod:`cases.actions.importing.undoing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.actions.importing.planning import RowPlan, plan_rows, world
from cases.actions.importing.reading import LogFile, Row, read_row, twins_marked
from cases.actions.importing.refusals import CellError, ImportRefused
from cases.actions.importing.totals import Total, totals_of
from cases.actions.importing.writing import Writer
from cases.rules import may_import_cases
from tracker import audit
from tracker.importing import ADD, CHANGE, REFUSE, counts_of
from tracker.models import ImportBatch, User

KIND = "cases"
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


def check_log(*, by: User | None, file: LogFile, stated: Mapping[str, int]) -> Checked:
    """Say what every row would do. Writes nothing; ``by`` None asks nobody's rights.

    ``stated`` are the totals that were counted elsewhere, by measure.
    """
    known = world(file.rows, by=by)
    return _checked(file, [plan for plans in plan_rows(file.rows, known) for plan in plans], stated)


def _checked(file: LogFile, plans: Iterable[RowPlan], stated: Mapping[str, int]) -> Checked:
    kept, rows = [], []
    for plan in plans:
        kept.append(plan.kept)
        rows.append(plan.row)
    return Checked(file.name, file.sha256, kept, counts_of(kept), totals_of(rows, stated))


@transaction.atomic
def plan_import(*, by: User, file: LogFile, stated: Mapping[str, int]) -> ImportBatch:
    """Check a file and keep the check as a batch, so that the file need not come twice.

    :raises ImportRefused: without the right.
    """
    if not may_import_cases(by):
        raise ImportRefused("not_allowed")
    return _keep(by, check_log(by=by, file=file, stated=stated))


def _keep(by: User, checked: Checked, batch: ImportBatch | None = None) -> ImportBatch:
    """Keep a check as a new batch, or as the newer check of ``batch``."""
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


@transaction.atomic
def check_again(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Check the kept rows of a batch against the cases as they are now, and keep that.

    :raises ImportRefused: without the right.
    """
    if not may_import_cases(by):
        raise ImportRefused("not_allowed")
    file = LogFile(batch.file_name, batch.sha256, tuple(_rows_of(batch, today)))
    stated = {total.measure: total.stated for total in Checked.of(batch).totals}
    return _keep(by, check_log(by=by, file=file, stated=stated), batch)


@transaction.atomic
def apply_import(*, by: User, batch: ImportBatch, today: date, note: str = "") -> ImportBatch:
    """Write everything that the check showed, or nothing. Applied once, it does nothing again.

    ``note`` says why the file does not add up to a stated total; it stays with the batch.

    :raises ImportRefused: without the right, for rows with errors, without work, without the note that is
        needed, for an undone batch, or when the cases have changed since the check.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportBatch.State.APPLIED and may_import_cases(by):
        return batch
    _check_may_apply(by, batch, note)
    rows = _rows_of(batch, today)
    known = world(rows, by=by)
    plans = [plan for some in plan_rows(rows, known, lock=True) for plan in some]
    if any(_differs(plan.kept, shown) for plan, shown in zip(plans, batch.plan["rows"], strict=True)):
        raise ImportRefused("stale")
    writer = Writer(by, batch, timezone.now(), known)
    writer.write(plans)
    return _applied(writer, note)


@transaction.atomic
def import_at_once(
    *, by: User, file: LogFile, stated: Mapping[str, int], note: str = ""
) -> tuple[Checked, ImportBatch | None]:
    """Check a file and write it in the same breath, or nothing: for commands. The batch is None when nothing was written.

    :raises ImportRefused: without the right, or without the note that is needed.
    """
    if not may_import_cases(by):
        raise ImportRefused("not_allowed")
    known = world(file.rows, by=by)
    plans = [plan for some in plan_rows(file.rows, known, lock=True) for plan in some]
    checked = _checked(file, plans, stated)
    if checked.has_errors or not checked.has_work:
        return checked, None
    batch = _keep(by, checked)
    _check_may_apply(by, batch, note)
    writer = Writer(by, batch, timezone.now(), known)
    writer.write(plans)
    return checked, _applied(writer, note)


def _applied(writer: Writer, note: str) -> ImportBatch:
    """Keep with the batch what was written and how to undo it, and tell the audit trail."""
    batch = writer.batch
    for row in batch.plan["rows"]:
        row["number"] = row["number"] or writer.numbers.get(row["line"], "")
    batch.plan |= {"note": note.strip(), "undo": writer.undo, "applied_by": str(writer.by)}
    batch.state = ImportBatch.State.APPLIED
    batch.applied_at = writer.now
    batch.save(update_fields=["plan", "state", "applied_at"])
    counts = batch.plan["counts"]
    told = {"file": batch.file_name, "added": counts[ADD], "changed": counts[CHANGE], "note": note.strip()}
    audit.record_many([*writer.deeds, audit.Deed("import.apply", batch, told)], by=writer.by)
    return batch


def _check_may_apply(by: User, batch: ImportBatch, note: str) -> None:
    """:raises ImportRefused: for whatever is known without looking at the cases."""
    checked = Checked.of(batch)
    if not may_import_cases(by):
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
