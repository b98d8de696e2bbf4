"""The pages of signed-off reports: signing on them, who may, and what they show before and after approval."""

import hashlib
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.actions.frozen import approve_report, change_remark, draft_report, submit_report
from reports.catalogue import Parameters
from reports.guards import install_guards, remove_guards
from reports.models import ControlTotal, Figure, FrozenReport, Series
from tests import makers
from tests.reports.test_frozen import correct
from tracker.models import Document, Entry

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def mei(loaded):
    return makers.mei()


@pytest.fixture
def lin():
    return makers.lin()


@pytest.fixture
def waiting(mei):
    parameters = Parameters(date(2024, 12, 31))
    return submit_report(
        by=mei, report=draft_report(by=mei, code="T4", parameters=parameters, today=date(2025, 3, 20))
    )


def act(client, report, name, **fields):
    form = client.get(report.get_absolute_url()).context["form"]
    sent = {"key": str(form["key"].value()), "version": str(form["version"].value()), "act": name} | fields
    return client.post(reverse("reports:frozen_act", args=[report.pk]), sent, **ENGLISH)


def test_a_supervisor_approves_on_the_page_and_a_second_click_changes_nothing(client_of, waiting, lin):
    client = client_of(lin)
    form = client.get(waiting.get_absolute_url()).context["form"]
    sent = {
        "key": str(form["key"].value()),
        "version": str(form["version"].value()),
        "act": "approve",
        "reason": "可",
    }
    address = reverse("reports:frozen_act", args=[waiting.pk])

    answers = [client.post(address, sent).url for _click in range(2)]

    waiting.refresh_from_db()
    assert answers == [waiting.get_absolute_url()] * 2
    assert (waiting.status, waiting.decisions.filter(kind="approve").count()) == ("approved", 1)
    assert Entry.objects.filter(verb="report.approve").count() == 1


def test_the_drafter_is_offered_no_approval_and_is_refused_one(client_of, waiting, mei):
    client = client_of(mei)
    page = client.get(waiting.get_absolute_url(), **ENGLISH)

    answer = act(client, waiting, "approve")

    waiting.refresh_from_db()
    assert 'value="approve"' not in page.content.decode()
    assert "A supervisor who did not draft it approves" in answer.content.decode()
    assert waiting.status == "submitted"


def test_sending_back_without_a_reason_is_refused_on_the_page(client_of, waiting, lin):
    client = client_of(lin)

    refused = act(client, waiting, "return")
    sent = act(client, waiting, "return", reason="請補充")

    waiting.refresh_from_db()
    assert "Say what is to be changed." in refused.content.decode()
    assert (sent.status_code, waiting.status) == (302, "returned")
    assert "請補充" in client.get(waiting.get_absolute_url()).content.decode()


def test_a_stale_page_is_told_what_changed_and_then_may_sign(client_of, waiting, lin):
    client = client_of(lin)
    form = client.get(waiting.get_absolute_url()).context["form"]
    sent = {"key": str(form["key"].value()), "version": str(form["version"].value()), "act": "approve"}
    act(client_of(makers.justice_supervisor()), waiting, "review")

    refused = client.post(reverse("reports:frozen_act", args=[waiting.pk]), sent, **ENGLISH)

    assert "Chen changed this report after you opened the page" in refused.content.decode()
    assert refused.context["form"]["version"].value() == str(waiting.version + 1)


@pytest.mark.parametrize(
    ("who", "status"),
    [(makers.jun, 200), (makers.auditor, 404), (makers.stranger, 404), (makers.administrator, 403)],
)
def test_a_waiting_report_is_seen_by_those_who_may_sign(client_of, waiting, who, status):
    client = client_of(who())

    answers = {
        client.get(waiting.get_absolute_url()).status_code,
        client.get("/reports/frozen/999/").status_code,
    }
    listed = client.get("/reports/frozen/")

    assert answers == ({200, 404} if status == 200 else {status})
    if status == 404:
        assert waiting.title not in listed.content.decode()


@pytest.fixture
def approved(waiting, lin):
    return approve_report(by=lin, report=waiting)


def test_the_download_is_the_frozen_bytes_whose_digest_the_page_shows(client_of, approved):
    client = client_of(makers.auditor())

    page = client.get(approved.get_absolute_url()).content.decode()
    data = client.get(reverse("reports:frozen_content", args=[approved.pk])).content

    assert hashlib.sha256(data).hexdigest() == approved.digest
    assert approved.digest in page
    assert data == approved.content.encode()


def test_after_a_correction_the_page_shows_the_frozen_rows_and_on_request_the_difference_in_words(
    client_of, approved, mei
):
    correct(2024, "TH", "414")
    client = client_of(mei)

    opened = client.get(approved.get_absolute_url(), **ENGLISH).content.decode()
    compared = client.get(f"{approved.get_absolute_url()}?now=1", **ENGLISH).content.decode()

    difference = "2024 (ROC 113), Thailand: was 413, now 414"
    assert (difference in opened, difference in compared) == (False, True)
    assert 'href="?now=1#now-h"' in opened
    for page in (opened, compared):
        assert ">413<" in page
        assert ">414<" not in page


def test_an_approved_report_is_read_and_not_made_unless_a_comparison_is_asked(client_of, approved, mei):
    """Without its figures it cannot be made: the page, its bytes and its papers do not need them."""
    digest = hashlib.sha256(
        client_of(mei).get(reverse("reports:frozen_content", args=[approved.pk])).content
    ).hexdigest()
    ControlTotal.objects.all().delete()
    Figure.objects.all().delete()
    Series.objects.all().delete()
    client = client_of(makers.auditor())

    opened = client.get(approved.get_absolute_url(), **ENGLISH).content.decode()
    compared = client.get(f"{approved.get_absolute_url()}?now=1", **ENGLISH).content.decode()
    data = client.get(reverse("reports:frozen_content", args=[approved.pk])).content

    lacking = "What this report stands on is not loaded"
    assert (lacking in opened, lacking in compared) == (False, True)
    assert ">413<" in opened
    assert ">413<" in compared
    assert hashlib.sha256(data).hexdigest() == approved.digest == digest


