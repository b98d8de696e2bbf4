"""Long exports: asking for one, and what a worker writes while it carries one out.

Taking a job and renewing its lease are passing, and concern nobody else: the audit trail does not tell of them.
"""

import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.models import Case
from cases.provisions import HOUSE
from reports.actions.keeping import keep_made
from reports.jobs import KINDS, Made
from reports.models import Job
from tracker import audit, looks
from tracker.models import Document, DocumentVersion, User
from tracker.preferences import preference
from tracker.roles import Secrecy

State = Job.State
LEASE = timedelta(seconds=60)
"""So long a worker holds a job without renewing; after that another takes it up."""
MOST_AT_A_TIME = 5
"""Jobs of one person that wait or run."""


@transaction.atomic
def ask_job(
    *,
    by: User,
    kind: str,
    title: str,
    parameters: dict[str, Any],
    language: str,
    key: uuid.UUID | None = None,
) -> Job:
    """Ask for a long export; a worker takes it up.

    :raises StepRefused: for a kind or form that does not exist, without the right, or with too many asked for already.
    """
    known = KINDS.get(kind)
    if known is None or not known.may(by):
        raise StepRefused(_("Your role does not export this."), HOUSE)
    if parameters.get("format") not in known.forms:
        raise StepRefused(_("This export has no such form."), HOUSE)
    if by.jobs.filter(state__in=[State.QUEUED, State.RUNNING]).count() >= MOST_AT_A_TIME:
        raise StepRefused(_("Wait until one of your exports is done."), HOUSE)
    job = Job.objects.create(
        id=key or uuid.uuid4(),
        kind=kind,
        title=title[:200],
        parameters=parameters,
        language=language,
        asked_by=by,
        asked_at=timezone.now(),
    )
    audit.record("job.ask", job, by=by, details={"kind": kind, "format": parameters["format"]})
    return job


@transaction.atomic
def cancel_job(*, by: User, job: Job) -> Job:
    """Give up an export that is not done; a worker that has it stops at its next row.

    :raises StepRefused: for anybody but the person who asked, or when it has ended.
    """
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if locked.asked_by_id != by.pk:
        raise StepRefused(_("Only the person who asked for an export cancels it."), HOUSE)
    if locked.state not in (State.QUEUED, State.RUNNING):
        raise StepRefused(_("This export has ended already."), HOUSE)
    locked.state, locked.ended_at, locked.lease_until = State.CANCELLED, timezone.now(), None
    locked.save(update_fields=["state", "ended_at", "lease_until"])
    audit.record("job.cancel", locked, by=by, details={"kind": locked.kind})
    return locked


@transaction.atomic
def take_job(*, by: None = None) -> Job | None:
    """The next job that waits, or whose worker died, now held by the caller; None when there is none.

    Of several workers each gets another job: a row that one of them is about to take is passed over (PostgreSQL), or
    they come one after the other (SQLite). A job that was taken too often has failed.
    """
    now = timezone.now()
    free = _free(now).order_by("asked_at", "pk")
    rows = (
        free.select_for_update(skip_locked=True, no_key=True) if connection.vendor == "postgresql" else free
    )
    for job in rows[:10]:
        if job.attempts >= Job.MOST_ATTEMPTS:
            _fail(job, Job.Failure.WORKER_DIED)
            continue
        job.state, job.lease_until, job.attempts = State.RUNNING, now + LEASE, job.attempts + 1
        job.started_at, job.done_rows, job.all_rows = now, 0, None
        job.save(update_fields=["state", "lease_until", "attempts", "started_at", "done_rows", "all_rows"])
        return job
    return None


@transaction.atomic
def renew_job(*, by: None = None, job: Job, done: int, total: int | None) -> bool:
    """Hold the job for another lease and note how far it is; False when it is not the caller's any more."""
    held = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    return bool(held.update(lease_until=timezone.now() + LEASE, done_rows=done, all_rows=total))


@transaction.atomic
def finish_job(
    *, by: None = None, job: Job, file: BinaryIO, made: Made, rights: dict[str, Any] | None = None
) -> bool:
    """Keep the file as a document that only the asker opens; False when the job is not the caller's any more.

    ``rights`` are those of the asker with which the file was made; without them nobody opens it.
    """
    locked = _held(job)
    if locked is None:
        return False
    locked.rights = rights or {}
    locked.document = keep_made(
        by=locked.asked_by,
        about=locked,
        file=file,
        name=made.name,
        content_type=made.content_type,
        title=locked.title,
        secrecy=locked.rights.get("clearance", Secrecy.SEALED),
    )
    locked.state, locked.ended_at, locked.lease_until = State.DONE, timezone.now(), None
    locked.done_rows = locked.all_rows = made.rows
    locked.save(
        update_fields=["document", "rights", "state", "ended_at", "lease_until", "done_rows", "all_rows"]
    )
    audit.record("job.done", locked, by=None, details={"kind": locked.kind, "rows": made.rows})
    if made.cases:
        looks.record_many(locked.asked_by, Case, made.cases, "cases:export")
    return True


@transaction.atomic
def fail_job(*, by: None = None, job: Job, failure: Job.Failure) -> bool:
    """Say of what sort the failure was; False when the job is not the caller's any more."""
    locked = _held(job)
    if locked is None:
        return False
    _fail(locked, failure)
    return True


@transaction.atomic
def expire_jobs(*, by: None = None) -> int:
    """Remove the jobs that ended longer ago than the setting says, with their files; answers how many."""
    days = int(preference("export_kept_days"))  # type: ignore[arg-type]
    old = Job.objects.filter(ended_at__lt=timezone.now() - timedelta(days=days)).select_related("document")
    count = 0
    for job in old.order_by("ended_at")[:100]:
        audit.record("job.expire", job, by=None, details={"kind": job.kind})
        document = job.document
        job.delete()
        if document is not None:
            _remove(document)
        count += 1
    return count


def workshop(job: Job) -> Path:
    """The folder in which the file of a job is written before it is kept; what lies there is of no worth to others."""
    return Path(settings.MEDIA_ROOT) / "jobs" / str(job.pk)


def _free(now: Any) -> QuerySet[Job]:
    died = Q(state=State.RUNNING, lease_until__lt=now)
    return Job.objects.filter(Q(state=State.QUEUED) | died)


def _held(job: Job) -> Job | None:
    held = Job.objects.select_for_update(of=("self",), no_key=True).select_related("asked_by")
    return held.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts).first()


def _fail(job: Job, failure: Job.Failure) -> None:
    job.state, job.error = State.FAILED, failure
    job.ended_at, job.lease_until = timezone.now(), None
    job.save(update_fields=["state", "error", "ended_at", "lease_until"])
    audit.record("job.fail", job, by=None, details={"kind": job.kind, "failure": failure.value})


def _remove(document: Document) -> None:
    """The rows now, the file once the transaction is through: a file without a row harms less than the reverse."""
    for version in DocumentVersion.objects.filter(document=document):
        name, storage = version.file.name, version.file.storage
        version.delete()
        transaction.on_commit(partial(storage.delete, str(name)))
    document.delete()
