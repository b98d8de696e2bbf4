"""Importing a case log: choose, look at the check, apply, undo; and the template file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.importpages import BatchFilter, batch_list, batches_seen_by, check_page, column_rows
from cases.actions.importing import (
    COLUMNS,
    LOG,
    ImportRefused,
    apply_import,
    check_again,
    plan_import,
    undo_import,
)
from cases.forms.importing import ApplyForm, ImportForm
from cases.imports import checked_rows
from cases.rules import may_import_cases, may_undo_case_import
from cases.views.doors import reader
from tracker.access import only
from tracker.actions import once
from tracker.importing import template_header, template_rows
from tracker.models import ImportBatch
from tracker.sheets import FORMATS, sheet_response


@require_http_methods(["GET", "POST"])
@only(may_import_cases)
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file to be checked; below it the columns, the template, and the imports so far."""
    user, today = reader(request), timezone.localdate()
    form = ImportForm(request.POST or None, request.FILES or None, today=today)

    def check() -> str:
        assert form.log is not None  # noqa: S101 - narrows the type
        return _address(plan_import(by=user, file=form.log, stated=form.stated))

    if request.method == "POST" and form.is_valid():
        return redirect(once(form.cleaned_data["key"], by=user, do=check))
    filtered = BatchFilter(request.GET, reader=user, kind=LOG.code, path=reverse("cases:import"))
    context = {"form": form, "filter": filtered, "page": batch_list(filtered), "formats": FORMATS}
    return render(request, "cases/import_home.html", context | {"columns": column_rows(COLUMNS)})


@require_safe
@only(may_import_cases)
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty case log with one example row, as CSV, XLSX or ODS."""
    format = request.GET.get("format", "csv")
    if format not in FORMATS:
        raise Http404
    return sheet_response(format, _("case log template"), template_header(COLUMNS), template_rows(COLUMNS))


@require_safe
@only(may_import_cases)
def check(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What every row would do, or has done, with the control totals."""
    found = _seen(request, batch)
    return _show(request, found, ApplyForm(adds_up=LOG.checked(found).adds_up))


@require_POST
@only(may_import_cases)
def apply(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Write what the check showed; when the cases have changed since, check again instead."""
    found, user, today = _seen(request, batch), reader(request), timezone.localdate()
    form = ApplyForm(request.POST, adds_up=LOG.checked(found).adds_up)
    if found.state == ImportBatch.State.PLANNED and not form.is_valid():
        return _show(request, found, form)
    try:
        note = form.cleaned_data.get("note", "") if form.is_valid() else ""
        apply_import(by=user, batch=found, today=today, note=note)
    except ImportRefused as refused:
        if refused.code == "stale":
            check_again(by=user, batch=found, today=today)
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The import is written."))
    return redirect(_address(found))


@require_POST
@only(may_import_cases)
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Strike out what the import brought, and put back what it changed."""
    found, user = _seen(request, batch), reader(request)
    if not may_undo_case_import(user):
        raise PermissionDenied(_("Only a supervisor of Justice undoes an import of cases."))
    try:
        undo_import(by=user, batch=found, today=timezone.localdate())
    except ImportRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The import is undone."))
    return redirect(_address(found))


def _seen(request: HttpRequest, key: UUID) -> ImportBatch:
    """:raises Http404: for an import that the reader may not see, as for none."""
    return get_object_or_404(batches_seen_by(reader(request), LOG.code), pk=key)


def _show(request: HttpRequest, batch: ImportBatch, form: ApplyForm) -> HttpResponse:
    allowed = may_undo_case_import(reader(request))
    checked, path = LOG.checked(batch), _address(batch)
    page = check_page(batch, checked, checked_rows, request.GET, may_undo=allowed, path=path)
    context: dict[str, Any] = {"page": page, "batch": batch, "form": form, "left": batch.plan.get("left", [])}
    return render(request, "cases/import_check.html", context)


def _address(batch: ImportBatch) -> str:
    return reverse("cases:import_check", args=[batch.pk])
