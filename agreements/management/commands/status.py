"""`manage.py status --as-of DAY`: where every agreement stood."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agreements.figures import counted, figures_of
from agreements.models import Agreement
from tracker.commands import day, iso, taipei_today, write_json


class Command(BaseCommand):
    help = "Say where every agreement stood on a day, as known today or on an earlier day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DAY", help="default: today")
        parser.add_argument(
            "--known-on", type=day, metavar="DAY", help="as this register knew it on that day"
        )
        parser.add_argument("--with-samples", action="store_true", help="count the fictional samples too")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or taipei_today()
        known_on = options["known_on"]
        rows = counted(None, with_samples=options["with_samples"])
        figures = figures_of(rows, as_of, known_on)
        report = {
            "as_of": iso(as_of),
            "known_on": iso(known_on),
            "agreements": figures.agreements,
            "partners": figures.partners,
            "by_phase": figures.by_phase,
            "signed": {"agreements": figures.signed_agreements, "partners": figures.signed_partners},
            "stated": [
                {
                    "measure": compared.stated.measure,
                    "agreements": compared.stated.agreements,
                    "partners": compared.stated.partners,
                    "difference": {
                        "agreements": compared.agreements_difference,
                        "partners": compared.partners_difference,
                    },
                    "as_of": iso(compared.stated.as_of),
                    "source": compared.stated.source,
                }
                for compared in figures.stated
            ],
            "items": [item(row) for row in rows.as_of(as_of, known_on).with_rows().order_by("number")],
        }
        if known_on and not report["items"]:
            self.stderr.write(f"The register held nothing yet on {known_on}: nothing had been recorded here.")
        if options["format"] == "json":
            write_json(report, self.stdout)
        else:
            self._as_text(report)

    def _as_text(self, report: dict[str, Any]) -> None:
        self.stdout.write(f"{report['as_of']}: {report['agreements']} / {report['partners']}")
        for phase, count in report["by_phase"].items():
            self.stdout.write(f"  {phase:24}{count:>5}")
        for row in report["items"]:
            mark = "?" if row["possibly"] else " "
            self.stdout.write(
                f"{row['number']} {row['partner']} {row['stage'] or '--'} {mark} {row['title_zh']}"
            )


def item(row: Agreement) -> dict[str, Any]:
    """One agreement as the scripts read it; dates with their precision, unknown is null."""
    then: Any = row
    return {
        "number": row.number,
        "partner": row.partner.code,
        "title_zh": row.title if row.is_secret else row.title_zh,
        "subjects": row.subject_codes,
        "nature": row.nature or None,
        "track": row.track,
        "stage": then.stage_then or None,
        "phase": then.phase_then,
        "possibly": then.possibly,
        "signed_on": then.signed_then.iso or None,
        "in_force_on": then.in_force_then.iso or None,
    }
