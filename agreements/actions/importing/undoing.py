"""Undoing an import: what it brought is withdrawn, what it took away stands again, and both stay in the history.

Nothing is deleted. An agreement that the batch added keeps its row and its number, but no fact of it stands any
more and it never had an opening day: so no list as of any day holds it, nor does the search find it. Asked what
was known on a day between loading and undoing, the register still answers truly. Importing the same
agreement again brings it back under the same number.

An agreement that the batch changed gets its former values back. A milestone that the batch had replaced is not
revived, for its withdrawal was recorded too: an equal one takes the place of the batch's.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _

from agreements.actions.importing.caches import refresh_all
from agreements.actions.importing.refusals import ImportRefused
from agreements.actions.importing.writing import copy_documents, set_subjects, withdraw
from agreements.actions.recompute import recompute_above
from agreements.models import Agreement, Milestone, SourcedFact
from tracker import search
from tracker.audit import Deed
from tracker.importing import Occasion
from tracker.importing.later import named, rested_on, told_since
from tracker.models import ImportBatch, User
from tracker.partialdate import PartialDate

ONLY_READING = ("document.download",)
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


def take_back(occasion: Occasion) -> list[Deed]:
    """Take back everything that the batch wrote.

    :raises ImportRefused: when later changes or other things rest on its agreements; the refusal names them.
    """
    batch, by, now = occasion.batch, occasion.by, occasion.now
    changed = list(_locked(pk__in=[int(key) for key in batch.plan["undo"]]))
    added = list(_locked(batch=batch).exclude(pk__in=[agreement.pk for agreement in changed]))
    _refuse_touched(batch, [*added, *changed])
    reason = _("Import of %(file)s undone") % {"file": batch.file_name}
    brought = Milestone.objects.filter(batch=batch, withdrawn_at=None)
    replaced = list(brought.exclude(replaces=None).select_related("replaces"))
    withdraw(brought.only("pk"), by=by, now=now, reason=reason)
    _take_back(added)
    _restore(occasion, changed, replaced)
    told = {"file": batch.file_name, "batch": str(batch.pk)}
    return [Deed("agreement.undo_import", agreement, told) for agreement in (*added, *changed)]


def _locked(**condition: Any) -> Any:
    return (
        Agreement.objects.filter(**condition)
        .select_related("partner")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )


def _refuse_touched(batch: ImportBatch, agreements: list[Agreement]) -> None:
    """:raises ImportRefused: naming the agreements that were changed later or that other things rest on."""
    keys = told_since(batch, Agreement, only_reading=ONLY_READING) | rested_on(
        batch, Agreement, _is_of_others
    )
    numbers = [agreement.number for agreement in agreements if agreement.pk in keys]
    if numbers:
        raise ImportRefused("touched", numbers=named(numbers))


def _is_of_others(relation: ForeignObjectRel) -> bool:
    """Whether things of upper apps, such as cases, refer to agreements by it."""
    model: Any = relation.related_model
    return model._meta.app_label != Agreement._meta.app_label


def _take_back(agreements: list[Agreement]) -> None:
    """Leave nothing standing of what was added."""
    for agreement in agreements:
        agreement.stage = ""
        agreement.version += 1
        agreement.last_activity_on = None
    Agreement.objects.bulk_update(agreements, ["stage", "version", "last_activity_on"], batch_size=200)
    search.forget(Agreement._meta.label_lower, [agreement.pk for agreement in agreements])


def _restore(occasion: Occasion, agreements: list[Agreement], replaced: list[Milestone]) -> None:
    """Give changed agreements back what they had."""
    batch, by, now, today = occasion.batch, occasion.by, occasion.now, occasion.today
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
