"""Lines of the server's log: one JSON object a line, in UTC, with codes and keys and nothing that anybody typed.

A message is written as its template in the code, with numbers and keys filled in; every other value is left out, since it may
be a name. Of an error the class and the places in the code are written, never its text: a database repeats in it what was
typed.
"""

import json
import logging
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

from tracker.middleware import asked, request_id

OURS = ("tracker", "agreements", "cases", "reports", "security")
"""Loggers whose texts are constants of our own code; of others a text without a template may hold anything."""
PLACES = 12
"""So many of the innermost places of an error are written."""


class JsonFormatter(logging.Formatter):
    """Makes a line of a record: ``at level event code request user text``, and ``error places path`` where there are any.

    ``event`` is the name of the logger or what the caller gives as ``extra={"event": …}``; ``code`` an answer's status,
    the class of an error, or what the caller gives; ``path`` the pattern of the address, never the address.
    """

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None) or asked.get()
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": str(getattr(record, "event", record.name)),
            "code": str(getattr(record, "code", "") or getattr(record, "status_code", "") or error),
            "request": request_id.get(),
            "user": user_key(request),
            "text": text_of(record),
        }
        if path := pattern_of(request):
            line["path"] = path
        if record.exc_info and record.exc_info[2]:
            line["error"] = error
            line["places"] = places_of(record.exc_info[2])
        return json.dumps(line)  # in ASCII: no character that any reader takes for the end of a line


def text_of(record: logging.LogRecord) -> str:
    """The template of the message with numbers and keys filled in; "" where the text is no template of ours."""
    template = record.msg if isinstance(record.msg, str) else ""
    if not record.args:
        return template if record.name.split(".")[0] in OURS else ""
    try:
        if isinstance(record.args, dict):
            return template % {name: _harmless(value) for name, value in record.args.items()}
        return template.replace("%d", "%s") % tuple(_harmless(value) for value in record.args)
    except (TypeError, ValueError, KeyError):
        return template


def user_key(request: Any) -> int | None:
    """The key of the person who asks, if it is known already: a line of the log asks the database nothing."""
    person = getattr(request, "_cached_user", None)
    return getattr(person, "pk", None)


def pattern_of(request: Any) -> str:
    """The pattern of the address that was asked for, such as ``cases/<str:number>/``; "" when it is none of ours."""
    match = getattr(request, "resolver_match", None)
    return getattr(match, "route", "") or ""


def places_of(trace: Any) -> list[str]:
    """Where in the code an error came up: file, line and function, the innermost last."""
    frames = traceback.extract_tb(trace, limit=-PLACES)
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def _harmless(value: Any) -> Any:
    """Numbers and keys as they are, a class or an error by its name; of anything else only its type."""
    if value is None or isinstance(value, bool | int | float | uuid.UUID):
        return value
    if isinstance(value, type):
        return value.__name__
    return f"<{type(value).__name__}>"
