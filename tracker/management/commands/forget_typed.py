"""`manage.py forget_typed`: forgets what was typed and not sent for too long. For a timer, where no worker runs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.actions import forget_typed
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Forgets forms that a closed door kept a day ago, and drafts and their files that nobody saved for three months."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        told = {"forms": 0, "drafts": 0, "uploads": 0}
        while any(gone := forget_typed(by=None).values()):
            told = {sort: told[sort] + number for sort, number in zip(told, gone, strict=True)}
        if options["format"] == "json":
            write_json(told, self.stdout)
        else:
            self.stdout.write(
                f"{told['forms']} kept forms, {told['drafts']} drafts and {told['uploads']} waiting files forgotten"
            )
