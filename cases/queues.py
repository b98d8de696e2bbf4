"""The ready-made lists of cases, the tabs within one's own, and the next case of a list after one was dealt with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.addresses import Choice, address
from cases.filters import ACTIVE, CLOSED, HELD, ME, MINE, NEAR, NOBODY, OPEN, OVER, WAITING, YES, CaseFilter
from cases.lifecycle import Holder
from cases.models import Case
from cases.paging import NEWEST
from cases.rules import works_on_cases
from tracker.models import User

LONGEST_QUEUE = 300
"""Characters of an address beyond which a row's link does not carry the list that it came from."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A ready-made list: its short name, its words, its filters, and whether only officers of cases have use for it."""

    name: str
    label: str | Promise
    filters: Mapping[str, str]
    is_for_officers: bool = False
    needs_desk: bool = False


MY_TABS: tuple[tuple[str | Promise, Mapping[str, str]], ...] = (
    (pgettext_lazy("my cases", "Open"), {"officer": ME, "state": ACTIVE}),
    (pgettext_lazy("my cases", "On hold"), {"officer": ME, "state": HELD}),
    (pgettext_lazy("my cases", "Completed"), {"officer": ME, "state": CLOSED}),
)
QUEUES: tuple[Queue, ...] = (
    Queue("all", gettext_lazy("All cases"), {}),
    Queue("mine", gettext_lazy("Mine, open"), {"officer": ME, "state": ACTIVE}, is_for_officers=True),
    Queue(
        "desk",
        gettext_lazy("My desk, open"),
        {"state": OPEN, "desk": MINE},
        is_for_officers=True,
        needs_desk=True,
    ),
    Queue("free", gettext_lazy("Unassigned"), {"officer": NOBODY}),
    Queue("waiting", gettext_lazy("Waiting for the other side"), {"state": WAITING}),
    Queue("held", gettext_lazy("On hold"), {"state": HELD}),
    Queue("over", gettext_lazy("Overdue"), {"due": OVER}),
    Queue("soon", gettext_lazy("Within 7 days"), {"due": NEAR}),
    Queue("news", gettext_lazy("Updated since I last looked"), {"updated": YES}),
    Queue("mofa", gettext_lazy("At Foreign Affairs"), {"holder": Holder.FOREIGN_AFFAIRS.value}),
    Queue("closed", gettext_lazy("Closed cases"), {"state": CLOSED}),
)


def queues_of(filtered: CaseFilter) -> list[Choice]:
    """The ready-made lists for this reader; the current one is that whose filters are on, and no others."""
    reader, on = filtered.reader, filtered.narrowed_by
    in_tabs = [wanted for _label, wanted in MY_TABS[1:]]
    return [
        Choice(
            queue.label,
            address(filtered.path, queue.filters),
            on == queue.filters or (queue.filters == MY_TABS[0][1] and on in in_tabs),
        )
        for queue in QUEUES
        if _has_use_for(queue, reader)
    ]


def tabs_of(filtered: CaseFilter) -> list[Choice]:
    """Open, on hold, completed: beside one's own cases only."""
    on = filtered.narrowed_by
    tabs = [Choice(label, address(filtered.path, wanted), on == wanted) for label, wanted in MY_TABS]
    return tabs if any(tab.is_current for tab in tabs) else []


def _has_use_for(queue: Queue, reader: User) -> bool:
    if queue.is_for_officers and not works_on_cases(reader):
        return False
    return bool(reader.desk) or not queue.needs_desk


def token_of(filtered: CaseFilter) -> str:
    """What the address of a case says of the list that it was opened from: a short name, or its filters.

    Nothing for the whole list, and for filters too long to be carried along.
    """
    on = filtered.narrowed_by
    if not on:
        return ""
    short = next((queue.name for queue in QUEUES if queue.filters == on), "")
    query = short if short and filtered.order == NEWEST else filtered.query
    return query if len(query) <= LONGEST_QUEUE else ""


def _state_of(token: str) -> dict[str, str]:
    ready = next((queue.filters for queue in QUEUES if queue.name == token), None)
    return dict(ready) if ready is not None else dict(parse_qsl(token))


def place_in(token: str, case: Case) -> tuple[date, int] | None:
    """Where the case stands in the order of that list; None where that order does not know it."""
    day = getattr(case, CaseFilter.order_of(_state_of(token)).day)
    return (day, case.pk) if day else None


def next_in(token: str, place: tuple[date, int], *, reader: User, today: date) -> Case | None:
    """The case that follows this place (a day of the list's order and a key) in that list. Two queries."""
    filtered = CaseFilter(_state_of(token), reader=reader, today=today)
    following = filtered.qs.filter(filtered.order.beyond(*place))
    return filtered.order.sorted(following).exclude(pk=place[1]).first()
