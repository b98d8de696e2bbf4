"""Rounds of talks and periodic updates of progress."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.filing import HOUSE, lock
from agreements.actions.refusals import StepRefused
from agreements.lifecycle import Phase
from agreements.models import Agreement, ProgressUpdate, Round
from agreements.rules import may_edit
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate


@transaction.atomic
def record_round(
    *,
    by: User,
    agreement: Agreement,
    held: PartialDate,
    medium: str,
    outcome: str,
    today: date,
    place: str = "",
    open_articles: int | None = None,
) -> Round:
    """Add the next round of talks.

    :raises StepRefused: without the right, outside the talks, or for a day in the future.
    """
    locked = _open_file(by, agreement)
    if locked.phase != Phase.NEGOTIATION:
        raise StepRefused(_("Rounds belong to the negotiation phase."), HOUSE)
    if held.first and held.first > today:
        raise StepRefused(_("The day lies in the future. Record it when it has happened."), HOUSE, "held")
    last = locked.rounds.aggregate(last=Max("number"))["last"] or 0
    row = Round(
        agreement=locked,
        number=last + 1,
        held=held,
        medium=medium,
        place=place,
        outcome=outcome,
        open_articles=open_articles,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    _touch(locked, today)
    audit.record("agreement.record_round", locked, by=by, details={"number": row.number, "held": str(held)})
    return row


@transaction.atomic
def update_progress(
    *, by: User, agreement: Agreement, confidence: str, court: str, next_step: str, today: date
) -> ProgressUpdate:
    """Say how the file is going.

    :raises StepRefused: without the right.
    """
    locked = _open_file(by, agreement)
    row = ProgressUpdate(
        agreement=locked,
        said_on=today,
        confidence=confidence,
        court=court,
        next_step=next_step,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    _touch(locked, today)
    details = {"next_step": next_step, "confidence": confidence, "court": court}
    audit.record("agreement.update_progress", locked, by=by, details=details)
    return row


def _open_file(by: User, agreement: Agreement) -> Agreement:
    locked = lock(agreement, None)
    if not may_edit(by, locked):
        raise StepRefused(_("Only the ministries concerned change this file."), HOUSE)
    return locked


def _touch(agreement: Agreement, today: date) -> None:
    agreement.last_activity_on = today
    agreement.version += 1
    agreement.save(update_fields=["last_activity_on", "version"])
