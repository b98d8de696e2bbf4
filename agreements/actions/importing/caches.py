"""The caches that follow from the facts, rewritten for many agreements at once."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from agreements.actions.filing import running_clocks, stage_of
from agreements.models import Agreement, Milestone, RunningClock
from agreements.searching import agreement_text
from tracker import search
from tracker.preferences import holiday_roll, working_calendar


def refresh_all(agreements: Sequence[Agreement], *, today: date) -> None:
    """Rewrite stage, version, running clocks and search text of every agreement from its standing milestones.

    The last activity is written as it stands on the objects. The number of queries does not depend on how
    many there are, up to the size of a chunk.
    """
    standing = Milestone.objects.filter(withdrawn_at=None).order_by("order", "id")
    for agreement in agreements:
        agreement.__dict__.pop("standing", None)
    prefetch_related_objects(agreements, Prefetch("milestones", queryset=standing, to_attr="standing"))
    calendar, roll = working_calendar(), holiday_roll()
    clocks: list[RunningClock] = []
    for agreement in agreements:
        facts: list[Milestone] = agreement.standing  # type: ignore[attr-defined]
        agreement.stage = stage_of(agreement, facts)
        agreement.version += 1
        clocks += running_clocks(agreement, facts, today=today, calendar=calendar, roll=roll)
    Agreement.objects.bulk_update(agreements, ["stage", "version", "last_activity_on"], batch_size=200)
    RunningClock.objects.filter(agreement__in=agreements).delete()
    RunningClock.objects.bulk_create(clocks)
    _index(agreements)


def _index(agreements: Sequence[Agreement]) -> None:
    """Let them be found by what they now say; one of which nothing stands is found no more."""
    there = [one for one in agreements if one.opened_on or one.standing]  # type: ignore[attr-defined]
    search.index(
        (one, agreement_text(one, [fact.reference for fact in one.standing]))  # type: ignore[attr-defined]
        for one in there
    )
    gone = {one.pk for one in agreements} - {one.pk for one in there}
    search.forget(Agreement._meta.label_lower, gone)
