"""What a session needs of each request: when its person was last active, what was typed when it had ended, how it is left.

A page that asks for news by itself keeps nobody signed in: only what a person does counts, which is opening a page and
typing. Browsers say of a request whether somebody navigates or a script asks (`Sec-Fetch-Mode`); our script says so too.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tracker.models import Session, User
from tracker.typed import forget_sent, keep_and_ask

LONGEST_DEVICE = 300
READER_SALT = "tracker.sessions.reader"
READER_SECONDS = 24 * 60 * 60
LEAVING = "account_logout"
log = logging.getLogger(__name__)


class SessionRulesMiddleware:
    """Notes activity, keeps what was typed, and lets the browser forget what it kept when somebody signs out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session: Any = request.session
        session.device = request.headers.get("User-Agent", "")[:LONGEST_DEVICE]
        before = request.COOKIES.get(settings.READER_COOKIE_NAME, "")
        response = self.get_response(request)
        if isinstance(request.user, User):
            _remember(request.user, before, response)
            if is_activity(request):
                _note(session)
            if request.method == "POST" and response.status_code < 400:
                forget_sent(request, request.user)
        elif (
            request.method == "POST"
            and request.resolver_match
            and request.resolver_match.view_name == LEAVING
        ):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Keep a form that meets a closed door, and lead to the sign-in; a script is only told that the door is closed."""
        if (
            request.method != "POST"
            or request.user.is_authenticated
            or not getattr(view, "login_required", True)
        ):
            return None
        if is_by_script(request):
            return HttpResponse(status=401)
        return keep_and_ask(request, _reader(request))


def is_by_script(request: HttpRequest) -> bool:
    """Whether a script of a page asks, not somebody who opens a page or sends a form."""
    mode = request.headers.get("Sec-Fetch-Mode", "")
    names = ("X-Requested-With", "X-Autosave", "HX-Request")
    return bool(mode and mode != "navigate") or any(name in request.headers for name in names)


def is_activity(request: HttpRequest) -> bool:
    """Whether the request shows that the person is there. A script that POSTs does so because somebody types."""
    return request.method == "POST" or not is_by_script(request)


def device_words(session: Session) -> str:
    """Browser and system as their names are, such as "Firefox · Windows"; "" when the browser did not say."""
    browser = next((name for mark, name in BROWSERS if mark in session.device), "")
    system = next((name for mark, name in SYSTEMS if mark in session.device), "")
    return " · ".join(filter(None, (browser, system)))


# Each names itself beside those that it descends from, so the order matters.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def _note(session: Any) -> None:
    """A page is not lost because the moment could not be noted (the database may be busy or read-only)."""
    try:
        session.note_activity(timezone.now())
    except DatabaseError:
        log.warning("the last activity of a session could not be noted", exc_info=True)


def _remember(user: User, before: str, response: HttpResponse) -> None:
    """Let the browser name, for a day, who signed in last: a name, no key. It says whose typing is to be kept."""
    name = signing.Signer(salt=READER_SALT).sign(str(user.pk))
    if name == before:
        return
    response.set_cookie(
        settings.READER_COOKIE_NAME,
        name,
        max_age=READER_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _reader(request: HttpRequest) -> User | None:
    """The active person who signed in last in this browser."""
    try:
        key = signing.Signer(salt=READER_SALT).unsign(request.COOKIES.get(settings.READER_COOKIE_NAME, ""))
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=int(key), is_active=True).first()
