"""How much a person may upload within a day, and how much one record may hold (FIL-3): set in megabytes, counted in bytes."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Sum
from django.db.models.functions import Now

from tracker.models import Document, DocumentVersion, User

MB = 1024 * 1024
PER_REQUEST = 100 * MB


def room_of(person: User) -> int:
    """How many bytes the person may still upload, counted over the last 24 hours by the database's clock."""
    recent = DocumentVersion.objects.filter(uploaded_by=person, uploaded_at__gt=Now() - timedelta(days=1))
    return settings.UPLOAD_MB_PER_DAY * MB - _sum(recent)


def room_in(thing: models.Model) -> int:
    """How many bytes of documents still fit into this record, all versions counted."""
    documents = Document.objects.about(thing)
    return settings.UPLOAD_MB_PER_RECORD * MB - _sum(DocumentVersion.objects.filter(document__in=documents))


def _sum(versions: models.QuerySet[DocumentVersion]) -> int:
    return versions.aggregate(total=Sum("size"))["total"] or 0
