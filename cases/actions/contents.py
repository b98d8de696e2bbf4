"""What the letter of request says, kept field by field; correcting what was logged; striking out a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.containers import lower_parts
from cases.actions.filing import CURRENT, SETTLED, keep_current, lock, settle_on_sending, touch
from cases.lifecycle import Direction
from cases.models import Case, RequestContents
from cases.provisions import HOUSE, archives_act
from cases.rules import holds_case, may_amend, may_carry, may_lower_secrecy, may_void
from cases.searching import index_cases
from tracker import audit
from tracker.models import User
from tracker.roles import Secrecy
from tracker.secrecy import MARK, NO_END, TWO_PERSONS, lacks_end

CONTENTS: tuple[str, ...] = tuple(
    field.name for field in RequestContents._meta.concrete_fields if not field.primary_key
)
"""The fields of the contents, in their order."""


def set_contents(case: Case, said: Mapping[str, Any]) -> list[str]:
    """Write what the letter says; only inside another action. Returns the names of the fields that changed.

    Nothing is written while nothing is said.

    :raises ValidationError: for a value that does not fit its field.
    """
    if not said:
        return []
    row = RequestContents.objects.filter(case=case).first() or RequestContents(case=case)
    changed = [name for name in CONTENTS if name in said and getattr(row, name) != said[name]]
    for name in changed:
        setattr(row, name, said[name])
    if changed:
        row.clean_fields(exclude=["case"])
        row.save(update_fields=None if row._state.adding else changed)
    return changed


@transaction.atomic
def keep_contents(*, by: User, case: Case, said: Mapping[str, Any], version: int | None = None) -> list[str]:
    """Keep what the letter says. The history tells which fields changed, never what they say.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, or in a closed case for a field that says something already.
    """
    locked = lock(case, version)
    if not may_amend(by, locked):
        raise StepRefused(_("Your role does not change this case."), HOUSE)
    if locked.is_closed:
        _check_kept(locked, said)
    changed = set_contents(locked, said)
    if changed:
        locked.version += 1
        touch(locked)
        locked.save(update_fields=["version", "changed_at"])
        audit.record("case.keep_contents", locked, by=by, details={"fields": changed})
    return changed


def _check_kept(case: Case, said: Mapping[str, Any]) -> None:
    """:raises StepRefused: when something would be said instead of what is kept; what is empty may still be filled."""
    row = RequestContents.objects.filter(case=case).first()
    kept = {name: getattr(row, name) for name in CONTENTS if name in said} if row else {}
    for name, value in kept.items():
        if value not in ("", None) and value != said[name]:
            words = _("The case is closed: what it holds is kept for its term.")
            raise StepRefused(words, archives_act(), name)


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was logged, as it is to be. ``letter_on`` is of incoming requests only."""

    subject: str
    partner_reference: str
    office: str
    office_reference: str
    letter_on: date | None
    deadline: date | None
    secrecy: int
    is_urgent: bool
    declassify_on: date | None = None
    declassify_when: str = ""
    code_name: str = ""


AMENDED: tuple[str, ...] = tuple(Amendment.__dataclass_fields__)
OF_THE_MARK = (*MARK, "code_name")
"""Those of them that only who holds the case changes."""


