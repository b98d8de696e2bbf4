"""Alarms: somebody was refused, or looked at records, more often within an hour than any work asks for.

An alarm is a line of the log "security" at WARNING and an entry of the audit trail about the person, by nobody, at most one
of each kind in an hour. What is counted lies in the database, so any number of processes count together.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tracker import audit
from tracker.looks import DENIED
from tracker.models import Entry, Look, User
from tracker.roles import Role
from tracker.statements import Prepared

DENIALS, LOOKS = "alarm.denials", "alarm.looks"
MOST_DENIALS, MOST_LOOKS = 20, 200
WITHIN = timedelta(hours=1)
TOLD_FOR = timedelta(days=7)
"""So long an alarm stands on the first pages of those who are told."""

security = logging.getLogger("security")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: about whom, which kind of it, how often, and when."""

    person: str
    is_of_denials: bool
    count: int
    at: datetime


def watch(reader: User, *, was_denied: bool) -> list[str]:
    """Sound the alarms that are due after what ``reader`` just did; answers which. One query unless one is near."""
    since = timezone.now() - WITHIN
    if not was_denied:
        nearest = _NEAREST(reader=reader.pk)
        if not nearest or nearest[0][0] < since or _was_sounded(LOOKS, reader, since):
            return []
    # Of so many rows, all of the hour, either more were refused than may be or more were looked at.
    newest = Look.objects.filter(reader=reader).order_by("-id").values_list("at", "way")
    ways = [way for at, way in newest[: MOST_DENIALS + MOST_LOOKS + 1] if at >= since]
    denials = ways.count(DENIED)
    counted = {DENIALS: (denials, MOST_DENIALS), LOOKS: (len(ways) - denials, MOST_LOOKS)}
    return [
        verb
        for verb, (count, most) in counted.items()
        if count > most and _sounded(verb, reader, count, since)
    ]


@transaction.atomic
def _sounded(verb: str, reader: User, count: int, since: datetime) -> bool:
    """Sound it unless it was sounded within the hour already; several processes may want to at the same moment."""
    audit.lock_numbers(f"{verb} {reader.pk}")
    if _was_sounded(verb, reader, since):
        return False
    audit.record(verb, reader, by=None, details={"count": count, "minutes": WITHIN.seconds // 60})
    security.warning("%s: person %s, %s within an hour", verb, reader.pk, count)
    return True


def _was_sounded(verb: str, reader: User, since: datetime) -> bool:
    return audit.history_of(reader).filter(verb=verb, at__gte=since).exists()


def told_to(reader: User) -> list[Alarm]:
    """The alarms of the last days that concern ``reader``, newest first, at most ten.

    Administrators and auditors are told of everybody, supervisors of the people of their ministry, others of nobody.
    """
    if reader.role not in (Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR):
        return []
    entries = Entry.objects.filter(about_model=User._meta.label_lower, verb__in=[DENIALS, LOOKS])
    entries = entries.filter(at__gte=timezone.now() - TOLD_FOR).order_by("-id")
    if reader.role == Role.SUPERVISOR:
        own = User.objects.filter(ministry=reader.ministry)
        entries = entries.filter(about_id__in=[str(key) for key in own.values_list("pk", flat=True)])
    return list(_alarms(entries[:10]))


def _alarms(entries: Iterable[Entry]) -> Iterable[Alarm]:
    for entry in entries:
        yield Alarm(entry.about_text, entry.verb == DENIALS, entry.details.get("count", 0), entry.at)


def _nearest(*, reader: int) -> QuerySet:
    return Look.objects.filter(reader=reader).order_by("-id").values_list("at")[MOST_LOOKS : MOST_LOOKS + 1]


_NEAREST = Prepared(_nearest)
