"""Reports that are signed off: the list, one of them, its remarks, and every signature."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views.doors import reader
from reports.actions.frozen import (
    approve_report,
    change_remark,
    return_report,
    review_report,
    submit_report,
    withdraw_report,
)
from reports.forms.frozen import DecisionForm, RemarkForm
from reports.frame import frame_context
from reports.frozenpage import frozen_page, listed_reports, reads_content, row_choices
from reports.models import FrozenReport
from reports.rules import may_change_report, may_read_reports
from reports.views.doors import carry_out, seen_report
from tracker.access import only
from tracker.commands import taipei_today
from tracker.documents import content_disposition

ACTS: dict[str, tuple[Callable[..., FrozenReport], Promise]] = {
    "submit": (submit_report, gettext_lazy("The report is submitted.")),
    "review": (review_report, gettext_lazy("The report is reviewed.")),
    "approve": (
        approve_report,
        gettext_lazy("The report is approved. Its rows and their digest are kept for good."),
    ),
    "return": (return_report, gettext_lazy("The report is sent back.")),
    "withdraw": (withdraw_report, gettext_lazy("The report is a draft again.")),
}


@require_safe
@only(may_read_reports)
def signed_off(request: HttpRequest) -> HttpResponse:
    """What waits for a signature, and what was approved, newest first."""
    page = listed_reports(reader(request), request.GET, today=taipei_today())
    return render(request, "reports/signed_off.html", {"page": page} | frame_context("frozen"))


@require_safe
@only(may_read_reports)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: live until it is approved, then the frozen rows; `?now=1` asks how they differ from now."""
    found = seen_report(request, pk)
    return _page(request, found, DecisionForm(version=found.version))


@require_POST
@only(may_read_reports)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, send back or take back; what is refused is said on the report's page."""
    found, user = seen_report(request, pk), reader(request)
    form, name = DecisionForm(request.POST, version=found.version), request.POST.get("act", "")
    if name not in ACTS:
        raise PermissionDenied(_("Choose what is to be done."))
    deed, done = ACTS[name]

    def do() -> str:
        given = {"reason": form.cleaned_data["reason"], "version": form.cleaned_data["version"]}
        return deed(by=user, report=found, **given).get_absolute_url()

    answer = carry_out(request, form, do, found)
    if answer:
        messages.success(request, str(done))
    return answer or _page(request, found, form)


@require_http_methods(["GET", "POST"])
@only(may_read_reports)
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what is recommended for a row (`row` in the address), or for the whole report."""
    found, user = seen_report(request, pk), reader(request)
    if not may_change_report(user, found):
        raise PermissionDenied(_("Its drafter changes a report until it is submitted."))
    row = request.GET.get("row", "")
    known = found.remarks.filter(row=row).first()
    initial = {"row": row, "text": known.text if known else "", "text_en": known.text_en if known else ""}
    form = RemarkForm(
        request.POST or None, rows=row_choices(found, user), version=found.version, initial=initial
    )

    def do() -> str:
        given: dict[str, Any] = {
            name: form.cleaned_data[name] for name in ("row", "text", "text_en", "version")
        }
        return change_remark(by=user, report=found, **given).get_absolute_url()

    answer = carry_out(request, form, do, found)
    if answer:
        messages.success(request, _("The remark is kept."))
    return answer or render(
        request, "reports/remark.html", {"form": form, "report": found} | frame_context("frozen")
    )


@require_safe
@only(may_read_reports)
def content(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen bytes, exactly; 403 before there are any, and for who is not told exact numbers of cases."""
    found = seen_report(request, pk)
    if not found.is_approved:
        raise PermissionDenied(_("There is no frozen content before the report is approved."))
    if not reads_content(reader(request), found):
        raise PermissionDenied(_("It tells exact numbers of cases that you may not all open."))
    response = HttpResponse(found.content.encode(), content_type="application/json")
    name = f"{found.code}-{found.as_of:%Y%m%d}-{found.pk}.json"
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest, found: FrozenReport, form: DecisionForm) -> HttpResponse:
    user = reader(request)
    page = frozen_page(found, user, compare=request.GET.get("now") == "1")
    context = {"page": page, "report": found, "form": form, "today": taipei_today()}
    return render(request, "reports/frozen.html", context | frame_context("frozen"))
