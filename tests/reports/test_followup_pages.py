"""The pages of the audit follow-up: the register, one recommendation, its forms, and who is let in."""

import pytest
from django.test import Client
from django.utils import timezone

from agreements.models import Agreement
from reports.actions import load_recommendations
from reports.models import Recommendation
from tests import makers
from tracker.paper import NotPrinted
from tracker.roles import Secrecy


@pytest.fixture
def found(db):
    load_recommendations(by=None)
    return Recommendation.objects.get(code="113-01")


def signed_in(person, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


def form_of(client, address):
    return client.get(address).context["form"]


def sent(client, address, **typed):
    form = form_of(client, address)
    hidden = {"key": form["key"].value(), "version": form["version"].value() or ""}
    return client.post(address, hidden | typed)


def test_the_register_shows_both_cycles_with_their_three_steps(found):
    page = signed_in(makers.auditor()).get("/reports/followup/")

    rows = page.context["rows"]
    assert [row.recommendation.code for row in rows] == ["113-01", "112-01"]
    assert [[step.is_done for step in row.steps] for row in rows] == [[True, True, False], [True] * 3]
    assert "day not known" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_takes_the_same_queries_for_one_recommendation_and_for_three(
    rows, db, django_assert_num_queries
):
    for number in range(1, rows + 1):
        Recommendation.objects.create(
            code=f"11{number}-01",
            fiscal_year=2020 + number,
            title="示例",
            text="示例",
            source="示例",
            ministry="justice",
            created_at=timezone.now(),
        )
    client = signed_in(makers.mei())

    with django_assert_num_queries(5):
        client.get("/reports/followup/")


def test_the_ministry_that_answers_adds_an_act_once(found):
    client = signed_in(makers.mei())
    address = "/reports/followup/113-01/act/"
    form = form_of(client, address)
    typed = {"key": form["key"].value(), "version": 1, "kind": "answer", "text": "示例補充回復"}

    answers = [client.post(address, typed) for _ in range(2)]

    assert [answer.url for answer in answers] == ["/reports/followup/113-01/"] * 2
    assert found.events.filter(text="示例補充回復").count() == 1


def test_what_was_typed_comes_back_with_the_refusal(found):
    answer = sent(
        signed_in(makers.mei()),
        "/reports/followup/113-01/act/",
        kind="answer",
        text="示例",
        happened_year="150",
    )

    assert answer.status_code == 200
    assert (answer.context["form"]["text"].value(), found.events.count()) == ("示例", 2)


def test_a_stale_page_says_so_and_may_be_sent_again(found):
    client = signed_in(makers.mei())
    stale = form_of(client, "/reports/followup/113-01/days/")["key"].value()
    sent(client, "/reports/followup/113-01/done/", text="示例會談")

    answer = client.post("/reports/followup/113-01/days/", {"key": stale, "version": 1, "due_on": "114.3.26"})

    assert "after you opened the page" in answer.content.decode()
    assert answer.context["form"]["version"].value() == "2"


def test_what_was_done_is_shown_and_withdrawn_with_a_reason(found):
    client = signed_in(makers.mei())
    sent(client, "/reports/followup/113-01/done/", text="示例會談", happened_year="114", happened_month="3")
    row = found.evidence.get(text="示例會談")

    sent(client, f"/reports/followup/113-01/done/{row.pk}/", reason="重複")

    page = client.get("/reports/followup/113-01/").content.decode()
    assert "<s>示例會談</s>" in page
    assert "重複" in page


@pytest.mark.parametrize("place", ["act/", "done/", "days/"])
@pytest.mark.parametrize("who", [makers.jun, makers.auditor, makers.administrator])
def test_nobody_else_opens_the_forms(found, place, who):
    assert signed_in(who()).get(f"/reports/followup/113-01/{place}").status_code == 403


def test_a_supervisor_enters_a_recommendation_and_an_officer_may_not(db):
    client = signed_in(makers.lin())

    answer = sent(
        client,
        "/reports/followup/new/",
        code="114-03",
        title="示例建議",
        text="示例內容",
        source="示例",
        due_on="115.3.31",
    )

    made = Recommendation.objects.get(code="114-03")
    assert (answer.url, made.fiscal_year, made.state) == ("/reports/followup/114-03/", 2025, "asked")
    assert signed_in(makers.mei()).get("/reports/followup/new/").status_code == 403


def test_a_code_that_is_taken_or_misspelt_is_answered_with_a_sentence(found):
    client = signed_in(makers.lin())

    taken = sent(client, "/reports/followup/new/", code="113-01", title="x", text="x", source="x")
    misspelt = sent(client, "/reports/followup/new/", code="113/1", title="x", text="x", source="x")

    assert "already a recommendation 113-01" in taken.content.decode()
    assert "two digits" in misspelt.content.decode()


def test_a_hidden_agreement_is_not_named_beside_what_was_done(found):
    lin = makers.lin()
    agreement = makers.walk(lin, "T1", until="sign")
    Agreement.objects.filter(pk=agreement.pk).update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    row = found.evidence.create(text="密件協定", agreement=agreement, recorded_at=timezone.now())

    pages = [
        signed_in(reader).get("/reports/followup/113-01/").content.decode()
        for reader in (lin, makers.stranger())
    ]

    assert [row.text in page for page in pages] == [True, False]


def test_a_pack_that_cannot_be_printed_is_answered_with_a_sentence(found, client_of, monkeypatch):
    def never(*_given, **_named):
        raise NotPrinted("the PDF was not set (1)")

    monkeypatch.setattr("reports.answers.pack.pdf_of", never)

    page = client_of(makers.mei()).post(
        "/reports/followup/113-01/pack/", {"as_of": "2024-12-31"}, headers={"accept-language": "en"}
    )

    assert (page.status_code, "cannot be printed" in page.content.decode()) == (200, True)
