"""Where the days of a case went: per desk, with waiting, stopped and hold days apart. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cases.clocks.facts import Fact, Hold, Stop
from cases.lifecycle import CLOSED, HOLDER_OF, Holder

Span = tuple[date, date]


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
    held = _merged((hold.began_on, hold.last) for hold in holds)
    apart = _merged([*held, *((stop.began_on, stop.ended_on or today) for stop in stops)])
    desks: dict[str, Desk] = {}
    waiting = 0
    for holder, began, end in _stays(events, today):
        days = (end - began).days
        if holder == Holder.PARTNER:
            waiting += days
            continue
        desk = desks.get(holder, Desk(holder))
        on_hold, not_counted = _within(held, began, end), _within(apart, began, end)
        desks[holder] = Desk(
            holder,
            desk.days + days - not_counted,
            desk.stopped + not_counted - on_hold,
            desk.held + on_hold,
        )
    found = tuple(desks.values())
    stopped, on_holds = sum(desk.stopped for desk in found), sum(desk.held for desk in found)
    total = waiting + stopped + on_holds + sum(desk.days for desk in found)
    return Ledger(found, waiting, stopped, on_holds, total)


def _stays(events: Sequence[Fact], today: date) -> Iterable[tuple[str, date, date]]:
    """Each stay of the case with a holder, from its first day up to, not including, its last; closing ends them."""
    staged = sorted((fact for fact in events if fact.state), key=lambda fact: fact.order)
    for place, fact in enumerate(staged):
        if fact.state in CLOSED:
            return
        end = staged[place + 1].on if place + 1 < len(staged) else today
        if end > fact.on:
            yield HOLDER_OF[fact.state], fact.on, end


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same days as spans that do not overlap, in order."""
    found: list[Span] = []
    for began, end in sorted(spans):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((began, end))
    return found


def _within(spans: Iterable[Span], began: date, end: date) -> int:
    """How many of the days from ``began`` up to ``end`` the spans cover."""
    return sum(max((min(end, last) - max(began, first)).days, 0) for first, last in spans)
