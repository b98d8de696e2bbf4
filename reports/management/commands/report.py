"""`manage.py report CODE`: one report of the catalogue as JSON, CSV, XLSX, ODS or PDF, for scripts."""

import io
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from agreements.models import Partner, Subject
from cases.lifecycle import Direction, Kind
from reports import exports
from reports.alongside import behind
from reports.catalogue import REPORTS, Entry, NotLoaded, Parameters, Report
from reports.models import WeightsVersion
from reports.serving import FORMS, as_bytes
from tracker.commands import day, taipei_today, write_json
from tracker.paper import NotPrinted
from tracker.sheets import SheetError

AS_TEXT = ("json", "csv")
OPTIONS = ("known_on", "since", "partner", "subject", "direction", "kind", "weights")
"""The parameters that only some reports take; the day and the samples all of them."""


class Command(BaseCommand):
    help = "Prints one report: columns, rows, totals, and checks against the printed totals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="see `manage.py reports`")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="2024-12-31; default today")
        parser.add_argument("--known-on", type=day, metavar="DAY", help="as the books stood on that day")
        parser.add_argument("--since", type=day, metavar="DAY", help="first day of the period")
        parser.add_argument("--partner", metavar="CODE", help="a partner's code, such as TH")
        parser.add_argument("--subject", choices=Subject.values)
        parser.add_argument("--direction", choices=Direction.values)
        parser.add_argument("--kind", choices=Kind.values)
        parser.add_argument(
            "--weights", type=int, metavar="N", help="a version of the weights; default the newest"
        )
        parser.add_argument("--with-samples", action="store_true", help="count the fictional samples too")
        parser.add_argument("--format", choices=FORMS, default="json")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="default: standard output, for json and csv"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        entry = REPORTS.get(options["code"].upper())
        if entry is None:
            raise CommandError(f"There is no report {options['code']}. There are: {', '.join(REPORTS)}.")
        if options["format"] not in AS_TEXT and not options["output"]:
            raise CommandError(f"Give --output FILE: {options['format']} is not written to the screen.")
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            made = _made(entry, _parameters(entry, options))
            data = _data(made, options["format"])
        if options["output"]:
            options["output"].write_bytes(data)
        else:
            self.stdout.write(data.decode(), ending="")


def _parameters(entry: Entry, options: dict[str, Any]) -> Parameters:
    """:raises CommandError: for a parameter that the report does not take, or one that names nothing."""
    given = {name: options[name] for name in OPTIONS if options[name] is not None}
    for name in given.keys() - entry.takes:
        raise CommandError(f"{entry.code} does not take --{name.replace('_', '-')}.")
    if "partner" in given and not Partner.objects.filter(code=given["partner"]).exists():
        raise CommandError(f"There is no partner {given['partner']}.")
    if "weights" in given and not WeightsVersion.objects.in_use().filter(number=given["weights"]).exists():
        raise CommandError(f"There is no version {given['weights']} of the weights in use.")
    as_of: date = options["as_of"] or taipei_today()
    return Parameters(as_of, with_samples=options["with_samples"], **given)


def _made(entry: Entry, parameters: Parameters) -> Report:
    try:
        return entry.run(parameters, reader=None)
    except NotLoaded as series:
        raise CommandError(f"The series {series} is not loaded yet.") from series


def _data(made: Report, form: str) -> bytes:
    """The bytes of the file."""
    if form == "json":
        text = io.StringIO()
        write_json(exports.report_data(made), text)
        return text.getvalue().encode()
    tables = behind(made.code, made.parameters, reader=None)
    try:
        return as_bytes(made, form, made_at=timezone.now(), tables=tables)
    except (NotPrinted, SheetError) as failed:
        raise CommandError(str(failed)) from failed
