"""Browsers on which somebody signed in before: the lock after wrong passwords counts them by themselves."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from tracker.models import User

COOKIE = "__Host-device" if settings.IN_PRODUCTION else "device"
SALT = "tracker.signin.device"
KEPT_SECONDS = 180 * 24 * 60 * 60
MOST_PEOPLE = 8
"""A browser remembers so many people; the oldest is forgotten."""


def known(request: HttpRequest) -> dict[int, str]:
    """The marks of the people who signed in with this browser, by key; empty for none or a cookie that was made up."""
    try:
        pairs = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_SECONDS)
        return {int(person): str(mark) for person, mark in pairs}
    except (signing.BadSignature, ValueError, TypeError):
        return {}


def remember(request: HttpRequest, response: HttpResponse, person: User) -> str:
    """Mark the browser as one on which the person signed in, and answer with the mark."""
    marks = known(request)
    mark = marks.pop(person.pk, None) or secrets.token_hex(8)
    pairs = [*marks.items(), (person.pk, mark)][-MOST_PEOPLE:]
    response.set_cookie(
        COOKIE,
        signing.dumps(pairs, salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.IN_PRODUCTION,
        httponly=True,
        samesite="Lax",
    )
    return mark
