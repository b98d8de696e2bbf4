"""Servers for a benchmark: PostgreSQL as one would run it, and gunicorn with two workers; and what they weigh."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

from tests import pgserver

ROOT = Path(__file__).resolve().parent.parent
AS_ONE_WOULD_RUN_IT = (
    "-c shared_buffers=1GB -c effective_cache_size=8GB -c max_wal_size=8GB -c maintenance_work_mem=512MB "
    "-c random_page_cost=1.1 -c work_mem=32MB -c jit=off -c checkpoint_timeout=30min"
)
"""Writes are safe (fsync and synchronous commit are on by default); memory as on a machine of 16 GB."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn."""

    port: int
    process: int
    database: str

    @property
    def memory(self) -> float:
        """What the workers hold, shared pages divided among those that share them (PSS), in MB."""
        return sum(child.memory_full_info().pss for child in self.workers) / 1024**2

    @property
    def busy(self) -> dict[int, float]:
        """Seconds of CPU so far, by process: of the workers, and of those of the database that serve this database.

        On a machine that has other things to do, it says more than the clock.
        """
        name = urlsplit(self.database).path.removeprefix("/")
        backends = [
            process
            for process in psutil.process_iter(["cmdline"])
            if f" {name} " in " ".join(process.info["cmdline"] or [])
            and "postgres:" in process.info["cmdline"][0]
        ]
        spent = {}
        for process in (*self.workers, *backends):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent[process.pid] = times.user + times.system
        return spent

    @property
    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process).children()


@contextlib.contextmanager
def database(url: str) -> Iterator[str]:
    """The address given, or that of a new server with an empty database, gone afterwards."""
    if url:
        yield url
        return
    with pgserver.running(AS_ONE_WOULD_RUN_IT) as own:
        name = urlsplit(own).path.removeprefix("/")
        with psycopg.connect(own.replace(f"/{name}", "/postgres", 1), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        yield own


@contextlib.contextmanager
def gunicorn(
    application: str, database_url: str, *, log: Path | None = None, **more: str
) -> Iterator[Server]:
    """Serve with two workers of four threads, as the project's own configuration says, until the context ends.

    ``more`` stands in its environment, and what it logs in ``log``.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
    environment = os.environ | {"DATABASE_URL": database_url} | more
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with Path(log or os.devnull).open("ab") as heard:  # the process keeps a handle of its own
        process = subprocess.Popen(
            [*command, "--max-requests", "0", application], cwd=ROOT, env=environment, stderr=heard
        )
    try:
        _wait_for(port)
        yield Server(port, process.pid, database_url)
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait_for(port: int) -> None:
    for _try in range(1200):
        with contextlib.suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
