"""How agreements stood on a day, one row each and ready for pages: stage and its day, what is open, what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.actions.filing import file_of
from agreements.clocks import Clock, clocks_of, stalled_since
from agreements.lifecycle import Phase, Stage, Step, awaited
from agreements.marks import mark_of, phase_words
from agreements.models import Agreement, Milestone
from agreements.models.asof import AgreementQuerySet, end_of, known
from tracker.partialdate import PartialDate
from tracker.preferences import holiday_roll, preference, working_calendar
from tracker.workdays import Calendar

FACT_FIELDS = (
    "agreement_id", "step", "stage", "phase", "order", "happened", "counted", "counted_from", "counted_to",
    "is_history", "place", "reference", "recorded_at", "withdrawn_at", "withdrawn_reason",
)  # fmt: skip

PRECISION_WORDS: dict[str, str | Promise] = {
    "month": _("day known only to the month"),
    "year": _("day known only to the year"),
    "unknown": _("day not known"),
    "day": "",
}


def with_facts(
    rows: AgreementQuerySet, known_on: date | None, *, withdrawn: bool = False
) -> AgreementQuerySet:
    """Bring each row's milestones as ``row.facts``, in their order, in one query for all rows.

    Those that stood on ``known_on`` (None: that stand now); with ``withdrawn`` also those taken back by then.
    """
    recorded = Q() if known_on is None else Q(recorded_at__lt=end_of(known_on))
    facts = Milestone.objects.filter(recorded if withdrawn else known(known_on))
    ordered = facts.only(*FACT_FIELDS).order_by("order", "id")
    return rows.prefetch_related(Prefetch("milestones", queryset=ordered, to_attr="facts"))


@dataclass(frozen=True, slots=True)
class Office:
    """What counts today: the day, the calendar, and after how many days talks are stalled."""

    today: date
    calendar: Calendar
    roll: bool
    stalled_after: int


def office(today: date) -> Office:
    """The office's calendar and settings in force. Four queries."""
    return Office(today, working_calendar(), holiday_roll(), int(preference("stalled_after_days")))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Open:
    """A fact that a partly known day leaves open on the day looked at."""

    words: Promise
    day: PartialDate

    @property
    def why(self) -> str | Promise:
        """What is not known about its day."""
        return PRECISION_WORDS[self.day.precision]


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that runs or ran out, with the days left today; negative when past."""

    clock: Clock
    days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One agreement as it stood."""

    agreement: Agreement
    phase: str
    mark: int | str
    phase_words: str | Promise
    stage_words: str | Promise
    since: PartialDate
    possibly: bool
    perhaps: Open | None
    later: Open | None
    due: tuple[Due, ...]
    stalled: int | None
    awaited: Step | None

    @property
    def stalled_words(self) -> str:
        return stalled_words(self.stalled or 0)


def stalled_words(days: int) -> str:
    """For how long talks have had no record."""
    return ngettext("Stalled for %(days)d day", "Stalled for %(days)d days", days) % {"days": days}


def standings(rows: Iterable[Agreement], day: date, now: Office | None) -> list[Standing]:
    """Rows from ``as_of(day)`` with their facts; ``now`` adds deadlines and stalled talks, for today only."""
    return [standing(row, day, now) for row in rows]


def standing(row: Any, day: date, now: Office | None) -> Standing:
    """How one row stood. No query."""
    facts: Sequence[Milestone] = row.facts
    phase, stage = row.phase_then, row.stage_then
    return Standing(
        agreement=row,
        phase=phase,
        mark=mark_of(phase),
        phase_words=phase_words(phase, row.tracks),
        stage_words=Stage(stage).label if stage else "",
        since=_since(row, facts, day),
        possibly=row.possibly,
        perhaps=_perhaps(facts, day),
        later=_later(facts, day),
        due=running(row, facts, now) if now and phase != Phase.NEGOTIATION else (),
        stalled=stalled_since(row.last_activity_on, today=day, after_days=now.stalled_after)
        if now and phase == Phase.NEGOTIATION
        else None,
        awaited=awaited(stage, row.tracks) if stage else None,
    )


def _since(row: Any, facts: Sequence[Milestone], day: date) -> PartialDate:
    """The day of the fact that led to the stage, or on which the file was opened."""
    reached = [fact for fact in facts if fact.stage and fact.counted_to and fact.counted_to <= day]
    if reached:
        return reached[-1].counted
    return PartialDate.of(row.opened_on) if row.opened_on and row.stage_then else PartialDate()


def _perhaps(facts: Sequence[Milestone], day: date) -> Open | None:
    """The last fact that had perhaps happened by ``day``; an undated one leaves every day open."""
    for fact in reversed(facts):
        if not fact.phase:
            continue
        undated = fact.counted_from is None and (fact.counted_to is None or fact.counted_to > day)
        partly = fact.counted_from and fact.counted_to and fact.counted_from <= day < fact.counted_to
        if undated or partly:
            return Open(fact.label, fact.counted)
    return None


def _later(facts: Sequence[Milestone], day: date) -> Open | None:
    """The first fact after the day looked at."""
    after = [fact for fact in facts if fact.stage and fact.counted_from and fact.counted_from > day]
    return Open(after[0].label, after[0].counted) if after else None


def running(row: Agreement, facts: Sequence[Milestone], now: Office) -> tuple[Due, ...]:
    """The clocks that still ask for something today, soonest first."""
    file = file_of(row, facts)
    clocks = clocks_of(file, today=now.today, calendar=now.calendar, roll=now.roll)
    found = [Due(clock, days) for clock in clocks if (days := _days_left(clock, now.today)) is not None]
    return tuple(sorted(found, key=lambda due: due.days))


def _days_left(clock: Clock, today: date) -> int | None:
    """None unless the period runs, or ran out without what it asks for."""
    return clock.days_left(today) if clock.stopped_on.is_unknown else None
