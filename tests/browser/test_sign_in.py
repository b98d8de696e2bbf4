"""Signing in with a browser; and that the browser's complaints, of which every test here must be free, are heard."""

import re

import pytest
from playwright.sync_api import expect

from tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGN_IN = "/accounts/login/"


@pytest.mark.parametrize("locale", ["zh-TW", "en"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_sign_in_page_is_accessible(page_of, axe, locale, color_scheme):
    page = page_of(locale=locale, color_scheme=color_scheme)

    page.goto(SIGN_IN)

    axe(page)
    expect(page.locator("html")).to_have_attribute("lang", {"zh-TW": "zh-Hant-TW", "en": "en"}[locale])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_signs_in_with_a_password_with_or_without_scripts(page_of, sign_in, scripts):
    mei = makers.mei()
    mei.set_password("correct horse battery")
    mei.save()
    page = page_of(java_script_enabled=scripts)

    sign_in(page, "mei", "correct horse battery")

    page.goto("/accounts/password/change/")
    expect(page).to_have_url(re.compile("/accounts/password/change/$"))


def test_a_wrong_password_is_refused_and_stays_on_the_page(page_of):
    makers.mei()
    page = page_of()

    page.goto(SIGN_IN)
    page.fill("input[name=login]", "mei")
    page.fill("input[name=password]", "wrong horse battery")
    page.press("input[name=password]", "Enter")

    expect(page).to_have_url(re.compile(f"{SIGN_IN}$"))
    expect(page.locator("input[name=password]")).to_have_value("")


def test_what_the_content_security_policy_refuses_is_heard(page_of, browser_errors):
    page = page_of()
    page.goto(SIGN_IN)

    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(100)

    assert any("style-src" in error for error in browser_errors)
    browser_errors.clear()


def test_what_a_script_throws_is_heard(page_of, browser_errors):
    page = page_of()
    page.goto(SIGN_IN)

    page.evaluate("setTimeout(() => { throw new Error('thrown') }, 0)")
    page.wait_for_timeout(100)

    assert any("thrown" in error for error in browser_errors)
    browser_errors.clear()
