"""What the other actions share: locking a file, its chronology, and the caches that follow from its facts."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from agreements.actions.refusals import StalePage
from agreements.clocks import Clock, Fact, File, clocks_of
from agreements.history import sentence
from agreements.lifecycle import Stage
from agreements.models import Agreement, Milestone, RunningClock
from agreements.provisions import HOUSE_RULE, Provision
from agreements.searching import index_agreements
from tracker import audit
from tracker.partialdate import PartialDate
from tracker.preferences import holiday_roll, working_calendar
from tracker.workdays import Calendar

HOUSE = Provision(HOUSE_RULE, "")


def lock(agreement: Agreement, version: int | None) -> Agreement:
    """Take the file for this transaction; other writers of it wait.

    :raises StalePage: when ``version`` is given and the file has moved on since.
    """
    locked = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    check_version(locked, version)
    return locked


def check_version(agreement: Agreement, version: int | None) -> None:
    """:raises StalePage: when ``version`` is given and is not the file's; says what changed and who did it."""
    if version is not None and agreement.version != version:
        raise StalePage(_what_changed(agreement), HOUSE)


def _what_changed(agreement: Agreement) -> str:
    last = audit.history_of(agreement).first()
    told = {"who": last.actor_name, "what": sentence(last)} if last else {"who": "—", "what": "—"}
    return (
        _("This file changed after you opened the page: %(who)s %(what)s. Look at it again, then decide.")
        % told
    )


def chronology(agreement: Agreement) -> list[Milestone]:
    """The standing milestones in their order."""
    return list(agreement.milestones.filter(withdrawn_at=None).order_by("order", "id"))


def place_of(day: PartialDate, facts: Sequence[Milestone]) -> float:
    """Where a fact of this day belongs among ``facts``: after the last that is not certainly later."""
    if not facts:
        return 1.0
    later = [fact for fact in facts if day.last and fact.counted_from and fact.counted_from > day.last]
    if not later:
        return facts[-1].order + 1
    following = min(later, key=lambda fact: fact.order)
    earlier = [fact.order for fact in facts if fact.order < following.order]
    return (max(earlier) + following.order) / 2 if earlier else following.order - 1


def file_of(agreement: Agreement, facts: Iterable[Milestone | Fact]) -> File:
    """What the clock rules ask about the agreement."""
    return File(
        tracks=agreement.tracks,
        nature=agreement.nature,
        leads=agreement.leads,
        is_lead_recorded=bool(agreement.lead),
        clause=agreement.clause,
        clause_days=agreement.clause_days,
        is_exchange_of_notes=agreement.is_exchange_of_notes,
        facts=tuple(
            fact if isinstance(fact, Fact) else Fact(fact.step, fact.happened, fact.is_history)
            for fact in facts
        ),
    )


def clocks_today(agreement: Agreement, facts: Iterable[Milestone | Fact], *, today: date) -> list[Clock]:
    """The agreement's clocks, computed with the calendar in force."""
    return clocks_of(file_of(agreement, facts), today=today, calendar=working_calendar(), roll=holiday_roll())


def stage_of(agreement: Agreement, facts: Sequence[Milestone]) -> str:
    """The fold: the stage of the last standing fact that led to one, else where an opened file begins."""
    stages = [fact.stage for fact in facts if fact.stage]
    return stages[-1] if stages else (Stage.PROPOSED if agreement.opened_on else "")


def refresh(agreement: Agreement, *, today: date, activity_on: date | None = None) -> None:
    """Rewrite the caches that follow from the facts: stage, version, last record, running clocks."""
    facts = chronology(agreement)
    agreement.stage = stage_of(agreement, facts)
    agreement.version += 1
    agreement.last_activity_on = max(filter(None, [agreement.last_activity_on, activity_on]), default=None)
    agreement.save(update_fields=["stage", "version", "last_activity_on"])
    refresh_clocks(agreement, facts, today=today)
    index_agreements([agreement])


def refresh_clocks(agreement: Agreement, facts: Iterable[Milestone], *, today: date) -> list[RunningClock]:
    """Rewrite the rows of the clocks that run (or ran out unstopped), by which lists sort."""
    RunningClock.objects.filter(agreement=agreement).delete()
    running = running_clocks(agreement, facts, today=today, calendar=working_calendar(), roll=holiday_roll())
    return RunningClock.objects.bulk_create(running)


def running_clocks(
    agreement: Agreement, facts: Iterable[Milestone], *, today: date, calendar: Calendar, roll: bool
) -> list[RunningClock]:
    """Those rows, unsaved."""
    return [
        RunningClock(
            agreement=agreement,
            code=clock.code,
            started_on=clock.period.workings.start,
            raw_due_on=clock.period.raw_due,
            due_on=clock.period.due,
            calendar=calendar.version,
        )
        for clock in clocks_of(file_of(agreement, facts), today=today, calendar=calendar, roll=roll)
        if clock.period and clock.state in ("running", "missed") and clock.stopped_on.is_unknown
    ]
