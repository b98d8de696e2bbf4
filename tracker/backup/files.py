"""The documents on disk beside their rows: which files there must be, and what does not fit."""

import hashlib
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from tracker.backup.refusals import RemovalRefused
from tracker.models import DocumentVersion

UNNAMED_KEPT = timedelta(days=1)
"""So long a file may lie without a row before it is removed."""
PIECE = 1024 * 1024
PASSING = "jobs"
"""The folder in which workers write what is not done yet."""
UNDER_WAY, FORMER = ".restoring", ".before-restore"
"""Where a restore prepares the documents, and where it leaves those that were there."""
STAYS = frozenset({UNDER_WAY, FORMER, "lost+found"})
"""What may lie in the folder of documents and holds none of today's; the last belongs to a volume of its own."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that a row names: where it lies below the folder of documents, its size and its SHA-256."""

    place: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What does not fit: rows without their file, files that no row names, and files that hold something else."""

    checked: int
    missing: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (self.missing or self.unnamed or self.changed)


NAMED = "SELECT file, size, sha256 FROM tracker_documentversion ORDER BY file"
"""Every file that a row names."""


def verify(root: Path) -> Findings:
    """Read every file below ``root`` that a row names, and look for those that none names. One query."""
    rows = DocumentVersion.objects.order_by("file").values_list("file", "size", "sha256")
    wanted = [Kept(*row) for row in rows]
    findings = Findings(len(wanted))
    for kept in wanted:
        if not (root / kept.place).is_file():
            findings.missing.append(kept.place)
        elif not fits(root / kept.place, kept):
            findings.changed.append(kept.place)
    findings.unnamed.extend(unnamed(root, {kept.place for kept in wanted}))
    return findings


def unnamed(root: Path, known: Container[str]) -> Iterator[str]:
    """The files below ``root`` that are not among the known places."""
    return (place for place in lying(root) if place not in known)


def remove_unnamed(root: Path, *, older_than: timedelta, now: datetime) -> list[str]:
    """Remove the files that no row names and that were last written longer ago; where they lay.

    What is younger may belong to a transaction that is not through. A process that is killed between writing a file and
    committing its row leaves such files, and so does a form that was refused after its file had been written.

    :raises RemovalRefused: when row-level security hides rows, or there are files and no row at all: then the database is not
        the one of these files.
    """
    require_every_row()
    limit = (now - older_than).timestamp()
    known = set(DocumentVersion.objects.values_list("file", flat=True))
    old = [place for place in unnamed(root, known) if (root / place).stat().st_mtime < limit]
    if old and not known:
        raise RemovalRefused(
            f"no document is known and {len(old)} files are there: do DATABASE_URL and DOCUMENTS_DIR belong together?"
        )
    for place in old:
        (root / place).unlink()
    return old


HIDDEN_FROM_US = """
SELECT row_security_active('tracker_documentversion')
    AND COALESCE(current_setting('tracker.reader', true), '') <> 'all'
    AND NOT EXISTS (
        SELECT 1 FROM pg_policy p, unnest(p.polroles) worker
        WHERE p.polrelid = 'tracker_documentversion'::regclass AND p.polname = 'tracker_worker'
            AND pg_has_role(worker, 'USAGE')
    )
"""
"""Whether row-level security keeps documents from this account: it is neither their owner nor the worker."""


def require_every_row() -> None:
    """:raises RemovalRefused: when the database shows this account some documents only."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(HIDDEN_FROM_US)
        if cursor.fetchone()[0]:
            raise RemovalRefused(
                "row-level security hides documents from this account: give the worker's in DATABASE_URL"
            )


def fits(path: Path, kept: Kept) -> bool:
    """Whether the file has the size and the digest of its row."""
    return path.stat().st_size == kept.size and digest_of(path) == kept.sha256


def digest_of(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lying(root: Path) -> Iterator[str]:
    """The place of every document below ``root``, without what workers are at and what a restore left."""
    aside = {PASSING, *STAYS}
    return (place for place in files_below(root) if PurePosixPath(place).parts[0] not in aside)


def files_below(folder: Path) -> Iterator[str]:
    """The place of every file below ``folder``."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """Its bytes, a piece at a time."""
    while piece := file.read(PIECE):
        yield piece


def documents_root() -> Path:
    return Path(settings.MEDIA_ROOT)
