"""`manage.py rescan_documents`: let the virus scanner look at documents, those it has not passed yet or all of them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.actions import scan_version
from tracker.models import DocumentVersion
from tracker.scanning import scanner_is_set


class Command(BaseCommand):
    help = "Scan what the virus scanner has not passed yet (--all: everything again); exit 1 if something is not clean."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="those that it passed before, too")

    def handle(self, *args: Any, **options: Any) -> None:
        if not scanner_is_set():
            raise CommandError("DOCUMENT_SCANNER is not set")
        versions = DocumentVersion.objects.order_by("pk")
        if not options["all"]:
            versions = versions.exclude(is_clean=True)
        told = {True: 0, False: 0, None: 0}
        for version in versions.iterator(chunk_size=200):
            told[scan_version(by=None, version=version)] += 1
        self.stdout.write(f"{told[True]} clean, {told[False]} infected, {told[None]} without an answer")
        if told[False] or told[None]:
            sys.exit(1)
