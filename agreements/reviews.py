"""Marks of secrecy that wait for their yearly review, are past their day, or are asked to be lowered (SEC-4).

Agreements say so of themselves; cases say it with rules of their own.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from agreements.actions.marks import Shown, open_lowerings, shown_of
from agreements.models import Agreement
from agreements.paging import Paging, paging
from agreements.rules import may_review_mark, may_review_marks
from tracker.models import Lowering, User
from tracker.roles import Secrecy

A_YEAR = timedelta(days=365)
SIZE = 25
"""So many marks stand on a page."""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One marked thing: what lists call it, whether its day of declassification is past, and what waits."""

    thing: Any
    name: str
    is_past: bool
    lowering: Lowering | None
    may_review: bool
    may_decide: bool

    @property
    def shown(self) -> Shown:
        """What its forms carry, so that nobody decides on anything else than what stood there."""
        return shown_of(self.thing, self.lowering)

    @property
    def may_grant(self) -> bool:
        """A request that was made at another level can only be refused."""
        return self.may_decide and self.lowering is not None and self.lowering.before == self.thing.secrecy


@dataclass(frozen=True, slots=True)
class MarkPage:
    """One page of them, and which of how many stand there."""

    rows: Sequence[MarkRow]
    paging: Paging


def waiting(seen: QuerySet[Any], *, today: date) -> QuerySet[Any]:
    """Those of the seen with a mark from restricted upwards that somebody asks to lower, that was not reviewed for a year,
    or whose day is past; those with a request first.
    """
    late = Q(mark_reviewed_on=None) | Q(mark_reviewed_on__lte=today - A_YEAR) | Q(declassify_on__lte=today)
    asked = open_lowerings(seen.model).filter(about_id=Cast(OuterRef("pk"), CharField()))
    marked = seen.filter(secrecy__gte=Secrecy.RESTRICTED).annotate(is_asked=Exists(asked))
    found = marked.filter(late | Q(is_asked=True))
    return found.order_by("-is_asked", F("mark_reviewed_on").asc(nulls_first=True), "pk")


def page_of(
    seen: QuerySet[Any],
    reader: User,
    *,
    name: Callable[[Any], str],
    reviewed: Callable[[User, Sequence[Any]], Collection[int]],
    today: date,
    asked: str,
) -> MarkPage:
    """The page that was ``asked`` for of what waits. ``reviewed`` gives the keys of those that the reader may review.

    Three queries, and what ``reviewed`` asks.
    """
    found = waiting(seen, today=today)
    page = paging(lambda page: f"?page={page}" if page else "?", asked, found.order_by().count(), SIZE)
    things = list(found[page.begin : page.end])
    keys = [str(thing.pk) for thing in things]
    requests = open_lowerings(seen.model).filter(about_id__in=keys).select_related("asked_by")
    lowerings = {int(row.about_id): row for row in requests}
    allowed = reviewed(reader, things)

    def row(thing: Any) -> MarkRow:
        lowering, is_allowed = lowerings.get(thing.pk), thing.pk in allowed
        is_past = thing.declassify_on is not None and thing.declassify_on <= today
        may_decide = is_allowed and lowering is not None and lowering.asked_by_id != reader.pk
        return MarkRow(thing, name(thing), is_past, lowering, is_allowed and lowering is None, may_decide)

    return MarkPage([row(thing) for thing in things], page)


def agreement_marks(reader: User, *, today: date, asked: str = "") -> MarkPage:
    """Restricted agreements that the reader sees; those of others without the buttons."""
    return page_of(
        Agreement.objects.visible_to(reader).select_related("partner"),
        reader,
        name=lambda file: f"{file.partner.name} {file}",
        reviewed=lambda user, files: [file.pk for file in files if may_review_mark(user, file)],
        today=today,
        asked=asked,
    )


def marks_due(reader: User, *, today: date) -> int | None:
    """How many marks of agreements wait on their page; None for who reviews none. At most one query."""
    if not may_review_marks(reader):
        return None
    return waiting(Agreement.objects.visible_to(reader), today=today).order_by().count()
