"""The process of the drill of crashes: it begins children that write, kills them at some moment, and looks at what they left.

A child is a copy of this process (fork), so that nothing has to be loaded anew two hundred times; it opens connections of
its own. See drills.crash.
"""

import io
import os
import select
import signal
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
if not apps.ready:
    django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from cases.actions.destroying import destroy_case
from cases.actions.disposal import carry_out_disposal
from cases.actions.importing import import_at_once, read_log
from cases.models import Case, DisposalList, NumberSeries
from drills.deciding import one, replaced
from drills.processes import serve
from reports.actions import make_digest
from reports.actions.digests import CLAIM
from reports.actions.jobs import ask_job
from reports.models import DigestSent, Job
from reports.worker import work_once
from tests import makers
from tests.cases import disposals
from tests.cases import makers as case_makers
from tests.cases.logs import csv_bytes, row
from tracker import audit
from tracker.actions import store_document
from tracker.backup.files import Findings, documents_root, remove_unnamed, verify
from tracker.models import Document, DocumentVersion, Entry, ImportBatch, User
from tracker.roles import Ministry

TODAY = makers.TODAY


def prepare() -> int:
    """The cast and a case."""
    call_command("migrate", verbosity=0)
    makers.justice_supervisor()
    return case_makers.case(makers.jun()).pk


def killed_after(
    seconds: float, do: Callable[[], object], *, until: Callable[[], bool] | None = None
) -> bool:
    """Let a child ``do`` it, and kill it after so many seconds, or once ``until`` is true; whether it said that it was done.

    :raises RuntimeError: when the child failed by itself.
    """
    connections.close_all()
    told, tells = os.pipe()
    child = os.fork()
    if not child:
        os.close(told)
        try:
            do()
            os.write(tells, b"done")
        except BaseException:
            traceback.print_exc()
            os.write(tells, b"fail")
        finally:
            os._exit(0)
    os.close(tells)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (until and until()):
        if select.select([told], [], [], 0.001)[0]:
            break
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    answer = os.read(told, 8)
    os.close(told)
    if answer == b"fail":
        raise RuntimeError("the child failed by itself")
    wait_for_the_server()
    return answer == b"done"


def wait_for_the_server() -> None:
    """Wait until PostgreSQL has ended what the killed child last told it: a commit on its way may still come true.

    Without this, one look falls before that commit and the next one after it, as if half of it were there.

    :raises RuntimeError: when it has not ended after 60 seconds.
    """
    if connection.vendor != "postgresql":
        return
    others = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise RuntimeError("the server still works for the killed child")


# CRA-1: an import.


def _log(name: str, first: int, past: int) -> Any:
    text = csv_bytes(*(row(f"{name}-{number:05}") for number in range(first, past)))
    return read_log(io.BytesIO(text), f"{name}.csv", today=TODAY)


