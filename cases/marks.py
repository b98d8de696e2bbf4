"""Marks of cases that wait for their yearly review, that are overdue, or that somebody asked to lower."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from agreements.reviews import SHOWN, MarkRow, due, rows_of
from cases.models import Access, Case
from cases.rules import may_change, may_review_marks
from tracker.models import User


def marked_cases(reader: User, *, today: date) -> QuerySet[Case]:
    """Restricted and sealed cases that the reader sees, whose mark was not reviewed for a year or is past its day."""
    return due(Case.objects.registered().visible_to(reader), today=today)


def mark_rows(reader: User, *, today: date) -> Sequence[MarkRow]:
    """The first of them, those with a request first. Three queries."""
    return rows_of(
        Case.objects.registered().visible_to(reader).select_related("partner", "officer"),
        reader,
        name=lambda case: case.listed_name,
        may_review=lambda user, case: may_review_marks(user) and may_change(user, case),
        today=today,
    )


def marks_due(reader: User, *, today: date) -> int | None:
    """How many marks of cases wait for their review; None for who reviews none. At most one query."""
    return marked_cases(reader, today=today).order_by().count() if may_review_marks(reader) else None


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """One opening in an emergency; ``case`` is None where the reader may not see which case it was."""

    access: Access
    case: Case | None


def emergencies(reader: User) -> Sequence[EmergencyRow]:
    """Who opened a sealed case, when, until when and why, newest first; the case where the reader sees it. Two queries."""
    rows = list(
        Access.objects.filter(kind=Access.Kind.EMERGENCY)
        .select_related("person")
        .order_by("-given_at", "-id")[:SHOWN]
    )
    seen = Case.objects.visible_to(reader).in_bulk([row.case_id for row in rows])
    return [EmergencyRow(row, seen.get(row.case_id)) for row in rows]
