"""Clients for a benchmark: one or several that ask for a page again and again, and how long it took them."""

import gzip
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection

Ask = Callable[[], tuple[str, str, bytes | None, dict[str, str]]]
"""Makes the next request: method, path, body, headers."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Milliseconds of the median request of one client, requests a second of four, and how many were made in all."""

    milliseconds: float
    per_second: float
    requests: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and when, in seconds from asking."""

    status: int
    body: bytes
    first_byte: float
    complete: float

    @property
    def weight(self) -> float:
        """Kilobytes as they travel, gzipped."""
        return len(gzip.compress(self.body, 6)) / 1000


def get(path: str, cookie: str = "") -> Ask:
    """The same page each time."""
    headers = {"Cookie": cookie} if cookie else {}
    return lambda: ("GET", path, None, headers)


def one(port: int, ask: Ask) -> Answer:
    """Ask once, on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    method, path, body, headers = ask()
    start = time.perf_counter()
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    pieces = [response.read(1)]
    first = time.perf_counter() - start
    while piece := response.read(1 << 16):
        pieces.append(piece)
    answer = Answer(response.status, b"".join(pieces), first, time.perf_counter() - start)
    connection.close()
    return answer


def pace(port: int, ask: Ask, *, expected: int = 200, seconds: float = 4) -> Pace:
    """First one client, then four, each for some seconds.

    :raises RuntimeError: for an answer with another status than ``expected``.
    """
    alone = _during(port, ask, expected, seconds)
    together: list[list[float]] = []
    threads = [
        threading.Thread(target=lambda: together.append(_during(port, ask, expected, seconds)))
        for _client in range(4)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - start
    if len(together) < len(threads):
        raise RuntimeError(f"{ask()[1]}: a client broke off")
    asked = sum(map(len, together))
    return Pace(statistics.median(alone) * 1000, asked / passed, len(alone) + asked)


def _during(port: int, ask: Ask, expected: int, seconds: float) -> list[float]:
    end = time.perf_counter() + seconds
    times = []
    for spent in _times(port, ask, expected):
        times.append(spent)
        if time.perf_counter() > end and len(times) >= 5:
            break
    return times


def _times(port: int, ask: Ask, expected: int) -> Iterator[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    while True:
        method, path, body, headers = ask()
        start = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.read()
        spent = time.perf_counter() - start
        if response.status != expected:
            raise RuntimeError(f"{path}: {response.status} instead of {expected}")
        yield spent
