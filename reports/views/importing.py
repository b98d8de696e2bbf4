"""Importing figures of a series: choose, look at the check, apply, undo; and the template file."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views.importdoors import ImportDoors
from reports.actions.importing import FIGURES, check_again, plan_import, series_of
from reports.forms.importing import ApplyForm, ImportForm
from reports.imports import checked_rows
from tracker.models import ImportBatch

TEMPLATES = ("reports/import_home.html", "reports/import_check.html")


def _beside(batch: ImportBatch) -> dict[str, Any]:
    return {"series": series_of(batch)}


DOORS = ImportDoors(FIGURES, "reports:import", TEMPLATES, checked_rows, check_again, ApplyForm, _beside)


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a series and a file to be checked; below it the columns, the template, and the imports so far."""
    user, today = DOORS.enter(request), timezone.localdate()
    asked = {"series": request.GET.get("series", "")}
    form = ImportForm(request.POST or None, request.FILES or None, today=today, initial=asked)

    def plan() -> ImportBatch:
        assert form.read is not None  # noqa: S101 - narrows the type
        series = form.cleaned_data["series"]
        return plan_import(by=user, file=form.read, series=series, stated=form.stated)

    return DOORS.home(request, form, plan)


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """An empty file of figures with one example row."""
    return DOORS.template(request, _("figures template"))


@require_safe
def check(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What every row would do, or has done, with the printed totals."""
    return DOORS.check(request, batch)


@require_POST
def apply(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Write what the check showed; when the books have changed since, check again instead."""
    return DOORS.apply(request, batch)


@require_POST
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Withdraw what the import brought, and put back what it had corrected."""
    return DOORS.undo(request, batch)
