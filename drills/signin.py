"""A thousand wrong passwords at one account from four processes at a time, then one at each of a thousand accounts (AUT-5);
then what a clock tells of accounts that exist, with the real hashes (AUT-6).

`uv run python -m drills.signin [--db sqlite|postgresql] [--times 200]` works on empty databases of its own and prints for each
a line of JSON: how many passwords were compared, how many entries were left, and how long it took; then for each kind of
account the median of so many refusals in milliseconds, by the clock and of the processor, and how likely as much of a
difference from its twin is by chance (Mann-Whitney; below 0.01 it is one).
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from statistics import NormalDist, median

from drills.processes import KINDS, Worker, empty_database, together, workers

PROCESSES, TRIES, PEOPLE = 4, 250, 2000
TWINS = {
    "wrong": "unknown",
    "switched off": "unknown",
    "last day passed": "unknown",
    "without a password": "unknown",
    "locked": "locked unknown",
}
"""Each kind of account that exists, and the name that nobody has which is answered alike."""


def run(processes: Sequence[Worker]) -> dict[str, object]:
    """The whole drill by these processes, whose database is empty."""
    processes[0].do("prepare")
    started = time.monotonic()
    one = together(processes, "one")
    between = time.monotonic()
    each = together(processes, "each")
    ended = time.monotonic()
    return {
        "tries at one account": PROCESSES * TRIES,
        "compared": sum(one),
        "seconds": round(between - started, 1),
        "tries at many": PROCESSES * TRIES,
        "compared there": sum(each),
        "seconds there": round(ended - between, 1),
    } | processes[0].do("count")


def medians(told: dict[str, list[tuple[float, float]]]) -> dict[str, dict[str, float]]:
    """For each kind, from the seconds of each try by the clock and of the processor."""
    found: dict[str, dict[str, float]] = {}
    for kind, tries in told.items():
        clock, work = ([one[place] for one in tries] for place in (0, 1))
        found[kind] = {"ms": round(median(clock) * 1000, 1), "cpu ms": round(median(work) * 1000, 1)}
        if kind in TWINS:
            twin = [one[0] for one in told[TWINS[kind]]]
            found[kind] |= {
                "against its twin": round(median(clock) / median(twin) - 1, 4),
                "p": round(by_chance(clock, twin), 4),
            }
    return found


def by_chance(one: Sequence[float], other: Sequence[float]) -> float:
    """The p of Mann and Whitney for two samples without ties, of some twenty or more each, by the normal approximation."""
    above = sum((a > b) + (a == b) / 2 for a in one for b in other)
    pairs = len(one) * len(other)
    spread = (pairs * (len(one) + len(other) + 1) / 12) ** 0.5
    return 2 * (1 - NormalDist().cdf(abs(above - pairs / 2) / spread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=KINDS)
    parser.add_argument(
        "--times", type=int, default=200, metavar="N", help="refusals of each kind that are timed"
    )
    given = parser.parse_args()
    chosen = given.db
    for kind in [chosen] if chosen else KINDS:
        with (
            tempfile.TemporaryDirectory() as folder,
            empty_database(kind) as url,
            workers(PROCESSES, "drills.signinworker", url, folder) as processes,
        ):
            print(json.dumps(run(processes)), flush=True)
            print(json.dumps(medians(processes[0].do("times", count=given.times))), flush=True)


if __name__ == "__main__":
    main()
