"""Who stands at the door of a page, and which agreement it opens on: hidden and unknown numbers are the same 404."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise

from agreements.models import Agreement
from tracker.looks import shown
from tracker.models import User
from tracker.roles import Secrecy


def reader(request: HttpRequest) -> User:
    """The person who is signed in; every page here is closed to others."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


def seen(request: HttpRequest, number: str) -> Agreement:
    """The agreement of this number, if the reader may see it; a look at a restricted one is noted.

    :raises Http404: for a hidden one as for one that does not exist.
    """
    found = get_object_or_404(Agreement.objects.visible_to(reader(request)).with_rows(), number=number)
    if found.secrecy >= Secrecy.RESTRICTED:
        shown(request, found)
    return found


def require(allowed: bool, reason: str | Promise) -> None:
    """:raises PermissionDenied: with the reason, which the page of refusal shows, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(str(reason))
