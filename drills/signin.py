"""A thousand wrong passwords at one account from four processes at a time, then one at each of a thousand accounts (AUT-5).

`uv run python -m drills.signin [--db sqlite|postgresql]` works on empty databases of its own and prints for each a line of
JSON: how many passwords were compared, how many entries were left, and how long it took.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence

from drills.processes import KINDS, Worker, empty_database, together, workers

PROCESSES, TRIES, PEOPLE = 4, 250, 1000


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=KINDS)
    chosen = parser.parse_args().db
    for kind in [chosen] if chosen else KINDS:
        with (
            tempfile.TemporaryDirectory() as folder,
            empty_database(kind) as url,
            workers(PROCESSES, "drills.signinworker", url, folder) as processes,
        ):
            print(json.dumps(run(processes)), flush=True)


if __name__ == "__main__":
    main()
