"""What the clocks of a case ask about it, as plain values: its steps, stops, holds, extensions and promises. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from agreements.provisions import Provision
from cases.lifecycle import ENDED

OPENINGS = frozenset({"receive", "receive_urgent", "draft_request"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One step that was taken: its day, the state it led to ("" for none), the day that it names, its place."""

    step: str
    on: date
    state: str = ""
    due_on: date | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Days that do not count: from ``began_on`` up to, not including, ``ended_on``; still going on without it."""

    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Days for which the case was put aside: up to, not including, ``until``, or ``ended_on`` when that is earlier."""

    began_on: date
    until: date
    ended_on: date | None = None

    @property
    def last(self) -> date:
        """The first day after it."""
        return min(self.until, self.ended_on) if self.ended_on else self.until


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promise with a day: what was promised, until when, and the day on which it was kept or released.

    ``code`` is C6; C4 or C5 for one whose term simply ends by law (safe conduct, the claim to property).
    """

    words: str | Promise
    given_on: date
    due_on: date
    basis: Provision
    kept_on: date | None = None
    code: str = "C6"


@dataclass(frozen=True, slots=True)
class Facts:
    """One case, as far as clocks care.

    ``term_days`` is the number of days in which the agreement wants an urgent request confirmed, ``term_from`` the
    text that says so; without them the Act's thirty days apply. ``extensions`` are the approved ones, clock by clock.
    """

    kind: str
    direction: str
    state: str
    received_on: date | None
    is_urgent: bool = False
    is_direct: bool = False
    deadline: date | None = None
    partner: str = ""
    events: tuple[Fact, ...] = ()
    stops: tuple[Stop, ...] = ()
    extensions: tuple[tuple[str, date], ...] = ()
    term_days: int | None = None
    term_from: Provision | None = None
    pledges: tuple[Pledge, ...] = ()

    def last(self, steps: Iterable[str]) -> Fact | None:
        """The latest fact among ``steps``, by its day and then its place."""
        wanted = frozenset(steps)
        found = [fact for fact in self.events if fact.step in wanted]
        return max(found, key=lambda fact: (fact.on, fact.order), default=None)

    def first_after(self, steps: Iterable[str], start: Fact) -> Fact | None:
        """The first fact among ``steps`` after ``start``; a mere record of the same day may have been entered before it."""
        wanted = frozenset(steps)
        found = [
            fact
            for fact in self.events
            if fact.step in wanted
            and (fact.on > start.on or (fact.on == start.on and (fact.order > start.order or not fact.state)))
        ]
        return min(found, key=lambda fact: (fact.on, fact.order), default=None)

    def opening(self, steps: Iterable[str]) -> Fact | None:
        """The receipt, for a clock that starts with it, in a case whose first step is not recorded."""
        if self.received_on is None or not OPENINGS & frozenset(steps):
            return None
        return Fact("", self.received_on)

    def extended_to(self, code: str) -> date | None:
        """The latest approved day of this clock."""
        return max((day for clock, day in self.extensions if clock == code), default=None)

    @property
    def ended_on(self) -> date | None:
        """The day from which nobody acts on the request any more; None while somebody does, or again does."""
        if self.state not in ENDED:
            return None
        found = None
        staged = (fact for fact in self.events if fact.state)
        for fact in sorted(staged, key=lambda fact: fact.order, reverse=True):
            if fact.state not in ENDED:
                break
            found = fact.on
        return found
