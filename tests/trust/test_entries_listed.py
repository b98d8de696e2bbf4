"""AZ-8: which entries of the history the list of them all shows to everybody who opens it. What nobody has spoken for is closed."""

from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.urls import reverse

from agreements.actions.placeholders import record_placeholder
from reports.actions.frozen import draft_report
from reports.actions.jobs import ask_job
from reports.catalogue import Parameters
from tests import makers
from tracker import audit
from tracker.actions import record_download, save_view, store_document
from tracker.models import Entry, User
from tracker.roles import Secrecy
from tracker.search import SOURCES
from tracker.signin.actions.tries import UnknownName

pytestmark = pytest.mark.django_db
OURS = ("agreements", "cases", "reports", "tracker")
SHOWN = {
    "agreements.contactpoint",
    "agreements.groupmembership",
    "agreements.partnergroup",
    "agreements.partnername",
    "agreements.statedfigure",
    "cases.paragraph",
    "reports.controltotal",
    "reports.feed",
    "reports.figure",
    "reports.recommendation",
    "reports.series",
    "reports.weightsversion",
    "tracker.holiday",
    "tracker.setting",
    "tracker.unknownname",
    "tracker.user",
}
"""People, and what the office sets or publishes: everybody who opens the list of entries may open these as well."""
AS_SEEN = {"agreements.agreement", "agreements.partner", "cases.case"}
"""Those are shown that the reader may see."""
CLOSED = {
    *("agreements.agreementlink", "agreements.agreementsubject", "agreements.contact", "agreements.milestone"),
    *("agreements.placeholder", "agreements.progressupdate", "agreements.round", "agreements.runningclock"),
    *("agreements.sourcedfact", "cases.access", "cases.assistanceitem", "cases.caseevent", "cases.caselink"),
    *("cases.competition", "cases.competitor", "cases.disposalline", "cases.disposallist", "cases.erasure"),
    *("cases.extension", "cases.handover", "cases.handoverline", "cases.hold", "cases.interval", "cases.letter"),
    *("cases.lettercase", "cases.mention", "cases.note", "cases.numberseries", "cases.person", "cases.practiceline"),
    *("cases.promise", "cases.requestcontents", "cases.retention", "cases.retentiondefault", "cases.task"),
    *("reports.decision", "reports.digestsent", "reports.evidence", "reports.frozenreport", "reports.job"),
    *("reports.recommendationevent", "reports.remark", "tracker.checkup", "tracker.document"),
    *("tracker.documentversion", "tracker.draft", "tracker.entry", "tracker.factorreset", "tracker.formerpassword"),
    *("tracker.importbatch", "tracker.keptform", "tracker.listlook", "tracker.look", "tracker.lookedat"),
    *("tracker.lowering", "tracker.savedview", "tracker.searchentry", "tracker.session", "tracker.submission"),
    "tracker.substitution",
}  # fmt: skip
"""The rest: they belong to something that may be hidden, or to one person, or nothing is ever told of them."""


class Told:
    """Something of a kind, with a title that may be secret; there need not be such a row."""

    pk = 2**31 - 7

    def __init__(self, kind: type[Model] | type[UnknownName]) -> None:
        self._meta = kind._meta

    def __str__(self) -> str:
        return "示例名稱"


def kinds() -> dict[str, Any]:
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return {kind._meta.label_lower: kind for kind in (*models, UnknownName)}


def listed(client: Any) -> list[str]:
    rows = client.get(reverse("admin:tracker_entry_changelist"), {"all": ""}).context["cl"].result_list
    return [f"{row.about_model} {row.about_text}" for row in rows]


def uncleared() -> list[User]:
    """Those who open the list and are cleared for nothing."""
    people = [makers.administrator(), makers.lin(), makers.justice_supervisor()]
    User.objects.update(clearance=Secrecy.ORDINARY, is_staff=True)
    return people


def test_every_model_is_spoken_for():
    """A new model fails here until somebody says whether the list of all entries may name its rows to everybody."""
    assert set(kinds()) == SHOWN | AS_SEEN | CLOSED
    assert len(kinds()) == len(SHOWN) + len(AS_SEEN) + len(CLOSED)
    assert {source.model for source in SOURCES} == AS_SEEN


def test_the_list_shows_entries_about_those_models_and_about_no_others(client_of):
    people = uncleared()
    with transaction.atomic():
        for kind in kinds().values():
            audit.record("reference.change", Told(kind), by=None)

    for person in people:
        seen = {row.split()[0] for row in listed(client_of(person)) if row.endswith("示例名稱")}

        assert seen == SHOWN, person


def test_place_holders_papers_views_reports_and_exports_are_named_to_nobody_who_may_not_see_them(client_of):
    mei = makers.mei()
    hidden = makers.agreement(mei, secrecy=Secrecy.RESTRICTED)
    upload = SimpleUploadedFile("示例.txt", "示例".encode())
    paper = store_document(by=mei, about=hidden, upload=upload, title="示例密件", secrecy=Secrecy.RESTRICTED)
    record_download(by=mei, version=paper.versions.get())
    record_placeholder(by=mei, code_name="示例代號", kept_where="示例櫃", today=makers.TODAY)
    save_view(by=mei, place="cases", name="示例清單", query="")
    draft = draft_report(by=mei, code="A03", parameters=Parameters(makers.TODAY), today=makers.TODAY)
    asked = {"format": "csv", "query": ""}
    ask_job(by=mei, kind="cases", title="示例匯出", parameters=asked, language="en")
    secret = {"示例密件", "示例代號", "示例清單", str(draft), "示例匯出", hidden.number}
    told = "\n".join(Entry.objects.values_list("about_text", flat=True))
    assert [word for word in secret if word not in told] == []

    for person in uncleared():
        page = "\n".join(listed(client_of(person)))

        assert [word for word in secret if word in page] == []
