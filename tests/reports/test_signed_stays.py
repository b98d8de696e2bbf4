"""What the database itself keeps of signed-off reports: content, decisions, remarks, and one approval each (CON-1, LOG-1)."""

import pytest
from django.db import IntegrityError, transaction

from reports.actions.frozen import approve_report, change_remark, return_report, submit_report
from reports.models import Decision, FrozenReport, Remark
from tests import makers
from tests.reports.test_frozen import approved, drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(loaded):
    return makers.mei()


@pytest.fixture
def lin():
    return makers.lin()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


def test_the_database_refuses_content_without_approval(mei):
    report = drafted(mei)

    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenReport.objects.filter(pk=report.pk).update(content="{}", digest="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenReport.objects.filter(pk=report.pk).update(status="approved")


def test_the_database_refuses_to_change_an_approved_report_and_any_decision(mei, lin):
    report = approved(mei, lin)

    for change in ({"content": "{}"}, {"digest": "0" * 64}, {"title": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FrozenReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(report=report).update(reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenReport.objects.filter(pk=report.pk).update(
            status="draft", content="", digest="", approved_at=None
        )


def test_the_database_refuses_to_remove_what_was_signed(mei, lin):
    report, draft = approved(mei, lin), drafted(mei)

    for rows in (Decision.objects.filter(report=report), FrozenReport.objects.filter(pk=report.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(rows.db)
    draft.delete()

    assert report.decisions.count() == 2


def test_the_database_keeps_one_approval_of_a_report(mei, lin, chen):
    """CON-1: whatever two supervisors do at once, and whatever the verb is asked, a report has one approval."""
    report = approved(mei, lin)

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(report=report, kind="approve", at=report.approved_at, by=chen)

    assert report.decisions.filter(kind="approve").count() == 1


def remarked(by):
    return change_remark(by=by, report=drafted(by), row="113", text="人次回升")


REMARK_CHANGES = {
    "changed": lambda report: report.remarks.update(text="改寫"),
    "removed": lambda report: report.remarks.all()._raw_delete("default"),
    "added": lambda report: Remark.objects.bulk_create([Remark(report=report, row="112", text="補寫")]),
    "taken to another report": lambda report: report.remarks.update(report=drafted(report.created_by)),
}


@pytest.mark.parametrize("change", REMARK_CHANGES.values(), ids=REMARK_CHANGES)
@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_the_database_refuses_to_change_the_remarks_of_a_signed_report(mei, lin, change, state):
    report = submit_report(by=mei, report=remarked(mei))
    if state == "approved":
        report = approve_report(by=lin, report=report)

    with pytest.raises(IntegrityError), transaction.atomic():
        change(report)

    assert [(one.row, one.text) for one in report.remarks.all()] == [("113", "人次回升")]


@pytest.mark.parametrize("change", REMARK_CHANGES.values(), ids=REMARK_CHANGES)
def test_the_remarks_of_a_report_that_nobody_signed_may_be_changed(mei, lin, change):
    report = return_report(by=lin, report=submit_report(by=mei, report=remarked(mei)), reason="請補充")

    change(report)

    assert [(one.row, one.text) for one in report.remarks.all()] != [("113", "人次回升")]


def test_a_remark_is_not_taken_into_a_signed_report(mei, lin):
    open_one, done = remarked(mei), approved(mei, lin)

    with pytest.raises(IntegrityError), transaction.atomic():
        open_one.remarks.update(report=done)

    assert (open_one.remarks.count(), done.remarks.count()) == (1, 0)
