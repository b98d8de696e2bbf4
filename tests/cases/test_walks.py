"""Whole cases, walked step by step by the people who take them: assistance in and out, transfer, extradition."""

from datetime import date

import pytest

from cases.actions.time import put_on_hold
from cases.clocks import clocks_of
from cases.lifecycle import CLOSED, HOLDER_OF, Kind
from cases.models import Case
from cases.timing import read_facts
from tests import makers
from tests.cases import makers as case_makers
from tracker import audit
from tracker.preferences import counting_rules

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def mei():
    return makers.mei()


def walk(case, *steps):
    """Take these steps, each a person, a name, a day and what belongs to it; the states that the case came through."""
    states = [case.state]
    for by, name, on, *fields in steps:
        case_makers.step(by, case, name, date.fromisoformat(on), today=TODAY, **(fields[0] if fields else {}))
        assert case.holder == HOLDER_OF[case.state]
        if case.state != states[-1]:
            states.append(case.state)
    return " ".join(states)


def clocks(case, on):
    calendar, roll = counting_rules()
    found = clocks_of(read_facts(case), today=on, calendar=calendar, roll=roll)
    return {clock.code: clock.state for clock in found}


def ended(case):
    """A closed case: nobody has it, nothing is due, its history is whole."""
    case.refresh_from_db()
    assert (case.state in CLOSED, case.is_open, case.holder, case.due_on) == (True, False, "", None)
    assert audit.verify().intact
    return case.result


def test_an_incoming_request_goes_from_foreign_affairs_to_its_closing(mei, jun):
    case = case_makers.case(mei, deadline=date(2025, 6, 2))

    states = walk(
        case,
        (mei, "forward", "2025-03-11"),
        (jun, "take_in", "2025-03-12"),
        (jun, "acknowledge", "2025-03-13"),
        (jun, "accept", "2025-03-20"),
        (jun, "commission", "2025-03-21", {"body": "示例地方檢察署"}),
        (jun, "execute", "2025-04-01"),
        (jun, "execute_in_part", "2025-04-20"),
        (jun, "reply", "2025-05-20"),
        (jun, "close", "2025-05-21", {"result": "part"}),
    )

    assert states == "I10 I20 I30 I50 I60 I70 I75 I85 I99"
    assert ended(case) == "part"
    assert clocks(case, TODAY) == {"C2": "met"}


def test_an_outgoing_request_is_corrected_chased_and_answered_in_part_and_then_in_full(mei, jun):
    case = case_makers.case(jun, direction="out", received_on=date(2025, 3, 3))

    states = walk(
        case,
        (jun, "submit", "2025-03-04"),
        (jun, "review", "2025-03-05"),
        (jun, "return_for_correction", "2025-03-06", {"defect": "facts", "due_on": date(2025, 3, 20)}),
        (jun, "submit", "2025-03-10"),
        (jun, "review", "2025-03-11"),
        (jun, "translate", "2025-03-12"),
        (jun, "send_to_foreign_affairs", "2025-03-20"),
        (mei, "hand_to_mission", "2025-03-21", {"body": "駐甲國代表處（示例）"}),
        (mei, "deliver", "2025-04-01"),
        (jun, "chase", "2025-05-01"),
        (jun, "promise_reply", "2025-05-10", {"due_on": date(2025, 6, 10)}),
        (jun, "acknowledged", "2025-05-10"),
        (jun, "executing_abroad", "2025-05-20"),
        (jun, "asked_for_more", "2025-05-25", {"due_on": date(2025, 6, 5), "defect": "person"}),
        (jun, "supply_more", "2025-06-01"),
        (jun, "part_reply", "2025-06-08"),
        (jun, "executing_abroad", "2025-06-09"),
        (jun, "deliver_reply", "2025-07-01"),
        (jun, "close", "2025-07-02"),
    )

    assert states == ("O10 O20 O30 O35 O20 O30 O38 O40 O50 O55 O65 O60 O70 O75 O70 O85 O70 O88 O99")
    assert ended(case) == "full"
    assert clocks(case, TODAY) == {"C2a": "met", "C2c": "met", "C6a": "met"}
    returned = case.events.get(step="return_for_correction")
    assert (returned.defect, returned.due_on) == ("facts", date(2025, 3, 20))


