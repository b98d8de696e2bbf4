"""Notes of people beside a case: who writes them, whom they name, who finds them, and what they do not betray."""

import uuid

import pytest

from cases.actions import StepRefused
from cases.actions.notes import see_mentions, withdraw_note, write_note
from cases.models import Mention, Note
from cases.notes import mentions_for, named_in
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tracker.models import Entry
from tracker.roles import Ministry, Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def wang():
    """A second officer of justice, with a Chinese name."""
    return makers.person("wang", name="王小明", ministry=Ministry.JUSTICE)


@pytest.fixture
def case(jun):
    return case_makers.case(jun)


def sealed(**fields):
    qiu = case_makers.sealed_officer()
    return qiu, case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu, **fields)


def refusal(**given):
    with pytest.raises(StepRefused) as refused:
        write_note(**given)
    return refused.value.field, str(refused.value)


def sent(**fields):
    return {"key": str(uuid.uuid4()), "text": "請留意譯本"} | fields


# Who is named.


def test_a_name_after_the_sign_names_a_colleague_in_either_script(jun, wang):
    people = [jun, wang]

    texts = ["請@王小明看", "see @jun, please", "＠Jun", "@JUN 與@王小明。", "write to jun@example.org"]

    assert [{person.username for person in named_in(text, people).people} for text in texts] == [
        {"wang"},
        {"jun"},
        {"jun"},
        {"jun", "wang"},
        set(),
    ]


def test_the_longest_name_counts_and_a_latin_name_has_to_end(jun):
    junior = makers.person("junior", name="June", ministry=Ministry.JUSTICE)

    assert named_in("@june and @junior", [jun, junior]).people == {junior}
    assert named_in("@junius", [jun, junior]).unclear == ("junius",)


def test_of_two_people_of_one_name_the_chosen_one_is_meant(wang):
    other = makers.person("wang2", name="王小明", ministry=Ministry.FOREIGN_AFFAIRS)

    assert named_in("@王小明", [wang, other]).unclear == ("王小明",)
    assert named_in("@王小明", [wang, other], [other]).people == {other}


# Writing.


def test_a_note_is_kept_with_those_whom_it_mentions_and_its_text_stays_out_of_the_audit_trail(
    jun, wang, case
):
    mei = makers.mei()

    note = write_note(by=jun, case=case, text=" 請 @王小明 看 ", mentioned=[mei, jun], is_for_successor=True)

    assert (note.text, note.is_for_successor) == ("請 @王小明 看", True)
    assert set(note.mentions.values_list("person__username", flat=True)) == {"wang", "mei"}
    entry = Entry.objects.get(verb="case.write_note")
    assert entry.details == {"note": note.pk, "mentions": 2, "for_successor": True}
    assert case.version == type(case).objects.get(pk=case.pk).version


def test_a_note_needs_a_text_and_names_that_are_somebodys(jun, case):
    assert refusal(by=jun, case=case, text="  ")[0] == "text"
    assert refusal(by=jun, case=case, text="請 @無此人 看")[0] == "text"
    assert Note.objects.count() == 0


@pytest.mark.parametrize("typed", [True, False])
def test_a_colleague_who_may_not_see_the_case_cannot_be_mentioned(typed, jun):
    stranger = makers.stranger()
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)

    text, mentioned = ("@stranger", []) if typed else ("看", [stranger])
    field, words = refusal(by=jun, case=case, text=text, mentioned=mentioned)

    assert field == "mentioned"
    assert "Stranger" in words
    assert Note.objects.count() == Mention.objects.count() == 0


def test_on_a_sealed_case_nobody_can_be_mentioned(jun):
    qiu, case = sealed()

    assert refusal(by=qiu, case=case, text="看", mentioned=[jun])[0] == "mentioned"


@pytest.mark.parametrize("who", [makers.auditor, makers.administrator])
def test_auditor_and_administrator_write_no_notes(who, case):
    assert refusal(by=who(), case=case, text="x")[0] == ""


def test_foreign_affairs_writes_notes_too(case):
    assert write_note(by=makers.mei(), case=case, text="已轉送").text == "已轉送"


# Withdrawing and seeing.


def test_only_the_writer_withdraws_a_note_and_twice_is_as_once(jun, wang, case):
    note = write_note(by=jun, case=case, text="誤植")

    with pytest.raises(StepRefused):
        withdraw_note(by=wang, note=note)
    first = withdraw_note(by=jun, note=note)
    second = withdraw_note(by=jun, note=note)

    assert first.withdrawn_at == second.withdrawn_at is not None
    assert Entry.objects.filter(verb="case.withdraw_note").count() == 1


