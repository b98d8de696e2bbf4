"""The contents of the letter, correcting what was logged, and striking out: who may, what follows, what is told."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.actions import Amendment, StalePage, StepRefused, amend_case, keep_contents, void_case
from cases.actions.contents import AMENDED
from cases.actions.practice import Said, add_line
from cases.history import sentence
from cases.models import Case, RequestContents
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.models import Draft, Entry, User
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
FORCE = date(2025, 3, 3)


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def case(jun):
    return case_makers.case(jun)


def told():
    entry = Entry.objects.latest("id")
    return entry.verb, entry.details


def amended(case, **fields):
    return Amendment(**({name: getattr(case, name) for name in AMENDED} | makers.marked(fields)))


def amend(by, case, reason="誤繕", **fields):
    return amend_case(by=by, case=case, amendment=amended(case, **fields), reason=reason)


def typed(case, **fields):
    return {"key": str(uuid.uuid4()), "version": case.version, "act": "keep"} | fields


# Contents.


def test_contents_are_kept_and_the_history_tells_which_fields_changed_not_what_they_say(jun, case):
    keep_contents(by=jun, case=case, said={"purpose": "不得外洩之目的", "copies": 2, "facts": ""}, version=1)

    case.refresh_from_db()
    assert (case.contents.purpose, case.contents.copies, case.version) == ("不得外洩之目的", 2, 2)
    assert told() == ("case.keep_contents", {"fields": ["purpose", "copies"]})


def test_contents_that_say_the_same_change_nothing(jun, case):
    keep_contents(by=jun, case=case, said={"purpose": "偵查"})

    changed = keep_contents(by=jun, case=case, said={"purpose": "偵查"})

    case.refresh_from_db()
    assert (changed, case.version, Entry.objects.filter(verb="case.keep_contents").count()) == ([], 2, 1)


def test_nothing_is_written_while_nothing_is_said(jun, case):
    keep_contents(by=jun, case=case, said={"purpose": "", "copies": None})

    assert RequestContents.objects.count() == 0


def test_a_case_of_somebody_who_left_is_corrected_while_its_level_stays(jun, case):
    Case.objects.filter(pk=case.pk).update(officer=jun)
    boss = makers.person("boss", ministry="justice", role="supervisor", clearance=2)
    User.objects.filter(pk=jun.pk).update(is_active=False)
    case = Case.objects.get(pk=case.pk)

    assert amend(boss, case, subject="更正之事由") == ["subject"]
    corrected = Case.objects.get(pk=case.pk)
    with pytest.raises(StepRefused) as refused:
        amend(boss, corrected, secrecy=Secrecy.RESTRICTED, declassify_when="示例條件")
    assert refused.value.field == "secrecy"


def test_a_stale_page_of_contents_is_refused(jun, case):
    keep_contents(by=jun, case=case, said={"purpose": "偵查"}, version=1)

    with pytest.raises(StalePage):
        keep_contents(by=jun, case=case, said={"purpose": "審判"}, version=1)


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_auditors_and_administrators_change_nothing(case, who):
    person = getattr(makers, who)()

    for deed in (
        lambda: keep_contents(by=person, case=case, said={"purpose": "x"}),
        lambda: amend(person, case, subject="x"),
        lambda: void_case(by=person, case=case, reason="x"),
    ):
        with pytest.raises(StepRefused):
            deed()


def test_foreign_affairs_keeps_contents_and_corrects_while_the_case_is_with_it_and_no_longer(jun, case):
    mei = makers.mei()
    keep_contents(by=mei, case=case, said={"purpose": "偵查"})
    case.refresh_from_db()
    amend(mei, case, partner_reference="R-1")
    case_makers.step(jun, case, "forward")

    for deed in (
        lambda: keep_contents(by=mei, case=case, said={"purpose": "x"}),
        lambda: amend(mei, case, subject="x"),
    ):
        with pytest.raises(StepRefused):
            deed()


def test_the_page_of_contents_shows_to_all_readers_and_takes_from_those_who_may(client_of, jun, case):
    keep_contents(by=jun, case=case, said={"purpose": "偵查"})
    case_makers.step(jun, case, "forward")
    path = f"{case.get_absolute_url()}contents/"
    people = (jun, makers.mei(), makers.auditor(), makers.administrator())

    answers = {
        person.username: (
            client_of(person).get(path).status_code,
            client_of(person).post(path, typed(case, purpose="審判", act="check")).status_code,
        )
        for person in people
    }

    assert answers == {
        "jun": (200, 200),
        "mei": (200, 403),
        "auditor": (200, 403),
        "administrator": (403, 403),
    }
    assert "偵查" in client_of(people[2]).get(path).text


def test_a_hidden_case_has_neither_contents_nor_corrections_nor_a_way_to_strike_it_out(client_of, jun):
    hidden = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    client = client_of(makers.stranger())

    codes = [
        client.get(f"{hidden.get_absolute_url()}{page}").status_code
        for page in ("", "contents/", "correct/", "void/")
    ]

    assert codes == [404] * 4


def test_contents_are_kept_from_their_page_once(client_of, jun, case):
    client, path, sent = client_of(jun), f"{case.get_absolute_url()}contents/", typed(case, purpose="偵查")

    answers = [client.post(path, sent).status_code for _twice in range(2)]

    assert answers == [302, 302]
    assert Entry.objects.filter(verb="case.keep_contents").count() == 1


def test_a_stale_page_is_told_what_changed_and_keeps_what_was_typed(client_of, jun, case):
    keep_contents(by=jun, case=case, said={"purpose": "偵查"})
    path = f"{case.get_absolute_url()}contents/"

    answer = client_of(jun).post(path, typed(case, purpose="審判中之目的"), headers=ENGLISH)

    assert "This case changed after you opened the page" in answer.text
    assert "審判中之目的" in answer.text and 'name="version" value="2"' in answer.text


def test_what_is_typed_is_kept_by_itself_and_comes_back(client_of, jun, case):
    client, path = client_of(jun), f"{case.get_absolute_url()}contents/"
    sent = typed(case, purpose="打到一半", act="draft")

    saved = client.post(path, sent, headers={"X-Autosave": "1"})
    back = client.get(Draft.objects.get().link)

    assert (saved.status_code, "打到一半" in back.text) == (204, True)
    client.post(path, sent | {"act": "keep"})
    assert Draft.objects.count() == 0


def test_what_is_missing_is_told_while_one_types_and_goes_when_it_is_said(client_of, jun, case):
    client, path = client_of(jun), f"{case.get_absolute_url()}contents/live/"

    before = client.post(path, typed(case), headers=ENGLISH).text
    after = client.post(path, typed(case, purpose="偵查"), headers=ENGLISH).text

    assert ('href="#id_purpose"' in before, 'href="#id_purpose"' in after) == (True, False)
    assert RequestContents.objects.count() == 0


def test_the_case_page_says_what_is_missing_only_while_the_letter_may_be_amended(client_of, jun, case):
    client = client_of(jun)
    unwritten = client.get(case.get_absolute_url(), headers=ENGLISH).text
    keep_contents(by=jun, case=case, said={"purpose": "偵查"})
    written = client.get(case.get_absolute_url(), headers=ENGLISH).text
    for name in ("forward", "take_in", "accept"):
        case_makers.step(jun, case, name)
    accepted = client.get(case.get_absolute_url(), headers=ENGLISH).text

    assert "not written down yet" in unwritten
    assert "Requesting authority" in written
    assert 'id="missing"' not in accepted


def test_the_case_page_costs_one_query_more_with_a_card_and_none_with_contents(client_of, jun, case):
    client = client_of(jun)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(case.get_absolute_url()).status_code == 200
        return len(queries)

    bare = cost()
    keep_contents(by=jun, case=case, said={"purpose": "偵查"})
    with_contents = cost()
    said = Said("language", "英文", "示例", TODAY)
    add_line(by=jun, partner=case.partner, said=said, today=TODAY)

    assert (with_contents - bare, cost() - bare) == (0, 1)


# Correcting.


def test_a_correction_tells_which_fields_changed_and_why(jun, case):
    changed = amend(jun, case, subject="調取帳戶資料", partner_reference="R-1")

    case.refresh_from_db()
    assert (case.subject, case.partner_reference, case.version) == ("調取帳戶資料", "R-1", 2)
    assert changed == ["subject", "partner_reference"]
    assert told() == ("case.amend", {"fields": ["subject", "partner_reference"], "reason": "誤繕"})


def test_the_letters_day_moves_the_day_of_the_request_and_the_basis_follows_the_register(jun):
    jia = makers.partner("XA")
    agreement = case_makers.in_force(jia, FORCE)
    case = case_makers.case(jun, jia, letter_on=date(2025, 3, 2))

    amend(jun, case, letter_on=FORCE)

    case.refresh_from_db()
    assert (case.requested_on, case.basis, case.agreement) == (FORCE, "agreement", agreement)
    assert [entry.verb for entry in Entry.objects.order_by("-id")[:2]] == [
        "case.restate_basis",
        "case.amend",
    ]


def test_a_basis_that_an_officer_chose_stays_when_the_letters_day_is_corrected(jun):
    jia = makers.partner("XA")
    case_makers.in_force(jia, FORCE)
    case = case_makers.case(
        jun, jia, letter_on=date(2025, 3, 2), basis="convention", basis_reason="聯合國反貪腐公約"
    )

    amend(jun, case, letter_on=FORCE)

    case.refresh_from_db()
    assert (case.requested_on, case.basis) == (FORCE, "convention")


def test_an_undated_letter_gives_the_day_of_receipt(jun, case):
    amend(jun, case, letter_on=None)

    case.refresh_from_db()
    assert case.requested_on == case.received_on


def test_a_corrected_deadline_is_the_next_due_day(jun, case):
    amend(jun, case, deadline=date(2025, 3, 12))

    case.refresh_from_db()
    assert (case.due_on, case.due_clock) == (date(2025, 3, 12), "C2")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, None),
        ({"subject": " "}, "subject"),
        ({"letter_on": date(2025, 3, 11)}, "letter_on"),
        ({"deadline": date(2025, 3, 9)}, "deadline"),
        ({"secrecy": Secrecy.SEALED}, "secrecy"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_at_its_place(jun, case, fields, field):
    with pytest.raises(StepRefused) as caught:
        amend(jun, case, **fields)

    case.refresh_from_db()
    assert (caught.value.field or None, case.version) == (field, 1)


def test_a_correction_needs_a_reason(jun, case):
    with pytest.raises(StepRefused) as caught:
        amend(jun, case, reason=" ", subject="改")

    assert caught.value.field == "reason"


def test_an_outgoing_request_gets_no_letters_day_and_a_direct_one_stays_urgent(jun):
    outgoing = case_makers.case(jun, direction="out")
    direct = case_makers.case(jun, is_urgent=True, is_direct=True)

    refused = []
    for case, fields in ((outgoing, {"letter_on": date(2025, 3, 1)}), (direct, {"is_urgent": False})):
        with pytest.raises(StepRefused) as caught:
            amend(jun, case, **fields)
        refused.append(caught.value.field)

    assert refused == ["letter_on", "is_urgent"]


def test_secrecy_is_raised_by_anybody_and_lowered_by_a_supervisor_below_restricted(jun, case):
    chen, refused = case_makers.justice_supervisor(), []
    amend(jun, case, secrecy=Secrecy.INTERNAL)
    with pytest.raises(StepRefused) as caught:
        amend(jun, case, secrecy=Secrecy.ORDINARY)
    refused.append(caught.value.field)
    amend(chen, case, secrecy=Secrecy.ORDINARY)
    amend(jun, case, secrecy=Secrecy.RESTRICTED)
    for by in (jun, chen):
        with pytest.raises(StepRefused) as caught:
            amend(by, case, secrecy=Secrecy.INTERNAL)
        refused.append(caught.value.field)

    case.refresh_from_db()
    assert (refused, case.secrecy) == (["secrecy"] * 3, Secrecy.RESTRICTED)


def test_a_case_is_not_raised_above_its_officer(jun):
    qiu = case_makers.sealed_officer()
    carried = case_makers.case(qiu, officer=jun)
    free = case_makers.case(qiu)

    refused = []
    for case in (carried, free):
        with pytest.raises(StepRefused) as caught:
            amend(qiu, case, secrecy=Secrecy.SEALED)
        refused.append(caught.value.field)

    assert refused == ["secrecy", "secrecy"]


def test_a_correction_is_made_from_its_page_once_and_a_stale_one_is_told_so(client_of, jun, case):
    client, path = client_of(jun), f"{case.get_absolute_url()}correct/"
    sent = typed(case, subject="調取帳戶資料", secrecy="0", reason="誤繕") | {
        "letter_on_year": "114",
        "letter_on_month": "3",
        "letter_on_day": "3",
    }

    answers = [client.post(path, sent).status_code for _twice in range(2)]
    stale = client.post(path, sent | {"key": str(uuid.uuid4()), "subject": "又改"}, headers=ENGLISH)

    assert (answers, Entry.objects.filter(verb="case.amend").count()) == ([302, 302], 1)
    assert "This case changed after you opened the page" in stale.text and "又改" in stale.text


# Striking out.


def test_a_struck_out_case_keeps_its_number_counts_nowhere_and_the_next_goes_on(client_of, jun):
    chen = case_makers.justice_supervisor()
    first = case_makers.case(jun, deadline=date(2025, 3, 12))

    void_case(by=chen, case=first, reason="誤登", version=1)

    second = case_makers.case(jun)
    first.refresh_from_db()
    assert (first.number, second.number) == ("114-受-0001", "114-受-0002")
    assert (first.is_open, first.due_on, list(Case.objects.registered())) == (False, None, [second])
    assert told()[0] == "case.register"
    page = client_of(jun).get(first.get_absolute_url())
    assert page.status_code == 200 and "<s>114-受-0001</s>" in page.text and "誤登" in page.text
    assert "114-受-0001" in client_of(jun).get("/cases/struck/").text
    assert "114-受-0001" not in client_of(jun).get("/cases/").text


def test_only_a_supervisor_of_justice_strikes_out_with_a_reason_and_once(jun, case):
    chen = case_makers.justice_supervisor()
    for deed in (
        lambda: void_case(by=jun, case=case, reason="x"),
        lambda: void_case(by=makers.lin(), case=case, reason="x"),
        lambda: void_case(by=chen, case=case, reason=" "),
    ):
        with pytest.raises(StepRefused):
            deed()
    void_case(by=chen, case=case, reason="誤登")

    with pytest.raises(StepRefused):
        void_case(by=chen, case=case, reason="再次")
    assert told() == ("case.void", {"number": case.number})


def test_nothing_is_done_with_a_struck_out_case(client_of, jun, case):
    chen = case_makers.justice_supervisor()
    void_case(by=chen, case=case, reason="誤登")
    client = client_of(chen)

    codes = {
        page: client.post(f"{case.get_absolute_url()}{page}", typed(case)).status_code
        for page in ("contents/", "correct/", "void/", "step/")
    }

    case.refresh_from_db()
    with pytest.raises(StepRefused):
        keep_contents(by=jun, case=case, said={"purpose": "x"})
    assert set(codes.values()) == {404}


def test_a_hidden_struck_out_case_is_not_found(client_of, jun):
    hidden = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    void_case(by=case_makers.justice_supervisor(), case=hidden, reason="誤登")
    client = client_of(makers.stranger())

    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert hidden.number not in client.get("/cases/struck/").text


def test_a_case_is_struck_out_from_its_page(client_of, jun, case):
    chen = case_makers.justice_supervisor()
    path = f"{case.get_absolute_url()}void/"

    answers = [client_of(person).get(path).status_code for person in (jun, chen)]
    client_of(chen).post(path, typed(case, reason="誤登"))

    case.refresh_from_db()
    assert (answers, case.void_reason, case.voided_at is not None) == ([403, 200], "誤登", True)


def test_the_history_names_the_corrected_fields_in_words(jun, case):
    amend(jun, case, subject="調取帳戶資料", partner_reference="R-1")

    with translation.override("en"):
        told_in_words = sentence(Entry.objects.latest("id"))

    assert told_in_words == "corrected subject、their reference: 誤繕"


def test_nothing_is_recorded_of_a_case_that_was_struck_out(jun, case):
    void_case(by=case_makers.justice_supervisor(), case=case, reason="誤登")

    with pytest.raises(StepRefused):
        case_makers.step(jun, case, "forward")

    assert [event.step for event in case.events.all()] == ["receive"]
