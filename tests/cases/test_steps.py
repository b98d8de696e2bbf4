"""Taking steps: the table, the right, the day, the needs; what is recorded, and what a sent request rests on."""

from datetime import date

import pytest
from django.utils.translation import override

from cases.actions import StalePage, StepRefused, StepRequest, assign, restate_basis, take_step
from cases.history import sentence
from cases.lifecycle import STEP_NAMES, Kind, next_steps
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker import audit
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 12)


@pytest.fixture
def jun():
    return makers.jun()


def refusal(by, case, step, on=DAY, **fields):
    with pytest.raises(StepRefused) as caught:
        take_step(by=by, case=case, request=StepRequest(step, on, **fields), today=TODAY)
    return caught.value


@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_case_walks_its_ordinary_path_to_the_end(jun, direction):
    case = case_makers.walk(jun, case_makers.case(jun, direction=direction))

    events = list(case.events.order_by("order"))
    assert (case.is_closed, case.holder, case.result) == (True, "", "full")
    assert [event.order for event in events] == list(range(1, len(events) + 1))
    assert case.version == len(events)
    assert audit.verify().intact


def test_a_step_is_recorded_with_what_belongs_to_it(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I30")

    event = case_makers.step(
        jun, case, "refuse", TODAY, ground="10(2)4", note=" 我國不罰 ", reference="法外字第 1 號"
    )

    assert (event.state, event.ground, event.note, event.reference) == (
        "I90",
        "10(2)4",
        "我國不罰",
        "法外字第 1 號",
    )
    assert (case.state, case.holder) == ("I90", "justice")
    told = Entry.objects.latest("id")
    assert told.details == {"step": "refuse", "day": "2025-03-20", "from": "I30", "to": "I90"}
    assert "Refuse the request" in sentence(told) or "拒絕" in sentence(told)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hant", "登錄「拒絕協助」，114.03.20"), ("en", "recorded “Refuse the request”, 2025-03-20")],
)
def test_the_history_writes_days_as_one_writes_them_in_the_language(jun, language, words):
    case = case_makers.walk(jun, case_makers.case(jun), until="I30")
    case_makers.step(jun, case, "refuse", TODAY)

    with override(language):
        assert sentence(Entry.objects.latest("id")) == words


