"""What a letter that came in means for its cases, and the steps that follow from it, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock
from cases.actions.letters.recording import lock_letter, tell
from cases.actions.steps import StepRequest, take_step
from cases.letters.answers import MEANINGS, route
from cases.lifecycle import Need
from cases.models import Case, Letter, LetterCase
from cases.provisions import HOUSE
from cases.rules import may_log_letter
from tracker.models import User

M = LetterCase.Meaning


@dataclass(frozen=True, slots=True)
class Said:
    """What the letter means for one case; ``records`` whether the step that follows is recorded as well.

    ``version`` is the case's, as the page showed it.
    """

    case: Case
    meaning: str
    promised_on: date | None = None
    note: str = ""
    records: bool = True
    version: int | None = None


@transaction.atomic
def say_meanings(
    *, by: User, letter: Letter, said: Sequence[Said], today: date, version: int | None = None
) -> Letter:
    """Say for each case what the letter means, and record the steps that lead there, dated with its receipt.

    :raises StalePage: when the letter or one of the cases changed meanwhile.
    :raises StepRefused: without the right, for what does not fit the case, or when a step is refused; nothing of
        all is kept then. ``field`` names the case's place on the page.
    """
    locked = lock_letter(letter, version, by=by)
    rows = {row.case_id: row for row in locked.about.select_for_update(no_key=True)}
    for place, one in enumerate(said):
        if one.case.pk not in rows:
            raise StepRefused(_("The letter does not concern this case."), HOUSE)
        try:
            _say(by, locked, rows[one.case.pk], one, today=today)
        except StepRefused as refused:
            refused.field = f"{refused.field or 'meaning'}_{place}"
            raise
    locked.version += 1
    locked.save(update_fields=["version"])
    return locked


def _say(by: User, letter: Letter, row: LetterCase, one: Said, *, today: date) -> None:
    case = lock(one.case, one.version)
    if letter.way != Letter.Way.IN or not may_log_letter(by, case):
        raise StepRefused(_("Staff of both ministries say what a letter that came in means."), HOUSE)
    if one.meaning not in MEANINGS[case.direction]:
        raise StepRefused(_("Choose what it means."), HOUSE, "meaning")
    if (one.meaning == M.PROMISES) != (one.promised_on is not None):
        words = _("Give the day by which an answer is promised.") if one.promised_on is None else ""
        raise StepRefused(words or _("Only a promise has a day."), HOUSE, "promised_on")
    row.meaning, row.promised_on = one.meaning, one.promised_on
    row.asks_meaning = one.meaning in (M.UNSAID, M.UNSURE)
    row.settled_at, row.settled_by = timezone.now(), by
    row.save(update_fields=["meaning", "asks_meaning", "promised_on", "settled_at", "settled_by"])
    tell("letter.mean", letter, [case], by=by, meaning=one.meaning)
    if one.records:
        _take(by, letter, case, one, today=today)


def _take(by: User, letter: Letter, case: Case, one: Said, *, today: date) -> None:
    """Take the steps from where the case stands to what the letter says; those between need nothing else."""
    assert letter.moved_on is not None  # noqa: S101 - what came in has its day
    for row in route(one.meaning, case):
        request = StepRequest(
            step=row.name,
            happened_on=letter.moved_on,
            reference=letter.their_number or letter.number,
            due_on=one.promised_on if Need.DUE in row.needs | row.takes else None,
            note=one.note if Need.REASON in row.needs else "",
            letter=letter,
        )
        take_step(by=by, case=case, request=request, today=today)
