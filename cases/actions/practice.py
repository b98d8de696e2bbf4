"""The lines of practice cards: adding, replacing, verifying and withdrawing them. Nothing is overwritten."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.models import Partner
from cases.models import AssistanceItem, PracticeLine
from cases.provisions import HOUSE
from cases.rules import may_keep_practice
from tracker import audit
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says, where it is known from, and the day on which somebody verified it."""

    topic: str
    text_zh: str
    source: str
    verified_on: date
    measure: str = ""
    text_en: str = ""


@transaction.atomic
def add_line(*, by: User, partner: Partner, said: Said, today: date) -> PracticeLine:
    """Add a line to the partner's card, verified by whoever adds it.

    :raises StepRefused: without the right, without text or source, or verified in the future.
    """
    _check(by, said, today)
    line = _write(by, partner, said)
    _tell("practice.add", line, by)
    return line


@transaction.atomic
def change_line(*, by: User, line: PracticeLine, said: Said, today: date) -> PracticeLine:
    """Withdraw the line and write another one in its place.

    :raises StepRefused: as :func:`add_line`, or when the line was replaced or withdrawn meanwhile.
    """
    _check(by, said, today)
    old = _in_use(line)
    _withdraw(old)
    new = _write(by, old.partner, said, replaces=old)
    _tell("practice.change", new, by)
    return new


@transaction.atomic
def verify_line(
    *, by: User, line: PracticeLine, verified_on: date, today: date, source: str = ""
) -> PracticeLine:
    """Say that the line still holds, and from where one knows (the old source when none is given).

    :raises StepRefused: without the right, for a day in the future or before the last verification, or when the
        line was replaced or withdrawn meanwhile.
    """
    _check_right(by)
    current = _in_use(line)
    _check_day(verified_on, today)
    if verified_on < current.verified_on:
        raise StepRefused(_("The line was verified on a later day already."), HOUSE, "verified_on")
    current.verified_on, current.verified_by = verified_on, by
    current.source = source.strip() or current.source
    current.save(update_fields=["verified_on", "verified_by", "source"])
    _tell("practice.verify", current, by)
    return current


@transaction.atomic
def withdraw_line(*, by: User, line: PracticeLine, reason: str) -> PracticeLine:
    """Take the line off the card; it stays in the record.

    :raises StepRefused: without the right or the reason, or when the line was replaced or withdrawn meanwhile.
    """
    _check_right(by)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    current = _in_use(line)
    _withdraw(current)
    _tell("practice.withdraw", current, by, reason=reason.strip())
    return current


def _check_right(by: User) -> None:
    if not may_keep_practice(by):
        raise StepRefused(_("Justice keeps the practice cards."), HOUSE)


def _check(by: User, said: Said, today: date) -> None:
    """:raises StepRefused: for the first thing that is missing or does not fit."""
    _check_right(by)
    for field, is_right, words in (
        ("topic", said.topic in PracticeLine.Topic.values, _("Choose the topic.")),
        ("measure", said.measure in ("", *AssistanceItem.Kind.values), _("Choose what is asked.")),
        ("text_zh", bool(said.text_zh.strip()), _("Write the line in Chinese.")),
        ("source", bool(said.source.strip()), _("Say where this is known from.")),
    ):
        if not is_right:
            raise StepRefused(words, HOUSE, field)
    _check_day(said.verified_on, today)


def _check_day(verified_on: date, today: date) -> None:
    if verified_on > today:
        raise StepRefused(_("The day lies in the future."), HOUSE, "verified_on")


def _in_use(line: PracticeLine) -> PracticeLine:
    """The line, locked.

    :raises StepRefused: when somebody replaced or withdrew it meanwhile.
    """
    current = PracticeLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    if current.withdrawn_at is not None:
        raise StepRefused(_("This line has been replaced or withdrawn meanwhile."), HOUSE)
    return current


def _withdraw(line: PracticeLine) -> None:
    line.withdrawn_at = timezone.now()
    line.save(update_fields=["withdrawn_at"])


def _write(by: User, partner: Partner, said: Said, replaces: PracticeLine | None = None) -> PracticeLine:
    return PracticeLine.objects.create(
        partner=partner,
        measure=said.measure,
        topic=said.topic,
        text_zh=said.text_zh.strip(),
        text_en=said.text_en.strip(),
        source=said.source.strip(),
        verified_on=said.verified_on,
        verified_by=by,
        recorded_at=timezone.now(),
        recorded_by=by,
        replaces=replaces,
    )


def _tell(verb: str, line: PracticeLine, by: User, **details: str) -> None:
    told = {"partner": line.partner.code, "topic": line.topic, "measure": line.measure} | details
    audit.record(verb, line, by=by, details=told)
