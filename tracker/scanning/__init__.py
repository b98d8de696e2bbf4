"""Asking a virus scanner about a file, where one is set (DOCUMENT_SCANNER): a command that reads the file from its input (FIL-6).

As clamdscan tells it: 0 is clean, 1 is infected. Whatever else happens, no answer in time included, says nothing, and what
nobody has passed is not given out. The worker asks (:mod:`tracker.scanning.worker`), never a request.
"""

import logging
import shlex
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.models import DocumentVersion

_log = logging.getLogger(__name__)
CLEAN, INFECTED = 0, 1
HARMLESS = b"harmless\n"
"""What every scanner that works has an answer for."""
WAITS = _(
    "It is being checked for viruses. Come back in a few minutes; it opens by itself once it has passed."
)
STOPPED = _(
    "The virus scanner found something in this file, so nobody is given it. Upload a clean one, and tell an administrator."
)


def scanner_is_set() -> bool:
    return bool(settings.DOCUMENT_SCANNER)


def due_from(now: datetime) -> datetime | None:
    """When a file that comes in now is due: at once. None without a scanner: should one be set later, it is old stock."""
    return now if scanner_is_set() else None


def doubled(first: timedelta, times: int, *, most: timedelta) -> timedelta:
    """The pause after so many times in vain, at least one: the first, then twice as long each time, up to ``most``."""
    return min(first * 2 ** min(times - 1, 10), most)


def closed_because(version: DocumentVersion) -> str | Promise:
    """Why nobody is given this file, in words; "" for one that is given out: without a scanner each, with one what it passed."""
    if not scanner_is_set() or version.is_clean is True:
        return ""
    return STOPPED if version.is_clean is False else WAITS


def verdict_on(path: Path) -> bool | None:
    """Whether the scanner passes the file; None when it could not say: it is missing, broke off, or was too slow."""
    try:
        with path.open("rb") as file:
            return _asked(file)
    except (OSError, subprocess.TimeoutExpired) as fault:
        _log.warning("the virus scanner gave no answer for a file: %s", type(fault).__name__)
        return None


def answers() -> bool:
    """Whether the scanner has an answer for a harmless text, given to it as files are. If not, it does not work at all."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(HARMLESS)
            file.seek(0)
            return _asked(file) is not None
    except (OSError, subprocess.TimeoutExpired) as fault:
        _log.warning("the virus scanner gave no answer for a harmless text: %s", type(fault).__name__)
        return False


def _asked(file: IO[bytes]) -> bool | None:
    """:raises OSError, subprocess.TimeoutExpired: where the scanner is missing or too slow."""
    done = subprocess.run(  # noqa: S603 - the command is the operator's own setting
        shlex.split(settings.DOCUMENT_SCANNER),
        stdin=file,
        capture_output=True,
        timeout=settings.DOCUMENT_SCANNER_SECONDS,
        check=False,
    )
    if done.returncode in (CLEAN, INFECTED):
        return done.returncode == CLEAN
    _log.warning("the virus scanner ended with %s", done.returncode)
    return None
