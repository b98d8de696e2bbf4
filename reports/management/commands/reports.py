"""`manage.py reports`: the codes and titles of all reports."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports.catalogue import REPORTS
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Lists the reports of the catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "json":
            listed = [
                {
                    "code": entry.code,
                    "title": str(entry.title),
                    "explains": str(entry.explains),
                    "group": entry.group.value,
                    "takes": sorted({"as_of", "with_samples", *entry.takes}),
                }
                for entry in REPORTS.values()
            ]
            write_json({"reports": listed}, self.stdout)
            return
        for entry in REPORTS.values():
            self.stdout.write(f"{entry.code}  {entry.title}")