def test_a_part_reply_leaves_the_case_open_with_the_other_side(mei, jun):
    case = case_makers.walk(jun, case_makers.case(jun, direction="out"), date(2025, 3, 12), until="O70")

    case_makers.step(jun, case, "part_reply", date(2025, 3, 18))

    assert (case.state, case.holder, case.is_open) == ("O85", "partner", True)
    assert list(Case.objects.waiting()) == [case]


def test_a_refused_request_is_cured_and_then_met(jun):
    case = case_makers.case(jun)

    states = walk(
        case,
        (jun, "forward", "2025-03-11"),
        (jun, "take_in", "2025-03-12"),
        (jun, "refuse", "2025-03-14", {"ground": "10(2)3", "note": "保證不足"}),
        (jun, "cure", "2025-03-18"),
        (jun, "accept", "2025-03-19"),
        (jun, "commission", "2025-03-19"),
        (jun, "execute", "2025-03-20"),
        (jun, "reply", "2025-04-10"),
        (jun, "close", "2025-04-11"),
    )

    assert states == "I10 I20 I30 I90 I30 I50 I60 I70 I85 I99"
    assert [event.ground for event in case.events.filter(step="refuse")] == ["10(2)3"]


URGENT = {"is_urgent": True, "is_direct": True, "letter_on": None}


@pytest.mark.parametrize(
    ("received", "letter", "outcome"),
    [
        ("2025-03-03", "2025-04-02", "met"),
        ("2025-03-03", "2025-04-03", "missed"),
        ("2025-03-05", "2025-04-07", "met"),  # day 30 is a holiday before a weekend
        ("2025-03-05", "2025-04-08", "missed"),
    ],
)
def test_an_urgent_direct_request_is_cured_in_time_or_late(jun, received, letter, outcome):
    case = case_makers.case(jun, received_on=date.fromisoformat(received), **URGENT)

    states = walk(case, (jun, "preserve", received), (jun, "letter_arrives", letter))

    assert (states, clocks(case, TODAY)["C1"]) == ("I15 I16 I30", outcome)


def test_an_urgent_request_that_is_withdrawn_on_the_fifth_day_ends_without_a_missed_clock(jun):
    case = case_makers.case(jun, received_on=date(2025, 3, 3), **URGENT)

    states = walk(
        case,
        (jun, "preserve", "2025-03-04"),
        (jun, "withdrawn", "2025-03-08"),
        (jun, "close", "2025-03-09", {"result": "none"}),
    )

    assert states == "I15 I16 I94 I99"
    assert (ended(case), clocks(case, TODAY)) == ("none", {"C1": "not_started"})


def test_an_urgent_request_without_a_letter_is_refused_after_its_term(jun):
    case = case_makers.case(jun, received_on=date(2025, 3, 3), **URGENT)

    states = walk(
        case,
        (jun, "preserve", "2025-03-04"),
        (jun, "lapse", "2025-04-03"),
        (jun, "close", "2025-04-04", {"result": "none"}),
    )

    assert (states, clocks(case, TODAY)) == ("I15 I16 I92 I99", {"C1": "missed"})


@pytest.mark.parametrize(("letter", "outcome"), [("2025-03-13", "met"), ("2025-03-14", "missed")])
def test_the_ten_days_of_an_agreement_are_kept_or_missed(jun, letter, outcome):
    jia = makers.partner()
    case_makers.in_force(jia, date(2024, 1, 1), urgent_confirmation_days=10)
    case = case_makers.case(jun, jia, received_on=date(2025, 3, 3), **URGENT)

    walk(case, (jun, "letter_arrives", letter))

    assert (case.basis, clocks(case, TODAY)) == ("agreement", {"C1a": outcome})


def test_a_confiscation_goes_through_the_court_with_its_notice_in_time(jun):
    case = case_makers.walk(
        jun, case_makers.case(jun, items=("confiscation",)), date(2025, 3, 12), until="I60"
    )

    states = walk(
        case,
        (jun, "apply_to_court", "2025-03-20"),
        (jun, "set_hearing", "2025-03-25", {"due_on": date(2025, 4, 21)}),
        (jun, "notify_hearing", "2025-04-14"),
        (jun, "execute", "2025-05-01"),
        (jun, "decision_final", "2025-05-01"),
        (jun, "reply", "2025-05-10"),
    )

    assert states == "I60 I65 I70 I85"
    assert clocks(case, TODAY) == {"C3": "met", "C5": "running"}


