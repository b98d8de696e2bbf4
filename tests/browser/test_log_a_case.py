"""Logging a case in a real browser: from the keyboard alone, in few keys, with what follows told while one types."""

from datetime import date

import pytest
from django.db import connection

from cases.models import Case, CaseLink
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import Draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS_PER_KEY = 0.6
"""A slow typist's pace: 100 strokes a minute; a choice of the input method counts as the strokes it takes."""
STROKES_PER_CHARACTER = 4
"""What a Chinese character costs with a phonetic input method, at most, choice included."""
TWO_MINUTES = 120


class Keyboard:
    """Presses and types, and counts what a person would press."""

    def __init__(self, page):
        self.keys, self.strokes = page.keyboard, 0

    def press(self, key, times=1):
        for _n in range(times):
            self.keys.press(key)
        self.strokes += times

    def type(self, text):
        self.keys.type(text)
        self.strokes += sum(1 if letter.isascii() else STROKES_PER_CHARACTER for letter in text)


@pytest.fixture
def jun():
    jun = makers.jun()
    case_makers.in_force(makers.partner("XA"), date(2024, 5, 3))
    return jun


def focused(page):
    return page.evaluate("document.activeElement.id")


def tab_to(page, keyboard, field):
    """Tab until the field has the focus; fails when the keyboard does not lead there."""
    for _n in range(40):
        keyboard.press("Tab")
        if focused(page) == field:
            return
    pytest.fail(f"Tab does not lead to {field}")


def test_an_ordinary_case_is_logged_from_the_keyboard_in_under_two_minutes(page_of, jun):
    page = page_of(jun)
    page.goto("/cases/")
    keyboard = Keyboard(page)

    keyboard.press("n")
    page.wait_for_url("**/cases/new/")
    page.wait_for_function("() => document.activeElement.id === 'id_direction_0'")
    keyboard.press("Space")
    tab_to(page, keyboard, "id_partner")
    keyboard.type("甲國")
    tab_to(page, keyboard, "id_partner_reference")
    keyboard.type("A-2025/17")
    tab_to(page, keyboard, "id_letter_on")
    for part in ("114", "3", "3"):
        keyboard.type(part)
        keyboard.press("Tab")
    keyboard.press("Alt+3")
    assert focused(page) == "id_subject"
    keyboard.type("調取金融資料")
    tab_to(page, keyboard, "id_items_0")
    keyboard.press("Space")
    keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*-*/")

    case = Case.objects.get()
    assert (case.number, case.basis, case.officer) == (case.number, "agreement", jun)
    assert (case.partner_reference, case.requested_on) == ("A-2025/17", date(2025, 3, 3))
    assert keyboard.strokes * SECONDS_PER_KEY < TWO_MINUTES, keyboard.strokes


def fill(page, **fields):
    page.goto("/cases/new/")
    page.check("#id_direction_0")
    page.fill("#id_partner", "甲國")
    for name, part in {"": "114", "_month": "3", "_day": "10"}.items():
        page.fill(f"#id_received_on{name}", part)
    page.fill("#id_subject", fields.get("subject", "調取金融資料"))
    page.check("#id_items_0")


def test_the_basis_and_what_is_missing_follow_while_one_types_and_focus_stays(page_of, jun):
    page = page_of(jun)

    fill(page)
    page.wait_for_selector("#live-beside a[href='#id_purpose']")
    before = page.inner_text("#live-basis .note")
    page.fill("#id_received_on", "113")
    page.wait_for_function(
        "before => document.querySelector('#live-basis .note').innerText !== before", arg=before
    )
    page.click("#live-beside a[href='#id_purpose']")
    focus = focused(page)
    page.keyboard.type("偵查")
    page.wait_for_selector("#live-beside a[href='#id_purpose']", state="detached")

    assert (focus, focused(page)) == ("id_purpose", "id_purpose")
    assert Case.objects.count() == 0


def test_what_is_typed_survives_a_closed_window(page_of, jun):
    page = page_of(jun)

    fill(page, subject="打到一半之事由")
    page.click("details:has(#id_person_1_name) summary")
    page.fill("#id_person_1_name", "王小明")
    page.wait_for_function(
        "() => /\\d\\d:\\d\\d/.test(document.querySelector('[data-autosaved]').textContent)"
    )
    page.close()

    draft = Draft.objects.get()
    again = page_of(jun)
    again.goto(draft.link)
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM tracker_draft")
        assert "王小明" not in str(cursor.fetchall())
    assert again.input_value("#id_subject") == "打到一半之事由"
    assert again.input_value("#id_person_1_name") == "王小明"
    assert again.is_checked("#id_items_0")


def test_a_repeated_request_is_compared_and_linked_from_the_keyboard(page_of, jun, axe):
    first = case_makers.case(jun, letter_on=None)
    page = page_of(jun)

    fill(page)
    page.wait_for_selector("#live-duplicates table")
    axe(page)
    page.focus("#id_subject")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".summary")
    axe(page)
    page.focus("#id_verdict")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*-*/")

    link = CaseLink.objects.get()
    assert (link.other, link.kind) == (first, "duplicate")


def test_a_repeated_request_is_told_apart_without_script(page_of, jun):
    case_makers.case(jun, letter_on=None)
    page = page_of(jun, java_script_enabled=False)

    fill(page)
    page.click(".savebar noscript button, .savebar button[value=check]")
    seen = page.inner_text("#live-beside")
    page.check("#id_verdict")
    page.click("button[value=register]")

    assert "114-" in seen
    assert Case.objects.registered().count() == 2


@pytest.mark.parametrize("locale", ["zh-TW", "en-US"])
def test_the_open_form_the_card_and_the_contents_are_accessible_and_fit_a_phone(page_of, axe, jun, locale):
    case = case_makers.case(jun)
    page = page_of(jun, locale=locale, viewport={"width": 390, "height": 844})
    widths = []

    for address in (
        "/cases/new/",
        f"{case.get_absolute_url()}contents/",
        f"{case.get_absolute_url()}correct/",
        "/cases/struck/",
        "/partners/XA/practice/",
        "/partners/XA/practice/add/",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        axe(page)
        widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert set(widths) == {390}


@pytest.mark.parametrize("has_script", [True, False])
def test_the_letter_is_uploaded_with_the_form_and_survives_its_refusal(page_of, axe, jun, has_script):
    page = page_of(jun, locale="en", java_script_enabled=has_script)
    fill(page)
    page.fill("#id_subject", "")
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": "示例請求書".encode()}
    page.set_input_files("#id_files", letter)

    page.click(".savebar button[value=register]")
    page.wait_for_selector("#id_subject_error")
    kept = page.inner_text("#s4 .files")
    if has_script:
        axe(page)
    page.fill("#id_subject", "調取金融資料")
    page.press("#id_subject", "Enter")
    page.wait_for_url("**/cases/*-*/")
    page.goto(page.url + "documents/")

    assert "letter.txt" in kept
    assert "letter.txt" in page.inner_text("main table")
    assert Case.objects.registered().count() == 1