@transaction.atomic
def amend_case(
    *, by: User, case: Case, amendment: Amendment, reason: str, version: int | None = None
) -> list[str]:
    """Correct what was logged, with the reason; returns the names of the fields that changed.

    With the letter's day the day of the request changes, and a case that followed the register follows it to that
    day. The reason goes into the history: it names no persons. So does the deadline that was, for whoever asks how the
    case stood before: the other side may have moved it.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right or the reason, when nothing changes, for the mark of a case that this person does
        not hold, or for what does not fit.
    """
    locked = lock(case, version)
    if not may_amend(by, locked):
        raise StepRefused(_("Your role does not change this case."), HOUSE)
    changed = [name for name in AMENDED if getattr(locked, name) != getattr(amendment, name)]
    _check(by, locked, amendment, changed, reason)
    was, written = locked.basis, [*changed, "version", *CURRENT]
    before = {"deadline_was": locked.deadline} if "deadline" in changed else {}
    for name in changed:
        setattr(locked, name, getattr(amendment, name))
    if "secrecy" in changed:
        lower_parts(locked, to=locked.secrecy)
        locked.mark_reviewed_on = None  # a mark that was changed waits for its review
        written.append("mark_reviewed_on")
    details = {"fields": changed, "reason": reason.strip()} | before
    deeds = [audit.Deed("case.amend", locked, details)]
    if "letter_on" in changed:
        locked.requested_on = locked.letter_on or locked.received_on
        written += ["requested_on", *SETTLED]
        if settle_on_sending(locked, by=by):
            deeds.append(audit.Deed("case.restate_basis", locked, {"was": was, "now": locked.basis}))
    locked.version += 1
    keep_current(locked)
    _fit(locked)
    locked.save(update_fields=written)
    index_cases([locked])
    audit.record_all(deeds, by=by)
    return changed


def _check(by: User, case: Case, amendment: Amendment, changed: list[str], reason: str) -> None:
    """:raises StepRefused: for the first thing that is missing or does not fit."""
    is_late = amendment.letter_on and case.received_on and amendment.letter_on > case.received_on
    is_early = amendment.deadline and case.received_on and amendment.deadline < case.received_on
    lowered = amendment.secrecy < case.secrecy and not may_lower_secrecy(by, case)
    is_endless = lacks_end(amendment.secrecy, amendment.declassify_on, amendment.declassify_when)
    sealed = amendment.secrecy >= Secrecy.SEALED
    is_other, level = "secrecy" in changed, Case(secrecy=amendment.secrecy)
    of_the_mark = next((name for name in OF_THE_MARK if name in changed), "")
    for field, is_wrong, words in (
        ("", not changed, _("Nothing was changed.")),
        ("reason", not reason.strip(), _("Give the reason.")),
        (of_the_mark, of_the_mark and not holds_case(by, case), _("Whoever sees a sealed case in an emergency, or for somebody absent, does not change its mark.")),
        ("subject", not amendment.subject.strip(), _("Give the subject in one line, without names of persons.")),
        ("letter_on", amendment.letter_on and case.direction == Direction.OUT, _("An outgoing request gets its day when it is sent: leave the day of the letter empty.")),
        ("letter_on", is_late, _("The letter is dated after the day of receipt.")),
        ("deadline", is_early, _("The deadline lies before the day of receipt.")),
        ("is_urgent", case.is_direct and not amendment.is_urgent, _("It came straight to Justice, which only an urgent request does.")),
        ("secrecy", amendment.secrecy > by.clearance, _("You are not cleared for this level.")),
        ("secrecy", lowered, _("A supervisor lowers the secrecy of a case.")),
        ("secrecy", case.is_secret and amendment.secrecy < case.secrecy, TWO_PERSONS),
        ("secrecy", is_other and sealed and case.officer is None, _("A sealed case names the officer who carries it.")),
        ("secrecy", is_other and case.officer and not may_carry(case.officer, level), _("This person may not carry a case of this level.")),
        ("declassify_when", is_endless, NO_END),
    ):  # fmt: skip
        if is_wrong:
            raise StepRefused(words, HOUSE, field)


def _fit(case: Case) -> None:
    try:
        case.full_clean(validate_unique=False)
    except ValidationError as invalid:
        field, words = next(iter(invalid.message_dict.items()))
        raise StepRefused(" ".join(words), HOUSE, field) from invalid


@transaction.atomic
def void_case(*, by: User, case: Case, reason: str, version: int | None = None) -> Case:
    """Strike out a case that was registered by mistake; it keeps its number, which is never given again.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right or the reason, or when it is struck out already.
    """
    locked = lock(case, version)
    if not may_void(by, locked):
        raise StepRefused(_("A supervisor of Justice strikes out a case that still stands."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    locked.voided_at, locked.void_reason = timezone.now(), reason.strip()
    locked.version += 1
    keep_current(locked)
    locked.save(update_fields=["voided_at", "void_reason", "version", *CURRENT])
    audit.record("case.void", locked, by=by, details={"number": locked.number})
    return locked