def test_opening_an_approved_report_asks_nothing_of_the_figures(client_of, approved, mei):
    client = client_of(mei)
    with CaptureQueriesContext(connection) as opened:
        client.get(approved.get_absolute_url())
    with CaptureQueriesContext(connection) as compared:
        client.get(f"{approved.get_absolute_url()}?now=1")

    asked = [
        any('FROM "reports_figure"' in query["sql"] for query in found.captured_queries)
        for found in (opened, compared)
    ]
    assert asked == [False, True]


def test_the_papers_of_an_approved_report_open_for_its_readers_only(client_of, approved):
    documents = list(Document.objects.about(approved))
    address = [reverse("document", args=[document.pk, 1]) for document in documents]

    reader, stranger = client_of(makers.auditor()), client_of(makers.stranger())

    answers = [reader.get(one) for one in address]
    read = {answer.status_code for answer in answers}
    assert all(b"".join(answer.streaming_content) for answer in answers)
    hidden = {stranger.get(one).status_code for one in address}

    assert (len(address), read, hidden) == (4, {200}, {404})


def test_the_papers_of_an_approved_report_are_closed_to_administrators(client_of, approved):
    """AZ-17: without the check they open to whoever is cleared for papers so secret."""
    paper = Document.objects.about(approved).first()

    answer = client_of(makers.administrator()).get(reverse("document", args=[paper.pk, 1]))

    assert answer.status_code == 404


def test_a_remark_is_written_on_a_page_of_its_own_until_the_report_is_submitted(client_of, mei, lin):
    report = draft_report(
        by=mei, code="T4", parameters=Parameters(date(2024, 12, 31)), today=date(2025, 3, 20)
    )
    client, address = client_of(mei), reverse("reports:remark", args=[report.pk])
    form = client.get(f"{address}?row=113").context["form"]
    sent = {"key": str(form["key"].value()), "version": "1", "row": "113", "text": "人次回升", "text_en": ""}

    answer = client.post(address, sent)

    assert answer.url == report.get_absolute_url()
    assert "人次回升" in client.get(report.get_absolute_url()).content.decode()
    assert client_of(lin).get(address).status_code == 403
    assert client_of(makers.auditor()).get(address).status_code == 404


def test_there_is_no_frozen_content_before_approval(client_of, waiting, lin):
    assert client_of(lin).get(reverse("reports:frozen_content", args=[waiting.pk])).status_code == 403


def test_the_list_takes_as_many_statements_for_three_reports_as_for_one(
    client_of, waiting, lin, mei, django_assert_max_num_queries
):
    client = client_of(lin)
    client.get("/reports/frozen/")
    with django_assert_max_num_queries(50) as one:
        client.get("/reports/frozen/")
    for _more in range(2):
        report = draft_report(
            by=mei, code="T5", parameters=Parameters(date(2024, 12, 31)), today=date(2025, 3, 20)
        )
        submit_report(by=mei, report=report)
    with django_assert_max_num_queries(50) as three:
        client.get("/reports/frozen/")

    assert FrozenReport.objects.waiting().count() == 3
    assert len(three) == len(one)


def test_the_priority_page_leads_to_the_report_that_waits_with_its_very_parameters(client_of, mei, lin):
    given = {"code": "P01", "today": date(2025, 3, 20)}
    same, other = (
        draft_report(by=mei, parameters=Parameters(day), **given)
        for day in (date(2024, 12, 31), date(2023, 12, 31))
    )
    for report in (same, other):
        submit_report(by=mei, report=report)

    page = client_of(lin).get("/reports/?as_of=2024-12-31", **ENGLISH)

    assert [one.report.pk for one in page.context["signoff"].waiting] == [same.pk]
    assert f'href="{same.get_absolute_url()}#sign"' in page.content.decode()
    assert "Approve or send back" in page.content.decode()


def test_a_remark_stands_on_the_priority_page_for_its_subject_and_for_those_who_may_see_its_report(
    client_of, mei, lin
):
    asked = {"code": "P01", "today": date(2025, 3, 20)}
    for subject, words in (("", "示例建議"), ("extradition", "引渡建議")):
        given = Parameters(date(2024, 12, 31), subject=subject)
        change_remark(by=mei, report=draft_report(by=mei, parameters=given, **asked), row="TH", text=words)

    seen = {
        person.username: [
            row.remark
            for row in client_of(person).get("/reports/?as_of=2024-12-31").context["page"].rows
            if row.partner.code == "TH"
        ]
        for person in (lin, makers.auditor())
    }

    assert seen == {"lin": ["示例建議"], "auditor": [""]}


def test_the_remarks_of_an_approved_report_are_those_that_were_approved(client_of, mei, lin):
    asked = {"code": "P01", "today": date(2025, 3, 20)}
    report = draft_report(by=mei, parameters=Parameters(date(2024, 12, 31)), **asked)
    change_remark(by=mei, report=report, row="TH", text="核定之建議")
    approve_report(by=lin, report=submit_report(by=mei, report=report))
    remove_guards(connection)
    try:
        report.remarks.update(text="事後改寫")
    finally:
        install_guards(connection)

    page = client_of(lin).get(report.get_absolute_url()).content.decode()

    assert ("核定之建議" in page, "事後改寫" in page) == (True, False)
