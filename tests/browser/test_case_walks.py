"""Whole cases walked in a real browser: assistance in and out, urgent and cured, refused and cured, stopped and held."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def jun():
    return makers.jun()


def fill_day(page, name, day):
    for part, value in (("", day.year - 1911), ("_month", day.month), ("_day", day.day)):
        page.fill(f"#id_{name}{part}", str(value))


def take(page, case, step, day, **given):
    """Take one step from the page of the case, as an officer does; the state that it led to."""
    page.goto(case.get_absolute_url())
    page.click(f"#step a[href$='step={step}']")
    assert page.is_checked(f"input[name=step][value={step}]")
    fill_day(page, "happened_on", day)
    for name, value in given.items():
        if name == "due_on":
            fill_day(page, name, value)
        elif name in ("ground", "result", "defect"):
            page.select_option(f"#id_{name}", value)
        else:
            page.fill(f"#id_{name}", value)
    with page.expect_navigation():
        page.click("#step button.go")
    case.refresh_from_db()
    return case.state


def test_an_incoming_request_is_refused_cured_executed_in_part_and_closed(page_of, jun, today, axe):
    mei = makers.mei()
    case = case_makers.case(mei, received_on=today - timedelta(days=30), letter_on=None, today=today)
    desk, office = page_of(mei), page_of(jun)
    ago = [today - timedelta(days=days) for days in range(30)]

    states = [
        take(desk, case, "forward", ago[28]),
        take(office, case, "take_in", ago[27]),
        take(office, case, "refuse", ago[20], ground="10(2)3", note="保證不足（示例）"),
        take(office, case, "cure", ago[18]),
        take(office, case, "accept", ago[17]),
        take(office, case, "commission", ago[16], body="示例地方檢察署"),
        take(office, case, "execute", ago[15]),
        take(office, case, "execute_in_part", ago[5]),
        take(office, case, "reply", ago[2]),
        take(office, case, "close", ago[1], result="part"),
    ]

    assert states == ["I20", "I30", "I90", "I30", "I50", "I60", "I70", "I75", "I85", "I99"]
    assert case.result == "part"
    axe(office)


def test_an_outgoing_request_is_returned_sent_chased_answered_in_part_and_closed(page_of, jun, today):
    mei = makers.mei()
    case = case_makers.case(jun, direction="out", received_on=today - timedelta(days=40), today=today)
    desk, office = page_of(mei), page_of(jun)
    ago = [today - timedelta(days=days) for days in range(40)]

    states = [
        take(office, case, "submit", ago[39]),
        take(office, case, "review", ago[38]),
        take(office, case, "return_for_correction", ago[37], defect="facts", note="示例", due_on=ago[30]),
        take(office, case, "submit", ago[31]),
        take(office, case, "review", ago[30]),
        take(office, case, "send_to_foreign_affairs", ago[29]),
        take(desk, case, "hand_to_mission", ago[28], body="駐甲國代表處（示例）"),
        take(desk, case, "deliver", ago[25]),
        take(office, case, "chase", ago[15]),
        take(office, case, "acknowledged", ago[14]),
        take(office, case, "executing_abroad", ago[13]),
        take(office, case, "part_reply", ago[8]),
        take(office, case, "deliver_reply", ago[3]),
        take(office, case, "close", ago[1], result="full"),
    ]

    assert states == [
        "O20", "O30", "O35", "O20", "O30", "O40", "O50", "O55", "O65", "O60", "O70", "O85", "O88", "O99",
    ]  # fmt: skip
    assert case.events.get(step="return_for_correction").defect == "facts"


def test_an_urgent_request_is_shown_with_its_term_and_cured(page_of, jun, today):
    received = today - timedelta(days=25)
    case = case_makers.case(
        jun, is_urgent=True, is_direct=True, letter_on=None, received_on=received, today=today
    )
    page = page_of(jun, locale="en")
    take(page, case, "preserve", received)

    page.goto(case.get_absolute_url())
    page.click("#clocks details summary")
    before = page.inner_text("#clocks")
    state = take(page, case, "letter_arrives", today)

    assert "The letter that confirms the urgent request is not here yet." in before
    assert "First day counted" in before and "art. 8(2)" in before
    assert (state, case.due_clock) == ("I30", "")
    assert "Met" in page.inner_text("#clocks")


def test_the_clocks_are_stopped_and_the_case_is_held_extended_and_taken_back(page_of, jun, today, axe):
    chen = case_makers.justice_supervisor()
    deadline = today + timedelta(days=20)
    case = case_makers.case(
        jun, received_on=today - timedelta(days=5), letter_on=None, deadline=deadline, today=today
    )
    page = page_of(jun, locale="en")

    page.goto(case.get_absolute_url())
    page.click("text=Stop the clocks")
    page.check("input[name=category][value=court]")
    page.fill("#id_reason", "待裁定（示例）")
    page.click("form.form button.go")
    page.click("text=Put on hold")
    fill_day(page, "until", today + timedelta(days=7))
    page.fill("#id_reason", "待示例意見")
    page.click("form.form button.go")
    page.click("text=Ask for more time")
    page.check("input[name=clock][value=C2]")
    fill_day(page, "due_asked", today + timedelta(days=60))
    page.fill("#id_reason", "卷證浩繁（示例）")
    page.click("form.form button.go")
    held = page.inner_text("main")
    axe(page)
    chief = page_of(chen, locale="en")
    chief.goto(case.get_absolute_url())
    chief.click("#clocks a:text-is('Decide')")
    chief.check("input[name=decision][value=approve]")
    chief.click("form.form button.go")
    page.goto(case.get_absolute_url())
    page.click("text=Take back from hold")
    page.click("form.form button.go")
    page.wait_for_selector("text=Put on hold")

    case = Case.objects.get()
    assert "On hold until" in held and "stand still since" in held
    assert (case.due_on, case.held_until) == (today + timedelta(days=60), None)
    assert sorted(case.intervals.values_list("sort", flat=True)) == ["hold", "stop"]


def test_an_extradition_is_carried_to_the_hand_over(page_of, jun, today):
    mei = makers.mei()
    case = case_makers.case(
        mei,
        kind="extradition",
        items=(),
        received_on=today - timedelta(days=60),
        letter_on=None,
        today=today,
    )
    desk, office = page_of(mei), page_of(jun)
    ago = [today - timedelta(days=days) for days in range(60)]

    states = [
        take(desk, case, "forward", ago[59]),
        take(office, case, "take_in", ago[58]),
        take(office, case, "assign_prosecutor", ago[57], body="示例地方檢察署"),
        take(office, case, "arrest", ago[56]),
        take(office, case, "question_person", ago[55]),
        take(office, case, "send_to_court", ago[54], body="示例地方法院"),
        take(office, case, "serve_facts", ago[53]),
        take(office, case, "receive_defence", ago[40]),
        take(office, case, "conclude_hearing", ago[30]),
        take(office, case, "court_decides", ago[27], note="應准許（示例）"),
        take(office, case, "pass_to_foreign_affairs", ago[26]),
        take(desk, case, "submit_to_president", ago[25]),
        take(desk, case, "president_grants", ago[15]),
        take(desk, case, "give_notice", ago[14]),
        take(office, case, "hand_over", ago[4]),
        take(office, case, "close", ago[3], result="full"),
    ]

    assert states == [
        "I20", "I30", "I41", "I41", "I41", "I42", "I42", "I42", "I42", "I43", "I44", "I45", "I46", "I47", "I48", "I99",
    ]  # fmt: skip
