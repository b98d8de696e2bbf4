"""The admin screens of what is asked and promised in cases, of their persons, and of how partners want to be asked.

Names of persons stay closed here: the screens show that there is one, and nothing of it.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases.admin.doors import OfJustice, OfVisibleCases
from cases.models import AssistanceItem, Person, PracticeLine, Promise, RequestContents
from cases.persons import HIDDEN
from tracker.adminbase import ReadOnlyAdmin


@admin.register(AssistanceItem)
class ItemAdmin(OfVisibleCases):
    """What is asked, thing by thing."""

    list_display = ("case", "position", "kind", "state", "result", "settled_on")
    list_filter = ("kind", "state")
    search_fields = ("case__number", "result")


@admin.register(RequestContents)
class ContentsAdmin(OfVisibleCases):
    """Letters of request: which of their parts are there; what they say stands on the page of the case."""

    list_display = ("case", "requesting_authority", "language", "translation", "copies", "dual_criminality")
    list_filter = ("translation", "dual_criminality")
    search_fields = ("case__number", "requesting_authority", "case_authority")
    fields = ("case", "requesting_authority", "case_authority", "language", "translation", "copies",
              "dual_criminality")  # fmt: skip


@admin.register(Person)
class PersonAdmin(OfVisibleCases):
    """That a case names a person and in what part; the name stays encrypted."""

    list_display = ("case", "part", "masked", "nationality", "recorded_at", "recorded_by")
    list_filter = ("part",)
    search_fields = ("case__number",)
    list_select_related = ("case", "nationality", "recorded_by")
    fields = readonly_fields = ("case", "part", "masked", "nationality", "recorded_at", "recorded_by")

    @admin.display(description=_("name"))
    def masked(self, person: Person) -> str:
        return HIDDEN


@admin.register(Promise)
class PromiseAdmin(OfVisibleCases):
    """Assurances given and received."""

    list_display = ("case", "kind", "given_by", "given_on", "due_on", "released_on", "withdrawn_at")
    list_filter = ("kind", "given_by")
    search_fields = ("case__number", "words")


@admin.register(PracticeLine)
class PracticeLineAdmin(OfJustice, ReadOnlyAdmin):
    """The lines of practice cards, the withdrawn ones too; they are written on the card."""

    list_display = ("partner", "measure", "topic", "text_zh", "verified_on", "verified_by", "withdrawn_at")
    list_filter = ("topic", "measure")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en", "text_zh", "text_en", "source")
    list_select_related = ("partner", "verified_by")
