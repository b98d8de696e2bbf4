"""The command for scripts."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cases.actions import amend_case, save_draft
from cases.actions.contents import AMENDED, Amendment
from cases.actions.promises import Assurance, give_promise
from cases.lifecycle import State
from cases.models import Case, Promise
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY

pytestmark = pytest.mark.django_db


def report(as_of="2025-03-20", *options):
    out = StringIO()
    call_command("cases", "--as-of", as_of, "--format", "json", *options, stdout=out)
    return json.loads(out.getvalue())


def only(counts):
    return {name: number for name, number in counts.items() if number}


@pytest.fixture
def germany():
    return makers.partner("DE", name_zh="德國", is_sample=False)


@pytest.fixture
def jun():
    return makers.jun()


def test_the_command_says_on_standard_error_that_samples_are_left_out(germany, jun):
    def said(*options):
        err = StringIO()
        call_command("cases", "--as-of", "2025-03-20", *options, stdout=StringIO(), stderr=err)
        return err.getvalue().strip()

    case_makers.case(jun, germany)
    without_any = said()
    case_makers.case(jun)

    assert (without_any, said(), said("--with-samples")) == (
        "",
        "Fictional samples are left out; --with-samples counts them.",
        "",
    )


def test_a_case_is_told_as_it_stood_on_the_day(germany, jun):
    agreement = case_makers.in_force(germany, date(2025, 1, 1))
    case = case_makers.case(jun, germany, deadline=date(2025, 4, 1))
    case_makers.step(jun, case, "forward", date(2025, 3, 12))
    case_makers.step(jun, case, "take_in", date(2025, 3, 14))

    found = {day: report(day)["items"] for day in ("2025-03-09", "2025-03-10", "2025-03-13", "2025-03-14")}

    stood = {day: [item["state"] for item in items] for day, items in found.items()}
    assert stood == {"2025-03-09": [], "2025-03-10": ["I10"], "2025-03-13": ["I20"], "2025-03-14": ["I30"]}
    assert found["2025-03-14"] == [
        {
            "number": "114-受-0001",
            "partner": "DE",
            "kind": "criminal",
            "direction": "in",
            "state": "I30",
            "basis": "agreement",
            "agreement": agreement.number,
            "requested_on": "2025-03-03",
            "received_on": "2025-03-10",
            "due_on": "2025-04-01",
            "holder": "justice",
        }
    ]


def test_the_counts_are_those_of_the_items(germany, jun):
    case_makers.case(jun, germany)
    case_makers.case(jun, germany, direction="out", kind="civil")
    case_makers.walk(jun, case_makers.case(jun, germany))

    told = report()

    assert told["cases"] == len(told["items"]) == 3
    assert only(told["by_state"]) == {"I10": 1, "O10": 1, "I99": 1}
    assert only(told["by_direction"]) == {"in": 2, "out": 1}
    assert only(told["by_kind"]) == {"criminal": 2, "civil": 1}
    assert only(told["by_basis"]) == {"reciprocity": 2, "letters_rogatory": 1}
    assert set(told["by_state"]) == set(State.values)
    assert told["items"][-1]["due_on"] is None


def test_options_narrow_the_report_and_samples_are_left_out_unless_asked(germany, jun):
    case_makers.case(jun, germany)
    case_makers.case(jun, germany, direction="out")
    case_makers.case(jun, makers.partner("XA"))

    numbers = {
        options: [item["partner"] + item["direction"] for item in report("2025-03-20", *options)["items"]]
        for options in (
            (),
            ("--with-samples",),
            ("--direction", "out"),
            ("--partner", "de", "--state", "I10"),
            ("--partner", "XA"),
        )
    }

    assert numbers == {
        (): ["DEin", "DEout"],
        ("--with-samples",): ["DEin", "XAin", "DEout"],
        ("--direction", "out"): ["DEout"],
        ("--partner", "de", "--state", "I10"): ["DEin"],
        ("--partner", "XA"): [],
    }


def test_drafts_are_in_no_report(germany, jun):
    save_draft(by=jun, intake=case_makers.intake(germany))

    assert report("2025-03-20", "--with-samples")["items"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_report_takes_as_many_queries_for_one_case_as_for_three(
    rows, germany, jun, django_assert_num_queries
):
    for _n in range(rows):
        case_makers.case(jun, germany)

    with django_assert_num_queries(7):  # one asks whether samples are left out
        report()


def due(day, number):
    return {item["number"]: item["due_on"] for item in report(day)["items"]}[number]


def test_the_due_day_is_that_of_the_facts_of_the_day_not_of_today(germany, jun):
    third = date(2025, 2, 3)
    urgent = case_makers.case(
        jun, germany, is_urgent=True, is_direct=True, received_on=third, letter_on=third
    )
    case_makers.step(jun, urgent, "letter_arrives", date(2025, 2, 20))
    walked = case_makers.case(jun, germany, deadline=date(2025, 4, 1))
    case_makers.walk(jun, walked, date(2025, 3, 18))

    assert [case.due_on for case in Case.objects.all()] == [None, None]
    assert {day: due(day, urgent.number) for day in ("2025-02-03", "2025-02-19", "2025-02-20")} == {
        "2025-02-03": "2025-03-05",
        "2025-02-19": "2025-03-05",
        "2025-02-20": None,
    }
    assert {day: due(day, walked.number) for day in ("2025-03-17", "2025-03-18")} == {
        "2025-03-17": "2025-04-01",
        "2025-03-18": None,
    }


def test_a_promise_counts_from_its_giving_to_its_keeping(germany, jun):
    case = case_makers.case(jun, germany)
    given = Assurance("return_items", "us", "示例返還", given_on=date(2025, 3, 11), due_on=date(2025, 3, 31))
    promise = give_promise(by=jun, case=case, assurance=given, today=TODAY)
    Promise.objects.filter(pk=promise.pk).update(released_on=date(2025, 3, 15))

    assert {day: due(day, case.number) for day in ("2025-03-10", "2025-03-11", "2025-03-15")} == {
        "2025-03-10": None,
        "2025-03-11": "2025-03-31",
        "2025-03-15": None,
    }


def test_a_deadline_that_was_changed_later_is_told_as_it_was_on_the_day(germany, jun):
    moved, added = (
        case_makers.case(jun, germany, deadline=deadline) for deadline in (date(2025, 4, 1), None)
    )
    for case, days in ((moved, (date(2025, 5, 1), date(2025, 6, 1))), (added, (date(2025, 7, 1),))):
        for day in days:
            said = {name: getattr(case, name) for name in AMENDED} | {"deadline": day}
            amend_case(by=jun, case=case, amendment=Amendment(**said), reason="對方改期")
            case.refresh_from_db()

    due = {
        day: [item["due_on"] for item in report(day)["items"]]
        for day in ("2025-03-20", timezone.localdate().isoformat())
    }

    assert list(due.values()) == [["2025-04-01", None], ["2025-06-01", "2025-07-01"]]
