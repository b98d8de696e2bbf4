"""The course of a recommendation: which act may follow which, and where that leaves it. Pure.

函請 → 據復 → 追蹤覆核 → 解除列管 (Audit Act arts. 34 and 69; its Enforcement Rules art. 14: notices are answered within the
period set, and a late agency is reminded).
"""

from collections.abc import Iterable
from typing import NamedTuple

ASK, REMIND, ANSWER, KEEP_OPEN, CLOSE = "ask", "remind", "answer", "keep_open", "close"

NEXT: dict[str, tuple[str, ...]] = {
    "": (ASK,),
    ASK: (REMIND, ANSWER),
    REMIND: (REMIND, ANSWER),
    ANSWER: (ANSWER, KEEP_OPEN, CLOSE),
    KEEP_OPEN: (REMIND, ANSWER, CLOSE),
    CLOSE: (),
}
"""What may follow each act; "" is the beginning."""

STATES: dict[str, str] = {
    ASK: "asked",
    REMIND: "asked",
    ANSWER: "answered",
    KEEP_OPEN: "kept_open",
    CLOSE: "closed",
}


class Course(NamedTuple):
    """Where the acts lead: the state, and the acts that may come next."""

    state: str
    next: tuple[str, ...]


def course(kinds: Iterable[str]) -> Course:
    """Follow the acts in their order.

    :raises ValueError: at the first act that may not follow the one before it; the message names both.
    """
    last = ""
    for kind in kinds:
        if kind not in NEXT[last]:
            raise ValueError(f"{kind} does not follow {last or 'the beginning'}")
        last = kind
    return Course(STATES.get(last, "asked"), NEXT[last])
