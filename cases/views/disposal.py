"""For how long a case is kept, which cases are due for disposal, and the lists under which they are destroyed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views import doors as agreement_doors
from cases.actions.disposal import (
    approve_disposal,
    carry_out_disposal,
    draw_up_disposal,
    drop_disposal,
    record_authority_approval,
)
from cases.actions.retention import lift_hold, place_hold, set_agreement_retention, set_retention
from cases.forms.disposal import ACTS, DrawUpForm, HoldForm, RetentionForm
from cases.models import Case, DisposalList, Retention
from cases.retention import defaults, destroyed_on, due_cases, due_rows, lists_for, told_of
from cases.rules import may_change, may_dispose, may_keep_agreement, may_read_cases
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only
from tracker.looks import shown_many
from tracker.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_dispose)
def due(request: HttpRequest) -> HttpResponse:
    """Cases whose term is over, and the disposal lists; a POST draws up a list of those chosen."""
    user, today = reader(request), timezone.localdate()
    form = DrawUpForm(request.POST or None, due=due_cases(user, today=today))

    def do() -> str:
        chosen = list(form.cleaned_data["cases"])
        plan = draw_up_disposal(by=user, cases=chosen, today=today)
        return reverse("cases:disposal_list", args=[plan.pk])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("The disposal list is drawn up."))
        return answer
    rows = due_rows(user, today=today)
    shown_many(request, Case, [row.case.pk for row in rows])
    context = {"rows": rows, "form": form, "lists": lists_for(user), "known": defaults()}
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
    form = ACTS[name](request.POST)

    def do() -> str:
        _decide(name, user, found, form.cleaned_data)
        return reverse("cases:disposal_list", args=[found.pk])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("It is recorded."))
    return answer or _plan_page(request, found, {name: form})


def _decide(name: str, user: User, found: DisposalList, given: dict[str, Any]) -> None:
    today = timezone.localdate()
    if name == "record":
        record_authority_approval(by=user, plan=found, number=given["number"], on=given["on"], today=today)
    elif name == "approve":
        approve_disposal(by=user, plan=found, today=today)
    elif name == "carry_out":
        carry_out_disposal(by=user, plan=found, today=today)
    else:
        drop_disposal(by=user, plan=found, reason=given["reason"])


def _seen_plan(request: HttpRequest, pk: int) -> DisposalList:
    """:raises Http404: for a list with a case that the reader does not see, as for none."""
    rows = DisposalList.objects.visible_to(reader(request))
    return get_object_or_404(rows.select_related("drawn_up_by", "approved_by", "carried_out_by"), pk=pk)


def _plan_page(request: HttpRequest, found: DisposalList, sent: dict[str, Any]) -> HttpResponse:
    found.refresh_from_db()
    lines = list(found.lines.select_related("case__partner").order_by("case"))
    shown_many(request, Case, [line.case_id for line in lines])
    forms = {name: sent.get(name) or kind(auto_id=f"{name}_%s") for name, kind in ACTS.items()}
    left = found.erasures.filter(erased_at=None).count()
    context = {
        "plan": found,
        "lines": lines,
        "forms": forms,
        "left": left,
        "refused": next(iter(sent.values()), None),
    }
    return render(request, "cases/disposal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def retention(request: HttpRequest, number: str) -> HttpResponse:
    """For how long the case is kept, and what stops its disposal; a POST sets the one or the other."""
    case, user = seen(request, number), reader(request)
    is_hold = "act" in request.POST
    if request.method == "POST" and not (may_change(user, case) and (is_hold or may_dispose(user))):
        raise PermissionDenied(_("A supervisor of justice says how long a case is kept."))
    sent = (HoldForm if is_hold else RetentionForm)(request.POST) if request.method == "POST" else None

    def do() -> str:
        assert sent is not None  # noqa: S101 - it was sent
        _keep(user, case, dict(sent.cleaned_data))
        return reverse("cases:retention", args=[case.number])

    answer = carry_out(sent, do, by=user) if sent and sent.is_valid() else None
    if answer:
        messages.success(request, _("It is recorded."))
    return answer or _retention_page(request, case, sent)


def _keep(user: User, case: Case, given: dict[str, Any]) -> None:
    if "act" not in given:
        told = {name: given[name] for name in ("years", "start", "reason")}
        set_retention(by=user, case=case, **told)
    elif given["act"] == "place":
        place_hold(by=user, case=case, reason=given["reason"])
    else:
        lift_hold(by=user, case=case, reason=given["reason"])


def _retention_page(request: HttpRequest, case: Case, sent: Any) -> HttpResponse:
    """The page of one case; ``sent`` is the form that was refused, or None."""
    told = told_of(case, defaults())
    holds = list(case.disposal_holds.select_related("placed_by", "lifted_by"))
    standing = any(hold.lifted_at is None for hold in holds)
    forms = _retention_forms(
        reader(request), case, {"years": told.years, "start": told.start}, standing=standing
    )
    if sent is not None:
        forms["set" if isinstance(sent, RetentionForm) else "hold"] = sent
    context = frame_context(request, case, current="") | {
        "told": told, "ends_on": told.ends_on(case.closed_on), "holds": holds, "standing": standing,
        "forms": forms, "sent": sent, "destroyed": destroyed_on(case),
    }  # fmt: skip
    return render(request, "cases/retention.html", context)


def _retention_forms(user: User, case: Case, term: dict[str, Any], *, standing: bool) -> dict[str, Any]:
    """The forms that this reader may send; None in the place of the others."""
    may_place = may_change(user, case)
    may_set = may_dispose(user) and may_place
    hold = HoldForm(initial={"act": "lift" if standing else "place"}, auto_id="hold_%s")
    return {
        "set": RetentionForm(initial=term) if may_set else None,
        "hold": hold if (may_set if standing else may_place) else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def agreement_retention(request: HttpRequest, agreement: str) -> HttpResponse:
    """For how long an agreement is kept; nothing of an agreement is destroyed here."""
    found, user = agreement_doors.seen(request, agreement), reader(request)
    may_set = may_keep_agreement(user, found)
    if request.method == "POST" and not may_set:
        raise PermissionDenied(_("A supervisor says how long an agreement is kept."))
    form = RetentionForm(request.POST or None) if may_set else None

    def do() -> str:
        assert form is not None  # noqa: S101 - it was sent
        given = {name: form.cleaned_data[name] for name in ("years", "start", "reason")}
        set_agreement_retention(by=user, agreement=found, **given)
        return reverse("cases:agreement_retention", args=[found.number])

    answer = carry_out(form, do, by=user) if form and form.is_valid() else None
    context = {"agreement": found, "kept": Retention.objects.filter(agreement=found).first(), "form": form}
    return answer or render(request, "cases/agreement_retention.html", context)
