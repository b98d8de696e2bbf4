"""One note per partner: what waits for the other side, when a reminder may go, and what comes back."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest

from agreements.actions import StepRefused
from cases.actions.letters import (
    Logged,
    Said,
    Sending,
    Text,
    countersign_letter,
    draft_note,
    edit_letter,
    load_paragraphs,
    print_letter,
    record_incoming,
    say_meanings,
    send_letter,
    submit_letter,
    withdraw_draft,
)
from cases.letters.outstanding import outstanding, rest
from cases.letters.sheets import note_sheet, official_sheet
from cases.models import Case, Letter, LetterCase
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import posted
from tests.makers import TODAY
from tests.pdfreader import read_pdf
from tracker.models import DocumentVersion, Setting
from tracker.paper import pdf_of
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
TEXT = Text("甲國司法部", "請惠告辦理情形。", "Kind inquiry", (("", "附表各案，請惠復。", "Please answer."),))


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


def abroad(by, state="O70", on=date(2025, 2, 3), **fields):
    """Our request that waits for the other side since ``on``."""
    given = {"direction": "out", "received_on": date(2025, 2, 1), "office": "示例地方檢察署"}
    file = case_makers.case(by, **(given | fields))
    return case_makers.walk(by, file, on, until=state)


def note(by, *cases, today=TODAY):
    return draft_note(by=by, partner=cases[0].partner, cases=cases, text=TEXT, today=today)


def sent(by, signer, *cases, today=TODAY, number="法字第1號"):
    letter = note(by, *cases, today=today)
    submit_letter(by=by, letter=letter)
    countersign_letter(by=signer, letter=letter)
    out = Sending(number=number, moved_on=today, channel="foreign_affairs", step="chase")
    return send_letter(by=by, letter=letter, sending=out, today=today)


def answered(by, letter, cases, said, today=TODAY):
    logged = Logged(moved_on=today, their_number="AA-5", channel="foreign_affairs")
    answer = record_incoming(by=by, cases=cases, logged=logged, today=today, answers=letter)
    return say_meanings(by=by, letter=answer, said=said, today=today)


def test_the_page_lists_what_waits_for_the_other_side_oldest_first(jun):
    young, old = abroad(jun, on=date(2025, 2, 20)), abroad(jun, "O55", on=date(2025, 2, 3))
    abroad(jun, "O88")  # with our own office again
    abroad(jun, "O30")  # has not left us
    abroad(jun, partner=makers.partner("XB"))
    case_makers.case(jun)  # incoming

    rows = outstanding(young.partner, reader=jun, today=TODAY)

    assert [(row.case, row.days, row.chased_on, row.promised_on) for row in rows] == [
        (old, 45, None, None),
        (young, 28, None, None),
    ]


def test_one_letter_goes_out_over_all_and_each_case_has_its_chase(jun, chen):
    first, second = abroad(jun), abroad(jun, "O55")

    letter = sent(jun, chen, first, second)

    for case, state in ((first, "O70"), (second, "O65")):
        case.refresh_from_db()
        event = case.events.get(step="chase")
        assert (event.letter, event.happened_on, event.reference, case.state) == (
            letter,
            TODAY,
            "法字第1號",
            state,
        )
    assert Letter.objects.count() == 1
    assert [row.chased_on for row in outstanding(first.partner, reader=jun, today=TODAY)] == [TODAY, TODAY]


def test_the_note_lists_its_requests_in_both_forms(jun, chen):
    first, second = abroad(jun, partner_reference="AA-1"), abroad(jun)
    letter = sent(jun, chen, first, second)

    letter_text = "".join(read_pdf(pdf_of(official_sheet(letter, [first, second]))).text.split())
    note_text = "".join(read_pdf(pdf_of(note_sheet(letter, [first, second]))).text.split())

    for said in (first.number, second.number, "AA-1"):
        assert said in letter_text and said in note_text
    assert "附表：請求案件" in letter_text and "Listoftherequests" in letter_text
    assert "presentsitscompliments" in note_text


@pytest.mark.parametrize("as_note", [False, True], ids=["letter", "note"])
@pytest.mark.parametrize("form", ["odt", "pdf"])
def test_what_was_sent_stays_as_it_was_when_its_cases_change(jun, chen, form, as_note):
    case = abroad(jun, partner_reference="AA-1")
    letter = sent(jun, chen, case)
    before = print_letter(by=jun, letter=letter, form=form, as_note=as_note)

    Case.objects.filter(pk=case.pk).update(partner_reference="BB-2")

    assert print_letter(by=jun, letter=letter, form=form, as_note=as_note) == before
    title = f"法字第1號{' 節略' if as_note else ''} ({form.upper()})"
    assert DocumentVersion.objects.get(document__title=title).sha256 == sha256(before).hexdigest()


def test_a_letter_that_did_not_go_through_foreign_affairs_has_no_note(jun, chen, client):
    case = abroad(jun)
    letter = note(jun, case)
    submit_letter(by=jun, letter=letter)
    countersign_letter(by=chen, letter=letter)
    out = Sending(number="法字第1號", moved_on=TODAY, channel="justice_direct")
    send_letter(by=jun, letter=letter, sending=out, today=TODAY)
    client.force_login(jun)

    address = f"/cases/letters/{letter.pk}/paper/odt/"
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?as=note").headers["Location"] == letter.get_absolute_url()


def test_a_second_note_waits_for_the_days_of_rest(jun, chen):
    case = abroad(jun)
    sent(jun, chen, case)
    partner = case.partner

    day_before, day = (TODAY + timedelta(days=days) for days in (29, 30))
    assert rest(partner, today=day_before).until == day
    with pytest.raises(StepRefused):
        note(jun, case, today=day_before)

    assert rest(partner, today=day).is_over
    assert note(jun, case, today=day).kind == "reminder"


def test_the_days_of_rest_are_a_setting(jun, chen):
    case = abroad(jun)
    sent(jun, chen, case)
    Setting.objects.create(name="note_rest_days", value="7")

    assert rest(case.partner, today=TODAY + timedelta(days=7)).is_over
    assert not rest(case.partner, today=TODAY + timedelta(days=6)).is_over


def test_another_partner_does_not_rest(jun, chen):
    sent(jun, chen, abroad(jun))
    other = abroad(jun, partner=makers.partner("XB"))

    assert note(jun, other).partner == other.partner


def test_while_one_note_is_on_its_way_no_second_is_drafted(jun):
    first, second = abroad(jun), abroad(jun)
    draft = note(jun, first)

    with pytest.raises(StepRefused):
        note(jun, second)

    withdraw_draft(by=jun, letter=draft)
    assert note(jun, second)


def test_a_case_whose_promised_day_has_not_come_is_left_out_until_then(jun, chen):
    case = abroad(jun)
    letter = sent(jun, chen, case)
    promised = date(2025, 6, 1)
    answered(jun, letter, [case], [Said(case, "promises", promised_on=promised)])
    partner = case.partner

    on_the_day, after = promised, promised + timedelta(days=1)
    assert [
        (row.promised_on, row.is_promised) for row in outstanding(partner, reader=jun, today=on_the_day)
    ] == [(promised, True)]
    with pytest.raises(StepRefused) as refused:
        note(jun, case, today=on_the_day)
    assert refused.value.field == "cases"
    assert [row.is_promised for row in outstanding(partner, reader=jun, today=after)] == [False]
    assert note(jun, case, today=after)


def test_a_promise_counts_even_when_no_step_was_recorded_for_it(jun, chen):
    case = abroad(jun)
    letter = sent(jun, chen, case)

    promise = Said(case, "promises", promised_on=date(2025, 6, 1), records=False)
    answered(jun, letter, [case], [promise])

    assert [row.is_promised for row in outstanding(case.partner, reader=jun, today=TODAY)] == [True]


def test_a_case_that_does_not_wait_is_refused(jun):
    waiting, done = abroad(jun), abroad(jun, "O88")

    with pytest.raises(StepRefused) as refused:
        note(jun, waiting, done)

    assert refused.value.field == "cases"


@pytest.mark.parametrize("who", ["mei", "auditor"])
def test_only_justice_drafts_the_note(jun, who):
    case = abroad(jun)

    with pytest.raises(StepRefused):
        note(getattr(makers, who)(), case)


def test_a_hidden_case_is_neither_listed_nor_chased_by_who_may_not_see_it(jun):
    hidden = abroad(jun, secrecy=Secrecy.RESTRICTED)
    stranger = makers.stranger()

    assert outstanding(hidden.partner, reader=stranger, today=TODAY) == []
    assert len(outstanding(hidden.partner, reader=jun, today=TODAY)) == 1
    with pytest.raises(StepRefused):
        note(stranger, hidden)


def test_answers_to_the_note_are_marked_case_by_case_in_one_transaction(jun, chen):
    first, second, third = abroad(jun), abroad(jun), abroad(jun)
    cases = [first, second, third]
    letter = sent(jun, chen, *cases)

    said = [Said(first, "answered"), Said(second, "in_part"), Said(third, "nothing_new")]
    answer = answered(jun, letter, cases, said)

    states = []
    for case in cases:
        case.refresh_from_db()
        states.append(case.state)
    assert states == ["O88", "O85", "O70"]
    meanings = LetterCase.objects.filter(letter=answer).order_by("case__number")
    assert list(meanings.values_list("meaning", flat=True)) == ["answered", "in_part", "nothing_new"]
    assert answer.answers == letter


def test_a_case_that_moved_on_after_drafting_stops_the_sending(jun, chen):
    first, second = abroad(jun), abroad(jun)
    letter = note(jun, first, second)
    submit_letter(by=jun, letter=letter)
    countersign_letter(by=chen, letter=letter)
    case_makers.step(jun, second, "deliver_reply")
    out = Sending(number="法字第2號", moved_on=TODAY, channel="foreign_affairs", step="chase")

    with pytest.raises(StepRefused):
        send_letter(by=jun, letter=letter, sending=out, today=TODAY)

    letter.refresh_from_db()
    assert (letter.status, first.events.filter(step="chase").count()) == ("countersigned", 0)


def test_a_case_can_be_taken_out_of_the_draft(jun):
    first, second = abroad(jun), abroad(jun)
    letter = note(jun, first, second)

    edit_letter(by=jun, letter=letter, text=TEXT, cases=[first])

    assert list(letter.cases.all()) == [first]
    with pytest.raises(StepRefused):
        edit_letter(by=jun, letter=letter, text=TEXT, cases=[])


# The page


def test_the_note_is_drafted_on_the_partners_page(client_of, jun, chen):
    load_paragraphs(by=chen)
    first, second = abroad(jun), abroad(jun)
    client = client_of(jun)
    page = client.get("/partners/XA/note/", **ENGLISH)
    assert all(case.number in page.content.decode() for case in (first, second))

    sent_form = posted(page, cases=[str(first.pk)]) | {
        "reply_by_year": "114",
        "reply_by_month": "5",
        "reply_by_day": "1",
    }
    answer = client.post("/partners/XA/note/", sent_form)

    letter = Letter.objects.get()
    assert answer.headers["Location"] == letter.get_absolute_url()
    assert list(letter.cases.all()) == [first]
    assert "中華民國114年5月1日" in json.dumps(letter.paragraphs, ensure_ascii=False)
    again = client.get("/partners/XA/note/", **ENGLISH)
    assert "on its way already" in again.content.decode() and again.context["form"] is None


def test_the_page_says_why_no_note_may_go(client_of, jun, chen):
    sent(jun, chen, abroad(jun), today=TODAY)
    Setting.objects.create(name="note_rest_days", value="3650")

    page = client_of(jun).get("/partners/XA/note/", **ENGLISH)

    assert "The last note went less than 3650 days ago" in page.content.decode()
    assert page.context["form"] is None


def test_the_answer_page_offers_all_cases_of_the_note(client_of, jun, chen):
    first, second = abroad(jun), abroad(jun)
    other = abroad(jun)
    letter = sent(jun, chen, first, second)

    page = client_of(jun).get(f"/cases/{first.number}/letters/in/?answers={letter.pk}", **ENGLISH)

    form = page.context["form"]
    assert set(form["cases"].value()) == {str(first.pk), str(second.pk)}
    assert str(other.pk) in dict(form.fields["cases"].choices)
    assert form["answers"].value() == letter.pk


def test_auditors_look_at_the_page_and_administrators_do_not(client_of, jun):
    abroad(jun)

    assert client_of(makers.auditor()).get("/partners/XA/note/").context["form"] is None
    assert client_of(makers.administrator()).get("/partners/XA/note/").status_code == 403
    assert client_of(jun).get("/partners/ZZ/note/").status_code == 404


def test_the_list_costs_the_same_for_one_request_and_for_three(jun, django_assert_num_queries):
    partner = abroad(jun).partner
    with django_assert_num_queries(5):
        outstanding(partner, reader=jun, today=TODAY)
    abroad(jun)
    abroad(jun)
    with django_assert_num_queries(5):
        outstanding(partner, reader=jun, today=TODAY)
