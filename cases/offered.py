"""What the list of cases offers its reader to choose from: partners, officers, saved views, and the last look at it.

All of it is read in one statement, because the list may take only a few.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from agreements.models import Partner
from cases.models import CaseQuerySet
from tracker.models import ListLook, User
from tracker.savedviews import views_for

PLACE = "cases"
"""Under which name the list of cases keeps its views and looks."""
PARTNER, OFFICER, VIEW, LOOK = "partner", "person", "view", "look"


@dataclass(frozen=True, slots=True)
class View:
    """A saved view that the reader sees: ``columns`` is empty for the usual ones."""

    pk: int
    name: str
    query: str
    columns: Sequence[str]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """``looked_at`` and ``columns`` are those of the list itself; ``looks`` says when each view was opened."""

    partners: list[tuple[str, str]] = field(default_factory=list)
    officers: list[tuple[str, str]] = field(default_factory=list)
    desks: list[tuple[str, str]] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    looked_at: datetime | None = None
    columns: Sequence[str] = ()


def offered_to(reader: User, visible: CaseQuerySet) -> Offered:
    """What may be chosen on a list of these cases, which are those that the reader may see. One statement."""
    # The statement is put together once for each reader as he or she stands; putting it together costs more
    # than carrying it out.
    stands = (reader.pk, reader.role, reader.ministry, reader.desk, reader.clearance, reader.is_active)
    key = (connection.vendor, *stands)
    if key not in _STATEMENTS:
        if len(_STATEMENTS) >= MOST_KEPT:
            _STATEMENTS.clear()
        _STATEMENTS[key] = _union(reader, visible).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(*_STATEMENTS[key])
        return _sorted(cursor.fetchall(), reader)


_STATEMENTS: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}
MOST_KEPT = 1000


def _union(reader: User, visible: CaseQuerySet) -> QuerySet:
    partners = Partner.objects.filter(Exists(visible.filter(partner=OuterRef("pk"))))
    officers = User.objects.filter(Exists(visible.filter(officer=OuterRef("pk"))))
    looks = ListLook.objects.filter(person=reader, place=PLACE, view=None)
    rows = _said(partners, PARTNER, F("code"), F("name_zh"), F("name_en")).union(
        _said(officers, OFFICER, _text("pk"), F("name"), F("desk")),
        _said(
            views_for(reader, PLACE),
            VIEW,
            _text("pk"),
            F("name"),
            F("query"),
            _text("columns"),
            _text("owner_id"),
        ),
        _said(looks, LOOK, Value(""), Value(""), Value(""), _text("columns"), _text("looked_at")),
        all=True,
    )
    return rows.order_by()


def _said(rows: QuerySet, sort: str, *said: Any) -> QuerySet:
    """Rows of the union: what they are, then five texts."""
    texts = [*said, *([Value("")] * (5 - len(said)))]
    named = {f"said_{place}": Cast(text, TextField()) for place, text in enumerate(texts)}
    return rows.order_by().annotate(sort_of=Value(sort, CharField()), **named).values_list("sort_of", *named)


def _text(name: str) -> Cast:
    return Cast(F(name), TextField())


def _sorted(rows: Sequence[tuple[str, ...]], reader: User) -> Offered:
    in_english = (get_language() or "").startswith("en")
    offered, looked_at, columns = Offered(), None, ()
    for sort, key, first, second, third, fourth in sorted(rows):
        if sort == PARTNER:
            offered.partners.append((key, f"{second if in_english and second else first} ({key})"))
        elif sort == OFFICER:
            offered.officers.append((key, first))
            if second and (second, second) not in offered.desks:
                offered.desks.append((second, second))
        elif sort == VIEW:
            chosen = json.loads(third)
            offered.views.append(View(int(key), first, second, chosen, fourth == str(reader.pk)))
        else:
            columns, looked_at = json.loads(third), _moment(fourth)
    offered.officers.sort(key=lambda one: one[1])
    offered.views.sort(key=lambda one: one.name)
    return Offered(offered.partners, offered.officers, offered.desks, offered.views, looked_at, columns)


def _moment(text: str) -> datetime:
    """A moment as the database writes it; SQLite leaves out that it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
