"""Marks of cases: reviewed each year, and lowered by two supervisors of justice."""

from datetime import date

from django.db import transaction

from agreements.actions import marks
from agreements.actions.marks import Shown
from cases.actions.containers import lower_parts
from cases.actions.filing import lock, touch
from cases.models import Case
from cases.rules import holds_case, may_review_marks
from tracker.models import Lowering, User


def _may(by: User, case: Case) -> bool:
    return may_review_marks(by) and holds_case(by, case)


@transaction.atomic
def review_mark(*, by: User, case: Case, today: date, shown: Shown | None = None) -> None:
    """Say that the mark was looked at and stays for another year.

    :raises StepRefused: without the right, or for a case that carries no such mark.
    :raises StalePage: when it is not any more as it was ``shown``.
    """
    locked = lock(case, shown.version if shown else None)
    marks.check_shown(locked, shown)
    marks.keep_mark(by=by, thing=locked, is_allowed=_may(by, locked), today=today)


@transaction.atomic
def ask_lowering(*, by: User, case: Case, after: int, reason: str, shown: Shown | None = None) -> Lowering:
    """Ask that the mark of a case be lowered to ``after``; another supervisor decides.

    :raises StepRefused: without the right or the reason, for no lower level, or while another request waits.
    :raises StalePage: when it is not any more as it was ``shown``.
    """
    locked = lock(case, shown.version if shown else None)
    marks.check_shown(locked, shown)
    return marks.ask(by=by, thing=locked, is_allowed=_may(by, locked), after=after, reason=reason)


@transaction.atomic
def decide_lowering(*, by: User, lowering: Lowering, is_granted: bool, shown: Shown | None = None) -> Case:
    """Let the mark be lowered, or leave it; the case keeps its number. Whoever asked does not decide.

    :raises StepRefused: without the right, for the own request, when it was decided meanwhile, or while a part holds the mark up.
    :raises StalePage: when it is not any more as it was ``shown``.
    """
    locked = lock(Case.objects.get(pk=lowering.about_id), shown.version if shown else None)
    marks.check_shown(locked, shown)
    if marks.decide(
        by=by, thing=locked, lowering=lowering, is_allowed=_may(by, locked), is_granted=is_granted
    ):
        lower_parts(locked, to=locked.secrecy)
        locked.version += 1
        touch(locked)
        locked.save(update_fields=["secrecy", "mark_reviewed_on", "version", "changed_at"])
    return locked
