"""What a demo shows of reports: contacts, proposed weights, a report that waits and one that is signed. Visibly fictional."""

from datetime import date, timedelta

from django.db import transaction

from agreements.actions import record_contact
from agreements.models import Contact, Partner
from reports.actions.frozen import approve_report, change_remark, draft_report, submit_report
from reports.actions.weights import propose_weights
from reports.catalogue import Parameters
from reports.models import FrozenReport, WeightsVersion
from reports.priorities import DRUGS_FIVE_YEARS, HELP_RISE
from reports.weighting import version_in_use
from tracker.models import User
from tracker.partialdate import PartialDate

MARK = "示例"
"""How every sample text begins."""
AS_OF = date(2024, 12, 31)
"""The day of the audit report, of which there are figures."""

CONTACTS = (
    ("XE", Contact.Kind.MEETING, 95, "示例：雙方就條約草案第二版交換意見，約定續談。"),
    ("XB", Contact.Kind.VIDEO, 133, "示例：對方表示仍在內部研議，允諾另行函復。"),
    ("XB", Contact.Kind.LETTER, 40, "示例：致函詢問研議進度。"),
    ("XD", Contact.Kind.VISIT, 210, "示例：拜會主管機關，說明民事司法互助之需要。"),
    ("XJ", Contact.Kind.MEETING, 12, "示例：商談換文日期。"),
)
"""Partner, kind, so many days ago, and what was talked about."""


@transaction.atomic
def load_sample_reports(*, officer: User, foreign: User, supervisor: User, today: date) -> int:
    """Make what is not there yet, by the real verbs; answers how many things were made. A second call makes nothing.

    ``foreign`` is an officer of foreign affairs, ``officer`` one of justice and ``supervisor`` approves.
    """
    made = _contacts(foreign, today)
    made += _proposed_weights(officer)
    made += _waiting_report(foreign, today)
    return made + _approved_report(officer, supervisor, today)


def _contacts(by: User, today: date) -> int:
    made = 0
    for code, kind, days, words in CONTACTS:
        if Contact.objects.filter(partner__code=code, words=words).exists():
            continue
        partner, held = Partner.objects.get(code=code), PartialDate.of(today - timedelta(days=days))
        record_contact(by=by, partner=partner, kind=kind, held=held, words=words, today=today)
        made += 1
    return made


def _proposed_weights(by: User) -> int:
    if (
        WeightsVersion.objects.proposed().exists()
        or WeightsVersion.objects.filter(reason__startswith=MARK).exists()
    ):
        return 0
    tried = {HELP_RISE.code: 15, DRUGS_FIVE_YEARS.code: 30}
    reason = f"{MARK}：試將毒品來源之權重提高，以觀察排序變化；非兩部會之意見。"
    propose_weights(by=by, by_factor=version_in_use().by_factor | tried, reason=reason)
    return 1


def _is_there(code: str, by: User) -> bool:
    return FrozenReport.objects.filter(code=code, as_of=AS_OF, created_by=by).exists()


def _waiting_report(by: User, today: date) -> int:
    """The ranking with a remark, laid before the supervisors."""
    if _is_there("P01", by):
        return 0
    due_on = today + timedelta(days=7)
    report = draft_report(by=by, code="P01", parameters=Parameters(AS_OF), today=today, due_on=due_on)
    text = f"{MARK}：供試用簽核流程，非兩部會之意見。"
    english = "Sample: for trying the signatures; no opinion of the two ministries."
    change_remark(by=by, report=report, row="", text=text, text_en=english)
    submit_report(by=by, report=FrozenReport.objects.get(pk=report.pk))
    return 1


def _approved_report(by: User, supervisor: User, today: date) -> int:
    """Table 4 of the audit report, signed by the fictional people of the demo."""
    if _is_there("T4", by):
        return 0
    report = draft_report(by=by, code="T4", parameters=Parameters(AS_OF), today=today)
    report = submit_report(by=by, report=report, reason=f"{MARK}：擬請核定。")
    approve_report(by=supervisor, report=report, reason=f"{MARK}：核定。")
    return 1
