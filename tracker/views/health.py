"""Two addresses for whoever watches the server: ``/livez`` and ``/readyz``.

``/livez`` says that the process answers and touches nothing else. ``/readyz`` looks at everything that the service needs.
Both answer only this machine itself, asked without a proxy between, or whoever knows the token; for all others these
addresses do not exist. They are answered before anything else, so that no session, no host name and no redirection
stands in the way.
"""

import hmac
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from tracker.health import report

LIVE, READY = "/livez", "/readyz"
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
"""What a proxy adds: with any of these the request comes from elsewhere, whatever its address says."""


class HealthMiddleware:
    """Answers the two addresses to those who may ask, and hands everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path_info not in (LIVE, READY)
            or request.method not in ("GET", "HEAD")
            or not may_ask(request)
        ):
            return self.get_response(request)
        return live() if request.path_info == LIVE else ready()


def live() -> HttpResponse:
    """The process answers."""
    return _answer({"status": "ok"}, is_well=True)


def ready() -> HttpResponse:
    """Each check by its name, with 503 when one of them is not well."""
    started = time.perf_counter()
    found = report(timezone.now())
    is_well = set(found.values()) == {"ok"}
    took = round((time.perf_counter() - started) * 1000)
    return _answer({"status": "ok" if is_well else "red", "checks": found, "ms": took}, is_well=is_well)


def _answer(said: dict[str, object], *, is_well: bool) -> HttpResponse:
    return JsonResponse(said, status=200 if is_well else 503, headers={"Cache-Control": "no-store"})


def may_ask(request: HttpRequest) -> bool:
    """This machine itself without a proxy between, or whoever sends the token."""
    if request.META.get("REMOTE_ADDR") in LOOPBACK and not any(name in request.META for name in FORWARDED):
        return True
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    wanted = settings.HEALTH_TOKEN
    return (
        bool(wanted) and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), wanted.encode())
    )
