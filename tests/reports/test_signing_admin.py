"""The admin screens of signed-off reports and long exports: they show, and never write."""

from datetime import date

import pytest
from django.urls import reverse

from reports.actions.frozen import approve_report, change_remark, draft_report, submit_report
from reports.actions.jobs import ask_job
from reports.catalogue import Parameters
from reports.models import Decision, FrozenReport, Job, Remark
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(loaded):
    mei, lin = makers.mei(), makers.lin()
    report = draft_report(
        by=mei, code="T4", parameters=Parameters(date(2024, 12, 31)), today=date(2025, 3, 20)
    )
    report = change_remark(by=mei, report=report, row="113", text="回升")
    approve_report(by=lin, report=submit_report(by=mei, report=report))
    ask_job(
        by=mei, kind="cases", title="示例", parameters={"format": "csv", "query": "q=secret"}, language="en"
    )
    lin.is_staff = True
    lin.save(update_fields=["is_staff"])
    return lin


@pytest.mark.parametrize("model", [FrozenReport, Remark, Decision, Job])
def test_a_supervisor_lists_and_opens_every_row_and_changes_none(made, client_of, model):
    client, name = client_of(made), model._meta.model_name
    row = model.objects.first()

    listed = client.get(reverse(f"admin:reports_{name}_changelist"), {"q": ""})
    opened = client.get(reverse(f"admin:reports_{name}_change", args=[row.pk]))
    added = client.get(reverse(f"admin:reports_{name}_add"))
    deleted = client.post(reverse(f"admin:reports_{name}_delete", args=[row.pk]), {"post": "yes"})

    assert (listed.status_code, opened.status_code, added.status_code, deleted.status_code) == (
        200,
        200,
        403,
        403,
    )
    assert listed.context["cl"].result_count == model.objects.count()
    assert "q=secret" not in opened.content.decode()


def test_an_administrator_sees_no_report_and_how_the_exports_go(made, client_of):
    client = client_of(makers.administrator())
    counts = {
        model.__name__: client.get(reverse(f"admin:reports_{model._meta.model_name}_changelist"))
        .context["cl"]
        .result_count
        for model in (FrozenReport, Remark, Decision, Job)
    }

    assert counts == {"FrozenReport": 0, "Remark": 0, "Decision": 0, "Job": 1}
