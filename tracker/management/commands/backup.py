"""`manage.py backup DIR`: the database and the documents as they stand at one moment, in a new folder below DIR."""

import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker import alerts, backup, checkups
from tracker.backup import Backup, BackupRefused
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Back up the database and the documents into a new folder, sealed when BACKUP_KEY is given; read it back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("into", type=Path, help="the folder in which backups lie")
        parser.add_argument(
            "--check", action="store_true", help="only read back the backup that this folder is"
        )
        parser.add_argument(
            "--unsealed",
            action="store_true",
            help="with --check: it is one that is not sealed, although BACKUP_KEY is set",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        key, started = next(iter(settings.BACKUP_KEY), None), time.monotonic()
        try:
            if options["check"]:
                made = backup.read_back(options["into"], key=None if options["unsealed"] else key)
            else:
                made = backup.write(options["into"], key=key, at=timezone.now())
        except BackupRefused as refused:
            if not options["check"]:
                self._note(is_well=False, code="refused")
            raise CommandError(str(refused)) from refused
        if not options["check"]:
            self._note(is_well=made.is_whole, code="" if made.is_whole else "documents_lost")
        self._tell(made, options["format"], seconds=round(time.monotonic() - started, 1))
        if not made.is_whole:
            sys.exit(1)

    def _note(self, *, is_well: bool, code: str) -> None:
        if not is_well:  # first, since the database may take no note
            alerts.raise_alert("backup", code, "the backup is not whole")
        checkups.note(checkups.BACKUP, is_well=is_well, detail=code, at=timezone.now())

    def _tell(self, made: Backup, form: str, *, seconds: float) -> None:
        told = {
            "folder": str(made.folder),
            "made_at": made.made_at,
            "files": len(made.files),
            "bytes": sum(size for size, _digest in made.files.values()),
            "heads": made.heads,
            "missing": made.missing,
            "changed": made.changed,
            "seconds": seconds,
        }
        if form == "json":
            write_json(told, self.stdout)
            return
        self.stdout.write(
            f"{made.folder}: {told['files']} files, {told['bytes']:,} bytes, read back after {seconds} s"
        )
        for place in made.missing:
            self.stdout.write(f"lost before the backup: document {place}")
        for place in made.changed:
            self.stdout.write(f"damaged before the backup: document {place}")
