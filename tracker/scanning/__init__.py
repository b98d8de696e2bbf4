"""Asking a virus scanner about a file, where one is set (DOCUMENT_SCANNER): a command that reads the file from its input (FIL-6).

As clamdscan tells it: 0 is clean, 1 is infected. Whatever else happens, no answer in time included, says nothing, and what
nobody has passed is not given out. The worker asks (:mod:`tracker.scanning.worker`), never a request.
"""

import logging
import shlex
import subprocess
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.models import DocumentVersion

_log = logging.getLogger(__name__)
CLEAN, INFECTED = 0, 1
WAITS = _(
    "It is being checked for viruses. Come back in a few minutes; it opens by itself once it has passed."
)
STOPPED = _(
    "The virus scanner found something in this file, so nobody is given it. Upload a clean one, and tell an administrator."
)


def scanner_is_set() -> bool:
    return bool(settings.DOCUMENT_SCANNER)


def may_be_given_out(version: DocumentVersion) -> bool:
    """Without a scanner everything; with one only what it passed."""
    return not scanner_is_set() or version.is_clean is True


def closed_because(version: DocumentVersion) -> str | Promise:
    """Why nobody is given this file, in words; "" for one that is given out."""
    if may_be_given_out(version):
        return ""
    return STOPPED if version.is_clean is False else WAITS


def verdict_on(path: Path) -> bool | None:
    """Whether the scanner passes the file; None when it could not say: it is missing, broke off, or was too slow."""
    command = shlex.split(settings.DOCUMENT_SCANNER)
    try:
        with path.open("rb") as file:
            done = subprocess.run(  # noqa: S603 - the command is the operator's own setting
                command,
                stdin=file,
                capture_output=True,
                timeout=settings.DOCUMENT_SCANNER_SECONDS,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as fault:
        _log.error("the virus scanner gave no answer: %s", type(fault).__name__)
        return None
    if done.returncode == CLEAN:
        return True
    if done.returncode == INFECTED:
        return False
    _log.error("the virus scanner ended with %s", done.returncode)
    return None
