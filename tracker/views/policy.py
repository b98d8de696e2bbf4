"""Where browsers report what the content security policy kept them from doing."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

LONGEST = 8 * 1024
"""Bytes of a report that are read; a longer one is not."""
MOST_A_MINUTE = 20
"""Reports of one address that are written down in a minute; the rest is dropped."""
_log = logging.getLogger("tracker.security")


@csrf_exempt  # the browser itself sends it, without the page's token; it changes nothing
@login_not_required
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Write down which rule was broken and where what it asked for lies; never the page's address or its contents."""
    if _is_first_few(request) and (told := _read(request)):
        _log.warning("policy violated: %s by %s", told["rule"], told["origin"])
    return HttpResponse(status=204)


def _is_first_few(request: HttpRequest) -> bool:
    key = f"policy-reports:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) <= MOST_A_MINUTE
    except ValueError:  # it ran out between the two
        return True


def _read(request: HttpRequest) -> dict[str, str] | None:
    """The rule and the blocked origin of a well-formed report; None of anything else."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if not 0 < length <= LONGEST:
        return None
    try:
        told = json.loads(request.body)["csp-report"]
        rule, blocked = told.get("effective-directive") or told["violated-directive"], told["blocked-uri"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {"rule": _plain(rule), "origin": _plain(_origin(blocked))}


def _origin(address: Any) -> str:
    try:
        parts = urlsplit(str(address))
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else str(address)


def _plain(text: Any) -> str:
    """At most 100 characters that cannot begin a line of their own in the log."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(text)[:100])
