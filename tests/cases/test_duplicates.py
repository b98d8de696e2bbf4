"""The warning before a request is logged twice: what is likely the same, side by side, and never a hidden case."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import Intake, Named, void_case
from cases.actions.people import add_person
from cases.duplicates import alike, likely_duplicates, words_of
from cases.models import Case, CaseLink
from cases.persons import digest_of
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_views import filled
from tests.looking import A_LOOK
from tracker import looks
from tracker.models import Draft, Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def jun():
    return makers.jun()


def found(by, **fields):
    given = {"letter_on": None, "received_on": date(2024, 1, 5), "subject": "別的事"} | fields
    intake = case_makers.intake(**given)
    return [(each.case.number, len(each.reasons)) for each in likely_duplicates(intake, reader=by)]


# Pure.


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("調取金融資料", "調取金融資料", True),
        ("調取金融資料", "調取銀行金融資料", True),
        ("調取金融資料", "送達文書", False),
        ("Bank records of March", "bank RECORDS", True),
        ("Bank records", "Search of a house", False),
        ("", "", False),
        ("搜", "搜", True),
    ],
)
def test_subjects_are_alike_when_they_share_half_of_their_words(one, other, same):
    assert alike(one, other) is same


def test_chinese_is_compared_by_pairs_of_characters_and_other_letters_by_words():
    assert words_of("調取 Bank 資料 114") == {"調取", "bank", "資料", "114"}


# What is found.


@pytest.mark.parametrize("typed", ["DE-1/25", "de-1/25", " DE-1/25 "])
def test_the_same_reference_of_the_same_partner_is_found_however_it_is_typed(jun, typed):
    case = case_makers.case(jun, partner_reference="DE-1/25")
    case_makers.case(jun, makers.partner("XB"), partner_reference="DE-1/25")

    assert found(jun, partner_reference=typed) == [(case.number, 1)]


def test_the_reference_of_our_own_office_is_found_too(jun):
    case = case_makers.case(jun, direction="out", office_reference="114 偵 1")

    assert found(jun, direction="out", office_reference="114 偵 1") == [(case.number, 1)]
    assert found(jun, direction="out", office_reference="") == []


def test_the_same_person_with_the_same_partner_is_found_by_the_exact_name(jun):
    case = case_makers.case(jun)
    add_person(by=jun, case=case, part="suspect", name="王小明")
    other = case_makers.case(jun, makers.partner("XB"))
    add_person(by=jun, case=other, part="suspect", name="王小明")

    assert found(jun, persons=(Named("witness", "王小明"),)) == [(case.number, 1)]
    assert found(jun, persons=(Named("witness", "王小"),)) == []


def test_whether_somebody_stands_in_a_case_is_told_to_justice_only(jun):
    case = case_makers.case(jun)
    add_person(by=jun, case=case, part="suspect", name="王小明")

    assert found(makers.mei(), persons=(Named("suspect", "王小明"),)) == []


@pytest.mark.parametrize(
    ("fields", "is_found"),
    [
        ({}, True),
        ({"subject": "調取銀行金融資料"}, True),
        ({"subject": "送達文書"}, False),
        ({"letter_on": date(2025, 3, 31)}, True),
        ({"letter_on": date(2025, 4, 1)}, False),
        ({"letter_on": date(2025, 2, 28)}, False),
        ({"kind": "civil"}, False),
        ({"partner": "XB"}, False),
    ],
)
def test_a_similar_subject_counts_within_the_same_month_kind_and_partner(jun, fields, is_found):
    case = case_makers.case(jun)
    given = {
        "letter_on": date(2025, 3, 20),
        "received_on": date(2025, 4, 2),
        "subject": "調取金融資料",
    } | fields
    if "partner" in given:
        given["partner"] = makers.partner(given["partner"])

    assert found(jun, **given) == ([(case.number, 1)] if is_found else [])


def test_a_request_the_other_way_is_no_duplicate_by_its_subject(jun):
    case_makers.case(jun, direction="out")

    assert (
        found(jun, letter_on=date(2025, 3, 20), received_on=date(2025, 3, 21), subject="調取金融資料") == []
    )


def test_the_likeliest_comes_first_and_no_more_than_three_are_shown(jun):
    for _n in range(4):
        case_makers.case(jun)
    both = case_makers.case(jun, partner_reference="R-9", letter_on=date(2025, 3, 1))
    case_makers.case(jun)

    shown = found(jun, letter_on=date(2025, 3, 20), received_on=date(2025, 3, 21), subject="調取金融資料", partner_reference="R-9")  # fmt: skip

    assert (shown[0], len(shown)) == ((both.number, 2), 3)


def test_hidden_struck_out_and_drafted_cases_are_not_betrayed(jun):
    chen = case_makers.justice_supervisor()
    hidden = case_makers.case(jun, partner_reference="R-1", secrecy=Secrecy.RESTRICTED)
    void_case(by=chen, case=case_makers.case(jun, partner_reference="R-1"), reason="誤登")

    assert found(jun, partner_reference="R-1") == [(hidden.number, 1)]
    assert found(makers.stranger(), partner_reference="R-1") == []


def test_nothing_is_looked_for_without_a_partner_or_anything_to_compare(jun, django_assert_num_queries):
    jia = makers.partner()

    with django_assert_num_queries(0):
        nothing = [
            likely_duplicates(intake, reader=jun)
            for intake in (
                Intake(subject="調取金融資料", partner_reference="R-1"),
                Intake(partner=jia),
                Intake(partner=jia, kind="criminal", subject="調取金融資料"),
            )
        ]

    assert nothing == [[], [], []]


def test_likely_duplicates_take_one_query_for_one_case_and_for_three(jun):
    def cost():
        intake = case_makers.intake(partner_reference="R-1", persons=(Named("suspect", "王小明"),))
        with CaptureQueriesContext(connection) as queries:
            likely_duplicates(intake, reader=jun)
        return len(queries)

    case_makers.case(jun, partner_reference="R-1")
    with_one = cost()
    for _n in range(2):
        case_makers.case(jun, partner_reference="R-1")

    assert (with_one, cost()) == (1, 1)


def test_what_differs_is_marked_field_by_field(jun):
    case_makers.case(jun, partner_reference="R-1", office="甲署")
    intake = case_makers.intake(partner_reference="R-1", subject="調取金融帳戶資料", office="甲署")

    [duplicate] = likely_duplicates(intake, reader=jun)

    assert [row.differs for row in duplicate.rows] == [False, False, False, True, False, False, False, False]


# Logging.


@pytest.fixture
def twice(client_of, jun):
    """Jun's client, and a case that the filled form repeats."""
    return client_of(jun), case_makers.case(jun, letter_on=None)


