"""One thing done to several cases at once: each is checked by the same rule as alone, and those refused are named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.assignment import hand_to
from cases.actions.filing import check_version
from cases.actions.steps import StepRequest, take_step
from cases.models import Case
from cases.provisions import HOUSE
from tracker import audit
from tracker.models import User

MOST_AT_ONCE = 1000
Versions = Mapping[int, int]
"""The cases that were chosen by their keys, each with the version that the chooser saw."""


@dataclass(slots=True)
class Outcome:
    """What came of it: the numbers of the cases that were done, and of those refused with the reason of each."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def assign_many(*, by: User, chosen: Versions, officer: User, reason: str = "") -> Outcome:
    """Give these cases to an officer. What is refused leaves the others alone; what is done is recorded together.

    Cases that this person does not see are passed over, as if they did not exist.

    :raises StepRefused: when more than MOST_AT_ONCE are chosen, or none.
    """
    outcome, changed, deeds = Outcome(), [], []
    for case in _locked(by, chosen):
        try:
            check_version(case, chosen[case.pk])
            deeds.append(hand_to(officer, case, by=by, reason=reason))
        except StepRefused as refused:
            outcome.refused.append((case.number, str(refused.reason)))
        else:
            changed.append(case)
            outcome.done.append(case.number)
    Case.objects.bulk_update(changed, ["officer", "version", "changed_at"], batch_size=200)
    audit.record_all(deeds, by=by)
    return outcome


@transaction.atomic
def pass_on_many(*, by: User, chosen: Versions, request: StepRequest, today: date) -> Outcome:
    """Record the same step of these cases, each by :func:`take_step`; what is refused leaves the others alone.

    :raises StepRefused: when more than MOST_AT_ONCE are chosen, or none.
    """
    outcome = Outcome()
    for case in _locked(by, chosen):
        try:
            with transaction.atomic():
                take_step(by=by, case=case, request=request, today=today, version=chosen[case.pk])
        except StepRefused as refused:
            outcome.refused.append((case.number, str(refused.reason)))
        else:
            outcome.done.append(case.number)
    return outcome


def _locked(by: User, chosen: Versions) -> list[Case]:
    """The chosen cases that this person sees, locked in the order of their keys so that two of these cannot block.

    :raises StepRefused: when more than MOST_AT_ONCE are chosen, or none.
    """
    if not chosen:
        raise StepRefused(_("Select a case."), HOUSE)
    if len(chosen) > MOST_AT_ONCE:
        words = _("At most %(number)s cases at once: narrow the list first.") % {
            "number": f"{MOST_AT_ONCE:,}"
        }
        raise StepRefused(words, HOUSE)
    rows = Case.objects.registered().visible_to(by).filter(pk__in=list(chosen)).order_by("pk")
    return list(rows.select_for_update(no_key=True))
