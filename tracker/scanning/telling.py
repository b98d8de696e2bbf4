"""Who is told of an infected file: its uploader, and whoever answers for the record, by mail and on the first page.

A mail holds no name of a file and nothing of a record but its address. Whoever may not see the file by now is told nothing.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.alerts import raise_alert
from tracker.models import DocumentVersion, User
from tracker.origin import site_origin
from tracker.owners import ANSWERING, may_see_document
from tracker.roles import Role

TOLD_FOR = timedelta(days=7)
"""So long an infected file stands on the first pages of those who are told."""
MOST = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stopped:
    """An infected file as its uploader reads of it: its name, where it belongs, and when it was found."""

    name: str
    address: str
    at: datetime | None


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
    """The infected files of the last days that the reader uploaded or answers for, the newest first. One query if none."""
    found = DocumentVersion.objects.filter(is_clean=False, scanned_at__gte=Now() - TOLD_FOR)
    rows = found.select_related("document", "uploaded_by").order_by("-scanned_at")[:MOST]
    return [
        Stopped(version.name, _address(version), version.scanned_at)
        for version in rows
        if reader in _concerned(version)
    ]


def _concerned(version: DocumentVersion) -> list[User]:
    return list(dict.fromkeys(_may_know(version)))


def _may_know(version: DocumentVersion) -> Iterator[User]:
    about = ANSWERING.get(version.document.about_model)
    for one in (version.uploaded_by, *(about(version.document.about_id)[0] if about else ())):
        if one.role != Role.ADMINISTRATOR and may_see_document(one, version.document):
            yield one


def _address(version: DocumentVersion) -> str:
    """Where the file stands among others; the first page, for what waits for its form."""
    about = ANSWERING.get(version.document.about_model)
    return about(version.document.about_id)[1] if about else reverse("home")


def _send(people: list[str], address: str) -> None:
    """One mail to each in the office's language; a mail server that refuses is a line of the log."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("MLA Tracker: a file did not pass the virus scanner")
        words = _("Nobody is given it. Upload a clean one, and tell an administrator.")
    for one in people:
        try:
            send_mail(subject, f"{words}\n\n{site_origin()}{address}\n", None, [one])
        except OSError as fault:
            _log.warning("a notice could not be mailed: %s", type(fault))
