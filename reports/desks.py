"""On whose desk a file lay, and since when: the ledger of its hand-overs. Pure: facts and statements in, stays out.

By the table of the lifecycle the turn is that of whoever takes the step awaited next. What an officer said of whose turn
it is holds from that day until the next fact of the file. Where the table names nobody, since the track is not
determined, nobody is guessed: the desk is "".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import Actor, Stage, Track, awaited, rows_for
from agreements.models import ProgressUpdate
from reports.precedents import Mark, Stay
from tracker.partialdate import PartialDate

DESKS: dict[str, str | Promise] = {
    **{actor.value: actor.label for actor in Actor},
    ProgressUpdate.Court.PARTNER.value: ProgressUpdate.Court.PARTNER.label,
    # Translators: 尚無法判定（程序未定）
    "": pgettext_lazy("whose turn", "Not known: the track is not determined"),
}
"""Whoever may have a file before them, in words."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an officer said on a day about whose turn it is."""

    day: date
    court: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One desk from a day on, and the stage at which the file then stood; ``because`` a step's name, or "said"."""

    desk: str
    stage: str
    since: PartialDate
    because: str


SAID, OPENED = "said", "opened"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a file with the moment at which it was recorded."""

    mark: Mark
    recorded_at: datetime


def turns_of(
    facts: Sequence[Fact], said: Iterable[Said], tracks: frozenset[Track], opened_on: date | None = None
) -> list[Turn]:
    """Every turn in order, whether the desk changed or not. ``facts`` in the order of the chronology.

    A statement of the day of a fact counts after it when it was recorded later.
    """
    waiting = sorted(said, key=lambda one: (one.day, one.at))
    stage = str(Stage.PROPOSED) if opened_on else ""
    turns = [Turn(_desk(stage, tracks), stage, PartialDate.of(opened_on), OPENED)] if opened_on else []
    for fact in facts:
        while waiting and _before(waiting[0], fact):
            one = waiting.pop(0)
            turns.append(Turn(one.court, stage, PartialDate.of(one.day), SAID))
        stage = fact.mark.stage or stage
        turns.append(Turn(_desk(stage, tracks), stage, fact.mark.day, fact.mark.step))
    return turns + [Turn(one.court, stage, PartialDate.of(one.day), SAID) for one in waiting]


def _before(one: Said, fact: Fact) -> bool:
    last = fact.mark.day.last
    return last is not None and (one.day, one.at) < (last, fact.recorded_at)


def _desk(stage: str, tracks: frozenset[Track]) -> str:
    step = awaited(stage, tracks) if stage else None
    return step.by.value if step else ""


def desk_stays(turns: Sequence[Turn]) -> list[tuple[Turn, Stay]]:
    """The hand-overs: turns at the same desk one after the other make one stay, the last one open."""
    first: list[Turn] = []
    for turn in turns:
        if not first or first[-1].desk != turn.desk:
            first.append(turn)
    ends: list[Turn | None] = [*first[1:], None]
    return [
        (turn, Stay(turn.desk, turn.since, end.since if end else None, end.because if end else ""))
        for turn, end in zip(first, ends, strict=True)
    ]


def leaps_of(turns: Sequence[Turn], tracks: frozenset[Track]) -> set[int]:
    """Places of the turns that begin a stay at a desk which ended, or was cut, by a step the table does not allow from there."""
    found: set[int] = set()
    first = 0
    for place, (turn, after) in enumerate(pairwise(turns)):
        if place and turns[place - 1].desk != turn.desk:
            first = place
        leapt = after.because != SAID and turn.stage and not rows_for(after.because, turn.stage, tracks)
        if leapt:
            found.add(first)
    return found
