"""The list of cases on the page and as a sheet, and the first page of justice."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.actions.exporting import record_export
from cases.csvstream import csv_of
from cases.filters import CaseFilter
from cases.home import home_page, wanted_home
from cases.listing import columns_of, list_page
from cases.looking import outsiders_of
from cases.marks import marks_due
from cases.models import Case
from cases.rules import may_import_cases, may_log, may_read_cases, works_on_cases
from cases.sheets import header, sheet_rows
from cases.views.doors import reader
from tracker.access import only
from tracker.kept import kept
from tracker.keys import is_key
from tracker.looks import shown_many
from tracker.sheets import FORMATS, csv_response, sheet_response

HOME_PIECES = {
    "top": "cases/home/top.html",
    "lists": "cases/home/lists.html",
    "beside": "cases/home/beside.html",
}

MOST_AT_ONCE = 5_000
"""Rows of a workbook beyond which it is written in the background; CSV leaves while its rows are read."""


def listed(request: HttpRequest) -> CaseFilter:
    """The list that the address asks for."""
    path, today = reverse("cases:list"), timezone.localdate()
    return CaseFilter(request.GET, reader=reader(request), today=today, path=path)


@require_safe
@only(may_read_cases)
def cases(request: HttpRequest) -> HttpResponse:
    """The registered cases that the reader may see, filtered, newest request first, page by page."""
    user, filtered = reader(request), listed(request)
    page = list_page(filtered, request.GET.get("page", ""), ticked="tick" in request.GET)
    may = {"may_log": may_log(user), "may_assign": works_on_cases(user), "may_pass_on": may_log(user)}
    may["may_import"] = may_import_cases(user)
    context = {"filter": filtered, "page": page, "today": filtered.today, **may}
    return render(request, "cases/list.html", context)


@require_safe
@only(may_read_cases)
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list, filtered alike and with its columns, as CSV, XLSX or ODS; or only the chosen ones."""
    format, filtered = request.GET.get("format", "csv"), listed(request)
    if format not in FORMATS:
        raise Http404(format)
    rows, keys = filtered.qs, chosen_keys(request)
    if keys:
        rows = filtered.rows_of(keys)
    if format != "csv" and rows.order_by()[MOST_AT_ONCE:].exists():
        return redirect(f"{reverse('reports:ask_job')}?kind_of_job=cases&{request.GET.urlencode()}")
    columns = columns_of(filtered)
    record_export(by=filtered.reader, format=format, filters=filtered.said(), chosen=len(keys))
    shown_many(request, Case, rows.order_by().values_list("pk", flat=True))
    name = f"{_('cases')}-{filtered.day or filtered.today:%Y%m%d}"
    if format == "csv":
        return csv_response(name, csv_of(rows, columns, filtered))
    return sheet_response(format, name, header(columns), sheet_rows(rows, columns, filtered))


def chosen_keys(request: HttpRequest) -> list[int]:
    """The keys of the cases that were ticked, each once; what is no key is passed over."""
    return [int(key) for key in dict.fromkeys(request.GET.getlist("case")) if is_key(key)]


@require_safe
@only(works_on_cases)
def home(request: HttpRequest) -> HttpResponse:
    """What asks for this officer's attention: overdue, mine, unassigned, and the drafts. It is kept between writes."""
    user, today = reader(request), timezone.localdate()
    with_samples = request.GET.get("samples") == "1"

    def make() -> dict[str, str]:
        page = home_page(reader=user, today=today, with_samples=with_samples)
        context = {"page": page, "drawn": page.drawn, "today": today, "with_samples": with_samples}
        context["marks_due"] = marks_due(user, today=today)
        context["outsiders"] = outsiders_of(user, now=timezone.now())
        return {
            name: render_to_string(template, context | {"user": user})
            for name, template in HOME_PIECES.items()
        }

    pieces = kept(wanted_home(user, today=today, with_samples=with_samples), make)
    return render(request, "cases/home.html", pieces | {"drafts": user.drafts.all()[:10], "today": today})
