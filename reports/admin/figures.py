"""Admin screens of the series, their figures and the totals that their sources printed."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from reports.actions import save_figure
from reports.models import ControlTotal, Figure, Series
from tracker.adminbase import ReferenceAdmin


@admin.register(Series)
class SeriesAdmin(ReferenceAdmin):
    list_display = ("code", "name_zh", "unit", "source", "published_on")
    list_filter = ("unit",)
    search_fields = ("code", "name_zh", "name_en", "source")


@admin.register(Figure)
class FigureAdmin(ReferenceAdmin):
    """Figures are written by the app's own action, so that the audit trail keeps the value before and after."""

    list_display = ("series", "year", "partner", "remainder", "value", "is_outlier")
    list_filter = ("series", "year", "is_outlier")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en", "remainder", "note")
    list_select_related = ("series", "partner")
    autocomplete_fields = ("partner",)

    def save_model(self, request: HttpRequest, obj: Figure, form: ModelForm, change: bool) -> None:
        if form.has_changed():
            save_figure(by=request.user, figure=obj)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        """Nothing is related to a figure, and its action has told the audit trail already."""


@admin.register(ControlTotal)
class ControlTotalAdmin(ReferenceAdmin):
    list_display = ("series", "measure", "year", "partner", "value")
    list_filter = ("series", "measure")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en")
    list_select_related = ("series", "partner")
    autocomplete_fields = ("partner",)
