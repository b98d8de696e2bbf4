"""`manage.py rescan_documents`: let the virus scanner look at documents now, those it has not passed yet or all of them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.models import DocumentVersion
from tracker.scanning import scanner_is_set
from tracker.scanning.actions import ask_scanner_itself, carry_out_scan, take_this, take_try_back

GAVE_UP = 2


class Command(BaseCommand):
    help = """Scan at once what the virus scanner has not passed yet (--all: everything again), but for files that a worker is at.
    It ends with 1 if something is not clean, had no answer or was left to a worker, and with 2 when it gave up because the
    scanner does not answer."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="those that it passed before, too")

    def handle(self, *args: Any, **options: Any) -> None:
        if not scanner_is_set():
            raise CommandError("DOCUMENT_SCANNER is not set")
        versions = DocumentVersion.objects.order_by("pk")
        if not options["all"]:
            versions = versions.exclude(is_clean=True)
        self.told: dict[bool | None, int] = {True: 0, False: 0, None: 0}
        self.left = 0
        for version in versions.iterator(chunk_size=200):
            if (held := take_this(version=version)) is None:
                self.left += DocumentVersion.objects.filter(pk=version.pk).exists()
                continue
            verdict = carry_out_scan(held=held)
            self.told[verdict] += 1
            if verdict is None and not ask_scanner_itself(unanswered=held):
                take_try_back(held=held)
                self._give_up()
        self.stdout.write(self._counts())
        if self.told[False] or self.told[None] or self.left:
            sys.exit(1)

    def _counts(self) -> str:
        left = f", {self.left} left to a worker" if self.left else ""
        return (
            f"{self.told[True]} clean, {self.told[False]} infected, {self.told[None]} without an answer{left}"
        )

    def _give_up(self) -> None:
        """:raises CommandError: always, with the exit code that says so."""
        words = (
            "The virus scanner gives no answer, for a harmless text neither, so the other documents were not tried. "
            f"So far: {self._counts()}. See that it runs, then start again."
        )
        raise CommandError(words, returncode=GAVE_UP)
