"""Working through lists in a real browser: by keyboard, without script, on a phone, and fit for every reader."""

from datetime import date

import pytest

from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def jun():
    jun = makers.jun()
    for number in range(3):
        case_makers.case(jun, subject=f"第{number}案", deadline=date(2025, 4, 1 + number))
    return jun


def test_an_officer_ticks_two_rows_by_keyboard_and_takes_the_cases(page_of, jun):
    page = page_of(jun)
    page.goto("/cases/")

    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.click('.bulk button[value="assign"]')
    page.select_option("#id_officer", str(jun.pk))
    page.fill("#id_reason", "分案")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/")

    assert Case.objects.filter(officer=jun).count() == 2
    assert page.locator(".messages li").count() == 1


def test_one_press_ticks_the_page_and_unticks_it(page_of, jun):
    page = page_of(jun)
    page.goto("/cases/")
    counts = []

    for _n in range(2):
        page.click("a[data-tick]")
        counts.append(page.locator("tbody input:checked").count())

    assert counts == [3, 0]
    assert page.url.endswith("/cases/")


def test_a_page_is_ticked_and_assigned_without_script(page_of, jun):
    page = page_of(jun, java_script_enabled=False)
    page.goto("/cases/?state=open")

    page.click("a[data-tick]")
    page.click('.bulk button[value="assign"]')
    page.select_option("#id_officer", str(jun.pk))
    page.fill("#id_reason", "分案")
    page.click("main form .go")

    assert Case.objects.filter(officer=jun).count() == 3
    assert page.url.endswith("/cases/?state=open")


def test_a_view_is_saved_opened_and_shown_with_its_news(page_of, jun):
    page = page_of(jun)
    page.goto("/cases/")
    page.select_option("#id_state", "open")
    page.click(".filters button")
    page.click('a[href^="/cases/views/save/"]')
    page.fill("#id_name", "我的檢視")
    page.click("main form .go")
    page.wait_for_url("**view=*")
    page.goto("/cases/views/")

    assert SavedView.objects.get().query.startswith("state=open")
    assert "我的檢視" in page.inner_text("main")


def test_a_clerk_forwards_several_cases_without_script(page_of, jun):
    page = page_of(makers.mei(), java_script_enabled=False)
    page.goto("/cases/forwarding/")

    for box in page.locator("#to_justice tbody input").all()[:2]:
        box.check()
    page.fill("#to_justice_reference", "外條字第 1 號")
    page.click("#to_justice .go")

    assert sorted(Case.objects.values_list("state", flat=True)) == ["I10", "I20", "I20"]


@pytest.mark.parametrize("options", [{}, {"locale": "en", "color_scheme": "dark", "viewport": PHONE}])
def test_lists_in_every_dress_are_accessible_and_fit(page_of, axe, jun, options):
    made = [case_makers.case(jun, direction="out") for _n in range(2)]
    case_makers.walk(jun, made[0], on=date(2025, 3, 12), until="O40")
    case_makers.walk(jun, made[1], on=date(2025, 3, 12), until="O50")
    case_makers.case(jun, is_urgent=True, is_direct=True, officer=jun)
    page = page_of(jun, **options)
    keys = "&".join(f"case={key}" for key in Case.objects.values_list("pk", flat=True))
    too_wide = []

    for address in (
        "/cases/?more=1&state=open&requested_from=113/1/1&tick=1",
        "/cases/?as_of=2025-03-15&officer=me&state=active",
        "/cases/?updated=1",
        "/cases/?as_of=2025-02-31",
        f"/cases/assign/?{keys}",
        "/cases/forwarding/",
        "/cases/columns/",
        "/cases/home/",
    ):
        page.goto(address)
        axe(page)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            too_wide.append(address)

    assert too_wide == []


def test_a_lane_that_was_sent_with_an_error_is_accessible(page_of, axe, jun):
    page = page_of(jun)
    page.goto("/cases/forwarding/")

    page.click("#to_justice .go")
    page.wait_for_selector(".summary")

    axe(page)
