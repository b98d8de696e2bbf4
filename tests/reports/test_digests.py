"""Digests: what a person is told, that it is told once, and that nothing hidden leaves by mail."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone, translation

from agreements.clocks import OPTIONAL_CLOCKS, RULES
from agreements.models import RunningClock
from cases.actions.tasks import add_task
from cases.models import Case
from reports.actions import load_recommendations, mail_digest, make_digest
from reports.actions.digests import CLAIM
from reports.actions.frozen import draft_report, submit_report
from reports.catalogue import Parameters
from reports.digests import Span, sentences
from reports.models import DigestSent, Recommendation
from tests import makers
from tests.cases import makers as case_makers
from tracker.roles import Secrecy

TODAY = makers.TODAY
WEEK = Span(TODAY - timedelta(days=8), TODAY - timedelta(days=1))


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def told(person, span=WEEK, today=TODAY):
    return [sentence.en for sentence in sentences(person, span, today=today)]


def with_address(person):
    person.email = f"{person.username}@example.tw"
    person.save(update_fields=["email"])
    return person


def await_answer(day, code="113-01"):
    Recommendation.objects.filter(code=code).update(due_on=day, state=Recommendation.State.ASKED)


def test_a_step_of_an_agreement_is_told_in_both_languages(db):
    file = makers.agreement(makers.lin(), nature="treaty")
    makers.step(
        makers.person("lin2", ministry="foreign_affairs", role="supervisor"),
        file,
        "open_talks",
        TODAY - timedelta(days=2),
    )

    found = [one for one in sentences(makers.mei(), WEEK, today=TODAY) if one.kind == "changed"]

    assert [one.url for one in found] == [file.get_absolute_url()]
    assert "was opened for talks" in found[0].en
    assert found[0].zh != found[0].en


def test_a_secret_agreement_is_told_by_its_number_and_a_hidden_one_not_at_all(db):
    file = makers.agreement(makers.lin(), nature="treaty", secrecy=Secrecy.RESTRICTED)
    makers.step(
        makers.person("lin2", ministry="foreign_affairs", role="supervisor"),
        file,
        "open_talks",
        TODAY - timedelta(days=2),
    )

    assert told(makers.mei()) == [f"{file.number} changed."]
    assert told(makers.stranger()) == []


def test_own_cases_that_are_overdue_and_those_that_others_changed_are_told(db):
    jun = makers.jun()
    case = case_makers.case(jun)
    Case.objects.filter(pk=case.pk).update(officer=jun, due_on=timezone.localdate() - timedelta(days=1))
    add_task(by=makers.justice_supervisor(), case=case, words="示例", today=timezone.localdate())
    span = Span(timezone.localdate() - timedelta(days=7), timezone.localdate())

    found = told(jun, span, timezone.localdate())

    assert "1 of your cases is overdue." in found
    assert f"{case.number} {case.partner.name_en} was changed by somebody else." in found


def test_an_answer_to_the_audit_office_is_told_a_week_ahead_to_its_ministry(db):
    load_recommendations(by=None)
    await_answer(TODAY + timedelta(days=7))

    mine, theirs = told(makers.mei()), told(makers.jun())

    assert [words for words in mine if "113-01" in words] == [
        f"Audit recommendation 113-01: to be answered by {TODAY + timedelta(days=7)}."
    ]
    assert [words for words in theirs if "113-01" in words] == []


def test_nothing_is_told_of_an_answer_that_was_given(db):
    load_recommendations(by=None)
    Recommendation.objects.filter(code="113-01").update(due_on=TODAY, state=Recommendation.State.ANSWERED)
    await_answer(TODAY, "112-01")

    assert [
        words for words in told(makers.mei()) + told(makers.jun()) if "Audit recommendation" in words
    ] == [f"Audit recommendation 112-01: to be answered by {TODAY}."]


def test_a_supervisor_is_told_of_the_reports_that_he_may_approve_and_not_of_his_own(loaded):
    lin, chen = makers.lin(), makers.justice_supervisor()
    report = draft_report(by=lin, code="T4", parameters=Parameters(date(2024, 12, 31)), today=TODAY)
    submit_report(by=lin, report=report)

    waits = f"{report.title} waits for approval."
    assert [waits in told(person) for person in (chen, lin)] == [True, False]


def test_a_period_that_only_allows_something_is_never_told_as_run_out(db):
    lin = makers.lin()
    file = makers.agreement(lin, nature="treaty")
    RunningClock.objects.filter(agreement=file).delete()
    for code in (OPTIONAL_CLOCKS[0], next(rule.code for rule in RULES if not rule.is_optional)):
        RunningClock.objects.create(
            agreement=file, code=code, started_on=TODAY, raw_due_on=TODAY, due_on=TODAY, calendar="test"
        )

    late = [words for words in told(lin, today=TODAY + timedelta(days=1)) if "run out" in words]

    assert late == ["1 period of an agreement has run out."]


def test_a_second_run_makes_and_mails_nothing(db):
    load_recommendations(by=None)
    await_answer(TODAY)
    with_address(makers.mei())

    answers = []
    for _run in range(2):
        out = StringIO()
        call_command("send_digests", "--day", TODAY.isoformat(), "--format", "json", stdout=out)
        answers.append(out.getvalue())

    assert ['"mailed": 1' in answer for answer in answers] == [True, False]
    assert (len(mail.outbox), DigestSent.objects.count()) == (1, 1)
    assert "113-01" in mail.outbox[0].body
    assert "http://127.0.0.1:8000/reports/followup/113-01/" in mail.outbox[0].body


def test_a_mail_that_did_not_leave_leaves_with_the_next_run(db, settings):
    load_recommendations(by=None)
    await_answer(TODAY)
    with_address(makers.mei())
    nowhere = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }

    with override_settings(MAILERS=nowhere), pytest.raises(CommandError, match="did not leave"):
        call_command("send_digests", "--day", TODAY.isoformat(), stdout=StringIO(), stderr=StringIO())
    call_command("send_digests", "--day", TODAY.isoformat(), stdout=StringIO())

    assert len(mail.outbox) == 1


def test_a_claim_keeps_a_digest_from_others_for_a_quarter_of_an_hour(db):
    load_recommendations(by=None)
    await_answer(TODAY)
    digest = make_digest(by=None, person=with_address(makers.mei()), day=TODAY)
    left = []
    for age in (CLAIM - timedelta(minutes=1), CLAIM):
        DigestSent.objects.update(leaving_since=timezone.now() - age)
        left.append(mail_digest(by=None, digest=digest))

    assert (left, len(mail.outbox), CLAIM) == ([False, True], 1, timedelta(minutes=15))


def test_a_digest_tells_of_the_days_since_the_one_before(db):
    mei = makers.mei()
    first = make_digest(by=None, person=mei, day=date(2026, 3, 2))
    second = make_digest(by=None, person=mei, day=date(2026, 3, 9))

    assert [timezone.localtime(row.since).date() for row in (first, second)] == [
        date(2026, 2, 23),
        date(2026, 3, 2),
    ]


def test_nothing_is_mailed_without_an_address_or_without_anything_to_tell(db):
    mei = makers.mei()
    digest = make_digest(by=None, person=mei, day=TODAY)

    assert (mail_digest(by=None, digest=digest), mail.outbox) == (False, [])


def test_auditors_and_administrators_get_no_digest(db):
    makers.auditor()
    makers.administrator()

    call_command("send_digests", stdout=StringIO())

    assert DigestSent.objects.count() == 0


def test_the_page_shows_kept_digests_and_marks_them_seen(db, client_of):
    mei = makers.mei()
    load_recommendations(by=None)
    await_answer(timezone.localdate())
    make_digest(by=None, person=mei, day=timezone.localdate())

    page = client_of(mei).get("/reports/digests/", headers={"accept-language": "en"})

    assert page.text.count("Audit recommendation 113-01") == 2
    assert mei.digests.get().seen_at is not None
    assert client_of(makers.auditor()).get("/reports/digests/").status_code == 403
