"""AZ-12: the file of an export and a kept digest ask at each opening whether their reader still has the rights they had."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from cases.actions.tasks import add_task
from cases.models import Case
from reports import jobs
from reports.actions import mail_digest, make_digest
from reports.actions.jobs import ask_job
from reports.jobs import JobKind, Made
from reports.models import DigestSent, Job
from reports.rights import rights_in_cases_of, still_holds
from reports.worker import work_once
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}

CHANGES = {
    "nothing changed": ({}, True),
    "a higher clearance": ({"clearance": Secrecy.SEALED}, True),
    "a lower clearance": ({"clearance": Secrecy.INTERNAL}, False),
    "another ministry": ({"ministry": Ministry.FOREIGN_AFFAIRS}, False),
    "auditor now": ({"role": Role.AUDITOR, "ministry": ""}, False),
    "administrator now": ({"role": Role.ADMINISTRATOR, "ministry": "", "clearance": Secrecy.SEALED}, False),
}


@pytest.fixture
def jun(db):
    return makers.jun()


def exported(by, kind="cases"):
    given = {"format": "csv", "query": ""}
    job = ask_job(by=by, kind=kind, title="示例匯出", parameters=given, language="en")
    work_once()
    job.refresh_from_db()
    return job


def changed(person, changes):
    User.objects.filter(pk=person.pk).update(**changes)
    return User.objects.get(pk=person.pk)


def opens(client, job):
    answer = client.get(reverse("document", args=[job.document_id, 1]))
    if answer.status_code == 200:
        b"".join(answer.streaming_content)
    return answer.status_code


@pytest.mark.parametrize(("changes", "is_open"), CHANGES.values(), ids=CHANGES)
def test_the_file_of_an_export_opens_with_the_rights_it_was_made_with(client_of, jun, changes, is_open):
    case_makers.case(jun)
    job = exported(jun)

    reader = changed(jun, changes)

    assert opens(client_of(reader), job) == (200 if is_open else 404)


def test_the_page_of_an_export_offers_no_file_that_does_not_open_and_says_why(client_of, jun):
    job = exported(jun)
    file = reverse("document", args=[job.document_id, 1])
    before = client_of(jun).get(job.get_absolute_url(), **ENGLISH).content.decode()

    reader = changed(jun, {"clearance": Secrecy.ORDINARY})
    after = client_of(reader).get(job.get_absolute_url(), **ENGLISH).content.decode()

    assert (file in before, file in after) == (True, False)
    assert "made with other rights than yours are now" in after


def test_a_file_made_while_the_clearance_fell_belongs_to_the_clearance_it_was_made_with(
    client_of, jun, monkeypatch
):
    def make(asked, file, progress):
        changed(asked.by, {"clearance": Secrecy.ORDINARY})
        file.write(b"x")
        return Made("x.csv", "text/csv", 1)

    monkeypatch.setitem(jobs.KINDS, "slow", JobKind("slow", "Slow", ("csv",), lambda user: True, make))

    job = exported(jun, kind="slow")

    reader = User.objects.get(pk=jun.pk)
    assert (job.state, job.document.secrecy, reader.clearance) == ("done", Secrecy.RESTRICTED, 0)
    assert opens(client_of(reader), job) == 404


def test_a_file_made_with_rights_that_nobody_noted_stays_closed(client_of, jun):
    job = exported(jun)
    Job.objects.filter(pk=job.pk).update(rights={})

    assert opens(client_of(jun), job) == 404


def test_what_was_made_with_a_sealed_case_closes_when_that_case_is_closed_to_its_reader(jun):
    named = makers.person("named", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    case = case_makers.case(jun)
    sealed = {"secrecy": Secrecy.SEALED, "declassify_when": "示例：結案時"}
    Case.objects.filter(pk=case.pk).update(officer=named, **sealed)
    rights = rights_in_cases_of(named)

    before = still_holds(named, rights)
    Case.objects.filter(pk=case.pk).update(officer=jun)

    assert rights["sealed"] == [case.pk]
    assert (before, still_holds(named, rights)) == (True, False)


def test_the_rights_that_are_kept_name_no_sealed_case_that_is_closed_to_their_reader(jun):
    """AZ-17: without the check they name every sealed case, and what was made with them never opens again."""
    named = makers.person("named", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    case = case_makers.case(jun)
    sealed = {"secrecy": Secrecy.SEALED, "declassify_when": "示例：結案時"}
    Case.objects.filter(pk=case.pk).update(officer=jun, **sealed)

    rights = rights_in_cases_of(named)

    assert (rights["sealed"], still_holds(named, rights)) == ([], True)


@pytest.fixture
def digest(jun):
    """A digest of Jun's about a case of hers that somebody else changed."""
    case = case_makers.case(jun, officer=jun)
    other = makers.person("other", ministry=Ministry.JUSTICE)
    add_task(by=other, case=case, words="示例待辦", today=TODAY, due_on=TODAY)
    jun.email = "jun@example.tw"
    jun.save(update_fields=["email"])
    made = make_digest(by=None, person=jun, day=(case.recorded_at + timedelta(days=1)).date())
    assert any(case.number in told["en"] for told in made.sentences)
    return made, case


def shown(client):
    return client.get(reverse("reports:digests"), **ENGLISH).content.decode()


@pytest.mark.parametrize(("changes", "is_open"), list(CHANGES.values())[:4], ids=list(CHANGES)[:4])
def test_a_kept_digest_is_shown_with_the_rights_it_was_made_with(client_of, jun, digest, changes, is_open):
    page = shown(client_of(changed(jun, changes)))

    assert ("made with other rights than yours are now" in page) is not is_open


@pytest.mark.parametrize(("changes", "is_open"), list(CHANGES.values())[:4], ids=list(CHANGES)[:4])
def test_a_kept_digest_is_mailed_with_the_rights_it_was_made_with(jun, digest, changes, is_open):
    changed(jun, changes)

    left = mail_digest(by=None, digest=DigestSent.objects.get(pk=digest[0].pk))

    assert (left, len(mail.outbox)) == (is_open, int(is_open))


def test_a_kept_sentence_about_a_case_that_is_hidden_by_now_is_left_out(client_of, jun, digest):
    made, case = digest
    before = shown(client_of(jun))
    other = makers.person("somebody", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    sealed = {"secrecy": Secrecy.SEALED, "declassify_when": "示例：結案時"}
    Case.objects.filter(pk=case.pk).update(officer=other, **sealed)

    after = shown(client_of(jun))
    mail_digest(by=None, digest=DigestSent.objects.get(pk=made.pk))

    assert (case.number in before, case.number in after) == (True, False)
    assert not any(case.number in message.body for message in mail.outbox)


def test_the_page_of_digests_takes_as_many_statements_for_three_as_for_one(
    client_of, jun, digest, django_assert_max_num_queries
):
    client = client_of(jun)
    shown(client)
    with django_assert_max_num_queries(60) as one:
        shown(client)
    for days in (1, 2):
        row = DigestSent.objects.get(pk=digest[0].pk)
        row.pk, row.day = None, row.day - timedelta(days=days)
        row.save(force_insert=True)
    with django_assert_max_num_queries(60) as three:
        shown(client)

    assert DigestSent.objects.filter(person=jun).count() == 3
    assert len(three) == len(one)
