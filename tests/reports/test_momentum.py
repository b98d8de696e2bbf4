"""The ladder of momentum: which recorded fact puts a partner on which rung, as of a day."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from agreements.models import Contact
from reports.momentum import Facts, Rung, facts_of, rung_of
from tests import makers
from tests.cases import makers as case_makers
from tracker.partialdate import PartialDate
from tracker.workdays import TAIPEI

DAY = date(2025, 3, 20)


@pytest.fixture
def jun(db):
    return makers.jun()


def contact(partner, kind, held=date(2025, 1, 10), **fields):
    given = {
        "held": PartialDate.of(held) if isinstance(held, date) else PartialDate.parse(held),
        "words": "示例",
        "recorded_at": timezone.now(),
        "recorded_by": makers.User.objects.first(),
    }
    return Contact.objects.create(partner=partner, kind=kind, **(given | makers.marked(fields)))


def facts(partner, as_of=DAY, **options):
    given = {"reader": None, "with_samples": True} | options
    return facts_of([partner], as_of, **given)[partner.code]


@pytest.mark.parametrize(
    ("found", "rung"),
    [
        (Facts(), Rung.NO_CONTACT),
        (Facts(has_case=True), Rung.CASE_COOPERATION),
        (Facts(has_case=True, has_window=True), Rung.CONTACT_WINDOW),
        (Facts(has_draft=True), Rung.DRAFT),
        (Facts(has_case=True, has_draft=True, has_talks=True), Rung.NEGOTIATION),
        (Facts(has_talks=True), Rung.NEGOTIATION),
    ],
)
def test_the_highest_recorded_fact_says_the_rung(found, rung):
    assert rung_of(found) == rung


def test_a_partner_of_whom_nothing_is_recorded_stands_on_the_ground(jun):
    assert facts(makers.partner()) == Facts()


def test_a_case_counts_from_the_day_of_its_request(jun):
    case_makers.case(jun)

    assert facts(makers.partner(), date(2025, 3, 2)) == Facts()
    assert facts(makers.partner(), date(2025, 3, 3)) == Facts(has_case=True)


def test_cases_of_samples_count_only_when_asked_for_and_not_for_readers_of_no_case(jun):
    case_makers.case(jun)

    assert facts(makers.partner(), with_samples=False) == Facts()
    assert facts(makers.partner(), with_cases=False) == Facts()


def test_a_window_counts_from_its_last_possible_day_until_it_is_withdrawn(jun):
    window = contact(makers.partner(), "window", "2025-01")

    assert facts(makers.partner(), date(2025, 1, 30)) == Facts()
    assert facts(makers.partner(), date(2025, 1, 31)) == Facts(has_window=True)

    Contact.objects.filter(pk=window.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="示例")
    assert facts(makers.partner()) == Facts()


def test_a_meeting_alone_is_no_rung_and_a_draft_is(jun):
    contact(makers.partner(), "meeting")
    assert facts(makers.partner()) == Facts()

    contact(makers.partner(), "draft")
    assert facts(makers.partner()) == Facts(has_draft=True)


def test_a_proposed_file_is_no_talks_and_an_opened_one_is_until_it_ends(jun):
    mei, country = makers.mei(), makers.partner()
    file = makers.agreement(mei)
    assert facts(country) == Facts()

    makers.step(mei, file, "open_talks", date(2024, 1, 10))

    assert facts(country, date(2024, 1, 9)) == Facts()
    assert facts(country) == Facts(has_talks=True)
    assert facts(country, subject="civil_mla") == Facts()


def test_what_was_recorded_later_was_not_known_then(jun):
    contact(makers.partner(), "window", recorded_at=datetime(2025, 3, 1, 9, tzinfo=TAIPEI))

    assert facts(makers.partner(), known_on=date(2025, 2, 28)) == Facts()
    assert facts(makers.partner(), known_on=date(2025, 3, 1)) == Facts(has_window=True)


def test_a_stranger_sees_neither_restricted_contacts_nor_restricted_files(jun):
    contact(makers.partner(), "window", secrecy=2)
    makers.walk(makers.mei(), "T1", secrecy=2, until="open_talks")

    assert facts(makers.partner(), reader=jun) == Facts(has_window=True, has_talks=True)
    assert facts(makers.partner(), reader=makers.stranger()) == Facts()


def test_the_ladder_asks_as_often_for_three_partners_as_for_one(jun, django_assert_num_queries):
    several = [makers.partner(code) for code in ("XA", "XB", "XC")]
    for country in several:
        case_makers.case(jun, country)
        contact(country, "draft")

    with django_assert_num_queries(3):
        one = facts_of(several[:1], DAY, reader=jun, with_samples=True)
    with django_assert_num_queries(3):
        three = facts_of(several, DAY, reader=jun, with_samples=True)

    assert (list(one), list(three)) == (["XA"], ["XA", "XB", "XC"])
    assert set(three.values()) == {Facts(has_case=True, has_draft=True)}
