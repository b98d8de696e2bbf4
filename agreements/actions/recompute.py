"""Recomputing every running clock after the calendar changed, and saying which due days moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Prefetch

from agreements.actions.filing import refresh_clocks
from agreements.models import Agreement, Milestone, RunningClock
from tracker import audit
from tracker.models import Entry, User


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose due day is another one under the new calendar."""

    number: str
    code: str
    was: date
    now: date
    is_overdue: bool


Recomputer = Callable[..., list[Moved]]
RECOMPUTERS: list[Recomputer] = []
"""What upper apps recompute when the calendar or a setting changes, each called like :func:`recompute_clocks`.

They fill it in ``AppConfig.ready()``; nobody here imports upward.
"""


def recompute_above(*, by: User, about: object, today: date) -> list[Moved]:
    """Have the apps above recompute what depends on ``about``, in the transaction of its change."""
    return [moved for recompute in RECOMPUTERS for moved in recompute(by=by, about=about, today=today)]


@transaction.atomic
def recompute_clocks(*, by: User, about: object, today: date) -> list[Moved]:
    """Rewrite the due days of all running clocks and list those that moved.

    ``about`` is what changed, such as a calendar exception: the audit entry tells of it.
    """
    before = {
        (row.agreement_id, row.code): row.due_on
        for row in RunningClock.objects.select_for_update(no_key=True)
    }
    standing = Milestone.objects.filter(withdrawn_at=None).order_by("order", "id")
    affected = Agreement.objects.filter(pk__in={pk for pk, _code in before}).order_by("number")
    moved = []
    for agreement in affected.prefetch_related(Prefetch("milestones", queryset=standing, to_attr="standing")):
        for row in refresh_clocks(agreement, agreement.standing, today=today):  # type: ignore[attr-defined]
            was = before.get((row.agreement_id, row.code))
            if was is not None and was != row.due_on:
                moved.append(Moved(agreement.number, row.code, was, row.due_on, row.due_on < today))
    _tell(by, about, moved)
    return moved


def _tell(by: User, about: object, moved: list[Moved]) -> Entry:
    listed = [{"number": m.number, "code": m.code, "was": m.was, "now": m.now} for m in moved]
    return audit.record("clocks.recompute", about, by=by, details={"moved": len(moved), "clocks": listed})  # type: ignore[arg-type]
