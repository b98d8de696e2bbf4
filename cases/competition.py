"""Concurrent requests as their readers see them: side by side, what was decided, and who is still to be told.

Who does not see one of the cases does not see that they compete: what is sealed is betrayed by no comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cases.lifecycle import Basis
from cases.models import AssistanceItem, Case, Competition, Competitor
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Side:
    """One of the requests with what article 11 weighs of it; ``place`` is its place in the order of receipt."""

    competitor: Competitor
    case: Case
    items: Sequence[AssistanceItem]
    place: int
    has_agreement: bool
    is_preferred: bool

    @property
    def is_to_be_told(self) -> bool:
        return self.competitor.told_on is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Concurrent requests side by side, in the order of receipt."""

    competition: Competition
    sides: Sequence[Side]

    @property
    def is_decided(self) -> bool:
        return self.competition.preferred_id is not None

    @property
    def to_be_told(self) -> list[Side]:
        """Whom a decision was not told yet: an open duty without a number of days (MLA Act art. 11)."""
        return [side for side in self.sides if side.is_to_be_told] if self.is_decided else []


def competitions_seen(reader: User) -> QuerySet[Competition]:
    """The concurrent requests all of which the reader may see."""
    visible = Case.objects.registered().visible_to(reader).filter(pk=OuterRef("case"))
    sides = Competitor.objects.filter(competition=OuterRef("pk"))
    hidden = sides.filter(~Exists(visible))
    return Competition.objects.filter(Exists(sides), ~Exists(hidden)).order_by("-recorded_at", "-pk")


def competitions_of(case: Case, reader: User) -> list[Competition]:
    """Those in which the case takes part, with their sides. Two queries, one when there are none."""
    sides = Prefetch("competitors", Competitor.objects.select_related("case__partner").order_by("pk"))
    own = Competitor.objects.filter(case=case).values("competition")
    return list(competitions_seen(reader).filter(pk__in=own).prefetch_related(sides))


def with_competition(case: Any, reader: User) -> Case:
    """The framed case with ``competes`` and ``competition_waiting``, as far as the reader may see the others.

    ``competition_waiting`` counts the comparisons that are not decided, or of whose decision its side was not told.
    One query, and none for a case that competes with nothing.
    """
    told: list[Any] = []
    if case.may_compete:
        seen = competitions_seen(reader).order_by()
        own = Competitor.objects.filter(case=case, competition__in=seen)
        told = list(own.values_list("told_on", flat=True))
    case.competes, case.competition_waiting = bool(told), told.count(None)
    return case


def comparison_of(competition: Competition) -> Comparison:
    """The requests side by side: first received, first shown. Two queries."""
    rows = competition.competitors.select_related(
        "case__partner", "case__officer", "case__agreement", "letter"
    )
    items = Prefetch("case__items", AssistanceItem.objects.order_by("position", "pk"))
    ordered = rows.prefetch_related(items).order_by("case__received_on", "case__recorded_at", "pk")
    return Comparison(
        competition,
        [
            Side(
                competitor=one,
                case=one.case,
                items=list(one.case.items.all()),
                place=place,
                has_agreement=one.case.basis in (Basis.AGREEMENT, Basis.CROSS_STRAIT),
                is_preferred=one.case_id == competition.preferred_id,
            )
            for place, one in enumerate(ordered, 1)
        ],
    )
