"""What the one script adds to every page, and that the frame holds in both languages, themes and widths."""

import re

import pytest
from playwright.sync_api import expect

from tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUIET_PAGE = "/search/"
FORM_PAGE = "/accounts/password/set/"


@pytest.mark.parametrize("locale", ["zh-TW", "en"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_frame_is_accessible_and_fits(page_of, axe, locale, color_scheme, width):
    page = page_of(
        makers.mei(), locale=locale, color_scheme=color_scheme, viewport={"width": width, "height": 900}
    )
    for address in (QUIET_PAGE, "/accounts/logout/"):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_key_goes_to_the_search_and_two_to_a_section(page_of):
    page = page_of(makers.mei())
    page.goto(QUIET_PAGE)

    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()

    page.keyboard.type("gr")
    expect(page.locator("#q")).to_have_value("gr")
    page.locator("#q").blur()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/reports/")


def test_a_question_mark_lists_the_keys_and_they_rest_meanwhile(page_of, axe):
    page = page_of(makers.mei())
    page.goto(QUIET_PAGE)

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    axe(page)
    page.keyboard.press("n")
    page.locator("#keys [data-close]").click()

    expect(page.locator("#keys")).to_be_hidden()
    expect(page).to_have_url(re.compile(f"{QUIET_PAGE}$"))


def test_single_keys_do_nothing_for_a_person_who_switched_them_off(page_of):
    mei = makers.mei()
    mei.has_single_keys = False
    mei.save()
    page = page_of(mei)
    page.goto(QUIET_PAGE)

    page.keyboard.press("/")
    page.keyboard.press("?")

    expect(page.locator("#q")).not_to_be_focused()
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("[data-open='#keys']").click()
    expect(page.locator("#keys")).to_be_visible()


def test_a_refused_form_puts_the_focus_on_its_errors_and_leads_to_the_field(page_of):
    page = page_of(makers.mei(), locale="en")
    page.goto(FORM_PAGE)

    page.locator("main form button").click()

    expect(page.locator(".summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.locator(".summary a").first.click()
    expect(page.locator("#id_password1")).to_be_focused()


def test_a_form_is_sent_once_however_often_its_button_is_pressed(page_of):
    page = page_of(makers.mei())
    page.goto("/accounts/logout/")
    sent = []
    page.route("**/accounts/logout/", lambda route: (sent.append(1), route.fulfill(status=204)))

    page.evaluate("const button = document.querySelector('main form button'); button.click(); button.click()")
    page.wait_for_timeout(300)

    assert sent == [1]


def test_without_scripts_the_language_changes_and_the_menu_opens(page_of):
    page = page_of(
        makers.mei(), locale="en", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page.goto(QUIET_PAGE)

    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant-TW")
    expect(page.locator(".nav ul")).to_be_hidden()
    page.locator(".navtoggle summary").click()

    expect(page.locator(".nav ul")).to_be_visible()
    expect(page.locator("[data-open='#keys']")).to_be_hidden()