def test_a_likely_duplicate_stands_beside_the_form_before_anything_is_registered(twice):
    client, case = twice

    answer = client.post("/cases/new/", filled(), headers=ENGLISH)

    assert answer.status_code == 200
    assert case.number in answer.text and "It is another one" in answer.text
    assert Case.objects.registered().count() == 1


def test_one_tick_says_that_it_is_another_one(twice):
    client, case = twice

    answer = client.post("/cases/new/", filled(verdict="another", compared=case.number))

    assert answer.status_code == 302
    assert (Case.objects.registered().count(), CaseLink.objects.count()) == (2, 0)


def test_the_tick_holds_only_for_the_cases_that_were_shown(twice):
    client, _case = twice

    answer = client.post("/cases/new/", filled(verdict="another", compared="114-受-9999"))

    assert (answer.status_code, Case.objects.registered().count()) == (200, 1)


def test_a_repeated_request_is_registered_and_linked_as_a_duplicate_once(twice):
    client, case = twice
    sent = filled(verdict=case.number, compared=case.number)

    answers = [client.post("/cases/new/", sent).url for _twice in range(2)]

    link = CaseLink.objects.get()
    assert answers == [link.case.get_absolute_url()] * 2
    assert (link.other, link.kind, Case.objects.registered().count()) == (case, "duplicate", 2)


def test_a_verdict_about_a_case_that_was_not_found_is_none(twice):
    client, case = twice

    answer = client.post("/cases/new/", filled(verdict="114-受-0009", compared=case.number))

    assert (answer.status_code, Case.objects.registered().count()) == (200, 1)


def test_a_person_typed_into_the_form_finds_the_case_of_that_person(client_of, jun):
    case = case_makers.case(jun, letter_on=date(2024, 1, 2), received_on=date(2024, 1, 3))
    add_person(by=jun, case=case, part="suspect", name="王小明")
    sent = filled(person_1_name="王小明", person_1_part="suspect", key=str(uuid.uuid4()))

    answer = client_of(jun).post("/cases/new/", sent, headers=ENGLISH)

    assert "the same person" in answer.text and case.number in answer.text


# What the history and the officer of the other case are told.


def searches():
    return list(
        Entry.objects.filter(verb="case.find_person").order_by("id").values_list("details__found", flat=True)
    )


def asked(case, **fields):
    """A request of which nothing but a person stands in the case."""
    named = {"person_1_name": "王小明", "person_1_part": "suspect"}
    return filled(partner=case.partner.code, kind="civil", subject="別的事") | named | fields


@pytest.mark.parametrize("page", ["/cases/new/", "/cases/new/live/"])
@pytest.mark.parametrize("secrecy", [Secrecy.INTERNAL, Secrecy.SEALED])
def test_a_look_at_a_likely_duplicate_is_noted_before_it_is_shown(client_of, page, secrecy):
    qiu = case_makers.sealed_officer()
    case = case_makers.case(qiu, partner_reference="R-1", officer=qiu, secrecy=secrecy)

    answer = client_of(qiu).post(page, filled(partner_reference="R-1", act="check"))

    assert case.number in answer.text
    assert [(look.reader, look.count) for look in looks.looks_at(case)] == [(qiu, 1)]


