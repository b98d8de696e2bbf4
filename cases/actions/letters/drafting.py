"""A letter until it may leave: drafted, submitted, returned or countersigned by another person, or withdrawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.actions.containers import refuse_stricter
from cases.actions.filing import refuse_destroyed
from cases.actions.letters.recording import (
    attach,
    cases_of,
    check_standing,
    lock_letter,
    one_partner,
    printed,
    tell,
)
from cases.letters.kept import kept_paper
from cases.letters.kinds import SORTS
from cases.letters.placeholders import complete, left_open, values_for
from cases.letters.sheets import note_sheet, official_sheet
from cases.lifecycle import Ground
from cases.models import Case, Letter
from cases.provisions import HOUSE
from cases.rules import (
    may_countersign,
    may_draft_letter,
    may_edit_letter,
    may_return_letter,
    may_withdraw_letter,
)
from tracker.actions import record_download
from tracker.copies import copy_note
from tracker.models import User
from tracker.roles import Secrecy
from tracker.scanning import closed_because

S = Letter.Status

AS_TYPED = ("enclosures", "note", "ground", "reply_by", "channel")
FILLED = ("addressee", "subject_zh", "subject_en", "paragraphs", *AS_TYPED, "secrecy")
"""What a letter says: the fields that drafting fills."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says. ``paragraphs`` hold (code, Chinese, English); one typed by hand has no code."""

    addressee: str = ""
    subject_zh: str = ""
    subject_en: str = ""
    paragraphs: tuple[tuple[str, str, str], ...] = ()
    enclosures: str = ""
    note: str = ""
    ground: str = ""
    reply_by: date | None = None
    channel: str = ""
    secrecy: int = Secrecy.ORDINARY


@transaction.atomic
def draft_letter(
    *, by: User, kind: str, cases: Sequence[Case], text: Text, answers: Letter | None = None
) -> Letter:
    """Draft a letter over one case, or several of one partner; placeholders whose values are known are completed.

    :raises StepRefused: without the right, for a kind that does not go with the case, or for what does not fit.
    """
    partner = one_partner(cases)
    sort = SORTS.get(kind)
    if not all(may_draft_letter(by, case) for case in cases):
        raise StepRefused(_("Justice drafts the letters of a case."), HOUSE)
    if sort is None or not all(case.direction in sort.directions for case in cases):
        raise StepRefused(_("This kind of letter does not go with the case."), HOUSE, "kind")
    letter = Letter(way=Letter.Way.OUT, kind=kind, status=S.DRAFT, partner=partner, answers=answers)
    letter.drafted_at, letter.drafted_by = timezone.now(), by
    _fill(letter, text, cases, by=by)
    letter.save(force_insert=True)
    attach(letter, cases)
    tell("letter.draft", letter, cases, by=by)
    return letter


@transaction.atomic
def edit_letter(
    *, by: User, letter: Letter, text: Text, version: int | None = None, cases: Sequence[Case] | None = None
) -> Letter:
    """Change what a letter says that has not been submitted; ``cases`` leaves some of its cases out.

    Whoever changed it last counts as its drafter, so that somebody else countersigns what that person wrote.

    :raises StalePage: when it changed meanwhile.
    :raises StepRefused: without the right, when it is not a draft any more, or for what does not fit.
    """
    locked = lock_letter(letter, version, by=by)
    if not may_edit_letter(by, locked):
        raise StepRefused(_("Only a draft can be changed."), HOUSE)
    about = cases_of(locked)
    kept = about if cases is None else [case for case in about if case in cases]
    one_partner(kept)
    _fill(locked, text, kept, by=by)
    attach(locked, kept)
    locked.drafted_by = by
    locked.version += 1
    locked.save(update_fields=[*FILLED, "drafted_by", "version"])
    tell("letter.edit", locked, about, by=by)
    return locked


def _fill(letter: Letter, text: Text, cases: Sequence[Case], *, by: User) -> None:
    """Check what was typed and complete it from the cases."""
    sort = SORTS[letter.kind]
    if text.secrecy > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    if text.ground and (not sort.takes_ground or text.ground not in Ground.values):
        raise StepRefused(_("Only a refusal has a ground."), HOUSE, "ground")
    if text.channel not in ("", *Letter.Channel.values):
        raise StepRefused(_("Choose the channel."), HOUSE, "channel")
    zh, en = values_for(cases, letter.partner, reader=by, ground=text.ground, reply_by=text.reply_by)
    letter.addressee = text.addressee.strip()
    letter.subject_zh = complete(text.subject_zh.strip(), zh)[:300]
    letter.subject_en = complete(text.subject_en.strip(), en)[:300]
    letter.paragraphs = [
        {"code": code, "zh": complete(chinese.strip(), zh), "en": complete(english.strip(), en)}
        for code, chinese, english in text.paragraphs
        if chinese.strip() or english.strip()
    ]
    for name in AS_TYPED:
        setattr(letter, name, getattr(text, name))
    letter.secrecy = max(text.secrecy, lowest(letter, cases))
    refuse_stricter(letter.secrecy, cases)


def lowest(letter: Letter, cases: Sequence[Case]) -> int:
    """The least secrecy of a letter: that of its cases, and of an agreement that it names."""
    said = "\n".join([letter.subject_zh, *(one["zh"] for one in letter.paragraphs)])
    named = [case.agreement for case in cases if case.agreement and case.agreement.title_zh in said]
    return max(*(case.secrecy for case in cases), 0, *(agreement.secrecy for agreement in named))


