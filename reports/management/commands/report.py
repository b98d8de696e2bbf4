"""`manage.py report CODE`: one report of the catalogue, for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports import exports
from reports.catalogue import REPORTS, NotLoaded, Parameters
from tracker.commands import day, taipei_today, write_json


class Command(BaseCommand):
    help = "Prints one report as JSON: columns, rows, totals, and checks against the printed totals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="see `manage.py reports`")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="2024-12-31; default today")
        parser.add_argument("--known-on", type=day, metavar="DAY", help="as the books stood on that day")
        parser.add_argument("--with-samples", action="store_true", help="count the fictional samples too")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        entry = REPORTS.get(options["code"].upper())
        if entry is None:
            raise CommandError(f"There is no report {options['code']}. There are: {', '.join(REPORTS)}.")
        try:
            report = entry.run(
                Parameters(
                    options["as_of"] or taipei_today(),
                    known_on=options["known_on"],
                    with_samples=options["with_samples"],
                ),
                reader=None,
            )
        except NotLoaded as series:
            raise CommandError(f"The series {series} is not loaded yet.") from series
        write_json(exports.report_data(report), self.stdout)
