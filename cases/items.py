"""What follows from the things that are asked: whether all is settled, the result of the case, the step it proposes."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.lifecycle import CLOSED, Need, Result, State, Step, row_for
from cases.models import AssistanceItem, Case
from cases.provisions import HOUSE

P = AssistanceItem.Progress
MET = frozenset({P.DONE, P.PART})
UNMET = frozenset({P.NOT_DONE, P.REFUSED})
IN_PART: dict[str, str] = {State.I70: "execute_in_part", State.O70: "part_reply"}
"""From these states the case moves on when some of what was asked is met and some is open, and by which step."""
REPLY: dict[str, str] = {
    State.I70: "reply",
    State.I75: "reply",
    State.O70: "deliver_reply",
    State.O85: "deliver_reply",
}
"""From these states a reply is due once everything that was asked is settled."""


def are_settled(items: Sequence[AssistanceItem]) -> bool:
    """Whether there is something asked, and nothing of it is open."""
    return bool(items) and all(item.state != P.OPEN for item in items)


def part_step(state: str, items: Iterable[AssistanceItem]) -> str:
    """The step that the case takes of itself, because something is met and something open; "" for none."""
    states = {item.state for item in items}
    return IN_PART.get(state, "") if P.OPEN in states and states & MET else ""


def reply_step(case: Case, items: Sequence[AssistanceItem]) -> Step | None:
    """The reply that is due since everything is settled; None before, and in states without a reply."""
    name = REPLY.get(case.state)
    return row_for(name, case.state, case.kind) if name and are_settled(items) else None


def result_of(items: Sequence[AssistanceItem]) -> Result | None:
    """How far the request was met, from what came of each thing; None while something is open, or nothing was asked.

    What was withdrawn does not count; a request of which everything was withdrawn was not met.
    """
    if not are_settled(items):
        return None
    states = {item.state for item in items} - {P.WITHDRAWN}
    if not states or states <= UNMET:
        return Result.NONE
    return Result.FULL if states == {P.DONE} else Result.PART


def check_result(case: Case, row: Step, result: str) -> None:
    """Compare the result with which a case is closed with what came of each thing; what is open contradicts nothing.

    :raises StepRefused: names the things that contradict the result.
    """
    if row.target not in CLOSED or Need.RESULT not in row.needs:
        return
    against = contradicting(list(case.items.all()), result)
    if against:
        told = {
            "items": "、".join(f"{item.get_kind_display()}: {item.get_state_display()}" for item in against),
            "result": Result(result).label,
        }
        words = _(
            "%(items)s. That does not go with “%(result)s”: choose another result, or correct what came of it."
        )
        raise StepRefused(words % told, HOUSE, "result")


def contradicting(items: Sequence[AssistanceItem], result: str) -> list[AssistanceItem]:
    """The things whose state cannot be true together with this result."""
    if result == Result.FULL:
        return [item for item in items if item.state in UNMET | {P.PART}]
    if result == Result.NONE:
        return [item for item in items if item.state in MET]
    counted = [item for item in items if item.state != P.WITHDRAWN]
    is_one_sided = bool(counted) and (
        all(item.state == P.DONE for item in counted) or all(item.state in UNMET for item in counted)
    )
    return counted if result == Result.PART and is_one_sided else []