def test_a_mention_waits_until_its_reader_opens_the_tab(client_of, jun, wang, case):
    write_note(by=jun, case=case, text="@王小明")
    assert [mention.note.case for mention in mentions_for(wang)] == [case]

    client_of(jun).get(f"/cases/{case.number}/work/")
    client_of(wang).get(f"/cases/{case.number}/")
    assert mentions_for(wang).count() == 1
    client_of(wang).get(f"/cases/{case.number}/work/")

    assert mentions_for(wang).count() == 0
    assert mentions_for(jun).count() == 0


def test_a_mention_does_not_betray_a_case_that_its_reader_no_longer_sees(jun, wang, case):
    write_note(by=jun, case=case, text="@王小明")
    assert mentions_for(wang).count() == 1

    wang.clearance = Secrecy.ORDINARY
    wang.save()
    type(case).objects.filter(pk=case.pk).update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    case.refresh_from_db()

    assert mentions_for(wang).count() == 0
    assert see_mentions(by=wang, case=case) == 0


def test_a_withdrawn_note_mentions_nobody_any_more(jun, wang, case):
    withdraw_note(by=jun, note=write_note(by=jun, case=case, text="@王小明"))

    assert mentions_for(wang).count() == 0


# The page.


def test_the_page_shows_what_waits_for_a_successor_first(client_of, jun, case):
    write_note(by=jun, case=case, text="給接辦人", is_for_successor=True)
    write_note(by=jun, case=case, text="最新一則")

    page = client_of(jun).get(f"/cases/{case.number}/work/").content.decode()

    assert page.index("給接辦人") < page.index("最新一則")


def test_a_note_sent_twice_is_written_once(client_of, jun, case):
    office, form = client_of(jun), sent()

    answers = [office.post(f"/cases/{case.number}/work/note/", form) for _twice in range(2)]

    assert {answer.status_code for answer in answers} == {302}
    assert Note.objects.count() == 1


def test_a_refused_note_comes_back_with_what_was_typed(client_of, jun, case):
    answer = client_of(jun).post(f"/cases/{case.number}/work/note/", sent(text="請 @無此人 看"), **ENGLISH)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "請 @無此人 看</textarea>" in page
    assert "no colleague&#x27;s name" in page


def test_another_persons_note_is_not_withdrawn_and_a_note_of_another_case_is_not_found(
    client_of, jun, wang, case
):
    note = write_note(by=jun, case=case, text="x")
    other = case_makers.case(jun)

    refused = client_of(wang).post(f"/cases/{case.number}/work/notes/{note.pk}/withdraw/")
    missing = client_of(jun).post(f"/cases/{other.number}/work/notes/{note.pk}/withdraw/")
    done = client_of(jun).post(f"/cases/{case.number}/work/notes/{note.pk}/withdraw/")

    note.refresh_from_db()
    assert (refused.status_code, missing.status_code, done.status_code) == (403, 404, 302)
    assert note.withdrawn_at is not None


@pytest.mark.parametrize("place", ["work/", "work/note/", "work/task/", "work/tick/", "work/tasks/1/"])
def test_who_does_not_see_the_case_is_told_that_there_is_none(place, client_of, jun):
    stranger = client_of(makers.stranger())
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)

    hidden = stranger.post(f"/cases/{case.number}/{place}") if place != "work/" else None
    hidden = hidden or stranger.get(f"/cases/{case.number}/{place}")
    missing = stranger.get(f"/cases/114-受-9999/{place}")

    assert hidden.status_code == 404
    assert missing.status_code in (404, 405)


def test_an_auditor_reads_notes_and_writes_none_and_an_administrator_stays_outside(client_of, jun, case):
    write_note(by=jun, case=case, text="審計可見")
    auditor, administrator = client_of(makers.auditor()), client_of(makers.administrator())

    page = auditor.get(f"/cases/{case.number}/work/").content.decode()
    answer = auditor.post(f"/cases/{case.number}/work/note/", sent())

    assert "審計可見" in page
    assert "<textarea" not in page
    assert (answer.status_code, Note.objects.count()) == (403, 1)
    assert administrator.get(f"/cases/{case.number}/work/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_note_and_for_three(
    rows, client_of, jun, wang, case, django_assert_num_queries
):
    for _n in range(rows):
        write_note(by=jun, case=case, text="@王小明")
    office = client_of(jun)

    with django_assert_num_queries(10 + A_LOOK):
        office.get(f"/cases/{case.number}/work/")
