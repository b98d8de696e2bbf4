"""The priority page as its readers get it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import makers

ADDRESS = "/reports/"


@pytest.fixture
def register(loaded, partners):
    lin = makers.lin()
    makers.walk(lin, "A1", partner=partners["CN"], start=date(2024, 1, 1), until="enter_into_force")
    makers.walk(
        lin,
        "A1",
        partner=partners["VN"],
        subjects=["civil_mla"],
        start=date(2024, 1, 1),
        until="enter_into_force",
    )


@pytest.fixture
def mei(db):
    return makers.mei()


def test_the_page_stands_under_reports_and_wants_a_sign_in(db):
    assert reverse("reports:priorities") == ADDRESS

    response = Client().get(ADDRESS)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={ADDRESS}")


@pytest.mark.parametrize(
    "who", [makers.mei, makers.jun, makers.justice_supervisor, makers.auditor, makers.administrator]
)
def test_everyone_who_is_signed_in_sees_thailand_first(register, client_of, who):
    response = client_of(who()).get(ADDRESS, {"as_of": "2024-12-31"}, headers={"accept-language": "en"})

    assert response.status_code == 200
    assert [row.partner.code for row in response.context["page"].ranked][:2] == ["TH", "KH"]
    assert "Thailand" in response.text


def test_the_page_shows_scores_tables_and_the_outlier_as_of_the_day(register, client_of, mei):
    text = client_of(mei).get(ADDRESS, {"as_of": "113/12/31"}, headers={"accept-language": "en"}).text

    for shown in (
        "<b>91.0</b>",
        "<b>83.0</b>",
        "3,507",
        "212,904.8",
        "181,521.7 *",
        "175,355",
        "Partly covered",
    ):
        assert shown in text, shown


def test_the_page_has_the_same_numbers_in_bars_and_in_tables(register, client_of, mei):
    text = client_of(mei).get(ADDRESS, {"as_of": "2024-12-31"}, headers={"accept-language": "en"}).text

    assert 'aria-label="Thailand: 91.0 of 100 points"' in text
    assert 'aria-label="Thailand: help-seekers by year 2022: 268; 2023: 238; 2024: 413"' in text
    assert "style=" not in text.replace("stylesheet", "")


def test_names_are_chinese_unless_english_is_asked_for(register, client_of, mei):
    text = client_of(mei).get(ADDRESS, {"as_of": "2024-12-31"}).text

    assert "泰國" in text
    assert "Thailand" not in text


def test_without_a_day_the_page_is_as_of_today(loaded, client_of, mei):
    response = client_of(mei).get(ADDRESS)

    assert response.context["as_of"] == response.context["page"].population.as_of
    assert response.context["is_past"] is False
    assert "data-past" not in response.text


def test_a_past_day_is_marked(loaded, client_of, mei):
    response = client_of(mei).get(ADDRESS, {"as_of": "2024-12-31"})

    assert response.context["as_of"] == date(2024, 12, 31)
    assert "data-past" in response.text


def test_a_day_that_cannot_be_read_is_answered_with_a_sentence_and_today(loaded, client_of, mei):
    response = client_of(mei).get(ADDRESS, {"as_of": "yesterday"}, headers={"accept-language": "en"})

    assert response.status_code == 200
    assert "“yesterday” is not a date." in response.text
    assert response.context["is_past"] is False


def test_before_any_figure_the_page_says_that_nobody_can_be_ranked(loaded, client_of, mei):
    text = client_of(mei).get(ADDRESS, {"as_of": "1990-01-01"}, headers={"accept-language": "en"}).text

    assert "Nobody to rank on this day" in text


def test_without_figures_the_page_says_that_none_were_loaded(client_of, mei):
    text = client_of(mei).get(ADDRESS, headers={"accept-language": "en"}).text

    assert "No figures have been loaded yet" in text


def test_samples_appear_only_with_the_switch_on_and_carry_their_mark(loaded, client_of, mei):
    makers.walk(mei, "T1", until="sign")
    client = client_of(mei)

    without = client.get(ADDRESS, {"as_of": "2025-03-20"}).text
    with_them = client.get(ADDRESS, {"as_of": "2025-03-20", "with_samples": "on"}).text

    assert "甲國" not in without
    assert "甲國" in with_them
    assert 'class="sample"' in with_them


def test_a_restricted_file_stays_hidden_from_a_reader_without_clearance(loaded, partners, client_of, mei):
    makers.walk(mei, "T1", partner=partners["VN"], secrecy=2, until="sign")
    stranger = makers.stranger()

    assert "越南" in client_of(mei).get(ADDRESS, {"as_of": "2024-12-31"}).text
    assert "越南" not in client_of(stranger).get(ADDRESS, {"as_of": "2024-12-31"}).text
