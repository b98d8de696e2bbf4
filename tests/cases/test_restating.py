"""Restating what open cases rest on, after something changed on an agreement: the day of the request decides."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import strip_tags

from agreements.actions import StepRefused, correct_milestone, withdraw_milestone
from agreements.models import Agreement
from agreements.record.aftermath import HEADINGS
from cases.actions.restating import Restatement, restate_many
from cases.consequences import AGAIN, cases_touched
from cases.models import Case
from cases.restating import lines_of
from tests import makers
from tests.cases import makers as cases
from tracker.audit import history_of
from tracker.models import Entry, User
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY
FORCE = date(2025, 3, 3)
"""The day on which the agreement of these tests enters into force, after the cases were registered."""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def chen() -> User:
    return makers.justice_supervisor()


def signed(until: str = "record") -> Agreement:
    """An agreement with 甲國 that is signed, not in force."""
    lin = User.objects.filter(username="lin").first() or makers.lin()
    return makers.walk(lin, "A1", until=until, start=date(2024, 1, 10))


def enters(file: Agreement, on: date = FORCE) -> None:
    makers.step(User.objects.get(username="lin"), file, "enter_into_force", on)


def around(by: User) -> dict[str, Case]:
    """Requests of the day before the entry into force, of that day and of the day after."""
    return {
        name: cases.case(by, letter_on=FORCE + timedelta(days=days), partner_reference=name)
        for name, days in (("before", -1), ("on", 0), ("after", 1))
    }


def offered(file: Agreement, reader: User, today: date = TODAY) -> dict[str, tuple[str, str, bool, bool]]:
    """By their reference: what the register says for the day and for today, and what may be taken."""
    return {
        line.case.partner_reference: (
            str(line.then.basis),
            str(line.now.basis),
            line.may_follow,
            line.may_choose,
        )
        for line in lines_of(file, reader=reader, today=today).rows
    }


def restate(
    by: User, *wanted: tuple[Case, str], reason: str = "協定已生效（示例）", today: date = TODAY
) -> Any:
    chosen = [Restatement(case.pk, case.version, day) for case, day in wanted]  # type: ignore[arg-type]
    return restate_many(by=by, wanted=chosen, reason=reason, today=today)


def test_before_anything_changed_nothing_is_to_be_looked_at(chen):
    file = signed()
    around(chen)

    assert offered(file, chen) == {}


def test_the_day_of_the_request_decides_when_an_agreement_enters_into_force(chen):
    file = signed()
    around(chen)
    enters(file)

    assert offered(file, chen) == {
        "before": ("reciprocity", "agreement", False, True),
        "on": ("agreement", "agreement", True, False),
        "after": ("agreement", "agreement", True, False),
    }


def test_one_action_restates_them_and_only_the_officer_brings_in_the_one_before(chen):
    file = signed()
    made = around(chen)
    enters(file)

    outcome = restate(chen, (made["before"], "now"), (made["on"], "then"))

    assert ([case.partner_reference for case in outcome.done], outcome.refused) == (["before", "on"], [])
    rests = {
        case.partner_reference: (case.basis, case.agreement, case.basis_reason) for case in Case.objects.all()
    }
    assert rests == {
        "before": ("agreement", file, "協定已生效（示例）"),
        "on": ("agreement", file, ""),
        "after": ("reciprocity", None, ""),
    }
    assert {name: history_of(made[name])[0].details["reason"] for name in ("before", "on")} == {
        "before": "協定已生效（示例）",
        "on": "協定已生效（示例）",
    }
    assert offered(file, chen) == {"after": ("agreement", "agreement", True, False)}


def test_following_the_day_never_gives_the_one_before_the_agreement(chen):
    file = signed()
    made = around(chen)
    enters(file)

    restate(chen, (made["before"], "then"))

    made["before"].refresh_from_db()
    assert (made["before"].basis, made["before"].agreement) == ("reciprocity", None)


def test_a_case_keeps_the_agreement_of_its_day_after_the_end_unless_the_officer_says_otherwise(chen):
    file = cases.in_force(makers.partner(), date(2024, 1, 1))
    made = cases.case(chen, partner_reference="during")
    makers.step(User.objects.get(username="lin"), file, "terminate", date(2025, 3, 15))
    later = cases.case(
        chen, partner_reference="later", letter_on=date(2025, 3, 16), received_on=date(2025, 3, 17)
    )

    assert later.basis == "reciprocity"
    assert offered(file, chen) == {"during": ("agreement", "reciprocity", False, True)}

    restate(chen, (made, "now"), reason="雙方同意改依互惠（示例）")
    made.refresh_from_db()
    assert (made.basis, made.agreement, made.basis_reason) == (
        "reciprocity",
        None,
        "雙方同意改依互惠（示例）",
    )
    assert offered(file, chen) == {}


def test_a_suspension_and_its_end_are_told_for_the_days_between(chen):
    file = cases.in_force(makers.partner(), date(2024, 1, 1))
    lin = User.objects.get(username="lin")
    between = cases.case(chen, partner_reference="between", letter_on=date(2025, 2, 10))
    assert between.basis == "agreement"
    makers.step(lin, file, "suspend", date(2025, 2, 1))
    assert offered(file, chen) == {"between": ("reciprocity", "reciprocity", True, False)}

    makers.step(lin, file, "resume", date(2025, 3, 1))

    assert offered(file, chen) == {"between": ("reciprocity", "agreement", True, False)}
    restate(chen, (between, "then"))
    assert offered(file, chen) == {"between": ("reciprocity", "agreement", False, True)}


def test_a_corrected_day_of_entry_into_force_brings_up_the_cases_between(chen):
    file = cases.in_force(makers.partner(), FORCE)
    made = around(chen)
    assert made["on"].basis == "agreement"
    entry = file.milestones.get(step="enter_into_force")

    correct_milestone(
        by=User.objects.get(username="lin"),
        milestone=entry,
        happened=PartialDate.of(FORCE + timedelta(days=1)),
        reason="日期有誤（示例）",
        today=TODAY,
    )

    assert offered(file, chen) == {
        "before": ("reciprocity", "agreement", False, True),
        "on": ("reciprocity", "agreement", True, False),
    }


def test_a_withdrawn_entry_into_force_brings_up_every_case_that_rests_on_it(chen):
    file = cases.in_force(makers.partner(), FORCE)
    around(chen)

    withdraw_milestone(
        by=User.objects.get(username="lin"),
        milestone=file.milestones.get(step="enter_into_force"),
        reason="誤登（示例）",
        today=TODAY,
    )

    assert {name: found[2] for name, found in offered(file, chen).items()} == {"on": True, "after": True}


def test_an_officers_own_choice_is_not_asked_again_until_the_register_says_something_else(chen):
    file = signed()
    made = cases.case(chen, letter_on=FORCE, basis="convention", basis_reason="示例", partner_reference="own")

    assert offered(file, chen) == {}
    enters(file)
    assert offered(file, chen) == {"own": ("agreement", "agreement", True, False)}
    restate(chen, (made, "then"))
    assert offered(file, chen) == {}


def test_where_the_register_cannot_say_the_case_is_listed_and_not_restated_by_it(chen):
    file = signed()
    made = cases.case(chen, letter_on=FORCE, partner_reference="open")
    enters(file)
    file.milestones.filter(step="enter_into_force").update(
        counted_from=date(2025, 3, 1), counted_to=date(2025, 3, 31)
    )
    Case.objects.filter(pk=made.pk).update(basis="agreement", agreement=file)

    assert offered(file, chen)["open"][2] is False
    outcome = restate(chen, (made, "then"))
    assert [number for number, _reason in outcome.refused] == [made.number]


def test_a_closed_case_is_left_alone(chen):
    file = signed()
    made = cases.case(chen, letter_on=FORCE, received_on=FORCE)
    cases.walk(chen, made)
    enters(file)

    assert made.is_closed
    assert offered(file, chen) == {}


# Who, and how.


def test_a_refused_case_is_named_and_the_others_are_restated(chen):
    file = signed()
    made = around(chen)
    enters(file)
    moved = made["on"]
    Case.objects.filter(pk=moved.pk).update(version=9)

    outcome = restate(chen, (moved, "then"), (made["after"], "then"))

    assert [case.pk for case in outcome.done] == [made["after"].pk]
    assert [number for number, _reason in outcome.refused] == [moved.number]
    assert offered(file, chen).keys() == {"before", "on"}


def test_what_is_asked_wrongly_is_refused_as_a_whole(chen):
    file = signed()
    made = around(chen)
    enters(file)
    on = made["on"]
    before = Entry.objects.count()

    for wanted, reason, by in (
        ([], "示例", chen),
        ([(on, "then")], " ", chen),
        ([(on, "then"), (on, "now")], "示例", chen),
        ([(on, "then")], "示例", User.objects.get(username="lin")),
        ([(on, "then")], "示例", makers.auditor()),
    ):
        with pytest.raises(StepRefused):
            restate(by, *wanted, reason=reason)
    assert Entry.objects.count() == before


def test_a_case_that_is_hidden_is_neither_listed_nor_restated(chen):
    file = signed()
    qiu = cases.sealed_officer()
    sealed = cases.case(qiu, letter_on=FORCE, secrecy=3, officer=qiu, partner_reference="sealed")
    enters(file)

    assert offered(file, qiu).keys() == {"sealed"}
    assert offered(file, chen) == {}
    assert restate(chen, (sealed, "then")).done == []
    sealed.refresh_from_db()
    assert sealed.basis == "reciprocity"


# The page.


def words(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def address(file: Agreement) -> str:
    return f"/cases/restate/?agreement={file.number}"


@pytest.fixture
def now_in_force(chen) -> tuple[Agreement, dict[str, Case]]:
    """The same as of the real today, which pages go by."""
    file = signed()
    made = around(chen)
    enters(file)
    return file, made


def test_the_page_shows_both_proposals_in_words_and_restates_what_is_ticked(chen, client_of, now_in_force):
    file, made = now_in_force
    client = client_of(chen)

    page = words(client.get(address(file), headers={"accept-language": "en"}))
    assert f"{made['on'].number}: Agreement {file.number}" in page
    assert "was signed but not in force on 2 March 2025: Reciprocity." in page
    assert "was in force on" in page
    sent = {
        "key": str(uuid.uuid4()),
        "reason": "協定已生效（示例）",
        "then": [f"{made['on'].pk}-{made['on'].version}"],
        "now": [f"{made['before'].pk}-{made['before'].version}"],
    }
    answers = [
        client.post(address(file), sent, headers={"accept-language": "en"}, follow=True) for _time in range(2)
    ]

    assert ["2 cases were restated." in words(answer) for answer in answers] == [True, False]
    assert Case.objects.filter(agreement=file).count() == 2
    assert Entry.objects.filter(verb="case.restate_basis").count() == 2


def test_without_a_tick_or_a_reason_the_page_says_so(chen, client_of, now_in_force):
    file, made = now_in_force
    client = client_of(chen)
    key = f"{made['on'].pk}-{made['on'].version}"

    nothing = client.post(
        address(file), {"key": str(uuid.uuid4()), "reason": "示例"}, headers={"accept-language": "en"}
    )
    silent = client.post(
        address(file), {"key": str(uuid.uuid4()), "then": [key]}, headers={"accept-language": "en"}
    )
    moved = client.post(
        address(file),
        {"key": str(uuid.uuid4()), "reason": "示例", "then": [f"{made['on'].pk}-99"]},
        headers={"accept-language": "en"},
    )

    assert "Choose at least one case." in words(nothing)
    assert (
        "Give the reason." in words(silent)
        and f'value="{key}" id="then-{made["on"].pk}" checked' in silent.content.decode()
    )
    assert "A case changed after you opened the page." in words(moved)
    assert Case.objects.filter(agreement=file).count() == 0


def test_foreign_affairs_and_auditors_see_the_list_and_justice_restates(client_of, now_in_force):
    file, made = now_in_force

    for reader in (makers.mei(), makers.auditor()):
        client = client_of(reader)
        page = client.get(address(file), headers={"accept-language": "en"})
        assert made["on"].number in words(page)
        assert "<textarea" not in page.content.decode()
        assert client.post(address(file), {"key": str(uuid.uuid4())}).status_code == 403
    assert client_of(makers.administrator()).get(address(file)).status_code == 403


def test_an_agreement_that_is_hidden_is_as_if_it_were_not_there(client_of, now_in_force):
    file, _made = now_in_force
    Agreement.objects.filter(pk=file.pk).update(secrecy=2, declassify_when="示例")
    client = client_of(makers.stranger())

    assert client.get(address(file)).status_code == 404
    assert client.get("/cases/restate/?agreement=A-999-999").status_code == 404
    assert client.get("/cases/restate/").status_code == 200


def test_the_step_and_the_agreement_lead_to_the_page(chen, client_of):
    file = signed()
    around(chen)

    told = list(cases_touched(file, "70", FORCE, chen))
    page = client_of(chen).get(file.get_absolute_url()).content.decode()

    assert (told[-1].kind, told[-1].url) == (AGAIN, address(file))
    assert AGAIN in HEADINGS
    assert f'href="{address(file)}"' in page


def test_the_list_takes_as_many_statements_with_one_case_as_with_many(chen, client_of, now_in_force):
    file, _made = now_in_force
    client = client_of(chen)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address(file))
        return len(captured)

    few = statements()
    for number in range(5):
        made = cases.case(chen, letter_on=FORCE, partner_reference=f"more-{number}")
        Case.objects.filter(pk=made.pk).update(basis="reciprocity", agreement=None)

    assert timezone.localdate() >= FORCE
    assert statements() == few
