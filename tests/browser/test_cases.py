"""Cases in a real browser: logged from the keyboard, carried on, without script, and fit for every reader."""

from datetime import date

import pytest

from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tracker.roles import Secrecy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def jun():
    jun = makers.jun()
    case_makers.in_force(makers.partner("XA"), date(2024, 5, 3))
    return jun


def fill_by_keyboard(page):
    """Everything that a criminal request needs, without touching the mouse."""
    keys = page.keyboard
    page.goto("/cases/")
    keys.press("n")
    page.wait_for_url("**/cases/new/")
    page.locator("#id_direction_0").focus()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Home")
    keys.press("Tab")
    keys.type("甲")
    page.locator("#id_received_on").focus()
    for part in ("114", "3", "10"):
        keys.press("Control+A")
        keys.type(part)
        keys.press("Tab")
    page.locator("#id_items_0").focus()
    keys.press("Space")
    page.locator("#id_subject").focus()
    keys.type("調取金融資料")


def test_an_officer_logs_a_case_from_the_keyboard_and_sees_what_it_rests_on(page_of, jun):
    page = page_of(jun)

    fill_by_keyboard(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*-*/")

    case = Case.objects.get()
    assert case.number in page.inner_text(".ident")
    assert (case.partner.code, case.basis, case.officer) == ("XA", "agreement", jun)


def test_a_case_is_checked_registered_and_carried_on_without_script(page_of, jun):
    page = page_of(jun, java_script_enabled=False)
    page.goto("/cases/new/")
    page.check("#id_direction_0")
    page.select_option("#id_kind", "criminal")
    page.fill("#id_partner", "XA")
    for name, part in {"": "113", "_month": "5", "_day": "2"}.items():
        page.fill(f"#id_received_on{name}", part)
    page.click("button[value=check]")
    before = page.inner_text("#s2 .note")
    page.fill("#id_received_on_day", "3")
    page.check("#id_items_1")
    page.fill("#id_subject", "送達文書")
    page.click("button[value=register]")
    page.click("section.next a.go")
    page.click("section#step button.go")

    case = Case.objects.get()
    assert "113 年 5 月 2 日" in before
    assert (case.basis, case.state) == ("agreement", "I20")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-TW", "en-US"])
def test_every_page_of_cases_is_accessible_and_silent(page_of, axe, jun, locale, scheme):
    case = case_makers.case(jun, officer=jun, deadline=date(2025, 3, 12))
    page = page_of(jun, locale=locale, color_scheme=scheme)

    for path in ("/cases/", "/cases/?direction=out", "/cases/home/", "/cases/new/"):
        page.goto(path)
        axe(page)
    for path in ("", "step/", "basis/"):
        page.goto(f"{case.get_absolute_url()}{path}")
        axe(page)


def test_the_pages_fit_a_phone(page_of, jun):
    case = case_makers.case(jun)
    page = page_of(jun, viewport={"width": 390, "height": 844})

    widths = {}
    for path in ("/cases/", "/cases/home/", "/cases/new/", case.get_absolute_url()):
        page.goto(path)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")

    assert set(widths.values()) == {390}


def test_the_note_on_a_copy_is_the_foot_of_every_printed_page(live_server, page_of):
    """SEC-6: the foot of a table is what the browser prints again on each page; anything fixed lies over the text."""
    chen = makers.justice_supervisor()
    file = case_makers.case(makers.jun(), makers.partner("XA"), secrecy=Secrecy.RESTRICTED)
    page = page_of(chen)
    page.goto(f"/cases/{file.number}/")
    page.emulate_media(media="print")

    note = page.locator(".copynote")
    assert note.count() == 1
    assert note.evaluate("one => getComputedStyle(one).display") == "table-footer-group"
    assert note.evaluate("one => getComputedStyle(one.parentElement).display") == "table"
    assert note.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
