"""The door behind the sign-in: nothing is shown before the second factor was used and an outdated password changed."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from tracker.models import User
from tracker.signin import factors, passwords

ALWAYS_OPEN = frozenset({"account_logout", "set_language"})
SET_UP = frozenset({"signin_factors", "signin_add_totp", "signin_codes", "account_reauthenticate", "confirm"})
SET_UP_PASSKEY = SET_UP | {"signin_add_passkey"}
OPEN: dict[str, frozenset[str]] = {
    "set_up": SET_UP_PASSKEY,
    "set_up_passkey": SET_UP_PASSKEY | {"mfa_reauthenticate"},
    "use": frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}),
    "use_passkey": frozenset({"mfa_reauthenticate_webauthn"}),
    "change_password": frozenset({"account_change_password"}),
}
"""The pages that a person reaches who still lacks something, by what it is."""
LEADS_TO = {
    "set_up": "signin_factors",
    "set_up_passkey": "signin_factors",
    "use": "mfa_reauthenticate",
    "use_passkey": "mfa_reauthenticate_webauthn",
    "change_password": "account_change_password",
}


WANTED = "wanted_page"
"""Where the session keeps the page that was asked for first; the first page leads on to it."""


class Door:
    """Leads everybody who lacks something to the page that sets it right, whatever page was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """The way to the page that is open, or None to let the request pass. No query for who lacks nothing."""
        if not isinstance(request.user, User):
            return None
        lack = lack_of(request, request.user)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not lack or name in ALWAYS_OPEN or name in OPEN[lack]:
            return None
        if request.method == "GET":
            request.session[WANTED] = request.get_full_path()
        return redirect(LEADS_TO[lack])


def wanted(request: HttpRequest) -> str:
    """The page that was asked for before something lacked, once; "" for none."""
    return str(request.session.pop(WANTED)) if WANTED in request.session else ""


def lack_of(request: HttpRequest, user: User) -> str:
    """What a signed-in person still lacks here, as a key of ``OPEN``; "" for nothing.

    A password that must be changed comes first: it is the weaker half of what was used.
    """
    is_outdated = user.must_change_password or passwords.is_too_old(user, now=timezone.now())
    if is_outdated and user.has_usable_password():
        return "change_password"
    if not settings.SIGN_IN_FACTORS_REQUIRED:
        return ""
    kinds = factors.used(request, user)
    if not factors.lacks(user, kinds, ()):
        return ""
    return factors.lacks(user, kinds, factors.registered(user))
