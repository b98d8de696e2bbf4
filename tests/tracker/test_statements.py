"""Statements that are put together once: they answer as the query itself does, for each reader, and notice what they cannot keep."""

from datetime import date, timedelta

import pytest

from cases.models import Case, CaseEvent
from tests import makers
from tests.cases import makers as case_makers
from tracker.roles import Ministry, Secrecy
from tracker.statements import NotPreparable, Prepared

pytestmark = pytest.mark.django_db


def of_reader(*, reader, since):
    rows = Case.objects.visible_to(reader).filter(requested_on__gte=since)
    return rows.select_related("partner", "officer").order_by("pk")


def test_it_answers_as_the_query_does_for_each_reader_and_day():
    jun, low = makers.jun(), makers.person("low", ministry=Ministry.JUSTICE, clearance=Secrecy.ORDINARY)
    for day, officer, secrecy in ((1, jun, Secrecy.ORDINARY), (2, None, Secrecy.RESTRICTED)):
        case_makers.case(jun, officer=officer, secrecy=secrecy, letter_on=date(2025, 3, day))
    asked = Prepared(of_reader)
    readers = [jun, low, makers.stranger(), makers.auditor()]
    days = [date(2025, 3, 1), date(2025, 3, 2)]

    found = [[vars_of(case) for case in asked(reader=who, since=day)] for who in readers for day in days]

    assert found == [
        [vars_of(case) for case in of_reader(reader=who, since=day)] for who in readers for day in days
    ]
    assert [len(rows) for rows in found[:4]] == [2, 1, 1, 0]


def vars_of(case):
    return {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields} | {
        "partner": str(case.partner),
        "officer": str(case.officer),
    }


def test_what_is_joined_is_not_asked_again(django_assert_num_queries):
    jun = makers.jun()
    case_makers.case(jun, officer=jun)
    asked, given = Prepared(of_reader), {"reader": jun, "since": date(2000, 1, 1)}

    with django_assert_num_queries(2):
        found = [(case.partner.code, case.officer.name) for _time in range(2) for case in asked(**given)]

    assert found == [("XA", "Jun")] * 2


def test_it_is_put_together_once_for_all_readers_of_a_kind():
    built = []

    def rows(*, reader):
        built.append((reader.ministry, reader.role))
        return Case.objects.visible_to(reader).values_list("pk")

    asked = Prepared(rows)
    for who in (makers.jun(), makers.person("other", ministry=Ministry.JUSTICE), makers.mei()):
        asked(reader=who)

    # Twice each, to compare.
    assert built == [
        (ministry, "officer") for ministry in ("justice", "justice", "foreign_affairs", "foreign_affairs")
    ]


def test_a_query_that_reads_its_values_is_refused():
    computed = Prepared(lambda *, day: CaseEvent.objects.filter(happened_on__lte=day + timedelta(days=7)))
    formed = Prepared(lambda *, key: CaseEvent.objects.filter(case=key)[: key % 7])
    unknown = Prepared(lambda *, keys: CaseEvent.objects.filter(case__in=keys))

    for asked, given in (
        (computed, {"day": date(2025, 3, 1)}),
        (formed, {"key": 1}),
        (unknown, {"keys": [1]}),
    ):
        with pytest.raises(NotPreparable):
            asked(**given)
