"""The log of letters that were not made here: what came in, and what was sent from elsewhere."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.actions.containers import refuse_stricter
from agreements.actions.uploads import waiting
from cases.actions.letters.recording import attach, one_partner, tell, touch_all
from cases.models import Case, Letter
from cases.provisions import HOUSE
from cases.rules import may_log_letter
from tracker.models import User
from tracker.roles import Secrecy


@dataclass(frozen=True, slots=True)
class Logged:
    """What is known of a letter that was not made here. ``moved_on`` is the day of receipt, or of sending."""

    moved_on: date
    number: str = ""
    their_number: str = ""
    dated_on: date | None = None
    channel: str = ""
    kind: str = Letter.Kind.OTHER
    addressee: str = ""
    subject_zh: str = ""
    enclosures: str = ""
    note: str = ""
    secrecy: int = Secrecy.ORDINARY


@transaction.atomic
def record_incoming(
    *,
    by: User,
    cases: Sequence[Case],
    logged: Logged,
    today: date,
    answers: Letter | None = None,
    uploads: uuid.UUID | None = None,
) -> Letter:
    """Log a letter that came in, about one case or several of a partner; what it means is said next.

    ``uploads`` is the key under which its enclosures wait.

    :raises StepRefused: without the right, or for days that cannot be.
    """
    letter = Letter(
        way=Letter.Way.IN, status=Letter.Status.RECEIVED, answers=_answered(answers, cases, by=by)
    )
    return _log(letter, by=by, cases=cases, logged=logged, today=today, uploads=uploads)


@transaction.atomic
def record_outgoing(
    *, by: User, cases: Sequence[Case], logged: Logged, today: date, uploads: uuid.UUID | None = None
) -> Letter:
    """Log a letter that was made and sent elsewhere.

    :raises StepRefused: without the right, or for days that cannot be.
    """
    letter = Letter(way=Letter.Way.OUT, status=Letter.Status.SENT)
    return _log(letter, by=by, cases=cases, logged=logged, today=today, uploads=uploads)


def _log(
    letter: Letter, *, by: User, cases: Sequence[Case], logged: Logged, today: date, uploads: uuid.UUID | None
) -> Letter:
    letter.partner = one_partner(cases)
    _check(by, cases, logged, today=today)
    for name in Logged.__dataclass_fields__:
        setattr(letter, name, getattr(logged, name))
    letter.secrecy = max(logged.secrecy, *(case.secrecy for case in cases))
    refuse_stricter(letter.secrecy, cases)
    letter.drafted_at, letter.drafted_by = timezone.now(), by
    letter.save(force_insert=True)
    attach(letter, cases)
    if uploads is not None:
        _file_enclosures(letter, uploads, by=by)
    touch_all(cases)
    verb = "letter.log_in" if letter.way == Letter.Way.IN else "letter.log_out"
    tell(verb, letter, cases, by=by, day=logged.moved_on)
    return letter


def _check(by: User, cases: Sequence[Case], logged: Logged, *, today: date) -> None:
    if not all(may_log_letter(by, case) for case in cases):
        raise StepRefused(_("Your role does not log letters of this case."), HOUSE)
    for field, is_wrong, words in (
        ("moved_on", logged.moved_on > today, _("The day lies in the future.")),
        (
            "dated_on",
            logged.dated_on is not None and logged.dated_on > logged.moved_on,
            _("The letter is dated after that day."),
        ),
        ("channel", logged.channel not in ("", *Letter.Channel.values), _("Choose the channel.")),
        ("kind", logged.kind not in Letter.Kind.values, _("Choose the kind of letter.")),
        ("secrecy", logged.secrecy > by.clearance, _("You are not cleared for this level.")),
    ):
        if is_wrong:
            raise StepRefused(words, HOUSE, field)


def _answered(answers: Letter | None, cases: Sequence[Case], *, by: User) -> Letter | None:
    """The letter of ours that is answered, when this person may see it and it concerns one of the cases.

    :raises StepRefused: when it does not.
    """
    if answers is None:
        return None
    ours = Letter.objects.visible_to(by).filter(pk=answers.pk, way=Letter.Way.OUT, cases__in=cases)
    if not ours.exists():
        raise StepRefused(_("Choose a letter of ours about one of these cases."), HOUSE, "answers")
    return answers


def _file_enclosures(letter: Letter, key: uuid.UUID, *, by: User) -> None:
    """Make the waiting uploads of this key documents of the letter, as secret as it."""
    for document in waiting(key, by=by):
        document.about_model, document.about_id = letter._meta.label_lower, str(letter.pk)
        document.secrecy = letter.secrecy
        document.save(update_fields=["about_model", "about_id", "secrecy"])
