"""The admin screen of cases: shown to supervisors of justice, who write nothing there; closed to all others.

The administrator of the system has no permission on any model of cases.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.models import AssistanceItem, Case, CaseEvent
from cases.rules import works_on_cases
from tracker.adminbase import ReadOnlyAdmin
from tracker.models import User


def may_look(request: HttpRequest) -> bool:
    """Supervisors of justice look."""
    return isinstance(request.user, User) and request.user.is_supervisor and works_on_cases(request.user)


class ShownInline(admin.TabularInline):
    """Rows of a case, shown on its screen; whoever sees the case sees them."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ItemInline(ShownInline):
    model = AssistanceItem
    fields = ("kind", "state", "result")


class EventInline(ShownInline):
    model = CaseEvent
    fields = ("step", "state", "happened_on", "reference", "body", "note", "recorded_by")


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Registered cases and the own drafts, as far as the supervisor may see them."""

    list_display = ("__str__", "direction", "kind", "partner", "basis", "state", "requested_on", "officer")
    list_filter = ("direction", "kind", "basis", "state")
    search_fields = ("number", "partner_reference", "office_reference")
    list_select_related = ("partner", "officer")
    inlines = (ItemInline, EventInline)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)
