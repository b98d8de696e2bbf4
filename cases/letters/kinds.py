"""The kinds of letters: for which cases, with what subject, and which step of the case sending one means. Pure."""

from dataclasses import dataclass

from cases.letters.words import Both
from cases.lifecycle import Direction
from cases.models import Letter

K = Letter.Kind
IN, OUT = Direction.IN, Direction.OUT


@dataclass(frozen=True, slots=True)
class Sort:
    """``steps`` are the names of steps that sending may mean; the case's state says which of them can be taken."""

    subject: Both
    directions: tuple[Direction, ...]
    steps: tuple[str, ...] = ()
    takes_ground: bool = False
    takes_reply_by: bool = False


SORTS: dict[str, Sort] = {
    K.REQUEST: Sort(
        Both(
            "檢送我國請求提供司法互助之請求書（{number}），請惠予協助並見復。",
            "Letter of request {number}: request for legal assistance",
        ),
        (OUT,),
        ("send_to_foreign_affairs", "send_directly", "hand_to_mission"),
        takes_reply_by=True,
    ),
    K.ACKNOWLEDGEMENT: Sort(
        Both(
            "貴方請求提供司法互助一案，業已收悉，請查照。",
            "Acknowledgement of your request {their_reference}",
        ),
        (IN,),
        ("acknowledge",),
    ),
    K.MORE: Sort(
        Both(
            "貴方請求提供司法互助一案，請補充說明所列事項，請查照惠復。",
            "Your request {their_reference}: further information is needed",
        ),
        (IN,),
        ("ask_more",),
        takes_reply_by=True,
    ),
    K.REPLY: Sort(
        Both("檢送貴方請求提供司法互助一案之執行結果，請查照。", "Reply to your request {their_reference}"),
        (IN,),
        ("reply", "send_reply"),
    ),
    K.REFUSAL: Sort(
        Both("貴方請求提供司法互助一案，礙難提供協助，請查照。", "Your request {their_reference}: decision"),
        (IN,),
        ("refuse",),
        takes_ground=True,
    ),
    K.REMINDER: Sort(
        Both(
            "我國請求提供司法互助案件，請惠告辦理情形。",
            "Our requests for assistance: kind inquiry about progress",
        ),
        (OUT,),
        ("chase",),
        takes_reply_by=True,
    ),
    K.NOTICE: Sort(
        Both(
            "貴方請求提供司法互助一案，另有其他請求方提出競合之請求，請查照。",
            "Your request {their_reference}: notice of concurrent requests",
        ),
        (IN,),
    ),
    K.OTHER: Sort(
        Both("關於{number}一案，請查照。", "Case {number}"), (IN, OUT), ("supply_more", "send_reply")
    ),
}


def kinds_for(direction: str) -> tuple[str, ...]:
    """The kinds of letters that can be drafted in a case of this direction, in the order of its life."""
    return tuple(kind for kind, sort in SORTS.items() if direction in sort.directions)
