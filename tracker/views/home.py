"""The way home: each role has its own first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tracker.models import User
from tracker.roles import Ministry, Role
from tracker.signin.door import wanted

HOMES: dict[tuple[str, str], str] = {
    (Ministry.FOREIGN_AFFAIRS, Role.OFFICER): "agreements:home",
    (Ministry.JUSTICE, Role.OFFICER): "cases:home",
    (Ministry.FOREIGN_AFFAIRS, Role.SUPERVISOR): "reports:home",
    (Ministry.JUSTICE, Role.SUPERVISOR): "reports:home",
    ("", Role.AUDITOR): "agreements:board",
    ("", Role.ADMINISTRATOR): "admin:index",
}


def home_of(user: User) -> str:
    """The address name of a person's first page; a person without a usual one sees the board."""
    return HOMES.get((user.ministry, user.role), "agreements:board")


def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to the first page of his or her role, or to the page that was asked for before the sign-in was done."""
    assert isinstance(request.user, User)  # noqa: S101 - the door is closed to others
    return redirect(wanted(request) or home_of(request.user))
