"""What two ministries do at the same moment: numbers, edits, decisions, double clicks, jobs (CON-1 to CON-5, CON-7, CON-8).

`uv run python -m drills.concurrency [--db sqlite|postgresql] [--count 2000] [--only NAME …]` works with four processes of
four threads on empty databases of its own, and prints a line of JSON for each property: what was tried, what was found, and
the same with the guard taken away (``without``), which must show the fault. It ends with 1 when anything did not hold.
"""

import argparse
import json
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drills.processes import KINDS, Worker, create, empty_database, together, workers

PROCESSES, THREADS = 4, 4
MODULE = "drills.racers"


@dataclass(frozen=True, slots=True)
class Stage:
    """A database that is prepared, and its processes."""

    processes: Sequence[Worker]
    kind: str
    case: str
    session: str

    @property
    def first(self) -> Worker:
        return self.processes[0]


def con_1(stage: Stage, count: int, *, guarded: bool = True) -> dict[str, Any]:
    """Each version of the case is overwritten once, by somebody who had seen it."""
    tries = max(1, count // (len(stage.processes) * THREADS))
    given = {"case": stage.case, "threads": THREADS, "tries": tries, "guarded": guarded}
    before = stage.first.do("amended", case=stage.case)
    found = together(stage.processes, "amend", **given)
    after = stage.first.do("amended", case=stage.case)
    won = sorted(version for one in found for version in one["won"])
    return {
        "tries": tries * len(stage.processes) * THREADS,
        "winners": len(won),
        "stale": sum(one["stale"] for one in found),
        "version": after["version"],
        "entries": after["entries"] - before["entries"],
        "holds": won == list(range(before["version"], after["version"]))
        and after["entries"] - before["entries"] == len(won),
    }


def con_2(stage: Stage, count: int, *, guarded: bool = True) -> dict[str, Any]:
    """Numbers of both years without gap or double, though every tenth registration fails."""
    tries = max(10, count // (len(stage.processes) * THREADS))
    found = Counter[str]()
    for told in together(stage.processes, "register", threads=THREADS, tries=tries, guarded=guarded):
        found.update(told)
    series = stage.first.do("numbered")
    counted = sum(one["count"] for one in series.values())
    return {
        "tries": tries * len(stage.processes) * THREADS,
        **found,
        "series": {prefix: one["count"] for prefix, one in series.items()},
        "holds": not found["failed"]
        and counted == found["registered"] + 1  # that of the stage
        and all(one["gapless"] and one["series"] == one["count"] for one in series.values()),
    }


FORMS = ("view", "note", "case")


def con_4(stage: Stage, count: int, *, guarded: bool = True) -> dict[str, Any]:
    """Of many equal forms at the same moment one is carried out, and all get its answer."""
    presses = max(2, -(-50 // len(stage.processes)))
    told: dict[str, Any] = {"at once": presses * len(stage.processes)}
    holds = True
    for form in FORMS:
        keys = [str(uuid.uuid4()) for _one in range(max(1, count // 200))]
        given = {"case": stage.case, "session": stage.session, "threads": presses, "guarded": guarded}
        found = together(stage.processes, "send", form=form, keys=keys, **given)
        answers = [Counter(tuple(one) for some in key for one in some) for key in zip(*found, strict=True)]
        made = stage.first.do("made", form=form, keys=keys)
        same = [len(one) == 1 and next(iter(one))[0] == 302 for one in answers]
        told[form] = {"forms": len(keys), "made": sum(made), "same answer": sum(same)}
        holds = holds and made == [1] * len(keys) and all(same)
    return told | {"holds": holds}


def con_7(stage: Stage, count: int, *, guarded: bool = True) -> dict[str, Any]:
    """SQLite is never locked for a writer that waits its turn."""
    found = Counter[str]()
    given = {"case": stage.case, "tries": max(1, count // 4), "guarded": guarded}
    for told in together(stage.processes, "read_then_write", **given):
        found.update(told)
    return {**found, "holds": not found["locked"] and found["done"] == given["tries"] * len(stage.processes)}


@dataclass(frozen=True, slots=True)
class Property:
    """What is tried, on which databases, and how much of the count its control takes."""

    do: Callable[..., dict[str, Any]]
    kinds: tuple[str, ...] = KINDS
    control: float = 0.1


PROPERTIES: dict[str, Property] = {
    "CON-1": Property(con_1),
    "CON-2": Property(con_2),
    "CON-4": Property(con_4),
    "CON-7": Property(con_7, ("sqlite",)),
}


def tried(name: str, kind: str, url: str, folder: str, count: int) -> dict[str, Any]:
    """The property and its control, each by processes of their own; the control comes last, on the same database."""
    found = []
    for guarded, much in ((True, count), (False, max(1, round(count * PROPERTIES[name].control)))):
        with workers(PROCESSES, MODULE, url, folder) as processes:
            stage = Stage(processes, kind, **processes[0].do("prepare" if guarded else "prepared"))
            found.append(PROPERTIES[name].do(stage, much, guarded=guarded))
            if guarded:
                found[0]["history intact"] = processes[0].do("history")
    return {"property": name, "database": kind, **found[0], "without": found[1]}


def is_well(told: dict[str, Any]) -> bool:
    """Whether the property held, and its control showed the fault."""
    return told["holds"] and told["history intact"] and not told["without"]["holds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--db", choices=KINDS)
    parser.add_argument("--only", nargs="*", choices=PROPERTIES, default=list(PROPERTIES))
    options = parser.parse_args()
    verdicts = []
    for kind in [options.db] if options.db else KINDS:
        with empty_database(kind) as url:
            for name in options.only:
                if kind not in PROPERTIES[name].kinds:
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    if kind == "sqlite":
                        own = f"sqlite:///{Path(folder) / 'race.sqlite3'}"
                    else:
                        own = create(name.lower().replace("-", "_"), on=url)
                    told = tried(name, kind, own, folder, options.count)
                verdicts.append(is_well(told))
                print(json.dumps(told, ensure_ascii=False), flush=True)
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
