"""AZ-8: a screen of the admin names another row only where a hidden one is left out; what nobody has spoken for fails."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from agreements.actions import attach
from agreements.models import Milestone
from tests import makers
from tracker.models import ImportBatch, User
from tracker.roles import Ministry, Role, Secrecy

OPEN = {
    "agreements.partner",
    "agreements.partnergroup",
    "reports.recommendation",
    "reports.series",
    "tracker.user",
}
"""Models of which everybody who enters the admin sees every row."""
OF_WHAT_IS_SEEN = {
    "agreements.agreementlink.earlier",
    "agreements.agreementlink.later",
    "agreements.agreementsubject.agreement",
    "agreements.milestone.agreement",
    "agreements.milestone.replaces",  # a row of the same agreement
    "agreements.progressupdate.agreement",
    "agreements.round.agreement",
    "agreements.runningclock.agreement",
    "agreements.sourcedfact.agreement",
    "cases.assistanceitem.case",
    "cases.caseevent.case",
    "cases.caselink.case",
    "cases.caselink.other",
    "cases.competition.preferred",
    "cases.competitor.case",
    "cases.extension.case",
    "cases.handoverline.agreement",
    "cases.handoverline.case",
    "cases.interval.case",
    "cases.lettercase.case",
    "cases.mention.note",
    "cases.note.case",
    "cases.person.case",
    "cases.practiceline.replaces",  # a row of the same card
    "cases.promise.case",
    "cases.requestcontents.case",
    "cases.task.case",
    "reports.decision.report",
    "reports.evidence.agreement",
    "reports.evidence.report",
    "reports.remark.report",
    "tracker.documentversion.document",
}
"""What the rows of a screen are of: it lists those only whose other end its reader may see."""


def leads(model: Any, screen: Any, request: Any) -> set[str]:
    """The fields of a screen or of a part of it that name a row of a model that is not open."""
    names = {*flatten_fieldsets(screen.get_fieldsets(request)), *getattr(screen, "list_display", ())}
    found = set()
    for name in names:
        try:
            field = model._meta.get_field(name)
        except (FieldDoesNotExist, TypeError):
            continue
        if field.is_relation and field.related_model._meta.label_lower not in OPEN:
            found.add(f"{model._meta.label_lower}.{name}")
    return found


def test_every_screen_leads_only_to_what_it_asks_about():
    """A new field fails here until its screen leaves out rows that lead to something hidden, or the field."""
    request = RequestFactory().get("/")
    request.user = User(
        role=Role.SUPERVISOR, ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED, is_staff=True
    )
    found = set()
    for model, screen in admin.site._registry.items():
        found |= leads(model, screen, request)
        for part in screen.get_inline_instances(request):
            found |= leads(part.model, part, request)

    assert found == OF_WHAT_IS_SEEN


@pytest.mark.django_db
def test_a_fact_names_no_paper_and_a_list_no_import_above_the_readers_clearance(client_of):
    lin, low = makers.lin(), makers.administrator()
    User.objects.filter(pk=low.pk).update(clearance=Secrecy.ORDINARY)
    file = makers.agreement(lin)
    upload = SimpleUploadedFile("示例.txt", "示例".encode())
    paper = attach(by=lin, agreement=file, upload=upload, title="示例密件")
    type(paper).objects.filter(pk=paper.pk).update(secrecy=Secrecy.RESTRICTED)
    makers.step(lin, file, "open_talks", date(2024, 1, 10))
    fact = Milestone.objects.get(agreement=file)
    fact.documents.add(paper)
    for by, name in ((lin, "示例甲.csv"), (low, "示例乙.csv")):
        ImportBatch.objects.create(
            kind="agreements", file_name=name, sha256=name, state="planned", created_by=by, plan=[],
            created_at=fact.recorded_at,
        )  # fmt: skip
    client = client_of(low)

    one = client.get(reverse("admin:agreements_milestone_change", args=[fact.pk]))
    batches = client.get(reverse("admin:tracker_importbatch_changelist"))

    assert (one.status_code, "示例密件" in one.text) == (200, False)
    assert ["示例甲" in batches.text, "示例乙" in batches.text] == [False, True]
