"""What drills share: empty databases, processes that do the same at the same moment, threads in them, and tests run by a drill.

A process is started with `python -m MODULE worker`. It reads a line of JSON for each deed, its name and what it is given,
and answers with one.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import psycopg
from django.db import connections

from tests import pgserver

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("sqlite", "postgresql")


@contextlib.contextmanager
def empty_database(kind: str, *, within: str | None = None) -> Iterator[str]:
    """The address of an empty database; it and, for PostgreSQL, its server are gone afterwards.

    ``within`` is the folder in which they lie, if it matters.
    """
    with tempfile.TemporaryDirectory(prefix="tracker-drill-", dir=within) as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/drill.sqlite3"
            return
        before = tempfile.tempdir
        tempfile.tempdir = within or before
        try:
            with pgserver.running() as url:
                tempfile.tempdir = before
                create("tracker", on=url)
                yield url
        finally:
            tempfile.tempdir = before


def create(name: str, *, on: str) -> str:
    """Make one more database on the server of this address; answers its own address."""
    with psycopg.connect(on.replace("/tracker?", "/postgres?", 1), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return on.replace("/tracker?", f"/{name}?", 1)


class Worker:
    """A process that carries out one deed after another. It is killed at the end of the context if it still lives."""

    def __init__(self, module: str, url: str, folder: str | Path, **environment: str) -> None:
        given = {"DATABASE_URL": url, "DOCUMENTS_DIR": f"{folder}/documents", "ROOM": str(folder)}
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module, "worker"],
            env={**os.environ, **given, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.kill()

    def begin(self, deed: str, **given: Any) -> None:
        """Let it begin; what it answers is read by :meth:`told`."""
        assert self.process.stdin is not None  # noqa: S101 - narrows the type
        self.process.stdin.write(json.dumps([deed, given]) + "\n")
        self.process.stdin.flush()

    def told(self) -> Any:
        """The answer to the deed that was begun.

        :raises EOFError: when the process ended without one.
        """
        assert self.process.stdout is not None  # noqa: S101 - narrows the type
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("the process ended without an answer")
        return json.loads(line)

    def do(self, deed: str, **given: Any) -> Any:
        self.begin(deed, **given)
        return self.told()

    def kill(self) -> None:
        """SIGKILL, as when the power of this one process fails."""
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def workers(
    count: int, module: str, url: str, folder: str | Path, **environment: str
) -> Iterator[list[Worker]]:
    """So many processes on one database, all of them ready."""
    with contextlib.ExitStack() as stack:
        all_of_them = [
            stack.enter_context(Worker(module, url, folder, **environment)) for _one in range(count)
        ]
        together(all_of_them, "ready")
        yield all_of_them


def together(processes: Sequence[Worker], deed: str, **given: Any) -> list[Any]:
    """The answers of processes that do the same at the same time; each is told its ``place`` among them."""
    for place, process in enumerate(processes):
        process.begin(deed, place=place, **given)
    return [process.told() for process in processes]


def serve(deeds: Mapping[str, Callable[..., Any]]) -> None:
    """Carry out one deed for each line of the input, until it ends."""
    ready = {"ready": lambda place: place}
    for line in sys.stdin:
        name, given = json.loads(line)
        print(json.dumps((ready | dict(deeds))[name](**given)), flush=True)


def run_tests(*arguments: str, **environment: str) -> int:
    """Run pytest with these arguments in a process of its own, with more in its environment; the code with which it ended."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode  # noqa: S603 - our own command


def in_threads[T](count: int, do: Callable[[int], T]) -> list[T]:
    """What so many threads answer that begin at the same moment, each with connections of its own."""
    start = threading.Barrier(count)

    def one(place: int) -> T:
        start.wait(timeout=60)
        try:
            return do(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
