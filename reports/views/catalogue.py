"""The catalogue of reports, and the page of each: its parameters in the address, its table, its files."""

import io
from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.views.doors import reader
from reports.actions.frozen import draft_report
from reports.alongside import behind
from reports.asked import parameter_words, query_of
from reports.catalogue import REPORTS, Entry, Group, NotLoaded, Parameters, Report
from reports.charting import chart_of
from reports.exports import report_data
from reports.forms.catalogue import ParametersForm
from reports.forms.frozen import DraftForm
from reports.frame import frame_context
from reports.rules import may_draft_report, may_read_reports
from reports.serving import CONTENT_TYPES, FORMS, file_name, write_as
from reports.views.doors import carry_out
from reports.written import write
from tracker.access import only
from tracker.commands import taipei_today
from tracker.documents import content_disposition
from tracker.models import User
from tracker.paper import NotPrinted

MANY_ROWS = 1_000
"""Rows from which a page offers to write its files in the background."""


@require_safe
@only(may_read_reports)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every report by its group: code, title, one sentence."""
    groups = [(group.label, [one for one in REPORTS.values() if one.group == group]) for group in Group]
    context = {"groups": [(label, rows) for label, rows in groups if rows]} | frame_context("all")
    return render(request, "reports/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_reports)
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report with the parameters of the address; POST drafts it for approval with the same ones."""
    entry, user = entry_of(code), reader(request)
    asked = ParametersForm(request.GET or None, entry=entry, today=taipei_today())
    parameters = asked.parameters()
    form = DraftForm(request.POST or None)

    def do() -> str:
        given = {"code": entry.code, "parameters": parameters, "due_on": form.cleaned_data["due_on"]}
        return draft_report(by=user, today=taipei_today(), **given).get_absolute_url()

    answer = carry_out(request, form, do)
    if answer:
        return answer
    made = made_for(entry, parameters, user)
    context = _shown(made, parameters) | {"entry": entry, "form": form, "asked": asked} | frame_context("all")
    context["may_draft"] = may_draft_report(user) and made is not None
    return render(request, "reports/report.html", context)


@require_safe
@only(may_read_reports)
def download(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The report of the address as a file: json, csv, xlsx, ods or pdf."""
    entry, user = entry_of(code), reader(request)
    asked = ParametersForm(request.GET or None, entry=entry, today=taipei_today())
    made = made_for(entry, asked.parameters(), user)
    if form not in FORMS or made is None:
        raise Http404(form)
    if form == "json":
        return JsonResponse(report_data(made), json_dumps_params={"ensure_ascii": False})
    try:
        return file_response(made, form, user, made_at=timezone.now())
    except NotPrinted:
        messages.error(request, _("This report is too long for a PDF: narrow it down."))
        return redirect(f"{reverse('reports:report', args=[code])}?{request.GET.urlencode()}")


def entry_of(code: str) -> Entry:
    """:raises Http404: for a report that does not exist."""
    if code not in REPORTS:
        raise Http404(code)
    return REPORTS[code]


def made_for(entry: Entry, parameters: Parameters, user: User) -> Report | None:
    """The report of what the reader may see; None when what it stands on is not loaded."""
    try:
        return entry.run(parameters, reader=user)
    except NotLoaded:
        return None


def file_response(made: Report, form: str, user: User, *, made_at: datetime) -> HttpResponseBase:
    """The report as a download."""
    file = io.BytesIO()
    tables = behind(made.code, made.parameters, reader=user)
    write_as(made, form, file, made_at=made_at, tables=tables)
    file.seek(0)
    response = FileResponse(file, content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = content_disposition(f"{file_name(made)}.{form}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _shown(made: Report | None, parameters: Parameters) -> dict[str, object]:
    shown: dict[str, object] = {
        "files": FORMS,
        "query": query_of(parameters),
        "said": parameter_words(parameters),
    }
    if made is None:
        return shown | {"table": None, "lacking": _("What this report stands on has not been loaded yet.")}
    written = write(made)
    return shown | {"table": written, "chart": chart_of(written), "is_long": len(made.rows) > MANY_ROWS}
