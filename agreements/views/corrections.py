"""Correcting and withdrawing a milestone: nothing is overwritten, and the reason stays."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import correct_milestone, withdraw_milestone
from agreements.actions.filing import chronology, stage_of
from agreements.forms.corrections import CorrectForm, WithdrawForm
from agreements.models import Agreement, Milestone
from agreements.record.offers import stage_mark
from agreements.rules import may_correct
from agreements.views.deeds import carry_out
from agreements.views.doors import reader, require, seen


def _milestone(request: HttpRequest, number: str, pk: int) -> tuple[Agreement, Milestone]:
    """The standing milestone of an agreement that the reader may see and correct."""
    agreement = seen(request, number)
    milestone = get_object_or_404(agreement.milestones, pk=pk)
    allowed = may_correct(reader(request), agreement)
    require(allowed, _("After signature only a supervisor of the lead agency corrects."))
    return agreement, milestone


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask what is right, show before and after (`act=check`), then replace the milestone (`act=take`)."""
    agreement, milestone = _milestone(request, number, pk)
    form = CorrectForm(request.POST or None, milestone=milestone, version=agreement.version)
    context = {"form": form, "agreement": agreement, "milestone": milestone}
    act = request.POST.get("act")
    if act == "check" and form.is_valid():
        return render(request, "agreements/correct_check.html", context)

    def do() -> str:
        corrected = correct_milestone(
            by=reader(request),
            milestone=milestone,
            reason=form.cleaned_data["reason"],
            today=timezone.localdate(),
            version=form.cleaned_data["version"],
            **form.corrected(),
        )
        return f"{agreement.get_absolute_url()}?recorded={corrected.pk}"

    answer = None
    if act == "take":
        answer = carry_out(form, do, by=reader(request), about=agreement)
    return answer or render(request, "agreements/correct_form.html", context)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say what withdrawing would change, ask for the reason, and take the milestone back."""
    agreement, milestone = _milestone(request, number, pk)
    form = WithdrawForm(request.POST or None, version=agreement.version)

    def do() -> str:
        withdraw_milestone(
            by=reader(request),
            milestone=milestone,
            reason=form.cleaned_data["reason"],
            today=timezone.localdate(),
            version=form.cleaned_data["version"],
        )
        return f"{agreement.get_absolute_url()}?recorded={milestone.pk}"

    answer = None
    if request.method == "POST":
        answer = carry_out(form, do, by=reader(request), about=agreement)
    return answer or render(request, "agreements/withdraw.html", _withdrawing(form, agreement, milestone))


def _withdrawing(form: WithdrawForm, agreement: Agreement, milestone: Milestone) -> dict[str, object]:
    """The page's context, with the stage before and after."""
    rest = [fact for fact in chronology(agreement) if fact.pk != milestone.pk]
    return {
        "form": form,
        "agreement": agreement,
        "milestone": milestone,
        "was": stage_mark(agreement.stage, agreement),
        "becomes": stage_mark(stage_of(agreement, rest), agreement),
    }
