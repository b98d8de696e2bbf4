"""Readers of sealed cases, break-glass, marks and their end: SEC-1, SEC-3, SEC-4, and what nobody may learn from a refusal."""

import contextlib
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.actions import StepRefused
from cases.actions import Amendment, amend_case, save_draft, void_case
from cases.actions.access import MOST_MISSES, let_in, open_in_emergency, withdraw_access
from cases.actions.assignment import assign
from cases.actions.contents import AMENDED
from cases.actions.links import take_up_again
from cases.actions.marks import ask_lowering, decide_lowering, review_mark
from cases.actions.retention import set_retention
from cases.marks import case_marks, marked_cases, marks_due
from cases.models import Access, Case
from cases.rules import may_see_case
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_secrecy_access import stands_in
from tests.makers import TODAY
from tracker.models import Entry, Lowering
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db


@pytest.fixture
def qiu():
    return case_makers.sealed_officer()


@pytest.fixture
def sealed(qiu):
    return case_makers.case(qiu, officer=qiu, secrecy=Secrecy.SEALED, subject="密封之事由", code_name="青鳥")


def cleared(name="rao", **fields):
    return makers.person(name, **{"ministry": Ministry.JUSTICE, "clearance": Secrecy.SEALED} | fields)


def seen_by(reader, case):
    return Case.objects.visible_to(reader).filter(pk=case.pk).exists()


def test_a_person_who_is_named_sees_the_sealed_case_until_it_is_taken_back(qiu, sealed):
    rao = cleared()
    before = seen_by(rao, sealed)
    access = let_in(by=qiu, case=sealed, person=rao, reason="示例")
    named = seen_by(rao, sealed)
    withdraw_access(by=qiu, case=sealed, access=access)

    assert (before, named, seen_by(rao, sealed)) == (False, True, False)
    assert list(Entry.objects.filter(verb__contains="access").values_list("verb", flat=True)) == [
        "case.withdraw_access"
    ]


def test_nobody_is_named_who_is_not_cleared_and_nobody_names_for_another_officer(qiu, sealed):
    rao, jun = cleared(), makers.jun()
    refused = []
    for by, given in (
        (qiu, {"person": jun}),
        (rao, {"person": rao}),
        (qiu, {}),
        (qiu, {"person": rao, "ministry": "justice", "desk": "一科"}),
        (qiu, {"person": rao, "ends_at": timezone.now() - timedelta(hours=1)}),
    ):
        with pytest.raises(StepRefused) as caught:
            let_in(by=by, case=sealed, reason="示例", **given)
        refused.append(caught.value.field)

    assert (refused, Access.objects.count()) == (["person", "", "person", "person", "ends_at"], 0)


def test_an_emergency_opens_the_case_for_its_hours_and_tells_its_officer(
    qiu, sealed, client_of, django_capture_on_commit_callbacks
):
    qiu.email = "qiu@example.test"
    qiu.save(update_fields=["email"])
    rao, auditor = cleared(), makers.auditor()
    office = client_of(rao)
    sent = {"key": str(uuid.uuid4()), "number": sealed.number, "reason": "示例急迫", "hours": "4"}
    before = office.get(sealed.get_absolute_url()).status_code
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post("/cases/emergency/", sent)
    opened = office.get(sealed.get_absolute_url()).status_code
    home = client_of(qiu).get("/cases/home/").text
    listed = client_of(auditor).get("/cases/emergencies/").text
    Access.objects.update(
        given_at=timezone.now() - timedelta(hours=9), ends_at=timezone.now() - timedelta(hours=5)
    )

    assert (before, answer.status_code, opened) == (404, 302, 200)
    assert [
        (message.to, "青鳥" in message.subject, "密封之事由" in message.body) for message in mail.outbox
    ] == [(["qiu@example.test"], True, False)]
    assert (str(rao) in home, "青鳥" in home, "密封之事由" in home) == (True, True, False)
    assert (str(rao) in listed, sealed.number in listed, "示例急迫" in listed) == (True, False, False)
    assert office.get(sealed.get_absolute_url()).status_code == 404


