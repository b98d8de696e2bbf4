"""What an incoming letter can mean for a case, and which steps lead there from where the case stands. Pure."""

from collections import deque

from cases.lifecycle import Direction, Step, next_steps
from cases.models import Case, LetterCase

M = LetterCase.Meaning
STEPS_OF: dict[str, dict[str, tuple[str, ...]]] = {
    Direction.OUT: {
        M.ANSWERED: ("deliver_reply",),
        M.IN_PART: ("part_reply",),
        M.ASKS_MORE: ("asked_for_more",),
        M.REFUSES: ("refused_abroad",),
        M.POSTPONES: ("postponed_abroad",),
        M.ACKNOWLEDGES: ("acknowledged",),
        M.PROMISES: ("promise_reply",),
        M.NOTHING_NEW: (),
        M.UNSURE: (),
    },
    Direction.IN: {
        M.SUPPLIES: ("more_arrives", "letter_arrives", "cure"),
        M.PROMISES: (),
        M.WITHDRAWS: ("withdrawn",),
        M.ACKNOWLEDGES: (),
        M.NOTHING_NEW: (),
        M.UNSURE: (),
    },
}
"""By direction and meaning, the steps of which the case's state allows one."""
MEANINGS: dict[str, tuple[str, ...]] = {direction: tuple(steps) for direction, steps in STEPS_OF.items()}
IMPLIED = frozenset({"acknowledged", "executing_abroad"})
"""What an answer shows to have happened before it: whoever answers has received the request and worked on it."""


def route(meaning: str, case: Case) -> tuple[Step, ...]:
    """The steps to record: the shortest way over implied ones to what the letter means; none where no way leads."""
    wanted = STEPS_OF[case.direction].get(meaning, ())
    ways: deque[tuple[str, tuple[Step, ...]]] = deque([(case.state, ())])
    been = {case.state}
    while ways:
        state, taken = ways.popleft()
        rows = next_steps(state, case.kind)
        if last := next((row for name in wanted for row in rows if row.name == name), None):
            return (*taken, last)
        for row in rows:
            if row.name in IMPLIED and row.target is not None and row.target not in been:
                been.add(row.target)
                ways.append((row.target, (*taken, row)))
    return ()
