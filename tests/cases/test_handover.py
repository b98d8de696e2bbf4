"""Work that changes hands: shown before it is done, done in one go, ticked through, and silent about what is hidden."""

import uuid
from datetime import date

import pytest

from agreements.actions import update_progress
from cases.actions import StalePage, StepRefused
from cases.actions.handover import hand_over, tick_lines
from cases.actions.notes import write_note
from cases.actions.tasks import add_task
from cases.handover import facts_of, handovers_for, handovers_seen, pack_of, pack_page
from cases.models import Case, Handover, Letter, LetterCase, Promise
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import received, sent
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker import looks
from tracker.models import Entry
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def wang():
    return makers.person("wang", name="王小明", ministry=Ministry.JUSTICE)


@pytest.fixture
def chen():
    return makers.justice_supervisor()


@pytest.fixture
def cases(jun):
    """Two open cases that Jun carries."""
    return [case_makers.case(jun, officer=jun, deadline=date(2025, 4, day)) for day in (2, 1)]


def promise(case, **fields):
    given = {"kind": "use_limit", "given_by": "us", "words": "限於本案使用", "given_on": TODAY}
    recorded = {"recorded_at": case.recorded_at, "recorded_by": case.recorded_by}
    return Promise.objects.create(case=case, **(given | recorded | fields))


def handed(by, giver, taker, **fields):
    return hand_over(by=by, giver=giver, taker=taker, reason="調任", **fields)


def numbers(pack):
    return [row.case.number if row.case else row.agreement.number for row in pack.going]


def lines_of(handover, reader):
    return [line.line.case or line.line.agreement for line in pack_page(handover, reader).lines]


def refusal(**given):
    given = {"reason": "調任"} | given
    with pytest.raises(StepRefused) as refused:
        hand_over(**given)
    return refused.value.field


def address(giver, taker):
    return f"/cases/handover/new/?giver={giver.pk}&taker={taker.pk}"


# What would go.


def test_open_cases_closed_ones_with_a_promise_and_own_tasks_go_over(jun, wang, cases):
    owed = case_makers.walk(jun, case_makers.case(jun, officer=jun))
    promise(owed)
    case_makers.walk(jun, case_makers.case(jun, officer=jun))  # closed, nothing owed
    case_makers.case(jun, officer=wang)
    helped = case_makers.case(jun, officer=wang)
    add_task(by=jun, case=helped, words="協助翻譯", assigned_to=jun, today=TODAY)

    pack = pack_of(jun, wang, by=jun)

    assert set(numbers(pack)) == {cases[0].number, cases[1].number, owed.number, helped.number}
    assert {row.case.number for row in pack.going if not row.is_carried} == {helped.number}
    assert numbers(pack)[:2] == [cases[1].number, cases[0].number]  # the earliest due day first
    assert pack.staying == []


def test_each_line_says_how_its_case_stands(jun, wang, cases):
    case = cases[0]
    promise(case, due_on=date(2025, 5, 1))
    add_task(by=jun, case=case, words="催詢", today=TODAY)
    write_note(by=jun, case=case, text="電話聯繫即可", is_for_successor=True)

    row = next(row for row in pack_of(jun, wang, by=jun).going if row.case == case)

    assert row.facts == {
        "state": "I10",
        "moved_on": "2025-03-10",
        "due_on": "2025-04-02",
        "promise_due_on": "2025-05-01",
        "held_until": "",
        "promises": 1,
        "letters": 0,
        "unclear": 0,
        "tasks": 1,
        "notes": 1,
        "stopped": False,
    }
    assert (row.read.due_on, row.read.promises) == (date(2025, 4, 2), 1)


def test_only_letters_count_that_the_giver_may_see_and_the_successor_is_cleared_for(jun, wang, cases):
    low = makers.person("low", ministry=Ministry.JUSTICE, clearance=Secrecy.INTERNAL)
    hers = case_makers.sealed_officer()
    sealed = case_makers.case(hers, partner=cases[0].partner, officer=hers, secrecy=Secrecy.SEALED)
    received(jun, cases[0])
    unseen = received(jun, cases[0])
    LetterCase.objects.create(letter=unseen, case=sealed)  # about a case that only she may see
    restricted = received(jun, cases[0])
    Letter.objects.filter(pk=restricted.pk).update(secrecy=Secrecy.RESTRICTED)

    unclear = {
        taker: next(row for row in pack_of(jun, taker, by=jun).going if row.case == cases[0]).facts["unclear"]
        for taker in (wang, low)
    }

    assert unclear == {wang: 2, low: 1}


