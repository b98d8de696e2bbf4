"""Telling whoever runs the server that something broke: a short mail, once per kind and ten minutes.

The mail holds the number of the request, the pattern of the address and the class of the error; what was typed, whose it was
and the error's own text stay on the server (and the text is not even logged, see :mod:`tracker.logs`).
"""

import hashlib
import logging
import threading
import time
from typing import Any

from django.core.cache import cache
from django.core.mail import send_mail

from tracker.logs import pattern_of, places_of
from tracker.middleware import asked, request_id

QUIET = 600
"""Seconds in which a kind is told once."""
log = logging.getLogger("tracker.alerts")
_told: dict[str, float] = {}
_sending = threading.local()


class AlertHandler(logging.Handler):
    """Mails errors to the given addresses; a mail that cannot be sent is a line of the log and nothing worse."""

    def __init__(self, to: list[str], level: int = logging.ERROR) -> None:
        super().__init__(level)
        self.to = to

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(_sending, "is_busy", False):  # what goes wrong while telling is not told
            return
        _sending.is_busy = True
        try:
            told = told_of(record)
            if is_first(told["kind"]):
                tell(self.to, **told)
        finally:
            _sending.is_busy = False


def told_of(record: logging.LogRecord) -> dict[str, str]:
    """What a mail says of a record: its kind, and the lines of its text."""
    request = getattr(record, "request", None) or asked.get()
    error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    place = (places_of(record.exc_info[2]) or [""])[-1] if record.exc_info and record.exc_info[2] else ""
    event = str(getattr(record, "event", record.name))
    path = pattern_of(request)
    lines = {
        "event": event,
        "error": error,
        "place": place,
        "address": path,
        "request": request_id.get(),
        "code": str(getattr(record, "code", "")),
    }
    return {
        "kind": f"{event} {error} {path} {getattr(record, 'code', '')}".strip(),
        "text": "\n".join(f"{name}: {value}" for name, value in lines.items() if value),
    }


def is_first(kind: str) -> bool:
    """Whether nobody was told of this kind within the last ten minutes, by any process of this server."""
    key = f"alert-{hashlib.sha256(kind.encode()).hexdigest()}"
    now = time.monotonic()
    if now - _told.get(key, -QUIET) < QUIET:
        return False
    _told[key] = now
    try:
        return cache.add(key, 1, QUIET)
    except Exception:  # the cache is in the database, which may be what broke
        return True


def tell(to: list[str], *, kind: str, text: str) -> None:
    """Send the mail; never raises, since it is called while something else has gone wrong already."""
    try:
        send_mail(f"[tracker] {kind}"[:150], text, None, to)
    except Exception as fault:
        log.warning("an alert could not be mailed: %s", type(fault))


def forget() -> None:
    """Begin anew, as a process that was just started: for tests."""
    _told.clear()


def raise_alert(event: str, code: str, text: str, **numbers: Any) -> None:
    """Log an error that is no exception, such as a broken history; the handler tells of it."""
    logging.getLogger(f"tracker.{event}").error(text, *numbers.values(), extra={"event": event, "code": code})
