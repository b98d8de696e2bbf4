"""Scanning files one after the other, as `manage.py work` does beside the exports.

A worker may be killed at any moment: the file that it was at comes again once its lease is over. While the scanner gives no
answer, this worker leaves it alone for pauses that grow, so that exports go on.
"""

import time

from tracker.scanning import scanner_is_set
from tracker.scanning.actions import carry_out_scan, take_scan, unscanned

FIRST_REST, LONGEST_REST = 5.0, 300.0
"""Seconds."""


class Scans:
    """One worker's turns at the scanner, and how long it leaves it alone after answers that did not come."""

    def __init__(self) -> None:
        self.unanswered = 0
        self.rests_until = 0.0

    def scan_once(self) -> bool:
        """Have one file scanned that waits; False when none does, or while the scanner is left alone."""
        if not scanner_is_set() or time.monotonic() < self.rests_until or not unscanned().exists():
            return False
        held = take_scan()
        if held is None:
            return False
        if carry_out_scan(held=held) is None:
            self.unanswered += 1
            self.rests_until = time.monotonic() + rest_after(self.unanswered)
        else:
            self.unanswered = 0
        return True


def rest_after(unanswered: int) -> float:
    """Seconds for which the scanner is left alone after so many files in a row without an answer."""
    return min(FIRST_REST * 2 ** min(unanswered - 1, 10), LONGEST_REST)
