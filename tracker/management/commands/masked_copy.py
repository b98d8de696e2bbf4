"""`manage.py masked_copy --output FILE`: a copy of the database for testers, without any text of the original."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker import masking


class Command(BaseCommand):
    help = "Write a masked copy of the database as a new SQLite file; no documents, no history, nobody's password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--output", type=Path, required=True, help="the file, which must not be there yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counted = masking.write(options["output"])
        except masking.MaskingRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{sum(counted.values())} rows of {len(counted)} tables in {options['output']}")
