"""What is written beside a case, and work that changes hands, walked in a browser without script."""

import pytest

from cases.actions.tasks import add_task
from cases.models import Handover
from cases.notes import mentions_for
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.roles import Ministry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def wang():
    return makers.person("wang", name="王小明", ministry=Ministry.JUSTICE)


@pytest.fixture
def case(jun):
    return case_makers.case(jun, officer=jun)


def test_a_note_with_a_mention_and_a_tick_need_no_script(page_of, jun, wang, case):
    add_task(by=jun, case=case, words="催詢", today=TODAY)
    page = page_of(jun, java_script_enabled=False)

    page.goto(case.get_absolute_url())
    page.check("#tasks input[type=checkbox]")
    page.click("#tasks button")
    page.goto(f"/cases/{case.number}/work/")
    page.fill("#note_text", "@王小明 請接手")
    page.click("#notes button.go")

    assert "@王小明 請接手" in page.inner_text("#notes")
    assert [mention.note.case for mention in mentions_for(wang)] == [case]
    assert case.tasks.get().done_by == jun


def test_work_is_handed_over_and_ticked_through_without_script(page_of, jun, wang, case):
    page = page_of(jun, java_script_enabled=False)

    page.goto("/cases/handover/new/")
    page.select_option("#id_taker", str(wang.pk))
    page.click("form.filters button")
    assert case.number in page.inner_text("main")
    page.fill("#id_reason", "調任")
    page.click(".savebar button")
    pack = Handover.objects.get()
    successor = page_of(wang, java_script_enabled=False)
    successor.goto(f"/cases/handover/{pack.pk}/")
    successor.check("input[name=lines]")
    successor.click(".savebar button")

    pack.refresh_from_db()
    case.refresh_from_db()
    assert (case.officer, pack.closed_at is None) == (wang, False)


def test_concurrent_requests_are_laid_side_by_side_from_the_tab_without_script(page_of, jun, case):
    other = case_makers.case(jun, makers.partner("XB"))
    page = page_of(jun, java_script_enabled=False)

    page.goto(f"/cases/{case.number}/related/")
    page.click("#compete-h ~ p a")
    page.fill("#id_wanted", "示例帳戶")
    page.fill("#id_cases", f"{case.number}\n{other.number}")
    page.click(".savebar button")

    heads = page.locator("#sides-h ~ div thead th").all_inner_texts()
    assert [text.strip() for text in heads[1:]] == [case.number, other.number]
