"""`manage.py verify_history`: walk the chain of the audit trail."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker import audit
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Recompute every digest of the audit trail; exit 1 when the chain is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        if options["format"] == "json":
            found = {
                "entries": verdict.entries,
                "intact": verdict.intact,
                "first_broken": verdict.first_broken,
            }
            write_json(found, self.stdout)
        elif verdict.intact:
            self.stdout.write(f"{verdict.entries} entries, intact")
        else:
            self.stdout.write(f"broken at entry {verdict.first_broken}")
        if not verdict.intact:
            sys.exit(1)
