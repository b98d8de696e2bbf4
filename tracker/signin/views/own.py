"""A person's own pages of the sign-in: second factors, recovery codes, and the one-time link to a password."""

import base64
import json
import time

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import stepup
from tracker.models import User
from tracker.signin import actions, door, factors, links
from tracker.signin.forms import NewPasskeyForm, NewPasswordForm, TotpForm


def reader(request: HttpRequest) -> User:
    """The person who is signed in; the pages below are closed to others."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


def as_data(svg: str) -> str:
    """A picture as an address that the policy for pages allows."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def proof_of(request: HttpRequest, user: User, *, back: str = "") -> HttpResponse | None:
    """The way to prove again who one is, by all that the account asks for, unless that was within five minutes.

    It leads to ``back``, else to the page that was asked for.
    """
    now = time.time()
    if stepup.is_fresh(request, user, now=now):
        return None
    return stepup.way_to_confirm(request, user, back or request.path, now=now)


@require_safe
def own_factors(request: HttpRequest) -> HttpResponse:
    """What the person has set up, and what is still missing."""
    user = reader(request)
    kept = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    recovery = next((each for each in kept if each.type == factors.RECOVERY), None)
    facts = {
        "passkeys": [each for each in kept if each.type == factors.PASSKEY],
        "totp": next((each for each in kept if each.type == factors.TOTP), None),
        "codes_left": len(recovery.data.get("digests", [])) if recovery else None,
        "needs_passkey": factors.needs_passkey(user),
        "lack": door.lack_of(request, user),
    }
    return render(request, "signin/factors.html", facts)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_totp(request: HttpRequest) -> HttpResponse:
    """Shows a secret as a picture and as text, and takes the code that proves it arrived."""
    user = reader(request)
    if way := proof_of(request, user):
        return way
    form = TotpForm(request.POST or None)
    secret = get_totp_secret(regenerate=request.method != "POST")
    if form.is_valid():
        try:
            actions.add_totp(by=user, secret=secret, code=form.cleaned_data["code"])
        except actions.SignInRefused as refused:
            form.add_error("code", refused.reason)
        else:
            clear_totp_secret(request)
            return _with_factor(request, user, factors.TOTP)
    url = get_adapter().build_totp_url(user, secret)
    picture = get_adapter().build_totp_svg(url)
    return render(request, "signin/totp.html", {"form": form, "secret": secret, "picture": as_data(picture)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Lets the browser make a passkey that verifies its owner, and keeps it."""
    user = reader(request)
    if way := proof_of(request, user):
        return way
    form = NewPasskeyForm(request.POST or None)
    if form.is_valid():
        actions.add_passkey(
            by=user, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
        )
        return _with_factor(request, user, factors.PASSKEY)
    options = json.dumps(begin_registration(user, True))
    return render(request, "signin/passkey.html", {"form": form, "options": options})


def _with_factor(request: HttpRequest, user: User, kind: str) -> HttpResponse:
    """The session counts as signed in with the new factor; those without recovery codes get them next."""
    record_authentication(request, user, "mfa", type=kind)
    request.session.cycle_key()
    messages.success(request, _("Set up."))
    has_codes = Authenticator.objects.filter(user=user, type=factors.RECOVERY).exists()
    return redirect("signin_factors" if has_codes else "signin_codes")


@require_POST
def remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one of one's own factors off."""
    user = reader(request)
    own = Authenticator.objects.filter(user=user).exclude(type=factors.RECOVERY)
    authenticator = get_object_or_404(own, pk=pk)
    if way := proof_of(request, user, back=reverse("signin_factors")):
        return way
    try:
        actions.remove_factor(by=user, authenticator=authenticator)
        messages.success(request, _("Taken off."))
    except actions.SignInRefused as refused:
        messages.error(request, refused.reason)
    return redirect("signin_factors")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Makes new recovery codes and shows them this once."""
    user = reader(request)
    if not factors.registered(user):
        return redirect("signin_factors")
    if way := proof_of(request, user):
        return way
    codes = actions.renew_recovery_codes(by=user) if request.method == "POST" else []
    return render(request, "signin/codes.html", {"codes": codes, "lack": door.lack_of(request, user)})


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Sets a password by a one-time link; signing in comes after. Every link that does not hold is the same 404."""
    person = links.person_of_link(key, token)
    if person is None:
        raise Http404
    form = NewPasswordForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            actions.use_password_link(key=key, token=token, password=form.cleaned_data["password1"])
        except actions.SignInRefused as refused:
            raise Http404 from refused
        messages.success(request, _("The password is set. Sign in with it."))
        return redirect("account_login")
    return render(request, "signin/set_password.html", {"form": form})
