"""Undoing an import: the cases that it brought are struck out, what it changed is put back; both stay in the history.

A struck-out case keeps its row and its number, which nobody gets again; it is in no list and the search does not
find it. A case on which somebody has worked since stops the undoing. A changed case gets its former words and state
back, and the steps that the file had added go, unless something happened to it since: then it stays as it is,
and the batch names it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _

from cases.actions.importing.refusals import ImportRefused
from cases.models import AssistanceItem, Case, CaseEvent
from cases.searching import index_cases
from tracker import search
from tracker.audit import Deed
from tracker.importing import Occasion
from tracker.importing.later import named, rested_on, told_since

ONLY_READING = ("case.look_at_persons", "document.download")
OWN = (AssistanceItem, CaseEvent)
"""What the import itself writes beside a case."""
DAYS = ("requested_on", "sent_on", "closed_on", "due_on")
STRUCK = ("voided_at", "void_reason", "is_open", "due_on", "due_clock", "changed_at", "version")


def take_back(occasion: Occasion) -> list[Deed]:
    """Strike out the cases that the batch brought and put back what it changed; ``left`` of its plan names the rest.

    :raises ImportRefused: when somebody has worked on cases that it added; the refusal names them.
    """
    batch, now = occasion.batch, occasion.now
    changed = list(_locked(pk__in=[int(key) for key in batch.plan["undo"]]))
    added = list(_locked(batch=batch, voided_at=None))
    touched = told_since(batch, Case, only_reading=ONLY_READING) | rested_on(batch, Case, _is_work)
    worked_on = [case.number for case in added if case.pk in touched]
    if worked_on:
        raise ImportRefused("touched", numbers=named(worked_on))
    back = [case for case in changed if case.pk not in touched]
    reason = _("Import of %(file)s undone") % {"file": batch.file_name}
    for case in added:
        case.voided_at, case.void_reason = now, reason
        case.is_open, case.due_on, case.due_clock = False, None, ""
        case.changed_at, case.version = now, case.version + 1
    Case.objects.bulk_update(added, STRUCK, batch_size=500)
    search.forget(Case._meta.label_lower, [case.pk for case in added])
    _put_back(occasion, back)
    batch.plan["left"] = [case.number for case in changed if case.pk in touched]
    told = {"file": batch.file_name, "batch": str(batch.pk)}
    return [Deed("case.undo_import", case, told) for case in (*added, *back)]


def _locked(**condition: Any) -> Any:
    return Case.objects.filter(**condition).select_for_update(no_key=True).order_by("pk")


def _is_work(relation: ForeignObjectRel) -> bool:
    """Whether what others add to a case refers to it by this."""
    return relation.related_model not in OWN and relation.field.concrete and not relation.many_to_many


def _put_back(occasion: Occasion, cases: Sequence[Case]) -> None:
    """Give changed cases back what they had, and take the steps that the file had added."""
    way_back = occasion.batch.plan["undo"]
    names: set[str] = set()
    for case in cases:
        back = way_back[str(case.pk)]["fields"]
        for name, value in back.items():
            setattr(case, name, date.fromisoformat(value) if name in DAYS and value else value)
            names.add(name.removesuffix("_id"))
        case.changed_at, case.version = occasion.now, case.version + 1
    if not cases:
        return
    Case.objects.bulk_update(cases, sorted(names | {"changed_at", "version"}), batch_size=200)
    CaseEvent.objects.filter(
        pk__in=[key for case in cases for key in way_back[str(case.pk)]["events"]]
    ).delete()
    index_cases(Case.objects.filter(pk__in=[case.pk for case in cases]).select_related("partner"))
