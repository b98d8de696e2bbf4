"""Shares accepted at the first submission: what counts, what is too few, and the rows behind each figure."""

from datetime import date

import pytest

from cases.firsttime import common_defects, our_requests, returns_of, rows_behind, span_of
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
YEAR = {"since": date(2025, 1, 1), "until": date(2025, 12, 31), "with_samples": True}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


def request(jun, code="XA", *, office="示例地檢署", until="O40", returned="", asked="", **fields):
    """An outgoing request walked on; returned by our review or asked about abroad on the way, if told so."""
    case = case_makers.case(jun, makers.partner(code), direction="out", office=office, **fields)
    if until == "O20":
        return case_makers.walk(jun, case, until="O20")
    case_makers.walk(jun, case, until="O30")
    if returned:
        case_makers.step(jun, case, "return_for_correction", defect=returned)
        case_makers.walk(jun, case, until="O30")
    case_makers.walk(jun, case, until="O70" if asked else until)
    if asked:
        case_makers.step(jun, case, "asked_for_more", defect=asked)
    return case


def shares(reader):
    return returns_of(our_requests(reader, **YEAR))


def numbers(row):
    return [(tally.counted, tally.first, tally.share) for tally in (row.review, row.abroad)]


def test_a_request_counts_at_a_gate_once_it_passed_or_was_returned_there(jun, chen):
    request(jun, until="O20")  # waits for review
    request(jun, until="O40")
    request(jun, returned="facts")
    request(jun, asked="translation")
    request(jun, until="O88")
    case_makers.case(jun)  # comes in

    (every,) = shares(chen).all

    assert [(tally.counted, tally.first) for tally in (every.review, every.abroad)] == [(4, 3), (2, 1)]


def test_a_request_that_was_returned_twice_counts_once(jun, chen):
    case = request(jun, returned="facts", until="O30")
    case_makers.step(jun, case, "return_for_correction", defect="form")

    assert numbers(shares(chen).all[0])[0] == (1, 0, None)


def test_fewer_than_five_have_no_share_and_no_rank(jun, chen):
    for place in range(5):
        request(jun, "XA", returned="facts" if place == 0 else "")
    for _place in range(4):
        request(jun, "XB")
    for place in range(5):
        request(jun, "XC", returned="facts" if place < 2 else "")

    rows = [(row.value, row.review.share) for row in shares(chen).partners]

    assert rows == [("XC", 60), ("XA", 80), ("XB", None)]


def test_shares_stand_by_kind_and_drafting_office_too(jun, chen):
    request(jun)
    request(jun, office="示例法院", kind="civil", items=("service",))
    request(jun, office="")

    page = shares(chen)

    assert {(row.value, row.review.counted) for row in page.kinds} == {("criminal", 2), ("civil", 1)}
    assert {(row.value, row.review.counted) for row in page.offices} == {
        ("示例地檢署", 1),
        ("示例法院", 1),
        ("-", 1),
    }


def test_reasons_say_who_returned_and_the_commonest_comes_first(jun, chen):
    request(jun, returned="facts")
    request(jun, returned="facts")
    request(jun, asked="translation")
    request(jun, asked="facts")

    reasons = [(reason.by_us, reason.by_them) for reason in shares(chen).reasons]

    assert reasons == [(2, 1), (0, 1)]


def test_every_figure_is_the_number_of_its_rows(jun, chen):
    first, returned = request(jun), request(jun, "XB", returned="facts")
    abroad = request(jun, asked="facts", office="")
    cases = our_requests(chen, **YEAR)

    def behind(**wanted):
        return {case.pk for case in rows_behind(cases, wanted)}

    assert behind(gate="review", what="counted") == {first.pk, returned.pk, abroad.pk}
    assert behind(gate="review", what="first") == {first.pk, abroad.pk}
    assert behind(gate="review", what="returned", partner="XB") == {returned.pk}
    assert behind(gate="review", what="returned", partner="XA") == set()
    assert behind(gate="abroad", what="returned", office="-", kind="criminal") == {abroad.pk}
    assert rows_behind(cases, {"gate": "x"}) is None


def test_hidden_requests_and_samples_unless_asked_for_are_not_counted(jun, chen):
    qiu = case_makers.sealed_officer()
    request(jun)
    request(qiu, secrecy=Secrecy.SEALED)

    assert shares(chen).all[0].review.counted == 1
    assert shares(qiu).all[0].review.counted == 2
    assert our_requests(chen, **(YEAR | {"with_samples": False})).count() == 0
    assert our_requests(chen, **(YEAR | {"until": date(2025, 1, 31)})).count() == 0


def test_the_three_commonest_defects_of_a_partner_are_told_to_who_drafts(jun):
    for defect, times in (("facts", 3), ("form", 2), ("person", 2), ("manner", 1)):
        for _n in range(times):
            request(jun, returned=defect)
    request(jun, "XB", returned="assurances")
    qiu = case_makers.sealed_officer()
    for _n in range(4):
        request(qiu, secrecy=Secrecy.SEALED, returned="manner")

    found = common_defects(makers.partner("XA"), jun)

    assert [reason.count for reason in found] == [3, 2, 2]
    assert common_defects(makers.partner("XC"), jun) == []
    assert [reason.count for reason in common_defects(makers.partner("XA"), qiu)] == [5, 3, 2]


@pytest.mark.parametrize(("asked", "year"), [("113", 113), ("", 114), ("0", 114), ("999", 114), ("abc", 114)])
def test_a_year_of_the_address_that_is_none_is_this_year(asked, year):
    assert span_of(asked, today=TODAY) == (year, date(year + 1911, 1, 1), date(year + 1911, 12, 31))


def test_supervisors_of_justice_read_the_page_and_others_do_not(client_of, jun, chen):
    request(jun, returned="facts")
    day = Case.objects.get().requested_on
    address = f"/cases/first-time/?year={day.year - 1911}&samples=1"

    page = client_of(chen).get(address, **ENGLISH).content.decode()
    rows = client_of(chen).get(f"{address}&gate=review&what=returned&partner=XA", **ENGLISH).content.decode()

    assert "too few" in page
    assert "Facts, law and evidence" in page
    assert Case.objects.get().number in rows
    for who in (jun, makers.lin(), makers.auditor(), makers.administrator(), makers.stranger()):
        assert client_of(who).get(address).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_request_and_for_three(
    rows, client_of, jun, chen, django_assert_num_queries
):
    for code in ("XA", "XB", "XC")[:rows]:
        request(jun, code, returned="facts")
    office = client_of(chen)

    with django_assert_num_queries(5):
        office.get("/cases/first-time/?year=114&samples=1")
