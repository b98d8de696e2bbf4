"""A thousand wrong passwords at one account from four processes at a time, then one at each of a thousand accounts (AUT-5).

`uv run python -m drills.signin` works on a database of its own (SQLite in a temporary folder, or DRILL_DATABASE_URL, which
must be empty) and prints a line of JSON: how many passwords were compared, how many entries were left, and how long it took.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROCESSES, TRIES, PEOPLE = 4, 250, 1000
ROOT = Path(__file__).resolve().parent.parent


def run(url: str) -> dict[str, object]:
    """The whole drill on the empty database at this address."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "drills.signin", "worker"]
    environment = {**os.environ, "DATABASE_URL": url}
    workers = [
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)  # noqa: S603
        for _n in range(PROCESSES)
    ]
    together(workers, "ready")
    together(workers[:1], "prepare")
    started = time.monotonic()
    one = together(workers, "one")
    between = time.monotonic()
    each = together(workers, "each")
    ended = time.monotonic()
    found = together(workers[:1], "count")[0]
    for worker in workers:
        worker.communicate(timeout=60)
    return {
        "tries at one account": PROCESSES * TRIES,
        "compared": sum(one),
        "seconds": round(between - started, 1),
        "tries at many": PROCESSES * TRIES,
        "compared there": sum(each),
        "seconds there": round(ended - between, 1),
    } | found


def together(workers: list["subprocess.Popen[str]"], deed: str) -> list:
    """The answers of workers that do the same at the same time."""
    for worker in workers:
        assert worker.stdin is not None  # noqa: S101 - narrows the type
        worker.stdin.write(f"{deed}\n")
        worker.stdin.flush()
    return [json.loads(worker.stdout.readline()) for worker in workers if worker.stdout is not None]


if __name__ == "__main__" and sys.argv[1:] == ["worker"]:
    from drills import signinworker

    signinworker.serve()
elif __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="tracker-drill-") as folder:
        print(json.dumps(run(os.environ.get("DRILL_DATABASE_URL") or f"sqlite:///{folder}/drill.sqlite3")))
