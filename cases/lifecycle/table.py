"""The tables of steps put together, incoming and outgoing, and the questions answered from them. Pure: no database.

Buttons, rules, refusals and the tests read it. A row whose ``sources`` are empty opens a case.
"""

from django.utils.functional import Promise

from cases.lifecycle import assistance, extradition, facts, transfer
from cases.lifecycle.assistance import ADDED
from cases.lifecycle.labels import STEP_LABELS
from cases.lifecycle.rows import Step
from cases.lifecycle.states import Direction, Kind, State, direction_of

INCOMING: tuple[Step, ...] = (
    *assistance.INCOMING,
    *transfer.INCOMING,
    *extradition.INCOMING,
    *facts.INCOMING,
)
OUTGOING: tuple[Step, ...] = (
    *assistance.OUTGOING,
    *transfer.OUTGOING,
    *extradition.OUTGOING,
    *facts.OUTGOING,
)
STEPS: dict[str, tuple[Step, ...]] = {Direction.IN: INCOMING, Direction.OUT: OUTGOING}
STEP_NAMES: tuple[str, ...] = tuple(dict.fromkeys(step.name for step in (*INCOMING, *OUTGOING)))
STEP_CHOICES = [(name, STEP_LABELS[name]) for name in STEP_NAMES]
ORDINARY: dict[str, dict[str, str]] = {
    Kind.TRANSFER_RECEIVE: assistance.ORDINARY | transfer.ORDINARY | transfer.ORDINARY_RECEIVING,
    Kind.TRANSFER_SEND: assistance.ORDINARY | transfer.ORDINARY | transfer.ORDINARY_SENDING,
    Kind.EXTRADITION: assistance.ORDINARY | extradition.ORDINARY,
}
"""For kinds that leave the path of assistance: from which state which step is expected."""
S = State
UNSENT: tuple[State, ...] = (S.O10, S.O20, S.O30, S.O31, S.O32, S.O35, S.O38, S.O40)
"""Outgoing states in which the request has not left us: its day is not fixed yet."""
SENDING: tuple[str, ...] = tuple(dict.fromkeys(row.name for row in STEPS[Direction.OUT] if row.sends))
"""The steps with which a request of ours leaves us."""
__all__ = [
    "ADDED",
    "INCOMING",
    "OUTGOING",
    "SENDING",
    "STEPS",
    "STEP_CHOICES",
    "STEP_NAMES",
    "UNSENT",
    "Step",
    "awaited",
    "label_of",
    "next_steps",
    "opening_of",
    "row_for",
]


def label_of(name: str) -> Promise:
    """The words for a step's name.

    :raises KeyError: for a name that is not in the tables.
    """
    return STEP_LABELS[name]


def opening_of(direction: str, *, is_direct: bool) -> Step:
    """The row with which a case begins; ``is_direct`` is an urgent request that came straight to Justice."""
    names = {Direction.IN: "receive_urgent" if is_direct else "receive", Direction.OUT: "draft_request"}
    return next(row for row in STEPS[direction] if row.name == names[Direction(direction)])


def row_for(name: str, state: str, kind: str) -> Step | None:
    """The row that allows the step from this state in a case of this kind, if there is one."""
    return next((row for row in next_steps(state, kind) if row.name == name), None)


def next_steps(state: str, kind: str) -> list[Step]:
    """The rows that may be taken from ``state``, in the table's order; none from a closed case or a draft."""
    if not state:
        return []
    return [row for row in STEPS[direction_of(state)] if state in row.sources and kind in row.kinds]


def awaited(state: str, kind: str) -> Step | None:
    """The step that the ordinary path expects next: the answer to "what now"; None for a closed case."""
    rows = [row for row in next_steps(state, kind) if row.target is not None]
    wanted = ORDINARY.get(kind, assistance.ORDINARY).get(state, "close")
    return next((row for row in rows if row.name == wanted), rows[0] if rows else None)
