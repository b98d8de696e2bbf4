"""Who is told of an infected file: its uploader, and whoever answers for the record, by mail and on the first page.

A mail holds no name of a file and nothing of a record but its address. Whoever may not see the file by now is told nothing.
"""

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import CharField, Max, Q
from django.db.models.functions import Cast, Now
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tracker.alerts import raise_alert
from tracker.models import DocumentVersion, User
from tracker.origin import site_origin
from tracker.owners import ANSWERING, OWNERS, may_see_document
from tracker.roles import Role
from tracker.scanning import STOPPED

TOLD_FOR = timedelta(days=7)
"""So long an infected file stands on the first pages of those who are told."""
MOST, MOST_THINGS = 20, 200
"""Files that are told of, and things with such files that are asked for."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stopped:
    """An infected file as its uploader reads of it: its name, where it belongs, and when it was found."""

    name: str
    address: str
    at: datetime | None
    words: Promise = STOPPED


def tell_of_infection(version: DocumentVersion) -> None:
    """Mail whoever is to know, and whoever runs the server, once the verdict is committed."""
    people = [one.email for one in _concerned(version) if one.email]
    transaction.on_commit(partial(_send, people, _address(version)))
    number = version.pk
    transaction.on_commit(
        lambda: raise_alert(
            "scanner", "infected", "the virus scanner found something in file %s", file=number
        )
    )


def stopped_files(reader: User) -> list[Stopped]:
    """The infected files of the last days that the reader uploaded or answers for, and still sees, the newest first.

    One query if there are none; else one more for each kind of thing, and one for the files, however many there are.
    """
    if not reader.is_active or reader.role == Role.ADMINISTRATOR:
        return []
    concerns = Q(uploaded_by=reader)
    for label, kind in ANSWERING.items():
        keys = kind.answered(reader).annotate(as_text=Cast("pk", CharField())).values("as_text")
        concerns |= Q(document__about_model=label, document__about_id__in=keys)
    found = DocumentVersion.objects.filter(is_clean=False, scanned_at__gte=Now() - TOLD_FOR)
    found = found.filter(concerns, document__secrecy__lte=reader.clearance)
    things = found.values_list("document__about_model", "document__about_id")
    asked: dict[str, list[str]] = {}
    for label, key, _last in things.annotate(last=Max("scanned_at")).order_by("-last")[:MOST_THINGS]:
        asked.setdefault(label, []).append(key)
    seen = {label: _seen(label, reader, keys) for label, keys in asked.items()}
    are_seen = Q(pk__in=[])
    for label, addresses in seen.items():
        are_seen |= Q(document__about_model=label, document__about_id__in=list(addresses))
    rows = found.filter(are_seen).select_related("document").order_by("-scanned_at")[:MOST] if seen else []
    return [
        Stopped(row.name, seen[row.document.about_model][row.document.about_id], row.scanned_at)
        for row in rows
    ]


def _seen(label: str, reader: User, keys: Collection[str]) -> dict[str, str]:
    """The addresses of those that the reader sees. What nobody answers for is made here, mostly, and asked for one by one."""
    if label in ANSWERING:
        return ANSWERING[label].seen(reader, keys)
    may_see = OWNERS.get(label)
    return {key: reverse("home") for key in keys if may_see and may_see(reader, key)}


def _concerned(version: DocumentVersion) -> list[User]:
    return list(dict.fromkeys(_may_know(version)))


def _may_know(version: DocumentVersion) -> Iterator[User]:
    kind = ANSWERING.get(version.document.about_model)
    for one in (version.uploaded_by, *(kind.about(version.document.about_id)[0] if kind else ())):
        if one.role != Role.ADMINISTRATOR and may_see_document(one, version.document):
            yield one


def _address(version: DocumentVersion) -> str:
    """Where the file stands among others; the first page, for what waits for its form."""
    kind = ANSWERING.get(version.document.about_model)
    return kind.about(version.document.about_id)[1] if kind else reverse("home")


def _send(people: list[str], address: str) -> None:
    """One mail to each in the office's language; a mail server that refuses is a line of the log."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("MLA Tracker: a file did not pass the virus scanner")
        words = f"{STOPPED}\n\n{site_origin()}{address}\n"
    for one in people:
        try:
            send_mail(subject, words, None, [one])
        except OSError as fault:
            _log.warning("a notice could not be mailed: %s", type(fault))
