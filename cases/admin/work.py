"""The admin screens of the work beside cases: notes, tasks, links, concurrent requests, hand-overs."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from agreements.models import Agreement
from cases.admin.doors import NotesLooks, OfJustice, OfVisibleCases, ShownInline
from cases.models import (
    Case,
    CaseLink,
    Competition,
    Competitor,
    Handover,
    HandoverLine,
    Mention,
    Note,
    Task,
)
from tracker.adminbase import ReadOnlyAdmin


@admin.register(Note)
class NoteAdmin(OfVisibleCases):
    """Notes of people, the withdrawn ones too."""

    list_display = ("case", "written_by", "written_at", "is_for_successor", "withdrawn_at")
    list_filter = ("is_for_successor",)
    search_fields = ("case__number", "written_by__name")
    list_select_related = ("case", "written_by")


@admin.register(Mention)
class MentionAdmin(OfVisibleCases):
    """Who was named in a note, and has seen it."""

    through = ("note__case",)
    list_display = ("note", "person", "seen_at")
    search_fields = ("note__case__number", "person__name")
    list_select_related = ("note__case", "person")


@admin.register(Task)
class TaskAdmin(OfVisibleCases):
    """Tasks, the done ones too."""

    list_display = ("case", "words", "due_on", "assigned_to", "done_at", "done_by")
    search_fields = ("case__number", "words", "assigned_to__name")
    list_select_related = ("case", "assigned_to", "done_by")


@admin.register(CaseLink)
class CaseLinkAdmin(OfVisibleCases):
    """Links, as far as both ends may be seen."""

    through = ("case", "other")
    list_display = ("case", "kind", "other", "recorded_at", "recorded_by")
    list_filter = ("kind",)
    search_fields = ("case__number", "other__number")
    list_select_related = ("case", "other", "recorded_by")


class CompetitorInline(ShownInline):
    """The concurrent requests; whoever sees the competition sees all of them."""

    model = Competitor
    fields = ("case", "nature", "time_needed", "told_on")


@admin.register(Competition)
class CompetitionAdmin(NotesLooks, OfJustice, ReadOnlyAdmin):
    """Concurrent requests, as far as each of them may be seen."""

    list_display = ("wanted", "preferred", "decided_on", "decided_by", "recorded_at")
    search_fields = ("wanted", "competitors__case__number")
    list_select_related = ("preferred", "decided_by")
    inlines = (CompetitorInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        seen = Case.objects.visible_to(request.user)  # type: ignore[arg-type]
        hidden = Competitor.objects.filter(competition=OuterRef("pk")).exclude(case__in=seen)
        rows = super().get_queryset(request).filter(~Exists(hidden))
        return rows.filter(Q(preferred=None) | Q(preferred__in=seen)).prefetch_related("competitors__case")

    def cases_of(self, row: Competition) -> list[Case]:
        return [one.case for one in row.competitors.all()]


class HandoverLineInline(ShownInline):
    """What was handed over, as far as the supervisor may see it."""

    model = HandoverLine
    fields = ("case", "agreement", "ticked_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        cases = Case.objects.visible_to(request.user)  # type: ignore[arg-type]
        agreements = Agreement.objects.visible_to(request.user)  # type: ignore[arg-type]
        shown = Q(case__in=cases) | Q(agreement__in=agreements)
        return super().get_queryset(request).filter(shown)


@admin.register(Handover)
class HandoverAdmin(OfJustice, ReadOnlyAdmin):
    """Changes of hands; what the predecessor wrote to the successor is theirs."""

    list_display = ("giver", "taker", "made_at", "made_by", "closed_at")
    search_fields = ("giver__name", "taker__name")
    list_select_related = ("giver", "taker", "made_by")
    exclude = ("message",)
    inlines = (HandoverLineInline,)
