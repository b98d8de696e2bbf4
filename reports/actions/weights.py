"""Versions of the weights: proposing one, and approving or refusing it. A decided version never changes."""

import math
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.provisions import HOUSE
from reports.models import WeightsVersion
from reports.priorities import FACTORS
from reports.rules import may_decide_weights, may_propose_weights
from reports.weighting import HEAVIEST, by_field, version_in_use
from tracker import audit
from tracker.models import User

NUMBERS = "weights"
CODES = frozenset(factor.code for factor in FACTORS)


@transaction.atomic
def propose_weights(*, by: User, by_factor: Mapping[str, float], reason: str) -> WeightsVersion:
    """Propose the next version of the weights; it waits until a supervisor decides. A factor left out weighs nothing.

    :raises StepRefused: without the right or a reason, for weights that cannot weigh or equal those in use, and while
        another proposal waits.
    """
    if not may_propose_weights(by):
        raise StepRefused(_("Officers and supervisors of the two ministries propose weights."), HOUSE)
    audit.lock_numbers(NUMBERS)
    taken = _checked(by_factor)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    if WeightsVersion.objects.proposed().exists():
        raise StepRefused(_("Another proposal of weights waits for its decision."), HOUSE)
    if by_field(taken) == by_field(version_in_use().by_factor):
        raise StepRefused(_("These are the weights in use."), HOUSE)
    last = WeightsVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version = WeightsVersion.objects.create(
        number=last + 1,
        by_factor=taken,
        reason=reason.strip(),
        proposed_at=timezone.now(),
        proposed_by=by,
    )
    audit.record("weights.propose", version, by=by, details={"number": version.number, "weights": taken})
    return version


@transaction.atomic
def decide_weights(*, by: User, version: WeightsVersion, is_approved: bool, decision: str) -> WeightsVersion:
    """Approve a proposal, so that rankings are made with it from now on, or refuse it; either way with the reason.

    :raises StepRefused: without the right (the proposer has none), without a reason, or when it was decided meanwhile.
    """
    locked = WeightsVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    if locked.status != WeightsVersion.Status.PROPOSED:
        raise StepRefused(_("This proposal has been decided meanwhile."), HOUSE)
    if not may_decide_weights(by, locked):
        raise StepRefused(_("A supervisor who did not propose the weights decides on them."), HOUSE)
    if not decision.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "decision")
    locked.status = WeightsVersion.Status.APPROVED if is_approved else WeightsVersion.Status.REFUSED
    locked.decided_at, locked.decided_by, locked.decision = timezone.now(), by, decision.strip()
    locked.save(update_fields=["status", "decided_at", "decided_by", "decision"])
    verb = "weights.approve" if is_approved else "weights.refuse"
    audit.record(verb, locked, by=by, details={"number": locked.number})
    return locked


def _checked(by_factor: Mapping[str, float]) -> dict[str, float]:
    """The weights above zero, in the order of the factors.

    :raises StepRefused: for an unknown factor, a weight that is none, and when nothing weighs anything.
    """
    for code, weight in by_factor.items():
        if code not in CODES:
            raise StepRefused(_("There is no factor “%s”.") % code, HOUSE)
        if not math.isfinite(weight) or not 0 <= weight <= HEAVIEST:
            raise StepRefused(_("A weight lies between 0 and %s.") % HEAVIEST, HOUSE, f"w_{code}")
    taken = {factor.code: by_factor[factor.code] for factor in FACTORS if by_factor.get(factor.code)}
    if not taken:
        raise StepRefused(_("At least one factor must weigh more than zero."), HOUSE)
    return {code: int(weight) if weight == int(weight) else float(weight) for code, weight in taken.items()}
