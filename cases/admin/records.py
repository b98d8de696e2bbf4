"""The admin screens of cases themselves, of what happened to them, and of what happens to their time."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cases.actions.numbering import APART_SIGN
from cases.admin.doors import NotesLooks, OfJustice, OfVisibleCases, ShownInline
from cases.models import AssistanceItem, Case, CaseEvent, Extension, Interval, NumberSeries
from tracker.adminbase import ReadOnlyAdmin


class ItemInline(ShownInline):
    model = AssistanceItem
    fields = ("kind", "state", "result")


class EventInline(ShownInline):
    model = CaseEvent
    fields = ("step", "state", "happened_on", "reference", "body", "note", "recorded_by")


@admin.register(Case)
class CaseAdmin(NotesLooks, OfJustice, ReadOnlyAdmin):
    """Registered cases and the own drafts, as far as the supervisor may see them; the agreement may be hidden."""

    list_display = (
        "__str__", "direction", "kind", "partner", "basis", "state", "requested_on", "officer", "voided_at",
    )  # fmt: skip
    list_filter = ("direction", "kind", "basis", "state", "is_open")
    search_fields = ("number", "former_number", "partner_reference", "office_reference")
    list_select_related = ("partner", "officer")
    exclude = ("agreement",)
    inlines = (ItemInline, EventInline)

    def cases_of(self, row: Case) -> list[Case]:
        return [row]


@admin.register(CaseEvent)
class CaseEventAdmin(OfVisibleCases):
    """The dated facts of cases, without the letters that tell of them, which may be hidden."""

    list_display = (
        "case",
        "order",
        "step",
        "state",
        "happened_on",
        "reference",
        "recorded_at",
        "recorded_by",
    )
    list_filter = ("state", "result")
    search_fields = ("case__number", "reference")
    list_select_related = ("case", "recorded_by")
    exclude = ("letter",)


@admin.register(Interval)
class IntervalAdmin(OfVisibleCases):
    """Stopped clocks and holds."""

    list_display = ("case", "sort", "category", "began_on", "until", "ended_on", "withdrawn_at")
    list_filter = ("sort", "category")
    search_fields = ("case__number", "reason")


@admin.register(Extension)
class ExtensionAdmin(OfVisibleCases):
    """Requests for more time, and what was decided."""

    list_display = ("case", "clock", "due_was", "due_asked", "is_approved", "asked_by", "decided_by")
    list_filter = ("clock", "is_approved")
    search_fields = ("case__number", "reason")
    list_select_related = ("case", "asked_by", "decided_by")


@admin.register(NumberSeries)
class NumberSeriesAdmin(OfJustice, ReadOnlyAdmin):
    """The counters of case numbers; only registering a case moves them. Those of secret cases count for the cleared."""

    list_display = ("prefix", "last")
    search_fields = ("prefix",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        for level, sign in APART_SIGN.items():
            if request.user.clearance < level:  # type: ignore[union-attr]
                rows = rows.exclude(prefix__contains=f"-{sign}")
        return rows
