"""Admin screen of the versions of the weights: it shows them, and never writes; proposing and deciding have pages."""

from django.contrib import admin

from reports.models import WeightsVersion
from tracker.adminbase import ReadOnlyAdmin


@admin.register(WeightsVersion)
class WeightsVersionAdmin(ReadOnlyAdmin):
    list_display = ("number", "status", "proposed_at", "proposed_by", "decided_at", "decided_by")
    list_filter = ("status",)
    search_fields = ("reason", "decision")
    list_select_related = ("proposed_by", "decided_by")