def test_a_letter_is_answered_only_by_a_letter_that_counts(jun, wang, chen, cases):
    """An answer that is also about a sealed case is hidden from whoever hands over."""
    hers = case_makers.sealed_officer()
    sealed = case_makers.case(hers, partner=cases[0].partner, officer=hers, secrecy=Secrecy.SEALED)
    for case, others in ((cases[0], [sealed]), (cases[1], [])):
        case_makers.walk(jun, case, date(2025, 3, 12), until="I30")
        ours = sent(jun, chen, case, "more")
        theirs = received(jun, case, answers=ours)
        for other in others:
            LetterCase.objects.create(letter=theirs, case=other)

    facts = {row.case: row.facts["letters"] for row in pack_of(jun, wang, by=jun).going}

    assert facts == {cases[0]: 1, cases[1]: 0}


def test_a_number_that_was_not_kept_is_unknown_and_not_zero():
    assert facts_of({"stage": "20", "moved_on": ""}).promises is None


def test_talks_go_over_in_which_the_giver_recorded_the_last_movement():
    mei, lin = makers.mei(), makers.lin()
    hers = makers.agreement(mei)
    others = makers.agreement(mei, partner=makers.partner("XB"))
    update_progress(
        by=lin, agreement=others, confidence="on_track", court="partner", next_step="續談", today=TODAY
    )
    makers.walk(mei, partner=makers.partner("XC"))  # in force: no talks any more

    taker = makers.person("fang", ministry=Ministry.FOREIGN_AFFAIRS)
    makers.step(mei, hers, "open_talks", date(2024, 1, 10))

    assert numbers(pack_of(mei, taker, by=mei)) == [hers.number]
    assert numbers(pack_of(lin, taker, by=lin)) == [others.number]


def test_what_the_successor_is_not_cleared_for_stays_and_is_shown_as_staying(jun, cases):
    low = makers.person("low", ministry=Ministry.JUSTICE, clearance=Secrecy.INTERNAL)
    restricted = case_makers.case(jun, officer=jun, secrecy=Secrecy.RESTRICTED)

    pack = pack_of(jun, low, by=jun)
    handed(jun, jun, low)

    assert [row.case for row in pack.staying] == [restricted]
    restricted.refresh_from_db()
    assert restricted.officer == jun
    assert set(Case.objects.filter(officer=low)) == set(cases)


def test_a_sealed_case_goes_by_its_own_officer_to_a_cleared_one_and_is_unknown_to_the_supervisor(jun, chen):
    qiu = case_makers.sealed_officer()
    he = makers.person("he", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    sealed = case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu)

    assert pack_of(qiu, he, by=chen).going == pack_of(qiu, he, by=chen).staying == []
    assert [row.case for row in pack_of(qiu, jun, by=qiu).staying] == [sealed]

    handover = handed(qiu, qiu, he)

    sealed.refresh_from_db()
    assert sealed.officer == he
    assert lines_of(handover, he) == [sealed]
    assert lines_of(handover, qiu) == lines_of(handover, chen) == []


def test_talks_about_a_hidden_agreement_are_unknown_to_a_supervisor_who_hands_over_for_another():
    """AZ-17: without the check they are named to the supervisor, and handed over unseen."""
    mei, fang = makers.mei(), makers.person("fang", ministry=Ministry.FOREIGN_AFFAIRS)
    low = makers.person(
        "low", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR, clearance=Secrecy.INTERNAL
    )
    hidden = makers.agreement(mei, secrecy=Secrecy.RESTRICTED)
    makers.step(mei, hidden, "open_talks", date(2024, 1, 10))

    own, for_another = (pack_of(mei, fang, by=by) for by in (mei, low))

    assert numbers(own) == [hidden.number]
    assert for_another.going == for_another.staying == []


# Doing it.


