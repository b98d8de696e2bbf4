"""How fast a case log of 10,000 rows is imported, and how much memory it takes, on both databases.

    uv run python -m benchmarks.import_cases [--rows 10000] [--runs 3] [--db sqlite|postgresql]

Each run is a process of its own on a fresh database: it reads a CSV file, understands its rows, then plans and writes
them as one batch, with events, items, numbers, bases, search texts and one audit entry for each case. Then the same
file is checked again, which must skip every row. "After parsing" is the planning and the writing. The medians are
printed, in seconds on the clock and of CPU.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from cases.actions.importing import check_log, import_at_once, read_log  # noqa: E402
from cases.models import Case, CaseEvent  # noqa: E402
from tests import makers, pgserver  # noqa: E402
from tests.cases.logs import long_log  # noqa: E402
from tests.cases.makers import in_force  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2025, 3, 20)


def measure(rows: int) -> dict[str, float]:
    """One run in this process, on the database of DATABASE_URL."""
    call_command("migrate", verbosity=0)
    by = makers.justice_supervisor()
    for place, letter in enumerate("ABCDEFGHIJ"):
        in_force(makers.partner(f"X{letter}"), date(2021 + place % 4, 3, 1))
    file = long_log(rows)
    before = memory()
    seconds: dict[str, float] = {}
    log = timed(seconds, "parse", lambda: read_log(file, "sample.csv", today=TODAY))
    parsed = memory()
    checked, batch = timed(seconds, "import", lambda: import_at_once(by=by, file=log, stated={}))
    peak = memory()
    again = timed(seconds, "check again", lambda: check_log(by=by, file=log, stated={}))
    assert batch is not None and checked.counts["add"] == rows, checked.counts
    assert again.counts == {"add": 0, "change": 0, "skip": rows, "refuse": 0}, again.counts
    assert Case.objects.count() == rows
    told = {
        "rows/s after parsing": rows / seconds["import"],
        "rows/s of CPU": rows / seconds["import (CPU)"],
        "rows/s with parsing": rows / (seconds["import"] + seconds["parse"]),
        "events": CaseEvent.objects.count(),
    }
    return seconds | told | {"peak MB": peak, "grown MB": peak - before, "of it parsing": parsed - before}


def timed(seconds: dict[str, float], name: str, do: Callable[[], Any]) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    result = do()
    seconds[name] = time.perf_counter() - start
    seconds[f"{name} (CPU)"] = time.process_time() - busy
    return result


def memory() -> float:
    """The largest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(url: str, rows: int) -> dict[str, float]:
    """One run in a child process."""
    command = [sys.executable, "-m", "benchmarks.import_cases", "--child", "--rows", str(rows)]
    environment = os.environ | {"DATABASE_URL": url}
    output = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(output.stdout.splitlines()[-1])


def on(database: str, rows: int) -> dict[str, float]:
    """One run on a fresh database of this kind."""
    if database == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            return run(f"sqlite:///{folder}/benchmark.sqlite3", rows)
    with pgserver.running() as url:
        name = urlsplit(url).path.removeprefix("/")
        with psycopg.connect(url.replace(f"/{name}", "/postgres", 1), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        return run(url, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--db", choices=["sqlite", "postgresql"])
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.rows)))
        return
    for database in [options.db] if options.db else ["sqlite", "postgresql"]:
        results = [on(database, options.rows) for _run in range(options.runs)]
        medians = {name: statistics.median(result[name] for result in results) for name in results[0]}
        print(f"{database}, {options.rows} rows, median of {options.runs}:")
        for name, value in medians.items():
            print(f"  {name:22}{value:10.2f}")


if __name__ == "__main__":
    main()
