"""Admin screens of people, the calendar, settings, documents, imports and the audit trail."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.adminbase import ReadOnlyAdmin, ReferenceAdmin, ReferenceInline
from tracker.audit import LISTED
from tracker.models import (
    Document,
    DocumentVersion,
    Draft,
    Entry,
    Holiday,
    ImportBatch,
    ListLook,
    SavedView,
    SearchEntry,
    Setting,
    Submission,
    User,
)
from tracker.owners import UNTOLD
from tracker.preferences import PREFERENCES
from tracker.roles import Role
from tracker.search import SOURCES

# Whose rights and addresses these would hold: roles stand on the person, and nobody signs in by mail.
admin.site.unregister([Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People are looked at here; administrators create and change them under `/people/`, where it is confirmed."""

    list_display = ("username", "name", "ministry", "desk", "role", "clearance", "is_active", "last_login")
    list_filter = ("ministry", "role", "clearance", "is_active")
    search_fields = ("username", "name", "desk")
    ordering = ("username",)
    fields = (
        "username",
        "name",
        "ministry",
        "desk",
        "role",
        "clearance",
        "ends_on",
        "is_active",
        "last_login",
        "change",
    )
    readonly_fields = ("change",)

    @admin.display(description=_("Change"))
    def change(self, person: User) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("people:person", args=[person.pk]),
            pgettext_lazy("accounts", "People"),
        )


def _about_what_is_seen(rows: Any, request: HttpRequest, through: str = "") -> Any:
    """Without what is about an agreement or a case that is hidden from the reader; ``through`` leads to what says about which."""
    model = rows.model._meta.get_field(through).related_model if through else rows.model
    kind = type(model._meta.get_field("about_id"))  # text in the one table, a number in the other
    way = f"{through}__" if through else ""
    for source in SOURCES:
        seen = source.visible(request.user).order_by()  # type: ignore[arg-type]
        keys = seen.select_related(None).annotate(key=Cast("pk", kind())).values("key")
        rows = rows.filter(~Q(**{f"{way}about_model": source.model}) | Q(**{f"{way}about_id__in": keys}))
    return rows


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "actor_name", "verb", "about_text")
    list_filter = ("verb", "about_model")
    search_fields = ("actor_name", "about_text")
    date_hierarchy = "at"
    ordering = ("-id",)
    exclude = ("details",)  # may name what the reader may not see; the thing's own page tells them masked

    def get_queryset(self, request: HttpRequest) -> Any:
        """What is about something that everybody here may see, or that this reader sees: an entry names it."""
        rows = _about_what_is_seen(super().get_queryset(request), request)
        return rows.filter(about_model__in={*LISTED, *(source.model for source in SOURCES)})


@admin.register(Holiday)
class HolidayAdmin(ReferenceAdmin):
    """Exceptions to the calendar; a change recomputes the running clocks (agreements listens in its own admin)."""

    list_display = ("day", "kind", "reason")
    list_filter = ("kind",)
    search_fields = ("reason",)
    date_hierarchy = "day"


class SettingForm(forms.ModelForm):
    """One of the known settings, with a value of its kind."""

    name = forms.ChoiceField(
        label=_("name"), choices=lambda: [(p.name, f"{p.meaning} ({p.name})") for p in PREFERENCES.values()]
    )

    class Meta:
        model = Setting
        fields = ("name", "value")

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if "name" in data and "value" in data:
            try:
                PREFERENCES[data["name"]].read(data["value"])
            except ValueError as error:
                raise forms.ValidationError(
                    {"value": _("This setting cannot have that value: %s") % error}
                ) from error
        return data


@admin.register(Setting)
class SettingAdmin(ReferenceAdmin):
    form = SettingForm
    list_display = ("name", "value", "meaning")
    search_fields = ("name",)

    @admin.display(description=_("meaning"))
    def meaning(self, setting: Setting) -> str:
        known = PREFERENCES.get(setting.name)
        return str(known.meaning) if known else "—"


class VersionInline(ReferenceInline):
    model = DocumentVersion
    fields = readonly_fields = (
        "number",
        "name",
        "content_type",
        "size",
        "sha256",
        "uploaded_by",
        "uploaded_at",
    )
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _papers_told() -> set[str]:
    """The kinds of things whose papers stand in the lists: what can be searched, unless the papers' titles may tell too much."""
    return {source.model for source in SOURCES} - UNTOLD


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Titles and versions only; a file is opened on the page of the thing it belongs to.

    Papers of agreements that the reader sees. Those of cases and reports, files of exports and what waits for its form stand in
    no list.
    """

    list_display = ("title", "about_model", "about_id", "secrecy", "created_at")
    list_filter = ("about_model", "secrecy")
    search_fields = ("title",)
    inlines = (VersionInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).filter(about_model__in=_papers_told())
        return _about_what_is_seen(rows, request)


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Files that were imported by those who are cleared no higher than the reader: their names may tell what is in them."""

    list_display = ("file_name", "kind", "state", "created_by", "created_at", "applied_at", "undone_at")
    list_filter = ("kind", "state")
    search_fields = ("file_name", "sha256")
    fields = ("file_name", "kind", "state", "sha256", "created_by", "created_at", "applied_at", "undone_at")


@admin.register(DocumentVersion)
class DocumentVersionAdmin(ReadOnlyAdmin):
    list_display = ("name", "document", "number", "size", "uploaded_by", "uploaded_at")
    search_fields = ("name", "sha256")
    fields = ("document", "number", "name", "content_type", "size", "sha256", "uploaded_by", "uploaded_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        cleared = getattr(request.user, "clearance", -1)
        rows = super().get_queryset(request).filter(document__secrecy__lte=cleared)
        rows = rows.filter(document__about_model__in=_papers_told()).select_related("document")
        return _about_what_is_seen(rows, request, "document")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("key", "by", "at")
    fields = ("by", "at")  # where it led may be hidden from the reader


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    """Whose drafts wait and since when; what they say is their writers' own."""

    list_display = ("key", "by", "saved_at")
    fields = ("by", "saved_at")
    search_fields = ("by__username", "by__name")


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    """What the index keeps of what the reader may see, without the text, which may be secret."""

    list_display = ("id", "about_model", "about_id")
    list_filter = ("about_model",)
    fields = ("about_model", "about_id")
    search_fields = ("about_model",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """A row tells that something exists."""
        return _about_what_is_seen(super().get_queryset(request), request)


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Names and owners of saved views; their filters may hold what a case is about, and are not shown.

    Administrators see all of them, supervisors those that are shared, and their own.
    """

    list_display = ("name", "owner", "place", "reach", "created_at")
    list_filter = ("place", "reach")
    search_fields = ("name", "owner__username", "owner__name")
    list_select_related = ("owner",)
    fields = ("name", "owner", "place", "reach", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        if getattr(request.user, "role", "") == Role.ADMINISTRATOR:
            return rows
        return rows.filter(~Q(reach=SavedView.Reach.MINE) | Q(owner=request.user))


@admin.register(ListLook)
class ListLookAdmin(ReadOnlyAdmin):
    """When somebody last looked at a list."""

    list_display = ("person", "place", "looked_at")
    list_filter = ("place",)
    search_fields = ("person__username", "person__name")
    list_select_related = ("person",)
    fields = ("person", "place", "looked_at")
