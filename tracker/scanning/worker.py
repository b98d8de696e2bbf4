"""Scanning files one after the other, as `manage.py work` does beside the exports.

A worker may be killed at any moment: the file that it was at comes again once its lease is over. A file without an answer is
put behind the others, which go on. Only while the scanner has no answer for a harmless text either is it left alone, for
pauses that grow, and no file is charged with it but one that a worker was at twice in a row when that began: it may be what
breaks the scanner.
"""

import time
from datetime import timedelta

from tracker.scanning import doubled, scanner_is_set
from tracker.scanning.actions import (
    ask_scanner_itself,
    carry_out_scan,
    did_not_answer,
    take_scan,
    take_try_back,
    unscanned,
)

FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)


class Scans:
    """One worker's turns at the scanner, how long it leaves it alone while it does not answer at all, and at which file that began."""

    def __init__(self) -> None:
        self.in_vain = 0
        self.rests_until = 0.0
        self.suspect = 0

    def scan_once(self) -> bool:
        """Have one file scanned that waits; False when none does, or while the scanner is left alone."""
        if not scanner_is_set() or time.monotonic() < self.rests_until:
            return False
        if did_not_answer() and not self._heed(ask_scanner_itself()):
            return False
        held = take_scan() if unscanned().exists() else None
        if held is None:
            return False
        if carry_out_scan(held=held) is None and not self._heed(ask_scanner_itself(unanswered=held)):
            if held.version.pk != self.suspect:
                take_try_back(held=held)
            self.suspect = held.version.pk
        return True

    def _heed(self, answered: bool) -> bool:
        """The same again; without an answer the scanner is left alone from now."""
        self.in_vain = 0 if answered else self.in_vain + 1
        if not answered:
            rest = doubled(FIRST_REST, self.in_vain, most=LONGEST_REST)
            self.rests_until = time.monotonic() + rest.total_seconds()
        return answered
