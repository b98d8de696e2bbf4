"""Importing a register file: choose, look at the check, apply, undo; and the template file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.actions.importing import (
    COLUMNS,
    REGISTER,
    ImportRefused,
    apply_import,
    check_again,
    plan_import,
    undo_import,
)
from agreements.forms.importing import ApplyForm, ImportForm
from agreements.importpages import BatchFilter, batch_list, batches_seen_by, check_page, column_rows
from agreements.imports import checked_rows
from agreements.rules import may_import, may_undo_import
from agreements.views.doors import reader, require
from tracker.actions import once
from tracker.importing import template_header, template_rows
from tracker.models import ImportBatch
from tracker.sheets import FORMATS, sheet_response


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file to be checked; below it the columns, the template, and the imports so far."""
    user = reader(request)
    require(may_import(user), _("Only officers and supervisors of Foreign Affairs import."))
    today = timezone.localdate()
    form = ImportForm(request.POST or None, request.FILES or None, today=today)

    def check() -> str:
        assert form.register is not None  # noqa: S101 - narrows the type
        return _address(plan_import(by=user, file=form.register, today=today))

    if request.method == "POST" and form.is_valid():
        return redirect(once(form.cleaned_data["key"], by=user, do=check))
    filtered = BatchFilter(request.GET, reader=user, kind=REGISTER.code, path=reverse("agreements:import"))
    context = {"form": form, "filter": filtered, "page": batch_list(filtered), "formats": FORMATS}
    return render(request, "agreements/import_home.html", context | {"columns": column_rows(COLUMNS)})


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty register file with one example row, as CSV, XLSX or ODS."""
    require(may_import(reader(request)), _("Only officers and supervisors of Foreign Affairs import."))
    format = request.GET.get("format", "csv")
    if format not in FORMATS:
        raise Http404
    return sheet_response(format, _("register template"), template_header(COLUMNS), template_rows(COLUMNS))


@require_safe
def check(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What every row would do, or has done, with the control totals."""
    found = _seen(request, batch)
    return _show(request, found, ApplyForm(adds_up=REGISTER.checked(found).adds_up))


@require_POST
def apply(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Write what the check showed; when the register has changed since, check again instead."""
    found, user, today = _seen(request, batch), reader(request), timezone.localdate()
    form = ApplyForm(request.POST, adds_up=REGISTER.checked(found).adds_up)
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
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take the whole import back."""
    found, user = _seen(request, batch), reader(request)
    require(may_undo_import(user), _("Only a supervisor of Foreign Affairs undoes an import."))
    try:
        undo_import(by=user, batch=found, today=timezone.localdate())
    except ImportRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The import is undone."))
    return redirect(_address(found))


def _seen(request: HttpRequest, key: UUID) -> ImportBatch:
    """:raises Http404: for an import that the reader may not see, as for none."""
    user = reader(request)
    require(may_import(user), _("Only officers and supervisors of Foreign Affairs import."))
    return get_object_or_404(batches_seen_by(user, REGISTER.code), pk=key)


def _show(request: HttpRequest, batch: ImportBatch, form: ApplyForm) -> HttpResponse:
    allowed = may_undo_import(reader(request))
    page = check_page(
        batch, REGISTER.checked(batch), checked_rows, request.GET, may_undo=allowed, path=_address(batch)
    )
    context: dict[str, Any] = {"page": page, "batch": batch, "form": form}
    return render(request, "agreements/import_check.html", context)


def _address(batch: ImportBatch) -> str:
    return reverse("agreements:import_check", args=[batch.pk])
