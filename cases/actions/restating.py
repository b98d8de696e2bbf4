"""Restating what many cases rest on, with one reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.assignment import restate_basis
from cases.basis import proposal_for
from cases.models import Case
from cases.provisions import HOUSE
from cases.rules import works_on_cases
from tracker.models import User

Day = Literal["then", "now"]


@dataclass(frozen=True, slots=True)
class Restatement:
    """One case to be restated: ``then`` follows the register for the day of its request, ``now`` for today."""

    case: int
    version: int
    day: Day


@dataclass(frozen=True, slots=True)
class Restated:
    """What became of it: the cases that were restated, and those that were refused with the reason in words."""

    done: Sequence[Case]
    refused: Sequence[tuple[str, str]]


@transaction.atomic
def restate_many(*, by: User, wanted: Iterable[Restatement], reason: str, today: date) -> Restated:
    """Restate each case by the rule of :func:`restate_basis`; one that is refused is named and does not stop the others.

    :raises StepRefused: without the right or the reason, when nothing is chosen, or a case twice.
    """
    chosen = list(wanted)
    if not works_on_cases(by):
        raise StepRefused(_("Justice says what a case rests on."), HOUSE)
    if not chosen:
        raise StepRefused(_("Choose at least one case."), HOUSE)
    if len({one.case for one in chosen}) < len(chosen):
        raise StepRefused(_("Choose one of the two for each case."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    seen = Case.objects.visible_to(by).open().select_related("partner").in_bulk([one.case for one in chosen])
    done, refused = [], []
    for one in sorted(chosen, key=lambda one: one.case):
        case = seen.get(one.case)
        if case is None:
            continue
        try:
            done.append(_restate(case, one, by=by, reason=reason.strip(), today=today))
        except StepRefused as problem:
            refused.append((case.number, str(problem.reason)))
    return Restated(done, refused)


def _restate(case: Case, one: Restatement, *, by: User, reason: str, today: date) -> Case:
    """One case, in a savepoint of its own: a refusal leaves nothing behind."""
    with transaction.atomic():
        if one.day == "then":
            return restate_basis(by=by, case=case, reason=reason, version=one.version)
        assert case.partner is not None  # noqa: S101 - a registered case has a partner
        now = proposal_for(case.partner, case.kind, today, reader=by)
        if not now.is_certain:
            raise StepRefused(now.words, HOUSE, "basis")
        chosen = {"basis": str(now.basis), "agreement": now.agreement, "reason": reason}
        return restate_basis(by=by, case=case, version=one.version, **chosen)  # type: ignore[arg-type]
