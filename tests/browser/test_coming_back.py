"""A session ends while somebody types, and the text is there again after the sign-in (ERR-3), with and without scripts."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import expect

from cases.models import Note
from tests import makers
from tests.cases import makers as cases
from tracker.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"
TEXT = "示例：打了半小時的字"


def half_an_hour_passes():
    Session.objects.update(seen_at=F("seen_at") - timedelta(minutes=31))


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_is_filled_in_again_after_the_sign_in(page_of, sign_in, axe, scripts):
    jun = makers.jun()
    jun.set_password(PASSWORD)
    jun.save()
    page = page_of(java_script_enabled=scripts)
    sign_in(page, "jun", PASSWORD)
    page.goto("/cases/new/")
    half_an_hour_passes()

    page.fill("[name=subject]", TEXT)
    page.locator("main form button.go").first.click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.fill("input[name=login]", "jun")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")

    expect(page).to_have_url(re.compile(r"/cases/new/\?draft="))
    expect(page.locator("[name=subject]")).to_have_value(TEXT)


def test_a_note_is_shown_again_and_written_with_one_button(page_of, sign_in, axe):
    jun = makers.jun()
    jun.set_password(PASSWORD)
    jun.save()
    case = cases.case(jun, officer=jun)
    page = page_of()
    sign_in(page, "jun", PASSWORD)
    page.goto(f"/cases/{case.number}/work/")
    half_an_hour_passes()

    page.fill("textarea[name=text]", TEXT)
    page.locator(
        "form:has(textarea[name=text]) button.go, form:has(textarea[name=text]) button"
    ).first.click()
    page.fill("input[name=login]", "jun")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page).to_have_url(re.compile("/accounts/resume/"))
    axe(page)
    expect(page.locator("main li", has_text=TEXT)).to_be_visible()
    page.locator("main button.go").click()

    expect(page).to_have_url(re.compile("/cases/.+/work/"))
    assert [note.text for note in Note.objects.all()] == [TEXT]


def test_after_the_sign_out_the_way_back_shows_nothing_of_the_case(page_of, sign_in):
    """WEB-5: no page of a case is shown again by the browser, and nothing of it was left in its storage."""
    jun = makers.jun()
    jun.set_password(PASSWORD)
    jun.save()
    case = cases.case(jun, subject=TEXT)
    page = page_of()
    sign_in(page, "jun", PASSWORD)
    page.goto(f"/cases/{case.number}/")
    shown = page.locator("h1").inner_text()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.goto("/accounts/logout/")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/accounts/login/"))

    page.go_back()
    page.go_back()

    assert TEXT in shown
    assert TEXT not in kept + page.content()
    expect(page.locator("input[name=password]")).to_be_visible()
