"""The list of partners and the page of one: names, groups, agreements as of a day, gaps, what upper apps add."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from agreements import panels
from agreements.filters import read_as_of
from agreements.models import ContactPoint, GroupMembership, PartnerGroup, PartnerName
from agreements.panels import Panel
from agreements.partnerpages import partner_page
from tests import makers
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db

LIST = "/partners/"
ENGLISH = {"accept-language": "en"}


def germany():
    return makers.partner("DE", is_sample=False, name_zh="德國", name_en="Germany", region="europe")


def page_of(partner, reader, **asked):
    with override("en"):
        return partner_page(partner, read_as_of(asked, today=makers.TODAY), reader=reader)


def gaps(page):
    with override("en"):
        return {str(each.subject): each.state for each in page.gaps}


@pytest.mark.parametrize("path", [LIST, "/partners/DE/"])
def test_partners_want_a_sign_in(client, path):
    germany()

    assert client.get(path).status_code == 302


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.administrator])
def test_everyone_who_is_signed_in_sees_the_partners(client_of, who):
    germany()
    client = client_of(who())

    assert "Germany" in client.get(LIST, headers=ENGLISH).text
    assert "德國" in client.get("/partners/DE/", headers={"accept-language": "zh-TW"}).text


@pytest.mark.parametrize("code", ["ZZ", "de", "DEU"])
def test_a_partner_that_does_not_exist_is_not_found(client_of, code):
    germany()

    assert client_of(makers.mei()).get(f"/partners/{code}/").status_code == 404


def test_the_list_shows_groups_and_agreements_as_of_the_day(client_of):
    mei = makers.mei()
    makers.walk(mei, "A1", start=date(2024, 1, 10), partner=germany())
    allies = PartnerGroup.objects.create(code="ally", name_zh="邦交國", name_en="Diplomatic ally")
    GroupMembership.objects.create(partner=germany(), group=allies, valid_from=PartialDate.parse("2024-02"))

    def row(day):
        response = client_of(mei).get(LIST, {"as_of": day}, headers=ENGLISH)
        [found] = response.context["page"].rows
        groups = [(str(each.membership.group), each.belonged) for each in found.groups]
        return groups, [(each.mark, each.number) for each in found.phases]

    with override("en"):
        assert row("2024-01-31") == ([], [(1, 1)])
        assert row("2024-02-15") == ([("Diplomatic ally", "possibly")], [(2, 1)])
        assert row("2024-12-31") == ([("Diplomatic ally", "yes")], [(5, 1)])


def test_the_numbers_in_the_list_lead_to_their_rows(client_of):
    mei = makers.mei()
    makers.walk(mei, "A1", start=date(2024, 1, 10), partner=germany())
    client = client_of(mei)

    [row] = client.get(LIST, {"as_of": "2024-02-15"}).context["page"].rows
    [phase] = row.phases

    assert len(client.get(phase.url).context["page"].rows) == phase.number == 1


def test_the_list_is_filtered_and_read_page_by_page(client_of, monkeypatch):
    monkeypatch.setattr("agreements.partnerpages.LIST_ROWS", 1)
    germany()
    makers.partner("PL", is_sample=False, name_en="Poland", region="europe")
    makers.partner("PW", is_sample=False, name_en="Palau", region="oceania")

    response = client_of(makers.mei()).get(LIST, {"region": "europe", "page": "2"}, headers=ENGLISH)

    assert [row.partner.code for row in response.context["page"].rows] == ["PL"]
    assert "2 partners" in response.text
    assert response.context["page"].paging.previous == "/partners/?region=europe"


def test_a_filter_that_leaves_no_partner_says_so(client_of):
    response = client_of(makers.mei()).get(LIST, {"q": "atlantis"}, headers=ENGLISH)

    assert "No partner matches these filters" in response.text


def test_the_page_tells_names_groups_contacts_agreements_and_what_happened(client_of):
    mei = makers.mei()
    file = makers.walk(
        mei, "T1", until="sign", start=date(2024, 1, 10), partner=germany(), title_en="The text"
    )
    PartnerName.objects.create(
        partner=germany(), name_zh="西德", name_en="West Germany", valid_to=PartialDate(1990)
    )
    allies = PartnerGroup.objects.create(code="friends", name_zh="理念相近", name_en="Like-minded")
    GroupMembership.objects.create(partner=germany(), group=allies)
    ContactPoint.objects.create(partner=germany(), authority="Federal Office", details="Bonn")

    response = client_of(mei).get("/partners/DE/", headers=ENGLISH)

    for words in (
        "Germany",
        "德國",
        "West Germany",
        "Like-minded",
        "Federal Office",
        "Bonn",
        "The text",
        file.number,
    ):
        assert words in response.text
    assert [event.fact.step for event in response.context["page"].events] == [
        "sign",
        "sign_first",
        "approve_text",
        "initial",
        "open_talks",
    ]


def test_an_earlier_day_shows_the_agreement_as_it_stood_and_marks_what_came_after(client_of):
    mei = makers.mei()
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=germany())

    page = page_of(germany(), mei, as_of="2024-01-25")

    assert [(each.mark, each.since.iso) for each in page.agreements] == [(1, "2024-01-20")]
    assert [event.is_later for event in page.events] == [True, True, True, False, False]


def test_what_is_not_in_force_is_stated_as_a_gap():
    mei = makers.mei()
    makers.walk(mei, "A1", partner=germany(), subjects=["civil_mla"], title_zh="民事")
    makers.walk(mei, "T1", until="sign", partner=germany(), title_zh="刑事")

    page = page_of(germany(), mei)

    assert gaps(page) == {
        "criminal matters": "pending",
        "the transfer of sentenced persons": "none",
        "extradition": "none",
    }
    assert page.nearest.mark == 5


def test_a_gap_is_not_stated_where_the_effect_is_not_known(client_of):
    lin = makers.lin()
    file = makers.walk(lin, "T1", partner=germany(), title_en="The text")
    makers.step(lin, file, "effect_in_doubt", "2025-01")

    page = page_of(germany(), lin)
    response = client_of(lin).get("/partners/DE/", headers=ENGLISH)

    assert gaps(page)["criminal matters"] == "unknown"
    assert "Whether an agreement for criminal matters is in force is not known" in response.text


def test_a_partner_without_agreements_says_what_to_do(client_of):
    germany()

    response = client_of(makers.mei()).get("/partners/DE/", headers=ENGLISH)

    assert "No agreement recorded on this day" in response.text
    assert 'href="/agreements/new/?partner=DE"' in response.text
    assert "No contact point yet" in response.text


def test_a_file_with_several_parties_stands_on_the_page_of_each():
    mei = makers.mei()
    palau = makers.partner("PW", is_sample=False)
    file = makers.agreement(mei, partner=germany(), other_partners=[palau])

    assert [each.agreement.number for each in page_of(palau, mei).agreements] == [file.number]


def test_the_stranger_sees_nothing_restricted(client_of):
    file = makers.walk(makers.mei(), "T1", until="sign", partner=germany(), secrecy=2, title_zh="密件")
    assert file.number in client_of(makers.lin()).get("/partners/DE/").text
    stranger = client_of(makers.stranger())

    hidden = stranger.get("/partners/DE/")

    assert file.number not in hidden.text
    assert "密件" not in hidden.text
    assert hidden.context["page"].events == []
    assert [row.phases for row in stranger.get(LIST).context["page"].rows] == [[]]
    assert stranger.get(LIST, {"agreements": "yes"}).context["page"].number == 0


def test_upper_apps_add_panels_that_name_only_what_the_reader_may_see(client_of, monkeypatch):
    asked = []

    def cases(partner, reader, _today):
        asked.append((partner.code, reader.username))
        return "Cases", "components/note.html", {"text": "three"}

    monkeypatch.setattr(panels, "PANELS", [cases, lambda *_: None])
    germany()

    response = client_of(makers.mei()).get("/partners/DE/", headers=ENGLISH)

    assert response.context["page"].panels == [Panel("Cases", "components/note.html", {"text": "three"})]
    assert asked == [("DE", "mei")]
    assert "<h2>Cases</h2>" in response.text


@pytest.mark.parametrize("path", [LIST, "/partners/DE/"])
def test_partners_cost_the_same_queries_with_one_agreement_and_with_three(client_of, path):
    mei = makers.mei()
    client = client_of(mei)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    makers.walk(mei, "T1", until="sign", partner=germany())
    with_one = cost()
    makers.walk(mei, "A1", partner=germany(), title_zh="二", subjects=["civil_mla"])
    makers.walk(mei, "T1", until="sign", partner=makers.partner("PW", is_sample=False))
    makers.walk(mei, "T1", until="open_talks", partner=germany(), title_zh="三")

    assert cost() == with_one <= 40
