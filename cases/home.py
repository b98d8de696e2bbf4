"""The first page of a justice-ministry officer: the one next action, what is to be done, overdue, mine, unassigned."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.utils.translation import pgettext

from cases.listing import Row, row_of
from cases.models import SOON, Case, CaseQuerySet
from cases.todo import Todo, name_of, next_of, todos_of
from tracker.models import User

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures: they count everything the reader may see, not only what is listed."""

    overdue: int = 0
    soon: int = 0
    mine: int = 0
    unassigned: int = 0
    back: int = 0

    @property
    def any(self) -> bool:
        return any(astuple(self))


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page. ``apart`` are the numbers of samples that do not count."""

    numbers: Numbers
    apart: Numbers
    next: Todo | None
    todos: Sequence[Todo]
    overdue: Sequence[Row]
    mine: Sequence[Row]
    unassigned: Sequence[Row]
    drafts: Sequence[Case]


def home_page(*, reader: User, today: date, with_samples: bool) -> Home:
    """What asks for this reader's attention, most urgent first. Twelve queries; one more for a supervisor.

    Samples are listed, but not counted unless ``with_samples``.
    """
    visible = Case.objects.visible_to(reader)
    mine = _rows(visible.open().filter(officer=reader).exclude(held_until__gt=today), today)
    todos = todos_of(reader, today=today)
    real, samples = _numbers(visible, reader, today)
    return Home(
        numbers=_sum([real, samples]) if with_samples else real,
        apart=Numbers() if with_samples else samples,
        next=next_of(todos, _as_todos(mine)),
        todos=todos,
        overdue=_rows(visible.overdue(today=today), today),
        mine=mine,
        unassigned=_rows(visible.unassigned(), today),
        drafts=list(visible.drafts().select_related("partner").order_by("-recorded_at")[:SHOWN]),
    )


def _as_todos(rows: Iterable[Row]) -> list[Todo]:
    """The next steps of one's own cases, as sentences like the others."""
    return [
        Todo(
            pgettext("to do", "Next step"),
            str(row.next.label),
            name_of(row.case),
            row.case.get_absolute_url(),
            row.case.due_on,
            row.days,
            bool(row.case.partner and row.case.partner.is_sample),
        )
        for row in rows
        if row.next
    ]


def _rows(cases: CaseQuerySet, today: date) -> list[Row]:
    """The first rows: real ones before samples, then by deadline, those without one last."""
    order = ("partner__is_sample", F("due_on").asc(nulls_last=True), "requested_on", "id")
    return [row_of(case, today) for case in cases.with_rows().order_by(*order)[:SHOWN]]


def _numbers(visible: CaseQuerySet, reader: User, today: date) -> tuple[Numbers, Numbers]:
    """Of real cases and of samples. One grouped query."""
    groups = (
        visible.open()
        .order_by()
        .values_list("partner__is_sample")
        .annotate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__range=(today, today + timedelta(days=SOON)))),
            mine=Count("pk", filter=Q(officer=reader)),
            unassigned=Count("pk", filter=Q(officer=None)),
            back=Count("pk", filter=Q(officer=reader, held_until=today)),
        )
    )
    found = {is_sample: Numbers(*numbers) for is_sample, *numbers in groups}
    return found.get(False, Numbers()), found.get(True, Numbers())


def _sum(numbers: Iterable[Numbers]) -> Numbers:
    return Numbers(*(sum(column) for column in zip(*map(astuple, numbers), strict=True)))
