"""Recording a step: the form, the page that says what will follow, and the deed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import obstacles, plan_step, take_step
from agreements.actions.uploads import file_uploads
from agreements.forms.steps import StepForm
from agreements.record.aftermath import aftermath
from agreements.record.offers import days_at_hand, stage_mark
from agreements.rules import may_enter_history, may_take_step
from agreements.views.deeds import carry_out, done_already, keep_uploads
from agreements.views.doors import reader, require, seen
from tracker.views.drafts import keep_draft, sent_or_drafted


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    """Offer the steps that are possible now; look at one (`act=check`), change it, or take it (`act=take`).

    With `?history=1` a supervisor enters what happened before the file came here, with its gaps.
    """
    agreement, user = seen(request, number), reader(request)
    as_history = "history" in request.GET
    form = StepForm(
        sent_or_drafted(request),
        request.FILES or None,
        agreement=agreement,
        by=user,
        today=timezone.localdate(),
        as_history=as_history,
        initial={"step": request.GET.get("step", "")},
    )
    done = done_already(form, by=user) if form.is_bound else None
    if done is not None:
        return done
    may_record = may_enter_history if as_history else may_take_step
    require(may_record(user, agreement), _("You may not record steps of this agreement."))
    return _answer(request, form) if form.is_bound else _form_page(request, form)


def _answer(request: HttpRequest, form: StepForm) -> HttpResponse:
    keep_uploads(form, secrecy=form.agreement.secrecy)
    act = request.POST.get("act")
    if act == "take":
        return _take(form) or _form_page(request, form)
    if act == "check":
        return _check(request, form)
    if act == "draft":
        return keep_draft(request, form.submission_key(), _draft_title(form), form.typed())
    form.forgive()
    return _form_page(request, form)


def _draft_title(form: StepForm) -> str:
    label = dict(form.fields["step"].choices).get(form["step"].value())  # type: ignore[attr-defined]
    return f"{label or _('Record a step')}: {form.agreement.title}"


def _check(request: HttpRequest, form: StepForm) -> HttpResponse:
    """The page that says what will follow, or the form again with everything that stands in the way."""
    today = timezone.localdate()
    form.check_version()
    if form.is_valid():
        asked = form.request()
        for refused in obstacles(by=form.by, agreement=form.agreement, request=asked, today=today):
            form.refuse(refused)
    if form.errors:
        return _form_page(request, form)
    plan = plan_step(by=form.by, agreement=form.agreement, request=asked, today=today)
    context = {"form": form, "agreement": form.agreement, "plan": plan, "aftermath": aftermath(plan, form.by)}
    return render(request, "agreements/step_check.html", context)


def _take(form: StepForm) -> HttpResponse | None:
    """Carry it out and lead to the record; None when it was refused, which the form then says."""
    agreement, today = form.agreement, timezone.localdate()

    def do() -> str:
        asked, given = form.request(), form.cleaned_data
        version = given["version"]
        milestone = take_step(by=form.by, agreement=agreement, request=asked, today=today, version=version)
        file_uploads(by=form.by, key=given["key"], agreement=agreement)
        return f"{agreement.get_absolute_url()}?recorded={milestone.pk}"

    return carry_out(form, do, by=form.by, about=agreement)


def _form_page(request: HttpRequest, form: StepForm) -> HttpResponse:
    context = {
        "form": form,
        "agreement": form.agreement,
        "now": stage_mark(form.agreement.stage, form.agreement),
        "may_enter_history": may_enter_history(form.by, form.agreement),
        "days": days_at_hand(form.agreement, today=timezone.localdate()),
    }
    return render(request, "agreements/step_form.html", context)
