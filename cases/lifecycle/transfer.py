"""The transfer of sentenced persons, receiving and sending, asked by the other side or by us. Pure.

Consent, request, review panel; receiving goes through the court, which converts the sentence, and ends with an
order to receive; sending ends with an order to send; then hand-over, and the notice that the sentence is over.
"""

from cases.lifecycle.rows import BOTH, RECEIVING, SENDING, TRANSFER, step
from cases.lifecycle.states import Need, State
from cases.provisions import HOUSE, transfer_act, transfer_rules

N, S = Need, State
BEFORE_THE_END_IN = (S.I31, S.I32, S.I33, S.I34, S.I35)
BEFORE_THE_END_OUT = (S.O31, S.O32, S.O71, S.O72, S.O73, S.O74)
CONSENT_IN = (S.I10, S.I15, S.I20, S.I30, S.I31, S.I32, S.I40)
CONSENT_OUT = (
    S.O10,
    S.O20,
    S.O30,
    S.O31,
    S.O32,
    S.O35,
    S.O40,
    S.O45,
    S.O50,
    S.O55,
    S.O60,
    S.O65,
    S.O71,
    S.O75,
)

# fmt: off
INCOMING = (
    step("convene_panel", [S.I30], S.I31, transfer_rules("7, 15"), kinds=TRANSFER),
    step("ask_more", [S.I31], S.I40, HOUSE, kinds=TRANSFER, needs=[N.REASON], takes=[N.DUE, N.DEFECT]),
    step("panel_agrees", [S.I31], S.I32, transfer_rules("6"), kinds=TRANSFER),
    step("move_court", [S.I32], S.I33, transfer_act("6"), kinds=RECEIVING, needs=[N.BODY]),
    step("court_allows", [S.I33], S.I34, transfer_act("8, 9"), kinds=RECEIVING),
    step("issue_order", [S.I34], S.I35, transfer_act("11(1)"), kinds=RECEIVING, needs=[N.BODY]),
    step("issue_order", [S.I32], S.I35, transfer_act("20"), kinds=SENDING, needs=[N.BODY]),
    step("hand_over", [S.I35], S.I36, transfer_act(), kinds=RECEIVING),
    step("hand_over", [S.I35], S.I37, transfer_act("20"), kinds=SENDING),
    step("sentence_ends", [S.I36], S.I38, transfer_act(), kinds=RECEIVING),
    step("sentence_ends", [S.I37], S.I38, transfer_act("21"), kinds=SENDING),
    step("refuse", [S.I30, S.I31, S.I40], S.I90, transfer_act("4, 18"), kinds=TRANSFER, needs=[N.GROUND, N.REASON]),
    step("refuse", [S.I33], S.I90, transfer_act("8(2)"), kinds=RECEIVING, needs=[N.GROUND, N.REASON]),
    step("withdrawn", BEFORE_THE_END_IN, S.I94, HOUSE, kinds=TRANSFER),
    step("close", [S.I38], S.I99, HOUSE, kinds=TRANSFER, needs=[N.RESULT]),
    step("take_consent", CONSENT_IN, None, transfer_act("4, 5, 18, 19"), kinds=TRANSFER),
    step("telecopy_consent", CONSENT_IN, None, transfer_rules("2(3)"), kinds=TRANSFER),
    step("original_consent", (*CONSENT_IN, S.I33, S.I34, S.I35), None, transfer_rules("2(3)"), kinds=TRANSFER),
)
OUTGOING = (
    step("convene_panel", [S.O30], S.O31, transfer_rules("7, 15"), kinds=TRANSFER),
    step("panel_agrees", [S.O31], S.O32, transfer_rules("6"), kinds=TRANSFER),
    step("send_to_foreign_affairs", [S.O32], S.O40, HOUSE, kinds=TRANSFER),
    step("send_directly", [S.O32], S.O45, HOUSE, kinds=TRANSFER, needs=[N.REASON], sends=True),
    step("they_agree", [S.O55, S.O60, S.O65, S.O70], S.O71, transfer_act("4, 18"), kinds=TRANSFER),
    step("move_court", [S.O71], S.O72, transfer_act("6"), kinds=RECEIVING, needs=[N.BODY]),
    step("court_allows", [S.O72], S.O73, transfer_act("8, 9"), kinds=RECEIVING),
    step("issue_order", [S.O73], S.O74, transfer_act("11(1)"), kinds=RECEIVING, needs=[N.BODY]),
    step("issue_order", [S.O71], S.O74, transfer_act("20"), kinds=SENDING, needs=[N.BODY]),
    step("hand_over", [S.O74], S.O76, transfer_act(), kinds=RECEIVING),
    step("hand_over", [S.O74], S.O77, transfer_act("20"), kinds=SENDING),
    step("sentence_ends", [S.O76], S.O78, transfer_act(), kinds=RECEIVING),
    step("sentence_ends", [S.O77], S.O78, transfer_act("21"), kinds=SENDING),
    step("asked_for_more", [S.O60], S.O75, HOUSE, kinds=TRANSFER, needs=[N.REASON], takes=[N.DUE, N.DEFECT]),
    step("refused_abroad", [S.O55, S.O60, S.O65], S.O90, HOUSE, kinds=TRANSFER, needs=[N.REASON]),
    step("withdraw", BEFORE_THE_END_OUT, S.O94, HOUSE, kinds=TRANSFER, needs=[N.REASON]),
    step("close", [S.O78], S.O99, HOUSE, kinds=TRANSFER, needs=[N.RESULT]),
    step("take_consent", CONSENT_OUT, None, transfer_act("4, 5, 18, 19"), BOTH, TRANSFER),
    step("telecopy_consent", CONSENT_OUT, None, transfer_rules("2(3)"), BOTH, TRANSFER),
    step("original_consent", (*CONSENT_OUT, S.O72, S.O73, S.O74), None, transfer_rules("2(3)"), BOTH, TRANSFER),
)
# fmt: on
ORDINARY: dict[str, str] = {
    S.I30: "convene_panel",
    S.I31: "panel_agrees",
    S.I33: "court_allows",
    S.I34: "issue_order",
    S.I35: "hand_over",
    S.I36: "sentence_ends",
    S.I37: "sentence_ends",
    S.O30: "convene_panel",
    S.O31: "panel_agrees",
    S.O32: "send_to_foreign_affairs",
    S.O60: "they_agree",
    S.O65: "they_agree",
    S.O70: "they_agree",
    S.O72: "court_allows",
    S.O73: "issue_order",
    S.O74: "hand_over",
    S.O76: "sentence_ends",
    S.O77: "sentence_ends",
}
"""Where the ordinary path of a transfer leaves that of assistance."""
ORDINARY_RECEIVING: dict[str, str] = {S.I32: "move_court", S.O71: "move_court"}
ORDINARY_SENDING: dict[str, str] = {S.I32: "issue_order", S.O71: "issue_order"}
