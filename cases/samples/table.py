"""The fictional cases as data: who asks whom for what, and which steps were taken how many days ago."""

from dataclasses import dataclass, field
from typing import Any

from cases.lifecycle import Need
from tracker.roles import Secrecy

OFFICE = "地方檢察署（示例）"
HIGH_OFFICE = "高等檢察署（示例）"
GIVEN: dict[str, dict[str, Any]] = {
    Need.REASON: {"note": "示例理由"},
    Need.GROUND: {"ground": "10(2)1"},
    Need.BODY: {"body": OFFICE},
    Need.RESULT: {"result": "full"},
    Need.DEFECT: {"defect": "facts"},
}
"""What a step is given that needs something, unless the sample says otherwise."""


@dataclass(frozen=True, slots=True)
class SampleStep:
    """One step so many days before today; ``due`` is the day that it names, so many days after today."""

    name: str
    days: int
    due: int | None = None
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampleCase:
    """One fictional case: received so many days before today, its steps so many days before today.

    With ``around`` the days count from the day on which the partner's agreement entered into force: the letter
    is dated so many days after it (negative: before), and the steps so many days after the letter. ``name`` is by
    what the notes, letters and promises beside the cases speak of it.
    """

    name: str
    partner: str
    direction: str
    kind: str
    subject: str
    items: tuple[str, ...] = ()
    received: int = 0
    steps: tuple[SampleStep, ...] = ()
    deadline: int | None = None
    is_carried: bool = True
    around: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def walk(*steps: tuple[Any, ...]) -> tuple[SampleStep, ...]:
    """Steps from pairs of name and days; a third value is the result, the ground or what is lacking."""
    return tuple(_step(*one) for one in steps)


def _step(name: str, days: int, said: str = "", due: int | None = None) -> SampleStep:
    place = {"close": "result", "refuse": "ground"}.get(name, "defect")
    return SampleStep(name, days, due, {place: said} if said else {})


def sent(*days: int) -> tuple[SampleStep, ...]:
    """From our office to the other side, with the days of the first four of these steps or of all five."""
    names = ("submit", "review", "send_to_foreign_affairs", "hand_to_mission", "deliver")
    return tuple(SampleStep(*pair) for pair in zip(names, days, strict=False))


def again(*days: int) -> tuple[SampleStep, ...]:
    """After a return: submitted anew, reviewed, sent, delivered, acknowledged and executed."""
    names = ("submit", "review", "send_to_foreign_affairs", "hand_to_mission", "deliver", "acknowledged", "executing_abroad")  # fmt: skip
    return tuple(SampleStep(*pair) for pair in zip(names, days, strict=True))


DONE = walk(("forward", 9), ("take_in", 10), ("accept", 20), ("commission", 21), ("execute", 30), ("reply", 80), ("close", 90))  # fmt: skip
RESTRICTED = {"secrecy": Secrecy.RESTRICTED, "declassify_when": "示例：結案時"}
URGENT = {"is_urgent": True, "is_direct": True, **RESTRICTED}
ORDINARY = {"secrecy": Secrecy.ORDINARY}
HIGH = {"office": HIGH_OFFICE}

