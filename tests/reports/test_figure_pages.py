"""The pages of the series: what they show, who corrects, and the books of an earlier day."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.actions import correct_figure
from reports.models import Figure
from tests import makers

LIST, HELP = "/reports/figures/", "/reports/figures/help_seeking/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def thailand(loaded):
    return Figure.objects.get(partner__code="TH", year=2024, series__code="help_seeking")


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_everybody_who_signs_in_reads_the_series(thailand, client_of, language):
    client = client_of(makers.auditor())
    headers = {"accept-language": language}

    pages = [client.get(url, headers=headers) for url in (LIST, HELP, "/reports/figures/drug_seizures/")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "1,118" in pages[1].text
    assert "175,355" in pages[2].text
    assert "/correct/" not in pages[1].text
    assert client.get("/reports/figures/none/").status_code == 404


def test_a_supervisor_corrects_a_figure_and_the_page_tells_both(thailand, client_of):
    client, url = client_of(makers.lin()), f"{HELP}{thailand.pk}/correct/"
    sent = {"key": str(uuid.uuid4()), "value": "420", "reason": "示例更正"}

    assert f"{thailand.pk}/correct/" in client.get(HELP, headers=ENGLISH).text
    assert client.post(url, sent | {"reason": ""}, headers=ENGLISH).status_code == 200
    answers = [client.post(url, sent, headers=ENGLISH) for _time in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, HELP), (302, HELP)]
    page = client.get(HELP, headers=ENGLISH).text
    assert "1,125" in page
    assert "示例更正" in page
    assert "does not agree" in page


def test_a_supervisor_withdraws_a_figure(thailand, client_of):
    client = client_of(makers.justice_supervisor())
    sent = {"key": str(uuid.uuid4()), "reason": "示例"}

    assert client.post(f"{HELP}{thailand.pk}/withdraw/", sent).status_code == 302
    assert not Figure.objects.known().filter(pk=thailand.pk).exists()


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.stranger])
def test_others_neither_correct_nor_withdraw(thailand, client_of, who):
    client = client_of(who())

    for act in ("correct", "withdraw"):
        assert client.get(f"{HELP}{thailand.pk}/{act}/").status_code == 403
        assert client.post(f"{HELP}{thailand.pk}/{act}/", {"reason": "x", "value": "1"}).status_code == 403


def test_the_table_is_a_file_of_each_kind(thailand, client_of):
    client = client_of(makers.mei())

    for form in ("csv", "xlsx", "ods"):
        answer = client.get(f"{HELP}as/{form}/")
        assert (answer.status_code, bool(b"".join(answer.streaming_content))) == (200, True)
    text = b"".join(client.get(f"{HELP}as/csv/", headers=ENGLISH).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[-1] == '"Total",3507,1675,919,645,182,86'
    assert client.get(f"{HELP}as/doc/").status_code == 404


def test_the_page_takes_as_many_statements_after_three_corrections_as_after_one(thailand, client_of):
    lin = makers.lin()
    client = client_of(lin)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(HELP).status_code == 200
        return len(captured)

    def correct(figure, value):
        return correct_figure(by=lin, figure=figure, value=value, is_outlier=False, note="", reason="x")

    one = correct(thailand, 420)
    statements()
    before = statements()
    correct(correct(one, 421), 422)

    assert statements() == before
