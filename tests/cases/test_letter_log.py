"""Letters that were not made here: logged, understood, and seen by those who may."""

import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from agreements.actions import StalePage, StepRefused
from agreements.actions.uploads import hold_uploads
from cases.actions import void_case
from cases.actions.letters import (
    Logged,
    Said,
    record_incoming,
    record_outgoing,
    say_meanings,
    send_letter,
    submit_letter,
)
from cases.letters.answers import route
from cases.letters.reading import unsettled
from cases.models import Case, Letter, LetterCase
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import ENGLISH, SENT_ON, drafted, outgoing, posted, received, sending, sent, signed
from tests.makers import TODAY
from tracker.audit import history_of
from tracker.models import Document
from tracker.owners import may_see_document
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


@pytest.fixture
def case(jun):
    """An incoming request under review, with the reference of the other side."""
    file = case_makers.case(jun, partner_reference="AA-1")
    case_makers.walk(jun, file, date(2025, 3, 12), until="I30")
    return file


# The log


def test_a_letter_that_came_in_is_logged_with_its_enclosures(jun, case):
    key = uuid.uuid4()
    upload = SimpleUploadedFile("附件.txt", "內容".encode())
    hold_uploads(by=jun, key=key, uploads=[upload], secrecy=0)

    letter = received(jun, case, uploads=key)

    assert (letter.way, letter.status, letter.their_number) == ("in", "received", "AA-77")
    paper = Document.objects.get(about_model="cases.letter", about_id=str(letter.pk))
    assert paper.versions.get().name == "附件.txt"
    assert history_of(case).first().verb == "letter.log_in"


def test_foreign_affairs_logs_letters_too_and_an_auditor_does_not(case):
    assert received(makers.mei(), case).drafted_by.username == "mei"
    for who in (makers.auditor(), makers.administrator()):
        with pytest.raises(StepRefused):
            received(who, case)


def test_a_letter_sent_elsewhere_is_logged_without_papers_of_ours(jun, case):
    logged = Logged(moved_on=SENT_ON, number="外條字第1號", kind="acknowledgement")

    letter = record_outgoing(by=jun, cases=[case], logged=logged, today=TODAY)

    assert (letter.way, letter.status, letter.digest) == ("out", "sent", "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"moved_on": date(2025, 3, 21)}, "moved_on"),
        ({"dated_on": date(2025, 3, 20)}, "dated_on"),
        ({"secrecy": Secrecy.SEALED}, "secrecy"),
    ],
)
def test_days_and_levels_that_cannot_be_are_refused(jun, case, fields, field):
    logged = Logged(**({"moved_on": SENT_ON} | fields))

    with pytest.raises(StepRefused) as refused:
        record_incoming(by=jun, cases=[case], logged=logged, today=TODAY)

    assert refused.value.field == field


# What it means


@pytest.mark.parametrize(
    ("state", "meaning", "steps", "then"),
    [
        ("O70", "answered", ["deliver_reply"], "O88"),
        ("O55", "answered", ["acknowledged", "executing_abroad", "deliver_reply"], "O88"),
        ("O60", "in_part", ["executing_abroad", "part_reply"], "O85"),
        ("O70", "asks_more", ["asked_for_more"], "O75"),
        ("O60", "refuses", ["executing_abroad", "refused_abroad"], "O90"),
        ("O55", "postpones", ["postponed_abroad"], "O80"),
        ("O55", "acknowledges", ["acknowledged"], "O60"),
        ("O70", "nothing_new", [], "O70"),
        ("O70", "unsure", [], "O70"),
        ("O70", "acknowledges", [], "O70"),
    ],
)
def test_what_an_answer_means_leads_to_its_step(jun, state, meaning, steps, then):
    file = outgoing(jun, state)
    letter = received(jun, file)
    before = set(file.events.values_list("pk", flat=True))

    say_meanings(by=jun, letter=letter, said=[Said(file, meaning, note="示例理由")], today=TODAY)

    file.refresh_from_db()
    new = file.events.exclude(pk__in=before).order_by("order")
    assert ([event.step for event in new], file.state) == (steps, then)
    assert {event.letter for event in new} <= {letter}


