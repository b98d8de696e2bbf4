"""The open cases whose basis an agreement touches, and restating them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agreements.actions import StepRefused
from agreements.models import Agreement
from cases.actions.restating import Restated, restate_many
from cases.forms.restating import RestateForm
from cases.restating import lines_of
from cases.rules import may_read_cases, works_on_cases
from cases.views.doors import reader
from tracker.access import only
from tracker.actions import once


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def restate(request: HttpRequest) -> HttpResponse:
    """List the cases to be looked at again; Justice ticks those that are to be restated, with one reason."""
    user, today = reader(request), timezone.localdate()
    agreement = _agreement(request)
    if request.method == "POST" and not works_on_cases(user):
        raise PermissionDenied(_("Justice says what a case rests on."))
    lines = lines_of(agreement, reader=user, today=today) if agreement else None
    form = RestateForm(request.POST or None, lines=lines.rows if lines else ())
    if agreement and request.method == "POST" and form.is_valid():
        return _carry_out(request, form, agreement)
    context = {
        "agreement": agreement,
        "lines": lines,
        "form": form if works_on_cases(user) else None,
        "form_then": set(form.data.getlist("then")) if form.is_bound else (),  # type: ignore[attr-defined]
        "form_now": set(form.data.getlist("now")) if form.is_bound else (),  # type: ignore[attr-defined]
        "today": today,
    }
    return render(request, "cases/restate.html", context)


def _agreement(request: HttpRequest) -> Agreement | None:
    """The agreement that the address names; None when it names none.

    :raises Http404: for a hidden one as for one that does not exist.
    """
    number = request.GET.get("agreement", "").strip()
    if not number:
        return None
    seen = Agreement.objects.visible_to(reader(request)).select_related("partner")
    agreement = seen.filter(number=number).first()
    if agreement is None:
        raise Http404
    return agreement


def _carry_out(request: HttpRequest, form: RestateForm, agreement: Agreement) -> HttpResponse:
    """Restate once under the form's key, and say what was done and what was refused."""
    given, outcome = form.cleaned_data, Restated((), ())
    address = f"{reverse('cases:restate')}?agreement={agreement.number}"

    def do() -> str:
        nonlocal outcome
        outcome = restate_many(
            by=reader(request), wanted=form.wanted(), reason=given["reason"], today=timezone.localdate()
        )
        return address

    try:
        once(given["key"], by=reader(request), do=do)
    except StepRefused as refused:
        messages.error(request, str(refused.reason))
    if outcome.done:
        count = len(outcome.done)
        told = ngettext("%(count)s case was restated.", "%(count)s cases were restated.", count)
        messages.success(request, told % {"count": count})
    for number, reason in outcome.refused:
        messages.error(request, f"{number}: {reason}")
    return redirect(address)
