"""Saved views of lists: who sees one, who may change it, and what is refused. Written by :mod:`tracker.actions`."""

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from tracker.models import SavedView, User

LONGEST_QUERY = 1000


class ViewRefused(Exception):
    """A view that cannot be kept so; ``field`` of the form that it concerns, ``reason`` in words."""

    def __init__(self, field: str, reason: str | Promise) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def views_for(reader: User, place: str) -> QuerySet[SavedView]:
    """The reader's own views of the list, those shared with the reader's desk, and those with the ministry."""
    seen = Q(owner=reader)
    if reader.ministry:
        seen |= Q(reach=SavedView.Reach.MINISTRY, owner__ministry=reader.ministry)
        if reader.desk:
            same = {"owner__ministry": reader.ministry, "owner__desk": reader.desk}
            seen |= Q(reach=SavedView.Reach.DESK, **same)
    return SavedView.objects.filter(seen, place=place)


def may_change_view(user: User, view: SavedView) -> bool:
    """A view is changed by whoever made it."""
    return user.is_active and view.owner_id == user.pk
