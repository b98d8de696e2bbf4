"""What is promised in cases: the terms that the law gives, the promises of a case, and those that are due."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from agreements.provisions import Provision
from cases.clocks.counting import claim_ends, safe_conduct_ends
from cases.models import Case, Promise
from cases.models.promises import PromiseQuerySet
from cases.provisions import HOUSE
from cases.timing import BASIS_OF
from tracker.models import User

K = Promise.Kind
TERMS: Mapping[str, Callable[[date], date]] = {K.SAFE_CONDUCT: safe_conduct_ends, K.HAND_OVER: claim_ends}
"""Kinds whose last day the law gives, counted from a notice or a decision."""
STARTERS: Mapping[str, str] = {K.SAFE_CONDUCT: "release_witness", K.HAND_OVER: "decision_final"}
"""The step of a case that says from which day such a term runs."""


def provision_of(kind: str) -> Provision:
    """The article that a promise of this kind rests on; the rule of the house where no article speaks of it."""
    return BASIS_OF.get(kind, HOUSE)


def due_of(kind: str, counted_from: date | None) -> date | None:
    """The last day of the term that the law gives to this kind; None without such a term, or before it starts."""
    term = TERMS.get(kind)
    return term(counted_from) if term and counted_from else None


def starter_of(case: Case, kind: str) -> date | None:
    """The day from which the case's own steps say that a term of this kind runs; None when they do not. One query."""
    step = STARTERS.get(kind)
    event = case.events.filter(step=step).order_by("-happened_on", "-order").first() if step else None
    return event.happened_on if event else None


def promises_due(reader: User, today: date) -> PromiseQuerySet:
    """Promises that were not kept by their day, in cases that the reader may see, closed ones too; the oldest first.

    Each carries its ``case`` with partner and officer. Slice it; one query.
    """
    rows = Promise.objects.visible_to(reader).overdue(today=today)
    return rows.select_related("case__partner", "case__officer").order_by("due_on", "id")


def promises_of(case: Case) -> list[Promise]:
    """All promises of a case: those still owed by their day, then those kept, then those withdrawn. One query."""
    rows = list(case.promises.select_related("recorded_by", "released_by", "withdrawn_by"))
    for row in rows:
        row.case = case
    order: list[tuple[Callable[[Promise], bool], Callable[[Promise], Any]]] = [
        (lambda row: row.is_standing, lambda row: (row.due_on or date.max, row.pk)),
        (lambda row: row.withdrawn_at is None and not row.is_standing, lambda row: (row.released_on, row.pk)),
        (lambda row: row.withdrawn_at is not None, lambda row: row.pk),
    ]
    return [row for belongs, key in order for row in sorted(filter(belongs, rows), key=key)]
