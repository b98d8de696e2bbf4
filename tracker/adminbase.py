"""What every admin screen stands on: closed to all but administrators and supervisors, and audited.

Two kinds: a screen that only shows, because the domain owns the write, and a screen on which reference data
is edited, each change with its audit entry.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import ModelForm
from django.http import HttpRequest

from tracker.actions import record_reference_change
from tracker.keys import is_key
from tracker.models import User
from tracker.roles import Role


def may_look(request: HttpRequest) -> bool:
    """Administrators and supervisors look at the admin screens."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)


def may_edit_reference(request: HttpRequest) -> bool:
    """Administrators edit reference data; so do supervisors, whose daily work it shapes."""
    return may_look(request)


class KeySelect(AutocompleteSelect):
    """A search field for one row that shows a refused form again whatever was sent in the place of the row's key."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_key(one)], attr)


class Rows(ChangeList):
    """A list that takes a year which no date can hold as a filter that cannot be read."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error


class ReadOnlyAdmin(admin.ModelAdmin):
    """A screen that shows and never writes; lists start from what the reader may see."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows


class ReferenceAdmin(ReadOnlyAdmin):
    """A screen on which reference data is edited; the audit trail tells who changed what."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit_reference(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference(request)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        """After the thing and its inlines are saved, in the same transaction, tell the audit trail."""
        super().save_related(request, form, formsets, change)
        changed = [
            *form.changed_data,
            *(str(f.model._meta.verbose_name) for f in formsets if f.has_changed()),
        ]
        if change and not changed:
            return
        values = {
            name: str(form.cleaned_data.get(name, "")) for name in form.changed_data if "password" not in name
        }
        record_reference_change(
            by=request.user,  # type: ignore[arg-type]
            thing=form.instance,
            verb="change" if change else "add",
            details={"fields": "、".join(changed), "values": values},
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record_reference_change(by=request.user, thing=obj, verb="delete", details={})  # type: ignore[arg-type]
        super().delete_model(request, obj)


class ReferenceInline(admin.TabularInline):
    """Rows edited on their parent's screen, under the same door."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit_reference(request)
