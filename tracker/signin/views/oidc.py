"""Single sign-on: the way to the provider and back. The state, the nonce and the proof key lie in the session."""

import hmac
import time
from dataclasses import asdict

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker.signin import actions, provider

ASKED = "signin_asked"
LONGEST_SECONDS = 10 * 60


def _back(request: HttpRequest) -> str:
    """The address to which the provider sends the browser back; in production of the configured origin."""
    path = reverse("signin_oidc_callback")
    return (
        settings.CSRF_TRUSTED_ORIGINS[0] + path
        if settings.IN_PRODUCTION
        else request.build_absolute_uri(path)
    )


@login_not_required
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Sends the browser to the provider."""
    if not settings.OIDC["issuer"]:
        raise Http404
    if request.user.is_authenticated:
        return redirect("home")
    asked = provider.Asked.anew()
    wanted = request.GET.get("next", "")
    request.session[ASKED] = asdict(asked) | {
        "at": time.time(),
        "next": wanted if get_adapter().is_safe_url(wanted) else "",
    }
    try:
        return redirect(provider.address_to_ask(asked, _back(request)))
    except provider.AnswerRefused as refused:
        return _refuse(request, refused.why)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Takes the provider's answer, once; the second factor is still asked unless the provider vouched for one."""
    if not settings.OIDC["issuer"]:
        raise Http404
    if request.user.is_authenticated:
        return redirect("home")
    kept = request.session.pop(ASKED, None)
    try:
        asked = _asked(kept, request.GET.get("state", ""))
        if request.GET.get("iss", settings.OIDC["issuer"]) != settings.OIDC["issuer"]:
            raise provider.AnswerRefused("iss")  # RFC 9207
        if not (code := request.GET.get("code")):
            raise provider.AnswerRefused("no_code")
        identity = provider.identity_of(code, asked, _back(request))
    except provider.AnswerRefused as refused:
        return _refuse(request, refused.why)
    return _enter(request, identity, kept["next"])


def _asked(kept: dict | None, state: str) -> provider.Asked:
    """What was asked, if this answer belongs to it.

    :raises AnswerRefused: for an answer that nobody here asked for, or asked for too long ago.
    """
    if not kept or not state or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise provider.AnswerRefused("state")
    if time.time() - kept["at"] > LONGEST_SECONDS:
        raise provider.AnswerRefused("too_late")
    return provider.Asked(kept["state"], kept["nonce"], kept["verifier"])


def _enter(request: HttpRequest, identity: provider.Identity, to: str) -> HttpResponse:
    """Sign the person in with whom an administrator linked this subject; nobody else, and nobody new."""
    found = SocialAccount.objects.filter(provider=identity.issuer, uid=identity.subject)
    account = found.select_related("user").first()
    if account is None:
        return _refuse(request, "not_linked", name=f"{identity.issuer} {identity.subject}")
    record_authentication(request, account.user, "oidc", vouched=identity.vouched or None)
    return perform_login(request, Login(user=account.user, redirect_url=to or None))


def _refuse(request: HttpRequest, why: str, name: str = "") -> HttpResponse:
    """One page for every refusal; why stands in the audit trail only."""
    actions.record_refusal(person=None, way="oidc", why=why, name=name or "oidc")
    return render(request, "signin/oidc_refused.html", status=403)
