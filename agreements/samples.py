"""Fictional partners (甲國 … 癸國) and their agreements, for trying the system: visibly samples, walked by real steps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from agreements.actions import StepRequest, record_round, register, take_step
from agreements.models import Agreement, Partner
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate

SAMPLE_PARTNERS = (
    ("XA", "甲國", "Country A"),
    ("XB", "乙國", "Country B"),
    ("XC", "丙國", "Country C"),
    ("XD", "丁國", "Country D"),
    ("XE", "戊國", "Country E"),
    ("XF", "己國", "Country F"),
    ("XG", "庚國", "Country G"),
    ("XH", "辛國", "Country H"),
    ("XI", "壬國", "Country I"),
    ("XJ", "癸國", "Country J"),
)
TO_SIGNATURE = ("open_talks", "initial", "approve_text", "sign")
TO_LEGISLATURE = (*TO_SIGNATURE, "submit", "send_to_legislature")
TO_FORCE = (*TO_LEGISLATURE, "approve", "issue_instrument", "exchange", "enter_into_force")


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One fictional file: its steps, each so many days before today."""

    partner: str
    title_zh: str
    title_en: str
    subject: str
    steps: tuple[str, ...]
    days_ago: tuple[int, ...]
    fields: dict[str, Any] = field(default_factory=dict)
    rounds: tuple[tuple[int, str, int], ...] = ()


T1 = {
    "nature": "treaty",
    "track": "T1",
    "has_ratification_clause": True,
    "touches_rights": True,
    "clause": "on_exchange",
}
A1 = {"nature": "agreement", "track": "A1", "has_ratification_clause": False, "touches_rights": False}

SAMPLES = (
    SampleFile("XA", "與甲國刑事司法互助條約", "Treaty with Country A", "criminal_mla", TO_SIGNATURE, (546, 60, 38, 17), T1,
               ((427, "交換草案與說明", 11), (281, "交換第二版對案", 4), (120, "全文達成一致", 0))),
    SampleFile("XB", "與乙國刑事司法互助協定", "Agreement with Country B", "criminal_mla", ("open_talks",), (300,), A1,
               ((133, "對方表示內部研議中", 7),)),
    SampleFile("XC", "與丙國移交受刑人條約", "Treaty with Country C", "transfer_sentenced_persons", TO_LEGISLATURE,
               (700, 420, 400, 380, 356, 320), T1),
    SampleFile("XD", "與丁國民事司法互助協定", "Agreement with Country D", "civil_mla", ("open_talks",), (260,), A1,
               ((111, "我方提出第二版對案", 9),)),
    SampleFile("XE", "與戊國刑事司法互助條約", "Treaty with Country E", "criminal_mla", TO_SIGNATURE, (500, 90, 70, 33), T1),
    SampleFile("XF", "與己國刑事司法互助協定", "Agreement with Country F", "criminal_mla", TO_FORCE[:-2],
               (900, 620, 600, 580, 556, 500, 240, 64), T1),
    SampleFile("XG", "與庚國刑事司法互助協定", "Agreement with Country G", "criminal_mla", TO_FORCE,
               (2000, 1700, 1690, 1680, 1660, 1600, 1300, 1200, 1100, 1060), T1),
    SampleFile("XH", "與辛國民事司法互助協定", "Agreement with Country H", "civil_mla",
               (*TO_SIGNATURE, "submit", "record", "enter_into_force", "publish"),
               (2400, 2200, 2190, 2180, 2160, 2130, 2100, 2050), A1 | {"clause": "on_notice"}),
    SampleFile("XI", "與壬國引渡條約", "Extradition treaty with Country I", "extradition", TO_SIGNATURE, (460, 80, 60, 26),
               T1 | {"lead": "justice", "lead_consent": "外條字第 0000000000 號（示例）"}),
    SampleFile("XJ", "與癸國刑事司法互助協定", "Agreement with Country J", "criminal_mla", TO_SIGNATURE, (400, 70, 40, 10), A1),
)  # fmt: skip


@transaction.atomic
def load_sample_agreements(*, by: User, justice: User, today: date) -> list[Agreement]:
    """Make the fictional partners and files that are not there yet.

    ``justice`` takes the steps of the file that justice leads. A second call adds nothing.
    """
    for code, name_zh, name_en in SAMPLE_PARTNERS:
        Partner.objects.get_or_create(
            code=code, defaults={"name_zh": name_zh, "name_en": name_en, "is_sample": True}
        )
    made = [
        _make(sample, justice if sample.fields.get("lead") == "justice" else by, today)
        for sample in SAMPLES
        if not Agreement.objects.filter(partner__code=sample.partner, title_zh=sample.title_zh).exists()
    ]
    if made:
        audit.record("samples.load", made[0], by=by, details={"agreements": len(made)})
    return made


def _make(sample: SampleFile, by: User, today: date) -> Agreement:
    opened = today - timedelta(days=sample.days_ago[0] + 30)
    agreement = register(
        by=by,
        partner=Partner.objects.get(code=sample.partner),
        subjects=[sample.subject],
        title_zh=sample.title_zh,
        title_en=sample.title_en,
        opened_on=opened,
        today=opened,
        **{"lead": "foreign_affairs"} | sample.fields,
    )
    for name, days in zip(sample.steps, sample.days_ago, strict=True):
        _step(agreement, by, name, today - timedelta(days=days))
        if name == "open_talks":
            _rounds(agreement, by, sample.rounds, today)
    agreement.refresh_from_db()
    return agreement


def _step(agreement: Agreement, by: User, name: str, on: date) -> None:
    agreement.refresh_from_db()
    request = StepRequest(
        step=name,
        happened=PartialDate.of(on),
        reference="示例字第 0000000000 號",
        note="示例",
        term=11 if name == "send_to_legislature" else None,
        has_document=True,
    )
    take_step(by=by, agreement=agreement, request=request, today=on)


def _rounds(agreement: Agreement, by: User, rounds: Iterable[tuple[int, str, int]], today: date) -> None:
    for days, outcome, still_open in rounds:
        on = today - timedelta(days=days)
        record_round(
            by=by,
            agreement=agreement,
            held=PartialDate.of(on),
            medium="video",
            outcome=outcome,
            open_articles=still_open,
            today=on,
        )
