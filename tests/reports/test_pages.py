"""What the priority page shows, before it is drawn."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from reports import wording
from reports.catalogue import Parameters
from reports.models import Figure
from reports.prioritypage import priority_page
from tests import makers
from tests.reports.weights import WEIGHTS_1

END_OF_113 = date(2024, 12, 31)


@pytest.fixture
def page(loaded, partners):
    makers.walk(makers.lin(), "A1", partner=partners["CN"], start=date(2024, 1, 1), until="enter_into_force")
    with translation.override("en"):
        reader = makers.jun()
        yield lambda **asked: priority_page(Parameters(END_OF_113, **asked), reader=reader, version=WEIGHTS_1)


def test_the_page_puts_thailand_first_and_names_the_order(page):
    found = page()

    assert found.order == "Thailand, Cambodia, Myanmar, Laos"
    assert found.leader.partner.code == "TH"
    assert [(row.ranked.rank, row.partner.code) for row in found.ranked] == [
        (1, "TH"),
        (2, "KH"),
        (3, "MM"),
        (4, "LA"),
    ]


def test_partners_without_a_rank_stand_by_group_the_signed_ones_first(page, partners):
    mei = makers.mei()
    makers.walk(mei, "A1", partner=makers.partner("AA", is_sample=False), subjects=["civil_mla"])
    makers.walk(mei, "T1", partner=partners["VN"], until="sign")

    found = page()

    assert [(row.partner.code, row.ranked.group) for row in found.unranked] == [
        ("VN", "signed_not_in_force"),
        ("AA", "partly_covered"),
    ]


def test_first_places_that_nobody_took_are_told_too(loaded, partners):
    found = priority_page(Parameters(date(2023, 12, 31)), reader=makers.jun(), version=WEIGHTS_1)

    taken = sum(row.first_in for row in found.ranked)
    assert 40 < found.firmness.nobody < 60
    assert taken + found.firmness.nobody == pytest.approx(100)


def test_each_line_of_a_score_has_its_years_value_and_points_and_a_gap_has_none(page):
    cambodia = page().ranked[1]

    assert [(line.number, line.label, line.value, line.points) for line in cambodia.lines] == [
        (1, "Help-seekers in 2024 (ROC 113)", "323", pytest.approx(36.49718, abs=1e-5)),
        (2, "Rise in help-seekers over 2023 (ROC 112)", "+130", pytest.approx(19.80952, abs=1e-5)),
        (3, "Help-seekers, 2022 (ROC 111) to 2024 (ROC 113)", "1,675", pytest.approx(26.66667, abs=1e-5)),
        (4, "Drugs seized, 2020 (ROC 109) to 2024 (ROC 113) (kg, without outliers)", "", None),
    ]
    assert [segment.colour for segment in cambodia.segments] == [1, 2, 3]


def test_why_a_partner_stands_second_is_said_factor_by_factor(page):
    first, second, *_rest = page().ranked

    assert first.why == ""
    assert second.why == (
        "8.0 points behind Thailand. "
        "It trails in: drugs seized (25.0; no data for Cambodia); rise on the year before (0.2). "
        "It leads in: three-year sum (15.7); help-seekers last year (1.5)."
    )


def test_the_page_says_where_more_of_a_figure_would_not_move_a_score(page):
    assert page().notes == [
        "Thailand has the most; more would lower the others instead: help-seekers last year.",
        "Thailand has the most; more would lower the others instead: rise on the year before.",
        "Cambodia has the most; more would lower the others instead: three-year sum.",
        "Only Thailand has figures, so any amount gets the full points: drugs seized.",
    ]


def test_help_seekers_by_year_are_those_of_the_table(page):
    thailand = page().ranked[0]

    assert [(column.label, column.text) for column in thailand.helped] == [
        ("2022", "268"),
        ("2023", "238"),
        ("2024", "413"),
    ]


def test_table_5_marks_the_outlier_where_it_stands(page):
    table_5 = page().tables[1]

    assert [(cell.text, cell.is_marked) for cell in table_5.lines[3]] == [
        ("2023 (ROC 112)", False),
        ("182,691.6", False),
        ("256.1", False),
        ("913.8", False),
        ("181,521.7", True),
    ]
    assert [cell.text for cell in table_5.totals[1:]] == ["212,904.8", "10,372.5", "1,815.9", "200,716.4"]
    assert (table_5.failed, [note.about for note in table_5.notes]) == (
        (),
        ["2023 (ROC 112), Others, not listed"],
    )


def test_table_4_keeps_the_86_people_of_no_listed_country_beside_the_four(page):
    table_4 = page().tables[0]

    assert [cell.text for cell in table_4.totals[1:]] == ["3,507", "1,675", "919", "645", "182", "86"]


def test_a_fall_is_shown_with_its_sign_and_counts_nothing(page):
    Figure.objects.filter(series__code="help_seeking", partner__code="LA", year=2024).update(value=30)
    Figure.objects.filter(series__code="help_seeking", partner__code="LA", year=2023).update(value=35)

    laos = next(row for row in page().ranked if row.partner.code == "LA")

    assert laos.lines[1].value == "−5"
    assert laos.lines[1].points == 0.0


def test_equal_partners_are_said_to_be_equal(page):
    found = page()
    thailand = found.leader.ranked

    assert wording.why_behind(thailand, thailand, found.population) == "The same score as Thailand."


def test_the_page_asks_the_database_as_often_for_three_more_files(page, partners, django_assert_num_queries):
    with CaptureQueriesContext(connection) as before:
        page()

    mei = makers.mei()
    for code in ("TH", "KH", "MM"):
        makers.walk(mei, "T1", partner=partners[code], until="sign")

    with django_assert_num_queries(len(before)):
        page()
