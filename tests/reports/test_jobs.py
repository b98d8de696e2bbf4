"""Long exports: asked for, carried out by a worker, carried on when a worker dies, opened by their asker only."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.actions import StepRefused
from reports import jobs
from reports.actions.jobs import ask_job, cancel_job, finish_job, renew_job, take_job, workshop
from reports.catalogue import NotLoaded
from reports.jobs import JobKind, Made
from reports.models import Job
from reports.worker import work_once
from tests import makers
from tests.cases import makers as case_makers
from tests.reports.workers import KIND
from tracker.models import Document, DocumentVersion, Entry, Setting
from tracker.paper import NotPrinted
from tracker.sheets import SheetError, read_rows

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun(db):
    return makers.jun()


@pytest.fixture
def counting(monkeypatch):
    """A kind that counts to a thousand."""
    monkeypatch.setitem(jobs.KINDS, "counting", KIND)


def asked(by, kind="cases", **parameters):
    given = {"format": "xlsx", "query": ""} | parameters
    return ask_job(by=by, kind=kind, title="示例匯出", parameters=given, language="en")


def test_a_list_of_cases_is_exported_in_the_background_with_its_filters(jun):
    wanted = case_makers.case(jun, subject="刑事示例")
    case_makers.case(jun, subject="民事示例", kind="civil")

    for form in ("xlsx", "ods", "csv"):
        asked(jun, format=form, query="kind=criminal")
        work_once()

    files = [job.document.versions.get() for job in Job.objects.order_by("asked_at")]
    assert [job.state for job in Job.objects.all()] == ["done"] * 3
    for version in files:
        with version.file.open("rb") as file:
            sheet = read_rows(file, version.name)
        assert [cells["Case number"] for _line, cells in sheet.rows] == [wanted.number]


def test_an_export_holds_only_what_its_asker_may_see(jun):
    case_makers.case(jun, subject="限閱示例", secrecy=2)
    stranger = makers.stranger()

    asked(stranger, format="csv")
    work_once()

    assert Job.objects.get().done_rows == 0


def test_a_report_is_exported_in_the_background(loaded, jun):
    job = asked(jun, kind="report", format="pdf", code="T4", asked={"as_of": "2024-12-31"})

    work_once()

    job.refresh_from_db()
    version = job.document.versions.get()
    assert (job.state, version.name, version.content_type) == ("done", "T4-20241231.pdf", "application/pdf")


def test_a_kind_or_a_form_that_does_not_exist_is_refused_and_so_is_an_administrator(jun):
    for by, kind, form in (
        (jun, "nothing", "xlsx"),
        (jun, "cases", "exe"),
        (makers.administrator(), "cases", "xlsx"),
    ):
        with pytest.raises(StepRefused):
            asked(by, kind=kind, format=form)

    assert Job.objects.count() == 0


def test_nobody_asks_for_more_than_five_at_a_time(jun):
    for _one in range(5):
        asked(jun)

    with pytest.raises(StepRefused):
        asked(jun)


def test_a_job_whose_lease_ran_out_is_taken_up_again_from_the_beginning(jun, counting):
    asked(jun, kind="counting", format="csv")
    dead = take_job()
    workshop(dead).mkdir(parents=True)
    (workshop(dead) / "1").write_text("half of it")
    assert take_job() is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    work_once()

    job = Job.objects.get()
    assert (job.state, job.attempts, job.done_rows) == ("done", 2, 1000)
    assert not workshop(job).exists()
    assert not renew_job(job=dead, done=1, total=1)


def test_a_worker_that_lost_its_job_hands_nothing_over(jun, counting, tmp_path):
    asked(jun, kind="counting", format="csv")
    slow = take_job()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    other = take_job()

    with (tmp_path / "file").open("w+b") as file:
        handed = [finish_job(job=job, file=file, made=Made("a.csv", "text/csv", 1)) for job in (slow, other)]

    assert handed == [False, True]
    assert Document.objects.about(slow).count() == 1


def test_a_job_whose_worker_died_three_times_has_failed_and_says_so(jun, counting):
    asked(jun, kind="counting", format="csv")
    for _death in range(3):
        assert take_job() is not None
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert take_job() is None
    job = Job.objects.get()
    assert (job.state, job.attempts, job.error) == ("failed", 3, "worker_died")


def raising(problem):
    def make(asked, file, progress):
        raise problem

    return JobKind("raising", "Raising", ("csv",), lambda user: True, make)


SQL = 'SELECT name FROM "cases_person" -- /var/lib/tracker/key'


@pytest.mark.parametrize(
    ("problem", "code", "words"),
    [
        (OperationalError(SQL), "broken", "finds the reason in its log"),
        (OSError(28, "No space left", "/var/lib/tracker"), "broken", "finds the reason in its log"),
        (NotPrinted(f"the PDF was not set {SQL}"), "too_long", "too long for a PDF"),
        (SheetError("rows_do_not_fit", limit=1_048_575), "too_many_rows", "more rows than a sheet takes"),
        (NotLoaded("drug_seizures"), "not_loaded", "has not been loaded yet"),
    ],
    ids=["database", "disk", "paper", "sheet", "series"],
)
def test_a_failure_is_told_by_its_code_in_the_readers_language_and_its_text_stands_in_the_log_alone(
    client_of, jun, monkeypatch, caplog, problem, code, words
):
    """No statement, no path and no foreign text reaches the asker or the database."""
    monkeypatch.setitem(jobs.KINDS, "raising", raising(problem))
    job = asked(jun, kind="raising", format="csv")

    work_once()

    job.refresh_from_db()
    page = client_of(jun).get(job.get_absolute_url(), **ENGLISH).content.decode()
    assert (job.state, job.error) == ("failed", code)
    assert words in page
    assert not any(raw in page for raw in ("SELECT", "/var/lib", "cases_person", "drug_seizures"))
    assert str(problem) in caplog.text


def test_what_cannot_be_made_is_said_and_the_worker_goes_on(jun, caplog):
    broken = asked(jun, kind="report", format="xlsx", code="T4", asked={"as_of": "2024-12-31"})
    asked(jun)

    work_once()
    work_once()

    broken.refresh_from_db()
    assert (broken.state, broken.error) == ("failed", "not_loaded")
    assert list(Job.objects.order_by("asked_at").values_list("state", flat=True)) == ["failed", "done"]


def test_an_export_that_was_given_up_leaves_nothing(jun, counting):
    job = asked(jun, kind="counting", format="csv")
    held = take_job()

    cancel_job(by=jun, job=job)

    assert not renew_job(job=held, done=5, total=10)
    assert take_job() is None
    with pytest.raises(StepRefused):
        cancel_job(by=jun, job=job)


def test_only_the_asker_sees_the_job_and_opens_its_file(client_of, jun):
    job = asked(jun)
    work_once()
    job.refresh_from_db()
    file = reverse("document", args=[job.document_id, 1])
    chen = makers.justice_supervisor()

    opened = client_of(jun).get(file)
    assert b"".join(opened.streaming_content)
    own = [client_of(jun).get(job.get_absolute_url()).status_code, opened.status_code]
    other = [client_of(chen).get(address).status_code for address in (job.get_absolute_url(), file)]
    cancelled = client_of(chen).post(reverse("reports:cancel_job", args=[job.pk])).status_code

    assert (own, other, cancelled) == ([200, 200], [404, 404], 404)


def test_files_are_removed_after_the_days_of_the_setting(jun):
    Setting.objects.create(name="export_kept_days", value="3")
    jobs_done = [asked(jun), asked(jun)]
    call_command("work", "--drain", stdout=StringIO())
    Job.objects.filter(pk=jobs_done[0].pk).update(ended_at=timezone.now() - timedelta(days=3, minutes=1))

    call_command("work", "--once", stdout=StringIO())

    assert list(Job.objects.values_list("pk", flat=True)) == [jobs_done[1].pk]
    assert DocumentVersion.objects.count() == 1
    assert Entry.objects.filter(verb="job.expire").count() == 1


def test_asking_on_the_page_twice_makes_one_job(client_of, jun):
    client, address = (
        client_of(jun),
        f"{reverse('reports:ask_job')}?kind_of_job=cases&format=xlsx&kind=criminal",
    )
    key = client.get(address).context["form"]["key"].value()

    answers = [client.post(address, {"key": str(key)}).url for _click in range(2)]

    job = Job.objects.get()
    assert answers == [job.get_absolute_url()] * 2
    assert job.parameters == {"format": "xlsx", "query": "kind=criminal", "cases": []}
    assert client.get(f"{reverse('reports:ask_job')}?kind_of_job=x&format=xlsx").status_code == 404


def test_the_page_of_a_job_looks_again_without_script_until_it_has_ended(client_of, jun):
    job = asked(jun)
    client = client_of(jun)

    waiting = client.get(job.get_absolute_url(), **ENGLISH).content.decode()
    work_once()
    done = client.get(job.get_absolute_url(), **ENGLISH).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    assert "data-reload" in waiting
    assert 'http-equiv="refresh"' not in done
    assert "data-reload" not in done
    assert ".xlsx" in done


def test_the_database_refuses_a_done_job_without_its_file(jun):
    job = asked(jun)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="done")


def run(deed, url, folder, **more):
    environment = os.environ | {"DATABASE_URL": url, "DOCUMENTS_DIR": f"{folder}/documents"}
    command = [sys.executable, "-m", *deed]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **more)


SETUP = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests import makers
from tests.reports.workers import KIND
from reports import jobs
from reports.actions.jobs import ask_job
jobs.KINDS["counting"] = KIND
jun = makers.jun()
for seconds in {seconds}:
    given = {{"format": "csv", "seconds": seconds}}
    ask_job(by=jun, kind="counting", title="counting", parameters=given, language="en")
"""
ASKED = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
django.setup()
from reports.models import Job
from tracker.models import Document
from django.utils import timezone
if "dead" in sys.argv:
    Job.objects.filter(state="running").update(lease_until=timezone.now())
