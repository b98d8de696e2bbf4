"""`manage.py work`: carries out long exports until it is told to stop."""

import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from reports.worker import tidy, work_once

PAUSE = 2.0
"""Seconds between two looks at an empty queue."""
TIDIED_AFTER = 3600.0


class Command(BaseCommand):
    help = "Carries out long exports. Several may run at once; a job is never carried out by two of them."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="at most one job, then stop")
        how.add_argument("--drain", action="store_true", help="until nothing waits, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] or options["drain"]:
            self._drain(most=1 if options["once"] else None)
            return
        self.stops = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        tidied_at = 0.0
        while not self.stops:
            close_old_connections()
            if time.monotonic() - tidied_at > TIDIED_AFTER or not tidied_at:
                tidy()
                tidied_at = time.monotonic()
            if work_once() is None:
                time.sleep(PAUSE)

    def _drain(self, *, most: int | None) -> None:
        tidy()
        count = 0
        while (most is None or count < most) and (job := work_once()):
            count += 1
            job.refresh_from_db()
            self.stdout.write(f"{job.pk} {job.state}")
        self.stdout.write(f"{count} done")

    def _stop(self, *_signal: Any) -> None:
        """Finish the job at hand, then stop."""
        self.stops = True
