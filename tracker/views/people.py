"""Pages on which administrators create, change and end people, and review who has an account."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.access import only
from tracker.actions import once
from tracker.audit import history_of
from tracker.models import Entry, User
from tracker.people import actions
from tracker.people.forms import PersonForm, RightsForm
from tracker.people.review import review_list
from tracker.people.rules import may_administer, may_change_person
from tracker.people.words import sentence
from tracker.sessions import device_words
from tracker.signedin import standing_sessions
from tracker.views.myself import reader

SHOWN = 50
SEARCH = "case.find_person"
"""A search is told of its person, but is nothing that was done about the account."""


@require_safe
@only(may_administer)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, those who can sign in first."""
    rows = User.objects.order_by("-is_active", "ministry", "role", "username")
    return render(request, "tracker/people/list.html", {"people": rows, "today": timezone.localdate()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only(may_administer)
def new(request: HttpRequest) -> HttpResponse:
    """Create a person; the first password is shown with the answer, once."""
    form, user = PersonForm(request.POST or None), reader(request)
    made: list[tuple[User, str]] = []

    def do() -> str:
        given = {"username": form.cleaned_data["username"], "rights": form.rights()}
        made.append(actions.create_person(by=user, **given))
        return reverse("people:person", args=[made[0][0].pk])

    if form.is_bound and form.is_valid():
        try:
            result = once(form.cleaned_data["key"], by=user, do=do)
            if not made:
                return redirect(result)
            return render(
                request, "tracker/people/first.html", dict(zip(("person", "first"), made[0], strict=True))
            )
        except actions.PeopleRefused as refused:
            form.refuse(refused)
    return render(request, "tracker/people/form.html", {"form": form})


@require_safe
@only(may_administer)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: rights, sessions, and what was done about the account."""
    found, user, now = get_object_or_404(User, pk=pk), reader(request), timezone.now()
    entries: list[Entry] = list(history_of(found).exclude(verb=SEARCH)[:SHOWN])
    context: dict[str, Any] = {
        "person": found,
        "may_change": may_change_person(user, found),
        "sessions": [(one, device_words(one)) for one in standing_sessions(found, now=now)],
        "entries": [(entry, sentence(entry)) for entry in entries],
        "today": timezone.localdate(),
    }
    return render(request, "tracker/people/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_administer)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person other rights, or another last day."""
    found, user = get_object_or_404(User, pk=pk), reader(request)
    if not may_change_person(user, found):
        raise PermissionDenied(_("Nobody changes their own rights: another administrator does."))
    form = RightsForm(request.POST or None, person=found)
    if form.is_bound and form.is_valid():
        try:
            actions.change_person(by=user, person=found, rights=form.rights())
            messages.success(request, _("The rights are changed. They hold from the next page on."))
            return redirect("people:person", pk=pk)
        except actions.PeopleRefused as refused:
            form.refuse(refused)
    return render(request, "tracker/people/form.html", {"form": form, "person": found})


@require_POST
@only(may_administer)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account off or on again, or end its sessions; the act is named by the button."""
    found, user, name = get_object_or_404(User, pk=pk), reader(request), request.POST.get("act", "")
    acts = {
        "end": (actions.end_person, _("The account is switched off; its sessions are ended.")),
        "restore": (actions.restore_person, _("The account is switched on again.")),
        "sessions": (actions.end_sessions, _("All sessions of this person are ended.")),
    }
    if name not in acts:
        raise Http404
    deed, said = acts[name]
    try:
        deed(by=user, person=found)  # type: ignore[operator]
        messages.success(request, said)
    except actions.PeopleRefused as refused:
        messages.error(request, str(refused))
    return redirect("people:person", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_administer)
def review(request: HttpRequest) -> HttpResponse:
    """The half-yearly list of who may do what; confirming it is recorded."""
    found = review_list(today=timezone.localdate(), now=timezone.now())
    if request.method == "POST":
        actions.confirm_review(by=reader(request), people=len(found.rows), idle=found.idle)
        messages.success(request, _("The review is recorded."))
        return redirect("people:review")
    return render(request, "tracker/people/review.html", {"review": found, "today": timezone.localdate()})
