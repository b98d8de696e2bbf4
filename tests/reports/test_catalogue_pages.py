"""The catalogue: every report on a page of its own, its parameters in the address, and the same rows in every file."""

import io
import json
import re

import pytest
from django.urls import reverse

from reports.catalogue import REPORTS
from reports.models import FrozenReport
from tests import makers
from tests.pdfreader import read_pdf
from tracker.paper import NotPrinted
from tracker.roles import Secrecy
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
AS_OF = "?as_of=2024-12-31"


@pytest.fixture
def mei(loaded):
    return makers.mei()


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_catalogue_lists_every_report_with_its_code_title_and_sentence(client_of, mei):
    page = client_of(mei).get(reverse("reports:all"), **ENGLISH).content.decode()

    for entry in REPORTS.values():
        assert f"<code>{entry.code}</code>" in page
        assert reverse("reports:report", args=[entry.code]) in page


def test_every_report_of_the_catalogue_opens_for_those_who_read_cases(client_of, mei):
    for person in (mei, makers.jun(), makers.lin(), makers.auditor(), makers.stranger()):
        client = client_of(person)
        for code in REPORTS:
            assert client.get(reverse("reports:report", args=[code])).status_code == 200, (person, code)


def test_an_administrator_reads_no_report(client_of, loaded):
    client = client_of(makers.administrator())

    for address in ("/reports/all/", "/reports/all/T4/", "/reports/all/T4/as/json/", "/reports/frozen/"):
        assert client.get(address).status_code == 403


def test_the_page_shows_the_table_of_the_day_in_the_address_with_a_picture_of_its_totals(client_of, mei):
    page = client_of(mei).get(f"/reports/all/T4/{AS_OF}", **ENGLISH).content.decode()

    assert "3,507" in page
    assert re.findall(r'<text class="tx"[^>]*>([\d,]+)</text>', page) == ["1,678", "711", "1,118"]
    assert "/reports/all/T4/as/pdf/?as_of=2024-12-31" in page


def test_a_page_asks_only_what_its_report_takes(client_of, mei):
    page = client_of(mei).get("/reports/all/T4/", **ENGLISH)

    assert list(page.context["asked"].fields) == ["as_of", "known_on", "with_samples"]


def test_a_day_that_cannot_be_read_is_told_of_and_the_rest_is_shown(client_of, mei):
    page = client_of(mei).get("/reports/all/T4/?as_of=yesterday&known_on=2999-01-01", **ENGLISH)

    assert page.status_code == 200
    assert set(page.context["asked"].errors) == {"as_of", "known_on"}
    assert page.context["table"] is not None


def test_a_report_that_does_not_exist_is_not_found_and_neither_is_a_file_of_another_kind(client_of, mei):
    client = client_of(mei)

    assert client.get("/reports/all/T99/").status_code == 404
    assert client.get("/reports/all/T4/as/exe/").status_code == 404


def test_a_report_without_its_figures_says_so(client_of, db):
    page = client_of(makers.mei()).get("/reports/all/T4/", **ENGLISH)

    assert page.context["lacking"] == "What this report stands on has not been loaded yet."
    assert "not been loaded" in page.content.decode()


def test_the_file_of_a_page_holds_its_rows_in_every_form(client_of, mei):
    client = client_of(mei)
    told = {
        form: client.get(f"/reports/all/T4/as/{form}/{AS_OF}", **ENGLISH)
        for form in ("json", "csv", "xlsx", "ods", "pdf")
    }
    data = {form: body(response) for form, response in told.items()}

    parsed = json.loads(data["json"])
    assert (parsed["code"], parsed["totals"]) == ("T4", ["total", 3507, 1675, 919, 645, 182])
    assert read_pdf(data["pdf"]).text.count("3,507") == 1
    for form in ("csv", "xlsx", "ods"):
        sheet = read_rows(io.BytesIO(data[form]), f"a.{form}")
        assert [row[1]["Total"] for row in sheet.rows] == ["1678", "711", "1118", "3507"]
        assert [row[1]["Others, not listed"] for row in sheet.rows] == ["47", "24", "15", "86"]
    assert told["xlsx"]["Content-Disposition"].endswith("T4-20241231.xlsx")


def test_drafting_from_a_page_keeps_its_parameters_once_however_often_it_is_sent(client_of, mei):
    client = client_of(mei)
    key = client.get(f"/reports/all/T4/{AS_OF}").context["form"]["key"].value()
    sent = {"key": str(key), "due_on_0": "", "due_on_1": "", "due_on_2": ""}

    first = client.post(f"/reports/all/T4/{AS_OF}", sent)
    second = client.post(f"/reports/all/T4/{AS_OF}", sent)

    report = FrozenReport.objects.get()
    assert (first.url, second.url) == (report.get_absolute_url(),) * 2
    assert report.parameters == {"as_of": "2024-12-31"}


def test_who_may_not_draft_is_offered_no_draft_and_gets_none(client_of, loaded):
    for person in (
        makers.auditor(),
        makers.stranger(),
        makers.person("internal", ministry="justice", clearance=Secrecy.INTERNAL),
    ):
        client = client_of(person)
        page = client.get("/reports/all/T4/")
        sent = client.post("/reports/all/T4/", {"key": str(page.context["form"]["key"].value())})
        assert (page.context["may_draft"], sent.status_code) == (False, 200)

    assert FrozenReport.objects.count() == 0


def test_a_report_too_long_for_a_pdf_leads_back_to_its_page_which_says_so(client_of, mei, monkeypatch):
    def never(*_given, **_named):
        raise NotPrinted("the PDF was not set in time")

    monkeypatch.setattr("reports.serving.pdf_of_report", never)

    page = client_of(mei).get(f"/reports/all/T4/as/pdf/{AS_OF}", follow=True, **ENGLISH)

    assert page.redirect_chain == [(f"/reports/all/T4/{AS_OF}", 302)]
    assert "too long for a PDF" in page.content.decode()
