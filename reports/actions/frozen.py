"""A report on its way to approval: drafting, remarks, 擬辦, 複核, 核定, sending back, taking back.

Approving makes the report within the transaction and freezes it: its content, the digest of that, and its papers.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from cases.provisions import HOUSE
from reports import frozen
from reports.actions.papers import keep_papers
from reports.catalogue import REPORTS, NotLoaded, Parameters, Report
from reports.models import Decision, FrozenReport, Remark
from reports.product import product_version
from reports.rules import (
    may_approve_report,
    may_change_report,
    may_draft_report,
    may_return_report,
    may_review_report,
    may_withdraw_report,
)
from tracker import audit
from tracker.models import User

Status = FrozenReport.Status


@transaction.atomic
def draft_report(
    *, by: User, code: str, parameters: Parameters, today: date, due_on: date | None = None
) -> FrozenReport:
    """Begin a report that is to be signed off; the version of the weights is settled now.

    :raises StepRefused: without the right, for a report that cannot be made, or a day that has passed.
    """
    if not may_draft_report(by):
        raise StepRefused(
            _("Staff of both ministries who are cleared for restricted files draft reports."), HOUSE
        )
    if code not in REPORTS:
        raise StepRefused(_("There is no such report."), HOUSE)
    if due_on is not None and due_on < today:
        raise StepRefused(_("That day has passed."), HOUSE, "due_on")
    made = _tried(frozen.made_now, code, parameters.narrowed_to(REPORTS[code].takes))
    kept = frozen.kept_of(made)
    report = FrozenReport.objects.create(
        code=code,
        title=kept["title"]["zh-hant"][:200],
        parameters=kept["parameters"],
        as_of=parameters.as_of,
        due_on=due_on,
        created_at=timezone.now(),
        created_by=by,
    )
    audit.record("report.draft", report, by=by, details={"code": code, "as_of": parameters.as_of.isoformat()})
    return report


@transaction.atomic
def change_remark(
    *, by: User, report: FrozenReport, row: str, text: str, text_en: str = "", version: int | None = None
) -> FrozenReport:
    """Write what is recommended for a row, or "" for the whole report; without any text there is no remark.

    :raises StalePage: when the report changed meanwhile.
    :raises StepRefused: without the right, or for a row that the report does not have.
    """
    locked = _lock(report, version, by=by)
    if not may_change_report(by, locked):
        raise StepRefused(_("Its drafter changes a report until it is submitted."), HOUSE)
    if row and row not in rows_of(locked):
        raise StepRefused(_("The report has no such row."), HOUSE, "row")
    if text.strip() or text_en.strip():
        words = {"text": text.strip(), "text_en": text_en.strip()}
        Remark.objects.update_or_create(report=locked, row=row, defaults=words)
    else:
        Remark.objects.filter(report=locked, row=row).delete()
    _touch(locked)
    audit.record("report.remark", locked, by=by, details={"code": locked.code, "row": row})
    return locked


@transaction.atomic
def submit_report(
    *, by: User, report: FrozenReport, reason: str = "", version: int | None = None
) -> FrozenReport:
    """擬辦: the drafter signs and lays it before a supervisor.

    :raises StalePage: when the report changed meanwhile.
    :raises StepRefused: without the right.
    """
    locked = _lock(report, version, by=by)
    if not may_change_report(by, locked):
        raise StepRefused(_("Its drafter submits a report that is a draft or was sent back."), HOUSE)
    return _decide(locked, Decision.Kind.SUBMIT, Status.SUBMITTED, reason, by=by)


@transaction.atomic
def review_report(
    *, by: User, report: FrozenReport, reason: str = "", version: int | None = None
) -> FrozenReport:
    """複核: a supervisor who did not draft it has gone over it.

    :raises StalePage: when the report changed meanwhile.
    :raises StepRefused: without the right.
    """
    locked = _lock(report, version, by=by)
    if not may_review_report(by, locked):
        raise StepRefused(_("A supervisor who did not draft it reviews what was submitted."), HOUSE)
    return _decide(locked, Decision.Kind.REVIEW, Status.REVIEWED, reason, by=by)


@transaction.atomic
def approve_report(
    *, by: User, report: FrozenReport, reason: str = "", version: int | None = None
) -> FrozenReport:
    """核定: make the report now and freeze it: content, digest and papers, which never change again.

    :raises StalePage: when the report changed meanwhile.
    :raises StepRefused: for its drafter, without the right, or when it cannot be made or printed.
    """
    locked = _lock(report, version, by=by)
    if not may_approve_report(by, locked):
        raise StepRefused(_("A supervisor who did not draft it approves what was submitted."), HOUSE)
    kept = content_now(locked)
    content, now = frozen.canonical(kept), timezone.now()
    locked.status, locked.approved_at, locked.version = Status.APPROVED, now, locked.version + 1
    locked.content, locked.digest = content, frozen.digest_of(content)
    locked.product = product_version()
    locked.save(update_fields=["status", "approved_at", "version", "content", "digest", "product"])
    Decision.objects.create(report=locked, kind=Decision.Kind.APPROVE, reason=reason.strip(), at=now, by=by)
    keep_papers(by=by, report=locked, kept=kept)
    audit.record("report.approve", locked, by=by, details={"code": locked.code, "digest": locked.digest})
    return locked


@transaction.atomic
def return_report(*, by: User, report: FrozenReport, reason: str, version: int | None = None) -> FrozenReport:
    """退回補充: send it back to its drafter, saying what is to be changed.

    :raises StalePage: when the report changed meanwhile.
    :raises StepRefused: without the right, or without a reason.
    """
    locked = _lock(report, version, by=by)
    if not may_return_report(by, locked):
        raise StepRefused(_("A supervisor who did not draft it sends back what was submitted."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Say what is to be changed."), HOUSE, "reason")
    return _decide(locked, Decision.Kind.RETURN, Status.RETURNED, reason, by=by)


@transaction.atomic
def withdraw_report(
    *, by: User, report: FrozenReport, reason: str = "", version: int | None = None
) -> FrozenReport:
    """撤回: the drafter takes it back, and it is a draft again.

    :raises StalePage: when the report changed meanwhile.
    :raises StepRefused: without the right.
    """
    locked = _lock(report, version, by=by)
    if not may_withdraw_report(by, locked):
        raise StepRefused(_("Its drafter takes back what waits for approval."), HOUSE)
    return _decide(locked, Decision.Kind.WITHDRAW, Status.DRAFT, reason, by=by)


def content_now(report: FrozenReport) -> dict[str, Any]:
    """What would be kept of the report if it were approved now.

    :raises StepRefused: when it cannot be made.
    """
    parameters = Parameters.from_json(report.parameters)
    made = _tried(frozen.made_now, report.code, parameters)
    remarks = [(one.row, one.text, one.text_en) for one in report.remarks.order_by("row")]
    kept = frozen.kept_of(made, remarks)
    return _tried(partial(frozen.with_alongside, kept), report.code, parameters)


def shown_now(report: FrozenReport) -> tuple[Report, list[Report]]:
    """What it says now, and what stands behind it, in the active language alone: for a page.

    :raises StepRefused: when it cannot be made.
    """
    return _tried(frozen.shown_now, report.code, Parameters.from_json(report.parameters))


def rows_of(report: FrozenReport) -> list[str]:
    """The keys of its rows, to which remarks may be written: of a ranking the partners, else what heads each row.

    :raises StepRefused: when it cannot be made.
    """
    return frozen.keys_of(shown_now(report)[0])


def _tried[T](make: Callable[[str, Parameters], T], code: str, parameters: Parameters) -> T:
    """What ``make`` makes; why it cannot be made is said as a refusal."""
    try:
        return make(code, parameters)
    except KeyError as unknown:
        raise StepRefused(_("There is no such report any more."), HOUSE) from unknown
    except NotLoaded as lacking:
        words = _("What this report stands on is not loaded: %(what)s") % {"what": lacking}
        raise StepRefused(words, HOUSE) from lacking
    except frozen.NotTheSame as moving:
        raise StepRefused(_("The figures changed this very moment. Try again."), HOUSE) from moving


def _lock(report: FrozenReport, version: int | None, *, by: User) -> FrozenReport:
    if not FrozenReport.objects.visible_to(by).filter(pk=report.pk).exists():
        raise StepRefused(_("You may not see this report."), HOUSE)
    locked = FrozenReport.objects.select_for_update(no_key=True).get(pk=report.pk)
    if version is not None and locked.version != version:
        last = audit.history_of(locked).first()
        told = {"who": last.actor_name if last else "—", "status": locked.get_status_display()}
        words = _(
            "%(who)s changed this report after you opened the page; it is now: %(status)s. Look at it again."
        )
        raise StalePage(words % told, HOUSE)
    return locked


def _touch(report: FrozenReport) -> None:
    report.version += 1
    report.save(update_fields=["version"])


def _decide(
    report: FrozenReport, kind: Decision.Kind, status: FrozenReport.Status, reason: str, *, by: User
) -> FrozenReport:
    report.status = status
    report.version += 1
    report.save(update_fields=["status", "version"])
    Decision.objects.create(report=report, kind=kind, reason=reason.strip(), at=timezone.now(), by=by)
    audit.record(f"report.{kind}", report, by=by, details={"code": report.code})
    return report
