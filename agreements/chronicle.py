"""How one agreement stood on a day, folded from its facts in memory: for work that asks of many days.

Says the same as :meth:`agreements.models.asof.AgreementQuerySet.as_of`, which asks the database for one day. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agreements.lifecycle import Phase, Stage
from agreements.models import Milestone
from tracker.partialdate import PartialDate


@dataclass(frozen=True, slots=True)
class Then:
    """Stage ("" when none was reached) and phase on the day, since when in force, and the phases that are possible besides."""

    stage: str
    phase: str
    in_force: PartialDate
    possible: frozenset[str]


def stood(opened_on: date | None, facts: Sequence[Milestone], day: date) -> Then | None:
    """How an agreement stood on ``day``; None when there was none yet.

    ``facts`` are its standing milestones in their order. A partly dated fact counts from its last possible day; an
    undated one from its bound, and before it the phase is unknown.
    """
    is_open = opened_on is not None and opened_on <= day
    if not is_open and not any(_has_begun(fact, day) for fact in facts):
        return None
    stage: str = Stage.PROPOSED if is_open else ""
    phase: str = Phase.NEGOTIATION if is_open else Phase.UNKNOWN
    is_undated, possible = False, set()
    for fact in facts:
        if fact.counted_to is not None and fact.counted_to <= day:
            stage, phase = fact.stage or stage, fact.phase or phase
        elif fact.phase and fact.counted_from is None:
            is_undated = True
        elif fact.phase and fact.counted_to is not None and fact.counted_from <= day:
            possible.add(fact.phase)
    first = next((fact.counted for fact in facts if brings_into_force(fact) and _may_count(fact, day)), None)
    return Then(
        str(stage),
        str(Phase.UNKNOWN if is_undated else phase),
        first or PartialDate(),
        frozenset(possible),
    )


def brings_into_force(fact: Milestone) -> bool:
    """Whether it says since when the text is in force; a promulgation may, in place of the exchange (art. 11(1)1)."""
    if fact.step == "promulgate":
        return bool(str(fact.effective)) and fact.counted == fact.effective
    return fact.step == "enter_into_force"


def _has_begun(fact: Milestone, day: date) -> bool:
    """Whether it shows that there was an agreement, or at least talks."""
    return bool(fact.phase) if fact.counted_from is None else fact.counted_from <= day


def _may_count(fact: Milestone, day: date) -> bool:
    edge = fact.counted_to if fact.counted_from is None else fact.counted_from
    return edge is not None and edge <= day
