"""Letters walked in a real browser: drafted, signed, sent, answered; and one note over all requests to a partner."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.actions.letters import load_paragraphs
from cases.models import Letter
from tests import makers
from tests.cases import makers as case_makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def offices(page_of):
    """The pages of an officer and of a supervisor of justice, with the approved paragraphs there."""
    jun, chen = makers.jun(), makers.justice_supervisor()
    load_paragraphs(by=chen)
    return jun, page_of(jun), page_of(chen)


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


def send(office, signer, number):
    """From the draft at hand to the letter that was sent: submitted, countersigned by another person, numbered."""
    press(office, "button[value=submit]")
    signer.goto(office.url)
    press(signer, "button[value=countersign]")
    office.goto(signer.url)
    press(office, ".next a.btn.go")
    office.fill("#id_number", number)
    press(office, ".savebar button.go")


def test_a_request_is_acknowledged_by_letter(offices, today, axe):
    jun, office, signer = offices
    letter_on = today - timedelta(days=11)
    case = case_makers.case(
        jun,
        received_on=today - timedelta(days=10),
        letter_on=letter_on,
        partner_reference="AA-1",
        today=today,
    )
    case_makers.walk(jun, case, today - timedelta(days=9), until="I30")
    office.goto(f"{case.get_absolute_url()}letters/")
    press(office, ".acts a.btn.go")
    press(office, "a[href$='kind=acknowledgement']")
    axe(office)
    press(office, ".savebar button.go")
    axe(office)

    send(office, signer, "示字第1號")

    letter = Letter.objects.get()
    assert (letter.status, letter.countersigned_by.username) == ("sent", "chen")
    assert case.events.get(step="acknowledge").letter == letter
    with office.expect_download() as paper:
        office.click("a:has-text('示字第1號.pdf')")
    assert paper.value.suggested_filename == "示字第1號.pdf"


def test_one_note_goes_over_all_and_its_answers_are_marked_on_one_page(offices, today, axe):
    jun, office, signer = offices
    cases = [
        case_makers.case(jun, direction="out", received_on=today - timedelta(days=90), today=today)
        for _ in "12"
    ]
    for case in cases:
        for name, ago in (("submit", 89), ("review", 88), ("send_to_foreign_affairs", 87), ("hand_to_mission", 80),
                          ("deliver", 70), ("acknowledged", 60), ("executing_abroad", 50)):  # fmt: skip
            case_makers.step(jun, case, name, today - timedelta(days=ago), today=today)
    office.goto("/partners/XA/note/")
    axe(office)
    for part, value in (("", today.year - 1911), ("_month", 12), ("_day", 31)):
        office.fill(f"#id_reply_by{part}", str(value))
    press(office, ".savebar button.go")
    send(office, signer, "示字第2號")
    press(office, "a[href*='?answers=']")
    office.fill("#id_their_number", "AA-2")
    press(office, ".savebar button.go")
    axe(office)
    office.select_option("#id_meaning_0", "answered")
    office.select_option("#id_meaning_1", "promises")
    for part, value in (("", today.year - 1910), ("_month", 1), ("_day", 31)):
        office.fill(f"#id_promised_on_1{part}", str(value))
    press(office, ".savebar button.go")

    for case, state, steps in zip(
        cases, ("O88", "O70"), (["chase", "deliver_reply"], ["chase", "promise_reply"]), strict=True
    ):
        case.refresh_from_db()
        last = case.events.order_by("order").values_list("step", flat=True)
        assert (case.state, list(last)[-2:]) == (state, steps)
    office.goto("/partners/XA/note/")
    assert office.locator("form .savebar").count() == 0