# fmt: off
SAMPLES = (
    SampleCase("before", "XG", "in", "criminal", "送達文書", ("service",), around=-1, steps=DONE, fields=ORDINARY),
    SampleCase("on", "XG", "in", "criminal", "取得證據", ("evidence",), around=0, steps=DONE, fields=ORDINARY),
    SampleCase("after", "XG", "in", "criminal", "訊問證人", ("evidence", "video"), around=1, steps=DONE, fields=ORDINARY),

    # Our requests: accepted at once or returned, answered in full, in part, not at all, refused, withdrawn.
    SampleCase("corrected", "XG", "out", "criminal", "調取通聯紀錄", ("evidence",), 330,
               (*walk(("submit", 325), ("review", 320), ("return_for_correction", 315, "facts")),
                *again(305, 300, 298, 290, 280, 270, 260), *walk(("deliver_reply", 120), ("close", 110))), fields=ORDINARY),
    SampleCase("in_part", "XG", "out", "criminal", "送達文書並取得證據", ("service", "evidence"), 300,
               (*sent(296, 292, 290, 285, 270), *walk(("acknowledged", 260), ("executing_abroad", 250))), fields=HIGH),
    SampleCase("unanswered", "XG", "out", "criminal", "確定關係人所在", ("location",), 280,
               (*sent(276, 272, 270, 262, 240), *walk(("chase", 180), ("give_up", 60), ("close", 55, "none")))),
    SampleCase("asked_back", "XG", "out", "criminal", "調取金融資料", ("evidence",), 262,
               (*walk(("submit", 255), ("review", 250), ("return_for_correction", 248, "translation")),
                *again(240, 238, 236, 230, 220, 210, 200),
                *walk(("asked_for_more", 150, "facts"), ("supply_more", 130), ("deliver_reply", 15)))),
    SampleCase("refused_abroad", "XG", "out", "criminal", "搜索", ("search",), 240,
               (*sent(236, 232, 230, 222, 210), *walk(("acknowledged", 200), ("executing_abroad", 190),
                ("refused_abroad", 90), ("close", 80, "none"))), fields=HIGH),
    SampleCase("half_answered", "XA", "out", "criminal", "取得證據及扣押", ("evidence", "seizure"), 200,
               (*walk(("submit", 196), ("review", 190), ("return_for_correction", 188, "assurances")),
                *again(180, 176, 174, 165, 150, 140, 130)), fields=RESTRICTED),
    SampleCase("silent", "XA", "out", "criminal", "送達文書", ("service",), 160,
               sent(156, 152, 148, 140, 110), fields=ORDINARY),
    SampleCase("asked_more", "XH", "out", "civil", "訊問證人", ("evidence",), 130,
               (*sent(128, 125, 120, 110, 90), *walk(("acknowledged", 80), ("executing_abroad", 70), ("asked_for_more", 20, "questions"))),
               -1, fields=RESTRICTED),
    SampleCase("chased", "XD", "out", "civil", "送達文書", ("service",), 125,
               (*sent(124, 120, 118, 105, 85), *walk(("chase", 15))), -1, fields=ORDINARY),
    SampleCase("taken_back", "XA", "out", "criminal", "視訊訊問證人", ("video",), 90,
               walk(("submit", 85), ("withdraw", 70), ("close", 68, "none")), fields=HIGH),
    SampleCase("returned", "XE", "out", "criminal", "送達傳票", ("service",), 50,
               walk(("submit", 45), ("review", 40), ("return_for_correction", 30, "person", -5)), fields=HIGH),
    SampleCase("proceeds", "XG", "out", "criminal", "返還犯罪所得", ("return_of_proceeds",), 45, walk(("submit", 30), ("review", 20)), 5,
               fields=RESTRICTED),
    SampleCase("bank", "XA", "out", "criminal", "調取金融資料", ("evidence",), 40, sent(35, 30, 10), 1, fields=RESTRICTED),
    SampleCase("transfer", "XC", "out", "transfer_receive", "接收受刑人", (), 12, is_carried=False),

    # Requests to us: urgent ones kept, lapsed and cured; postponed, refused, impossible, withdrawn; and new ones.
    SampleCase("impossible", "XH", "in", "civil", "囑託送達", ("service",), 150,
               walk(("forward", 148), ("take_in", 145), ("accept", 130), ("commission", 128), ("execute", 120),
                    ("cannot_execute", 70), ("reply", 60), ("close", 50, "none")), fields=ORDINARY),
    SampleCase("refused", "XE", "in", "criminal", "取得證據", ("evidence",), 140,
               walk(("forward", 138), ("take_in", 135), ("refuse", 120, "10(2)1"), ("cure", 100), ("refuse", 90, "10(2)4"),
                    ("close", 80, "none"))),
    SampleCase("withdrawn", "XD", "in", "civil", "囑託送達", ("service",), 110,
               walk(("forward", 108), ("take_in", 105), ("withdrawn", 95), ("close", 94, "none")), fields=ORDINARY),
    SampleCase("lapsed", "XB", "in", "criminal", "急迫禁止處分財產", ("restraint",), 100,
               walk(("preserve", 99), ("lapse", 65), ("close", 60, "none")), fields=URGENT),
    SampleCase("postponed", "XJ", "in", "criminal", "搜索", ("search",), 85,
               walk(("forward", 83), ("take_in", 80), ("accept", 60), ("commission", 58), ("execute", 50), ("postpone", 30, "", 20))),
    SampleCase("cured", "XA", "in", "criminal", "急迫保全電磁紀錄", ("evidence",), 75,
               walk(("preserve", 74), ("letter_arrives", 50), ("accept", 45), ("commission", 44), ("execute", 40), ("reply", 12)),
               fields=URGENT),
    SampleCase("search", "XA", "in", "criminal", "搜索及扣押", ("search", "seizure"), 60,
               walk(("forward", 58), ("take_in", 55), ("accept", 40), ("commission", 38), ("execute", 30)), 4,
               fields=RESTRICTED),
    SampleCase("same_goods", "XF", "in", "criminal", "扣押", ("seizure",), 41,
               walk(("forward", 39), ("take_in", 38), ("accept", 25)), fields=RESTRICTED),
    SampleCase("information", "XB", "in", "spontaneous_information", "詐欺集團情資", (), 33, walk(("log_information", 30))),
    SampleCase("urgent", "XG", "in", "criminal", "急迫保全扣押", ("seizure", "restraint"), 29, walk(("preserve", 28)), 1, fields=URGENT),
    SampleCase("extradition", "XI", "in", "extradition", "引渡詐欺案被告", (), 24, walk(("forward", 22), ("take_in", 21)), 30),
    SampleCase("accounts", "XI", "in", "criminal", "取得證據", ("evidence",), 20,
               walk(("forward", 18), ("take_in", 17), ("ask_more", 10, "facts")), 8, fields=ORDINARY),
    SampleCase("same_accounts", "XJ", "in", "criminal", "調取帳戶往來明細", ("evidence",), 18,
               walk(("forward", 16), ("take_in", 15)), fields=ORDINARY),
    SampleCase("locate", "XE", "in", "criminal", "確定關係人所在", ("location",), 6, walk(("forward", 4)), 11, is_carried=False),
    SampleCase("new", "XB", "in", "criminal", "送達文書", ("service",), 3, is_carried=False, fields=ORDINARY),
    SampleCase("twice", "XB", "in", "criminal", "送達文書（重複登錄）", ("service",), 3, is_carried=False, fields=ORDINARY),
)
# fmt: on
