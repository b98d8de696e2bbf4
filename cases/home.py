"""The first page of a justice-ministry officer: the one next action, what is to be done, overdue, mine, unassigned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import pgettext

from cases.filters import MOST_COUNTED
from cases.listed import listed
from cases.listing import Row, row_of
from cases.models import Case, CaseQuerySet
from cases.todo import Todo, name_of, next_of, todos_of
from tracker.models import User

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures: they count everything the reader may see, not only what is listed; MOST_COUNTED + 1 stands for more."""

    overdue: int = 0
    soon: int = 0
    mine: int = 0
    unassigned: int = 0
    back: int = 0

    @property
    def any(self) -> bool:
        return any(astuple(self))

    @property
    def shown(self) -> dict[str, str]:
        """Each figure as the page says it."""
        return {
            name: f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else str(number)
            for name, number in asdict(self).items()
        }


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
    """What asks for this reader's attention, most urgent first.

    At most twelve queries where cases are all real or all samples; one more for a supervisor.

    Samples are listed, but not counted unless ``with_samples``.
    """
    visible = Case.objects.visible_to(reader)
    real, samples = _numbers(visible, reader, today)

    def rows(name: str, cases: CaseQuerySet) -> list[Row]:
        return _rows(cases, today, has_real=getattr(real, name) > 0, has_samples=getattr(samples, name) > 0)

    mine = rows("mine", visible.open().filter(officer=reader).exclude(held_until__gt=today))
    todos = todos_of(reader, today=today)
    return Home(
        numbers=_sum(real, samples) if with_samples else real,
        apart=Numbers() if with_samples else samples,
        next=next_of(todos, _as_todos(mine)),
        todos=todos,
        overdue=rows("overdue", visible.overdue(today=today)),
        mine=mine,
        unassigned=rows("unassigned", visible.unassigned()),
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


def _rows(cases: CaseQuerySet, today: date, *, has_real: bool, has_samples: bool) -> list[Row]:
    """The first rows: real ones before samples, then by deadline, those without one last.

    One query for the real ones and one for samples, where there are any: apart, each stops at the first rows of an
    index, while together all rows would have to be sorted.
    """
    ordered = cases.order_by(F("due_on").asc(nulls_last=True), "requested_on", "id")
    rows = listed(ordered.real()[:SHOWN]) if has_real else []
    if has_samples and len(rows) < SHOWN:
        rows += listed(ordered.filter(partner__is_sample=True)[: SHOWN - len(rows)])
    return [row_of(case, today) for case in rows]


def _numbers(visible: CaseQuerySet, reader: User, today: date) -> tuple[Numbers, Numbers]:
    """Of real cases and of samples. One query; two where more than MOST_COUNTED are real ones and samples mixed."""
    mine = visible.open().filter(officer=reader)
    asked = {
        "overdue": visible.overdue(today=today),
        "soon": visible.due_soon(today=today),
        "mine": mine,
        "unassigned": visible.unassigned(),
        "back": mine.filter(held_until=today),
    }
    found = _counted(asked)
    real = {name: found.get((name, False), 0) for name in asked}
    samples = {name: found.get((name, True), 0) for name in asked}
    mixed = [
        name for name in asked if real[name] and samples[name] and real[name] + samples[name] > MOST_COUNTED
    ]
    if mixed:
        real |= {
            name: number
            for (name, _), number in _counted({name: asked[name].real() for name in mixed}).items()
        }
    return Numbers(**real), Numbers(**samples)


def _counted(asked: Mapping[str, CaseQuerySet]) -> dict[tuple[str, bool], int]:
    """How many rows of each name are real (False) and samples (True), as far as MOST_COUNTED + 1 rows. One query."""
    parts: list[str] = []
    values: list[Any] = []
    for name, rows in asked.items():
        fictional = rows.order_by().annotate(is_fictional=F("partner__is_sample")).values_list("is_fictional")
        sql, given = fictional[: MOST_COUNTED + 1].query.sql_with_params()
        # The names stand above, the values travel apart.
        parts.append(f"SELECT '{name}', is_fictional, count(*) FROM ({sql}) counted GROUP BY is_fictional")  # noqa: S608
        values += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {(name, bool(is_fictional)): number for name, is_fictional, number in cursor.fetchall()}


def _sum(one: Numbers, other: Numbers) -> Numbers:
    return Numbers(*(sum(both) for both in zip(astuple(one), astuple(other), strict=True)))
