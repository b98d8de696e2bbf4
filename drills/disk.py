"""A disk that is full: the database, the documents, temporary files, the log (CRA-3).

`uv run python -m drills.disk [--only NAME …] [--count 40]` must run as root: each target lies on a small file system in memory
(tmpfs), which is filled to its last page while people send forms, and emptied again. It prints a line of JSON for each target:
what was acknowledged (led on to the record that was made), refused and lost, whether each refusal said a number to tell the
administrator, what was answered to reading, and after how many seconds the same processes took forms again. It ends with 1 when
anything acknowledged was lost, a refusal had no number or no answer at all, nothing was refused though the disk was full, reading
did not go on, or the service did not come back. Reading a list goes on; the page of a case may be refused with a number, since
who looks at it is written down first. Controls: a form without a session is not acknowledged, one record taken away is counted
as lost, and the log of the server grew while there was room.
"""

import argparse
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.serving import Server, gunicorn
from drills.lost_answers import CSRF
from drills.processes import Worker, empty_database

SIZE = {"postgresql": "700m", "documents": "60m", "temporary": "20m", "log": "4m", "sqlite": "40m"}
RECOVERY = 60
NUMBER = re.compile(r"[0-9a-f]{32}")
BIG = 2_500_000
"""So many bytes, in hexadecimal twice as many characters: an upload that goes through a temporary file."""
PLACES = ("documents", "temporary", "log")
FILLED_AFTER = 3
FINE = (200, 302, 404)
NOWHERE = f"/nowhere/{'x' * 600}/"
"""Each question for it is a line of the log that long."""
PAGE = 4096
"""A file that has begun a page of the disk may fill it."""


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
class Answer:
    """Status, text, and the address that it leads to."""

    status: int
    text: str = ""
    leads_to: str = ""

    @property
    def has_number(self) -> bool:
        return bool(NUMBER.search(self.text))


@dataclass(frozen=True, slots=True)
class Desk:
    """Where forms are sent, by whom, about which case."""

    port: int
    session: str
    case: str

    def ask(self, method: str, address: str, body: bytes = b"", kind: str = "") -> Answer:
        """What is answered; status 0 when the line was cut."""
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "Connection": "close"}
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, quote(address), body, headers | ({"Content-Type": kind} if kind else {}))
            got = line.getresponse()
            return Answer(got.status, got.read().decode(), got.headers.get("Location", ""))
        except (OSError, HTTPException):
            return Answer(0)
        finally:
            line.close()

    def send(self, what: str, key: str) -> Answer:
        """A note, or a large file, under this key."""
        text = f"示例 {key}"
        fields = {"key": key, "csrfmiddlewaretoken": CSRF, "secrecy": "0"}
        if what == "note":
            return self.ask(
                "POST", f"/cases/{self.case}/work/note/", *_multipart(fields | {"text": text}, b"")
            )
        return self.ask(
            "POST", f"/cases/{self.case}/documents/", *_multipart(fields | {"title": text}, os.urandom(BIG).hex().encode())
        )  # fmt: skip

    def acknowledges(self, answer: Answer) -> bool:
        """Whether the answer leads to a page of the case, where what was sent stands; not to the sign-in."""
        return answer.status == 302 and answer.leads_to.startswith(quote(f"/cases/{self.case}/"))

    def read(self) -> dict[str, Answer]:
        """A list and the page of the case; and an address that does not exist, of which the log is told."""
        return {
            "list": self.ask("GET", "/cases/"),
            "case": self.ask("GET", f"/cases/{self.case}/"),
            "nowhere": self.ask("GET", NOWHERE),
        }


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
        places = {place: (disk if name == place else room) / place for place in PLACES}
        for place in places.values():
            place.mkdir()
        on_disk = str(disk) if name in ("sqlite", "postgresql") else None
        url = stack.enter_context(empty_database(target.kind, within=on_disk))
        if target.kind == "sqlite":
            copy_database(template, Path(url.removeprefix("sqlite:///")))
        worker = Worker("drills.racers", url, room, DOCUMENTS_DIR=str(places["documents"]))
        stack.enter_context(worker)
        if target.kind != "sqlite":
            prepared = worker.do("prepare")
        given = {"DOCUMENTS_DIR": str(places["documents"]), "TMPDIR": str(places["temporary"])}
        log = places["log"] / "server.log"
        server = stack.enter_context(gunicorn("tracker.wsgi", url, log=log, DISK_FREE_MB="1", **given))
        before = workers_of(server)
        told = work(Desk(server.port, prepared["session"], prepared["case"]), target, disk, log, count)
        told["same processes"] = before == workers_of(server)
        keys = told.pop("keys")
        worker.kill()  # its connection may have ended with what the database could not write
        worker = stack.enter_context(
            Worker("drills.racers", url, room, DOCUMENTS_DIR=str(places["documents"]))
        )
        kept = worker.do("made", form=target.sends, keys=keys)
        told["lost"] = sum(one != 1 for one in kept)
        told |= {"history intact": worker.do("history"), "files fit": worker.do("files_fit")}
        worker.do("take_away", form=target.sends, key=keys[0])
        told["one taken away"] = {
            "lost": sum(one != 1 for one in worker.do("made", form=target.sends, keys=keys)),
            "files fit": worker.do("files_fit"),
        }
        return {"target": name} | told


