"""Urgent requests that came straight to Justice, each to its end in a browser; and closing over an open promise."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.actions.promises import Assurance, give_promise
from cases.models import Case
from tests import makers
from tests.browser.test_case_walks import take
from tests.cases import makers as case_makers
from tracker.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

URGENT = {"is_urgent": True, "is_direct": True, "letter_on": None}


@pytest.fixture
def jun():
    return makers.jun()


def clocks(page, case):
    """What the page of the case says about its time limits, the workings opened."""
    page.goto(case.get_absolute_url())
    for summary in page.locator("#clocks details summary").all():
        summary.click()
    return page.inner_text("#clocks")


@pytest.mark.parametrize(
    ("received", "letter", "outcome", "because"),
    [
        (date(2025, 3, 3), date(2025, 4, 2), "Met", "it ends on a working day"),
        (date(2025, 3, 3), date(2025, 4, 3), "Done 1 day late", "it ends on a working day"),
        (date(2025, 3, 5), date(2025, 4, 7), "Met", "ends on the next working day"),  # day 30 is a holiday
        (date(2025, 3, 5), date(2025, 4, 8), "Done 1 day late", "ends on the next working day"),
    ],
)
def test_an_urgent_request_is_cured_in_time_or_late(page_of, jun, received, letter, outcome, because):
    case = case_makers.case(jun, received_on=received, today=received, **URGENT)
    case_makers.step(jun, case, "preserve", received, today=received)
    page = page_of(jun, locale="en")

    state = take(page, case, "letter_arrives", letter)

    told = clocks(page, case)
    assert (state, outcome in told.splitlines()[1:6], because in told) == ("I30", True, True)


def test_the_ten_days_of_an_agreement_come_before_the_thirty_of_the_act(page_of, jun):
    jia, received = makers.partner(), date(2025, 3, 3)
    case_makers.in_force(jia, date(2024, 1, 1), urgent_confirmation_days=10)
    case = case_makers.case(jun, jia, received_on=received, today=received, **URGENT)
    page = page_of(jun, locale="en")
    before = clocks(page, case)

    state = take(page, case, "letter_arrives", date(2025, 3, 13))

    assert (case.basis, state) == ("agreement", "I30")
    assert "114.03.13" in before
    assert "Met" in clocks(page, case).splitlines()


def test_an_urgent_request_that_is_withdrawn_on_the_fifth_day_has_missed_nothing(page_of, jun):
    received = date(2025, 3, 3)
    case = case_makers.case(jun, received_on=received, today=received, **URGENT)
    case_makers.step(jun, case, "preserve", date(2025, 3, 4), today=date(2025, 3, 4))
    page = page_of(jun, locale="en")

    states = [
        take(page, case, "withdrawn", date(2025, 3, 8)),
        take(page, case, "close", date(2025, 3, 9), result="none"),
    ]

    told = clocks(page, case)
    assert (states, case.result, case.due_on) == (["I94", "I99"], "none", None)
    assert "The case ended on" in told
    assert "late" not in told.lower() and "Not done" not in told


def test_a_case_with_an_open_promise_is_closed_with_a_reason_only(page_of, jun, axe):
    today = timezone.localdate()
    ago = today - timedelta(days=5)
    case = case_makers.case(jun, received_on=ago, letter_on=None, today=ago)
    case_makers.walk(jun, case, ago, until="I85")
    lent = Assurance("return_items", "us", "歸還證物（示例）", ago, due_on=today + timedelta(days=30))
    give_promise(by=jun, case=case, assurance=lent, today=today)
    page = page_of(jun, locale="en")

    refused = take(page, case, "close", today, result="full")
    page.wait_for_selector("#id_note_error")
    said = page.inner_text("#id_note_error")
    axe(page)
    page.fill("#id_note", "證物返還另行列管（示例）")
    with page.expect_navigation():
        page.click("#step button.go")
    page.goto(f"{case.get_absolute_url()}promises/")

    case = Case.objects.get()
    assert (refused, case.state, case.is_open) == ("I85", "I99", False)
    assert "Still promised" in said
    assert "歸還證物（示例）" in page.inner_text("main")
    assert Entry.objects.filter(verb="case.close_with_promises").count() == 1
