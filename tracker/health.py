"""Whether the server is well: what is looked at. Who may ask, and how it is answered, stands in `views/health.py`."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tracker.checkups import BACKUP, CHECKPOINT, HISTORY, SCANNER
from tracker.models import Checkup
from tracker.scanning import scanner_is_set
from tracker.scanning.actions import IS_FRESH, IS_TRIED_AGAIN, unscanned

LONGEST_WAIT = timedelta(minutes=15)
"""A worker takes a file up within seconds, so none is working when one waits so long."""

type Check = Callable[[datetime], str]
"""A look at one thing the service needs, at a moment: "" when it is well, else a code that says what is not."""


def database(now: datetime) -> str:
    """Whether it answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return "" if cursor.fetchone() == (1,) else "no_answer"


def migrations(now: datetime) -> str:
    """Whether every migration of this version is applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return "" if _known_migrations() <= set(applied) else "not_applied"


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of the code; they do not change while a process runs."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(loader.disk_migrations)


def disk(now: datetime) -> str:
    """Whether there is room where documents and, on SQLite, the database lie."""
    places = {_existing(Path(settings.MEDIA_ROOT))}
    if isinstance(name := settings.DATABASES["default"]["NAME"], Path):
        places.add(_existing(name))
    least = settings.DISK_FREE_MB * 1024 * 1024
    return "" if all(shutil.disk_usage(place).free >= least for place in places) else "nearly_full"


def _existing(place: Path) -> Path:
    return next(folder for folder in (place, *place.parents) if folder.exists())


def history(now: datetime) -> str:
    """Whether the last check of the chains found them in order, and ran in time where it is planned."""
    return _last_run(HISTORY, settings.HISTORY_WITHIN_HOURS, now)


def backup(now: datetime) -> str:
    """Whether the last backup succeeded, and was made in time where it is planned."""
    return _last_run(BACKUP, settings.BACKUP_WITHIN_HOURS, now)


def checkpoint(now: datetime) -> str:
    """Whether the chains went through the last signed checkpoint, and it was made in time where that is planned."""
    return _last_run(CHECKPOINT, settings.CHECKPOINT_WITHIN_HOURS, now)


def _last_run(name: str, hours: int | None, now: datetime) -> str:
    row = Checkup.objects.filter(name=name).first()
    if row is not None and not row.is_well:
        return "failed"
    if hours is None:
        return ""
    if row is None:
        return "never_ran"
    return "too_old" if now - row.at > timedelta(hours=hours) else ""


def scanner(now: datetime) -> str:
    """Whether a virus scanner that is set answers at all, and somebody asks it about the files that are due. Two queries.

    Files that it never answers for (an alert tells of them), and those kept before it was set, say nothing of that.
    """
    if not scanner_is_set():
        return ""
    if _last_run(SCANNER, None, now):
        return "no_answer"
    due = unscanned().filter(IS_FRESH | IS_TRIED_AGAIN, scan_due_at__lt=now - LONGEST_WAIT)
    return "waits_too_long" if due.exists() else ""


CHECKS: dict[str, Check] = {
    "database": database, "migrations": migrations, "disk": disk, "history": history, "backup": backup,
    "checkpoint": checkpoint, "scanner": scanner,
}  # fmt: skip
"""Every check by its name, in this order. An app above adds its own in ``AppConfig.ready()``."""


def report(now: datetime) -> dict[str, str]:
    """What each check says: "ok" or a code. One that fails says so by the class of its error, never by its text."""
    return {name: _said(check, now) for name, check in CHECKS.items()}


def _said(check: Check, now: datetime) -> str:
    try:
        return check(now) or "ok"
    except Exception as fault:  # whatever breaks is what is asked for
        return f"error:{type(fault).__name__}"
