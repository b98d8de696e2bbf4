"""Writing a backup into a folder of its own, and reading it back: every byte is looked at."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.db import connection

from tracker.backup import databases
from tracker.backup.files import NAMED, PASSING, STAYS, Kept, documents_root, files_below, fits, pieces_of
from tracker.backup.refusals import BackupRefused
from tracker.backup.sealing import Unsealable, seal, unseal
from tracker.chains import CHAINS
from tracker.models import DocumentVersion

FORMAT = 1
MANIFEST, PROOF, SEALED = "manifest.json", "manifest.sha256", ".sealed"
DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when and of what it was made, each file with size and SHA-256, and the heads of the chains.

    ``missing`` and ``changed`` are documents that were lost or damaged before the backup was made.
    """

    folder: Path
    made_at: str
    vendor: str
    files: dict[str, list[Any]]
    heads: dict[str, list[Any]]
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.changed)

    @property
    def database(self) -> str:
        """The place of the database in it."""
        return next(place for place in self.files if not place.startswith(f"{DOCUMENTS}/"))


def write(into: Path, *, key: bytes | None, at: datetime) -> Backup:
    """Make a backup in a new folder below ``into``, read it back, and only then give it its name.

    :raises BackupRefused: when it cannot be made or does not read back; nothing is left behind then.
    """
    folder = into / f"tracker-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    partial = into / f".{folder.name}.partial"
    if folder.exists():
        raise BackupRefused(f"{folder.name} is there already")
    try:
        partial.mkdir(parents=True, mode=0o700)
        _write_all(partial, key, at)
        read_back(partial, key=key)
        partial.rename(folder)
        _to_disk(into)
    except OSError as fault:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupRefused(f"not written: {fault.strerror}") from fault
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return read_manifest(folder, key)


def _write_all(folder: Path, key: bytes | None, at: datetime) -> None:
    made = Backup(folder, at.astimezone(UTC).isoformat(), connection.vendor, {}, {})
    with tempfile.TemporaryDirectory(prefix="tracker-backup-") as workshop:
        plain = Path(workshop) / databases.file_name()
        with databases.moment(plain) as ask:
            documents = [Kept(*row) for row in ask(NAMED)]
            made.heads.update({name: _head(ask, name) for name in CHAINS})
        made.files[plain.name] = _store(plain, folder, plain.name, key)
    root = documents_root()
    for kept in documents:
        place = f"{DOCUMENTS}/{kept.place}"
        if not (root / kept.place).is_file():
            if _is_still_named(kept):
                made.missing.append(kept.place)
            continue
        if not fits(root / kept.place, kept):
            made.changed.append(kept.place)
        made.files[place] = _store(root / kept.place, folder, place, key)
    _write_manifest(made, key)


def _is_still_named(kept: Kept) -> bool:
    """Whether its row is still there; documents that were lawfully removed after the moment are no loss."""
    return DocumentVersion.objects.filter(file=kept.place).exists()


def _head(ask: databases.Ask, name: str) -> list[Any]:
    table = CHAINS[name].model._meta.db_table  # a name of ours
    count, newest = ask(f"SELECT count(*), max(id) FROM {table}")[0]  # noqa: S608
    digest = ask(f"SELECT digest FROM {table} WHERE id = {int(newest)}")[0][0] if newest else ""  # noqa: S608
    return [count, newest or 0, digest]


def _store(source: Path, folder: Path, place: str, key: bytes | None) -> list[Any]:
    """Copy a file into the backup, sealed when there is a key; its size and digest."""
    target = folder / (place + SEALED if key else place)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    measured = _Measure()
    with source.open("rb") as file, _new_file(target) as to:
        pieces = measured.through(pieces_of(file))
        if key:
            seal(pieces, to, key, place)
        else:
            to.writelines(pieces)
    return [measured.size, measured.digest.hexdigest()]


class _Measure:
    """Counts and digests what goes through it."""

    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            self.digest.update(piece)
            yield piece


class _new_file:
    """A file that was not there, for its owner alone, and on the disk for certain when it is closed."""

    def __init__(self, path: Path) -> None:
        self.file: BinaryIO = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def __enter__(self) -> BinaryIO:
        return self.file

    def __exit__(self, *error: object) -> None:
        with self.file:
            self.file.flush()
            os.fsync(self.file.fileno())


