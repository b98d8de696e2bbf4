"""Dated facts that change no state, and start or stop a clock. Pure."""

from cases.lifecycle.rows import BOTH, CIVIL, CRIMINAL, step
from cases.lifecycle.states import Need, State
from cases.provisions import HOUSE, civil_procedure, mla_act, us_directions

N, S = Need, State
AT_WORK = (S.I30, S.I50, S.I60, S.I65, S.I70, S.I75, S.I80, S.I85, S.I95)
ABROAD = (S.O55, S.O60, S.O65, S.O70, S.O75, S.O80, S.O85)
UNDER_WAY = (S.O10, S.O20, S.O30, S.O35, S.O38, S.O40, S.O45, S.O50, *ABROAD, S.O88, S.O90)

# fmt: off
INCOMING = (
    step("set_hearing", [S.I65], None, mla_act("26"), kinds=CRIMINAL, needs=[N.DUE]),
    step("notify_hearing", [S.I65], None, mla_act("26"), kinds=CRIMINAL),
    step("send_reply", [S.I85], None, mla_act("7"), BOTH),
    step("decision_final", AT_WORK, None, mla_act("34(2)"), kinds=CRIMINAL),
    step("claim_property", AT_WORK, None, mla_act("34(1)"), kinds=CRIMINAL),
)
OUTGOING = (
    step("ask_orally", [S.O10], None, us_directions(), kinds=CRIMINAL),
    step("promise_reply", ABROAD, None, HOUSE, BOTH, needs=[N.DUE]),
    step("release_witness", (*ABROAD, S.O88), None, mla_act("32(4)"), kinds=CRIMINAL),
    step("witness_departs", (*ABROAD, S.O88), None, mla_act("32(4)"), kinds=CRIMINAL),
    step("decision_final", (*ABROAD, S.O88), None, mla_act("34(2)"), kinds=CRIMINAL),
    step("claim_property", (*ABROAD, S.O88), None, mla_act("34(1)"), kinds=CRIMINAL),
    step("publish_notice", UNDER_WAY, None, civil_procedure("149, 152"), kinds=CIVIL),
)
# fmt: on
