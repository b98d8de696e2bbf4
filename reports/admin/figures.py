"""Admin screens of the series, their figures and the totals that their sources printed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agreements.actions import StepRefused
from reports.actions import add_figure, correct_figure
from reports.models import ControlTotal, Figure, Series
from tracker.adminbase import ReferenceAdmin


@admin.register(Series)
class SeriesAdmin(ReferenceAdmin):
    """A series keeps its unit once it has figures: another unit is another series."""

    list_display = ("code", "name_zh", "unit", "source", "published_on")
    list_filter = ("unit",)
    search_fields = ("code", "name_zh", "name_en", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: Series | None = None) -> Any:
        return ("code", "unit") if obj and obj.figures.exists() else ()


class FigureForm(forms.ModelForm):
    """A figure; correcting one asks for the reason, which stays with the value that it replaces."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        is_changed = bool(set(self.changed_data) - {"reason"})
        if self.instance.pk and is_changed and not given.get("reason", "").strip():
            self.add_error("reason", ValidationError(_("Say why the figure changes.")))
        return given


@admin.register(Figure)
class FigureAdmin(ReferenceAdmin):
    """Figures are written by the app's own actions: a correction withdraws one row and adds another."""

    form = FigureForm
    list_display = ("series", "year", "partner", "remainder", "value", "is_outlier", "withdrawn_at")
    list_filter = ("series", ("withdrawn_at", admin.EmptyFieldListFilter), "year", "is_outlier")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en", "remainder", "note")
    list_select_related = ("series", "partner")
    autocomplete_fields = ("partner",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Figure]:
        rows: QuerySet[Figure] = super().get_queryset(request)
        return rows.select_related("recorded_by", "withdrawn_by")

    def get_fields(self, request: HttpRequest, obj: Figure | None = None) -> Any:
        own = ["series", "partner", "remainder", "year", "value", "precision", "is_outlier", "note"]
        kept = ["recorded_at", "recorded_by", "withdrawn_at", "withdrawn_by", "withdrawn_reason"]
        if obj is None:
            return own
        return [*own, *kept] if obj.withdrawn_at else [*own, "reason", *kept]

    def get_readonly_fields(self, request: HttpRequest, obj: Figure | None = None) -> Any:
        kept = ("recorded_at", "recorded_by", "withdrawn_at", "withdrawn_by", "withdrawn_reason")
        return ("series", "partner", "remainder", "year", "precision", *kept) if obj else kept

    def has_change_permission(self, request: HttpRequest, obj: Figure | None = None) -> bool:
        stands = obj is None or obj.withdrawn_at is None
        return stands and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A figure is withdrawn on the page of its series, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Figure, form: Any, change: bool) -> None:
        by: Any = request.user
        given = form.cleaned_data
        if not set(form.changed_data) - {"reason"}:
            return
        if not change:
            add_figure(by=by, figure=obj)
            return
        named = {name: given[name] for name in ("value", "is_outlier", "note", "reason")}
        try:
            correct_figure(by=by, figure=obj, **named)
        except StepRefused as refused:
            messages.error(request, str(refused))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is related to a figure, and its action has told the audit trail already."""


@admin.register(ControlTotal)
class ControlTotalAdmin(ReferenceAdmin):
    list_display = ("series", "measure", "year", "partner", "value")
    list_filter = ("series", "measure", "year")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en")
    list_select_related = ("series", "partner")
    autocomplete_fields = ("partner",)
