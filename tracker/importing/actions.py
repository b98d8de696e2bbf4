"""Keep a check, apply it, undo it: a file as one batch, all or nothing, whatever it is about.

The check writes nothing but the batch that keeps it. Applying reads the kept rows again, plans them again under
the locks, and goes on only when the plan is still the one that was shown. What an undone batch had brought is
withdrawn or struck out by the app, never deleted.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from tracker import audit
from tracker.importing.checks import Checked, Total, checked_of, differs
from tracker.importing.kinds import ImportKind, Occasion, Writer
from tracker.importing.outcomes import ADD, CHANGE, REFUSE
from tracker.importing.tables import Row, Table
from tracker.models import ImportBatch, User
from tracker.retrying import with_another_try

LONGEST_NAME = 255


@transaction.atomic
def keep_check(
    *, by: User, kind: ImportKind, checked: Checked, batch: ImportBatch | None = None
) -> ImportBatch:
    """Keep a check as a new batch, so that the file need not come twice, or as the newer check of ``batch``.

    :raises ImportRefused: without the right.
    """
    require_right(kind, by)
    if batch is None:
        batch = _batch(kind, checked.name, checked.sha256, by)
        batch.plan = checked.plan
        batch.save(force_insert=True)
    else:
        batch.plan = checked.plan
        batch.save(update_fields=["plan"])
    audit.record_all([_planned(batch)], by=by)
    return batch


def apply_batch(
    *, by: User, kind: ImportKind, batch: ImportBatch, today: date, note: str = "", reason: str = ""
) -> ImportBatch:
    """Write everything that the check showed, or nothing. Applied once, it does nothing again.

    ``note`` says why the file does not add up to a control total, ``reason`` why it corrects what is recorded, where
    the kind asks for it; both stay with the batch. The batch is locked before what its rows are about; those come in the
    order of the file, so what the database ends for the sake of another transaction is carried out once more.

    :raises ImportRefused: without the right, for rows with errors, without work, without the note or the reason that is
        needed, for an undone batch, or "stale" when something has changed since the check.
    """
    return with_another_try(
        lambda: _apply(by=by, kind=kind, batch=batch, today=today, note=note, reason=reason)
    )


@transaction.atomic
def _apply(
    *, by: User, kind: ImportKind, batch: ImportBatch, today: date, note: str, reason: str
) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.state == ImportBatch.State.APPLIED and kind.may_import(by):
        return batch
    _require_appliable(kind, by, batch, note, reason)
    occasion = Occasion(by, batch, timezone.now(), today, note.strip(), reason.strip())
    portions, writer = kind.begin(kind.table(batch, today=today).rows, occasion)
    shown = iter(batch.plan["rows"])
    for plans in portions:
        if any(differs(plan.kept, next(shown)) for plan in plans):
            raise kind.layout.refused("stale")
        writer.write(plans)
    told = _finish(occasion, writer)
    batch.save(update_fields=["plan", "state", "applied_at"])
    audit.record_many([*writer.deeds, told], by=by)
    return batch


@transaction.atomic
def import_at_once[R: Row, T: Total](
    *,
    by: User,
    kind: ImportKind[R, Any, T],
    table: Table[R],
    totals_of: Callable[[Sequence[R]], list[T]],
    today: date,
    note: str = "",
    reason: str = "",
) -> tuple[Checked[T], ImportBatch | None]:
    """Check a file and write it in the same breath, or nothing: for commands. The batch is None when nothing was written.

    :raises ImportRefused: without the right, or without the note or the reason that is needed.
    """
    require_right(kind, by)
    batch = _batch(kind, table.name, table.sha256, by)
    occasion = Occasion(by, batch, timezone.now(), today, note.strip(), reason.strip())
    portions, writer = kind.begin(table.rows, occasion)
    plans = [plan for some in portions for plan in some]
    totals = totals_of([plan.row for plan in plans])
    checked = checked_of(table, [plan.kept for plan in plans], totals)
    if checked.has_errors or not checked.has_work:
        return checked, None
    batch.plan = checked.plan
    _require_appliable(kind, by, batch, note, reason)
    writer.write(plans)
    planned, told = _planned(batch), _finish(occasion, writer)
    # Written once, at the end: the plan of thousands of rows is long, and a key is checked when all is committed.
    batch.save(force_insert=True)
    audit.record_many([planned, *writer.deeds, told], by=by)
    return checked, batch


def undo_batch(*, by: User, kind: ImportKind, batch: ImportBatch, today: date) -> ImportBatch:
    """Take back everything that a batch wrote. Undone once, it does nothing again. Ended for another, it begins once more.

    :raises ImportRefused: without the right, for a batch that was not applied, or "touched" when later work rests
        on what it brought; the refusal names it.
    """
    return with_another_try(lambda: _undo(by=by, kind=kind, batch=batch, today=today))


@transaction.atomic
def _undo(*, by: User, kind: ImportKind, batch: ImportBatch, today: date) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if not kind.may_undo(by):
        raise kind.layout.refused("not_allowed_undo")
    if batch.state == ImportBatch.State.UNDONE:
        return batch
    if batch.state != ImportBatch.State.APPLIED:
        raise kind.layout.refused("not_applied")
    now = timezone.now()
    deeds = kind.take_back(Occasion(by, batch, now, today))
    batch.state, batch.undone_at = ImportBatch.State.UNDONE, now
    batch.save(update_fields=["plan", "state", "undone_at"])
    told = {"file": batch.file_name, "batch": str(batch.pk)}
    audit.record_many([*deeds, audit.Deed("import.undo", batch, told)], by=by)
    return batch


def require_right(kind: ImportKind, by: User) -> None:
    """:raises ImportRefused: when ``by`` may not import this."""
    if not kind.may_import(by):
        raise kind.layout.refused("not_allowed")


def _batch(kind: ImportKind, name: str, sha256: str, by: User) -> ImportBatch:
    """A new batch, unsaved."""
    return ImportBatch(
        kind=kind.code,
        file_name=name[-LONGEST_NAME:],
        sha256=sha256,
        created_by=by,
        created_at=timezone.now(),
    )


def _planned(batch: ImportBatch) -> audit.Deed:
    told = {"file": batch.file_name, "sha256": batch.sha256} | batch.plan["counts"]
    return audit.Deed("import.plan", batch, told)


def _require_appliable(kind: ImportKind, by: User, batch: ImportBatch, note: str, reason: str) -> None:
    """:raises ImportRefused: for whatever is known without looking at what is recorded."""
    require_right(kind, by)
    checked = kind.checked(batch)
    if batch.state == ImportBatch.State.UNDONE:
        raise kind.layout.refused("undone")
    if checked.has_errors:
        raise kind.layout.refused("has_errors", count=checked.counts[REFUSE])
    if not checked.has_work:
        raise kind.layout.refused("nothing_to_do")
    if not checked.adds_up and not note.strip():
        raise kind.layout.refused("note_missing")
    if kind.needs_reason(checked) and not reason.strip():
        raise kind.layout.refused("reason_missing")


def _finish(occasion: Occasion, writer: Writer) -> audit.Deed:
    """Put on the batch what was written and how to undo it; answers what is to be told of it."""
    batch = occasion.batch
    for row in batch.plan["rows"]:
        row["number"] = row["number"] or writer.numbers.get(row["line"], "")
    batch.plan |= {"note": occasion.note, "undo": writer.undo, "applied_by": str(occasion.by)}
    if occasion.reason:
        batch.plan["reason"] = occasion.reason
    batch.state, batch.applied_at = ImportBatch.State.APPLIED, occasion.now
    counts = batch.plan["counts"]
    told = {"file": batch.file_name, "added": counts[ADD], "changed": counts[CHANGE], "note": occasion.note}
    return audit.Deed("import.apply", batch, told)
