"""What our own register says of the partners to be ranked: known, known to be none, or unknown."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import GroupMembership, PartnerGroup
from reports.catalogue import REPORTS, Parameters
from reports.factors import gather, years_before
from reports.momentum import Rung
from tests import makers
from tests.cases import makers as case_makers
from tests.reports.test_commands import answer
from tests.reports.test_momentum import contact
from tests.reports.test_queries import TABLE_4, TABLE_5
from tracker.partialdate import PartialDate

DAY = date(2025, 3, 20)
OWN = ("cases_without_agreement", "refused_or_unanswered", "momentum")


@pytest.fixture
def jun(db):
    return makers.jun()


def own(partner="XA", as_of=DAY, **options):
    """The values of our own register that are known of a partner; None when it is not listed."""
    found = gather(as_of, **({"reader": None, "with_samples": True} | options))
    data = next((c.data for c in found.candidates if c.partner == partner), None)
    return None if data is None else {code: data[code].value for code in OWN if code in data}


def asked(jun, on, partner=None, **fields):
    """An incoming request of this day that rests on reciprocity, since no agreement stands."""
    return case_makers.case(jun, partner, letter_on=on, received_on=on, today=max(on, DAY), **fields)


def sent(jun, on, partner=None):
    """An outgoing request that left on this day and was delivered."""
    file = case_makers.case(
        jun, partner, direction="out", received_on=on, office="示例地方檢察署", today=max(on, DAY)
    )
    return case_makers.walk(jun, file, on, until="O60")


@pytest.mark.parametrize(
    ("day", "before"),
    [(date(2024, 12, 31), date(2023, 12, 31)), (date(2024, 2, 29), date(2023, 2, 28))],
)
def test_a_year_before_is_the_same_day_and_before_a_leap_day_the_28th(day, before):
    assert years_before(day, 1) == before


def test_where_no_case_was_kept_within_the_span_nothing_of_it_is_known(loaded):
    found = gather(date(2024, 12, 31), reader=None)

    assert found.kept_since is None
    assert {code for c in found.candidates for code in c.data} & set(OWN) == set()


def test_one_case_makes_a_partner_without_any_a_known_none(loaded, jun):
    asked(jun, date(2025, 3, 3))

    assert own("XA") == {"cases_without_agreement": 1, "refused_or_unanswered": 0, "momentum": 1}
    assert own("TH") == {"cases_without_agreement": 0, "refused_or_unanswered": 0, "momentum": 0}
    assert own("TH", date(2024, 12, 31)) == {}


def test_fictional_cases_neither_count_nor_make_anything_known(loaded, jun):
    asked(jun, date(2025, 3, 3))

    assert own("TH", with_samples=False) == {}
    assert own("XA", with_samples=False) is None


def test_requests_count_in_the_year_that_ends_with_the_day(jun):
    asked(jun, date(2024, 3, 20))
    asked(jun, date(2024, 3, 21))
    asked(jun, date(2025, 3, 20))

    assert own()["cases_without_agreement"] == 2
    assert own(as_of=date(2025, 3, 21))["cases_without_agreement"] == 1
    assert own(as_of=date(2025, 3, 19))["cases_without_agreement"] == 2


def test_a_year_after_the_last_case_the_last_year_is_unknown_again(jun):
    makers.walk(makers.mei(), "T1", until="sign")
    asked(jun, date(2024, 3, 20))

    assert own() == {"refused_or_unanswered": 0, "momentum": 4}
    assert own(as_of=date(2026, 3, 21)) == {"momentum": 4}


def test_requests_both_ways_count_and_an_unsent_one_does_not(jun):
    asked(jun, date(2025, 3, 3))
    sent(jun, date(2025, 3, 4))
    case_makers.case(jun, direction="out", received_on=date(2025, 3, 5), office="示例地方檢察署")

    assert own()["cases_without_agreement"] == 2


def test_a_request_that_was_closed_without_leaving_us_was_never_made(jun):
    asked(jun, date(2025, 3, 3))
    file = case_makers.case(jun, direction="out", received_on=date(2025, 3, 4), office="示例地方檢察署")
    case_makers.step(jun, file, "withdraw", date(2025, 3, 5))
    case_makers.step(jun, file, "close", date(2025, 3, 6), result="none")

    assert file.state == "O99"
    assert own()["cases_without_agreement"] == 1


def test_what_was_sent_by_the_day_counts_whatever_its_state_is_today(jun):
    """A request that came back to us after the day counts for the day, and one that left afterwards does not."""
    asked(jun, date(2025, 3, 3))
    returned, later = sent(jun, date(2025, 3, 4)), sent(jun, date(2025, 3, 19))
    type(returned).objects.filter(pk=returned.pk).update(state="O10")

    assert own(as_of=date(2025, 3, 18))["cases_without_agreement"] == 2
    assert own()["cases_without_agreement"] == 3
    assert own(known_on=date(2100, 1, 1))["cases_without_agreement"] == 3
    assert later.sent_on == date(2025, 3, 19)


def test_cases_of_another_kind_count_for_their_own_subject(jun):
    asked(jun, date(2025, 3, 3), kind="civil")

    assert own() is None
    assert own(subject="civil_mla")["cases_without_agreement"] == 1
    assert own(subject="crime_prevention") is None


def test_a_request_that_rests_on_an_agreement_is_none_without(jun):
    country = makers.partner()
    case_makers.in_force(country, date(2020, 9, 1))
    asked(jun, date(2025, 3, 3))
    asked(jun, date(2025, 3, 4), makers.partner("XB"))

    assert own("XA") is None
    assert own("XB")["cases_without_agreement"] == 1


def test_a_refusal_counts_from_its_day(jun):
    file = sent(jun, date(2025, 1, 6))
    case_makers.step(jun, file, "executing_abroad", date(2025, 1, 20))
    case_makers.step(jun, file, "refused_abroad", date(2025, 2, 3))

    assert own(as_of=date(2025, 2, 2))["refused_or_unanswered"] == 0
    assert own(as_of=date(2025, 2, 3))["refused_or_unanswered"] == 1


def test_a_year_without_a_word_counts_until_there_is_one(jun):
    asked(jun, date(2025, 3, 3))
    file = sent(jun, date(2024, 3, 20))
    assert own(as_of=date(2025, 3, 19))["refused_or_unanswered"] == 0
    assert own()["refused_or_unanswered"] == 1

    case_makers.step(jun, file, "executing_abroad", date(2025, 3, 20))

    assert own()["refused_or_unanswered"] == 0


def test_a_note_of_receipt_is_no_answer_and_a_withdrawn_request_waits_for_none(jun):
    asked(jun, date(2025, 3, 3))
    received, withdrawn = sent(jun, date(2024, 3, 19)), sent(jun, date(2024, 3, 20))
    case_makers.step(jun, withdrawn, "withdraw", date(2024, 6, 3))

    assert (received.state, own()["refused_or_unanswered"]) == ("O60", 1)


def test_a_stranger_counts_only_the_cases_that_he_may_see(jun):
    asked(jun, date(2025, 3, 3), secrecy=2)
    asked(jun, date(2025, 3, 4))

    assert own(reader=jun)["cases_without_agreement"] == 2
    assert own(reader=makers.stranger())["cases_without_agreement"] == 1
    assert own(reader=makers.administrator()) is None


def test_what_the_register_held_on_an_earlier_day_is_what_counts(jun):
    asked(jun, date(2025, 3, 3))

    assert own(known_on=date(2020, 1, 1)) is None
    assert own(known_on=date(2100, 1, 1))["cases_without_agreement"] == 1


def test_momentum_is_the_rung_where_anything_is_recorded(jun):
    makers.walk(makers.mei(), "T1", until="sign")
    contact(makers.partner("XB"), "draft")
    asked(jun, date(2025, 3, 3), makers.partner("XB"))

    assert (own("XA")["momentum"], own("XB")["momentum"]) == (Rung.NEGOTIATION, Rung.DRAFT)


def test_policy_groups_stand_beside_a_partner_as_of_the_day_and_never_in_its_score(loaded, partners):
    group = PartnerGroup.objects.create(
        code="new_southbound", name_zh="新南向政策國家", name_en="New Southbound"
    )
    GroupMembership.objects.create(partner=partners["TH"], group=group, valid_from=PartialDate.parse("2016"))
    GroupMembership.objects.create(
        partner=partners["KH"], group=group, valid_to=PartialDate.parse("2024-06"), ended=True
    )

    found = gather(date(2024, 12, 31), reader=None)
    before = gather(date(2024, 6, 15), reader=None)

    assert {code: [str(one.group.code) for one in groups] for code, groups in found.belongings.items()} == {
        "TH": ["new_southbound"]
    }
    assert [one.is_certain for one in before.belongings["KH"]] == [False]
    assert all("new_southbound" not in c.data for c in found.candidates)


def test_another_subject_has_its_own_population(loaded, partners):
    mei = makers.mei()
    civil = {"subjects": ["civil_mla"], "start": date(2024, 1, 1), "until": "enter_into_force"}
    makers.walk(mei, "A1", partner=partners["VN"], **civil)

    criminal, other = (
        {c.partner: c.group for c in gather(date(2024, 12, 31), reader=None, subject=subject).candidates}
        for subject in ("criminal_mla", "civil_mla")
    )

    assert (criminal["VN"], "VN" in other) == ("partly_covered", False)


def test_gathering_asks_as_often_for_three_partners_as_for_one(loaded, jun):
    """Not the rows but the questions: the same for one partner with cases and contacts as for three."""

    def statements():
        with CaptureQueriesContext(connection) as seen:
            gather(DAY, reader=jun, with_samples=True)
        return len(seen)

    sent(jun, date(2024, 3, 20), makers.partner("XA"))
    before = statements()
    for code in ("XB", "XC"):
        sent(jun, date(2024, 3, 20), makers.partner(code))
        contact(makers.partner(code), "window")

    assert statements() == before


def test_a_case_of_indonesia_s_transit_is_nobodys_value(loaded):
    found = gather(date(2024, 12, 31), reader=None)

    assert "ID" not in {c.partner for c in found.candidates}
    values = [datum.value for c in found.candidates for datum in c.data.values()]
    assert max(values) < 175_355


def test_the_report_p01_has_a_row_a_partner_and_the_ranking_beside_it(loaded, partners):
    mei = makers.mei()
    makers.walk(mei, "A1", partner=partners["CN"], start=date(2024, 1, 1), until="enter_into_force")
    makers.walk(mei, "T1", partner=partners["LA"], start=date(2024, 1, 10), until="sign")

    report = REPORTS["P01"].run(Parameters(date(2024, 12, 31)), reader=None)

    assert [column.code for column in report.columns] == [
        "rank", "partner", "score", "coverage",
        "help_last_year", "help_rise", "help_three_years", "drugs_five_years", "momentum",
        "group", "phase", "policy", "first_in",
    ]  # fmt: skip
    thailand, laos = report.rows[0], report.rows[-1]
    assert (thailand[:2], round(thailand[2], 2), thailand[3]) == ((1, "TH"), 90.97, 1.0)
    assert thailand[4:12] == (413, 175, 919, Decimal("1815.9"), None, "none", None, None)
    assert (laos[:2], laos[7:11]) == ((4, "LA"), (None, 4, "signed_not_in_force", "signing"))
    assert report.extra == answer("priorities", "--as-of", "2024-12-31")
    assert (report.sources[:2], len(report.sources)) == ((TABLE_4, TABLE_5), 3)