def test_every_number_that_opens_nothing_gets_one_answer_and_a_few_shut_the_door(qiu, sealed, client_of):
    rao = cleared()
    restricted, draft = case_makers.case(qiu, secrecy=Secrecy.RESTRICTED), "# 1"
    office, answers = client_of(rao), []
    for number in ("114-密封受-9999", restricted.number, draft):
        sent = {"key": str(uuid.uuid4()), "number": number, "reason": "示例", "hours": "1"}
        answer = office.post("/cases/emergency/", sent)
        answers.append((answer.status_code, answer.headers["Location"]))
    for _more in range(MOST_MISSES):
        open_in_emergency(by=rao, number="x", reason="示例", hours=1)

    assert set(answers) == {(302, "/cases/emergency/?missed=1")}
    assert open_in_emergency(by=rao, number=sealed.number, reason="示例", hours=1) is None
    assert not seen_by(rao, sealed)


def test_only_those_who_are_cleared_for_sealed_cases_may_open_one(client_of, sealed):
    clients = [
        client_of(person) for person in (makers.jun(), makers.mei(), makers.auditor(), makers.stranger())
    ]

    assert [client.get("/cases/emergency/").status_code for client in clients] == [403] * 4
    assert client_of(cleared()).get("/cases/emergency/").status_code == 200


def test_the_database_takes_no_secret_case_without_the_end_of_its_mark(qiu):
    case = case_makers.case(qiu)
    refused = []
    for level in Secrecy:
        try:
            with transaction.atomic():
                Case.objects.filter(pk=case.pk).update(secrecy=level, officer=qiu)
        except IntegrityError:
            refused.append(level)

    assert refused == [Secrecy.RESTRICTED, Secrecy.SEALED]


def test_two_supervisors_lower_a_mark_and_the_case_keeps_its_number(qiu):
    chen = case_makers.justice_supervisor()
    other = makers.person("wang", ministry=Ministry.JUSTICE, role=Role.SUPERVISOR)
    case = case_makers.case(qiu, secrecy=Secrecy.RESTRICTED)
    lowering = ask_lowering(by=chen, case=case, after=Secrecy.INTERNAL, reason="示例")
    with pytest.raises(StepRefused):
        decide_lowering(by=chen, lowering=lowering, is_granted=True)
    with pytest.raises(StepRefused):
        ask_lowering(by=other, case=case, after=Secrecy.ORDINARY, reason="示例")
    decide_lowering(by=other, lowering=lowering, is_granted=True)

    case.refresh_from_db()
    assert (case.secrecy, case.number) == (Secrecy.INTERNAL, "114-密受-0001")
    assert Lowering.objects.get().decided_by == other


def test_a_mark_comes_up_after_a_year_and_when_its_day_is_past(qiu, client_of):
    chen = case_makers.justice_supervisor()
    reviewed, past, _fresh = (case_makers.case(qiu, secrecy=Secrecy.RESTRICTED) for _place in range(3))
    Case.objects.filter(pk=past.pk).update(declassify_on=TODAY)
    listed = [set(marked_cases(chen, today=day)) for day in (TODAY, TODAY + timedelta(days=366))]
    review_mark(by=chen, case=reviewed, today=TODAY + timedelta(days=366))
    page = client_of(chen).get("/cases/marks/")

    assert (listed[0], len(listed[1])) == ({past}, 3)
    assert reviewed not in marked_cases(chen, today=TODAY + timedelta(days=367))
    assert (page.status_code, past.number in page.text) == (200, True)


