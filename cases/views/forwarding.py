"""The forwarding desk of foreign affairs: what waits to be passed on, and passing on one or several at once."""

import re

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.actions.bulk import Outcome, pass_on_many
from cases.desk import desk
from cases.forms.bulk import PassOnForm
from cases.forwarding import LANE_OF, TO_PASS_ON
from cases.rules import forwards_cases, may_read_cases, works_on_cases
from cases.views.bulk import tell
from cases.views.doors import carry_out, reader
from tracker.access import only
from tracker.models import User

_CHOSEN = re.compile(r"(\d{1,18})\.(\d{1,9})", re.ASCII)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def forwarding(request: HttpRequest) -> HttpResponse:
    """What waits, lane by lane; a lane's small form passes on the cases that are ticked in it."""
    user, today = reader(request), timezone.localdate()
    forms = {lane.name: PassOnForm(lane=lane, today=today) for lane in TO_PASS_ON}
    if request.method == "POST":
        form = _sent(request, user)
        answer = _pass_on(request, user, form)
        if answer:
            return answer
        forms[form.lane.name] = form
    bound = next((form for form in forms.values() if form.is_bound), None)
    lanes = [(each, forms.get(each.lane.name)) for each in desk(user, today=today)]
    context = {"lanes": lanes, "may_pass_on": _may_pass_on(user), "form": bound, "today": today}
    context["ticked"] = request.POST.getlist("case")
    return render(request, "cases/forwarding.html", context)


def _may_pass_on(user: User) -> bool:
    return forwards_cases(user) or works_on_cases(user)


def _sent(request: HttpRequest, user: User) -> PassOnForm:
    """The form of the lane that was sent.

    :raises PermissionDenied: for people who only read.
    :raises Http404: for a lane that does not exist.
    """
    lane = LANE_OF.get(request.POST.get("lane", ""))
    if lane is None or not lane.step:
        raise Http404
    if not _may_pass_on(user):
        raise PermissionDenied(_("The two ministries pass cases on."))
    return PassOnForm(request.POST, lane=lane, today=timezone.localdate())


def _pass_on(request: HttpRequest, user: User, form: PassOnForm) -> HttpResponse | None:
    found = [_CHOSEN.fullmatch(text) for text in request.POST.getlist("case")]
    chosen = {int(pair[1]): int(pair[2]) for pair in found if pair}
    outcome = Outcome()

    def do() -> str:
        done = pass_on_many(by=user, chosen=chosen, request=form.request(), today=timezone.localdate())
        outcome.done, outcome.refused = done.done, done.refused
        return reverse("cases:forwarding")

    is_whole = form.is_valid() and form.refuse_without_any(chosen)
    answer = carry_out(form, do, by=user) if is_whole else None
    tell(request, outcome)
    return answer
