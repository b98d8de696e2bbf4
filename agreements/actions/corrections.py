"""Corrections never overwrite: the wrong fact is withdrawn with a reason, and perhaps another put in its place."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.filing import HOUSE, chronology, lock, place_of, refresh
from agreements.actions.refusals import StepRefused
from agreements.models import Agreement, Milestone
from agreements.rules import may_correct
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate

CORRECTABLE = ("happened", "effective", "place", "reference", "ground", "term", "note")


@transaction.atomic
def correct_milestone(
    *,
    by: User,
    milestone: Milestone,
    reason: str,
    today: date,
    version: int | None = None,
    **changes: object,
) -> Milestone:
    """Withdraw the milestone and put a corrected one in its place; both stay in the history.

    ``changes`` name fields of CORRECTABLE. The corrected fact keeps its stage; its day must still lie
    between its neighbours.

    :raises StepRefused: without the right or a reason, for a withdrawn milestone, or a day out of order.
    """
    agreement = lock(milestone.agreement, version)
    milestone = _may_go(by, agreement, milestone, reason)
    others = [fact for fact in chronology(agreement) if fact.pk != milestone.pk]
    was = milestone.happened
    new = Milestone(
        **{name: changes.get(name, getattr(milestone, name)) for name in CORRECTABLE},
        agreement=agreement,
        step=milestone.step,
        stage=milestone.stage,
        phase=milestone.phase,
        order=milestone.order,
        is_history=milestone.is_history,
        recorded_at=timezone.now(),
        recorded_by=by,
        replaces=milestone,
    )
    new.counted = (
        new.effective if milestone.counted == milestone.effective and str(new.effective) else new.happened
    )
    new.order = _checked_place(new, others, today=today)
    _withdraw(milestone, by=by, reason=reason)
    new.save(force_insert=True)
    new.documents.set(milestone.documents.all())
    refresh(agreement, today=today, activity_on=today)
    details = {"step": new.step, "was": str(was) or "—", "day": str(new.happened) or "—", "reason": reason}
    audit.record("agreement.correct", agreement, by=by, details=details | {"milestone": new.pk})
    return new


@transaction.atomic
def withdraw_milestone(
    *, by: User, milestone: Milestone, reason: str, today: date, version: int | None = None
) -> Agreement:
    """Take back a fact that did not happen. Only the last one that led to a stage, or a milestone of record.

    :raises StepRefused: without the right or a reason, or when later facts rest on it.
    """
    agreement = lock(milestone.agreement, version)
    milestone = _may_go(by, agreement, milestone, reason)
    later = [fact for fact in chronology(agreement) if fact.order > milestone.order and fact.stage]
    if milestone.stage and later:
        told = {"label": later[0].label}
        raise StepRefused(_("Later facts rest on it; withdraw “%(label)s” first.") % told, HOUSE)
    _withdraw(milestone, by=by, reason=reason)
    refresh(agreement, today=today, activity_on=today)
    details = {"step": milestone.step, "was": str(milestone.happened) or "—", "reason": reason}
    audit.record("agreement.withdraw_step", agreement, by=by, details=details | {"milestone": milestone.pk})
    return agreement


def _may_go(by: User, agreement: Agreement, milestone: Milestone, reason: str) -> Milestone:
    """The milestone as it stands under the lock, when this person may take it back with this reason."""
    fresh = Milestone.objects.get(pk=milestone.pk, agreement=agreement)
    if not may_correct(by, agreement):
        raise StepRefused(_("After signature only a supervisor of the lead agency corrects."), HOUSE)
    if fresh.is_withdrawn:
        raise StepRefused(_("This entry has already been withdrawn or replaced."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Give the reason of the correction."), HOUSE, "reason")
    return fresh


def _withdraw(milestone: Milestone, *, by: User, reason: str) -> None:
    milestone.withdrawn_at = timezone.now()
    milestone.withdrawn_by = by
    milestone.withdrawn_reason = reason
    milestone.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _checked_place(new: Milestone, others: list[Milestone], *, today: date) -> float:
    """Its old place when its day still fits between the staged neighbours; a milestone of record moves freely."""
    day: PartialDate = new.counted
    if new.happened.first and new.happened.first > today:
        raise StepRefused(_("The day lies in the future. Record it when it has happened."), HOUSE, "happened")
    if not new.stage:
        return place_of(day, others)
    before = [fact for fact in others if fact.stage and fact.order < new.order and fact.counted_from]
    after = [fact for fact in others if fact.stage and fact.order > new.order and fact.counted_to]
    too_early = before and day.last and day.last < before[-1].counted_from
    too_late = after and day.first and day.first > after[0].counted_to
    if too_early or too_late:
        neighbour = before[-1] if too_early else after[0]
        told = {"label": neighbour.label, "day": neighbour.counted.iso}
        raise StepRefused(
            _("The corrected day would be out of order with “%(label)s” (%(day)s). Correct that one first.")
            % told,
            HOUSE,
            "happened",
        )
    return new.order