def transfer(by, kind, direction):
    return case_makers.case(
        by, kind=kind, direction=direction, items=(), received_on=date(2025, 3, 3), letter_on=None
    )


def test_a_national_is_received_at_the_other_sides_request(mei, jun):
    case = transfer(mei, Kind.TRANSFER_RECEIVE, "in")

    states = walk(
        case,
        (mei, "forward", "2025-03-04"),
        (jun, "telecopy_consent", "2025-03-05"),
        (jun, "take_in", "2025-03-06"),
        (jun, "original_consent", "2025-04-01"),
        (jun, "convene_panel", "2025-04-10"),
        (jun, "panel_agrees", "2025-04-20"),
        (jun, "move_court", "2025-05-01", {"body": "示例地方檢察署"}),
        (jun, "court_allows", "2025-06-01"),
        (jun, "issue_order", "2025-06-10"),
        (jun, "hand_over", "2025-07-01"),
        (jun, "sentence_ends", "2025-12-01"),
        (jun, "close", "2025-12-02"),
    )

    assert states == "I10 I20 I30 I31 I32 I33 I34 I35 I36 I38 I99"
    assert (ended(case), clocks(case, TODAY)) == ("full", {"C7": "met"})


def test_a_foreign_prisoner_is_sent_at_our_request(mei, jun):
    case = transfer(jun, Kind.TRANSFER_SEND, "out")

    states = walk(
        case,
        (jun, "take_consent", "2025-03-03"),
        (jun, "submit", "2025-03-04"),
        (jun, "review", "2025-03-05"),
        (jun, "convene_panel", "2025-03-06"),
        (jun, "panel_agrees", "2025-03-20"),
        (jun, "send_to_foreign_affairs", "2025-03-21"),
        (mei, "hand_to_mission", "2025-03-24"),
        (mei, "deliver", "2025-04-01"),
        (jun, "acknowledged", "2025-04-10"),
        (jun, "they_agree", "2025-06-01"),
        (jun, "issue_order", "2025-06-10"),
        (jun, "hand_over", "2025-07-01"),
        (jun, "sentence_ends", "2026-01-10"),
        (jun, "close", "2026-01-11"),
    )

    assert states == "O10 O20 O30 O31 O32 O40 O50 O55 O60 O71 O74 O77 O78 O99"
    assert ended(case) == "full"


@pytest.mark.parametrize("kind", [Kind.TRANSFER_RECEIVE, Kind.TRANSFER_SEND])
@pytest.mark.parametrize("direction", ["in", "out"])
def test_every_transfer_walks_its_ordinary_path_and_may_be_refused(jun, kind, direction):
    met = case_makers.walk(jun, transfer(jun, kind, direction), makers.TODAY)
    refused = case_makers.walk(
        jun, transfer(jun, kind, direction), makers.TODAY, until="I31" if direction == "in" else "O55"
    )

    case_makers.step(jun, refused, "refuse" if direction == "in" else "refused_abroad")

    assert (met.is_closed, refused.state) == (True, "I90" if direction == "in" else "O90")


def extradition(by, direction="in", **fields):
    return case_makers.case(
        by,
        kind="extradition",
        direction=direction,
        items=(),
        received_on=date(2025, 1, 6),
        letter_on=None,
        **fields,
    )


TO_COURT = (
    ("assign_prosecutor", "2025-01-08"),
    ("arrest", "2025-01-09"),
    ("question_person", "2025-01-10"),
    ("send_to_court", "2025-01-13"),
    ("serve_facts", "2025-01-15"),
    ("receive_defence", "2025-02-20"),
    ("conclude_hearing", "2025-03-05"),
    ("court_decides", "2025-03-10"),
    ("pass_to_foreign_affairs", "2025-03-11"),
)


def to_the_president(case, mei, jun):
    walk(case, (mei, "forward", "2025-01-06"), (jun, "take_in", "2025-01-07"))
    walk(case, *((jun, name, on) for name, on in TO_COURT))
    walk(case, (mei, "submit_to_president", "2025-03-12"))
    return case


