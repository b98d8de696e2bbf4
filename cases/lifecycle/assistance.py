"""The twin tables of criminal and civil assistance, incoming and outgoing, and what all kinds of case share. Pure.

The arrows are those of the state tables; ``ADDED`` names the few that those tables need to be walkable.
"""

from cases.lifecycle.rows import (
    ASSISTANCE,
    BOTH,
    CRIMINAL,
    EVERY,
    EXTRADITION,
    INFORMATION,
    TRANSFER,
    step,
)
from cases.lifecycle.states import Need, State
from cases.provisions import HOUSE, mla_act

N, S = Need, State
BEFORE_REPLY = (S.I10, S.I15, S.I16, S.I20, S.I30, S.I40, S.I50, S.I60, S.I65, S.I70, S.I75, S.I80)
BEFORE_ANSWER = (S.O10, S.O20, S.O30, S.O35, S.O38, S.O40, S.O45, S.O50, S.O55, S.O60, S.O65, S.O70, S.O75, S.O80, S.O85)  # fmt: skip

# fmt: off
INCOMING = (
    step("receive", [], S.I10, mla_act("7"), BOTH, EVERY),
    step("receive_urgent", [], S.I15, mla_act("7, 8(2)")),
    step("forward", [S.I10], S.I20, mla_act("9"), BOTH, EVERY),
    step("take_in", [S.I20], S.I30, mla_act("9"), kinds=EVERY),
    step("acknowledge", [S.I15, S.I16, S.I20, S.I30], None, HOUSE),
    step("preserve", [S.I15], S.I16, mla_act("8(2)"), kinds=ASSISTANCE),
    step("letter_arrives", [S.I15, S.I16], S.I30, mla_act("8(2)"), kinds=ASSISTANCE | TRANSFER),
    step("lapse", [S.I15, S.I16], S.I92, mla_act("8(2)"), kinds=ASSISTANCE | TRANSFER, needs=[N.REASON]),
    step("ask_more", [S.I30, S.I60, S.I85], S.I40, mla_act("8, 13"), needs=[N.REASON], takes=[N.DUE, N.DEFECT]),
    step("more_arrives", [S.I40], S.I30, mla_act("8")),
    step("accept", [S.I30], S.I50, mla_act("9"), kinds=ASSISTANCE),
    step("commission", [S.I50], S.I60, mla_act("9"), kinds=ASSISTANCE, needs=[N.BODY]),
    step("apply_to_court", [S.I60], S.I65, mla_act("23, 24"), kinds=CRIMINAL),
    step("execute", [S.I60, S.I65, S.I75, S.I80], S.I70, mla_act("12"), kinds=ASSISTANCE),
    step("execute_in_part", [S.I70], S.I75, mla_act("12"), kinds=ASSISTANCE),
    step("postpone", [S.I30, S.I70], S.I80, HOUSE, kinds=ASSISTANCE, needs=[N.REASON], takes=[N.DUE]),
    step("review_again", [S.I80], S.I30, HOUSE, kinds=ASSISTANCE),
    step("cannot_execute", [S.I70], S.I95, mla_act("13"), kinds=ASSISTANCE, needs=[N.REASON]),
    step("reply", [S.I70, S.I75, S.I95], S.I85, mla_act("7"), kinds=ASSISTANCE),
    step("refuse", [S.I30, S.I40, S.I60, S.I65], S.I90, mla_act("10"), kinds=ASSISTANCE, needs=[N.GROUND, N.REASON]),
    step("cure", [S.I90], S.I30, mla_act("10(3)"), kinds=ASSISTANCE | TRANSFER),
    step("withdrawn", BEFORE_REPLY, S.I94, HOUSE),
    step("log_information", [S.I10, S.I15, S.I20, S.I30], S.I99, HOUSE, kinds=INFORMATION),
    step("close", [S.I85, S.I90, S.I92, S.I94], S.I99, HOUSE, needs=[N.RESULT]),
)
OUTGOING = (
    step("draft_request", [], S.O10, mla_act("30"), kinds=EVERY),
    step("submit", [S.O10, S.O35], S.O20, mla_act("30"), kinds=EVERY),
    step("review", [S.O20], S.O30, mla_act("30"), kinds=EVERY),
    step("return_for_correction", [S.O30], S.O35, HOUSE, needs=[N.DEFECT, N.REASON], takes=[N.DUE]),
    step("translate", [S.O30], S.O38, mla_act("30"), kinds=ASSISTANCE | EXTRADITION),
    step("send_to_foreign_affairs", [S.O30, S.O38], S.O40, mla_act("30"), kinds=ASSISTANCE | EXTRADITION),
    step("send_directly", [S.O30, S.O38], S.O45, mla_act("30"), kinds=ASSISTANCE | EXTRADITION, needs=[N.REASON], sends=True),
    step("hand_to_mission", [S.O40], S.O50, mla_act("30"), BOTH, needs=[N.BODY], sends=True),
    step("deliver", [S.O45, S.O50], S.O55, mla_act("30"), BOTH),
    step("acknowledged", [S.O55, S.O65], S.O60, HOUSE),
    step("chase", [S.O55], S.O65, HOUSE),
    step("chase", [S.O60, S.O65, S.O70, S.O80, S.O85], None, HOUSE),
    step("executing_abroad", [S.O60, S.O65, S.O80, S.O85], S.O70, HOUSE),
    step("asked_for_more", [S.O70], S.O75, HOUSE, needs=[N.REASON], takes=[N.DUE, N.DEFECT]),
    step("supply_more", [S.O75], S.O70, HOUSE),
    step("postponed_abroad", [S.O55, S.O70], S.O80, HOUSE, needs=[N.REASON], takes=[N.DUE]),
    step("part_reply", [S.O70], S.O85, HOUSE, kinds=ASSISTANCE),
    step("deliver_reply", [S.O70, S.O85], S.O88, HOUSE, kinds=ASSISTANCE),
    step("refused_abroad", [S.O70], S.O90, HOUSE, needs=[N.REASON]),
    step("new_request", [S.O90], S.O20, mla_act("30")),
    step("withdraw", BEFORE_ANSWER, S.O94, HOUSE, needs=[N.REASON]),
    step("give_up", [S.O65], S.O96, HOUSE, needs=[N.REASON]),
    step("log_information", [S.O10, S.O20, S.O30], S.O99, HOUSE, kinds=INFORMATION),
    step("close", [S.O88, S.O90, S.O94, S.O96], S.O99, HOUSE, needs=[N.RESULT]),
)
# fmt: on

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
    **dict.fromkeys([("I10", "I99"), ("I15", "I99"), ("I20", "I99"), ("I30", "I99")], LOG_ONLY),
    **dict.fromkeys([("O10", "O99"), ("O20", "O99"), ("O30", "O99")], LOG_ONLY),
}
"""Arrows beyond the state tables, and why."""

ORDINARY: dict[str, str] = {
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
"""The step that the ordinary path of assistance takes from a state; "close" where none is named."""
