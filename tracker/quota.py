"""How much a person may upload within a day, and how much one record may hold (FIL-3): set in megabytes, counted in bytes.

A form asks before anything is kept, so that it can say what does not fit. What counts is asked once more by the action, under
a lock, when its own rows are there: of two at once the second one counts the first.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Sum
from django.db.models.functions import Now

from tracker import audit
from tracker.models import Document, DocumentVersion, User

MB = 1024 * 1024
PER_REQUEST = 100 * MB
MOST_FILES = 20
"""Files of one form, with those that it keeps already."""


def room_of(person: User) -> int:
    """How many bytes the person may still upload, counted over the last 24 hours by the database's clock."""
    recent = DocumentVersion.objects.filter(uploaded_by=person, uploaded_at__gt=Now() - timedelta(days=1))
    return settings.UPLOAD_MB_PER_DAY * MB - _sum(recent)


def lock_room_of(person: User) -> None:
    """Until the end of the transaction nobody else counts what this person uploaded."""
    audit.lock_numbers(f"room of {person.pk}")


def room_in(thing: models.Model) -> int:
    """How many bytes of documents still fit into this record, all versions counted."""
    return room_at(thing._meta.label_lower, str(thing.pk))


def room_at(model: str, key: str) -> int:
    """The same, by the label of its model and its key."""
    documents = Document.objects.filter(about_model=model, about_id=key)
    return settings.UPLOAD_MB_PER_RECORD * MB - _sum(DocumentVersion.objects.filter(document__in=documents))


def lock_room_at(model: str, key: str) -> None:
    """Until the end of the transaction nobody else counts what this record holds."""
    audit.lock_numbers(f"room at {model} {key}")


def _sum(versions: models.QuerySet[DocumentVersion]) -> int:
    return versions.aggregate(total=Sum("size"))["total"] or 0
