"""The page of a case and what is done there: its next step, its officer, what it rests on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.actions import assign, restate_basis, take_step
from cases.forms.bases import BasisForm
from cases.forms.record import AssignForm, StepForm
from cases.forms.tasks import TickForm
from cases.models import Case
from cases.record.offers import offers_for
from cases.record.page import record_page
from cases.record.trail import trail
from cases.retention import destroyed_on
from cases.rules import (
    may_amend,
    may_assign,
    may_change,
    may_read_cases,
    may_see_looks,
    may_void,
    may_write_beside,
)
from cases.views.amending import struck_page
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from cases.views.queueing import offer_next
from tracker.access import only
from tracker.keys import is_key

LINES_ON_A_PAGE = 50


@require_safe
@only(may_read_cases)
def history(request: HttpRequest, number: str) -> HttpResponse:
    """All that was done with the case, newest first, page by page."""
    case = seen(request, number)
    asked = request.GET.get("before", "")
    before = int(asked) if is_key(asked) else None
    page = trail(case, reader(request), size=LINES_ON_A_PAGE, before=before)
    context = frame_context(request, case, current="history") | {"trail": page, "is_first": before is None}
    context["may_see_looks"] = may_see_looks(reader(request), case)
    return render(request, "cases/history.html", context)


@require_safe
@only(may_read_cases)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where it stands, what happened, what is asked, what it rests on, and the next step."""
    try:
        case = seen(request, number)
    except Http404:
        return struck_page(request, number)
    user, today = reader(request), timezone.localdate()
    context = frame_context(request, case, current="overview") | {
        "page": record_page(case, reader=user, today=today),
        "offers": offers_for(case, reader=user, queue=request.GET.get("queue", "")),
        "may_assign": may_assign(user, case),
        "may_amend": may_amend(user, case),
        "may_void": may_void(user, case),
        "may_restate": may_change(user, case) and not case.is_closed,
        "destroyed": destroyed_on(case) if case.is_destroyed else None,
        "tick_form": TickForm(case=case) if may_write_beside(user, case) else None,
    }
    return render(request, "cases/detail.html", context)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Record a step, the one that the address names chosen beforehand; a refusal keeps everything that was typed."""
    case, user, today = seen(request, number), reader(request), timezone.localdate()
    asked_for = request.GET.get("step", "")
    form = StepForm(request.POST or None, case=case, by=user, today=today, asked_for=asked_for)
    if not form.offered and (request.method == "GET" or not may_write_beside(user, case)):
        raise PermissionDenied(_("No step of this case is yours to record now."))

    def do() -> str:
        version = form.cleaned_data["version"]
        take_step(by=user, case=case, request=form.request(), today=today, version=version)
        return case.get_absolute_url()

    answer = carry_out(form, do, by=user, case=case) if form.is_valid() else None
    if answer:
        messages.success(request, _("The step is recorded."))
        offer_next(request, case)
    context = frame_context(request, case, current="overview") | {"form": form}
    return answer or render(request, "cases/step.html", context)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Give the case to an officer."""
    case, user = seen(request, number), reader(request)
    if not may_assign(user, case):
        raise PermissionDenied(_("A supervisor assigns; an officer takes what nobody has."))
    form = AssignForm(request.POST or None, case=case)

    def do() -> str:
        given = form.cleaned_data
        assign(by=user, case=case, officer=given["officer"], version=given["version"], reason=given["reason"])
        visible = Case.objects.visible_to(user).filter(pk=case.pk).exists()
        return case.get_absolute_url() if visible else reverse("cases:list")

    answer = carry_out(form, do, by=user, case=case) if form.is_valid() else None
    if answer:
        messages.success(request, _("The officer is recorded."))
    context = frame_context(request, case, current="overview") | {"form": form}
    return answer or render(request, "cases/officer.html", context)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def basis(request: HttpRequest, number: str) -> HttpResponse:
    """Say anew what the case rests on, beside what the register now proposes for its day."""
    case, user = seen(request, number), reader(request)
    if not may_change(user, case):
        raise PermissionDenied(_("Justice says what a case rests on."))
    form = BasisForm(request.POST or None, case=case, by=user)

    def do() -> str:
        chosen, agreement = form.chosen()
        given = {"reason": form.cleaned_data["basis_reason"], "version": form.cleaned_data["version"]}
        restate_basis(by=user, case=case, basis=chosen, agreement=agreement, **given)
        return case.get_absolute_url()

    answer = carry_out(form, do, by=user, case=case) if request.method == "POST" and form.is_valid() else None
    if answer:
        messages.success(request, _("The legal basis is recorded."))
    return answer or render(request, "cases/basis.html", {"form": form, "case": case})
