"""Pages of a long list by keyset: each begins where the last one ended, so that a deep page costs what the first does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cases.models import Case, CaseQuerySet

SIZE = 50
AFTER, BEFORE = "a", "b"
_CURSOR = re.compile(r"([ab])(\d{4}-\d\d-\d\d)\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, newest request first, and the addresses of the pages around it ("" at an end)."""

    rows: list[Case]
    previous: str
    next: str


def page_of(cases: CaseQuerySet, cursor: str, address: Callable[..., str], *, size: int = SIZE) -> Page:
    """The page at the cursor; the first one when there is none or it cannot be read. One query.

    ``address(page=…)`` makes the links.
    """
    place = _read(cursor)
    if place is None:
        rows = list(cases.order_by("-requested_on", "-id")[: size + 1])
        return _page(rows[:size], address, has_previous=False, has_next=len(rows) > size)
    way, day, key = place
    if way == AFTER:
        beyond = Q(requested_on__lte=day) & (Q(requested_on__lt=day) | Q(id__lt=key))
        rows = list(cases.filter(beyond).order_by("-requested_on", "-id")[: size + 1])
        return _page(rows[:size], address, has_previous=True, has_next=len(rows) > size)
    beyond = Q(requested_on__gte=day) & (Q(requested_on__gt=day) | Q(id__gt=key))
    rows = list(cases.filter(beyond).order_by("requested_on", "id")[: size + 1])
    return _page(rows[:size][::-1], address, has_previous=len(rows) > size, has_next=True)


def _page(rows: list[Case], address: Callable[..., str], *, has_previous: bool, has_next: bool) -> Page:
    return Page(
        rows,
        address(page=_cursor(BEFORE, rows[0])) if rows and has_previous else "",
        address(page=_cursor(AFTER, rows[-1])) if rows and has_next else "",
    )


def _cursor(way: str, case: Case) -> str:
    return f"{way}{case.requested_on}.{case.pk}"


def _read(cursor: str) -> tuple[str, date, int] | None:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    try:
        return found[1], date.fromisoformat(found[2]), int(found[3])
    except ValueError:
        return None
