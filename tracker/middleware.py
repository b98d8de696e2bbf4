"""Gives each request an identifier, so that an audit entry can be matched with a line in the server's log."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import Http404, HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestContextMiddleware:
    """Sets ``request_id`` for the time of the request and answers it in ``X-Request-Id``.

    Pages of signed-in people are never stored by a cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """:raises Http404: for an address that holds NUL: no text here does, and PostgreSQL fails on it."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            if request.user.is_authenticated:
                response.setdefault("Cache-Control", "no-store")
            return response
        finally:
            request_id.reset(token)
