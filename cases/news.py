"""What others did to cases since somebody last looked, told by the history.

Only the last entries are looked through, so that the answer costs the same however long the history is.
"""

from datetime import datetime

from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast

from cases.models import Case
from tracker.models import Entry, User

LOOKED_THROUGH = 2000
"""So many of the last entries about cases are read."""
REGISTERED = "case.register"


def entries_of_others(reader: User) -> QuerySet[Entry]:
    """The last entries about cases that are not the reader's own doing, newest first."""
    return Entry.objects.filter(about_model=Case._meta.label_lower).exclude(actor=reader).order_by("-id")


def touched_by_others(reader: User, since: datetime) -> QuerySet:
    """Keys of the cases that others touched after this moment, for use within another query."""
    last = entries_of_others(reader)[:LOOKED_THROUGH]
    recent = Entry.objects.filter(pk__in=last.values("pk"), at__gt=since)
    return recent.annotate(key=Cast("about_id", BigIntegerField())).values("key")
