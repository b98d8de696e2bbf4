"""What a person changes about himself or herself."""

import time

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tracker.actions import switch_single_keys
from tracker.models import User
from tracker.stepup import way_to_confirm


def reader(request: HttpRequest) -> User:
    """The person who is signed in; every page here is closed to others."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address is one of this house."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


@require_POST
@transaction.atomic
def switch_keys(request: HttpRequest) -> HttpResponse:
    """Switch single-key shortcuts off, or on again, and go back to the page."""
    switch_single_keys(by=reader(request))
    back = request.META.get("HTTP_REFERER", "")
    return redirect(back if is_ours(request, back) else "home")


@never_cache
@require_safe
def confirm(request: HttpRequest) -> HttpResponse:
    """Lead to the pages that ask again who is there, one after the other, and then to `?next=`."""
    asked = request.GET.get("next", "")
    back = asked if is_ours(request, asked) else reverse("home")
    return way_to_confirm(request, reader(request), back, now=time.time())