def test_a_promise_names_its_day_and_is_kept(jun):
    file = outgoing(jun)
    letter = received(jun, file)
    with pytest.raises(StepRefused) as refused:
        say_meanings(by=jun, letter=letter, said=[Said(file, "promises")], today=TODAY)
    assert refused.value.field == "promised_on_0"

    promise = Said(file, "promises", promised_on=date(2025, 5, 1))
    say_meanings(by=jun, letter=letter, said=[promise], today=TODAY)

    row = LetterCase.objects.get(letter=letter)
    assert (row.meaning, row.promised_on, row.settled_by) == ("promises", date(2025, 5, 1), jun)
    assert file.events.get(step="promise_reply").due_on == date(2025, 5, 1)


def test_what_was_asked_for_arrives(jun, case):
    case_makers.step(jun, case, "ask_more", date(2025, 3, 13))
    letter = received(jun, case)

    say_meanings(by=jun, letter=letter, said=[Said(case, "supplies")], today=TODAY)

    case.refresh_from_db()
    assert case.state == "I30"


def test_the_meaning_may_be_said_without_a_step(jun):
    file = outgoing(jun)
    letter = received(jun, file)

    say_meanings(by=jun, letter=letter, said=[Said(file, "answered", records=False)], today=TODAY)

    file.refresh_from_db()
    assert (file.state, LetterCase.objects.get().meaning) == ("O70", "answered")


def test_one_case_that_is_refused_keeps_all_the_others_as_they_were(jun):
    first, second = outgoing(jun), outgoing(jun)
    letter = received(jun, first, second)
    said = [Said(first, "answered"), Said(second, "refuses", note="")]

    with pytest.raises(StepRefused) as refused:
        say_meanings(by=jun, letter=letter, said=said, today=TODAY)

    assert refused.value.field == "note_1"
    assert set(Case.objects.values_list("state", flat=True)) == {"O70"}
    assert set(LetterCase.objects.values_list("meaning", flat=True)) == {""}


def test_a_case_that_changed_meanwhile_is_not_decided_unseen(jun):
    file = outgoing(jun)
    letter = received(jun, file)

    with pytest.raises(StalePage):
        say_meanings(
            by=jun, letter=letter, said=[Said(file, "answered", version=file.version - 1)], today=TODAY
        )


def test_the_page_of_meanings_can_be_sent_again_after_a_case_changed(client_of, jun):
    file = outgoing(jun)
    letter = received(jun, file)
    client, address = client_of(jun), f"/cases/letters/{letter.pk}/meaning/"
    page = client.get(address)
    case_makers.step(jun, file, "chase")

    stale = client.post(address, posted(page, meaning_0="answered"), **ENGLISH)
    again = client.post(address, stale.context["form"].data, **ENGLISH)

    file.refresh_from_db()
    assert "This case changed after you opened the page" in stale.content.decode()
    assert (again.status_code, file.state) == (302, "O88")


def test_a_letter_marks_its_cases_as_changed(jun, chen, case):
    letter = signed(jun, chen, case)
    before = Case.objects.get().changed_at

    send_letter(by=jun, letter=letter, sending=sending(), today=TODAY)
    after = Case.objects.get().changed_at
    received(jun, case)

    assert before < after < Case.objects.get().changed_at


def test_a_way_is_the_shortest_one_and_none_where_none_leads(jun, case):
    assert route("withdraws", case)[0].name == "withdrawn"
    assert route("supplies", case) == ()


# Who sees what


def test_a_letter_is_seen_by_who_sees_all_its_cases_and_so_are_its_papers(jun, chen):
    sealed_officer = case_makers.sealed_officer()
    open_case = case_makers.case(jun, partner_reference="AA-1")
    secret = case_makers.case(sealed_officer, secrecy=Secrecy.SEALED)
    letter = received(sealed_officer, open_case, secret)
    mixed = sent(jun, chen, open_case)

    assert set(Letter.objects.visible_to(jun)) == {mixed}
    assert set(Letter.objects.visible_to(sealed_officer)) == {letter, mixed}
    administrator = makers.administrator()
    assert set(Letter.objects.visible_to(administrator)) == set()
    paper = Document.objects.filter(about_id=str(mixed.pk)).first()
    assert may_see_document(jun, paper)
    assert not may_see_document(administrator, paper)


