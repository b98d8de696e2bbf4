"""What a person changes about himself or herself."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tracker.actions import switch_single_keys
from tracker.models import User


@require_POST
@transaction.atomic
def switch_keys(request: HttpRequest) -> HttpResponse:
    """Switch single-key shortcuts off, or on again, and go back to the page."""
    assert isinstance(request.user, User)  # noqa: S101 - the door is closed to others
    switch_single_keys(by=request.user)
    back = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "home")
