"""Backups: the database and the documents as they stood at one moment, in a folder that proves itself.

A backup is a folder with `database.sqlite3` or `database.dump`, `documents/…` and `manifest.json`, which names every file with
its size and SHA-256. With a key every file in it is sealed. It is written beside its name and gets it when all of it has been
read back; nothing is restored of a backup that does not read back whole.
"""

from tracker.backup.folders import Backup, BackupRefused, read_back, write
from tracker.backup.restoring import restore

__all__ = ["Backup", "BackupRefused", "read_back", "restore", "write"]
