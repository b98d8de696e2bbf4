"""`manage.py work`: carries out long exports, and has files scanned for viruses, until it is told to stop."""

import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from reports.worker import tidy, work_once
from tracker.scanning.worker import Scans

PAUSE = 2.0
"""Seconds between two looks at an empty queue."""
TIDIED_AFTER = 3600.0


class Command(BaseCommand):
    help = """Carries out long exports and has new files scanned, where a scanner is set. Several may run at once;
    a job is never carried out, and a file never scanned, by two of them at once."""

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="at most one job or scan, then stop")
        how.add_argument(
            "--drain",
            action="store_true",
            help="until there is nothing to do now (files that rest come later), then stop",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] or options["drain"]:
            self._drain(most=1 if options["once"] else None)
            return
        self.stops = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        tidied_at, scans = 0.0, Scans()
        while not self.stops:
            close_old_connections()
            if time.monotonic() - tidied_at > TIDIED_AFTER or not tidied_at:
                tidy()
                tidied_at = time.monotonic()
            did = work_once() is not None
            if not (scans.scan_once() or did):
                time.sleep(PAUSE)

    def _drain(self, *, most: int | None) -> None:
        tidy()
        count, scans = 0, Scans()
        while most is None or count < most:
            if job := work_once():
                job.refresh_from_db()
                self.stdout.write(f"{job.pk} {job.state}")
            elif not scans.scan_once():
                break
            count += 1
        self.stdout.write(f"{count} done")

    def _stop(self, *_signal: Any) -> None:
        """Finish the job at hand, then stop."""
        self.stops = True
