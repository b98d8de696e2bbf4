"""The twin tables of steps, incoming and outgoing, and the questions answered from them. Pure: no database, no clock.

Buttons, rules, refusals and the tests read it. A row whose ``sources`` are empty opens a case. The arrows are those
of the state tables; ``ADDED`` names the few that those tables need to be walkable, each with its reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from agreements.provisions import Provision
from cases.lifecycle.labels import STEP_LABELS
from cases.lifecycle.states import Direction, Kind, Need, State, direction_of
from cases.provisions import HOUSE, mla_act
from tracker.roles import Ministry

S = State


@dataclass(frozen=True, slots=True)
class Step:
    """One row: from these states, in cases of these kinds, this step leads to that state.

    ``target`` None is a dated fact that changes no state. ``by`` is whose staff may record it. ``sends`` marks
    the step with which an outgoing request leaves us: its day is the day of the request.
    """

    name: str
    label: Promise
    sources: frozenset[State]
    target: State | None
    by: frozenset[Ministry]
    article: Provision
    kinds: frozenset[Kind]
    needs: frozenset[Need] = frozenset()
    sends: bool = False

    def basis_in(self, kind: str) -> Provision:
        """The provision that a refusal quotes; the Act speaks of criminal assistance only."""
        return self.article if kind == Kind.CRIMINAL else HOUSE


EVERY = frozenset(Kind)
REQUESTS = EVERY - {Kind.SPONTANEOUS}
CRIMINAL = frozenset({Kind.CRIMINAL})
INFORMATION = frozenset({Kind.SPONTANEOUS})
JUSTICE = frozenset({Ministry.JUSTICE})
BOTH = frozenset({Ministry.FOREIGN_AFFAIRS, Ministry.JUSTICE})


def _step(
    name: str,
    sources: Iterable[State],
    target: State | None,
    article: Provision,
    by: frozenset[Ministry] = JUSTICE,
    kinds: frozenset[Kind] = REQUESTS,
    needs: Iterable[Need] = (),
    sends: bool = False,
) -> Step:
    return Step(
        name, STEP_LABELS[name], frozenset(sources), target, by, article, kinds, frozenset(needs), sends
    )


N = Need
BEFORE_REPLY = (S.I10, S.I15, S.I16, S.I20, S.I30, S.I40, S.I50, S.I60, S.I65, S.I70, S.I75, S.I80)
BEFORE_ANSWER = (S.O10, S.O20, S.O30, S.O35, S.O38, S.O40, S.O45, S.O50, S.O55, S.O60, S.O65, S.O70, S.O75, S.O80, S.O85)  # fmt: skip

# fmt: off
INCOMING: tuple[Step, ...] = (
    _step("receive", [], S.I10, mla_act("7"), BOTH, EVERY),
    _step("receive_urgent", [], S.I15, mla_act("7, 8(2)")),
    _step("forward", [S.I10], S.I20, mla_act("9"), BOTH, EVERY),
    _step("take_in", [S.I20], S.I30, mla_act("9"), kinds=EVERY),
    _step("acknowledge", [S.I15, S.I16, S.I20, S.I30], None, HOUSE),
    _step("preserve", [S.I15], S.I16, mla_act("8(2)")),
    _step("letter_arrives", [S.I15, S.I16], S.I30, mla_act("8(2)")),
    _step("lapse", [S.I15, S.I16], S.I92, mla_act("8(2)"), needs=[N.REASON]),
    _step("ask_more", [S.I30, S.I60, S.I85], S.I40, mla_act("8, 13"), needs=[N.REASON]),
    _step("more_arrives", [S.I40], S.I30, mla_act("8")),
    _step("accept", [S.I30], S.I50, mla_act("9")),
    _step("commission", [S.I50], S.I60, mla_act("9"), needs=[N.BODY]),
    _step("apply_to_court", [S.I60], S.I65, mla_act("23, 24"), kinds=CRIMINAL),
    _step("execute", [S.I60, S.I65, S.I75, S.I80], S.I70, mla_act("12")),
    _step("execute_in_part", [S.I70], S.I75, mla_act("12")),
    _step("postpone", [S.I30, S.I70], S.I80, HOUSE, needs=[N.REASON]),
    _step("review_again", [S.I80], S.I30, HOUSE),
    _step("cannot_execute", [S.I70], S.I95, mla_act("13"), needs=[N.REASON]),
    _step("reply", [S.I70, S.I75, S.I95], S.I85, mla_act("7")),
    _step("refuse", [S.I30, S.I40, S.I60, S.I65], S.I90, mla_act("10"), needs=[N.GROUND, N.REASON]),
    _step("cure", [S.I90], S.I30, mla_act("10(3)")),
    _step("withdrawn", BEFORE_REPLY, S.I94, HOUSE),
    _step("log_information", [S.I10, S.I20, S.I30], S.I99, HOUSE, kinds=INFORMATION),
    _step("close", [S.I85, S.I90, S.I92, S.I94], S.I99, HOUSE, needs=[N.RESULT]),
)
OUTGOING: tuple[Step, ...] = (
    _step("draft_request", [], S.O10, mla_act("30"), kinds=EVERY),
    _step("submit", [S.O10, S.O35], S.O20, mla_act("30"), kinds=EVERY),
    _step("review", [S.O20], S.O30, mla_act("30"), kinds=EVERY),
    _step("return_for_correction", [S.O30], S.O35, HOUSE, needs=[N.REASON]),
    _step("translate", [S.O30], S.O38, mla_act("30")),
    _step("send_to_foreign_affairs", [S.O30, S.O38], S.O40, mla_act("30")),
    _step("send_directly", [S.O30, S.O38], S.O45, mla_act("30"), needs=[N.REASON], sends=True),
    _step("hand_to_mission", [S.O40], S.O50, mla_act("30"), BOTH, needs=[N.BODY], sends=True),
    _step("deliver", [S.O45, S.O50], S.O55, mla_act("30"), BOTH),
    _step("acknowledged", [S.O55, S.O65], S.O60, HOUSE),
    _step("chase", [S.O55], S.O65, HOUSE),
    _step("chase", [S.O60, S.O65, S.O70, S.O80, S.O85], None, HOUSE),
    _step("executing_abroad", [S.O60, S.O65, S.O80, S.O85], S.O70, HOUSE),
    _step("asked_for_more", [S.O70], S.O75, HOUSE, needs=[N.REASON]),
    _step("supply_more", [S.O75], S.O70, HOUSE),
    _step("postponed_abroad", [S.O55, S.O70], S.O80, HOUSE, needs=[N.REASON]),
    _step("part_reply", [S.O70], S.O85, HOUSE),
    _step("deliver_reply", [S.O70, S.O85], S.O88, HOUSE),
    _step("refused_abroad", [S.O70], S.O90, HOUSE, needs=[N.REASON]),
    _step("new_request", [S.O90], S.O20, mla_act("30")),
    _step("withdraw", BEFORE_ANSWER, S.O94, HOUSE, needs=[N.REASON]),
    _step("give_up", [S.O65], S.O96, HOUSE, needs=[N.REASON]),
    _step("log_information", [S.O10, S.O20, S.O30], S.O99, HOUSE, kinds=INFORMATION),
    _step("close", [S.O88, S.O90, S.O94, S.O96], S.O99, HOUSE, needs=[N.RESULT]),
)
# fmt: on
STEPS: dict[str, tuple[Step, ...]] = {Direction.IN: INCOMING, Direction.OUT: OUTGOING}
STEP_NAMES: tuple[str, ...] = tuple(dict.fromkeys(step.name for step in (*INCOMING, *OUTGOING)))
STEP_CHOICES = [(name, STEP_LABELS[name]) for name in STEP_NAMES]

WITHOUT_A_WAY_IN = "the state tables name this state, but no arrow into it"
ANSWERED_AT_ONCE = "a request may be met in one reply, without a part reply before it"
AT_ANY_TIME = "a request may be withdrawn until it is answered"
NO_MEASURE_TAKEN = "the letter may fail to follow although no interim measure was taken"
LOG_ONLY = "spontaneous information is logged, not executed"
ADDED: dict[tuple[str, str], str] = {
    ("I60", "I65"): WITHOUT_A_WAY_IN,
    ("O30", "O38"): WITHOUT_A_WAY_IN,
    ("I70", "I85"): ANSWERED_AT_ONCE,
    ("O70", "O88"): ANSWERED_AT_ONCE,
    ("I15", "I92"): NO_MEASURE_TAKEN,
    **{(source, "I94"): AT_ANY_TIME for source in BEFORE_REPLY if source != "I40"},
    **{(source, "O94"): AT_ANY_TIME for source in BEFORE_ANSWER if source not in ("O10", "O30", "O75")},
    **dict.fromkeys([("I10", "I99"), ("I20", "I99"), ("I30", "I99")], LOG_ONLY),
    **dict.fromkeys([("O10", "O99"), ("O20", "O99"), ("O30", "O99")], LOG_ONLY),
}
"""Arrows beyond the state tables, and why."""


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
    wanted = _ORDINARY.get(state, "close")
    return next((row for row in rows if row.name == wanted), rows[0] if rows else None)


_ORDINARY: dict[str, str] = {
    S.I10: "forward",
    S.I15: "letter_arrives",
    S.I16: "letter_arrives",
    S.I20: "take_in",
    S.I30: "accept",
    S.I40: "more_arrives",
    S.I50: "commission",
    S.I60: "execute",
    S.I65: "execute",
    S.I70: "reply",
    S.I75: "execute",
    S.I80: "execute",
    S.I95: "reply",
    S.O10: "submit",
    S.O20: "review",
    S.O30: "send_to_foreign_affairs",
    S.O35: "submit",
    S.O38: "send_to_foreign_affairs",
    S.O40: "hand_to_mission",
    S.O45: "deliver",
    S.O50: "deliver",
    S.O55: "acknowledged",
    S.O60: "executing_abroad",
    S.O65: "executing_abroad",
    S.O70: "deliver_reply",
    S.O75: "supply_more",
    S.O80: "executing_abroad",
    S.O85: "deliver_reply",
}
UNSENT: tuple[State, ...] = (S.O10, S.O20, S.O30, S.O35, S.O38, S.O40)
"""Outgoing states in which the request has not left us: its day is not fixed yet."""
