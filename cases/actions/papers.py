"""Documents of a case: filed from the uploads of a form, alone or as the next versions of one; kept with a draft."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.actions.containers import refuse_stricter
from agreements.actions.uploads import adopt, adopt_as_versions
from cases.actions.filing import lock
from cases.models import Case
from cases.provisions import HOUSE
from cases.rules import may_write_beside
from tracker import audit
from tracker.models import Document, Submission, User

DRAFTS = uuid.UUID("5e0f6a1c-0d3a-4b51-9a55-0c6d1f3b7e42")
"""The space of the keys of drafts."""


@transaction.atomic
def file_papers(
    *, by: User, key: uuid.UUID, case: Case, title: str = "", secrecy: int | None = None
) -> list[Document]:
    """Make the waiting uploads of this key documents of the case, as secret as it.

    A ``title`` replaces the file's name when there is one file only. The audit trail names documents by number.

    :raises StepRefused: without the right, or for a level above the uploader's clearance or above that of the case.
    """
    locked = lock(case, None)
    _check_right(by, locked)
    level = max(case.secrecy, secrecy if secrecy is not None else case.secrecy)
    if level > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    refuse_stricter(level, [locked])
    filed = adopt(key, by=by, about=case, title=title.strip(), secrecy=level)
    _tell(((document, 1) for document in filed), case, by=by)
    return filed


@transaction.atomic
def file_paper_versions(*, by: User, key: uuid.UUID, case: Case, document: Document) -> int:
    """Make the waiting uploads of this key the next versions of a document of the case; the old ones stay.

    :raises StepRefused: without the right, or for a document that is not one of this case.
    """
    _check_right(by, lock(case, None))
    if not Document.objects.visible_to(by).about(case).filter(pk=document.pk).exists():
        raise StepRefused(_("Choose a document of this case."), HOUSE, "document")
    numbers = adopt_as_versions(key, by=by, document=document)
    _tell(((document, number) for number in numbers), case, by=by)
    return len(numbers)


def draft_key(draft: Case) -> uuid.UUID:
    """The key under which the uploads of a draft wait until it is registered or discarded."""
    return _key(draft.pk)


def keys_of_drafts() -> set[uuid.UUID]:
    """The keys of all drafts, whose uploads wait as long as they do."""
    return {_key(pk) for pk in Case.objects.drafts().values_list("pk", flat=True).iterator()}


def _key(pk: int) -> uuid.UUID:
    return uuid.uuid5(DRAFTS, str(pk))


@transaction.atomic
def keep_with_draft(*, by: User, key: uuid.UUID, draft: Case) -> int:
    """Let the waiting uploads of this key wait with a draft of one's own instead; returns how many.

    :raises StepRefused: for what is not this person's draft.
    """
    if not draft.is_draft or draft.recorded_by_id != by.pk:
        raise StepRefused(_("This draft has been registered or discarded meanwhile."), HOUSE)
    kept = adopt(key, by=by, about=Submission(key=draft_key(draft)), title="", secrecy=None)
    return len(kept)


def _check_right(by: User, case: Case) -> None:
    if not may_write_beside(by, case):
        raise StepRefused(_("Only the staff of both ministries keep documents of a case."), HOUSE)


def _tell(filed: Iterable[tuple[Document, int]], case: Case, *, by: User) -> None:
    deeds = [
        audit.Deed("case.attach", case, {"document": str(document.pk), "version": number})
        for document, number in filed
    ]
    audit.record_all(deeds, by=by)
