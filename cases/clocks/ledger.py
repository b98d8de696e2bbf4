"""Where the days of a case went: per desk, with waiting, stopped and hold days apart. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cases.clocks.facts import Fact, Hold, Stop
from cases.lifecycle import CLOSED, HOLDER_OF, Holder


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: on how many days the case lay there and its days counted, and on how many they did not.

    ``days`` are those on which the desk could act; ``stopped`` and ``held`` are days on which it had the case too.
    """

    holder: str
    days: int = 0
    stopped: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The days from the first step to today, or to the day of closing; each counted once.

    ``waiting`` are days on which the other side had it, ``stopped`` those of a stop, ``held`` those of a hold.
    """

    desks: tuple[Desk, ...]
    waiting: int
    stopped: int
    held: int
    total: int

    @property
    def worked(self) -> int:
        """Days on which a desk of ours could act."""
        return sum(desk.days for desk in self.desks)


def ledger(events: Sequence[Fact], stops: Iterable[Stop], holds: Iterable[Hold], today: date) -> Ledger:
    """Share out the days. On one day the other side comes first, then a hold, then a stop, then the desk.

    A day belongs to whoever has the case at its end; today has not ended and is not counted.
    """
    stopped = [(stop.began_on, stop.ended_on or today) for stop in stops]
    held = [(hold.began_on, hold.last) for hold in holds]
    desks: dict[str, Desk] = {}
    waiting = 0
    for holder, day in _days(events, today):
        if holder == Holder.PARTNER:
            waiting += 1
            continue
        desk = desks.get(holder, Desk(holder))
        if _covers(held, day):
            desks[holder] = Desk(holder, desk.days, desk.stopped, desk.held + 1)
        elif _covers(stopped, day):
            desks[holder] = Desk(holder, desk.days, desk.stopped + 1, desk.held)
        else:
            desks[holder] = Desk(holder, desk.days + 1, desk.stopped, desk.held)
    found = tuple(desks.values())
    apart = sum(desk.stopped for desk in found), sum(desk.held for desk in found)
    total = waiting + sum(apart) + sum(desk.days for desk in found)
    return Ledger(found, waiting, *apart, total)


def _days(events: Sequence[Fact], today: date) -> Iterable[tuple[str, date]]:
    """Every day from the first step on, with the holder at its end; a closed case has no more days."""
    staged = sorted((fact for fact in events if fact.state), key=lambda fact: fact.order)
    for place, fact in enumerate(staged):
        if fact.state in CLOSED:
            return
        end = staged[place + 1].on if place + 1 < len(staged) else today
        for number in range(max((end - fact.on).days, 0)):
            yield HOLDER_OF[fact.state], fact.on + timedelta(days=number)


def _covers(spans: Iterable[tuple[date, date]], day: date) -> bool:
    return any(began <= day < end for began, end in spans)
