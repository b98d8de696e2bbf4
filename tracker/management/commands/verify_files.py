"""`manage.py verify_files`: read every document on the disk and compare it with its row."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.backup.files import documents_root, verify
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Name rows without their file, files without a row, and files that hold something else; exit 1 if there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify(documents_root())
        told = {
            "checked": found.checked,
            "missing": found.missing,
            "unnamed": found.unnamed,
            "changed": found.changed,
        }
        if options["format"] == "json":
            write_json(told, self.stdout)
        else:
            self.stdout.write(f"{found.checked} documents checked")
            for name in ("missing", "unnamed", "changed"):
                for place in told[name]:  # type: ignore[attr-defined]
                    self.stdout.write(f"{name}: {place}")
        if not found.is_well:
            sys.exit(1)
