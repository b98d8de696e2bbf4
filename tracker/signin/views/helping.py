"""Pages on which administrators help people who cannot get in, and a second person decides."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.access import only
from tracker.models import FactorReset, User
from tracker.roles import Role
from tracker.signin import actions, links
from tracker.signin.actions.rescue import may_decide, may_help
from tracker.signin.forms import ReasonForm, SubjectForm
from tracker.signin.views.own import reader


def may_look(user: User) -> bool:
    """Administrators and supervisors see what waits for a second person."""
    return user.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)


@require_safe
@only(may_help)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, each with a way to the help page."""
    found = User.objects.order_by("username").only("username", "name", "role", "ministry", "is_active")
    return render(request, "signin/people.html", {"people": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only(may_help)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person signs in with, and the acts that help; an act is named by the button that was pressed."""
    found = get_object_or_404(User, pk=pk)
    act = request.POST.get("act", "")
    reason = ReasonForm(request.POST if act == "reset" else None)
    subject = SubjectForm(request.POST if act == "link" else None)
    facts: dict[str, object] = {"person": found, "reason": reason, "subject": subject}
    try:
        if act == "password":
            actions.issue_password_link(by=reader(request), person=found)
            facts["link"] = links.address_of(request, found)
        elif act and _do(request, act, found, reason, subject):
            messages.success(request, _("Done."))
            return redirect("signin_person", pk=pk)
    except actions.SignInRefused as refused:
        facts["refused"] = refused.reason
    return render(request, "signin/person.html", facts | _facts_of(found))


def _do(request: HttpRequest, act: str, person: User, reason: ReasonForm, subject: SubjectForm) -> bool:
    """Carry out one act; False when its form is not complete, or there is no such act."""
    by = reader(request)
    if act == "unlock":
        actions.unlock(by=by, person=person)
    elif act == "reset" and reason.is_valid():
        actions.ask_factor_reset(by=by, person=person, reason=reason.cleaned_data["reason"])
    elif act == "link" and settings.OIDC["issuer"] and subject.is_valid():
        actions.ask_link(by=by, person=person, subject=subject.cleaned_data["subject"])
    elif act == "unlink" and settings.OIDC["issuer"]:
        actions.unlink_identity(by=by, person=person)
    else:
        return False
    return True


def _facts_of(person: User) -> dict[str, object]:
    """The kinds of factors, the link with the provider, and what waits for a second person; no secret and no code."""
    waiting = FactorReset.objects.filter(person=person, is_confirmed=None).select_related("asked_by")
    kinds = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    return {
        "kinds": [str(Authenticator.Type(kind).label) for kind in kinds],
        "identity": SocialAccount.objects.filter(user=person, provider=settings.OIDC["issuer"]).first(),
        "waiting": waiting.filter(subject="").first(),
        "link_asked": waiting.exclude(subject="").first(),
        "has_provider": bool(settings.OIDC["issuer"]),
    }


@require_safe
@only(may_look)
def resets(request: HttpRequest) -> HttpResponse:
    """Which resets of factors and which links wait for a second person, with the buttons for whoever may be that person."""
    user = reader(request)
    waiting = FactorReset.objects.filter(is_confirmed=None).select_related("person", "asked_by")
    rows = [(reset, may_decide(user, reset)) for reset in waiting]
    seen = rows if may_help(user) else [row for row in rows if row[1]]
    return render(request, "signin/resets.html", {"rows": seen})


@require_POST
@only(may_look)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirms or refuses a reset, or a link, as the second person."""
    user = reader(request)
    reset = get_object_or_404(FactorReset.objects.select_related("person"), pk=pk)
    if not may_help(user) and not may_decide(user, reset):
        return render(request, "404.html", status=404)
    do = actions.decide_link if reset.subject else actions.decide_factor_reset
    try:
        do(by=user, reset=reset, confirm="confirm" in request.POST)
        messages.success(request, _("Done."))
    except actions.SignInRefused as refused:
        messages.error(request, refused.reason)
    return redirect("signin_resets")
