"""Admin screens of the audit follow-up: its acts are recorded on its own pages, and only shown here."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from agreements.models import Agreement
from reports.models import Evidence, FrozenReport, Recommendation, RecommendationEvent
from tracker.adminbase import ReadOnlyAdmin


@admin.register(Recommendation)
class RecommendationAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "fiscal_year", "ministry", "state", "due_on", "next_review_on")
    list_filter = ("state", "ministry", "fiscal_year", "is_sample")
    search_fields = ("code", "title", "title_en", "text", "article")


@admin.register(RecommendationEvent)
class RecommendationEventAdmin(ReadOnlyAdmin):
    list_display = ("recommendation", "order", "kind", "happened", "reference", "withdrawn_at")
    list_filter = ("kind", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("recommendation__code", "reference", "text", "text_en")
    list_select_related = ("recommendation",)


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """Evidence that names an agreement or a report is for those who may see that."""

    list_display = ("recommendation", "text", "happened", "partner", "withdrawn_at")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    search_fields = ("recommendation__code", "text", "text_en", "partner__code")
    list_select_related = ("recommendation", "partner", "agreement", "report")

    def get_queryset(self, request: HttpRequest) -> Any:
        reader: Any = request.user
        agreements, reports = Agreement.objects.visible_to(reader), FrozenReport.objects.visible_to(reader)
        return (
            super()
            .get_queryset(request)
            .filter(Q(agreement=None) | Q(agreement__in=agreements), Q(report=None) | Q(report__in=reports))
        )
