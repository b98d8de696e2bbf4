"""The saved views of the list of cases with what is new in each since it was last opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import QueryDict
from django.urls import reverse

from cases.filters import CaseFilter
from cases.news import LOOKED_THROUGH, REGISTERED, entries_of_others
from cases.offered import PLACE
from tracker.models import ListLook, SavedView, User
from tracker.savedviews import may_change_view, views_for

SHOWN = 20
"""So many views are told what is new in them; each asks only about cases that somebody else touched."""
Touch = tuple[int, datetime, str]


@dataclass(frozen=True, slots=True)
class Shelved:
    """One view. ``new`` and ``updated`` are None when the reader never opened it, and beyond SHOWN views.

    ``at_least`` says that the history goes further back than it was read.
    """

    view: SavedView
    url: str
    looked_at: datetime | None
    new: int | None = None
    updated: int | None = None
    at_least: bool = False
    may_change: bool = False


def shelf_of(reader: User, *, today: date) -> list[Shelved]:
    """The views that the reader sees. Two queries, and two for each view of which something was touched since."""
    looks = ListLook.objects.filter(person=reader, view=OuterRef("pk")).values("looked_at")[:1]
    views = views_for(reader, PLACE).select_related("owner").annotate(seen_at=Subquery(looks))
    entries = entries_of_others(reader).values_list("about_id", "at", "verb")[:LOOKED_THROUGH]
    touches = [(int(key), at, verb) for key, at, verb in entries]
    return [_shelved(view, touches, reader, today, place < SHOWN) for place, view in enumerate(views)]


def _shelved(view: Any, touches: Sequence[Touch], reader: User, today: date, is_told: bool) -> Shelved:
    url, may_change = reverse("cases:view", args=[view.pk]), may_change_view(reader, view)
    if view.seen_at is None or not is_told:
        return Shelved(view, url, view.seen_at, may_change=may_change)
    since = [touch for touch in touches if touch[1] > view.seen_at]
    inside = _inside(view, {key for key, _at, _verb in since}, reader, today)
    new = {key for key, _at, verb in since if verb == REGISTERED} & inside
    at_least = len(since) == LOOKED_THROUGH
    return Shelved(view, url, view.seen_at, len(new), len(inside - new), at_least, may_change)


def _inside(view: SavedView, keys: set[int], reader: User, today: date) -> set[int]:
    """Which of these cases the view shows to this reader."""
    if not keys:
        return set()
    shown = CaseFilter(QueryDict(view.query), reader=reader, today=today).qs
    return set(shown.filter(pk__in=keys).order_by().values_list("pk", flat=True))