def _portions(name: str, rows: int, portions: int) -> list[Any]:
    """The log in so many files: one is written in one transaction."""
    steps = [rows * number // portions for number in range(portions + 1)]
    return [_log(name, first, past) for first, past in pairwise(steps)]


def _import(logs: list[Any]) -> None:
    for log in logs:
        import_at_once(by=one("chen"), file=log, stated={}, today=TODAY)


def import_once(name: str, rows: int, within: float, guarded: bool) -> dict[str, Any]:
    """Import so many rows by a child that is killed within these seconds; what of it is there afterwards.

    The control writes them in ten transactions, and is killed when the first of them is through.
    """
    logs = _portions(name, rows, 1 if guarded else 10)
    started = time.monotonic()
    begun = Case.objects.filter(former_number__startswith=f"{name}-")
    was_told = killed_after(within, lambda: _import(logs), until=None if guarded else begun.exists)
    seconds = time.monotonic() - started
    there = begun.count()
    batches = ImportBatch.objects.filter(file_name=f"{name}.csv", state=ImportBatch.State.APPLIED)
    keys = [str(key) for key in batches.values_list("pk", flat=True)]
    applied = Entry.objects.filter(verb="import.apply", about_id__in=keys).count()
    return {
        "there": there,
        "seconds": seconds,
        "killed": not was_told,
        "acknowledged": was_told,
        "partial": there not in (0, rows) or (there == rows) != (len(keys) == applied == 1),
        "lost": was_told and there != rows,
    }


def stands() -> dict[str, bool]:
    """Whether every number that was given has its case, and the history is intact."""
    given = sum(NumberSeries.objects.values_list("last", flat=True))
    return {
        "whole": given == Case.objects.registered().count(),
        "history intact": audit.verify().intact,
    }


# FIL-7: an upload.


def stop_at(step: str) -> None:
    """Say that the child came as far as this step, and wait there to be killed."""
    (Path(os.environ["ROOM"]) / step).touch()
    time.sleep(60)


def is_at(step: str) -> bool:
    return (Path(os.environ["ROOM"]) / step).exists()


def _upload(place: int, step: str, guarded: bool) -> None:
    """Keep a document and stop at one of three places: after the file, after the row, after the commit.

    The control does what the house never does: its row is committed, and the file would follow.
    """
    upload = SimpleUploadedFile("示例.txt", os.urandom(4096).hex().encode())
    about = Case.objects.earliest("pk")

    store = partial(store_document, by=one("jun"), about=about, upload=upload, title="示例", secrecy=1)
    save = DocumentVersion.save

    def save_later(self: DocumentVersion, **given: Any) -> None:
        stop_at(step)
        save(self, **given)

    with transaction.atomic(), replaced(DocumentVersion, "save", save_later, when=place == 0):
        store() if guarded else _row_without_file(about)
        if place == 1:
            stop_at(step)
    stop_at(step)


def _row_without_file(about: Case) -> None:
    now = timezone.now()
    document = Document.objects.create(
        about_model="cases.case", about_id=str(about.pk), title="x", created_at=now
    )
    DocumentVersion.objects.create(
        document=document, number=1, file="00/none", name="x", content_type="text/plain", size=1, sha256="0" * 64,
        uploaded_by=one("jun"), uploaded_at=now,
    )  # fmt: skip


def upload_once(place: int, guarded: bool = True) -> dict[str, int]:
    """A child that is killed after the file, after the row, or after the commit; what of it is there."""
    before, step = DocumentVersion.objects.count(), f"{uuid.uuid4()}.step"
    killed_after(60, lambda: _upload(place, step, guarded), until=lambda: is_at(step))
    rows = DocumentVersion.objects.count() - before
    return {"rows kept": rows, "lost": int(place == 2 and rows != 1)}


def files() -> dict[str, int]:
    """Rows without file, files without row; and how many of these are left when a day has passed."""
    root = documents_root()
    found: Findings = verify(root)
    removed = remove_unnamed(root, older_than=timedelta(days=1), now=timezone.now())
    remove_unnamed(root, older_than=timedelta(days=1), now=timezone.now() + timedelta(days=1, minutes=1))
    return {
        "missing": len(found.missing),
        "without a row": len(found.unnamed),
        "removed too soon": len(removed),
        "left after a day": len(verify(root).unnamed),
    }


# CON-8: what timers begin, by several processes at the same moment, one of which is killed.


def at_once(
    processes: int, do: Callable[[], object], kill_after: float, *, until: Callable[[int], bool] | None = None
) -> None:
    """Let so many children do the same, and kill the first of them after so many seconds, or once ``until`` is true of its key."""
    connections.close_all()
    children = []
    for _one in range(processes):
        child = os.fork()
        if not child:
            try:
                do()
            finally:
                os._exit(0)
        children.append(child)
    end = time.monotonic() + kill_after
    while time.monotonic() < end and not (until and until(children[0])):
        time.sleep(0.001)
    os.kill(children[0], signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)


def _post(message: EmailMessage) -> int:
    """A mail server that is slow to take a mail, and writes its name down once it has; meanwhile a file tells who waits."""
    room = Path(os.environ["ROOM"])
    waits = room / f"waits-{os.getpid()}"
    waits.touch()
    time.sleep(0.15)
    with (room / "post").open("a") as post:
        post.write(f"{message.extra_headers['Message-ID']}\n")
    waits.unlink()
    return 1


def send_digests(people: int, day: str, kill_at: int, guarded: bool = True) -> dict[str, int]:
    """Digests for so many people by four commands, one of them killed while a mail of its own leaves, once so many have
    left, and by one more after its claim has lapsed.

    What the killed one had handed to the server and not noted yet is ``again``: it leaves once more. The control marks a
    digest before it leaves.
    """
    when = date.fromisoformat(day)
    told = [{"kind": "x", "zh": "示例", "en": "example", "url": "/"}]
    for number in range(people):
        name = f"reader-{day}-{number}"
        person = makers.person(name, ministry=Ministry.JUSTICE, email=f"{name}@example.tw")
        DigestSent.objects.filter(pk=make_digest(by=None, person=person, day=when).pk).update(sentences=told)
    sent = Path(os.environ["ROOM"]) / "post"
    sent.write_text("")

    def command() -> None:
        with replaced(EmailMessage, "send", _post):
            if guarded:
                call_command("send_digests", day=when, stdout=io.StringIO())
                return
            for digest in DigestSent.objects.filter(day=when, person__username__startswith="reader-"):
                if DigestSent.objects.filter(pk=digest.pk, mailed_at=None).update(mailed_at=timezone.now()):
                    _post(EmailMessage(headers={"Message-ID": str(digest.pk)}))

    def is_the_moment(child: int) -> bool:
        return sent.read_text().count("\n") >= kill_at and (sent.parent / f"waits-{child}").exists()

    at_once(4, command, 60, until=is_the_moment)
    left = DigestSent.objects.filter(day=when, mailed_at=None).exclude(leaving_since=None)
    names = {f"digest-{pk}-" for pk in left.values_list("pk", flat=True)}
    again = sum(any(name in line for name in names) for line in sent.read_text().splitlines())
    held = left.update(leaving_since=timezone.now() - CLAIM)
    command()
    mails = Counter(sent.read_text().splitlines())
    return {
        "people": people,
        "mails": len(mails),
        "left by the killed one": held,
        "again": again,
        "missing": people - len(mails),
        "twice": sum(count - 1 for count in mails.values()) - again,
    }


def carry_out_jobs(people: int, kill_after: float) -> dict[str, int]:
    """Five exports for each of so many people by four workers, one of them killed, and by one more after its lease."""
    keys = []
    for _one in range(people):
        asker = makers.person(f"asker-{uuid.uuid4().hex[:12]}", ministry=Ministry.JUSTICE)
        given = {
            "kind": "cases",
            "title": "示例",
            "parameters": {"format": "csv", "query": ""},
            "language": "en",
        }
        keys += [ask_job(by=asker, **given).pk for _job in range(5)]

    def drain() -> None:
        while work_once():
            pass

    at_once(4, drain, kill_after)
    jobs = Job.objects.filter(pk__in=keys)
    left = jobs.filter(state=Job.State.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
    drain()
    documents = Document.objects.filter(about_model="reports.job", about_id__in=[str(key) for key in keys])
    return {
        "jobs": len(keys),
        "left by the killed one": left,
        "done": jobs.filter(state=Job.State.DONE).count(),
        "files": documents.count(),
        "told": Entry.objects.filter(verb="job.done", about_id__in=[str(key) for key in keys]).count(),
    }


def _dispose(plan: DisposalList, guarded: bool) -> None:
    """Carry the list out; the control destroys case by case, each in its transaction, and is killed after the first."""
    if guarded:
        carry_out_disposal(by=one("tsai"), plan=plan, today=TODAY)
        return
    for line in plan.lines.all():
        with transaction.atomic():
            destroy_case(line.case, plan=plan)


def dispose_once(within: float, guarded: bool = True) -> dict[str, Any]:
    """Carry out a list of two cases by a child that is killed within these seconds; what is left after `finish_disposal`."""
    jun, chen = one("jun"), one("chen")
    tsai = User.objects.filter(username="tsai").first() or disposals.second_supervisor()
    plan = disposals.approved(chen, tsai, *(disposals.closed(jun, chen) for _case in range(2)))
    cases = list(plan.lines.values_list("case", flat=True))
    whole, started = disposals.held(cases), time.monotonic()
    over = Case.objects.filter(pk__in=cases, destroyed_at__isnull=False)
    was_told = killed_after(within, lambda: _dispose(plan, guarded), until=None if guarded else over.exists)
    seconds = time.monotonic() - started
    call_command("finish_disposal", stdout=io.StringIO())
    plan.refresh_from_db()
    stands = (disposals.held(cases), over.count(), bool(plan.certificate))
    found = verify(documents_root())
    return {
        "seconds": seconds, "killed": not was_told, "acknowledged": was_told, "destroyed": bool(plan.certificate),
        "partial": stands not in ((whole, 0, False), ([0] * len(whole), 2, True)),
        "lost": was_told and not plan.certificate,
        "files": len(found.missing) + len(found.unnamed) + plan.erasures.filter(erased_at=None).count(),
    }  # fmt: skip


DEEDS = {
    "dispose_once": dispose_once,
    "send_digests": send_digests,
    "carry_out_jobs": carry_out_jobs,
    "prepare": prepare,
    "import_once": import_once,
    "stands": stands,
    "upload_once": upload_once,
    "files": files,
}

if __name__ == "__main__":
    serve(DEEDS)
