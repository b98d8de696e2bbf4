"""Processes that are killed while they write: imports (CRA-1), uploads (FIL-7), mails and exports (CON-8), disposals (RET-3).

`uv run python -m drills.crash [--db sqlite|postgresql] [--count 200] [--rows 1000] [--only NAME …]` works on empty databases of
its own and prints a line of JSON for each: how often it was tried and what was found. It ends with 1 when anything was left
half done, or was acknowledged and is not there.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from drills.processes import KINDS, Worker, empty_database

MODULE = "drills.crasher"


def cra_1(worker: Worker, count: int, rows: int) -> dict[str, Any]:
    """An import is there as a whole or not at all, whenever its process is killed; what was acknowledged is there."""
    longest = worker.do("import_once", name="whole", rows=rows, within=600.0, guarded=True)["seconds"]
    found = Counter[str]()
    for number in range(count):
        within = random.uniform(0.02, 1.5) * longest  # noqa: S311
        told = worker.do("import_once", name=f"示例-{number}", rows=rows, within=within, guarded=True)
        found.update({name: told[name] for name in ("killed", "acknowledged", "partial", "lost")})
        found["committed"] += told["there"] == rows
    left = worker.do("stands")
    bare = worker.do("import_once", name="bare", rows=rows, within=600.0, guarded=False)
    return {
        "imports": count, "rows": rows, "seconds of one": round(longest, 2), **found, **left,
        "holds": not found["partial"] and not found["lost"] and left["whole"] and left["history intact"],
        "without": {"transactions": 10, "partial": bare["partial"], "holds": not bare["partial"]},
    }  # fmt: skip


def fil_7(worker: Worker, count: int, rows: int) -> dict[str, Any]:
    """Whenever an upload is killed, no row is without its file; a file without its row is named, and goes after a day."""
    found = Counter[str]()
    for number in range(count):
        found.update(worker.do("upload_once", place=number % 3))
    files = worker.do("files")
    control = worker.do("upload_once", place=2, guarded=False)
    bare = worker.do("files")
    return {
        "uploads": count, **found, **files,
        "holds": not files["missing"] and not files["left after a day"] and not files["removed too soon"] and not found["lost"],
        "without": {"order": "row first", **control, "missing": bare["missing"], "holds": not bare["missing"]},
    }  # fmt: skip


def con_8(worker: Worker, count: int, rows: int) -> dict[str, Any]:
    """What timers begin is done once by four commands, though one of them is killed: every mail leaves, every export ends.

    The killed one leaves one digest at most to be sent again (``again`` counts those that the server had taken already).
    """
    digests, jobs = Counter[str](), Counter[str]()
    rounds = max(1, count // 20)
    for number in range(rounds):
        day = (date(2026, 3, 2) + timedelta(days=number)).isoformat()
        kill_after = random.uniform(0.05, 0.4)  # noqa: S311
        digests.update(worker.do("send_digests", people=20, day=day, kill_at=1 + number * 3 % 15))
        jobs.update(worker.do("carry_out_jobs", people=2, kill_after=kill_after))
    bare = Counter[str]()
    for number in range(3):
        day = (date(2027, 3, 2) + timedelta(days=number)).isoformat()
        given = {"people": 20, "day": day, "kill_at": 5, "guarded": False}
        bare.update(worker.do("send_digests", **given))
    return {
        "rounds": rounds,
        "digests": digests,
        "exports": jobs,
        "holds": not digests["missing"]
        and not digests["twice"]
        and digests["again"] <= digests["left by the killed one"] <= rounds
        and jobs["jobs"] == jobs["done"] == jobs["files"] == jobs["told"],
        "without": {"marked": "before it leaves", **bare, "holds": not bare["missing"]},
    }


def ret_3(worker: Worker, count: int, rows: int) -> dict[str, Any]:
    """Whenever the carrying out of a disposal list is killed, all of its cases stand whole or all are gone with a certificate."""
    longest = worker.do("dispose_once", within=600.0)["seconds"]
    found = Counter[str]()
    for _one in range(count):
        told = worker.do("dispose_once", within=random.uniform(0.02, 1.1) * longest)  # noqa: S311
        found.update({name: told[name] for name in ("killed", "destroyed", "partial", "lost", "files")})
    left = worker.do("stands")
    bare = worker.do("dispose_once", within=600.0, guarded=False)
    return {
        "lists": count, "seconds of one": round(longest, 2), **found, **left,
        "holds": not found["partial"] and not found["lost"] and not found["files"] and left["history intact"],
        "without": {"transactions": 2, "partial": bare["partial"], "holds": not bare["partial"]},
    }  # fmt: skip


PROPERTIES: dict[str, Callable[[Worker, int, int], dict[str, Any]]] = {
    "CRA-1": cra_1,
    "FIL-7": fil_7,
    "CON-8": con_8,
    "RET-3": ret_3,
}


def run(kinds: Iterable[str], names: Iterable[str], count: int, rows: int) -> list[bool]:
    """Print what each property came to on each kind of database; which of them held, with a control that did not."""
    verdicts = []
    for kind in kinds:
        with (
            tempfile.TemporaryDirectory() as folder,
            empty_database(kind) as url,
            Worker(MODULE, url, folder) as worker,
        ):
            worker.do("prepare")
            for name in names:
                started = time.monotonic()
                told = PROPERTIES[name](worker, count, rows)
                told["clock"] = round(time.monotonic() - started)
                print(json.dumps({"property": name, "database": kind, **told}), flush=True)
                verdicts.append(told["holds"] and not told["without"]["holds"])
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--db", choices=KINDS)
    parser.add_argument("--only", nargs="*", choices=PROPERTIES, default=list(PROPERTIES))
    given = parser.parse_args()
    verdicts = run([given.db] if given.db else KINDS, given.only, given.count, given.rows)
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
