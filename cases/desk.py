"""The forwarding desk: what waits at foreign affairs to be passed on, lane by lane, with the age of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.filters import MOST_COUNTED
from cases.forwarding import LANES, Lane, waiting_anywhere, waiting_in
from cases.lifecycle import label_of
from cases.models import Case, CaseEvent, CaseQuerySet
from cases.rules import forwards_cases
from tracker.models import User

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case at the desk: since when it is where it is, and its days left if a term runs."""

    case: Case
    since: date
    age: int
    days: int | None

    @property
    def key(self) -> str:
        """How the form names the case, with the version that is shown."""
        return f"{self.case.pk}.{self.case.version}"


@dataclass(frozen=True, slots=True)
class DeskLane:
    """The oldest cases of a lane; ``rest`` leads to all of them when there are more."""

    lane: Lane
    rows: Sequence[Waiting]
    rest: str
    number: str

    @property
    def step_label(self) -> Promise | str:
        """What the step of the lane is called; "" when it is only watched."""
        return label_of(self.lane.step) if self.lane.step else ""


def desk(reader: User, *, today: date) -> list[DeskLane]:
    """What waits, oldest request first. One query a lane."""
    visible = Case.objects.visible_to(reader)
    return [_lane(lane, visible, today) for lane in LANES]


def _lane(lane: Lane, visible: CaseQuerySet, today: date) -> DeskLane:
    came = CaseEvent.objects.filter(case=OuterRef("pk"), state=OuterRef("state")).order_by("-order")
    rows: list[Any] = list(
        visible.filter(waiting_in(lane))
        .with_rows()
        .annotate(since=Subquery(came.values("happened_on")[:1]))
        .order_by("requested_on", "id")[: SHOWN + 1]
    )
    waiting = [Waiting(case, case.since, (today - case.since).days, case.days_left(today)) for case in rows]
    number = f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows))
    rest = f"{reverse('cases:list')}?forwarding={lane.name}" if len(rows) > SHOWN else ""
    return DeskLane(lane, waiting[:SHOWN], rest, number)


def figure_at_home(reader: User, with_samples: bool) -> tuple[str | Promise, str, int, str] | None:
    """What waits to be passed on, for the first page of foreign affairs. One query.

    Words, number, samples that do not count, and address; a number beyond MOST_COUNTED is not counted out.
    """
    if not forwards_cases(reader):
        return None
    waiting = Case.objects.visible_to(reader).filter(waiting_anywhere()).order_by()
    some = waiting.annotate(is_fictional=F("partner__is_sample"))[: MOST_COUNTED + 1]
    found = some.aggregate(every=Count("pk"), apart=Count("pk", filter=Q(("is_fictional", True))))
    apart = 0 if with_samples else found["apart"]
    number = found["every"] - apart
    words = f"{number:,}+" if found["every"] > MOST_COUNTED else str(number)
    # Translators: 待轉遞案件
    return _("Cases to be passed on"), words, apart, reverse("cases:forwarding")