def test_lists_search_titles_and_sheets_say_the_code_name_only(qiu, sealed, client_of):
    secret = case_makers.case(qiu, officer=qiu, secrecy=Secrecy.RESTRICTED, subject="限閱之事由")
    office = client_of(qiu)
    pages = {
        path: office.get(path)
        for path in (
            "/cases/",
            "/cases/home/",
            "/search/?q=事由",
            "/cases/export/?format=csv",
            sealed.get_absolute_url(),
        )
    }
    texts = {
        path: (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        for path, page in pages.items()
    }
    own = texts.pop(sealed.get_absolute_url())

    assert [
        (path, "之事由" in text.replace("?q=事由", ""))
        for path, text in texts.items()
        if "限閱之事由" in text or "密封之事由" in text
    ] == []
    assert ["青鳥" in texts[path] for path in ("/cases/", "/cases/home/", "/cases/export/?format=csv")] == [
        True
    ] * 3
    assert secret.number in texts["/cases/"]
    assert ("密封之事由" in own, "密封之事由" in own.partition("</title>")[0]) == (True, False)


def test_a_hidden_case_answers_as_one_that_never_was_with_as_many_questions(qiu, sealed, client_of):
    """AZ-7: the same status, headers, body and number of statements."""
    told = []
    client = client_of(makers.jun())
    client.get("/cases/114-密封受-9998/")
    for number in (sealed.number, "114-密封受-9999"):
        for path in ("", "history/", "documents/", "letters/", "persons/", "work/", "readers/"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = client.get(f"/cases/{number}/{path}")
            body = answer.content.replace(number.encode(), b"")
            told.append((path, answer.status_code, len(body), sorted(answer.headers), len(asked)))

    half = len(told) // 2
    assert told[:half] == told[half:]
    assert {status for _path, status, *_rest in told} == {404}


def amended(case, **fields):
    return Amendment(**({name: getattr(case, name) for name in AMENDED} | fields))


def test_who_sees_a_sealed_case_in_an_emergency_or_for_somebody_absent_decides_nothing_about_it(qiu, sealed):
    """What opens it for a while gives no right that lasts; the control is a supervisor who is let in by name."""
    urgent, standing_in, named = (
        cleared(name, role=Role.SUPERVISOR) for name in ("urgent", "beside", "named")
    )
    open_in_emergency(by=urgent, number=sealed.number, reason="示例急迫", hours=1)
    stands_in(standing_in, qiu)
    let_in(by=qiu, case=sealed, person=named, reason="示例")

    def corrected(by, **fields):
        amend_case(by=by, case=sealed, amendment=amended(sealed, **fields), reason="示例")

    deeds = {
        "end of the mark": lambda by: corrected(by, declassify_on=TODAY),
        "condition of the mark": lambda by: corrected(by, declassify_when="示例：另一條件"),
        "code name": lambda by: corrected(by, code_name="白鷺"),
        "strike out": lambda by: void_case(by=by, case=sealed, reason="示例"),
        "let in": lambda by: let_in(by=by, case=sealed, person=by, reason="示例"),
        "take": lambda by: assign(by=by, case=sealed, officer=by, reason="示例"),
        "lower": lambda by: ask_lowering(by=by, case=sealed, after=Secrecy.RESTRICTED, reason="示例"),
        "keep": lambda by: set_retention(by=by, case=sealed, years=1, start="closing", reason="示例"),
    }

    def done(by):
        found = []
        for name, deed in deeds.items():
            with contextlib.suppress(StepRefused), transaction.atomic():
                deed(by)
                found.append(name)
                transaction.set_rollback(True)
        return found

    assert [seen_by(person, sealed) for person in (urgent, standing_in, named)] == [True, True, True]
    assert (done(urgent), done(standing_in), done(named)) == ([], [], list(deeds))
    corrected(urgent, office="示例地檢署")  # carrying it on is theirs
    assert Case.objects.get(pk=sealed.pk).office == "示例地檢署"


def test_the_pages_offer_neither_the_mark_nor_striking_out_to_who_only_reads_the_sealed_case(
    qiu, sealed, client_of
):
    passing, named = cleared("passing", role=Role.SUPERVISOR), cleared("named", role=Role.SUPERVISOR)
    open_in_emergency(by=passing, number=sealed.number, reason="示例急迫", hours=1)
    let_in(by=qiu, case=sealed, person=named, reason="示例")
    address, found = sealed.get_absolute_url(), {}
    for who in (passing, named):
        client = client_of(who)
        offered = client.get(f"{address}correct/").context["form"].fields
        links = client.get(address).text
        found[who] = (
            [name in offered for name in ("secrecy", "declassify_on", "declassify_when", "code_name")],
            [f"{address}{place}/" in links for place in ("correct", "void")],
            client.get(f"{address}void/").status_code,
        )
    typed = {
        name: getattr(sealed, name) or ""
        for name in ("subject", "partner_reference", "office", "office_reference", "version", "secrecy")
    }
    sent = typed | {
        "key": str(uuid.uuid4()), "office": "示例地檢署", "reason": "示例", "declassify_when": "示例：另一條件", "code_name": "白鷺",
        "letter_on_year": "114", "letter_on_month": "3", "letter_on_day": "3",
    }  # fmt: skip
    answer = client_of(passing).post(f"{address}correct/", sent)
    struck = client_of(passing).post(f"{address}void/", {"key": str(uuid.uuid4()), "reason": "示例"})
    after = Case.objects.get(pk=sealed.pk)

    assert found == {
        passing: ([False] * 4, [True, False], 403),
        named: ([True] * 4, [True, True], 200),
    }
    assert (answer.status_code, struck.status_code, after.voided_at) == (302, 403, None)
    assert (after.office, after.code_name, after.declassify_when, after.secrecy) == (
        "示例地檢署",
        sealed.code_name,
        sealed.declassify_when,
        sealed.secrecy,
    )


# Drafts, and what is taken over into one.


def test_a_draft_above_the_clearance_is_out_of_its_writers_sight_until_the_clearance_is_back(qiu, client_of):
    draft = save_draft(by=qiu, intake=case_makers.intake(secrecy=Secrecy.SEALED, subject="密封之草稿"))
    client, address = client_of(qiu), f"/cases/drafts/{draft.pk}/"

    def told():
        home = "密封之草稿" in client.get("/cases/home/").text or address in client.get("/cases/home/").text
        sent = {"key": str(uuid.uuid4()), "act": "discard"}
        return (
            home,
            client.get(address).status_code,
            client.post(address, sent | {"act": "check"}).status_code,
        )

    before = told()
    qiu.clearance = Secrecy.RESTRICTED
    qiu.save(update_fields=["clearance"])
    lowered, seen = told(), (seen_by(qiu, draft), may_see_case(qiu, draft))
    with pytest.raises(StepRefused):
        save_draft(by=qiu, intake=case_makers.intake(), draft=draft)
    qiu.clearance = Secrecy.SEALED
    qiu.save(update_fields=["clearance"])

    assert (before, lowered, seen) == ((True, 200, 200), (False, 404, 404), (False, False))
    assert told() == before


def test_a_closed_sealed_case_is_taken_up_again_by_who_holds_it_and_not_out_of_an_emergency(qiu, client_of):
    closed = case_makers.walk(qiu, case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu))
    urgent, standing_in, named = cleared("urgent"), cleared("beside"), cleared("named")
    open_in_emergency(by=urgent, number=closed.number, reason="示例急迫", hours=1)
    stands_in(standing_in, qiu)
    let_in(by=qiu, case=closed, person=named, reason="示例")
    address, found = closed.get_absolute_url(), {}
    for who in (urgent, standing_in, named, qiu):
        client = client_of(who)
        is_offered = f"{address}reopen/" in client.get(f"{address}related/").text
        answer = client.post(f"{address}reopen/", {"key": str(uuid.uuid4())})
        drafts = Case.objects.drafts().filter(recorded_by=who).count()
        found[who.username] = (is_offered, answer.status_code, drafts)
    with pytest.raises(StepRefused):
        take_up_again(by=urgent, case=closed, today=TODAY)

    assert found == {
        "urgent": (False, 200, 0),
        "beside": (False, 200, 0),
        "named": (True, 302, 1),
        "qiu": (True, 302, 1),
    }


def test_a_mark_of_a_case_that_changed_meanwhile_is_looked_at_again(qiu, client_of):
    """SEC-4."""
    chen = case_makers.justice_supervisor()
    case = case_makers.case(qiu, secrecy=Secrecy.RESTRICTED, officer=qiu)
    page = client_of(chen).get("/cases/marks/")
    mark = page.context["lines"][0].mark
    stale = {field.html_name: field.value() for field in mark.hidden_fields()} | {"act": "keep"}
    Case.objects.filter(pk=case.pk).update(declassify_when="示例：另一條件")
    answer = client_of(chen).post("/cases/marks/", stale)
    again = stale | {"shown": answer.context["form"]["shown"].value()}

    assert (answer.status_code, Case.objects.get(pk=case.pk).mark_reviewed_on) == (200, case.mark_reviewed_on)
    assert client_of(chen).post("/cases/marks/", again).status_code == 302
    assert Case.objects.get(pk=case.pk).mark_reviewed_on == timezone.localdate()


def test_the_page_of_marks_asks_as_much_for_three_sealed_cases_and_offers_nothing_to_whoever_only_reads_them(
    qiu, sealed, django_assert_num_queries
):
    boss, passing = cleared("boss", role=Role.SUPERVISOR), cleared("passing", role=Role.SUPERVISOR)
    let_in(by=qiu, case=sealed, person=boss, reason="示例")
    day = timezone.localdate() + timedelta(days=366)
    with django_assert_num_queries(4):
        assert len(case_marks(boss, today=day).rows) == 1
    for _place in range(2):
        let_in(
            by=qiu,
            case=case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu),
            person=boss,
            reason="示例",
        )
    with django_assert_num_queries(4):
        rows = case_marks(boss, today=day).rows
    open_in_emergency(by=passing, number=sealed.number, reason="示例急迫", hours=1)
    seen = case_marks(passing, today=day).rows

    assert [row.may_review for row in rows] == [True] * 3
    assert [(row.thing, row.may_review) for row in seen] == [(sealed, False)]
    assert marks_due(passing, today=day) == 1
