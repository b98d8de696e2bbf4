"""A disk that is full: the database, the documents, temporary files, the log (CRA-3).

`uv run python -m drills.disk [--only NAME …] [--count 40]` must run as root: each target lies on a small file system in memory
(tmpfs), which is filled to its last page while people send forms, and emptied again. It prints a line of JSON for each target:
what was acknowledged, refused and lost, whether each refusal said a number to tell the administrator, whether reading went on,
and after how many seconds the same processes took forms again. It ends with 1 when anything acknowledged was lost, a refusal
had no number, nothing was refused though the disk was full, or the service did not come back.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.serving import gunicorn
from drills.lost_answers import CSRF
from drills.processes import Worker, empty_database

SIZE = {"postgresql": "700m", "documents": "20m", "temporary": "20m", "log": "4m", "sqlite": "40m"}
RECOVERY = 60
NUMBER = re.compile(r"[0-9a-f]{32}")
BIG, LONG = 2_500_000, 3_500
"""Bytes of an upload that goes through a temporary file; characters of a note."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is full: which database serves, and what is sent meanwhile."""

    kind: str
    sends: str
    refuses: bool = True


TARGETS = {
    "sqlite": Target("sqlite", "note"),
    "postgresql": Target("postgresql", "note"),
    "documents": Target("sqlite", "file"),
    "temporary": Target("sqlite", "file"),
    "log": Target("sqlite", "note", refuses=False),
}


@contextlib.contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A file system of this size, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", folder], check=True)  # noqa: S603, S607
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607
        folder.rmdir()


def fill(disk: Path) -> Path:
    """Take every page that is left."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536))
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(bytes(512)):
            pass
    return filler


@dataclass(frozen=True, slots=True)
class Desk:
    """Where forms are sent, by whom, about which case."""

    port: int
    session: str
    case: str

    def ask(self, method: str, address: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """Status and text of the answer; (0, "") when the line was cut."""
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "Connection": "close"}
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, quote(address), body, headers | ({"Content-Type": kind} if kind else {}))
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            line.close()

    def send(self, what: str, key: str) -> tuple[int, str]:
        """A long note, or a large file, under this key."""
        text = f"示例 {key}"
        fields = {"key": key, "csrfmiddlewaretoken": CSRF, "secrecy": "0"}
        if what == "note":
            fields["text"] = text
            fields["filler"] = "x" * LONG
            return self.ask("POST", f"/cases/{self.case}/work/note/", *_multipart(fields, b""))
        return self.ask(
            "POST", f"/cases/{self.case}/documents/", *_multipart(fields | {"title": text}, os.urandom(BIG).hex().encode())
        )  # fmt: skip

    def read(self) -> int:
        return self.ask("GET", "/cases/")[0]


def _multipart(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
        parts.append(f"{head}Content-Type: text/plain\r\n\r\n".encode() + file + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def drill(name: str, count: int, template: Path, prepared: dict[str, str]) -> dict[str, Any]:
    """Fill the disk of this target in the middle of the work, and empty it again.

    ``template`` is a database of SQLite that is ``prepared``; PostgreSQL's is prepared here.
    """
    target = TARGETS[name]
    with contextlib.ExitStack() as stack:
        disk = stack.enter_context(small_disk(SIZE[name]))
        disk.chmod(0o777)
        room = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = {place: disk if name == place else room for place in ("documents", "temporary", "log")}
        on_disk = str(disk) if name in ("sqlite", "postgresql") else None
        url = stack.enter_context(empty_database(target.kind, within=on_disk))
        if target.kind == "sqlite":
            shutil.copy(template, url.removeprefix("sqlite:///"))
        worker = Worker("drills.racers", url, room, DOCUMENTS_DIR=str(places["documents"]))
        stack.enter_context(worker)
        if target.kind != "sqlite":
            prepared = worker.do("prepare")
        given = {"DOCUMENTS_DIR": str(places["documents"]), "TMPDIR": str(places["temporary"])}
        server = stack.enter_context(
            gunicorn("tracker.wsgi", url, log=places["log"] / "server.log", DISK_FREE_MB="1", **given)
        )
        before = {process.pid for process in server.workers}
        told = work(Desk(server.port, prepared["session"], prepared["case"]), target, disk, count)
        told["same processes"] = before == {process.pid for process in server.workers}
        kept = worker.do("made", form=target.sends, keys=told["acknowledged"])
        told["lost"] = sum(one != 1 for one in kept)
        told["acknowledged"] = len(kept)
        files = worker.do("files_fit")
        return {"target": name} | told | {"history intact": worker.do("history"), "files fit": files}


def work(desk: Desk, target: Target, disk: Path, count: int) -> dict[str, Any]:
    """Send forms before, while and after the disk is full."""
    acknowledged, refused, numbered = [], [], 0
    for number in range(count):
        if number == 3:
            filler = fill(disk)
        key = str(uuid.uuid4())
        status, text = desk.send(target.sends, key)
        if status == 302:
            acknowledged.append(key)
        else:
            refused.append(status)
            numbered += bool(NUMBER.search(text))
    reading = desk.read()
    filler.unlink()
    emptied = time.monotonic()
    while time.monotonic() - emptied < RECOVERY:
        key = str(uuid.uuid4())
        if desk.send(target.sends, key)[0] == 302:
            acknowledged.append(key)
            break
        time.sleep(0.5)
    came_back = time.monotonic() - emptied
    return {
        "sent": count,
        "acknowledged": acknowledged,
        "refused": {str(status): refused.count(status) for status in sorted(set(refused))},
        "refusals with a number": numbered,
        "reading meanwhile": reading,
        "seconds until it took forms again": round(came_back, 1),
    }


def is_well(told: dict[str, Any]) -> bool:
    refused = sum(told["refused"].values())
    return (
        not told["lost"]
        and (refused > 0) == TARGETS[told["target"]].refuses
        and told["refusals with a number"] == refused
        and told["seconds until it took forms again"] < RECOVERY
        and told["same processes"]
        and told["history intact"]
        and told["files fit"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--only", nargs="*", choices=TARGETS, default=list(TARGETS))
    given = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("only root may make small file systems")
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        template, prepared = Path(folder) / "template.sqlite3", {}
        with Worker("drills.racers", f"sqlite:///{template}", folder) as worker:
            prepared = worker.do("prepare")
        for name in given.only:
            told = drill(name, given.count, template, prepared)
            print(json.dumps(told), flush=True)
            verdicts.append(is_well(told))
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
