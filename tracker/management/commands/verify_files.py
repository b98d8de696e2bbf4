"""`manage.py verify_files`: read every document on the disk and compare it with its row."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.backup.files import UNNAMED_KEPT, documents_root, remove_unnamed, require_every_row, verify
from tracker.backup.refusals import RemovalRefused
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Name rows without their file, files without a row, and files that hold something else; exit 1 if there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove", action="store_true", help="remove files that have had no row for a day, and name them"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        root, removed = documents_root(), []
        try:
            if options["remove"]:
                removed = remove_unnamed(root, older_than=UNNAMED_KEPT, now=timezone.now())
            else:
                require_every_row()
        except RemovalRefused as refused:
            raise CommandError(str(refused)) from refused
        found = verify(root)
        told = {
            "checked": found.checked,
            "missing": found.missing,
            "unnamed": found.unnamed,
            "changed": found.changed,
            "removed": removed,
        }
        if options["format"] == "json":
            write_json(told, self.stdout)
        else:
            self.stdout.write(f"{found.checked} documents checked")
            for name in ("missing", "unnamed", "changed", "removed"):
                for place in told[name]:  # type: ignore[attr-defined]
                    self.stdout.write(f"{name}: {place}")
        if not found.is_well:
            sys.exit(1)
