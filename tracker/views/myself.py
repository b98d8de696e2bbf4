"""What a person changes about himself or herself."""

import time

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tracker.actions import switch_single_keys
from tracker.models import Session, Substitution, User
from tracker.people import actions
from tracker.people.rules import may_name_substitutes
from tracker.sessions import device_words
from tracker.signedin import standing_sessions
from tracker.signin import notices
from tracker.stepup import way_to_confirm


def reader(request: HttpRequest) -> User:
    """The person who is signed in; every page here is closed to others."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address is one of this house."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


@never_cache
@require_safe
def myself(request: HttpRequest) -> HttpResponse:
    """What a person may do about the own account, with the sessions in which it is signed in and who stands in."""
    user, now = reader(request), timezone.now()
    sessions = standing_sessions(user, now=now)
    context = {
        "sessions": [
            (one, device_words(one), handle(one), one.pk == request.session.session_key) for one in sessions
        ],
        "newest": notices.newest(user),
        "most": settings.SESSION_MOST,
        "may_name": may_name_substitutes(user),
        "substitutions": Substitution.objects.standing()
        .filter(Q(person=user) | Q(substitute=user))
        .select_related("person", "substitute"),
    }
    return render(request, "tracker/people/myself.html", context)


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of the reader's own sessions (`session` names it), or without one all but this."""
    user, wanted = reader(request), request.POST.get("session", "")
    if not wanted:
        actions.end_sessions(by=user, person=user, but=request.session.session_key)
        messages.success(request, _("All your other sessions are ended."))
        return redirect("myself")
    for session in standing_sessions(user, now=timezone.now()):
        if handle(session) == wanted:
            actions.end_session(by=user, session=session)
            messages.success(request, _("The session is ended."))
            return redirect("myself")
    raise Http404


def handle(session: Session) -> str:
    """What a page calls a session: its key is a secret, from which this is made, not the other way round."""
    return salted_hmac("tracker.views.myself", session.pk, algorithm="sha256").hexdigest()[:32]


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
