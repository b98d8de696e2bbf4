"""`manage.py priorities`: which partner most needs an agreement next, for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements.models import Subject
from reports.catalogue import Parameters
from reports.catalogue.priorities import SUBJECTS, prioritize
from reports.rankingdata import ranking_data
from reports.weighting import NoSuchWeights
from tracker.commands import day, taipei_today, write_json


class Command(BaseCommand):
    help = "Ranks partners without an agreement in force on criminal assistance, or on another subject, and prints the ranking as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DAY", help="2024-12-31; default today")
        parser.add_argument("--known-on", type=day, metavar="DAY", help="as the books stood on that day")
        parser.add_argument(
            "--weights", type=int, metavar="N", help="a version of the weights; default the newest in use"
        )
        parser.add_argument("--subject", choices=[str(one) for one in SUBJECTS], default=Subject.CRIMINAL_MLA)
        parser.add_argument("--with-samples", action="store_true", help="count the fictional samples too")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = Parameters(
            options["as_of"] or taipei_today(),
            known_on=options["known_on"],
            subject=options["subject"],
            weights=options["weights"],
            with_samples=options["with_samples"],
        )
        try:
            found = prioritize(asked, reader=None)
        except NoSuchWeights as number:
            raise CommandError(f"There is no version {number} of the weights in use.") from number
        write_json(ranking_data(found.population, found.ranking), self.stdout)
