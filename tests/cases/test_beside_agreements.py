"""What the pages of agreements and partners say of cases: never more than the reader may see."""

import re
from datetime import date

import pytest

from agreements.actions import StepRequest, plan_step
from agreements.filters import read_as_of
from cases.consequences import AGAIN
from cases.models import Case
from cases.panels import cases_of_partner, cases_on_agreement
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
NOW = read_as_of({}, today=TODAY)


@pytest.fixture
def lin():
    return makers.lin()


@pytest.fixture
def jia():
    return makers.partner("XA")


def told(by, agreement, step, on=date(2025, 3, 15), **fields):
    """The numbers of the cases named in the plan of the step, by kind of consequence."""
    request = StepRequest(step=step, happened=PartialDate.of(on), note="示例", reference="示例字", **fields)
    plan = plan_step(by=by, agreement=agreement, request=request, today=TODAY)
    cases = [one for one in plan.consequences if one.kind != AGAIN]
    return sorted((one.kind, re.split(r"[（( ]", str(one.words))[0], one.url) for one in cases)


def recorded(lin, partner, subject="criminal_mla"):
    """An agreement that waits to enter into force."""
    return makers.walk(
        lin, "A1", until="record", partner=partner, subjects=[subject], title_zh=f"示例 {subject}"
    )


def test_a_step_into_force_names_the_open_cases_that_it_covers(lin, jia):
    agreement = recorded(lin, jia)
    jun = makers.jun()
    gaining = case_makers.case(jun, jia)
    case_makers.case(jun, jia, kind="civil")
    case_makers.case(jun, makers.partner("XB"))
    case_makers.case(jun, jia, basis="convention", basis_reason="x")
    case_makers.walk(jun, case_makers.case(jun, jia))

    assert told(lin, agreement, "enter_into_force") == [
        ("case_gains_basis", gaining.number, gaining.get_absolute_url())
    ]


@pytest.mark.parametrize("step", ["suspend", "terminate", "expire"])
def test_a_step_out_of_force_names_the_open_cases_that_rest_on_it(lin, jia, step):
    agreement = case_makers.in_force(jia, date(2025, 1, 1), by=lin)
    jun = makers.jun()
    losing = case_makers.case(jun, jia)
    case_makers.case(jun, jia, letter_on=date(2024, 12, 31), received_on=date(2025, 1, 5))
    case_makers.walk(jun, case_makers.case(jun, jia))

    assert told(lin, agreement, step) == [("case_loses_basis", losing.number, losing.get_absolute_url())]


def test_a_step_that_changes_nothing_about_its_force_names_no_case(lin, jia):
    agreement = case_makers.in_force(jia, date(2025, 1, 1), by=lin)
    case_makers.case(makers.jun(), jia)

    assert told(lin, agreement, "publish") == []


def test_a_plan_names_only_cases_that_its_reader_may_see(lin, jia):
    agreement = recorded(lin, jia)
    qiu = case_makers.sealed_officer()
    shown = case_makers.case(qiu, jia, secrecy=Secrecy.RESTRICTED)
    case_makers.case(qiu, jia, secrecy=Secrecy.SEALED)

    assert [number for _kind, number, _url in told(lin, agreement, "enter_into_force")] == [shown.number]


def test_of_very_many_cases_some_are_named_and_the_others_counted(lin, jia):
    agreement = recorded(lin, jia)
    jun = makers.jun()
    first = case_makers.case(jun, jia)
    rows = [
        Case(
            **{
                field.attname: getattr(first, field.attname)
                for field in Case._meta.concrete_fields
                if field.attname not in ("id", "number")
            },
            number=f"114-受-{number:04d}",
        )
        for number in range(2, 24)
    ]
    Case.objects.bulk_create(rows)

    found = told(lin, agreement, "enter_into_force")

    assert len(found) == 21
    assert [url for _kind, _words, url in found].count("") == 1


def shown_numbers(panel):
    return [case.number for case in panel[2]["cases"]], panel[2]["numbers"]


def test_the_partners_page_shows_its_open_cases_to_those_who_may_see_them(jia):
    qiu = case_makers.sealed_officer()
    case_makers.case(qiu, jia, secrecy=Secrecy.SEALED)
    seen = case_makers.case(qiu, jia)
    out = case_makers.case(qiu, jia, direction="out")
    case_makers.walk(qiu, case_makers.case(qiu, jia))
    case_makers.case(qiu, makers.partner("XB"))

    numbers = shown_numbers(cases_of_partner(jia, makers.mei(), TODAY))

    assert numbers == ([out.number, seen.number], {"open_in": 1, "open_out": 1, "every": 3})
    assert cases_of_partner(jia, makers.administrator(), TODAY) is None


def test_the_agreements_page_shows_the_cases_that_rest_on_it(jia):
    agreement = case_makers.in_force(jia, date(2025, 1, 1))
    jun = makers.jun()
    resting = case_makers.case(jun, jia)
    case_makers.case(jun, jia, kind="civil")

    assert shown_numbers(cases_on_agreement(agreement, jun, NOW)) == (
        [resting.number],
        {"open_in": 1, "open_out": 0, "every": 1},
    )
    assert cases_on_agreement(agreement, makers.administrator(), NOW) is None


def test_both_pages_draw_the_panel(client_of, jia):
    agreement = case_makers.in_force(jia, date(2025, 1, 1))
    jun = makers.jun()
    case = case_makers.case(jun, jia)

    pages = [
        client_of(jun).get(path).content.decode()
        for path in (jia.get_absolute_url(), agreement.get_absolute_url())
    ]

    assert [case.get_absolute_url() in page for page in pages] == [True, True]
