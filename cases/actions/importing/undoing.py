"""Undoing an import: the cases that it brought are struck out, what it changed is put back; both stay in the history.

A struck-out case keeps its row and its number, which nobody gets again; it is in no list and the search does not
find it. A case on which somebody has worked since stops the undoing. A changed case gets its former words and state
back, and the steps that the file had added go, unless something happened to it since: then it stays as it is,
and the batch names it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.importing.refusals import ImportRefused
from cases.models import AssistanceItem, Case, CaseEvent
from cases.rules import may_undo_case_import
from cases.searching import index_cases
from tracker import audit, search
from tracker.models import Entry, ImportBatch, User

ONLY_READING = ("case.look_at_persons", "document.download")
NUMBERS_NAMED = 10
OWN = (AssistanceItem, CaseEvent)
"""What the import itself writes beside a case."""
DAYS = ("requested_on", "due_on")
STRUCK = ("voided_at", "void_reason", "is_open", "due_on", "due_clock", "changed_at", "version")


@transaction.atomic
def undo_import(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Take back everything that a batch wrote. Undone once, it does nothing again.

    :raises ImportRefused: without the right, for a batch that was not applied, or when somebody has worked on cases
        that it added; the refusal names them.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not may_undo_case_import(by):
        raise ImportRefused("not_allowed_undo")
    if batch.state == ImportBatch.State.UNDONE:
        return batch
    if batch.state != ImportBatch.State.APPLIED:
        raise ImportRefused("not_applied")
    changed = list(_locked(pk__in=[int(key) for key in batch.plan["undo"]]))
    added = list(_locked(batch=batch, voided_at=None))
    touched = _touched(batch, [*added, *changed])
    _refuse([case.number for case in added if case.pk in touched])
    back = [case for case in changed if case.pk not in touched]
    now = timezone.now()
    reason = _("Import of %(file)s undone") % {"file": batch.file_name}
    for case in added:
        case.voided_at, case.void_reason = now, reason
        case.is_open, case.due_on, case.due_clock = False, None, ""
        case.changed_at, case.version = now, case.version + 1
    Case.objects.bulk_update(added, STRUCK, batch_size=500)
    search.forget(Case._meta.label_lower, [case.pk for case in added])
    _put_back(batch, back)
    batch.plan["left"] = [case.number for case in changed if case.pk in touched]
    batch.state, batch.undone_at = ImportBatch.State.UNDONE, now
    batch.save(update_fields=["plan", "state", "undone_at"])
    told = {"file": batch.file_name, "batch": str(batch.pk)}
    deeds = [audit.Deed("case.undo_import", case, told) for case in (*added, *back)]
    audit.record_all([*deeds, audit.Deed("import.undo", batch, told)], by=by)
    return batch


def _locked(**condition: Any) -> Any:
    return Case.objects.filter(**condition).select_for_update().order_by("pk")


def _refuse(numbers: Sequence[str]) -> None:
    """:raises ImportRefused: naming the cases, when there are any."""
    if numbers:
        more = "…" if len(numbers) > NUMBERS_NAMED else ""
        raise ImportRefused("touched", numbers="、".join(sorted(numbers)[:NUMBERS_NAMED]) + more)


def _touched(batch: ImportBatch, cases: Iterable[Case]) -> set[int]:
    """Keys of the cases to which something happened since, or that something of others belongs to."""
    keys = {case.pk for case in cases}
    applied = audit.history_of(batch).filter(verb="import.apply").first()
    later = Entry.objects.filter(
        about_model=Case._meta.label_lower, id__gt=applied.pk if applied else 0
    ).exclude(verb__in=ONLY_READING)
    found = {int(key) for key in later.values_list("about_id", flat=True).distinct()}
    for relation in Case._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or isinstance(relation.related_model, str):
            continue
        model, field = relation.related_model, relation.field.name
        if model not in OWN and relation.field.concrete and not relation.many_to_many:
            resting = model._default_manager.filter(**{f"{field}__batch": batch})
            found |= set(resting.values_list(field, flat=True))
    return keys & found


def _put_back(batch: ImportBatch, cases: Sequence[Case]) -> None:
    """Give changed cases back what they had, and take the steps that the file had added."""
    way_back = batch.plan["undo"]
    names: set[str] = set()
    for case in cases:
        back = way_back[str(case.pk)]["fields"]
        for name, value in back.items():
            setattr(case, name, date.fromisoformat(value) if name in DAYS and value else value)
            names.add(name.removesuffix("_id"))
        case.changed_at, case.version = timezone.now(), case.version + 1
    if not cases:
        return
    Case.objects.bulk_update(cases, sorted(names | {"changed_at", "version"}), batch_size=200)
    CaseEvent.objects.filter(
        pk__in=[key for case in cases for key in way_back[str(case.pk)]["events"]]
    ).delete()
    index_cases(Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("partner"))
