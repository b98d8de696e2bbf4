"""Audit follow-up: the register of recommendations, one of them, and the forms that carry it on."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.forms.keyed import KeyedForm
from agreements.views.doors import reader, require
from reports import recommendations
from reports.actions import (
    add_evidence,
    add_recommendation,
    change_days,
    course_of,
    record_act,
    withdraw_act,
    withdraw_evidence,
)
from reports.actions.answers import make_pack, zipped
from reports.forms.followup import ActForm, DaysForm, EvidenceForm, PackForm, RecommendationForm, WithdrawForm
from reports.models import Recommendation
from reports.rules import may_add_recommendation, may_follow_up, may_make_answer
from reports.views.doors import carry_out
from tracker.access import only
from tracker.documents import content_disposition
from tracker.paper import NotPrinted


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every recommendation with its three steps, the newest cycle first."""
    today, user = timezone.localdate(), reader(request)
    rows = recommendations.followed(user, today=today)
    waiting = [row for row in rows if row.due_on is not None]
    context = {
        "rows": rows,
        "next": min(waiting, key=lambda row: row.due_on, default=None),  # type: ignore[arg-type, return-value]
        "may_add": may_add_recommendation(user),
    }
    return render(request, "reports/followup.html", context)


@require_safe
def recommendation(request: HttpRequest, code: str) -> HttpResponse:
    """One recommendation: its course, every act, and what was done."""
    user = reader(request)
    found = get_object_or_404(recommendations.with_rows(Recommendation.objects.all(), user), code=code)
    context: dict[str, Any] = {
        "row": recommendations.of(found, today=timezone.localdate()),
        "events": list(found.events.all()),
        "withdrawn": [one for one in found.evidence.all() if one.withdrawn_at],
        "may_follow_up": may_follow_up(user, found),
        "may_make_answer": may_make_answer(user),
    }
    return render(request, "reports/recommendation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_recommendation(request: HttpRequest) -> HttpResponse:
    """Enter what the audit office asks of the reader's ministry."""
    user = reader(request)
    require(may_add_recommendation(user), _("Supervisors enter the recommendations of the audit office."))
    form = RecommendationForm(request.POST or None)

    def do() -> str:
        made = add_recommendation(
            by=user, recommendation=form.recommendation(user.ministry), asked=form.asked()
        )
        return made.get_absolute_url()

    return _answer(request, form, do, title=_("Enter a recommendation"), button=_("Enter it"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_act(request: HttpRequest, code: str) -> HttpResponse:
    """Add the next act to a recommendation."""
    found = _open(request, code)
    form = ActForm(request.POST or None, kinds=course_of(found).next, version=found.version)

    def do() -> str:
        record_act(
            by=reader(request),
            recommendation=found,
            act=form.act(),
            version=form.cleaned_data["version"],
            today=timezone.localdate(),
        )
        return found.get_absolute_url()

    return _answer(request, form, do, found, title=_("Add an act"), button=_("Add the act"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_evidence(request: HttpRequest, code: str) -> HttpResponse:
    """Say what was done about a recommendation."""
    found = _open(request, code)
    form = EvidenceForm(request.POST or None, by=reader(request))

    def do() -> str:
        named = ("text", "text_en", "happened", "partner", "agreement", "report")
        given = {name: form.cleaned_data[name] for name in named}
        add_evidence(by=reader(request), recommendation=found, today=timezone.localdate(), **given)
        return found.get_absolute_url()

    return _answer(request, form, do, found, title=_("Say what was done"), button=_("Add it"))


@require_http_methods(["GET", "HEAD", "POST"])
def days(request: HttpRequest, code: str) -> HttpResponse:
    """Set the days of a recommendation."""
    found = _open(request, code)
    names = ("due_on", "inner_due_on", "next_review_on")
    form = DaysForm(
        request.POST or None, version=found.version, initial={name: getattr(found, name) for name in names}
    )

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in (*names, "version")}
        change_days(by=reader(request), recommendation=found, **given)
        return found.get_absolute_url()

    return _answer(request, form, do, found, title=_("Set the days"), button=_("Set them"))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_event(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw the last act."""
    found = _open(request, code)
    event = get_object_or_404(found.events.filter(withdrawn_at=None), pk=pk)
    form = WithdrawForm(request.POST or None, version=found.version)

    def do() -> str:
        given = form.cleaned_data
        withdraw_act(by=reader(request), event=event, reason=given["reason"], version=given["version"])
        return found.get_absolute_url()

    title = _("Withdraw: %(act)s") % {"act": event.get_kind_display()}
    return _answer(request, form, do, found, title=title, button=_("Withdraw it"))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_done(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw what was said to have been done."""
    found = _open(request, code)
    evidence = get_object_or_404(found.evidence.filter(withdrawn_at=None), pk=pk)
    form = WithdrawForm(request.POST or None)

    def do() -> str:
        withdraw_evidence(by=reader(request), evidence=evidence, reason=form.cleaned_data["reason"])
        return found.get_absolute_url()

    title = _("Withdraw: %(act)s") % {"act": evidence.text}
    return _answer(request, form, do, found, title=title, button=_("Withdraw it"))


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_make_answer)
def pack(request: HttpRequest, code: str) -> HttpResponse:
    """The answer pack of a recommendation, as one archive."""
    found = get_object_or_404(Recommendation, code=code)
    form = PackForm(request.POST or None, initial={"as_of": date(found.fiscal_year, 12, 31)})
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        days = {"as_of": given["as_of"], "since": given["since"]}
        try:
            files = make_pack(by=reader(request), recommendation=found, made_at=now, **days)
        except NotPrinted:
            form.add_error(None, _("This text cannot be printed: shorten it."))
        else:
            response = HttpResponse(zipped(files, timezone.localtime(now)), content_type="application/zip")
            name = f"answer-{found.code}-{given['as_of'].isoformat()}.zip"
            response["Content-Disposition"] = content_disposition(name)
            return response
    return render(request, "reports/answer_pack.html", {"form": form, "recommendation": found})


def _open(request: HttpRequest, code: str) -> Recommendation:
    found = get_object_or_404(Recommendation, code=code)
    require(may_follow_up(reader(request), found), _("The ministry that answers keeps this record."))
    return found


def _answer(
    request: HttpRequest,
    form: KeyedForm,
    do: Callable[[], str],
    found: Recommendation | None = None,
    *,
    title: str,
    button: str,
) -> HttpResponse:
    """The page of the form, or where it leads once it was carried out; a refusal comes back on the form."""
    answer = carry_out(request, form, do, found)
    if answer and form.is_valid():
        messages.success(request, _("It is recorded."))
    context = {"form": form, "recommendation": found, "title": title, "button": button}
    return answer or render(request, "reports/followup_form.html", context)