@transaction.atomic
def submit_letter(*, by: User, letter: Letter, version: int | None = None) -> Letter:
    """Submit a draft for countersignature.

    :raises StepRefused: without the right, or while something is missing or a placeholder stands open.
    """
    locked = lock_letter(letter, version, by=by)
    if not may_edit_letter(by, locked):
        raise StepRefused(_("Only a draft can be submitted."), HOUSE)
    _check_whole(locked)
    check_standing(cases_of(locked))
    locked.status, locked.returned_reason = S.SUBMITTED, ""
    return _save(locked, "letter.submit", by=by)


def _check_whole(letter: Letter) -> None:
    """:raises StepRefused: for the first thing that a letter lacks before anybody can sign it."""
    texts = [letter.subject_zh, letter.subject_en]
    texts += [one[language] for one in letter.paragraphs for language in ("zh", "en")]
    open_ones = left_open(texts)
    missing: tuple[tuple[bool, str, Callable[[], str]], ...] = (
        (not letter.addressee, "addressee", lambda: _("Say to whom the letter goes.")),
        (not letter.subject_zh, "subject_zh", lambda: _("The letter has no subject.")),
        (not letter.paragraphs, "", lambda: _("The letter has no paragraph.")),
        (any(not one["zh"] for one in letter.paragraphs), "", lambda: _("A paragraph has no Chinese text.")),
        (
            any(not one["en"] for one in letter.paragraphs),
            "",
            lambda: _("A paragraph has no English translation."),
        ),
        (
            SORTS[letter.kind].takes_ground and not letter.ground,
            "ground",
            lambda: _("Choose the ground of refusal."),
        ),
        (
            bool(open_ones),
            "",
            lambda: _("Complete what stands in braces: %(names)s.") % {"names": ", ".join(open_ones)},
        ),
    )
    for is_missing, field, words in missing:
        if is_missing:
            raise StepRefused(words(), HOUSE, field)


@transaction.atomic
def countersign_letter(*, by: User, letter: Letter, version: int | None = None) -> Letter:
    """Sign what another person drafted and submitted; it may be sent then.

    :raises StepRefused: for the drafter, and for anybody but a supervisor of justice.
    """
    locked = lock_letter(letter, version, by=by)
    if locked.drafted_by_id == by.pk:
        raise StepRefused(_("Another person than the drafter countersigns."), HOUSE)
    if not may_countersign(by, locked):
        raise StepRefused(_("A supervisor of justice countersigns what was submitted."), HOUSE)
    refuse_destroyed(cases_of(locked))
    locked.status, locked.countersigned_by = S.COUNTERSIGNED, by
    locked.countersigned_at = timezone.now()
    return _save(locked, "letter.countersign", by=by)


@transaction.atomic
def return_letter(*, by: User, letter: Letter, reason: str, version: int | None = None) -> Letter:
    """Give a submitted letter back to its drafter; also one that was countersigned and has not left.

    :raises StepRefused: without a reason, or without the right.
    """
    locked = lock_letter(letter, version, by=by)
    if not may_return_letter(by, locked):
        raise StepRefused(_("A supervisor of justice returns what another person submitted."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Say what is to be changed."), HOUSE, "reason")
    locked.status, locked.returned_reason = S.RETURNED, reason.strip()[:300]
    locked.countersigned_by, locked.countersigned_at = None, None
    return _save(locked, "letter.return", by=by)


@transaction.atomic
def withdraw_draft(*, by: User, letter: Letter, version: int | None = None) -> Letter:
    """Give up a letter that has not left.

    :raises StepRefused: for anybody but its drafter or a supervisor of justice, and once it was sent.
    """
    locked = lock_letter(letter, version, by=by)
    if not may_withdraw_letter(by, locked):
        raise StepRefused(
            _("Only what has not left can be withdrawn, by its drafter or a supervisor."), HOUSE
        )
    locked.status = S.WITHDRAWN
    return _save(locked, "letter.withdraw", by=by)


@transaction.atomic
def print_letter(*, by: User, letter: Letter, form: str, as_note: bool = False) -> bytes:
    """A letter as it stands on paper, ``form`` odt or pdf; once it was sent, the paper that was kept then.

    Either way it is recorded who took it, and a copy of a draft from restricted upwards says so on each page. What was
    sent is handed out as it was kept.

    :raises StepRefused: for a paper that was not kept when the letter was sent, or a text too long for a PDF.
    """
    locked = lock_letter(letter, None, by=by)
    if locked.is_frozen:
        return _kept(locked, form, by=by, as_note=as_note)
    cases = cases_of(locked)
    sheet = note_sheet(locked, cases) if as_note else official_sheet(locked, cases)
    entry = tell("letter.print", locked, cases, by=by, form=form)[0]
    with translation.override(sheet.language):
        note = copy_note(locked.secrecy, number=entry.pk, reader=by, at=entry.at)
    return printed(replace(sheet, copy=note), form)


def _kept(letter: Letter, form: str, *, by: User, as_note: bool) -> bytes:
    version = kept_paper(letter, form, as_note=as_note)
    if version is None:
        raise StepRefused(_("This paper was not kept when the letter was sent."), HOUSE)
    if words := closed_because(version):
        raise StepRefused(f"{version.name}: {words}", HOUSE)
    record_download(by=by, version=version)
    with version.file.open("rb") as file:
        return file.read()


def _save(letter: Letter, verb: str, *, by: User) -> Letter:
    """Write where the letter stands now, and tell its cases."""
    letter.version += 1
    letter.save(
        update_fields=["status", "returned_reason", "countersigned_by", "countersigned_at", "version"]
    )
    tell(verb, letter, cases_of(letter), by=by)
    return letter
