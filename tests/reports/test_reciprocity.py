"""The reciprocity ledger: its sentences, its order, its pages, its panel."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agreements.panels import panels_of
from cases.models import Case
from reports.casework.outcomes import Outcome
from reports.catalogue import Parameters
from reports.catalogue.casework.ledger import balances_of
from reports.ledgerpage import ledger_page, partner_ledger
from reports.reciprocity import Balance, Fate, Order, Side, ordered, sentence, time_words, together
from tests import makers
from tests.reports.casework import UNTIL, answered, drawn, incoming, listed, met, outgoing, report, rows
from tracker.roles import Secrecy

D = date
LEDGER = "/reports/reciprocity/"
ASKED = "?as_of=2026-06-30&with_samples=on"


def side(completed: int, still_open: int, days: int = 100) -> Side:
    day = D(2025, 1, 1)
    return Side({Outcome.FULL: Fate(completed, day), None: Fate(still_open, day)}, {days: completed})


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def jun(db):
    return makers.jun()


@pytest.fixture
def partner(db):
    return makers.partner("XA")


@pytest.fixture
def hand_made(jun, partner):
    """Five of ours, two of them answered after 100 and 200 days; one of theirs, met after 31; one that never left."""
    for replied in (D(2025, 4, 11), D(2025, 7, 20)):
        outgoing(jun, partner, D(2024, 12, 20), *answered(D(2025, 1, 1), replied, D(2025, 8, 1)))
    for number in (3, 4, 5):
        outgoing(
            jun, partner, D(2025, 2, number), *answered(D(2025, 3, number), D(2026, 1, 1), D(2026, 1, 1))[:4]
        )
    outgoing(jun, partner, D(2025, 2, 1))
    incoming(jun, partner, D(2026, 1, 1), *met(D(2026, 2, 1), D(2026, 2, 3)))
    return partner


def test_both_sides_stand_in_one_sentence():
    assert sentence(Balance(side(4, 6, 426), side(92, 8, 91))) == (
        "They completed 40 % of our 10 requests in a median of 14 months; "
        "we completed 92 % of their 100 requests in a median of 3 months."
    )


def test_of_fewer_than_five_requests_no_percentage_is_told():
    assert sentence(Balance(side(1, 3), Side())) == (
        "We sent them 4 requests, too few for a percentage, of which they completed 1; they asked us for nothing."
    )
    assert sentence(Balance(Side(), side(0, 1))) == (
        "We asked them for nothing; "
        "they sent us 1 request, too few for a percentage, of which we completed 0."
    )
    assert "%" not in sentence(Balance(side(4, 0), side(0, 4)))


def test_the_sentence_is_told_in_chinese_too():
    with translation.override("zh-hant"):
        assert "14" in sentence(Balance(side(4, 6, 426), side(92, 8, 91)))


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (59, "59 days"), (60, "2 months"), (426, "14 months")]
)
def test_a_time_is_told_in_days_below_sixty_and_in_months_above(days, words):
    assert time_words(days) == words


def test_the_most_lopsided_stand_first_and_those_of_whom_it_cannot_be_said_last():
    balances = {
        "XA": Balance(side(5, 5), side(5, 5)),
        "XB": Balance(side(1, 9), side(9, 1)),
        "XC": Balance(side(1, 2), side(90, 0)),
    }

    assert ordered(balances, Order.IMBALANCE) == ["XB", "XA", "XC"]
    assert ordered(balances, Order.NUMBER) == ["XC", "XA", "XB"]


def test_sides_are_added_with_the_oldest_of_both():
    early, late = Side({None: Fate(1, D(2024, 1, 1))}), Side({None: Fate(2, D(2025, 1, 1))}, {7: 1})

    whole = together([Balance(ours=late), Balance(ours=early)]).ours

    assert (whole.fates, whole.answered_in) == ({None: Fate(3, D(2024, 1, 1))}, {7: 1})


def test_the_ledger_counts_requests_from_the_day_on_which_they_were_made(hand_made):
    assert rows(report("S09")) == [
        {"partner": "XA", "direction": "out", "sent": 5, "completed": 2, "part": 0, "refused": 0, "withdrawn": 0,
         "otherwise": 0, "pending": 3, "share": 0.4, "median": 150, "oldest_open": "2025-03-03"},
        {"partner": "XA", "direction": "in", "sent": 1, "completed": 1, "part": 0, "refused": 0, "withdrawn": 0,
         "otherwise": 0, "pending": 0, "share": None, "median": 31, "oldest_open": None},
    ]  # fmt: skip
    assert [row["sent"] for row in rows(report("S09", since=D(2025, 2, 1)))] == [3, 1]
    assert [row["pending"] for row in rows(report("S09", as_of=D(2025, 7, 31)))] == [5]


def test_a_request_that_was_sent_again_after_a_refusal_is_one_request_of_its_first_day(jun, partner):
    first = answered(D(2025, 1, 1), D(2025, 2, 1), D(2025, 3, 1))[:7]
    again = [
        (name, D(2025, 5, 1))
        for name in ("new_request", "review", "send_to_foreign_affairs", "hand_to_mission")
    ]
    outgoing(jun, partner, D(2024, 12, 1), *first, ("refused_abroad", D(2025, 3, 1)), *again)

    found = rows(report("S09"))

    assert [(row["sent"], row["pending"], row["oldest_open"]) for row in found] == [(1, 1, "2025-01-01")]
    assert [row["sent"] for row in rows(report("S09", since=D(2025, 4, 1)))] == []


def test_the_pages_of_the_ledger_tell_the_sentence_the_rows_and_the_form(hand_made, jun, client):
    client.force_login(jun)

    every = client.get(LEDGER + ASKED)
    one = client.get(LEDGER + "XA/" + ASKED)

    words = "They completed 40 % of our 5 requests in a median of 5 months"
    assert (every.status_code, one.status_code) == (200, 200)
    for answer in (every, one):
        assert words in answer.text
        assert "2025-03-03" in answer.text or "3 Mar 2025" in answer.text
    assert "/reports/reciprocity/XA/?as_of=2026-06-30&amp;with_samples=1" in every.text
    assert "Obtain evidence" in one.text
    assert 'class="chart"' in one.text
    assert client.get(LEDGER + "ZZ/").status_code == 404


def test_the_ledger_is_empty_without_the_samples_and_says_so(hand_made, jun, client):
    client.force_login(jun)

    assert "No requests in this time" in client.get(LEDGER + "?as_of=2026-06-30").text


def test_the_period_and_the_order_live_in_the_address(hand_made, jun, client):
    client.force_login(jun)

    answer = client.get(LEDGER + ASKED + "&since=2025-02-01&order=number")

    assert answer.context["page"].span.since == D(2025, 2, 1)
    assert answer.context["form"].order == Order.NUMBER
    assert answer.context["page"].rows[0].sentence.startswith("We sent them 3 requests")


@pytest.mark.parametrize("address", [LEDGER, LEDGER + "XA/"])
def test_who_reads_no_cases_is_turned_away(hand_made, address, client):
    client.force_login(makers.administrator())

    assert client.get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_stranger_counts_only_what_he_may_see(hand_made, jun):
    Case.objects.filter(direction="out").update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    asked = Parameters(UNTIL, with_samples=True)

    assert balances_of(asked, jun)["XA"].number == 6
    assert balances_of(asked, makers.mei())["XA"].number == 6
    assert balances_of(asked, makers.stranger())["XA"].number == 1


def test_every_figure_of_the_pages_leads_to_its_cases(jun):
    drawn(jun, 60)
    asked, leading = Parameters(UNTIL, with_samples=True), 0

    page = ledger_page(asked, Order.IMBALANCE, reader=jun)
    one = partner_ledger(makers.partner("XB"), asked, reader=jun)

    for row in (*page.rows, *one.years, one.whole):
        for part in row.sides:
            for cell in part.cells:
                if cell.url:
                    leading += 1
                    assert str(listed(cell.url, jun)) == cell.text
    assert leading > 20


def test_the_years_of_a_partner_add_up_to_its_row(jun):
    drawn(jun, 80)
    page = partner_ledger(makers.partner("XA"), Parameters(UNTIL, with_samples=True), reader=jun)

    for place in (0, 1):
        years = [int(year.sides[place].cells[0].text) for year in page.years]
        assert sum(years) == int(page.whole.sides[place].cells[0].text)


def test_the_page_of_a_partner_tells_the_sentence_to_whoever_reads_cases(hand_made, jun):
    def panel(reader):
        found = {str(panel.title): panel.context for panel in panels_of(hand_made, reader, today=UNTIL)}
        return found.get("Reciprocity")

    assert panel(jun)["sentence"].startswith("They completed 40 %")
    assert panel(jun)["url"].startswith("/reports/reciprocity/XA/?")
    assert panel(makers.administrator()) is None


def test_the_page_of_a_partner_with_very_many_cases_only_leads_to_the_ledger(
    hand_made, client_of, monkeypatch
):
    monkeypatch.setattr("reports.ledgerpage.MOST_IN_PANEL", 3)

    page = client_of(makers.mei()).get(hand_made.get_absolute_url(), headers={"accept-language": "en"})

    assert "too many cases to be counted here" in page.text
    assert "/reports/reciprocity/XA/?" in page.text


def test_the_pages_ask_the_database_as_often_for_three_partners_as_for_one(jun, client):
    client.force_login(jun)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address + ASKED).status_code == 200
        return len(found)

    incoming(jun, makers.partner("XA"), D(2026, 1, 1))
    asked(LEDGER)
    before = asked(LEDGER), asked(LEDGER + "XA/")
    for code in ("XA", "XB", "XC"):
        incoming(jun, makers.partner(code), D(2026, 1, 1), *met(D(2026, 2, 1), D(2026, 2, 3)))

    assert (asked(LEDGER), asked(LEDGER + "XA/")) == before


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_pages_stand_in_both_languages(hand_made, jun, client, language):
    client.force_login(jun)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    for address in (reverse("reports:reciprocity"), reverse("reports:reciprocity_of", args=["XA"])):
        assert client.get(address + ASKED).status_code == 200
