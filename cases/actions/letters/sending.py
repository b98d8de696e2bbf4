"""Sending a countersigned letter: its number and day, its frozen papers, and the step that it means."""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock_all
from cases.actions.letters.recording import cases_of, check_standing, lock_letter, printed, tell, touch_all
from cases.actions.steps import StepRequest, take_step
from cases.letters.kept import FORMS, goes_as_note, paper_title
from cases.letters.kinds import SORTS
from cases.letters.sheets import digest_of, note_sheet, official_sheet
from cases.models import Case, Letter
from cases.provisions import HOUSE
from cases.rules import may_send_letter
from tracker.actions import store_document
from tracker.documents import safe_name
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Sending:
    """How a letter leaves. ``step`` "" records none; the other fields of a step are those that it needs."""

    number: str
    moved_on: date
    channel: str
    step: str = ""
    step_note: str = ""
    body: str = ""
    defect: str = ""


@transaction.atomic
def send_letter(
    *, by: User, letter: Letter, sending: Sending, today: date, version: int | None = None
) -> Letter:
    """Give the letter its number and day, freeze it, keep its papers as ODT and PDF, and take the step that it means.

    All in one transaction: a step that is refused leaves the letter unsent.

    :raises StalePage: when it changed meanwhile.
    :raises StepRefused: without the right, before it is countersigned, or for a step that cannot be taken.
    """
    locked = lock_letter(letter, version, by=by)
    _check(by, locked, sending, today=today)
    cases = cases_of(locked)
    check_standing(cases)
    lock_all(cases)
    locked.number, locked.channel = sending.number.strip(), sending.channel
    locked.dated_on = locked.moved_on = sending.moved_on
    locked.status = Letter.Status.SENT
    locked.digest = digest_of(locked, cases)
    locked.version += 1
    locked.save(update_fields=["number", "channel", "dated_on", "moved_on", "status", "digest", "version"])
    _keep_papers(locked, cases, by=by)
    touch_all(cases)
    tell("letter.send", locked, cases, by=by, day=sending.moved_on, digest=locked.digest)
    if sending.step:
        for case in cases:
            take_step(by=by, case=case, request=_request(locked, sending), today=today)
    return locked


def _check(by: User, letter: Letter, sending: Sending, *, today: date) -> None:
    if not may_send_letter(by, letter):
        raise StepRefused(_("A letter is sent once it is countersigned."), HOUSE)
    for field, is_wrong, words in (
        ("number", not sending.number.strip(), _("Give the official letter number.")),
        ("channel", sending.channel not in Letter.Channel.values, _("Choose the channel.")),
        ("moved_on", sending.moved_on > today, _("The day lies in the future.")),
        (
            "step",
            bool(sending.step) and sending.step not in SORTS[letter.kind].steps,
            _("This letter does not mean that step."),
        ),
    ):
        if is_wrong:
            raise StepRefused(words, HOUSE, field)


def _request(letter: Letter, sending: Sending) -> StepRequest:
    names_a_day = sending.step == "ask_more"
    return StepRequest(
        step=sending.step,
        happened_on=sending.moved_on,
        reference=letter.number,
        body=sending.body,
        ground=letter.ground if sending.step == "refuse" else "",
        defect=sending.defect if names_a_day else "",
        due_on=letter.reply_by if names_a_day else None,
        note=sending.step_note,
        letter=letter,
    )


def _keep_papers(letter: Letter, cases: list[Case], *, by: User) -> None:
    """Keep its papers as documents of the letter: whoever may see all its cases may open them.

    The diplomatic note is kept as well where it may be sent as one, since a case may change after that day.
    """
    for as_note in (False, True) if goes_as_note(letter) else (False,):
        sheet = note_sheet(letter, cases) if as_note else official_sheet(letter, cases)
        for form in FORMS:
            title = paper_title(letter, form, as_note=as_note)
            # A number may hold what the name of a file may not.
            name = safe_name(title.removesuffix(f" ({form.upper()})")).replace(".", "_")
            upload = SimpleUploadedFile(f"{name}.{form}", printed(sheet, form))
            store_document(by=by, about=letter, upload=upload, title=title, secrecy=letter.secrecy)
