"""Making the digest of a person for a day, once, and sending it by mail, once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agreements.marks import day_words
from reports.digests import Sentence, sentences, span_of, told_in
from reports.models import DigestSent
from reports.rights import rights_of
from tracker.models import User
from tracker.origin import site_origin

MAIL_LANGUAGE = "zh-hant"


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


@transaction.atomic
def mail_digest(*, by: User | None, digest: DigestSent) -> bool:
    """Send a digest by mail, and say whether it left now.

    Nothing leaves for a person without an address or with lesser rights than it was made with, for an empty digest,
    or a second time; no sentence leaves about what was hidden from the person since. Its row is held while it leaves, so
    two commands at once send one mail, and a command that is killed, or whose mail the server refuses (which raises what
    the server said), leaves it to the next one. Every try carries the same ``Message-ID``.
    """
    person = digest.person
    told = told_in([digest], person)[digest.pk]
    if not told or not person.email:
        return False
    unsent = DigestSent.objects.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    )
    if unsent.filter(pk=digest.pk, mailed_at=None).first() is None:
        return False
    _message(digest, told).send()
    DigestSent.objects.filter(pk=digest.pk).update(mailed_at=timezone.now())
    return True


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
