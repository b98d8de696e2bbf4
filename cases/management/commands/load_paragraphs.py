"""`manage.py load_paragraphs --by USER`: the paragraphs of letters that come with the project."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements.actions import StepRefused
from cases.actions.letters import load_paragraphs
from tracker.commands import person


class Command(BaseCommand):
    help = "Add the paragraphs of letters that are not there yet; those that staff changed stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="USER", help="a supervisor of justice")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_paragraphs(by=person(options["by"]))
        except StepRefused as refused:
            raise CommandError(str(refused.reason)) from refused
        self.stdout.write(f"{added} paragraphs added.")