def test_an_extradition_is_decided_by_the_president_and_the_person_handed_over(mei, jun):
    case = to_the_president(extradition(mei), mei, jun)

    states = walk(
        case,
        (mei, "president_grants", "2025-03-20"),
        (mei, "give_notice", "2025-03-21"),
        (jun, "hand_over", "2025-05-20"),
        (jun, "close", "2025-05-21"),
    )

    assert states == "I45 I46 I47 I48 I99"
    assert ended(case) == "full"
    assert clocks(case, TODAY) == dict.fromkeys(("C8a", "C8c", "C8d", "C8e", "C8f"), "met")


def test_an_extradition_that_the_president_refuses_is_refused_for_good(mei, jun):
    case = to_the_president(extradition(mei), mei, jun)

    states = walk(
        case, (mei, "president_refuses", "2025-03-20"), (jun, "close", "2025-03-21", {"result": "none"})
    )

    assert states == "I45 I91 I99"


def test_a_person_who_is_not_taken_over_is_released_for_good(mei, jun):
    case = to_the_president(extradition(mei), mei, jun)

    states = walk(
        case,
        (mei, "president_grants", "2025-03-20"),
        (mei, "give_notice", "2025-03-21"),
        (jun, "release", "2025-05-21"),
        (jun, "close", "2025-05-22", {"result": "none"}),
    )

    assert (states, clocks(case, TODAY)["C8f"]) == ("I45 I46 I47 I49 I99", "missed")


def test_a_provisional_detention_ends_when_no_full_request_follows(jun):
    case = extradition(jun, is_urgent=True, is_direct=True)

    states = walk(
        case,
        (jun, "detain_provisionally", "2025-01-07"),
        (jun, "release", "2025-02-07"),
        (jun, "close", "2025-02-08", {"result": "none"}),
    )

    assert (states, clocks(case, TODAY)) == ("I15 I49 I99", {"C8b": "missed"})


def test_a_provisional_detention_is_followed_by_the_full_request(mei, jun):
    case = extradition(jun, is_urgent=True, is_direct=True)

    states = walk(
        case, (jun, "detain_provisionally", "2025-01-07"), (mei, "full_request_arrives", "2025-02-06")
    )

    assert (states, clocks(case, TODAY)) == ("I15 I30", {"C8b": "met"})


def test_an_extradition_that_we_ask_for_ends_with_the_hand_over_to_us(mei, jun):
    case = extradition(jun, "out")

    walk(case, (jun, "submit", "2025-01-07"), (jun, "review", "2025-01-08"))
    states = walk(
        case,
        (jun, "send_to_foreign_affairs", "2025-01-10"),
        (mei, "hand_to_mission", "2025-01-12"),
        (mei, "deliver", "2025-01-20"),
        (jun, "acknowledged", "2025-02-01"),
        (jun, "they_grant", "2025-06-01"),
        (jun, "hand_over", "2025-07-01"),
        (jun, "close", "2025-07-02"),
    )

    assert states == "O30 O40 O50 O55 O60 O81 O82 O99"
    assert ended(case) == "full"


@pytest.mark.parametrize("direction", ["in", "out"])
def test_spontaneous_information_is_logged_and_closed(jun, direction):
    case = case_makers.case(jun, kind="spontaneous_information", direction=direction, items=())

    case_makers.step(jun, case, "log_information", makers.TODAY)

    assert (case.is_closed, case.basis, case.due_on) == (True, "not_applicable", None)


def test_a_case_on_hold_returns_on_its_day_and_goes_on(jun):
    case = case_makers.walk(jun, case_makers.case(jun, officer=jun), date(2025, 3, 12), until="I30")
    put_on_hold(by=jun, case=case, until=date(2025, 3, 25), reason="待示例意見", today=makers.TODAY)

    on_hold = [list(Case.objects.on_hold(today=date(2025, 3, day))) for day in (24, 25)]
    case_makers.step(jun, case, "accept", date(2025, 3, 26), today=date(2025, 3, 26))

    assert on_hold == [[case], []]
    assert (case.state, case.is_on_hold(date(2025, 3, 26))) == ("I50", False)
