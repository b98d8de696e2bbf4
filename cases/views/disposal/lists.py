"""Which cases are due for disposal, drawing up a list of them, and deciding on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.forms.keyed import ShownForm
from cases.actions.disposal import (
    approve_disposal,
    carry_out_disposal,
    draw_up_disposal,
    drop_disposal,
    record_authority_approval,
)
from cases.actions.retention import MEANWHILE
from cases.disposing import due_page, lines_page, lists_page
from cases.forms.disposal import ACTS, DrawUpForm
from cases.models import Case, DisposalList
from cases.rules import held_among, may_dispose
from cases.shown import list_shown
from cases.views.doors import carry_out, reader
from tracker.access import only
from tracker.keys import is_key
from tracker.looks import shown_many
from tracker.models import User

TURNS = ("turn", "turn_lists")
"""The buttons that show another page of the cases or of the lists, and keep what is ticked."""


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_dispose)
def due(request: HttpRequest) -> HttpResponse:
    """Cases whose term is over, and the disposal lists; a POST draws up a list of those ticked, or turns a page."""
    user, today = reader(request), timezone.localdate()
    is_sent = request.method == "POST" and not any(name in request.POST for name in TURNS)
    among = Case.objects.registered().visible_to(user)
    form = DrawUpForm(request.POST if is_sent else None, among=among)

    def do() -> str:
        chosen = list(form.cleaned_data["cases"])
        plan = draw_up_disposal(by=user, cases=chosen, today=today)
        return reverse("cases:disposal_list", args=[plan.pk])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("The disposal list is drawn up."))
    return answer or _due_page(request, form)


def _due_page(request: HttpRequest, form: DrawUpForm) -> HttpResponse:
    sent, user = request.POST, reader(request)
    ticked = {int(key) for key in sent.getlist("cases") if is_key(key)}
    cursor = sent.get("turn", sent.get("here", ""))
    page = due_page(user, today=timezone.localdate(), cursor=cursor, ticked=ticked)
    shown_many(request, Case, page.keys)
    lists, pages, number = lists_page(user, sent.get("turn_lists", sent.get("lists", "")))
    context = {"page": page, "form": form, "lists": lists, "pages": pages, "lists_here": number}
    return render(request, "cases/disposal.html", context)


@require_safe
@only(may_dispose)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposal list: its cases, who approved it, and, once it was carried out, the certificate."""
    return _plan_page(request, _seen_plan(request, pk), {})


@require_POST
@only(may_dispose)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the authority's approval, approve, carry out or drop; the last word of the form says which."""
    found, user, name = _seen_plan(request, pk), reader(request), request.POST.get("act", "")
    if name not in ACTS:
        raise Http404
    form = ACTS[name](request.POST, auto_id=f"{name}_%s")

    def do() -> str:
        _decide(name, user, found, form.cleaned_data)
        return reverse("cases:disposal_list", args=[found.pk])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("It is recorded."))
    return answer or _plan_page(request, found, {name: form})


def _decide(name: str, user: User, found: DisposalList, given: dict[str, Any]) -> None:
    today, shown = timezone.localdate(), given["shown"]
    if name == "record":
        letter = {"number": given["number"], "on": given["on"]}
        record_authority_approval(by=user, plan=found, **letter, today=today, shown=shown)
    elif name == "approve":
        approve_disposal(by=user, plan=found, today=today, shown=shown)
    elif name == "carry_out":
        carry_out_disposal(by=user, plan=found, today=today, shown=shown)
    else:
        drop_disposal(by=user, plan=found, reason=given["reason"], shown=shown)


def _seen_plan(request: HttpRequest, pk: int) -> DisposalList:
    """:raises Http404: for a list with a case that the reader does not see, as for none."""
    rows = DisposalList.objects.visible_to(reader(request))
    return get_object_or_404(rows.select_related("drawn_up_by", "approved_by", "carried_out_by"), pk=pk)


def _plan_page(request: HttpRequest, found: DisposalList, sent: dict[str, ShownForm]) -> HttpResponse:
    """The page of the list; ``sent`` is the form that was refused, by what it asked for: as typed, if that is still offered."""
    found.refresh_from_db()
    shown = list_shown(found)  # before the rows: what changes in between is refused, and never decided unseen
    address = reverse("cases:disposal_list", args=[found.pk])
    lines, pages = lines_page(found, address, request.GET.get("page", ""))
    shown_many(request, Case, [line.case_id for line in lines])
    offered = _offered(reader(request), found)
    forms = {name: ACTS[name](initial={"shown": shown}, auto_id=f"{name}_%s") for name in offered}
    for name, form in sent.items():
        form.renew_shown(shown=shown)
        forms |= {name: form} if name in forms else {}
    refused = next(iter(sent.values()), None)
    lost = None if refused in forms.values() else refused
    if lost:
        lost.leave_page(MEANWHILE)
    context = {
        "plan": found,
        "lines": lines,
        "pages": pages,
        "forms": forms,
        "left": found.erasures.filter(erased_at=None).count(),
        "refused": refused,
        "lost": lost,
    }
    return render(request, "cases/disposal_list.html", context)


def _offered(user: User, plan: DisposalList) -> list[str]:
    """What the page of a list offers to somebody who disposes: nothing once it is over, or for whoever only reads its cases."""
    if plan.carried_out_at or plan.dropped_at:
        return []
    cases = [line.case for line in plan.lines.select_related("case")]
    if len(held_among(user, cases)) < len(cases):
        return []
    if plan.approved_at:
        return ["carry_out", "drop"]
    may_approve = plan.approval_number and plan.drawn_up_by_id != user.pk
    return ["record", *(["approve"] if may_approve else []), "drop"]
