"""The steps that may be recorded now, each with what it would do: what the choice of a step shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agreements.actions import StepRequest
from agreements.actions.filing import chronology, clocks_today, file_of
from agreements.actions.guards import missing
from agreements.clocks import RULE_OF, Clock, Fact, Rule
from agreements.lifecycle import STEP_NAMES, STEPS, Actor, Need, Stage, Step, next_steps, rows_for
from agreements.lifecycle.stages import PHASE_OF
from agreements.marks import mark_of, phase_words
from agreements.models import Agreement, Milestone
from agreements.provisions import Provision
from agreements.record.periods import is_open
from tracker.partialdate import PartialDate

SAID_BY_FIELDS = frozenset({Need.LEAD})


@dataclass(frozen=True, slots=True)
class StageMark:
    """A stage as it is shown: the mark of its phase, the phase in words, and the stage itself in words."""

    mark: int | str
    phase: str | Promise
    stage: str | Promise


@dataclass(frozen=True, slots=True)
class Offer:
    """A step with its effect; ``target`` None is a milestone of record, which changes no stage."""

    name: str
    label: Promise
    actor: str | Promise
    basis: Provision
    target: StageMark | None
    starts: tuple[Rule, ...]
    stops: tuple[Clock, ...]
    needs: tuple[Promise, ...]
    asks: frozenset[Need]


def stage_mark(stage: str, agreement: Agreement) -> StageMark | None:
    """How the stage is shown for this agreement; None for the stage that is not known."""
    if not stage:
        return None
    phase = PHASE_OF[stage]
    return StageMark(mark_of(phase), phase_words(phase, agreement.tracks), Stage(stage).label)


def offers(agreement: Agreement, *, as_history: bool, today: date) -> list[Offer]:
    """The steps possible from the present stage, those that change it first; for history every step."""
    facts = chronology(agreement)
    running = [clock for clock in clocks_today(agreement, facts, today=today) if is_open(clock)]
    names = STEP_NAMES if as_history else next_steps(agreement.stage, agreement.tracks)
    found = [
        _offer(name, rows, agreement, running)
        for name in names
        if (rows := _rows(name, agreement, facts, as_history=as_history))
    ]
    return found if as_history else sorted(found, key=lambda offer: offer.target is None)


def _rows(name: str, agreement: Agreement, facts: Sequence[Milestone], *, as_history: bool) -> Sequence[Step]:
    """The rows of the step that may be taken here, without those that no form could make possible."""
    if as_history:
        rows = [row for row in STEPS if row.name == name]
        fitting = [row for row in rows if row.tracks & agreement.tracks] or rows
        return sorted(fitting, key=lambda row: row.target is None)
    empty = StepRequest(name, PartialDate())
    return [
        row
        for row in rows_for(name, agreement.stage, agreement.tracks)
        if all(refused.field != "step" for refused in missing(agreement, row, empty, facts))
    ]


def _offer(name: str, rows: Sequence[Step], agreement: Agreement, running: Sequence[Clock]) -> Offer:
    row = rows[0]
    asks = frozenset().union(*(one.needs for one in rows))
    begun = file_of(agreement, [Fact(name, PartialDate())])
    return Offer(
        name=name,
        label=row.label,
        actor=Actor(row.by).label,
        basis=row.basis,
        target=stage_mark(str(row.target), agreement) if row.target is not None else None,
        starts=tuple(RULE_OF[code] for code in row.starts if RULE_OF[code].applies(begun)),
        stops=tuple(clock for clock in running if clock.code in row.stops),
        needs=tuple(need.label for need in Need if need in row.needs and need not in SAID_BY_FIELDS),
        asks=asks,
    )


@dataclass(frozen=True, slots=True)
class DayAtHand:
    """A day that is often needed while a form is filled in."""

    words: str | Promise
    day: PartialDate


def days_at_hand(agreement: Agreement, *, today: date) -> list[DayAtHand]:
    """Today, the day of the last stage, and the due days of the clocks that run."""
    facts = chronology(agreement)
    last = [DayAtHand(fact.label, fact.counted) for fact in facts if fact.stage][-1:]
    due = [
        DayAtHand(clock.label, PartialDate.of(clock.due_on))
        for clock in clocks_today(agreement, facts, today=today)
        if is_open(clock) and clock.due_on
    ]
    return [DayAtHand(_("Today"), PartialDate.of(today)), *last, *due]
