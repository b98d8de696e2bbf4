"""The pages that show the register, in a real browser: accessible, quiet, and no wider than the window."""

from datetime import date

import pytest

from agreements.models import StatedFigure
from tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/agreements/?as_of=2024-06-15",
    "/agreements/?view=table",
    "/agreements/?view=map",
    "/agreements/?phase=stopped&as_of=x",
    "/agreements/status/?as_of=2024-06-15",
    "/agreements/changes/?from=2024-01-31&to=2024-12-31",
    "/agreements/home/",
    "/partners/",
    "/partners/DE/",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def lin():
    """Supervisor Lin, beside a register with something on every page."""
    lin = makers.lin()
    germany = makers.partner("DE", is_sample=False, name_zh="德國", name_en="Germany", region="europe")
    file = makers.walk(lin, "A1", until="record", start=date(2024, 1, 10), partner=germany)
    makers.step(lin, file, "enter_into_force", "2024-06")
    makers.walk(lin, "T1", until="sign", start=date(2024, 1, 10), partner=germany, title_zh="德國引渡條約")
    makers.walk(lin, "T1", until="open_talks", start=date(2024, 1, 10))
    StatedFigure.objects.create(
        as_of=date(2023, 12, 31), measure="signed", partners=26, agreements=44, source="示例"
    )
    return lin


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("locale", "scheme"), [("zh-TW", "light"), ("zh-TW", "dark"), ("en-GB", "light")])
def test_the_pages_of_the_register_are_accessible_and_fit_the_window(
    page_of, axe, lin, locale, scheme, viewport
):
    page = page_of(lin, locale=locale, color_scheme=scheme, viewport=viewport)

    for path in PAGES:
        page.goto(path)
        axe(page)
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert (path, width[0]) == (path, width[1])


def test_without_script_the_board_is_narrowed_and_looked_at_on_another_day(page_of, lin):
    page = page_of(lin, locale="en-GB", java_script_enabled=False)

    page.goto("/agreements/")
    page.get_by_label("Another day").fill("113年4月")
    page.get_by_role("button", name="Show").first.click()
    page.get_by_label("Subject").select_option("criminal_mla")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Table", exact=True).click()

    assert "as_of=113" in page.url
    assert "subject=criminal_mla" in page.url
    assert page.get_by_role("row").count() == 4
