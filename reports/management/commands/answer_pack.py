"""`manage.py answer_pack 113-01 --as-of 2024-12-31 --output DIR`: the answer to a recommendation as files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.actions.answers import make_pack
from reports.models import Recommendation
from tracker.commands import day, taipei_today
from tracker.paper import NotPrinted


class Command(BaseCommand):
    help = "Writes the answer pack of a recommendation: papers in both languages, the rows of its figures, digests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recommendation", metavar="CODE", help="such as 113-01")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="default: today")
        parser.add_argument(
            "--since", type=day, metavar="DAY", help="changes from this day; default: last answer"
        )
        parser.add_argument(
            "--output", type=Path, metavar="DIR", required=True, help="made when it is not there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = Recommendation.objects.filter(code=options["recommendation"]).first()
        if found is None:
            codes = ", ".join(Recommendation.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no recommendation {options['recommendation']}. There are: {codes}.")
        try:
            files = make_pack(
                by=None,
                recommendation=found,
                as_of=options["as_of"] or taipei_today(),
                since=options["since"],
                made_at=timezone.now(),
            )
        except NotPrinted as failed:
            raise CommandError(str(failed)) from failed
        folder: Path = options["output"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
            self.stdout.write(f"{folder / name} ({len(data):,} bytes)")
