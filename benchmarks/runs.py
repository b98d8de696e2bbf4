"""Runs of a benchmark, each in a process of its own on a fresh database of each kind, and their medians."""

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
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests import pgserver

ROOT = Path(__file__).resolve().parent.parent


def timed(seconds: dict[str, float], name: str, do: Callable[[], Any]) -> Any:
    """What ``do`` answers; its seconds on the clock and of CPU are kept under ``name``."""
    start, busy = time.perf_counter(), time.process_time()
    result = do()
    seconds[name] = time.perf_counter() - start
    seconds[f"{name} (CPU)"] = time.process_time() - busy
    return result


def memory() -> float:
    """The largest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(module: str, description: str | None, measure: Callable[[int], dict[str, float]]) -> None:
    """Read the command's options, let ``measure`` run for so many rows in child processes, and print the medians."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--db", choices=["sqlite", "postgresql"])
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.rows)))
        return
    for database in [options.db] if options.db else ["sqlite", "postgresql"]:
        results = [_on(database, module, options.rows) for _run in range(options.runs)]
        medians = {name: statistics.median(result[name] for result in results) for name in results[0]}
        print(f"{database}, {options.rows} rows, median of {options.runs}:")
        for name, value in medians.items():
            print(f"  {name:22}{value:10.2f}")


def _on(database: str, module: str, rows: int) -> dict[str, float]:
    """One run on a fresh database of this kind."""
    if database == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            return _run(module, f"sqlite:///{folder}/benchmark.sqlite3", rows)
    with pgserver.running() as url:
        name = urlsplit(url).path.removeprefix("/")
        with psycopg.connect(url.replace(f"/{name}", "/postgres", 1), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        return _run(module, url, rows)


def _run(module: str, url: str, rows: int) -> dict[str, float]:
    """One run in a child process."""
    command = [sys.executable, "-m", module, "--child", "--rows", str(rows)]
    environment = os.environ | {"DATABASE_URL": url}
    output = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(output.stdout.splitlines()[-1])
