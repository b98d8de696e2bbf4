"""Uploads that wait for their form: kept under the form's key, so that no error and no further look loses them.

A waiting document belongs to the submission of that key, which only its uploader may open; carrying out the form
makes it a document of the agreement. What is never carried out stays waiting and is nobody's record.
"""

import uuid
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions.containers import refuse_stricter
from agreements.actions.filing import HOUSE, lock
from agreements.actions.refusals import StepRefused
from agreements.models import Agreement
from agreements.rules import may_edit
from tracker import audit
from tracker.actions import drop_waiting, store_document
from tracker.cutting import cut
from tracker.models import Document, DocumentVersion, Submission, User
from tracker.quota import MOST_FILES, lock_room_at, lock_room_of, room_at, room_of
from tracker.roles import Secrecy

type NotKept = tuple[UploadedFile, str | Promise]
"""An upload that was not kept, and why."""
DAY_IS_FULL = gettext_lazy(
    "You have uploaded as much as a person may within a day. Send it tomorrow, or ask an administrator."
)
RECORD_IS_FULL = gettext_lazy(
    "The documents of this record are as many as it may hold. Ask an administrator."
)
TOO_MANY = gettext_lazy(
    "A form takes 20 files at most. Those beyond were not kept: send this form first, then choose them again."
)


def waiting(key: uuid.UUID, *, by: User) -> models.QuerySet[Document]:
    """The documents that this person uploaded with the form of this key and that are not filed yet."""
    return (
        Document.objects.filter(
            about_model=Submission._meta.label_lower, about_id=str(key), versions__uploaded_by=by
        )
        .distinct()
        .order_by("created_at", "id")
        .prefetch_related("versions")
    )


@transaction.atomic
def hold_uploads(*, by: User, key: uuid.UUID, uploads: Iterable[UploadedFile], secrecy: int) -> list[NotKept]:
    """Keep uploads until the form of this key is carried out; answers those that were not kept, since the form has as many
    as it may, or the person has within a day. The same content is kept once.

    The files are written first and counted afterwards, so that nobody waits for another one's disk.

    :raises tracker.documents.UploadRefused: for a file that is not accepted; nothing is kept.
    """
    audit.lock_numbers(f"uploads {key}")  # a twin of the same moment waits, and finds what is known
    known = {version.sha256 for document in waiting(key, by=by) for version in document.versions.all()}
    held: list[tuple[UploadedFile, Document]] = []
    refused: list[NotKept] = []
    for upload in uploads:
        document = store_document(
            by=by,
            about=Submission(key=key),
            upload=upload,
            title=cut(upload.name or "", 200),
            secrecy=secrecy,
        )
        sha256 = document.versions.get().sha256
        if sha256 in known:
            drop_waiting(document)
        elif len(known) >= MOST_FILES:
            drop_waiting(document)
            refused.append((upload, TOO_MANY))
        else:
            held.append((upload, document))
            known.add(sha256)
    return refused + _dropped_beyond(held, by=by)


def _dropped_beyond(held: list[tuple[UploadedFile, Document]], *, by: User) -> list[NotKept]:
    """Take the last ones off again until they fit into what the person may upload; those that went, in their order."""
    beyond: list[NotKept] = []
    if held:
        lock_room_of(by)
    while held and room_of(by) < 0:
        upload, document = held.pop()
        drop_waiting(document)
        beyond.insert(0, (upload, DAY_IS_FULL))
    return beyond


@transaction.atomic
def drop_uploads(*, by: User, key: uuid.UUID, documents: Iterable[str]) -> int:
    """Throw away waiting uploads that the form does not want after all; returns how many."""
    dropped = list(waiting(key, by=by).filter(pk__in=list(documents)))
    for document in dropped:
        drop_waiting(document)
    return len(dropped)


@transaction.atomic
def file_uploads(
    *, by: User, key: uuid.UUID, agreement: Agreement, title: str = "", secrecy: int = Secrecy.ORDINARY
) -> list[Document]:
    """Make the waiting uploads of this key documents of the agreement, as secret as it.

    A ``title`` replaces the file's name when there is one file only.

    :raises StepRefused: without the right, or for a level above that of the agreement.
    """
    _check_right(by, agreement)
    level = max(agreement.secrecy, secrecy)
    refuse_stricter(level, [lock(agreement, None)])
    filed = adopt(key, by=by, about=agreement, title=title, secrecy=level)
    _tell(filed, agreement, by=by)
    return filed


def adopt(
    key: uuid.UUID, *, by: User, about: models.Model, title: str, secrecy: int | None
) -> list[Document]:
    """Make the waiting uploads of this key documents of a thing; part of an action that checks and records it.

    They get the level ``secrecy``, or without one keep that under which they waited.

    :raises StepRefused: when they do not fit into what the thing may hold.
    """
    filed = list(waiting(key, by=by))
    _refuse_beyond(about._meta.label_lower, str(about.pk), filed)
    for document in filed:
        document.about_model = about._meta.label_lower
        document.about_id = str(about.pk)
        document.secrecy = document.secrecy if secrecy is None else secrecy
        document.title = title if title and len(filed) == 1 else document.title
        document.save(update_fields=["about_model", "about_id", "secrecy", "title"])
    return filed


@transaction.atomic
def file_as_versions(*, by: User, key: uuid.UUID, agreement: Agreement, document: Document) -> int:
    """Make the waiting uploads of this key the next versions of a document of the agreement; the old ones stay.

    :raises StepRefused: without the right.
    """
    _check_right(by, agreement)
    lock(agreement, None)  # before the room for its files, as a step does
    numbers = adopt_as_versions(key, by=by, document=document)
    for number in numbers:
        _tell([document], agreement, by=by, version=number)
    return len(numbers)


def adopt_as_versions(key: uuid.UUID, *, by: User, document: Document) -> list[int]:
    """Make the waiting uploads of this key the next versions of a document, and give their numbers.

    Part of an action that checks and records it.

    :raises StepRefused: when they do not fit into what the record of the document may hold.
    """
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    last = document.versions.first()
    first = last.number + 1 if last else 1
    uploads = list(waiting(key, by=by))
    _refuse_beyond(document.about_model, document.about_id, uploads)
    for place, upload in enumerate(uploads):
        version = upload.versions.get()
        version.document, version.number = document, first + place
        version.save(update_fields=["document", "number"])
        upload.delete()
    return list(range(first, first + len(uploads)))


def refuse_beyond(model: str, key: str, size: int) -> None:
    """Whether so many bytes more fit into the record with this label and key; nobody else counts until the transaction ends.

    :raises StepRefused: when they do not.
    """
    lock_room_at(model, key)
    if size > room_at(model, key):
        raise StepRefused(RECORD_IS_FULL, HOUSE, "files")


def _refuse_beyond(model: str, key: str, uploads: Iterable[Document]) -> None:
    """What waits with a draft is in no record yet; a person's own day bounds it."""
    if model != Submission._meta.label_lower:
        versions = DocumentVersion.objects.filter(document__in=list(uploads))
        refuse_beyond(model, key, sum(versions.values_list("size", flat=True)))


def _check_right(by: User, agreement: Agreement) -> None:
    if not may_edit(by, agreement):
        raise StepRefused(_("Only the ministries concerned change this file."), HOUSE)


def _tell(documents: Iterable[Document], agreement: Agreement, *, by: User, version: int = 1) -> None:
    deeds = [
        audit.Deed(
            "agreement.attach",
            agreement,
            {"title": document.title, "document": str(document.pk), "version": version},
        )
        for document in documents
    ]
    audit.record_all(deeds, by=by)
