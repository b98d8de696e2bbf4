"""`manage.py cases --as-of DAY`: where every case stood, for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.exports import case_report
from cases.lifecycle import Direction, State
from cases.models import Case, CaseQuerySet
from tracker.commands import day, taipei_today, write_json


class Command(BaseCommand):
    help = "Say where every registered case stood on a day, with counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DAY", help="default: today")
        parser.add_argument("--partner", metavar="ISO2", help="only cases with this partner")
        parser.add_argument("--direction", choices=Direction.values)
        parser.add_argument("--state", choices=State.values, help="only cases that were in this state")
        parser.add_argument("--with-samples", action="store_true", help="count the fictional samples too")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or taipei_today()
        report = case_report(_chosen(options), as_of, state=options["state"] or "")
        samples = Case.objects.registered().filter(partner__is_sample=True)
        if not options["with_samples"] and samples.exists():
            self.stderr.write("Fictional samples are left out; --with-samples counts them.")
        if options["format"] == "json":
            write_json(report, self.stdout)
            return
        self.stdout.write(f"{report['as_of']}: {report['cases']}")
        for state, count in report["by_state"].items():
            if count:
                self.stdout.write(f"  {state}{count:>6}  {State(state).label}")


def _chosen(options: dict[str, Any]) -> CaseQuerySet:
    cases = Case.objects.registered()
    if not options["with_samples"]:
        cases = cases.real()
    if options["direction"]:
        cases = cases.filter(direction=options["direction"])
    if options["partner"]:
        cases = cases.filter(partner__code=options["partner"].upper())
    return cases
