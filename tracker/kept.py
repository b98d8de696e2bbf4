"""Pages kept between writes, by each process for itself.

Every write of this house appends an entry to the audit trail within its own transaction, and the lock of the chain lets
entries come to light in their order. So while the newest entry is the same, nothing was written, and a page made of
nothing else is the same for the same reader, day and language. The newest entry is asked for before the page is made:
whatever is written meanwhile is a newer one, and the page that was made before is never asked for again.

Whoever is cleared for sealed cases gets every page anew: access to them, and standing in for somebody, begin and end by
the clock, which writes nothing.

What is written without an entry (drafts of forms, looks at lists, seen mentions) is no part of such a page, or is one of
its ``marks``.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import caches
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tracker.models import Entry, User

CACHE = "kept_pages"
LONGEST = 300
"""Seconds after which a page is made anew all the same, should somebody have written past the house."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a kept page depends on: its name, its reader, the day, the newest entry, and its own ``marks``."""

    name: str
    reader: User
    today: date
    newest: str
    marks: tuple[Any, ...] = ()

    @property
    def key(self) -> str:
        """Short, and another one as soon as any of it is another; so is whatever the reader may see or do."""
        rights = [getattr(self.reader, name) for name in RIGHTS]
        parts = [self.name, rights, self.today, self.newest, self.marks, get_language()]
        return hashlib.sha256(repr(parts).encode()).hexdigest()


RIGHTS = (
    "pk",
    "ministry",
    "desk",
    "role",
    "clearance",
    "is_active",
    "is_staff",
    "is_superuser",
    "name",
    "username",
)


def newest_entry() -> str:
    """The digest of the newest entry, which stands for the whole history before it; "" before the first. One query."""
    return Entry.objects.order_by("-id").values_list("digest", flat=True).first() or ""


def kept(wanted: Wanted, make: Callable[[], Mapping[str, str]]) -> dict[str, SafeString]:
    """The pieces of the page, as they were kept or as ``make`` now makes them: finished HTML by name."""
    if not wanted.newest or wanted.reader.is_cleared_for_sealed:
        return {name: SafeString(text) for name, text in make().items()}
    cache, key = caches[CACHE], wanted.key
    pieces = cache.get(key)
    if pieces is None:
        pieces = {name: str(text) for name, text in make().items()}
        cache.set(key, pieces, LONGEST)
    return {name: SafeString(text) for name, text in pieces.items()}
