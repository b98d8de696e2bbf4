"""Who carries a case, and what it rests on when an officer sees it otherwise."""

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.models import Agreement
from cases.actions.filing import keep_current, lock, refuse_destroyed, settle_basis, touch
from cases.basis import proposal_for
from cases.models import Case, Handover
from cases.provisions import HOUSE
from cases.rules import may_assign, may_carry, may_change
from tracker import audit
from tracker.models import User


@transaction.atomic
def assign(*, by: User, case: Case, officer: User, version: int | None = None, reason: str = "") -> Case:
    """Give the case to an officer; taking it from another one needs a reason. A sealed case goes out of sight with it.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, to a person who may not carry it, or without the reason.
    """
    locked = lock(case, version)
    deed = hand_to(officer, locked, by=by, reason=reason)
    locked.save(update_fields=["officer", "version", "changed_at"])
    audit.record_all([deed], by=by)
    return locked


def hand_to(
    officer: User, locked: Case, *, by: User, reason: str, handover: Handover | None = None
) -> audit.Deed:
    """Set the officer of a case that the caller has locked and saves; answers what the history is to tell.

    The reason of a hand-over stands with it; any other has no row of its own and goes into the history.

    :raises StepRefused: as :func:`assign`.
    """
    refuse_destroyed([locked])
    if not may_assign(by, locked):
        raise StepRefused(_("A supervisor assigns; an officer takes what nobody has."), HOUSE, "officer")
    if not may_carry(officer, locked):
        raise StepRefused(_("This person may not carry a case of this level."), HOUSE, "officer")
    if locked.officer_id and locked.officer_id != officer.pk and not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    was = str(locked.officer or "")
    locked.officer = officer
    locked.version += 1
    touch(locked)
    why = {"handover": handover.pk} if handover else {"reason": reason.strip()}
    return audit.Deed("case.assign", locked, {"officer": str(officer), "was": was, **why})


@transaction.atomic
def restate_basis(
    *,
    by: User,
    case: Case,
    basis: str = "",
    agreement: Agreement | None = None,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Say anew what the case rests on: what the register now proposes for its day, or the officer's choice.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, or as :func:`settle_basis`.
    """
    locked = lock(case, version)
    if locked.is_draft or not may_change(by, locked):
        raise StepRefused(_("Justice says what a case rests on."), HOUSE, "basis")
    assert locked.partner is not None and locked.requested_on is not None  # noqa: S101 - a registered case has both
    was = locked.basis
    proposal = proposal_for(locked.partner, locked.kind, locked.requested_on, reader=by)
    settle_basis(locked, by=by, proposal=proposal, basis=basis, agreement=agreement, reason=reason)
    locked.version += 1
    keep_current(locked)
    locked.save(
        update_fields=[
            "basis",
            "agreement",
            "basis_reason",
            "basis_finding",
            "due_on",
            "due_clock",
            "version",
            "changed_at",
        ]
    )
    details = {"was": was, "now": locked.basis, "reason": reason.strip()}
    audit.record("case.restate_basis", locked, by=by, details=details)
    return locked
