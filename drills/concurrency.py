"""What two ministries do at the same moment: numbers, edits, decisions, double clicks, jobs (CON-1 to CON-5, CON-7, CON-8).

`uv run python -m drills.concurrency [--db sqlite|postgresql] [--count 2000] [--only NAME …]` works with four processes of
four threads on empty databases of its own, and prints a line of JSON for each property: what was tried and what was found;
then the same with each guard taken away, which must show the fault. It ends with 1 when anything did not hold.
"""

import argparse
import json
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from drills.processes import KINDS, Worker, empty_database, together, workers

PROCESSES, THREADS = 4, 4
MODULE = "drills.racers"
PAIRS = (
    "accept or refuse a request",
    "countersign or return a letter",
    "countersign or withdraw a letter",
    "approve or refuse more time",
    "lower a mark or not",
    "give an export up or end it",
)
WITHOUT_LOCK = "countersign or return a letter"
"""The pair of the control, decided by what was read before; drills.deciding tells all of them."""


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
    before = counted(stage)
    for told in together(stage.processes, "register", threads=THREADS, tries=tries, guarded=guarded):
        found.update(told)
    series = stage.first.do("numbered")
    return {
        "tries": tries * len(stage.processes) * THREADS,
        **found,
        "series": {prefix: one["count"] for prefix, one in series.items()},
        "holds": not found["failed"]
        and counted(stage) - before == found["registered"]
        and all(one["gapless"] and one["series"] == one["count"] for one in series.values()),
    }


def counted(stage: Stage) -> int:
    """The numbers that were given so far."""
    return sum(one["count"] for one in stage.first.do("numbered").values())


def con_3(stage: Stage, count: int, *, guarded: bool = True) -> dict[str, Any]:
    """Of two decisions about one thing one is taken, and the history tells it once."""
    things = max(2, count // 10)
    told: dict[str, Any] = {"clients": len(stage.processes) * THREADS}
    holds = True
    for pair in PAIRS if guarded else [WITHOUT_LOCK]:
        keys = stage.first.do("prepare_pair", pair=pair, count=things)
        since = stage.first.do("newest")
        found = together(stage.processes, "decide", pair=pair, keys=keys, threads=THREADS, guarded=guarded)
        won = Counter(key for one in found for key in one["won"])
        entries = stage.first.do("told", pair=pair, since=since)
        told[pair] = {
            "things": things,
            "decided once": sum(won[key] == 1 for key in keys),
            "entries": entries,
        }
        broken = sum(one["broken"] for one in found)
        holds = holds and not broken and won == Counter(list(keys)) and entries == things
    return told | {"holds": holds}


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


def con_5(stage: Stage, count: int, *, guarded: bool = True) -> dict[str, Any]:
    """Deeds on the same cases in any order: none ends in a deadlock that its person sees.

    The control locks two cases in the order in which they come, and tries nothing again.
    """
    stage.first.do("prepare_mingling")
    given = {"seconds": count / 50, "threads": THREADS, "guarded": guarded, "control": not guarded}
    found = together(stage.processes, "mingle", **given)
    took = sorted(one for told in found for one in told.pop("took"))
    sums = Counter[str](deadlocks=0, broken=0)
    for told in found:
        sums.update(told)
    slowest = {"p50": took[len(took) // 2], "p99": took[len(took) * 99 // 100], "longest": took[-1]}
    return {**sums, "seconds": slowest, "holds": not sums["deadlocks"] and not sums["broken"]}


@dataclass(frozen=True, slots=True)
class Property:
    """What is tried, on which databases, and how much of the count its control takes."""

    do: Callable[..., dict[str, Any]]
    kinds: tuple[str, ...] = KINDS
    control: float = 0.1
    controlled_on: tuple[str, ...] = KINDS


PROPERTIES: dict[str, Property] = {
    "CON-1": Property(con_1),
    "CON-2": Property(con_2),
    "CON-3": Property(con_3),
    "CON-4": Property(con_4),
    "CON-5": Property(con_5, controlled_on=("postgresql",)),
    "CON-7": Property(con_7, ("sqlite",)),
}
"""In this order. SQLite has one writer at a time and no deadlock, so there is no control for that."""


def tried(name: str, stage: Stage, count: int) -> dict[str, Any]:
    """The property, with its guard."""
    started = time.monotonic()
    found = PROPERTIES[name].do(stage, count)
    intact = stage.first.do("history")
    took = round(time.monotonic() - started)
    return {"property": name, "database": stage.kind, **found, "history intact": intact, "clock": took}


def without(name: str, stage: Stage, count: int) -> dict[str, Any]:
    """The same with its guard taken away."""
    kept = PROPERTIES[name]
    return kept.do(stage, max(1, round(count * kept.control)), guarded=False)


def on(stage: Stage, names: Sequence[str], count: int) -> list[bool]:
    """Print what was found of each property, then of each control; whether each held, or for a control did not."""
    verdicts = []
    for name in names:
        told = tried(name, stage, count)
        print(json.dumps(told, ensure_ascii=False), flush=True)
        verdicts.append(told["holds"] and told["history intact"])
    for name in sorted(names, key="CON-2".__eq__):  # which leaves numbers that no series knows
        if stage.kind in PROPERTIES[name].controlled_on:
            told = {
                "property": name,
                "database": stage.kind,
                "without its guard": without(name, stage, count),
            }
            print(json.dumps(told, ensure_ascii=False), flush=True)
            verdicts.append(not told["without its guard"]["holds"])
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--db", choices=KINDS)
    parser.add_argument("--only", nargs="*", choices=PROPERTIES, default=list(PROPERTIES))
    options = parser.parse_args()
    verdicts = []
    for kind in [options.db] if options.db else KINDS:
        with (
            tempfile.TemporaryDirectory() as folder,
            empty_database(kind) as url,
            workers(PROCESSES, MODULE, url, folder) as processes,
        ):
            stage = Stage(processes, kind, **processes[0].do("prepare"))
            names = [name for name in options.only if kind in PROPERTIES[name].kinds]
            verdicts += on(stage, names, options.count)
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
