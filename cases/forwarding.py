"""What waits at foreign affairs to be passed on, lane by lane: the cases of each, and the step that passes them on."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.provisions import Provision
from cases.lifecycle import State
from cases.models import CaseEvent
from cases.provisions import mla_act

# An urgent request whose letter of request has not come (C1 and C1a of the clocks).
LETTER_AWAITED = (State.I15, State.I16)


@dataclass(frozen=True, slots=True)
class Lane:
    """One sort of case at the desk. ``step`` is what passes it on; "" when it is only watched."""

    name: str
    label: str | Promise
    states: tuple[State, ...]
    step: str
    basis: Provision
    advice: str | Promise = ""


LANES: tuple[Lane, ...] = (
    Lane(
        "to_justice",
        # Translators: 待轉送法務部
        _("To be forwarded to Justice"),
        (State.I10,),
        "forward",
        mla_act("9"),
        _("Comments on the grounds of article 10 may go with it."),
    ),
    # Translators: 待交駐外館處
    Lane("to_mission", _("To be handed to the mission"), (State.O40,), "hand_to_mission", mla_act("30")),
    # Translators: 待駐外館處送達
    Lane("to_deliver", _("With the mission, to be delivered"), (State.O50,), "deliver", mla_act("30")),
    # Translators: 待轉送對方之回復
    Lane("to_send_back", _("Replies to be sent abroad"), (State.I85,), "send_reply", mla_act("7")),
    # Translators: 急迫請求待補請求書
    Lane("awaited", _("Urgent, letter of request awaited"), LETTER_AWAITED, "", mla_act("8(2)")),
)
LANE_OF = {lane.name: lane for lane in LANES}
TO_PASS_ON = tuple(lane for lane in LANES if lane.step)
AT_THE_DESK = "any"


def waiting_in(lane: Lane) -> Q:
    """The open cases of a lane; a reply that was sent abroad does not wait any more."""
    here = Q(is_open=True, state__in=lane.states)
    return here & ~Q(_sent()) if lane.name == "to_send_back" else here


def waiting_anywhere() -> Q:
    """The open cases of all lanes that pass something on."""
    states = [state for lane in TO_PASS_ON for state in lane.states if state != State.I85]
    return Q(is_open=True, state__in=states) | waiting_in(LANE_OF["to_send_back"])


def _sent() -> Exists:
    """Whether the last reply of the case went abroad: it was sent, and the case was not replied to again since."""
    replied_again = CaseEvent.objects.filter(
        case=OuterRef("case"), state=State.I85, order__gt=OuterRef("order")
    )
    sent = CaseEvent.objects.filter(case=OuterRef("pk"), step="send_reply")
    return Exists(sent.exclude(Exists(replied_again)))
