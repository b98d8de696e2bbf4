"""Admin screens of what leaves the house by itself: who was told when, and which calendars are open.

What a digest says and the secret of a calendar are nobody else's: neither is shown, nor the digest of the secret.
"""

from django.contrib import admin

from reports.models import DigestSent, Feed
from tracker.adminbase import ReadOnlyAdmin


@admin.register(DigestSent)
class DigestSentAdmin(ReadOnlyAdmin):
    list_display = ("person", "day", "since", "mailed_at", "seen_at")
    list_filter = (("mailed_at", admin.EmptyFieldListFilter), ("seen_at", admin.EmptyFieldListFilter))
    search_fields = ("person__username", "person__name")
    list_select_related = ("person",)
    date_hierarchy = "day"
    fields = ("person", "day", "since", "mailed_at", "seen_at")


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    list_display = ("owner", "scope", "ministry", "created_at", "fetched_at", "revoked_at")
    list_filter = ("scope", "ministry", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("owner__username", "owner__name")
    list_select_related = ("owner",)
    fields = ("owner", "scope", "ministry", "created_at", "fetched_at", "revoked_at")
