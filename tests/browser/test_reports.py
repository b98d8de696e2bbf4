"""The priority page in a browser: accessible in both languages, light and dark, and whole without script."""

from datetime import date

import pytest

from reports.actions import load_indicators
from tests import makers
from tests.reports.conftest import NAMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/reports/?as_of=2024-12-31&with_samples=on"


@pytest.fixture
def register(transactional_db):
    partners = {
        code: makers.partner(code, name_zh=zh, name_en=en, is_sample=False)
        for code, (zh, en) in NAMES.items()
    }
    load_indicators(by=None)
    lin = makers.lin()
    makers.walk(lin, "A1", partner=partners["CN"], start=date(2024, 1, 1), until="enter_into_force")
    makers.walk(
        lin,
        "A1",
        partner=partners["VN"],
        subjects=["civil_mla"],
        start=date(2024, 1, 1),
        until="enter_into_force",
    )
    makers.walk(lin, "T1", until="sign")


@pytest.mark.parametrize("locale", ["zh-TW", "en"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_priority_page(register, page_of, axe, locale, color_scheme, width):
    page = page_of(
        makers.mei(), locale=locale, color_scheme=color_scheme, viewport={"width": width, "height": 900}
    )

    page.goto(ADDRESS)

    assert page.locator(".rank > li").count() == 4
    axe(page)


def test_a_supervisor_asks_for_another_day_without_script(register, page_of):
    page = page_of(makers.justice_supervisor(), java_script_enabled=False, locale="en")
    page.goto("/reports/")

    page.fill("input[name=as_of]", "112/12/31")
    page.locator(".asof button").click()

    assert "as_of=112%2F12%2F31" in page.url
    assert page.locator(".sub time").get_attribute("datetime") == "2023-12-31"
    assert page.locator(".rank > li h3").first.inner_text().strip() == "Myanmar"
