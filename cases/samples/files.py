"""The fictional cases, each with its steps."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from agreements.models import Milestone, Partner
from cases.actions import Intake, StepRequest, assign, register_case, take_step
from cases.lifecycle import Need, row_for
from cases.models import Case
from cases.rules import may_carry
from tracker import audit
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

OFFICE = "地方檢察署（示例）"
GIVEN: dict[str, dict[str, Any]] = {
    Need.REASON: {"note": "示例理由"},
    Need.GROUND: {"ground": "10(2)1"},
    Need.BODY: {"body": OFFICE},
    Need.RESULT: {"result": "full"},
    Need.DEFECT: {"defect": "facts"},
}


@dataclass(frozen=True, slots=True)
class SampleCase:
    """One fictional case: received so many days before today, its steps so many days before today.

    With ``around`` the days count from the day on which the partner's agreement entered into force: the letter
    is dated so many days after it (negative: before), and the steps so many days after the letter.
    """

    partner: str
    direction: str
    kind: str
    subject: str
    items: tuple[str, ...] = ()
    received: int = 0
    steps: tuple[tuple[str, int], ...] = ()
    deadline: int | None = None
    is_carried: bool = True
    around: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


TO_MISSION = ("submit", "review", "send_to_foreign_affairs", "hand_to_mission", "deliver")
DONE = (("forward", 9), ("take_in", 10), ("accept", 20), ("commission", 21), ("execute", 30), ("reply", 80), ("close", 90))  # fmt: skip
URGENT = {"is_urgent": True, "is_direct": True, "secrecy": Secrecy.RESTRICTED}
RESTRICTED = {"secrecy": Secrecy.RESTRICTED}
ORDINARY = {"secrecy": Secrecy.ORDINARY}

# fmt: off
SAMPLES = (
    SampleCase("XG", "in", "criminal", "送達文書", ("service",), around=-1, steps=DONE, fields=ORDINARY),
    SampleCase("XG", "in", "criminal", "取得證據", ("evidence",), around=0, steps=DONE, fields=ORDINARY),
    SampleCase("XG", "in", "criminal", "訊問證人", ("evidence", "video"), around=1, steps=DONE, fields=ORDINARY),
    SampleCase("XH", "out", "civil", "訊問證人", ("evidence",), 130,
               (*zip(TO_MISSION, (128, 125, 120, 110, 90), strict=True), ("acknowledged", 80), ("executing_abroad", 70),
                ("asked_for_more", 20)), -1, fields=RESTRICTED),
    SampleCase("XD", "out", "civil", "送達文書", ("service",), 125,
               (*zip(TO_MISSION, (124, 120, 118, 105, 85), strict=True), ("chase", 15)), -1, fields=ORDINARY),
    SampleCase("XA", "in", "criminal", "搜索及扣押", ("search", "seizure"), 60,
               (("forward", 58), ("take_in", 55), ("accept", 40), ("commission", 38), ("execute", 30)), 4,
               fields=RESTRICTED),
    SampleCase("XG", "out", "criminal", "返還犯罪所得", ("return_of_proceeds",), 45, (("submit", 30), ("review", 20)), 5,
               fields=RESTRICTED),
    SampleCase("XA", "out", "criminal", "調取金融資料", ("evidence",), 40,
               (("submit", 35), ("review", 30), ("send_to_foreign_affairs", 10)), 1, fields=RESTRICTED),
    SampleCase("XG", "in", "criminal", "急迫保全扣押", ("seizure", "restraint"), 29, (("preserve", 28),), 1, fields=URGENT),
    SampleCase("XI", "in", "extradition", "引渡詐欺案被告", (), 24, (("forward", 22), ("take_in", 21)), 30),
    SampleCase("XI", "in", "criminal", "取得證據", ("evidence",), 20, (("forward", 18), ("take_in", 17), ("ask_more", 10)), 8,
               fields=ORDINARY),
    SampleCase("XC", "out", "transfer_receive", "接收受刑人", (), 12, is_carried=False),
    SampleCase("XE", "in", "criminal", "確定關係人所在", ("location",), 6, (("forward", 4),), 11, is_carried=False),
    SampleCase("XB", "in", "criminal", "送達文書", ("service",), 3, is_carried=False, fields=ORDINARY),
)
# fmt: on


@transaction.atomic
def load_sample_cases(*, by: User, today: date) -> list[Case]:
    """Make the fictional cases, dated back from ``today``; nothing when there are some, or no fictional partner yet.

    ``by`` is staff of justice. Some are carried by the first officer of justice, or by ``by``. Those dated
    around an entry into force are left out while their partner has no agreement in force.
    """
    if Case.objects.registered().filter(partner__is_sample=True).exists():
        return []
    partners = {partner.code: partner for partner in Partner.objects.filter(is_sample=True)}
    dated = [(_letter_on(sample, today), sample) for sample in SAMPLES if sample.partner in partners]
    wanted = [(on, sample) for on, sample in dated if on is not None]
    made = [
        _make(sample, partners[sample.partner], on, by=by, today=today)
        for on, sample in sorted(wanted, key=lambda pair: pair[0])
    ]
    if made:
        audit.record("case.load_samples", made[0], by=by, details={"cases": len(made)})
    return made


def _letter_on(sample: SampleCase, today: date) -> date | None:
    """The day from which the sample's own days count; None when it cannot be said."""
    if sample.around is None:
        return today - timedelta(days=sample.received)
    force = Milestone.objects.filter(
        agreement__partner__code=sample.partner,
        agreement__partner__is_sample=True,
        step="enter_into_force",
        withdrawn_at=None,
    )
    day = force.order_by("counted_to").values_list("counted_to", flat=True).first()
    return day + timedelta(days=sample.around) if day else None


def _make(sample: SampleCase, partner: Partner, letter_on: date, *, by: User, today: date) -> Case:
    received = letter_on + timedelta(days=7) if sample.around is not None else letter_on
    intake = Intake(
        direction=sample.direction,
        kind=sample.kind,
        partner=partner,
        partner_reference=f"示例-{partner.code}-{letter_on:%y%m%d}" if sample.direction == "in" else "",
        office=OFFICE if sample.direction == "out" else "",
        subject=sample.subject,
        letter_on=letter_on if sample.around is not None else None,
        received_on=received,
        items=sample.items,
        deadline=today + timedelta(days=sample.deadline) if sample.deadline is not None else None,
        **sample.fields,
    )
    case = register_case(by=by, intake=intake, today=received)
    if sample.is_carried:
        assign(by=by, case=case, officer=_carrier(case, by))
    for name, days in sample.steps:
        on = letter_on + timedelta(days=days) if sample.around is not None else today - timedelta(days=days)
        _step(case, by, name, on)
    case.refresh_from_db()
    return case


def _step(case: Case, by: User, name: str, on: date) -> None:
    case.refresh_from_db()
    row = row_for(name, case.state, case.kind)
    given = {key: value for need in (row.needs if row else ()) for key, value in GIVEN[need].items()}
    request = StepRequest(step=name, happened_on=on, reference="示例字第 0000000000 號", **given)
    take_step(by=by, case=case, request=request, today=on)


def _carrier(case: Case, by: User) -> User:
    """The first officer of justice who may carry the case, else ``by``."""
    officers = User.objects.filter(ministry=Ministry.JUSTICE, role=Role.OFFICER, is_active=True)
    return next((officer for officer in officers.order_by("pk") if may_carry(officer, case)), by)
