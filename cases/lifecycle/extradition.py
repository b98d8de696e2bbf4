"""Extradition: asked of us, from Foreign Affairs to the President and the hand-over; and asked by us. Pure."""

from cases.lifecycle.rows import BOTH, EXTRADITION, step
from cases.lifecycle.states import Need, State
from cases.provisions import HOUSE, extradition_act

N, S = Need, State
BEFORE_THE_END_IN = (S.I41, S.I42, S.I43, S.I44, S.I45, S.I46, S.I47)
BEFORE_COURT = (S.I10, S.I20, S.I30, S.I40, S.I41)

# fmt: off
INCOMING = (
    step("full_request_arrives", [S.I15], S.I30, extradition_act("12(2)"), BOTH, EXTRADITION),
    step("assign_prosecutor", [S.I30], S.I41, extradition_act("15"), kinds=EXTRADITION, needs=[N.BODY]),
    step("send_to_court", [S.I41], S.I42, extradition_act("17(1)"), kinds=EXTRADITION, needs=[N.BODY]),
    step("court_decides", [S.I42], S.I43, extradition_act("20(2)"), kinds=EXTRADITION, needs=[N.REASON]),
    step("pass_to_foreign_affairs", [S.I43], S.I44, extradition_act("21(1)"), kinds=EXTRADITION),
    step("submit_to_president", [S.I44], S.I45, extradition_act("21(1)"), BOTH, EXTRADITION),
    step("president_grants", [S.I45], S.I46, extradition_act("22(1)"), BOTH, EXTRADITION),
    step("president_refuses", [S.I45], S.I91, extradition_act("22(2)"), BOTH, EXTRADITION, [N.REASON]),
    step("give_notice", [S.I46], S.I47, extradition_act("23"), BOTH, EXTRADITION),
    step("hand_over", [S.I47], S.I48, extradition_act("23"), kinds=EXTRADITION),
    step("release", [S.I15, S.I20, S.I30, S.I40, S.I41], S.I49, extradition_act("12(2)"), kinds=EXTRADITION, needs=[N.REASON]),
    step("release", [S.I47], S.I49, extradition_act("23"), kinds=EXTRADITION, needs=[N.REASON]),
    step("withdrawn", BEFORE_THE_END_IN, S.I94, HOUSE, kinds=EXTRADITION),
    step("close", [S.I48, S.I49, S.I91], S.I99, HOUSE, kinds=EXTRADITION, needs=[N.RESULT]),
    step("detain_provisionally", (*BEFORE_COURT, S.I15), None, extradition_act("12(1)"), kinds=EXTRADITION),
    step("full_request_arrives", BEFORE_COURT, None, extradition_act("12(2)"), BOTH, EXTRADITION),
    step("arrest", (*BEFORE_COURT, S.I15, S.I42), None, extradition_act("16, 17(1)"), kinds=EXTRADITION),
    step("question_person", (*BEFORE_COURT, S.I15, S.I42), None, extradition_act("17(1)"), kinds=EXTRADITION),
    step("serve_facts", [S.I42], None, extradition_act("18"), kinds=EXTRADITION),
    step("receive_defence", [S.I42, S.I43], None, extradition_act("18"), kinds=EXTRADITION),
    step("conclude_hearing", [S.I42, S.I43], None, extradition_act("20(1)"), kinds=EXTRADITION),
)
OUTGOING = (
    step("asked_for_more", [S.O60], S.O75, HOUSE, kinds=EXTRADITION, needs=[N.REASON], takes=[N.DUE, N.DEFECT]),
    step("they_grant", [S.O55, S.O60, S.O65, S.O70], S.O81, HOUSE, kinds=EXTRADITION, takes=[N.DUE]),
    step("hand_over", [S.O81], S.O82, HOUSE, kinds=EXTRADITION),
    step("refused_abroad", [S.O55, S.O60, S.O65], S.O90, HOUSE, kinds=EXTRADITION, needs=[N.REASON]),
    step("withdraw", [S.O81], S.O94, HOUSE, kinds=EXTRADITION, needs=[N.REASON]),
    step("close", [S.O82], S.O99, HOUSE, kinds=EXTRADITION, needs=[N.RESULT]),
)
# fmt: on
ORDINARY: dict[str, str] = {
    S.I15: "full_request_arrives",
    S.I30: "assign_prosecutor",
    S.I41: "send_to_court",
    S.I42: "court_decides",
    S.I43: "pass_to_foreign_affairs",
    S.I44: "submit_to_president",
    S.I45: "president_grants",
    S.I46: "give_notice",
    S.I47: "hand_over",
    S.O60: "they_grant",
    S.O65: "they_grant",
    S.O70: "they_grant",
    S.O81: "hand_over",
}
"""Where the ordinary path of an extradition leaves that of assistance."""