def test_a_refused_request_is_taken_up_again_when_it_is_cured(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I30")
    case_makers.step(jun, case, "refuse")

    case_makers.step(jun, case, "cure")

    assert case.state == "I30"


def test_an_urgent_request_is_withdrawn_on_the_fifth_day(jun):
    case = case_makers.case(jun, is_urgent=True, is_direct=True, letter_on=None)
    case_makers.step(jun, case, "preserve", date(2025, 3, 11))

    case_makers.step(jun, case, "withdrawn", date(2025, 3, 15))

    assert case.state == "I94"


def test_a_fact_that_changes_no_state_leaves_the_case_where_it_stands(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I30")

    event = case_makers.step(jun, case, "acknowledge", date(2025, 3, 11))

    assert (event.state, case.state, case.version) == ("", "I30", 4)


@pytest.mark.parametrize("state", ["I10", "I30", "I70", "I99"])
def test_what_the_table_does_not_allow_is_refused_from_there(jun, state):
    case = case_makers.walk(jun, case_makers.case(jun), until=state)
    allowed = {row.name for row in next_steps(state, Kind.CRIMINAL)}

    fields = {name: refusal(jun, case, name, TODAY).field for name in STEP_NAMES if name not in allowed}

    assert set(fields.values()) == {"step"}
    assert len(fields) == len(STEP_NAMES) - len(allowed)
    case.refresh_from_db()
    assert case.state == state


def test_an_unknown_step_and_a_draft_are_refused(jun):
    assert refusal(jun, case_makers.case(jun), "abracadabra").field == "step"


def test_a_day_in_the_future_or_before_what_it_follows_is_refused(jun):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward", date(2025, 3, 14))

    fields = [refusal(jun, case, "take_in", on).field for on in (date(2025, 3, 21), date(2025, 3, 13))]

    assert fields == ["happened_on", "happened_on"]
    assert case_makers.step(jun, case, "take_in", date(2025, 3, 14)).state == "I30"


@pytest.mark.parametrize(
    ("until", "step", "given", "field"),
    [
        ("I30", "refuse", {"note": "x"}, "ground"),
        ("I30", "refuse", {"ground": "10(2)1", "note": " "}, "note"),
        ("I30", "refuse", {"ground": "10(9)9", "note": "x"}, "ground"),
        ("I50", "commission", {}, "body"),
        ("I85", "close", {}, "result"),
        ("I30", "ask_more", {}, "note"),
    ],
)
def test_a_step_that_lacks_what_it_needs_is_refused_at_that_field(jun, until, step, given, field):
    case = case_makers.walk(jun, case_makers.case(jun), until=until)

    assert refusal(jun, case, step, TODAY, **given).field == field


def test_a_refusal_quotes_the_act_for_criminal_cases_and_the_house_for_others(jun):
    criminal = case_makers.walk(jun, case_makers.case(jun), until="I30")
    civil = case_makers.walk(jun, case_makers.case(jun, kind="civil"), until="I30")

    articles = [refusal(jun, case, "refuse", TODAY).basis.article for case in (criminal, civil)]

    assert articles == ["10", ""]


def test_foreign_affairs_forwards_and_does_nothing_else():
    mei, jun = makers.mei(), makers.jun()
    case = case_makers.case(mei)

    case_makers.step(mei, case, "forward", DAY)

    assert case.state == "I20"
    assert refusal(mei, case, "take_in").field == "step"
    case_makers.step(jun, case, "take_in", DAY)
    assert refusal(mei, case, "accept").field == "step"


def test_foreign_affairs_hands_our_requests_to_the_mission():
    mei, jun = makers.mei(), makers.jun()
    case = case_makers.walk(jun, case_makers.case(jun, direction="out"), DAY, until="O40")

    case_makers.step(mei, case, "hand_to_mission", DAY)
    case_makers.step(mei, case, "deliver", DAY)

    assert case.state == "O55"
    assert refusal(mei, case, "acknowledged").field == "step"


@pytest.mark.parametrize("who", ["auditor", "administrator", "stranger"])
def test_others_take_no_step(who, jun):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)

    assert refusal(getattr(makers, who)(), case, "forward").field == "step"


def test_of_two_who_saw_the_same_page_the_second_is_told_what_changed(jun):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward", DAY)

    with pytest.raises(StalePage) as caught:
        take_step(by=jun, case=case, request=StepRequest("take_in", DAY), today=TODAY, version=1)

    assert "Jun" in str(caught.value)
    assert case.events.count() == 2


# What an outgoing request rests on is fixed by the day on which it is sent.


def test_a_request_that_is_sent_rests_on_what_is_in_force_on_the_day_of_sending(jun):
    jia = makers.partner()
    case = case_makers.case(jun, jia, direction="out", received_on=date(2025, 3, 1))
    agreement = case_makers.in_force(jia, date(2025, 3, 15))
    case_makers.walk(jun, case, date(2025, 3, 10), until="O40")
    before = (case.basis, case.agreement, case.requested_on, case.is_day_fixed)

    case_makers.step(jun, case, "hand_to_mission", date(2025, 3, 15))

    after = (case.basis, case.agreement, case.requested_on, case.is_day_fixed)
    assert before == ("reciprocity", None, date(2025, 3, 1), False)
    assert after == ("agreement", agreement, date(2025, 3, 15), True)
    told = Entry.objects.filter(verb="case.restate_basis").get()
    assert told.details == {"was": "reciprocity", "now": "agreement"}


def test_what_an_officer_chose_stays_when_the_request_is_sent(jun):
    jia = makers.partner()
    case_makers.in_force(jia, date(2025, 1, 1))
    chosen = {"basis": "convention", "basis_reason": "反貪腐公約"}
    case = case_makers.case(jun, jia, direction="out", received_on=date(2025, 3, 1), **chosen)

    case_makers.walk(jun, case, DAY, until="O50")

    assert (case.basis, case.basis_reason) == ("convention", "反貪腐公約")


def test_an_agreement_that_the_sender_may_not_see_is_not_dropped():
    jia = makers.partner()
    agreement = case_makers.in_force(jia, date(2025, 1, 1), secrecy=Secrecy.RESTRICTED)
    jun = makers.jun()
    clerk = makers.person("clerk", ministry="foreign_affairs", clearance=Secrecy.ORDINARY)
    case = case_makers.case(jun, jia, direction="out", received_on=date(2025, 3, 1))
    case_makers.walk(jun, case, DAY, until="O40")

    case_makers.step(clerk, case, "hand_to_mission", DAY)

    assert (case.basis, case.agreement, case.requested_on) == ("agreement", agreement, DAY)


def test_a_basis_is_restated_to_what_the_register_now_says_or_to_a_choice(jun):
    jia = makers.partner()
    case = case_makers.case(jun, jia)
    agreement = case_makers.in_force(jia, date(2025, 3, 1))

    now = restate_basis(by=jun, case=case)
    chosen = restate_basis(by=jun, case=case, basis="reciprocity", reason="對方要求")

    assert (now.basis, now.agreement, now.basis_reason) == ("agreement", agreement, "")
    assert (chosen.basis, chosen.agreement, chosen.basis_reason) == ("reciprocity", None, "對方要求")
    assert chosen.version == 3


def test_only_justice_restates_and_only_with_a_reason_against_the_register(jun):
    case = case_makers.case(jun)

    with pytest.raises(StepRefused) as by_mei:
        restate_basis(by=makers.mei(), case=case, basis="convention", reason="x")
    with pytest.raises(StepRefused) as without_reason:
        restate_basis(by=jun, case=case, basis="convention")
    with pytest.raises(StalePage):
        restate_basis(by=jun, case=case, basis="convention", reason="x", version=9)

    assert [by_mei.value.field, without_reason.value.field] == ["basis", "basis_reason"]


# Who carries it.


def assigned(by, case, officer, **fields):
    try:
        return assign(by=by, case=case, officer=officer, **fields).officer
    except StepRefused as refused:
        return refused.field


def test_an_officer_takes_what_nobody_has_and_hands_on_the_own_with_a_reason(jun):
    case = case_makers.case(jun)
    yu = makers.person("yu", ministry="justice")

    assert assigned(yu, case, yu) == yu
    assert assigned(jun, case, jun, reason="x") == "officer"
    assert assigned(yu, case, jun) == "reason"
    assert assigned(yu, case, jun, reason="休假") == jun


def test_a_supervisor_assigns_any_visible_case_to_staff_who_are_cleared(jun):
    chen, mei = case_makers.justice_supervisor(), makers.mei()
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    plain = makers.stranger()

    assert assigned(chen, case, jun) == jun
    assert assigned(chen, case, mei, reason="x") == "officer"
    assert assigned(chen, case, plain, reason="x") == "officer"
    assert assigned(mei, case, jun) == "officer"


def test_a_sealed_case_that_is_handed_on_leaves_its_former_officers_sight():
    qiu = case_makers.sealed_officer()
    rao = makers.person("rao", ministry="justice", clearance=Secrecy.SEALED)
    case = case_makers.case(qiu, secrecy=Secrecy.SEALED)

    assign(by=qiu, case=case, officer=rao, reason="輪調")

    seen = [list(Case.objects.visible_to(person)) for person in (qiu, rao)]
    assert seen == [[], [case]]
