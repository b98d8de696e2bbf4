"""The admin screens of letters, and of the approved paragraphs from which they are drafted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cases.admin.doors import NotesLooks, OfJustice, ShownInline, may_look
from cases.letters.placeholders import PLACEHOLDERS, unknown_in
from cases.models import Case, Letter, LetterCase, Paragraph
from tracker.adminbase import ReadOnlyAdmin, ReferenceAdmin


class LetterCaseInline(ShownInline):
    """The cases of a letter: whoever sees the letter sees all of them."""

    model = LetterCase
    fields = ("case", "meaning", "promised_on", "settled_by")


@admin.register(Letter)
class LetterAdmin(NotesLooks, OfJustice, ReadOnlyAdmin):
    """Letters in and out all of whose cases the supervisor may see; what they say and answer stands on their own pages."""

    list_display = (
        "__str__",
        "way",
        "kind",
        "status",
        "partner",
        "channel",
        "dated_on",
        "moved_on",
        "reply_by",
    )
    list_filter = ("way", "kind", "status", "channel")
    search_fields = ("number", "their_number", "partner__code", "partner__name_zh", "partner__name_en")
    list_select_related = ("partner",)
    exclude = ("paragraphs", "subject_zh", "subject_en", "note", "answers")
    inlines = (LetterCaseInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("about__case")

    def cases_of(self, row: Letter) -> list[Case]:
        return [line.case for line in row.about.all()]


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
class ParagraphAdmin(OfJustice, ReferenceAdmin):
    """The approved paragraphs of letters: supervisors of justice change them, and each change is told."""

    form = ParagraphForm
    list_display = ("title", "kind", "position", "is_usual", "is_current", "approved_by", "approved_on")
    list_filter = ("kind", "is_current")
    search_fields = ("code", "title", "text_zh", "text_en")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)
