"""Importing a case log: choose, look at the check, apply, undo; and the template file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views.importdoors import ImportDoors
from cases.actions.importing import LOG, check_again, plan_import
from cases.forms.importing import ApplyForm, ImportForm
from cases.imports import checked_rows
from tracker.models import ImportBatch

TEMPLATES = ("cases/import_home.html", "cases/import_check.html")
DOORS = ImportDoors(LOG, "cases:import", TEMPLATES, checked_rows, check_again, ApplyForm)


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file to be checked; below it the columns, the template, and the imports so far."""
    user, today = DOORS.enter(request), timezone.localdate()
    form = ImportForm(request.POST or None, request.FILES or None, today=today)

    def plan() -> ImportBatch:
        assert form.log is not None  # noqa: S101 - narrows the type
        return plan_import(by=user, file=form.log, stated=form.stated)

    return DOORS.home(request, form, plan)


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty case log with one example row."""
    return DOORS.template(request, _("case log template"))


@require_safe
def check(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What every row would do, or has done, with the control totals."""
    return DOORS.check(request, batch)


@require_POST
def apply(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Write what the check showed; when the cases have changed since, check again instead."""
    return DOORS.apply(request, batch)


@require_POST
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Strike out what the import brought, and put back what it changed."""
    return DOORS.undo(request, batch)
