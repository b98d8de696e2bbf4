"""`manage.py restore FOLDER`: put a backup back where DATABASE_URL and DOCUMENTS_DIR say, and check what came of it."""

import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from tracker import backup
from tracker.backup import Backup, BackupRefused
from tracker.backup.files import documents_root, verify
from tracker.chains import CHAINS
from tracker.commands import write_json
from tracker.health import migrations


class Command(BaseCommand):
    help = "Restore a backup into an empty place, and check migrations, history and documents; exit 1 when one fails."
    requires_system_checks = []  # the place is empty

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup: a folder that `manage.py backup` made")
        parser.add_argument(
            "--replace", action="store_true", help="in place of what is there; asks for a confirmation"
        )
        parser.add_argument(
            "--confirm", metavar="NAME", help="the name of the database, in place of typing it"
        )
        parser.add_argument(
            "--unsealed",
            action="store_true",
            help="the backup is one that is not sealed, although BACKUP_KEY is set",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        if options["replace"]:
            self._confirm(options["confirm"])
        key = None if options["unsealed"] else next(iter(settings.BACKUP_KEY), None)
        try:
            restored = backup.restore(options["folder"], key=key, replaces=options["replace"])
        except (BackupRefused, OSError) as refused:
            raise CommandError(str(refused)) from refused
        found = _checked(restored) | {"seconds": round(time.monotonic() - started, 1)}
        if options["format"] == "json":
            write_json(found, self.stdout)
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in found.items()))
        if any(found[name] != "ok" for name in ("migrations", "history", "documents")):
            sys.exit(1)

    def _confirm(self, given: str | None) -> None:
        """:raises CommandError: unless the name of the database that will go was typed."""
        name = Path(str(connection.settings_dict["NAME"])).name
        typed = given if given is not None else input(f"Everything in {name} goes. Type its name: ")
        if typed != name:
            raise CommandError("not confirmed: nothing was changed")


def _checked(restored: Backup) -> dict[str, Any]:
    """What came of it: each check says "ok" or what is wrong."""
    documents = verify(documents_root())
    wrong = {"missing": documents.missing, "unnamed": documents.unnamed, "changed": documents.changed}
    return {
        "made_at": restored.made_at,
        "migrations": migrations(timezone.now()) or "ok",
        "history": _history(restored),
        "documents": "ok"
        if documents.is_well
        else {name: places for name, places in wrong.items() if places},
        "documents_checked": documents.checked,
    }


def _history(restored: Backup) -> str:
    """Whether the chains are in order and end where the backup says."""
    said = StringIO()
    try:
        call_command("verify_history", stdout=said)
    except SystemExit:
        return said.getvalue().strip()
    heads = {name: list(vars_of(chain.head())) for name, chain in CHAINS.items()}
    expected = {name: head for name, head in restored.heads.items() if head[0]}
    bent = [name for name, head in expected.items() if heads.get(name) != head]
    return f"ends elsewhere: {' '.join(bent)}" if bent else "ok"


def vars_of(head: Any) -> tuple[int, int, str]:
    return head.rows, head.last, head.digest
