"""The admin screens of cases: shown to supervisors of justice, who write there only paragraphs; closed to all others.

The administrator of the system has no permission on any model of cases.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.letters.placeholders import PLACEHOLDERS, unknown_in
from cases.models import AssistanceItem, Case, CaseEvent, Paragraph
from cases.rules import works_on_cases
from tracker.adminbase import ReadOnlyAdmin, ReferenceAdmin
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


class ParagraphForm(forms.ModelForm):
    """A paragraph holds no placeholder but those on the list, and one in use says who approved it and when."""

    class Meta:
        model = Paragraph
        fields = (
            "code",
            "kind",
            "position",
            "title",
            "text_zh",
            "text_en",
            "is_usual",
            "is_current",
            "approved_by",
            "approved_on",
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for field in ("text_zh", "text_en"):
            if unknown := unknown_in(given.get(field, "")):
                told = {"unknown": ", ".join(unknown), "known": ", ".join(PLACEHOLDERS)}
                words = _("There is no placeholder %(unknown)s. Those there are: %(known)s.")
                self.add_error(field, ValidationError(words % told, code="unknown"))
        for field in ("approved_by", "approved_on"):
            if given.get("is_current") and not given.get(field):
                self.add_error(field, _("Say who approved it, and when."))
        return given


@admin.register(Paragraph)
class ParagraphAdmin(ReferenceAdmin):
    """The approved paragraphs of letters: supervisors of justice change them, and each change is told."""

    form = ParagraphForm
    list_display = ("title", "kind", "position", "is_usual", "is_current", "approved_by", "approved_on")
    list_filter = ("kind", "is_current")
    search_fields = ("code", "title", "text_zh", "text_en")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)
