"""Undoing an import: what it brought is withdrawn, what it took away stands again, and both stay in the history.

Nothing is deleted. An agreement that the batch added keeps its row and its number, but no fact of it stands any
more and it never had an opening day: so no list as of any day holds it, nor does the search find it. Asked what
was known on a day between loading and undoing, the register still answers truly. Importing the same
agreement again brings it back under the same number.

An agreement that the batch changed gets its former values back. A milestone that the batch had replaced is not
revived, for its withdrawal was recorded too: an equal one takes the place of the batch's.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.importing.caches import refresh_all
from agreements.actions.importing.refusals import ImportRefused
from agreements.actions.importing.writing import copy_documents, set_subjects, withdraw
from agreements.actions.recompute import recompute_above
from agreements.models import Agreement, Milestone, SourcedFact
from agreements.rules import may_undo_import
from tracker import audit, search
from tracker.models import Entry, ImportBatch, User
from tracker.partialdate import PartialDate

ONLY_READING = ("document.download",)
NUMBERS_NAMED = 10
RESTORED = (
    "agreement_id",
    "step",
    "stage",
    "phase",
    "order",
    "happened",
    "effective",
    "counted",
    "place",
    "reference",
    "ground",
    "term",
    "note",
    "is_history",
)


@transaction.atomic
def undo_import(*, by: User, batch: ImportBatch, today: date) -> ImportBatch:
    """Take back everything that a batch wrote. Undone once, it does nothing again.

    :raises ImportRefused: without the right, for a batch that was not applied, or when later changes or
        other things rest on its agreements; the refusal names them.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not may_undo_import(by):
        raise ImportRefused("not_allowed_undo")
    if batch.state == ImportBatch.State.UNDONE:
        return batch
    if batch.state != ImportBatch.State.APPLIED:
        raise ImportRefused("not_applied")
    changed = list(_locked(pk__in=[int(key) for key in batch.plan["undo"]]))
    added = list(_locked(batch=batch).exclude(pk__in=[agreement.pk for agreement in changed]))
    _refuse_touched(batch, [*added, *changed])
    now = timezone.now()
    reason = _("Import of %(file)s undone") % {"file": batch.file_name}
    brought = Milestone.objects.filter(batch=batch, withdrawn_at=None)
    replaced = list(brought.exclude(replaces=None).select_related("replaces"))
    withdraw(brought.only("pk"), by=by, now=now, reason=reason)
    _take_back(added)
    _restore(batch, changed, replaced, by=by, now=now, today=today)
    batch.state = ImportBatch.State.UNDONE
    batch.undone_at = now
    batch.save(update_fields=["state", "undone_at"])
    told = {"file": batch.file_name, "batch": str(batch.pk)}
    deeds = [audit.Deed("agreement.undo_import", agreement, told) for agreement in (*added, *changed)]
    audit.record_all([*deeds, audit.Deed("import.undo", batch, told)], by=by)
    return batch


def _locked(**condition: Any) -> Any:
    return (
        Agreement.objects.filter(**condition)
        .select_related("partner")
        .select_for_update(of=("self",))
        .order_by("pk")
    )


def _refuse_touched(batch: ImportBatch, agreements: list[Agreement]) -> None:
    """:raises ImportRefused: naming the agreements that were changed later or that other things rest on."""
    number_of = {str(agreement.pk): agreement.number for agreement in agreements}
    applied = audit.history_of(batch).filter(verb="import.apply").first()
    later = Entry.objects.filter(
        about_model=Agreement._meta.label_lower, id__gt=applied.pk if applied else 0
    ).exclude(verb__in=ONLY_READING)
    touched = set(later.values_list("about_id", flat=True).distinct()) & set(number_of)
    numbers = {number_of[key] for key in touched} | set(_rested_on(batch))
    if numbers:
        listed = sorted(numbers)
        more = "…" if len(listed) > NUMBERS_NAMED else ""
        raise ImportRefused("touched", numbers="、".join(listed[:NUMBERS_NAMED]) + more)


def _rested_on(batch: ImportBatch) -> Iterable[str]:
    """Numbers of the batch's own agreements that things of upper apps, such as cases, refer to."""
    for relation in Agreement._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or isinstance(relation.related_model, str):
            continue
        model, field = relation.related_model, relation.field.name
        if model._meta.app_label != Agreement._meta.app_label:
            resting = model._default_manager.filter(**{f"{field}__batch": batch})
            yield from resting.values_list(f"{field}__number", flat=True)


def _take_back(agreements: list[Agreement]) -> None:
    """Leave nothing standing of what was added."""
    for agreement in agreements:
        agreement.stage = ""
        agreement.version += 1
        agreement.last_activity_on = None
    Agreement.objects.bulk_update(agreements, ["stage", "version", "last_activity_on"], batch_size=200)
    search.forget(Agreement._meta.label_lower, [agreement.pk for agreement in agreements])


def _restore(
    batch: ImportBatch,
    agreements: list[Agreement],
    replaced: list[Milestone],
    *,
    by: User,
    now: datetime,
    today: date,
) -> None:
    """Give changed agreements back what they had."""
    way_back = batch.plan["undo"]
    withdrawn = Milestone.objects.in_bulk([key for back in way_back.values() for key in back["withdrawn"]])
    copies = [_copy(one.replaces, one, by, now) for one in replaced if one.replaces]
    copies += [_copy(milestone, milestone, by, now) for milestone in withdrawn.values()]
    Milestone.objects.bulk_create(copies)
    copy_documents(copies)
    fields = set()
    for agreement in agreements:
        back = way_back[str(agreement.pk)]
        for name, value in back["fields"].items():
            attribute = "batch_id" if name == "batch" else name
            setattr(agreement, attribute, value)
            fields.add(name)
        agreement.last_activity_on = PartialDate.parse(back["last_activity_on"]).exact
    if fields:
        Agreement.objects.bulk_update(agreements, sorted(fields), batch_size=200)
    set_subjects([(one, codes) for one in agreements if (codes := way_back[str(one.pk)]["subjects"])])
    _restore_sources(way_back.values())
    refresh_all(agreements, today=today)
    for agreement in agreements:
        if "urgent_confirmation_days" in way_back[str(agreement.pk)]["fields"]:
            recompute_above(by=by, about=agreement, today=today)


def _copy(original: Milestone, replaces: Milestone, by: User, now: datetime) -> Milestone:
    values = {name: getattr(original, name) for name in RESTORED}
    return Milestone(**values, recorded_at=now, recorded_by=by, replaces=replaces)


def _restore_sources(ways_back: Iterable[dict[str, Any]]) -> None:
    """The sources that the batch brought go, and those chosen before are chosen again."""
    backs = list(ways_back)
    SourcedFact.objects.filter(pk__in=[key for back in backs for key in back["sources_added"]]).delete()
    for part, is_chosen in (("sources_chosen", False), ("sources_unchosen", True)):
        keys = [key for back in backs for key in back[part]]
        SourcedFact.objects.filter(pk__in=keys).update(is_chosen=is_chosen)
