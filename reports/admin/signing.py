"""Admin screens of signed-off reports and of long exports: they show, and never write."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from reports.frozen import counts_cases
from reports.models import Decision, FrozenReport, Job, Remark
from tracker.adminbase import ReadOnlyAdmin


class ShownInline(admin.TabularInline):
    """Rows of a report shown on its screen."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # the screen that it stands on asks

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RemarkInline(ShownInline):
    model = Remark


class DecisionInline(ShownInline):
    model = Decision


@admin.register(FrozenReport)
class FrozenReportAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "as_of", "status", "created_by", "approved_at", "short_digest")
    list_filter = ("status", "code")
    search_fields = ("code", "title")
    list_select_related = ("created_by",)
    date_hierarchy = "as_of"
    inlines = (RemarkInline, DecisionInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        return FrozenReport.objects.visible_to(request.user)  # type: ignore[arg-type]

    @admin.display(description="SHA-256")
    def short_digest(self, report: FrozenReport) -> str:
        """Of a report that counts cases none: with it a guess at its numbers could be tried (AZ-13)."""
        return "" if counts_cases(report.code, None) else report.digest[:16]


class OfVisibleReports(ReadOnlyAdmin):
    """Rows that belong to a report: only of those that the reader may see."""

    list_select_related: ClassVar[Any] = ("report",)

    def get_queryset(self, request: HttpRequest) -> Any:
        seen = FrozenReport.objects.visible_to(request.user)  # type: ignore[arg-type]
        return super().get_queryset(request).filter(report__in=seen)


@admin.register(Remark)
class RemarkAdmin(OfVisibleReports):
    list_display = ("report", "row", "text")
    search_fields = ("report__code", "row", "text", "text_en")


@admin.register(Decision)
class DecisionAdmin(OfVisibleReports):
    list_display = ("report", "kind", "by", "at", "reason")
    list_filter = ("kind",)
    search_fields = ("report__code", "by__name", "reason")
    list_select_related = ("report", "by")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """How the exports go; what was asked for in them is their asker's own matter."""

    list_display = ("kind", "state", "asked_by", "asked_at", "ended_at", "done_rows", "attempts", "error")
    list_filter = ("state", "kind")
    search_fields = ("asked_by__name", "asked_by__username", "error")
    list_select_related = ("asked_by",)
    exclude = ("title", "parameters", "document")
