"""Making the digest of a person for a day, once, and sending it by mail, once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agreements.marks import day_words
from reports.digests import Sentence, sentences, span_of, told_in
from reports.models import DigestSent
from reports.rights import rights_of
from tracker.models import User
from tracker.origin import site_origin

MAIL_LANGUAGE = "zh-hant"
CLAIM = timedelta(minutes=15)
"""So long a sender has a digest for itself; far longer than a mail server is waited for."""


@transaction.atomic
def make_digest(*, by: User | None, person: User, day: date) -> DigestSent:
    """The digest of a person for a day; made when it is not there yet, else the same one again.

    ``by`` None is the command that runs each morning.
    """
    kept = DigestSent.objects.filter(person=person, day=day).first()
    if kept is not None:
        return kept
    span = span_of(person, day)
    told = [asdict(sentence) for sentence in sentences(person, span, today=day)]
    made, _is_new = DigestSent.objects.get_or_create(
        person=person,
        day=day,
        defaults={"since": span.begins, "sentences": told, "rights": rights_of(person)},
    )
    return made


def mail_digest(*, by: User | None, digest: DigestSent) -> bool:
    """Send a digest by mail, and say whether it left now. Not to be called within a transaction.

    Nothing leaves for a person without an address or with lesser rights than it was made with, for an empty digest,
    or while another sender has it; no sentence leaves about what was hidden from the person since. It is claimed, sent and
    noted in turn, so a slow mail server holds no row. A mail that the server refuses (which raises what the server said) is
    given back at once. A sender that was killed leaves it to whoever comes when its claim has lapsed: a person gets it at
    least once, and a second time only when the kill fell between the server's receipt and the note. Every try carries the
    same ``Message-ID``.

    :raises OSError: when the mail server does not take it.
    :raises RuntimeError: within a transaction.
    """
    person = digest.person
    told = told_in([digest], person)[digest.pk] if person.email else None
    if not told:
        return False
    since = _claim_digest(digest)
    if since is None:
        return False
    ours = DigestSent.objects.filter(pk=digest.pk, leaving_since=since)
    try:
        _message(digest, told).send()
    except Exception:
        ours.update(leaving_since=None)
        raise
    ours.update(mailed_at=timezone.now(), leaving_since=None)
    return True


@transaction.atomic(durable=True)
def _claim_digest(digest: DigestSent) -> datetime | None:
    """Take a digest that did not leave for oneself; the moment by which the claim is known, None where another has it."""
    now = timezone.now()
    free = Q(leaving_since=None) | Q(leaving_since__lte=now - CLAIM)
    claimed = DigestSent.objects.filter(free, pk=digest.pk, mailed_at=None).update(leaving_since=now)
    return now if claimed else None


def see_digests(*, by: User) -> None:
    """Note that a person has looked at the own digests."""
    DigestSent.objects.filter(person=by, seen_at=None).update(seen_at=timezone.now())


def _message(digest: DigestSent, told: Sequence[Sentence]) -> EmailMessage:
    site = site_origin()
    with translation.override(MAIL_LANGUAGE):
        number = len(told)
        subject = _("MLA Tracker: %(n)s matters, %(day)s") % {"n": number, "day": day_words(digest.day)}
        lines = [f"{one.zh}\n{site}{one.url}" for one in told]
    house = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {"Message-ID": f"<digest-{digest.pk}-{digest.day:%Y%m%d}@{house}>"}
    return EmailMessage(subject, "\n\n".join(lines) + "\n", to=[digest.person.email], headers=headers)
