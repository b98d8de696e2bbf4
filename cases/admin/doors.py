"""Who enters the admin screens of cases, and from which rows their lists begin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from cases.models import Case
from cases.rules import works_on_cases
from tracker.adminbase import ReadOnlyAdmin
from tracker.models import User


def may_look(request: HttpRequest) -> bool:
    """Supervisors of justice look."""
    return isinstance(request.user, User) and request.user.is_supervisor and works_on_cases(request.user)


class OfJustice(admin.ModelAdmin):
    """A screen for supervisors of justice only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)


class OfVisibleCases(OfJustice, ReadOnlyAdmin):
    """Rows that belong to a case: only of those the supervisor may see."""

    through: tuple[str, ...] = ("case",)
    list_select_related: ClassVar[Any] = ("case",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows, seen = super().get_queryset(request), Case.objects.visible_to(request.user)  # type: ignore[arg-type]
        for name in self.through:
            rows = rows.filter(**{f"{name}__in": seen})
        return rows


class ShownInline(admin.TabularInline):
    """Rows shown on the screen of what they belong to; nothing is written here."""

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