def test_the_stranger_gets_the_same_404_for_a_hidden_letter_as_for_none(client_of, jun):
    file = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    letter = drafted(jun, file)
    stranger = client_of(makers.stranger())

    pages = [
        f"/cases/letters/{pk}/{tail}"
        for pk in (letter.pk, 999_999)
        for tail in ("", "edit/", "send/", "meaning/", "paper/pdf/")
    ]
    answers = [
        stranger.get(address)
        for address in (*pages, f"/cases/{file.number}/letters/", f"/cases/{file.number}/letters/new/")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert client_of(jun).get(pages[0]).status_code == 200


@pytest.mark.parametrize("who", ["mei", "auditor"])
def test_who_may_look_but_not_draft_gets_403_where_drafting_begins(client_of, case, who):
    client = client_of(getattr(makers, who)())

    assert client.get(f"/cases/{case.number}/letters/").status_code == 200
    assert client.get(f"/cases/{case.number}/letters/new/?kind=acknowledgement").status_code == 403


def test_the_administrator_of_the_system_gets_403_at_every_page(client_of, jun, case):
    letter = drafted(jun, case)
    client = client_of(makers.administrator())

    for address in ("/cases/letters/", f"/cases/letters/{letter.pk}/", f"/cases/{case.number}/letters/"):
        assert client.get(address).status_code == 403


def test_a_letter_about_a_hidden_case_too_is_told_by_its_row_in_the_history_of_the_open_one(case):
    qiu = case_makers.sealed_officer()
    sealed = case_makers.case(qiu, officer=qiu, secrecy=Secrecy.SEALED)

    letter = received(qiu, case, sealed)

    told = [history_of(one).first().details["letter"] for one in (case, sealed)]
    assert told == [f"# {letter.pk}", "AA-77"]


def test_a_letter_over_a_struck_out_case_can_still_be_understood_for_the_others(client_of, jun, chen):
    standing, struck = outgoing(jun), outgoing(jun)
    letter = received(jun, standing, struck)
    void_case(by=chen, case=struck, reason="誤登")
    client, address = client_of(jun), f"{letter.get_absolute_url()}meaning/"

    page = client.get(address, **ENGLISH)
    answer = client.post(address, posted(page, meaning_0="nothing_new"), **ENGLISH)

    assert [row.case for row in page.context["form"].rows()] == [standing]
    assert answer.status_code == 302
    assert not unsettled(jun).exists()


def test_a_letter_about_a_struck_out_case_is_neither_submitted_nor_sent(jun, chen, case):
    ready, draft = signed(jun, chen, case), drafted(jun, case)
    void_case(by=chen, case=case, reason="誤登")

    with pytest.raises(StepRefused, match=case.number):
        send_letter(by=jun, letter=ready, sending=sending(), today=TODAY)
    with pytest.raises(StepRefused, match=case.number):
        submit_letter(by=jun, letter=draft)

    assert set(Letter.objects.values_list("status", flat=True)) == {"countersigned", "draft"}


def plan_of(rows):
    """How the database finds these rows, however few there are."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()


def test_a_letter_asks_what_it_means_until_somebody_is_sure(jun):
    case = case_makers.case(jun)
    mark = LetterCase.objects.filter(case=case).values_list("asks_meaning", flat=True)
    letter = received(jun, case)
    asked = [mark.get(letter=letter)]
    for meaning in ("unsure", "nothing_new"):
        say_meanings(by=jun, letter=letter, said=[Said(case, meaning)], today=TODAY)
        asked.append(mark.get(letter=letter))

    ours = drafted(jun, case)

    assert asked == [True, True, False]
    assert mark.get(letter=ours) is False


def test_letters_to_be_understood_are_found_by_an_index_of_their_own(jun):
    received(jun, case_makers.case(jun))

    assert "letter_to_be_understood" in plan_of(LetterCase.objects.filter(asks_meaning=True).values("letter"))
