"""Carrying out long exports: takes one job after the other, writes its file in a folder of its own, hands it over.

A worker may be killed at any moment. Its lease runs out, the next worker takes the job up from the beginning and first
clears what the dead one left in the folder.
"""

import logging
import shutil
import time

from django.db import OperationalError, connection
from django.utils import translation

from reports.actions.jobs import LEASE, expire_jobs, fail_job, finish_job, renew_job, take_job, workshop
from reports.catalogue import NotLoaded
from reports.jobs import KINDS, Asked
from reports.models import Job
from reports.rights import rights_in_cases_of
from tracker.actions import forget_typed
from tracker.paper import NotPrinted
from tracker.rowsecurity import reading_as
from tracker.sheets import SheetError
from tracker.signin.actions import may_sign_in
from tracker.workdays import TAIPEI

RENEWED_AFTER = LEASE.total_seconds() / 6
"""Seconds after which a working worker says again that it lives."""
TOLD_AFTER = 1.0
"""Seconds after which the page learns how far the job is."""
Failure = Job.Failure
FAILURES: dict[type[Exception], Job.Failure] = {
    SheetError: Failure.TOO_MANY_ROWS,  # the one refusal of writing a sheet
    NotPrinted: Failure.TOO_LONG,
    NotLoaded: Failure.NOT_LOADED,
}
"""What is known to go wrong; anything else is told as broken, and what it was stands in the log alone."""
log = logging.getLogger(__name__)


class NotOurs(Exception):
    """Somebody else has the job by now, or its asker gave it up."""


class Watch:
    """Tells how far a job is, and holds it while rows come: often enough for its reader, seldom enough for the database."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.told_at = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        """:raises NotOurs: when the job is no longer held by this worker."""
        moment = time.monotonic()
        if moment - self.told_at < min(TOLD_AFTER, RENEWED_AFTER) and done != total:
            return
        self.told_at = moment
        try:
            is_ours = renew_job(job=self.job, done=done, total=total)
        except OperationalError:
            # SQLite takes no write of a connection that is reading rows which another one has changed since: next time.
            if connection.vendor != "sqlite":
                raise
            return
        if not is_ours:
            raise NotOurs(self.job.pk)


def work_once() -> Job | None:
    """Take up one job and carry it out; None when there was none. What fails is said to its asker and logged here."""
    if not Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
        return None
    job = take_job()
    if job is None:
        return None
    folder = workshop(job)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with translation.override(job.language):
            _carry_out(job)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return job


def tidy() -> int:
    """Remove what has been kept long enough, exports and what was typed and not sent; answers how many exports went."""
    forget_typed(by=None)
    return expire_jobs()


def _carry_out(job: Job) -> None:
    assert job.started_at is not None  # noqa: S101 - it was taken
    asked = Asked(
        by=job.asked_by,
        parameters=job.parameters,
        asked_on=job.asked_at.astimezone(TAIPEI).date(),
        now=job.started_at,
    )
    if not (may_sign_in(job.asked_by) and KINDS[job.kind].may(job.asked_by)):
        fail_job(job=job, failure=Failure.NOT_ALLOWED)
        return
    rights = rights_in_cases_of(job.asked_by)
    try:
        with (workshop(job) / str(job.attempts)).open("w+b") as file:
            with reading_as(job.asked_by):
                made = KINDS[job.kind].make(asked, file, Watch(job))
            if not finish_job(job=job, file=file, made=made, rights=rights):
                raise NotOurs(job.pk)
    except NotOurs:
        log.warning("export %s is carried out by another worker, or was given up", job.pk)
    except tuple(FAILURES) as refused:
        log.warning("export %s was refused: %s", job.pk, refused)
        fail_job(job=job, failure=next(FAILURES[sort] for sort in FAILURES if isinstance(refused, sort)))
    except Exception:
        log.exception("export %s failed", job.pk)
        fail_job(job=job, failure=Failure.BROKEN)
