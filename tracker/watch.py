"""Writes down what a page showed before anything of it leaves, and who was refused what.

Whatever cannot be written down is not shown: the reader gets a page that says so (503) instead.
"""

import logging
from collections.abc import Callable, Iterator

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracker import alarms, looks
from tracker.middleware import request_id
from tracker.models import User

REFUSED = (403, 404)
ASKED_BY_BROWSERS = ("/favicon.ico", "/.well-known/")
"""Addresses that browsers ask for by themselves: nobody tried anything."""
TOLD = ("pk", "number", "code", "document", "batch", "key", "object_id")
"""Parts of addresses that name a thing; others, such as the secret of a calendar, are not written down."""

security = logging.getLogger("security")


class WatchMiddleware:
    """Stands inside the sign-in, so that it knows who reads; pages are finished when they come by here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        reader = request.user
        if not isinstance(reader, User):
            return response
        seen = looks.noted(request) if response.status_code < 300 else []
        was_denied = response.status_code in REFUSED and not request.path.startswith(ASKED_BY_BROWSERS)
        if was_denied:
            seen = [_denial(request)]
        return _written(request, response, reader, seen, was_denied=was_denied) if seen else response


def _written(
    request: HttpRequest, response: HttpResponse, reader: User, seen: list[looks.Seen], *, was_denied: bool
) -> HttpResponse:
    """The answer, once it is written down; else the page that says why nothing is shown."""
    try:
        looks.record_all(reader, seen)
        alarms.watch(reader, was_denied=was_denied)
    except Error:
        security.exception("a look could not be written down; nothing was shown")
        if was_denied:
            return response
        response.close()
        return render(request, "503.html", {"number": request_id.get()}, status=503)
    return response


def _denial(request: HttpRequest) -> looks.Seen:
    """What was asked for in vain, by the address's name and the keys in it; of an unknown address nothing is known."""
    match = request.resolver_match
    if match is None:
        return looks.Seen(looks.DENIED, "")
    return looks.Seen(looks.DENIED, match.view_name or "", "/".join(_keys(match.kwargs)))


def _keys(given: dict[str, object]) -> Iterator[str]:
    return (str(value) for name, value in given.items() if name in TOLD)