def test_everything_is_assigned_with_the_reason_and_tasks_go_along(jun, wang, cases):
    own = add_task(by=jun, case=cases[0], words="催詢", assigned_to=jun, today=TODAY)
    of_other = add_task(by=jun, case=cases[0], words="翻譯", assigned_to=makers.mei(), today=TODAY)

    handover = handed(jun, jun, wang, message="卷在櫃中")

    for case in cases:
        case.refresh_from_db()
    own.refresh_from_db()
    of_other.refresh_from_db()
    assert [case.officer for case in cases] == [wang, wang]
    assert (own.assigned_to, of_other.assigned_to.username) == (wang, "mei")
    assert set(lines_of(handover, wang)) == set(cases)
    told = Entry.objects.filter(verb="case.assign", about_id=str(cases[0].pk)).get()
    assert told.details == {"officer": "王小明", "was": "Jun", "handover": handover.pk}
    whole = Entry.objects.get(verb="handover.make")
    assert whole.details == {"giver": "Jun", "taker": "王小明", "cases": 2, "agreements": 0}


def test_a_supervisor_hands_over_the_work_of_one_who_has_left(jun, wang, chen, cases):
    jun.is_active = False
    jun.save()

    handed(chen, jun, wang)

    assert set(Case.objects.filter(officer=wang)) == set(cases)


def test_who_may_not_hand_over_or_take_over_is_refused(jun, wang, chen, cases):
    mei, lin = makers.mei(), makers.lin()
    gone = makers.person("gone", ministry=Ministry.JUSTICE, is_active=False)

    assert [
        refusal(by=who, giver=jun, taker=wang)
        for who in (wang, mei, lin, makers.auditor(), makers.administrator())
    ] == [""] * 5
    assert [refusal(by=jun, giver=jun, taker=who) for who in (jun, mei, gone)] == ["taker"] * 3
    assert refusal(by=jun, giver=jun, taker=wang, reason=" ") == "reason"
    assert refusal(by=chen, giver=wang, taker=jun) == ""  # there is nothing
    assert Handover.objects.count() == 0


def test_a_pack_that_changed_since_it_was_shown_is_not_handed_over(jun, wang, cases):
    token = pack_of(jun, wang, by=jun).token
    case_makers.case(jun, officer=jun)

    with pytest.raises(StalePage):
        handed(jun, jun, wang, token=token)

    assert Case.objects.filter(officer=wang).count() == Handover.objects.count() == 0


# Ticking through.


def test_the_successor_ticks_line_by_line_and_the_last_one_closes_the_pack(jun, wang, cases):
    handover = handed(jun, jun, wang)
    first, second = handover.lines.order_by("pk")
    assert [(pack.pk, pack.lines_seen, pack.lines_ticked) for pack in handovers_for(wang)] == [
        (handover.pk, 2, 0)
    ]

    assert [tick_lines(by=wang, handover=handover, lines=[first]) for _twice in range(2)] == [1, 0]
    handover.refresh_from_db()
    assert handover.closed_at is None
    tick_lines(by=wang, handover=handover, lines=[first, second])

    handover.refresh_from_db()
    assert handover.closed_at is not None
    assert list(handovers_for(wang)) == []


def test_only_the_successor_ticks(jun, wang, chen, cases, client_of):
    handover = handed(jun, jun, wang)
    sent = {"key": str(uuid.uuid4()), "lines": [str(line.pk) for line in handover.lines.all()]}

    for who in (jun, chen):
        with pytest.raises(StepRefused):
            tick_lines(by=who, handover=handover, lines=handover.lines.all())
        assert client_of(who).post(f"/cases/handover/{handover.pk}/tick/", sent).status_code == 403

    assert handover.lines.filter(ticked_at=None).count() == 2


def test_a_line_that_its_taker_no_longer_sees_is_not_shown_and_does_not_hold_the_pack_open(jun, wang, cases):
    handover = handed(jun, jun, wang)
    hidden, shown = handover.lines.order_by("pk")
    Case.objects.filter(pk=hidden.case_id).update(secrecy=Secrecy.SEALED, declassify_when="示例", officer=jun)

    assert lines_of(handover, wang) == [shown.case]
    assert tick_lines(by=wang, handover=handover, lines=[hidden, shown]) == 1

    handover.refresh_from_db()
    assert handover.closed_at is not None


# The pages.


