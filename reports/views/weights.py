"""Versions of the weights: their history, the form of a proposal, and the decision on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreements.views.doors import reader, require
from cases.views.doors import carry_out
from reports.actions import decide_weights, propose_weights
from reports.forms.priorities import DecisionForm, ProposalForm
from reports.frame import frame_context
from reports.models import WeightsVersion
from reports.rules import may_decide_weights, may_propose_weights
from reports.weighting import by_field, version_in_use
from reports.weightspage import preview, version_rows
from tracker.access import only
from tracker.commands import taipei_today

DECIDING = {"title": gettext_lazy("Decide on the weights"), "button": gettext_lazy("Record the decision")}


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Every version with its weights, who proposed it and why, and who decided what."""
    user, rows = reader(request), version_rows()
    waiting = next((row for row in rows if row.version.status == WeightsVersion.Status.PROPOSED), None)
    context = {
        "rows": rows,
        "waiting": waiting,
        "may_propose": may_propose_weights(user) and waiting is None,
        "may_decide": waiting is not None and may_decide_weights(user, waiting.version),
    }
    return render(request, "reports/weights.html", context | frame_context("priorities"))


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_propose_weights)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a version; the address may carry the weights, as the what-if form does."""
    user, now = reader(request), version_in_use()
    carried = {name: request.GET[name] for name in by_field({}) if name in request.GET}
    form = ProposalForm(request.POST or None, initial=by_field(now.by_factor) | carried)

    def do() -> str:
        propose_weights(by=user, by_factor=form.by_factor(), reason=form.cleaned_data["reason"])
        return reverse("reports:weights")

    answer = carry_out(form, do, by=user) if request.method == "POST" and form.is_valid() else None
    if answer:
        messages.success(request, _("The weights are proposed; a supervisor decides on them."))
    context = {"form": form, "now": now, "title": _("Propose weights"), "button": _("Propose")}
    return answer or render(request, "reports/weights_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve or refuse a proposal, with what it would do to the order of today."""
    user = reader(request)
    versions = WeightsVersion.objects.proposed().select_related("proposed_by")
    version = get_object_or_404(versions, number=number)
    require(
        may_decide_weights(user, version), _("A supervisor who did not propose the weights decides on them.")
    )
    form = DecisionForm(request.POST or None)

    def do() -> str:
        decision = form.cleaned_data["decision"]
        decide_weights(by=user, version=version, is_approved=form.is_approved, decision=decision)
        return reverse("reports:weights")

    answer = carry_out(form, do, by=user) if request.method == "POST" and form.is_valid() else None
    if answer:
        messages.success(request, _("The decision is recorded."))
        return answer
    shown = preview(version, reader=user, today=taipei_today())
    return render(request, "reports/weights_form.html", {"form": form, "shown": shown} | DECIDING)
