"""From the days of a row to the steps of a case, as far as they are known. Pure.

A log says when a request was received, sent, decided, answered and closed, not each step between. Each day becomes
the step of the real tables that it stands for, so an imported case may have gaps, but no step that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from cases.lifecycle import CLOSED, STEPS, Direction, Kind, State, opening_of

REFUSED = frozenset({State.I90, State.I91, State.O90})
SENT_DIRECTLY = State.O45
IN, OUT = Direction.IN, Direction.OUT
_ASSISTANCE = {
    IN: {"sent_on": "forward", "decided_on": "accept", "replied_on": "reply", "closed_on": "close"},
    OUT: {
        "sent_on": "hand_to_mission",
        "decided_on": "executing_abroad",
        "replied_on": "deliver_reply",
        "closed_on": "close",
    },
}
_TRANSFER = {
    IN: _ASSISTANCE[IN] | {"decided_on": "panel_agrees", "replied_on": "hand_over"},
    OUT: _ASSISTANCE[OUT] | {"decided_on": "they_agree", "replied_on": "hand_over"},
}
_EXTRADITION = {
    IN: _ASSISTANCE[IN] | {"decided_on": "president_grants", "replied_on": "hand_over"},
    OUT: _ASSISTANCE[OUT] | {"decided_on": "they_grant", "replied_on": "hand_over"},
}
_INFORMATION = {
    IN: {"sent_on": "forward", "closed_on": "log_information"},
    OUT: {"closed_on": "log_information"},
}
STEP_OF_DAY: dict[str, dict[Direction, dict[str, str]]] = {
    Kind.CRIMINAL: _ASSISTANCE,
    Kind.CIVIL: _ASSISTANCE,
    Kind.TRANSFER_RECEIVE: _TRANSFER,
    Kind.TRANSFER_SEND: _TRANSFER,
    Kind.EXTRADITION: _EXTRADITION,
    Kind.SPONTANEOUS: _INFORMATION,
}
"""By kind and direction, the step that each column of days stands for."""


@dataclass(frozen=True, slots=True)
class Told:
    """One step that a row tells of: the column that says so, the step, the state it led to, its day."""

    column: str
    step: str
    state: str
    day: date


@dataclass(frozen=True, slots=True)
class Life:
    """The steps that a row tells of, in their order, or what stands against them: (column, code, state) each."""

    told: tuple[Told, ...]
    errors: tuple[tuple[str, str, str], ...] = ()


def life_of(
    direction: str, kind: str, days: Mapping[str, date], *, state: str, is_direct: bool, is_refused: bool
) -> Life:
    """The steps behind the days of a row, and behind its state where the days do not lead to it.

    ``days`` hold what the row fills in, with ``state_on`` for the state; ``is_refused`` says that a ground is given.
    """
    steps = _steps(direction, kind, state, is_refused=is_refused or state in REFUSED)
    errors = [(column, "not_for_kind", "") for column in days if column in UNASKED and column not in steps]
    opening = opening_of(direction, is_direct=is_direct)
    told = [Told("received_on", opening.name, str(opening.target), days["received_on"])]
    told += [
        Told(column, step, target_of(direction, kind, step), days[column])
        for column, step in steps.items()
        if column in days
    ]
    reached = told[-1].state
    if state and state != reached:
        last = step_to(direction, kind, state)
        if "closed_on" in days or state in CLOSED or any(one.state == state for one in told):
            errors.append(("state", "state_contradicts", reached))
        elif not last:
            errors.append(("state", "not_for_kind", ""))
        elif "state_on" not in days:
            errors.append(("state_on", "state_needs_day", ""))
        else:
            told.append(Told("state", last, state, days["state_on"]))
    return Life(tuple(told), tuple(errors))


UNASKED = ("sent_on", "decided_on", "replied_on")
"""Columns that do not occur in every kind of case."""


def _steps(direction: str, kind: str, state: str, *, is_refused: bool) -> dict[str, str]:
    steps = dict(STEP_OF_DAY[kind][Direction(direction)])
    if is_refused and "decided_on" in steps:
        refusing = "president_refuses" if kind == Kind.EXTRADITION else "refuse"
        steps["decided_on"] = refusing if direction == Direction.IN else "refused_abroad"
        del steps["replied_on"]
    if state == SENT_DIRECTLY:
        steps["sent_on"] = "send_directly"
    return steps


@cache
def target_of(direction: str, kind: str, step: str) -> str:
    """The state to which a step leads in a case of this kind."""
    return next(
        str(row.target)
        for row in STEPS[direction]
        if row.name == step and kind in row.kinds and row.target is not None
    )


@cache
def step_to(direction: str, kind: str, state: str) -> str:
    """A step that leads to this state in a case of this kind, the first of the table; "" when none does."""
    return next((row.name for row in STEPS[direction] if row.target == state and kind in row.kinds), "")


@cache
def sending_steps() -> frozenset[str]:
    """Steps with which an outgoing request leaves us: their day is the day of the request."""
    return frozenset(row.name for row in STEPS[Direction.OUT] if row.sends)
