"""`manage.py priorities`: which partner most needs an agreement next, for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports import exports, queries
from reports.priorities import rank
from tracker.commands import day, taipei_today, write_json


class Command(BaseCommand):
    help = (
        "Ranks partners without an agreement on criminal assistance in force, and prints the ranking as JSON."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DAY", help="2024-12-31; default today")
        parser.add_argument("--with-samples", action="store_true", help="count the fictional samples too")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        found = queries.population(
            options["as_of"] or taipei_today(),
            with_samples=options["with_samples"],
        )
        write_json(exports.ranking_data(found, rank(found.candidates)), self.stdout)
