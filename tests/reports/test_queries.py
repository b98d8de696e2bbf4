"""Who is ranked as of a day, in which group, and from which figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from reports.models import Figure, Series
from reports.priorities import Candidate, Datum
from reports.queries import last_complete_year, population, years_of
from tests import makers

END_OF_113 = date(2024, 12, 31)
TABLE_4 = "審計部 113 年度中央政府總決算審核報告表 4（外交部提供資料）"
TABLE_5 = "審計部 113 年度中央政府總決算審核報告表 5（法務部法務統計資訊網）"


def groups(found):
    return {c.partner: (c.group, c.phase) for c in found.candidates}


@pytest.fixture
def mei(db):
    return makers.mei()


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2024, 12, 31), 2024), (date(2024, 12, 30), 2023), (date(2025, 1, 1), 2024)],
)
def test_a_year_counts_from_the_evening_of_its_last_day(day, year):
    assert last_complete_year(day) == year


def test_candidates_carry_the_settled_factors_with_their_sources(loaded):
    found = population(END_OF_113)

    assert (found.help_years, found.drug_years) == ((2022, 2023, 2024), (2020, 2021, 2022, 2023, 2024))
    assert {c.partner: c.data for c in found.candidates} == {
        "TH": {
            "help_last_year": Datum(Decimal(413), TABLE_4),
            "help_rise": Datum(Decimal(175), TABLE_4),
            "help_three_years": Datum(Decimal(919), TABLE_4),
            "drugs_five_years": Datum(Decimal("1815.9"), TABLE_5),
        },
        "KH": helped(323, 130, 1675),
        "MM": helped(249, 28, 645),
        "LA": helped(118, 83, 182),
        "CN": {"drugs_five_years": Datum(Decimal("10372.5"), TABLE_5)},
    }


def helped(last, rise, total):
    return {
        "help_last_year": Datum(Decimal(last), TABLE_4),
        "help_rise": Datum(Decimal(rise), TABLE_4),
        "help_three_years": Datum(Decimal(total), TABLE_4),
    }


def test_a_partner_with_criminal_assistance_in_force_is_not_listed_from_that_day_on(loaded, partners, mei):
    makers.walk(mei, "A1", partner=partners["CN"], start=date(2024, 6, 1), until="enter_into_force")
    in_force_on = date(2024, 7, 31)

    assert "CN" in groups(population(date(2024, 7, 30)))
    assert "CN" not in groups(population(in_force_on))


def test_an_agreement_on_another_subject_in_force_covers_a_partner_in_part(loaded, partners, mei):
    makers.walk(
        mei,
        "A1",
        partner=partners["VN"],
        subjects=["civil_mla"],
        start=date(2024, 1, 1),
        until="enter_into_force",
    )

    found = population(END_OF_113)

    assert groups(found)["VN"] == ("partly_covered", None)
    assert [c.data for c in found.candidates if c.partner == "VN"] == [{}]
    assert "VN" not in groups(population(date(2024, 2, 1)))


def test_a_text_about_other_matters_only_covers_nobody(loaded, partners, mei):
    makers.walk(mei, "A1", partner=partners["VN"], subjects=["other"], start=date(2024, 1, 1))

    assert "VN" not in groups(population(END_OF_113))


def test_a_signed_text_that_is_not_in_force_is_a_group_of_its_own(loaded, partners, mei):
    makers.walk(mei, "T1", partner=partners["LA"], start=date(2024, 1, 10), until="approve")

    signed_on = date(2024, 2, 19)
    assert groups(population(signed_on))["LA"] == ("signed_not_in_force", "signing")
    assert groups(population(END_OF_113))["LA"] == ("signed_not_in_force", "legislative_approval")
    assert groups(population(date(2024, 2, 1)))["LA"] == ("none", "negotiation")


def test_a_signed_criminal_text_counts_more_than_cover_in_part(loaded, partners, mei):
    makers.walk(mei, "A1", partner=partners["LA"], subjects=["civil_mla"], title_zh="示例民事司法互助協定")
    makers.walk(mei, "T1", partner=partners["LA"], until="sign")

    assert groups(population(END_OF_113))["LA"] == ("signed_not_in_force", "signing")


def test_an_ended_text_leaves_its_partner_without_an_agreement(loaded, partners, mei):
    file = makers.walk(mei, "A1", partner=partners["TH"], start=date(2024, 1, 1), until="enter_into_force")
    makers.step(mei, file, "terminate", date(2024, 6, 1))

    assert groups(population(END_OF_113))["TH"] == ("none", "ended")
    assert "TH" not in groups(population(date(2024, 5, 31)))


def test_talks_alone_list_nobody_without_figures(loaded, partners, mei):
    makers.walk(mei, "T1", partner=partners["VN"], until="open_talks")

    assert "VN" not in groups(population(END_OF_113))


def test_a_reader_without_clearance_sees_the_register_without_the_restricted_file(loaded, partners, mei):
    makers.walk(mei, "T1", partner=partners["LA"], secrecy=2, until="sign")

    assert groups(population(END_OF_113, reader=mei))["LA"] == ("signed_not_in_force", "signing")
    assert groups(population(END_OF_113, reader=makers.stranger()))["LA"] == ("none", None)


def test_fictional_partners_count_only_when_asked_for(loaded, mei):
    makers.walk(mei, "T1", until="sign")

    assert "XA" not in groups(population(END_OF_113))
    assert groups(population(END_OF_113, with_samples=True))["XA"] == ("signed_not_in_force", "signing")


def test_figures_of_fictional_partners_move_neither_years_nor_ranks(loaded, partners):
    series = Series.objects.get(code="help_seeking")
    Figure.objects.create(
        series=series, partner=makers.partner("XA"), year=2025, value=9000, recorded_at=timezone.now()
    )

    assert years_of("help_seeking", date(2025, 12, 31), 3) == (2022, 2023, 2024)
    assert years_of("help_seeking", date(2025, 12, 31), 3, with_samples=True) == (2023, 2024, 2025)


def test_an_outlier_is_left_out_of_the_sum_and_a_lacking_year_makes_it_unknown(loaded):
    drugs = Figure.objects.filter(series__code="drug_seizures", partner__code="TH")
    drugs.filter(year=2023).update(is_outlier=True, note="示例")
    assert of_thailand()["drugs_five_years"].value == Decimal("902.1")

    drugs.filter(year=2022).delete()
    assert "drugs_five_years" not in of_thailand()


def test_an_outlier_of_the_last_year_leaves_last_year_and_rise_unknown(loaded):
    Figure.objects.filter(series__code="help_seeking", partner__code="TH", year=2024).update(
        is_outlier=True, note="示例"
    )

    assert {code: d.value for code, d in of_thailand().items()} == {
        "help_three_years": Decimal(506),
        "drugs_five_years": Decimal("1815.9"),
    }


def of_thailand():
    return next(c.data for c in population(END_OF_113).candidates if c.partner == "TH")


def test_later_figures_do_not_reach_back(loaded):
    found = population(date(2023, 12, 31))

    assert found.help_years == (2021, 2022, 2023)
    assert next(c for c in found.candidates if c.partner == "TH") == Candidate(
        "TH", {"help_last_year": Datum(Decimal(238), TABLE_4), "help_rise": Datum(Decimal(-30), TABLE_4)}
    )


def test_before_any_figure_and_any_file_there_is_nobody(loaded):
    found = population(date(1990, 1, 1))

    assert (found.candidates, found.help_years, found.drug_years) == ((), (), ())


def test_the_number_of_queries_does_not_grow_with_the_number_of_files(
    loaded, partners, mei, django_assert_num_queries
):
    makers.walk(mei, "T1", partner=partners["LA"], until="sign")
    with django_assert_num_queries(7):
        population(END_OF_113)

    makers.walk(mei, "T1", partner=partners["KH"], until="sign")
    makers.walk(mei, "T1", partner=partners["MM"], until="sign")
    with django_assert_num_queries(7):
        population(END_OF_113)
