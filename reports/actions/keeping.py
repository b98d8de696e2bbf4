"""Keeping a file that the house itself made as a document. What somebody uploads goes through `tracker.actions` and its checks."""

import hashlib
from typing import BinaryIO

from django.core.files import File
from django.db import models
from django.utils import timezone

from tracker.models import Document, DocumentVersion, User
from tracker.scanning import due_from


def keep_made(
    *, by: User, about: models.Model, file: BinaryIO, name: str, content_type: str, title: str, secrecy: int
) -> Document:
    """Keep the file as the only version of a new document about a thing; without its row there is no file either.

    Call it inside the transaction of the action that made it.
    """
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(1024 * 1024):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    now = timezone.now()
    document = Document.objects.create(
        about_model=about._meta.label_lower,
        about_id=str(about.pk),
        title=title[:200],
        secrecy=secrecy,
        created_at=now,
    )
    version = DocumentVersion(
        document=document,
        number=1,
        name=name,
        content_type=content_type,
        size=size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
        uploaded_at=now,
        scan_due_at=due_from(now),
    )
    version.file.save(name, File(file), save=False)
    try:
        version.save(force_insert=True)
    except Exception:
        version.file.delete(save=False)
        raise
    return document
