"""Making a database and a folder of documents of a backup: in an empty place, or in place of what is there."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.db import connection

from tracker.backup import databases
from tracker.backup.files import documents_root, lying
from tracker.backup.folders import DOCUMENTS, Backup, contents, read_back
from tracker.backup.refusals import BackupRefused


def restore(folder: Path, *, key: bytes | None, replaces: bool) -> Backup:
    """Read the whole backup first, then put back the database and the documents that the settings name.

    With ``replaces`` the documents that were there stay beside the new ones, in a folder ending in `.before-restore`.

    :raises BackupRefused: when the backup does not read back, is of another kind of database, or the place is not empty.
    """
    backup = read_back(folder, key=key)
    if backup.vendor != connection.vendor:
        raise BackupRefused(f"this is a backup of {backup.vendor}, and the settings name {connection.vendor}")
    root = documents_root()
    if not replaces and not (databases.is_empty() and is_without_files(root)):
        raise BackupRefused("the place is not empty: restore into a new one, or give --replace")
    fresh = root.with_name(f"{root.name}.restoring")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _copy(backup, (place for place in backup.files if place.startswith(f"{DOCUMENTS}/")), fresh, key)
        with tempfile.TemporaryDirectory(prefix="tracker-restore-") as workshop:
            _copy(backup, [backup.database], Path(workshop), key)
            databases.put_back(Path(workshop) / backup.database, replaces=replaces)
        _swap(fresh, root)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return backup


def is_without_files(root: Path) -> bool:
    return next(lying(root), None) is None


def _copy(backup: Backup, places: Iterable[str], to: Path, key: bytes | None) -> None:
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    for place in places:
        target = to / place.removeprefix(f"{DOCUMENTS}/")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("xb") as file:
            target.chmod(0o600)
            file.writelines(contents(backup, place, key))


def _swap(fresh: Path, root: Path) -> None:
    """The new documents in place of the old ones, which stay beside them."""
    if root.exists():
        before = root.with_name(f"{root.name}.before-restore")
        shutil.rmtree(before, ignore_errors=True)
        root.rename(before)
    fresh.rename(root)
