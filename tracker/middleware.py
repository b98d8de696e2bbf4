"""What holds for every request: its number for the log, the methods that are answered, the rules for the browser."""

import contextlib
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

request_id: ContextVar[str] = ContextVar("request_id", default="")
asked: ContextVar[HttpRequest | None] = ContextVar("asked", default=None)
"""The request that is being answered, for the lines of the log that are written meanwhile."""


MOST_READ_ON = 128 * 1024 * 1024
"""A refused form that is longer is not read on at all; no form that is accepted is."""
LONGEST_READ_ON = 10.0
"""Seconds for which a refused form is read on: the process has other people to answer."""
PIECE = 16 * 1024


class RequestContextMiddleware:
    """Sets ``request_id`` for the time of the request and answers it in ``X-Request-Id``.

    All but the checks of health stand inside it, so that whatever else fails has a number, the writing of the session too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """:raises Http404: for an address that holds NUL: no text here does, and PostgreSQL fails on it."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, request_token = request_id.set(uuid.uuid4().hex), asked.set(request)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            if request.method == "POST" and response.status_code >= 400:
                read_on(request)
            return response
        finally:
            request_id.reset(token)
            asked.reset(request_token)


def read_on(request: HttpRequest) -> None:
    """Read what is still coming of a form that was refused before its end, such as a file that the disk had no room for.

    Who is still sending reads no answer: the line would be cut, and nobody would be told anything. The seconds are asked between
    two pieces; that a piece comes at all is seen to by the proxy, which takes in the whole form first (docs/deployment.md).
    """
    if _length(request) > MOST_READ_ON:
        return
    until = time.monotonic() + LONGEST_READ_ON
    with contextlib.suppress(OSError):
        while time.monotonic() < until and request.read(PIECE):
            pass


def _length(request: HttpRequest) -> int:
    """The bytes that the form says it has; 0 for one that says nothing, of which nothing is read either."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdigit() else 0


class NoStoreMiddleware:
    """Answers to signed-in people, and those that say that something went wrong here (500 and above), are stored by no cache.

    An answer that says itself how it may be kept is left as it is. What is answered before a request comes by here is not its
    matter: static files, forms refused for their token, failures of the session. Who is signed in is not asked when something
    went wrong: the database may be what failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500 or request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response


METHODS = ("GET", "HEAD", "POST")
"""The methods that anything here answers; no page is asked with another one."""


class BrowserRulesMiddleware:
    """Refuses methods that nothing here answers, and gives every answer, files too, rules for the browser.

    Other sites may not embed or read an answer (ASVS 3.5.8), and no page asks for a camera or a place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = (
            self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response
