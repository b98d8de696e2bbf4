"""Who enters the admin screens of cases, and from which rows their lists begin."""

from functools import reduce
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from cases.models import Case
from cases.rules import works_on_cases
from tracker.adminbase import ReadOnlyAdmin
from tracker.looks import shown, shown_many
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


class NotesLooks(admin.ModelAdmin):
    """A screen that shows what cases hold: it notes a look at each of them."""

    def cases_of(self, row: Any) -> list[Case]:
        """The cases that a row tells of."""
        raise NotImplementedError

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row of this key, if the case may be seen; a look at the case is noted."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            shown(request, *self.cases_of(found))
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows of a page of the list; they tell of their cases, so looks at those are noted."""
        page = super().get_changelist_instance(request)
        cases = {case.pk for row in page.result_list for case in self.cases_of(row)}
        if cases:
            shown_many(request, Case, sorted(cases))
        return page


class OfVisibleCases(NotesLooks, OfJustice, ReadOnlyAdmin):
    """Rows that belong to a case: only of those the supervisor may see."""

    through: tuple[str, ...] = ("case",)
    list_select_related: ClassVar[Any] = ("case",)

    def cases_of(self, row: Any) -> list[Case]:
        return [reduce(getattr, name.split("__"), row) for name in self.through]

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
