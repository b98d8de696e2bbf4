"""Mei signs in, opens a file, and carries it from first talks to promulgation through the pages alone."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from agreements.models import Agreement
from tests import makers
from tracker import audit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"
LETTER = "外條字第 1140000000 號"


@dataclass(frozen=True)
class Taken:
    """One step of the walk: what else the form is given, and the stage in words where it leads."""

    step: str
    stage: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    file: str = ""
    is_awaited: bool = True


WALK = (
    Taken("open_talks", "Negotiating"),
    Taken("initial", "Text agreed", file="約本.txt"),
    Taken("sign_first", "Signed by one side", {"place": "台北"}, {"ground": "approved"}, is_awaited=False),
    Taken("sign", "Signed", {"place": "示例市"}, {"ground": "approved"}),
    Taken("submit", "Submitted to the Executive Yuan", {"reference": LETTER}),
    Taken("send_to_legislature", "Before the Legislative Yuan", {"term": "11"}),
    Taken("approve", "Approved by the Legislative Yuan"),
    Taken("issue_instrument", "Instrument issued"),
    Taken("exchange", "Exchanged, deposited or notified"),
    Taken("enter_into_force", "In force"),
    Taken("promulgate", "Promulgated", {"reference": LETTER}),
)


def type_day(page: Page, name: str, day: date) -> None:
    """The day as officers type it: year of the Republic, month, day."""
    for part, number in (("year", day.year - 1911), ("month", day.month), ("day", day.day)):
        page.fill(f"input[name={name}_{part}]", str(number))


def register(page: Page, day: date) -> None:
    page.goto("/agreements/new/")
    page.select_option("select[name=partner]", label="Country A XA (sample)")
    page.check("input[name=subjects][value=criminal_mla]")
    page.fill("input[name=title_zh]", "與甲國刑事司法互助條約")
    page.check("input[name=has_ratification_clause][value=yes]")
    page.check("input[name=touches_rights][value=yes]")
    type_day(page, "opened_on", day)
    page.click(".savebar button[value=check]")
    expect(page.locator("#proposal")).to_contain_text("Treaty with a ratification clause")
    page.click(".savebar button[value=take]")


def take(page: Page, number: str, taken: Taken, day: date) -> None:
    """From the record to the form, to the page that says what will follow, and back to the record."""
    page.goto(f"/agreements/{number}/")
    if taken.is_awaited:
        page.click(f"a.btn.go[href$='?step={taken.step}']")
    else:
        page.click(f"a.btn[href$='/{number}/steps/new/']")
        page.check(f"input[name=step][value={taken.step}]")
    type_day(page, "happened", day)
    for name, text in taken.fields.items():
        page.fill(f"[name={name}]", text)
    for name, value in taken.choices.items():
        page.select_option(f"select[name={name}]", value)
    if taken.file:
        upload = {"name": taken.file, "mimeType": "text/plain", "buffer": "示例約本".encode()}
        page.set_input_files("input[name=files]", upload)
    page.click(".savebar button[value=check]")
    expect(page.locator("#consequences")).to_contain_text(taken.stage)
    page.click(".savebar button[value=take]")
    page.wait_for_url("**recorded=*")
    expect(page.locator(".note.done")).to_contain_text(f"The agreement stands at “{taken.stage}”.")


@pytest.mark.parametrize("scripts", [True, False])
def test_mei_carries_a_treaty_from_first_talks_to_promulgation(page_of, sign_in, axe, scripts):
    mei = makers.mei()
    mei.set_password(PASSWORD)
    mei.save()
    makers.partner()
    page = page_of(locale="en", java_script_enabled=scripts)
    start = timezone.localdate() - timedelta(days=120)

    sign_in(page, "mei", PASSWORD)
    register(page, start)
    page.wait_for_url("**/agreements/A-*/")
    file = Agreement.objects.get()
    for place, taken in enumerate(WALK, start=1):
        take(page, file.number, taken, start + timedelta(days=10 * place))
        if scripts:
            axe(page)

    file.refresh_from_db()
    assert [row.step for row in file.milestones.order_by("order")] == [taken.step for taken in WALK]
    assert (file.stage, file.track) == ("75", "T1")
    assert file.milestones.get(step="initial").documents.get().versions.get().name == "約本.txt"
    assert audit.verify().intact
    expect(page.locator(".steps [aria-current=step] h3")).to_have_text("In force")
    expect(page.locator("#events .line > li.key")).to_have_count(len(WALK))
    expect(page.locator("#clocks")).to_contain_text("Met")


@pytest.mark.parametrize(("locale", "color_scheme"), [("zh-TW", "light"), ("en", "dark")])
def test_forms_with_errors_and_the_pages_before_a_deed_are_accessible(page_of, axe, locale, color_scheme):
    mei = makers.mei()
    file = makers.walk(mei, until="initial")
    last = file.milestones.get(step="initial")
    page = page_of(mei, locale=locale, color_scheme=color_scheme)

    page.goto(f"/agreements/{file.number}/steps/new/?step=sign")
    upload = {"name": "約本.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    page.set_input_files("input[name=files]", upload)
    page.click(".savebar button[value=check]")
    expect(page.locator(".summary")).to_be_focused()
    axe(page)
    type_day(page, "happened", date(2024, 3, 1))
    page.select_option("select[name=ground]", "urgent")
    page.click(".savebar button[value=check]")
    expect(page.locator("#consequences")).to_be_visible()
    axe(page)
    page.click(".savebar button[value=change]")
    expect(page.locator("input[name=happened_day]")).to_have_value("1")
    page.goto(f"/agreements/{file.number}/milestones/{last.pk}/correct/")
    page.click(".savebar button[value=check]")
    axe(page)
    page.fill("input[name=happened_day]", "25")
    page.fill("textarea[name=reason]", "依會議紀錄")
    page.click(".savebar button[value=check]")
    expect(page.locator("main tbody th")).to_have_count(1)
    axe(page)
    page.goto("/agreements/new/")
    page.click(".savebar button[value=check]")
    expect(page.locator(".summary")).to_be_focused()
    axe(page)