def _to_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write_manifest(made: Backup, key: bytes | None) -> None:
    content = {name: value for name, value in asdict(made).items() if name != "folder"} | {"format": FORMAT}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
    if key:
        with _new_file(made.folder / (MANIFEST + SEALED)) as to:
            seal(
                [text[start : start + 1024 * 1024] for start in range(0, len(text), 1024 * 1024)],
                to,
                key,
                MANIFEST,
            )
        return
    with _new_file(made.folder / MANIFEST) as to:
        to.write(text)
    with _new_file(made.folder / PROOF) as to:
        to.write(hashlib.sha256(text).hexdigest().encode())


def read_manifest(folder: Path, key: bytes | None) -> Backup:
    """What a backup says of itself.

    With a key an unsealed one is refused: whoever can write where backups lie could put it in place of a sealed one.

    :raises BackupRefused: when it is none, was damaged, is sealed under a key that was not given, is not sealed although one
        was, or names a place that none of its files can have.
    """
    is_sealed = (folder / (MANIFEST + SEALED)).is_file()
    if is_sealed and key is None:
        raise BackupRefused("this backup is sealed: give its key as BACKUP_KEY")
    if key and not is_sealed and (folder / MANIFEST).is_file():
        raise BackupRefused(
            "this backup is not sealed, and BACKUP_KEY is set: give --unsealed if it is yours"
        )
    try:
        if key:
            text = b"".join(_opened(folder, MANIFEST, key))
        else:
            text = (folder / MANIFEST).read_bytes()
            if (folder / PROOF).read_bytes() != hashlib.sha256(text).hexdigest().encode():
                raise BackupRefused(f"{MANIFEST} was damaged")
        said = json.loads(text)
        if said.pop("format") != FORMAT:
            raise BackupRefused("this backup was made by another version")
        backup = Backup(folder, **said)
        _require_places(backup)
    except OSError as fault:
        raise BackupRefused("this folder holds no backup") from fault
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        raise BackupRefused(f"{MANIFEST} cannot be read") from fault
    return backup


def _require_places(backup: Backup) -> None:
    """:raises BackupRefused: unless it holds one database, and below its folder of documents nothing but documents."""
    others = []
    for place, (_size, _digest) in backup.files.items():
        path = PurePosixPath(place)
        if path.parts[0] != DOCUMENTS:
            others.append(place)
        elif (
            len(path.parts) == 1
            or path.as_posix() != place
            or ".." in path.parts
            or "\0" in place
            or path.parts[1] in {PASSING, *STAYS}
        ):
            raise BackupRefused(f"{place!r} is no place of a document")
    if len(others) != 1 or others[0] not in databases.FILES:
        raise BackupRefused(f"a backup holds one database, and this one {others}")


def read_back(folder: Path, *, key: bytes | None) -> Backup:
    """Read every byte of a backup and compare it with what its manifest says.

    :raises BackupRefused: names the first file that is missing, was damaged, or does not belong there.
    """
    backup = read_manifest(folder, key)
    for place in backup.files:
        for _piece in contents(backup, place, key):
            pass
    expected = {*backup.files, MANIFEST, PROOF}
    for place in files_below(folder):
        if place.removesuffix(SEALED) not in expected:
            raise BackupRefused(f"{place} does not belong to this backup")
    return backup


def contents(backup: Backup, place: str, key: bytes | None) -> Iterator[bytes]:
    """The bytes of a file of a backup, opened if there is a key; trust none of them before the last one came.

    :raises BackupRefused: when it is missing, does not open, or is not what the manifest says.
    """
    measured = _Measure()
    yield from measured.through(_opened(backup.folder, place, key))
    if [measured.size, measured.digest.hexdigest()] != backup.files[place]:
        raise BackupRefused(f"{place} was damaged")


def _opened(folder: Path, place: str, key: bytes | None) -> Iterator[bytes]:
    try:
        with (folder / (place + SEALED if key else place)).open("rb") as file:
            yield from unseal(file, key, place) if key else pieces_of(file)
    except FileNotFoundError as fault:
        raise BackupRefused(f"{place} is missing") from fault
    except Unsealable as fault:
        raise BackupRefused(f"{place} does not open: it was damaged, or the key is another one") from fault
