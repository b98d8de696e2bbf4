"""The first page of a justice-ministry officer: the one next action, what is overdue, mine, unassigned, and drafts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q

from cases.listing import Row, row_of
from cases.models import SOON, Case, CaseQuerySet
from tracker.models import User

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures: they count everything the reader may see, not only what is listed."""

    overdue: int = 0
    soon: int = 0
    mine: int = 0
    unassigned: int = 0

    @property
    def any(self) -> bool:
        return bool(self.overdue or self.soon or self.mine or self.unassigned)


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page. ``apart`` are the numbers of samples that do not count."""

    numbers: Numbers
    apart: Numbers
    next: Row | None
    overdue: Sequence[Row]
    mine: Sequence[Row]
    unassigned: Sequence[Row]
    drafts: Sequence[Case]


def home_page(*, reader: User, today: date, with_samples: bool) -> Home:
    """What asks for this reader's attention, most urgent first. Five queries.

    Samples are listed, but not counted unless ``with_samples``.
    """
    visible = Case.objects.visible_to(reader)
    overdue = _rows(visible.overdue(today=today), today)
    mine = _rows(visible.open().filter(officer=reader), today)
    real, samples = _numbers(visible, reader, today)
    return Home(
        numbers=_sum([real, samples]) if with_samples else real,
        apart=Numbers() if with_samples else samples,
        next=next((row for row in mine if row.next), None),
        overdue=overdue,
        mine=mine,
        unassigned=_rows(visible.unassigned(), today),
        drafts=list(visible.drafts().select_related("partner").order_by("-recorded_at")[:SHOWN]),
    )


def _rows(cases: CaseQuerySet, today: date) -> list[Row]:
    """The first rows: real ones before samples, then by deadline, those without one last."""
    order = ("partner__is_sample", F("due_on").asc(nulls_last=True), "requested_on", "id")
    return [row_of(case, today) for case in cases.with_rows().order_by(*order)[:SHOWN]]


def _numbers(visible: CaseQuerySet, reader: User, today: date) -> tuple[Numbers, Numbers]:
    """Of real cases and of samples. One grouped query."""
    groups = (
        visible.open()
        .order_by()
        .values("partner__is_sample")
        .annotate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__range=(today, today + timedelta(days=SOON)))),
            mine=Count("pk", filter=Q(officer=reader)),
            unassigned=Count("pk", filter=Q(officer=None)),
        )
    )
    found = {
        group["partner__is_sample"]: Numbers(
            group["overdue"], group["soon"], group["mine"], group["unassigned"]
        )
        for group in groups
    }
    return found.get(False, Numbers()), found.get(True, Numbers())


def _sum(numbers: Iterable[Numbers]) -> Numbers:
    columns = zip(*((one.overdue, one.soon, one.mine, one.unassigned) for one in numbers), strict=True)
    return Numbers(*(sum(column) for column in columns))
