"""Making a database and a folder of documents of a backup: in an empty place, or in place of what is there.

Either both are made or neither: the documents change places with those that are there, then the database is put back in one
step, and when that fails the documents change places again. The folder of documents itself stays, since it may be a volume of
its own, which nobody can rename and beside which another disk begins: all of it happens within.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection

from tracker.backup import databases
from tracker.backup.files import FORMER, STAYS, UNDER_WAY, documents_root, lying
from tracker.backup.folders import DOCUMENTS, Backup, contents, read_back
from tracker.backup.refusals import BackupRefused

NEW, OLD = "new", "old"


def restore(folder: Path, *, key: bytes | None, replaces: bool) -> Backup:
    """Read the whole backup first, then put back the documents and the database that the settings name.

    With ``replaces`` the documents that were there stay among the new ones, in the folder `.before-restore`.

    :raises BackupRefused: when the backup does not read back, is of another kind of database, the tools of PostgreSQL do
        not fit, the place is not empty, or the database is not put back.
    :raises OSError: when the documents are not.
    """
    backup = read_back(folder, key=key)
    if backup.vendor != connection.vendor:
        raise BackupRefused(f"this is a backup of {backup.vendor}, and the settings name {connection.vendor}")
    databases.look_for_tools()
    root = documents_root()
    if not replaces and not (databases.is_empty() and is_without_files(root)):
        raise BackupRefused("the place is not empty: restore into a new one, or give --replace")
    with _room(root) as room, tempfile.TemporaryDirectory(prefix="tracker-restore-") as workshop:
        documents = (place for place in backup.files if place.startswith(f"{DOCUMENTS}/"))
        _copy(backup, documents, room / NEW, key)
        _copy(backup, [backup.database], Path(workshop), key)
        with _exchanged(root, room):
            databases.put_back(Path(workshop) / backup.database, replaces=replaces)
        _keep_former(root, room)
    return backup


def is_without_files(root: Path) -> bool:
    return next(lying(root), None) is None


def _copy(backup: Backup, places: Iterable[str], to: Path, key: bytes | None) -> None:
    for place in places:
        target = to / place.removeprefix(f"{DOCUMENTS}/")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("xb") as file:
            target.chmod(0o600)
            file.writelines(contents(backup, place, key))


@contextlib.contextmanager
def _room(root: Path) -> Iterator[Path]:
    """A folder within ``root`` for the new documents and for the old ones. No old one goes with it.

    :raises BackupRefused: when one that was cut short left old documents there.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = root / UNDER_WAY
    if any((room / OLD).glob("*")):
        raise BackupRefused(
            f"a restore was cut short: the documents before it lie in {room / OLD}. Move them back, or away"
        )
    shutil.rmtree(room, ignore_errors=True)
    for folder in (room, room / NEW, room / OLD):
        folder.mkdir(mode=0o700)
    try:
        yield room
    finally:
        shutil.rmtree(room / NEW, ignore_errors=True)
        for folder in (room / OLD, room):
            with contextlib.suppress(OSError):  # what could not be moved back stays for who looks after it
                folder.rmdir()


@contextlib.contextmanager
def _exchanged(root: Path, room: Path) -> Iterator[None]:
    """Let the new documents lie in ``root`` in place of the old ones; the other way round again when the block fails."""
    with contextlib.ExitStack() as back:
        for source, to in ((root, room / OLD), (room / NEW, root)):
            for path in [path for path in source.iterdir() if source != root or path.name not in STAYS]:
                path.rename(to / path.name)
                back.callback((to / path.name).rename, path)
        yield
        back.pop_all()


def _keep_former(root: Path, room: Path) -> None:
    if any((room / OLD).iterdir()):
        shutil.rmtree(root / FORMER, ignore_errors=True)
        (room / OLD).rename(root / FORMER)