def test_the_page_shows_everything_before_it_is_done_and_does_it_once(client_of, jun, wang, cases):
    office = client_of(jun)
    page = office.get(address(jun, wang)).content.decode()
    token = pack_of(jun, wang, by=jun).token
    sent = {"key": str(uuid.uuid4()), "reason": "調任", "message": "", "token": token}

    answers = [office.post(address(jun, wang), sent) for _twice in range(2)]

    assert all(case.number in page for case in cases)
    handover = Handover.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/cases/handover/{handover.pk}/"] * 2


def test_a_stale_page_comes_back_with_the_pack_as_it_stands_now_and_may_be_sent_again(
    client_of, jun, wang, cases
):
    office = client_of(jun)
    sent = {"reason": "調任", "message": "卷在櫃中", "token": pack_of(jun, wang, by=jun).token}
    added = case_makers.case(jun, officer=jun)

    page = office.post(address(jun, wang), sent | {"key": str(uuid.uuid4())}, **ENGLISH).content.decode()

    token = pack_of(jun, wang, by=jun).token
    assert "changed meanwhile" in page
    assert "卷在櫃中</textarea>" in page
    assert added.number in page
    assert token in page
    again = office.post(address(jun, wang), sent | {"key": str(uuid.uuid4()), "token": token})
    assert again.status_code == 302


def test_an_officer_hands_over_the_own_work_only(client_of, jun, wang, cases):
    page = client_of(wang).get(address(jun, wang), **ENGLISH).content.decode()

    assert [case.number for case in cases if case.number in page] == []
    assert "Select a valid choice" in page


def test_the_pack_shows_notes_for_the_successor_and_ticks(client_of, jun, wang, cases):
    write_note(by=jun, case=cases[0], text="電話聯繫即可", is_for_successor=True)
    write_note(by=jun, case=cases[0], text="一般記事")
    handover = handed(jun, jun, wang)
    office = client_of(wang)

    page = office.get(f"/cases/handover/{handover.pk}/").content.decode()
    sent = {"key": str(uuid.uuid4()), "lines": [str(line.pk) for line in handover.lines.all()]}
    answer = office.post(f"/cases/handover/{handover.pk}/tick/", sent)

    assert ("電話聯繫即可" in page, "一般記事" in page, page.count('name="lines"')) == (True, False, 2)
    assert answer.status_code == 302
    assert office.get("/cases/handover/").content.decode().count(f"/cases/handover/{handover.pk}/") == 1


def test_whoever_looks_at_a_pack_looks_at_its_cases(client_of, jun):
    qiu, wang = case_makers.sealed_officer(), makers.person("wang", ministry=Ministry.JUSTICE, clearance=3)
    sealed = case_makers.case(qiu, officer=qiu, secrecy=Secrecy.SEALED)
    write_note(by=qiu, case=sealed, text="示例密事", is_for_successor=True)
    client_of(qiu).get(address(qiu, wang))
    handover = handed(qiu, qiu, wang)

    page = client_of(wang).get(f"/cases/handover/{handover.pk}/")

    assert "示例密事" in page.text
    told = [(look.reader, look.way) for look in looks.looks_at(sealed)]
    assert told == [(wang, "cases:handover"), (qiu, "cases:new_handover")]


def test_others_do_not_find_the_pack(client_of, jun, wang, chen, cases):
    handover = handed(jun, jun, wang)

    found = {
        who.username: client_of(who).get(f"/cases/handover/{handover.pk}/").status_code
        for who in (jun, wang, chen, makers.mei(), makers.lin(), makers.stranger())
    }

    assert found == {"jun": 200, "wang": 200, "chen": 200, "mei": 404, "lin": 404, "stranger": 404}
    for who in (makers.auditor(), makers.administrator()):
        assert client_of(who).get(f"/cases/handover/{handover.pk}/").status_code == 403
        assert list(handovers_seen(who)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_take_the_same_queries_for_one_case_and_for_three(
    rows, client_of, jun, wang, django_assert_num_queries
):
    for _n in range(rows):
        case_makers.case(jun, officer=jun)
    office = client_of(jun)

    a_look = A_LOOK + 1  # and the keys of the cases
    with django_assert_num_queries(10 + a_look):
        office.get(address(jun, wang))
    handover, successor = handed(jun, jun, wang), client_of(wang)
    with django_assert_num_queries(5 + a_look):
        successor.get(f"/cases/handover/{handover.pk}/")
