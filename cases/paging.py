"""Pages of a long list by keyset: each begins where the last one ended, so that a deep page costs what the first does."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cases.listed import listed
from cases.models import Case, CaseQuerySet
from tracker import search

SIZE = 50
AFTER, BEFORE = "a", "b"
_CURSOR = re.compile(r"([ab])(\d{4}-\d\d-\d\d)\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the list that an index serves: a day, and the key among rows of one day."""

    day: str
    is_descending: bool

    def sorted(self, cases: CaseQuerySet, *, backwards: bool = False) -> CaseQuerySet:
        sign = "-" if self.is_descending != backwards else ""
        return cases.order_by(f"{sign}{self.day}", f"{sign}id")

    def beyond(self, day: date, key: int, *, backwards: bool = False) -> Q:
        """Rows that come after this place, or before it when one reads backwards."""
        way = "lt" if self.is_descending != backwards else "gt"
        on, past = Q((f"{self.day}__{way}e", day)), Q((f"{self.day}__{way}", day))
        return on & (past | Q((f"id__{way}", key)))


NEWEST = Order("requested_on", is_descending=True)
SOONEST = Order("due_on", is_descending=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page in the list's order, and the addresses of the pages around it ("" at an end)."""

    rows: list[Case]
    previous: str
    next: str


def page_of(
    cases: CaseQuerySet,
    cursor: str,
    address: Callable[..., str],
    *,
    size: int = SIZE,
    order: Order = NEWEST,
    words: str = "",
    found: Sequence[int] = (),
    read: Callable[[CaseQuerySet], list[Case]] = listed,
) -> Page:
    """The page at the cursor; the first one when there is none or it cannot be read.

    Of the cases that hold every one of ``words`` when there are any; ``found`` are the keys of the first of them, if
    they are known. One query; at most three with words. ``address(page=…)`` makes the links, ``read`` fetches the rows.
    """
    way, day, key = _read(cursor) or ("", None, 0)
    backwards = way == BEFORE
    rows = cases if day is None else cases.filter(order.beyond(day, key, backwards=backwards))
    rows = order.sorted(rows, backwards=backwards)
    if words:
        keys = found[: size + 1] if found and day is None else search.first_keys(rows, words, size + 1)
        places = {key: place for place, key in enumerate(keys)}
        shown = sorted(read(cases.filter(pk__in=keys)), key=lambda case: places[case.pk])
    else:
        shown = read(rows[: size + 1])
    has_more, shown = len(shown) > size, shown[:size]
    if backwards:
        return _page(shown[::-1], address, order, has_previous=has_more, has_next=True)
    return _page(shown, address, order, has_previous=day is not None, has_next=has_more)


def _page(
    rows: list[Case], address: Callable[..., str], order: Order, *, has_previous: bool, has_next: bool
) -> Page:
    return Page(
        rows,
        address(page=_cursor(BEFORE, rows[0], order)) if rows and has_previous else "",
        address(page=_cursor(AFTER, rows[-1], order)) if rows and has_next else "",
    )


def _cursor(way: str, case: Case, order: Order) -> str:
    return f"{way}{getattr(case, order.day)}.{case.pk}"


def _read(cursor: str) -> tuple[str, date, int] | None:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    try:
        return found[1], date.fromisoformat(found[2]), int(found[3])
    except ValueError:
        return None
