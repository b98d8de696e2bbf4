"""The priority page in a browser: accessible in both languages, light and dark, and whole without script."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reports.actions import load_indicators, propose_weights
from reports.factors import gather
from reports.priorities import Weights, rank
from reports.weighting import version_in_use, weights_of
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

    assert page.locator(".rank > li:visible").count() == 4
    axe(page)


def test_a_supervisor_asks_for_another_day_without_script(register, page_of):
    page = page_of(makers.justice_supervisor(), java_script_enabled=False, locale="en")
    page.goto("/reports/")

    page.fill("input[name=as_of]", "112/12/31")
    page.locator(".asof button").click()

    assert "as_of=112%2F12%2F31" in page.url
    assert page.locator(".sub time").get_attribute("datetime") == "2023-12-31"
    assert page.locator(".rank > li h3").first.inner_text().strip() == "Myanmar"


def moved(page, **weights):
    """Type weights as a reader does, and read who stands where with which score from the page."""
    for code, weight in weights.items():
        page.fill(f"#w_{code}", str(weight))
    rows = page.locator("[data-ranking] > li:visible")
    return [
        (rows.nth(at).get_attribute("data-partner"), float(rows.nth(at).get_attribute("data-score")))
        for at in range(rows.count())
    ]


@pytest.mark.parametrize(
    "weights",
    [
        {"help_three_years": 70},
        {"help_last_year": 0, "help_rise": 3.5, "help_three_years": 40, "drugs_five_years": 12},
        {"drugs_five_years": 90},
        {"momentum": 60},
    ],
)
def test_the_sliders_give_the_scores_that_the_server_gives(register, page_of, weights):
    page = page_of(makers.mei())
    page.goto(ADDRESS)

    shown = moved(page, **weights)

    version = weights_of(version_in_use())
    population = gather(date(2024, 12, 31), reader=None, with_samples=True)
    ranking = rank(population.candidates, weights=Weights(None, {**version.by_factor, **weights}), draws=0)
    assert shown == [(row.partner, pytest.approx(row.score, abs=1e-9)) for row in ranking.scored]
    ranks = [text.strip() for text in page.locator("[data-ranking] > li:visible .pos").all_inner_texts()]
    assert ranks == [str(row.rank) for row in ranking.scored]
    without = page.locator("[data-without]:visible")
    assert {without.nth(at).get_attribute("data-without") for at in range(without.count())} == {
        row.partner for row in ranking.ranked if row.score is None
    }


def test_weights_that_are_tried_are_marked_as_ones_own_and_taken_back(register, page_of, axe):
    page = page_of(makers.mei(), locale="en")
    page.goto(ADDRESS)
    before = moved(page)

    page.locator("input[type=range]").nth(2).fill("80")

    assert page.locator("#w_help_three_years").input_value() == "80"
    assert page.locator("[data-own]").is_visible()
    assert not page.get_by_text("How firm is the order?").is_visible()
    assert page.locator("[data-ranking] > li h3").first.inner_text().strip() == "Cambodia"
    axe(page)

    page.get_by_role("button", name="Back to the version").click()

    assert moved(page) == before
    assert not page.locator("[data-own]").is_visible()


def test_without_script_the_same_form_asks_the_server_and_carries_the_weights_to_a_proposal(
    register, page_of
):
    page = page_of(makers.mei(), java_script_enabled=False, locale="en")
    page.goto(ADDRESS)
    assert page.locator("input[type=range]:visible").count() == 0

    page.fill("#w_help_three_years", "70")
    page.get_by_role("button", name="Compute all of it").click()

    assert "Your view only" in page.locator("main").inner_text()
    assert page.locator("[data-ranking] > li:visible h3").first.inner_text().strip() == "Cambodia"

    page.get_by_role("button", name="Propose these weights").click()

    assert page.locator("input[name=w_help_three_years]").input_value() == "70"
    page.fill("textarea[name=reason]", "示例理由")
    page.get_by_role("button", name="Propose", exact=True).click()
    assert "Version 2, proposed by Mei" in page.locator("main").inner_text()


@pytest.mark.parametrize("path", ["/reports/weights/", "/reports/weights/propose/", "/reports/weights/2/"])
def test_axe_finds_nothing_on_the_pages_of_the_weights(register, page_of, axe, path):
    propose_weights(by=makers.mei(), by_factor={"help_rise": 5}, reason="示例理由")
    page = page_of(makers.justice_supervisor())

    assert page.goto(path).status == 200
    axe(page)


def test_the_priority_page_prints_on_one_sheet(register, page_of):
    page = page_of(makers.mei())
    page.goto("/reports/?as_of=2024-12-31")

    with TemporaryDirectory() as folder:
        page.pdf(path=f"{folder}/page.pdf", prefer_css_page_size=True)
        sheets = Path(folder, "page.pdf").read_bytes()

    assert sheets.count(b"/Type /Page\n") == 1
