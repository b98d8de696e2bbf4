"""Marks of secrecy that wait for their yearly review, are past their day, or are asked to be lowered (SEC-4).

Agreements say so of themselves; cases say it with rules of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from agreements.actions.marks import open_lowerings
from agreements.models import Agreement
from agreements.rules import may_review_mark, may_review_marks
from tracker.models import Lowering, User
from tracker.roles import Secrecy

A_YEAR = timedelta(days=365)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One marked thing: what lists call it, whether its day of declassification is past, and what waits."""

    thing: Any
    name: str
    is_past: bool
    lowering: Lowering | None
    may_review: bool
    may_decide: bool


def due(seen: QuerySet[Any], *, today: date) -> QuerySet[Any]:
    """Those of the seen whose mark from restricted upwards was not reviewed for a year, or is past its day."""
    late = Q(mark_reviewed_on=None) | Q(mark_reviewed_on__lte=today - A_YEAR) | Q(declassify_on__lte=today)
    marked = seen.filter(late, secrecy__gte=Secrecy.RESTRICTED)
    return marked.order_by(F("mark_reviewed_on").asc(nulls_first=True), "pk")


def rows_of(
    seen: QuerySet[Any],
    reader: User,
    *,
    name: Callable[[Any], str],
    may_review: Callable[[User, Any], bool],
    today: date,
) -> Sequence[MarkRow]:
    """The first of them, those with a request first. Three queries."""
    asked = {int(row.about_id): row for row in open_lowerings(seen.model).select_related("asked_by")}
    waiting = seen.filter(pk__in=asked).order_by("pk")
    others = due(seen, today=today).exclude(pk__in=asked)[:SHOWN]

    def row(thing: Any) -> MarkRow:
        lowering, is_allowed = asked.get(thing.pk), may_review(reader, thing)
        is_past = thing.declassify_on is not None and thing.declassify_on <= today
        may_decide = is_allowed and lowering is not None and lowering.asked_by_id != reader.pk
        return MarkRow(thing, name(thing), is_past, lowering, is_allowed and lowering is None, may_decide)

    return [row(thing) for thing in [*waiting, *others]]


def agreement_rows(reader: User, *, today: date) -> Sequence[MarkRow]:
    """Restricted agreements that the reader sees; those of others without the buttons."""
    return rows_of(
        Agreement.objects.visible_to(reader).select_related("partner"),
        reader,
        name=lambda file: f"{file.partner.name} {file}",
        may_review=may_review_mark,
        today=today,
    )


def marks_due(reader: User, *, today: date) -> int | None:
    """How many marks of agreements wait for their review; None for who reviews none. At most one query."""
    if not may_review_marks(reader):
        return None
    return due(Agreement.objects.visible_to(reader), today=today).order_by().count()
