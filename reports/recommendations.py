"""Recommendations as their pages show them: three steps each, what was done, and what is due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.models import Agreement
from reports.followup import ANSWER, ASK, CLOSE, KEEP_OPEN, REMIND
from reports.models import Evidence, Recommendation, RecommendationEvent
from tracker.models import User

STEPS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    # Translators: 函請
    ("ask", pgettext_lazy("step of a recommendation", "Asked"), (ASK, REMIND)),
    # Translators: 據復
    ("answer", pgettext_lazy("step of a recommendation", "Answered"), (ANSWER,)),
    # Translators: 覆核
    ("review", pgettext_lazy("step of a recommendation", "Reviewed"), (KEEP_OPEN, CLOSE)),
)


class Step(NamedTuple):
    """One of the three steps: the acts that belong to it, whether it is done, and whether it is the one at hand."""

    number: int
    label: str | Promise
    events: Sequence[RecommendationEvent]
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A recommendation with its three steps; ``days_left`` to the nearer of the two days due, None without one."""

    recommendation: Recommendation
    title: str
    steps: tuple[Step, ...]
    due_on: date | None
    days_left: int | None
    evidence: Sequence[Evidence]


def followed(reader: User, *, today: date, with_samples: bool = True) -> list[Followed]:
    """Every recommendation, newest cycle first, in three queries; agreements that the reader may not see stay out."""
    rows = Recommendation.objects.all() if with_samples else Recommendation.objects.real()
    return [of(row, today=today) for row in with_rows(rows, reader)]


def with_rows(rows, reader: User):  # type: ignore[no-untyped-def]
    """The recommendations with their acts and evidence, each fetched once for all."""
    seen = Agreement.objects.visible_to(reader)
    evidence = Evidence.objects.filter(Q(agreement=None) | Q(agreement__in=seen))
    return rows.select_related("follows").prefetch_related(
        Prefetch("events", RecommendationEvent.objects.select_related("recorded_by").order_by("order")),
        Prefetch("evidence", evidence.select_related("partner", "agreement", "report", "recorded_by")),
    )


def of(row: Recommendation, *, today: date) -> Followed:
    """One recommendation whose acts and evidence were fetched with it."""
    standing = [event for event in row.events.all() if event.withdrawn_at is None]
    last = standing[-1].kind if standing else ASK
    at = {ASK: 1, REMIND: 1, ANSWER: 2, KEEP_OPEN: 1, CLOSE: 3}[last]
    steps = tuple(
        Step(
            number,
            label,
            [event for event in standing if event.kind in kinds],
            number <= at or last == KEEP_OPEN,
            number == at + 1,
        )
        for number, (_key, label, kinds) in enumerate(STEPS, start=1)
    )
    due_on = nearest_day(row)
    return Followed(
        recommendation=row,
        title=row.title_of_reader,
        steps=steps,
        due_on=due_on,
        days_left=None if due_on is None else (due_on - today).days,
        evidence=[one for one in row.evidence.all() if one.withdrawn_at is None],
    )


def nearest_day(row: Recommendation) -> date | None:
    """The nearer of its two days due while it waits for an answer; None without one, or when none is awaited."""
    if row.state not in (Recommendation.State.ASKED, Recommendation.State.KEPT_OPEN):
        return None
    return min((day for day in (row.due_on, row.inner_due_on) if day is not None), default=None)