print([(job.state, job.attempts, job.done_rows) for job in Job.objects.order_by("asked_at")], Document.objects.count())
"""


@pytest.fixture
def address(tmp_path, transactional_db):
    """A database of the workers' own, beside the test's: a file, or another one on the same server."""
    if connection.vendor == "sqlite":
        yield f"sqlite:////{str(tmp_path).lstrip('/')}/own.sqlite3"
        return
    name = f"workers_{uuid4().hex[:8]}"
    given = settings.DATABASES["default"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"postgres://{given['USER']}:{given['PASSWORD']}@:{given['PORT']}/{name}?host={given['HOST']}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def told(code, url, folder, *arguments):
    process = run(["tests.reports.told", code, *arguments], url, folder)
    return process.communicate(timeout=400)[0]


def test_two_workers_never_carry_out_one_job_and_a_killed_one_is_carried_on(address, tmp_path):
    """Real processes, one of them killed with SIGKILL in the middle."""
    url = address
    told(SETUP.format(seconds=[0.02, 0, 0, 0]), url, tmp_path)
    first = run(["tests.reports.workers"], url, tmp_path)
    until = time.monotonic() + 200
    while "('running', 1" not in told(ASKED, url, tmp_path):
        assert time.monotonic() < until
    second = run(["tests.reports.workers"], url, tmp_path)
    others = second.communicate(timeout=400)[0].splitlines()

    first.send_signal(signal.SIGKILL)
    first.communicate()
    left = [folder.name for folder in (tmp_path / "documents" / "jobs").iterdir()]
    told(ASKED, url, tmp_path, "dead")
    third = run(["tests.reports.workers"], url, tmp_path)
    carried_on = third.communicate(timeout=400)[0].split()

    assert [line.split()[1:3] for line in others] == [["1", "done"]] * 3
    assert left == [carried_on[0]]
    assert carried_on[1:] == ["2", "done", "False"]
    assert told(ASKED, url, tmp_path).strip() == str([("done", 2, 1000), *[("done", 1, 1000)] * 3]) + " 4"