def workers_of(server: Server) -> set[int]:
    """The numbers of its two processes, once both have been made."""
    for _try in range(600):
        if len(found := {process.pid for process in server.workers}) == 2:
            break
        time.sleep(0.1)
    return found


def copy_database(source: Path, to: Path) -> None:
    """A copy with everything that is committed, also what still lies in the log beside the database."""
    with (
        contextlib.closing(sqlite3.connect(source)) as whole,
        contextlib.closing(sqlite3.connect(to)) as copy,
    ):
        whole.backup(copy)


def work(desk: Desk, target: Target, disk: Path, log: Path, count: int) -> dict[str, Any]:
    """Send forms and read, before, while and after the disk is full."""
    keys, refused, reading = [], [], Counter[tuple[str, int]]()
    unsigned = replace(desk, session="x" * 32)
    stranger = desk.acknowledges(unsigned.send(target.sends, str(uuid.uuid4())))
    numberless, sizes = 0, [log.stat().st_size]
    for number in range(count):
        if number == FILLED_AFTER:
            filler = fill(disk)
            sizes.append(log.stat().st_size)
        key = str(uuid.uuid4())
        answer = desk.send(target.sends, key)
        if desk.acknowledges(answer):
            keys.append(key)
        else:
            refused.append(answer)
        seen = desk.read()
        reading.update((name, one.status) for name, one in seen.items())
        numberless += sum(one.status not in FINE and not one.has_number for one in seen.values())
    sizes.append(log.stat().st_size)
    filler.unlink()
    emptied = time.monotonic()
    while time.monotonic() - emptied < RECOVERY:
        key = str(uuid.uuid4())
        if desk.acknowledges(desk.send(target.sends, key)):
            keys.append(key)
            break
        time.sleep(0.5)
    came_back = time.monotonic() - emptied
    after = desk.read()
    return {
        "sent": count,
        "keys": keys,
        "acknowledged": len(keys),
        "refused": dict(Counter(str(one.status) for one in refused)),
        "refusals without a number": sum(not one.has_number for one in refused) + numberless,
        "reading": {f"{name} {status}": times for (name, status), times in sorted(reading.items())},
        "reading afterwards": {name: one.status for name, one in after.items()},
        "seconds until it took forms again": round(came_back, 1),
        "without a session acknowledged": stranger,
        "bytes of the log before, while, after": [
            later - earlier for earlier, later in zip(sizes, [*sizes[1:], log.stat().st_size], strict=True)
        ],
    }


def is_well(told: dict[str, Any]) -> bool:
    """Whether everything held, and the controls showed what they must."""
    name, gone = told["target"], told["one taken away"]
    before, during, after = told["bytes of the log before, while, after"]
    return (
        not told["lost"]
        and bool(told["refused"]) == TARGETS[name].refuses
        and not told["refusals without a number"]
        and set(told["reading"]) <= {"list 200", "case 200", "case 503", "nowhere 404"}
        and told["reading afterwards"] == {"list": 200, "case": 200, "nowhere": 404}
        and told["seconds until it took forms again"] < RECOVERY
        and told["same processes"]
        and told["history intact"]
        and told["files fit"]
        and not told["without a session acknowledged"]
        and gone == {"lost": 1, "files fit": TARGETS[name].sends == "note"}
        and before > 0
        and after > 0
        and (name != "log" or during < PAGE < told["sent"] * len(NOWHERE) / 2)
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
