"""What the list of cases offers its reader to choose from: partners, officers, saved views, and the last look at it.

All of it is read in one statement, because the list may take only a few.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from agreements.models import Partner
from cases.models import Case
from tracker.models import ListLook, User
from tracker.savedviews import views_for
from tracker.statements import Prepared

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


def offered_to(reader: User) -> Offered:
    """What may be chosen on the list of the cases that the reader may see. One statement."""
    return _sorted(_OFFERED(reader=reader), reader)


def _offered(*, reader: User) -> QuerySet:
    visible = Case.objects.registered().visible_to(reader)
    partners = Partner.objects.filter(Exists(visible.filter(partner=OuterRef("pk"))))
    officers = User.objects.filter(Exists(visible.filter(officer=OuterRef("pk"))))
    looks = ListLook.objects.filter(person=reader, place=PLACE, view=None)
    views = (_text("pk"), F("name"), F("query"), _text("columns"), _text("owner_id"))
    look = (Value(""), Value(""), Value(""), _text("columns"), _text("looked_at"))
    rows = _said(partners, PARTNER, F("code"), F("name_zh"), F("name_en")).union(
        _said(officers, OFFICER, _text("pk"), F("name"), F("desk")),
        _said(views_for(reader, PLACE), VIEW, *views),
        _said(looks, LOOK, *look),
        all=True,
    )
    return rows.order_by()


_OFFERED = Prepared(_offered)


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