def test_a_form_that_asks_on_and_on_is_one_look_at_each_likely_duplicate(client_of, jun):
    first = case_makers.case(jun, partner_reference="R-1")
    client, key = client_of(jun), str(uuid.uuid4())
    for subject in ("甲", "甲乙", "甲乙丙"):
        client.post("/cases/new/live/", filled(partner_reference="R-1", subject=subject, key=key))
    second = case_makers.case(jun, partner_reference="R-1")
    client.post("/cases/new/live/", filled(partner_reference="R-1", key=key))
    again = client.post("/cases/new/live/", filled(partner_reference="R-1"))

    assert (first.number in again.text, second.number in again.text) == (True, True)
    assert (looks.looks_at(first).count(), looks.looks_at(second).count()) == (2, 2)


def test_names_of_a_request_that_is_registered_at_once_are_told_of_too(client_of, jun):
    case = case_makers.case(jun)

    client_of(jun).post("/cases/new/", asked(case, act="register"))

    assert (Case.objects.registered().count(), searches()) == (2, [0])


def test_where_nothing_is_shown_no_look_is_noted(client_of, jun):
    case = case_makers.case(jun, partner_reference="R-1")

    answer = client_of(jun).post("/cases/new/live/", filled(partner_reference="R-2", kind="civil"))

    assert (case.number in answer.text, looks.looks_at(case).exists()) == (False, False)


def test_names_that_are_compared_are_told_once_until_they_or_the_partner_or_the_form_are_others(
    client_of, jun
):
    case = case_makers.case(jun)
    add_person(by=jun, case=case, part="suspect", name="王小明")
    other, client, key = makers.partner("XB"), client_of(jun), str(uuid.uuid4())
    told = []
    for sent in (
        asked(case, key=key),
        asked(case, key=key, person_1_name=" 王小明 ", subject="又是別的事"),
        asked(case, key=key, person_1_name="李大同"),
        asked(case, key=key, partner=other.code),
        asked(case, key=key, person_2_name="李大同", person_2_part="witness"),
        asked(case, key=key),
        asked(case),
    ):
        client.post("/cases/new/live/", sent)
        told.append(searches())

    assert told == [[1], [1], [1, 0], [1, 0, 0], [1, 0, 0, 1], [1, 0, 0, 1], [1, 0, 0, 1, 1]]
    details = str(list(Entry.objects.values_list("details", flat=True)))
    assert ("王小明" in details, digest_of("王小明") in details) == (False, False)


def test_names_are_told_of_as_well_when_the_whole_form_is_sent_and_comes_back(client_of, jun):
    case = case_makers.case(jun)
    add_person(by=jun, case=case, part="suspect", name="王小明")

    answer = client_of(jun).post("/cases/new/", asked(case), headers=ENGLISH)

    assert ("the same person" in answer.text, searches()) == (True, [1])


def test_where_nobody_is_looked_for_nothing_is_told(client_of, jun):
    case = case_makers.case(jun)
    add_person(by=jun, case=case, part="suspect", name="王小明")

    client_of(makers.mei()).post("/cases/new/live/", asked(case))
    client_of(jun).post("/cases/new/live/", asked(case, person_1_name=""))
    client_of(jun).post("/cases/new/live/", asked(case, partner=""))

    assert searches() == []


def test_opening_a_draft_looks_for_no_person(client_of, jun):
    """Reading a page tells the history of no search; sending the form does."""
    case = case_makers.case(jun)
    add_person(by=jun, case=case, part="suspect", name="王小明")
    client, sent = client_of(jun), asked(case, act="draft")
    client.post("/cases/new/", sent, headers={"X-Autosave": "1"})

    back = client.get(Draft.objects.get().link, headers=ENGLISH)

    assert ('value="王小明"' in back.text, case.number in back.text, searches()) == (True, False, [])
    assert case.number in client.post("/cases/new/", sent | {"act": "check"}).text
    assert searches() == [1]


@pytest.mark.parametrize("number", [1, 3])
def test_comparing_names_takes_the_same_few_queries_for_one_case_and_for_three(
    client_of, jun, number, django_assert_max_num_queries
):
    for _n in range(number):
        case = case_makers.case(jun)
        add_person(by=jun, case=case, part="suspect", name="王小明")
    client, sent = client_of(jun), asked(case)

    # The beginning and the end of telling it, whether it was told, the newest entry, the new one, and on PostgreSQL a lock.
    with django_assert_max_num_queries(8 + A_LOOK + (6 if connection.vendor == "postgresql" else 5)):
        client.post("/cases/new/live/", sent)
