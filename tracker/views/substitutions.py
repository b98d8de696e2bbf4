"""Pages about substitutes (代理): who stands in for whom, naming one, ending one early."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.access import only
from tracker.actions import once
from tracker.models import Substitution
from tracker.people import actions
from tracker.people.forms import SubstitutionForm
from tracker.people.rules import may_end_substitution, may_name_substitutes
from tracker.views.myself import reader

SHOWN = 200


@require_safe
@only(may_name_substitutes)
def substitutions(request: HttpRequest) -> HttpResponse:
    """The substitutions that concern the reader: one's own, of one's ministry for supervisors, all for administrators."""
    user, now = reader(request), timezone.now()
    rows = Substitution.objects.select_related("person", "substitute", "made_by")
    shown = [
        (row, row.ended_at is None and row.ends_at > now and may_end_substitution(user, row))
        for row in rows.visible_to(user)[:SHOWN]
    ]
    return render(request, "tracker/people/substitutions.html", {"rows": shown, "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_name_substitutes)
def new(request: HttpRequest) -> HttpResponse:
    """Name a substitute."""
    user = reader(request)
    form = SubstitutionForm(request.POST or None, by=user)

    def do() -> str:
        actions.name_substitute(by=user, **form.substitution())
        return reverse("people:substitutions")

    if form.is_bound and form.is_valid():
        try:
            result = once(form.cleaned_data["key"], by=user, do=do)
            messages.success(request, _("The substitute is named."))
            return redirect(result)
        except actions.PeopleRefused as refused:
            form.refuse(refused)
    return render(request, "tracker/people/substitution.html", {"form": form})


@require_POST
@only(may_name_substitutes)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution early; one that does not concern the reader is the same 404 as none."""
    user = reader(request)
    found = get_object_or_404(Substitution.objects.visible_to(user), pk=pk)
    if not may_end_substitution(user, found):
        raise Http404
    actions.end_substitution(by=user, substitution=found)
    messages.success(request, _("The substitution is ended."))
    return redirect("people:substitutions")
