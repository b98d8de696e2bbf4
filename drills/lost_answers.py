"""Answers that are lost on the way: the server committed, its answer never came, the same form is sent again (IDE-2).

`uv run python -m drills.lost_answers [--db sqlite|postgresql] [--count 200]` serves on empty databases of its own behind a proxy
on this machine, which reads the first answer to each form to its end and then cuts the line. It prints for each a line of
JSON, and ends with 1 unless each form made one note and was answered the second time. The control sends the second form under
another key, which makes two.
"""

import argparse
import contextlib
import json
import socket
import socketserver
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.serving import gunicorn
from drills.processes import KINDS, Worker, empty_database

CSRF = "a" * 32
END_OF_HEADERS = b"\r\n\r\n"


def read_request(line: socket.socket) -> bytes:
    """The bytes of one request."""
    got = b""
    while END_OF_HEADERS not in got and (piece := line.recv(65_536)):
        got += piece
    head, _end, body = got.partition(END_OF_HEADERS)
    lengths = [
        row.split(b":")[1] for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")
    ]
    while lengths and len(body) < int(lengths[0]) and (piece := line.recv(65_536)):
        body += piece
    return head + END_OF_HEADERS + body


@contextlib.contextmanager
def cutting_proxy(port: int) -> Iterator[int]:
    """The port of a proxy to ``port`` that loses the first answer to each request that carries ``X-Lose``."""

    class Cutting(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = read_request(self.request)
            with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                line.sendall(asked)
                answer = b""
                while piece := line.recv(65_536):
                    answer += piece
            if b"\r\nX-Lose: yes" not in asked:
                self.request.sendall(answer)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Cutting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def post(port: int, address: str, session: str, form: dict[str, str], *, loses: bool) -> tuple[int, str]:
    """Send a form and read status and address of the answer; (0, "") when none came."""
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Connection": "close",
    } | ({"X-Lose": "yes"} if loses else {})
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request("POST", quote(address), urlencode({**form, "csrfmiddlewaretoken": CSRF}), headers)
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")
    except (RemoteDisconnected, ConnectionResetError):
        return 0, ""
    finally:
        line.close()


def lose(port: int, prepared: dict[str, str], count: int, *, same_key: bool) -> dict[str, Any]:
    """Send so many forms twice, the first time in vain; the keys as they stand in the texts, and what came back."""
    address, keys, answers = f"/cases/{prepared['case']}/work/note/", [], []
    for _one in range(count):
        keys.append(str(uuid.uuid4()))
        form = {"text": f"示例 {keys[-1]}", "key": keys[-1]}
        first = post(port, address, prepared["session"], form, loses=True)
        again = form if same_key else form | {"key": str(uuid.uuid4())}
        answers.append((first[0], post(port, address, prepared["session"], again, loses=False)[0]))
    return {"keys": keys, "answers": answers}


def drill(kind: str, count: int) -> dict[str, Any]:
    """Both on an empty database of this kind."""
    with (
        tempfile.TemporaryDirectory() as folder,
        empty_database(kind) as url,
        Worker("drills.racers", url, folder) as worker,
    ):
        prepared = worker.do("prepare")
        with (
            gunicorn("tracker.wsgi", url, DOCUMENTS_DIR=f"{folder}/documents") as server,
            cutting_proxy(server.port) as port,
        ):
            sent = lose(port, prepared, count, same_key=True)
            bare = lose(port, prepared, 3, same_key=False)
        made = worker.do("made", form="note", keys=sent["keys"])
        control = worker.do("made", form="note", keys=bare["keys"])
        return {
            "database": kind,
            "forms": count,
            "answers lost": sum(first == 0 for first, _second in sent["answers"]),
            "answered again": sum(second == 302 for _first, second in sent["answers"]),
            "made once": sum(one == 1 for one in made),
            "under two keys": control,
            "history intact": worker.do("history"),
        }


def is_well(told: dict[str, Any]) -> bool:
    counts = [told[name] for name in ("answers lost", "answered again", "made once")]
    return counts == [told["forms"]] * 3 and set(told["under two keys"]) == {2} and told["history intact"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--db", choices=KINDS)
    given = parser.parse_args()
    verdicts = []
    for kind in [given.db] if given.db else KINDS:
        told = drill(kind, given.count)
        print(json.dumps(told), flush=True)
        verdicts.append(is_well(told))
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
