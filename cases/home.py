"""The first page of a justice-ministry officer: the one next action, what is to be done, overdue, mine, unassigned."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, Count, F, Subquery, Value
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from cases.askedonce import NO_DAY, NO_READER, Sort, Statement, ask, given_by, prepare, sort_of
from cases.filters import MOST_COUNTED
from cases.lifecycle import Direction, awaited
from cases.models import Case, CaseQuerySet, Mention
from cases.models.lists import listed_subject
from cases.todo import next_of, todos_of
from cases.worklines import CaseLine, Todo, drawn_cases, drawn_todos
from tracker.kept import Wanted
from tracker.models import Entry, User

SHOWN = 10
COUNTED = ("overdue", "soon", "mine", "unassigned", "back")
LISTED = ("overdue", "mine", "unassigned")


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


class Draft(NamedTuple):
    """A case that was not registered yet."""

    words: str
    url: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page. ``apart`` are the numbers of samples that do not count."""

    numbers: Numbers
    apart: Numbers
    next: Todo | None
    todos: Sequence[Todo]
    overdue: Sequence[CaseLine]
    mine: Sequence[CaseLine]
    unassigned: Sequence[CaseLine]
    drafts: Sequence[Draft]

    @property
    def drawn(self) -> dict[str, SafeString]:
        """The lines of each list as HTML; "" for an empty one."""
        lists = {name: drawn_cases(getattr(self, name)) for name in LISTED}
        return lists | {"todos": drawn_todos(self.todos)}


def home_page(*, reader: User, today: date, with_samples: bool) -> Home:
    """What asks for this reader's attention, most urgent first.

    At most five queries; three more for requests that wait for their letter while another term ends sooner.

    Samples are listed, but not counted unless ``with_samples``.
    """
    real, samples = _numbers(reader, today)
    lines, drafts = _lists(reader, today, real, samples)
    todos = todos_of(reader, today=today)
    return Home(
        numbers=_sum(real, samples) if with_samples else real,
        apart=Numbers() if with_samples else samples,
        next=next_of(todos, _as_todos(lines["mine"])),
        todos=todos,
        drafts=drafts,
        **lines,
    )


def wanted_home(reader: User, *, today: date, with_samples: bool) -> Wanted:
    """What the page depends on, so that it can be kept while nothing is written. One query.

    That a mention was seen is written without an entry: the number of those unseen stands for it, since each new one
    comes with an entry.
    """
    (newest, unseen), *_none = ask([_mark(connection.vendor)], given_by(reader, today)) or [("", 0)]
    return Wanted("cases:home", reader, today, newest, (with_samples, unseen))


@lru_cache(maxsize=2)
def _mark(_vendor: str) -> Statement | None:
    unseen = Mention.objects.filter(person=NO_READER, seen_at=None).order_by().values("person")
    number = Subquery(unseen.annotate(number=Count("pk")).values("number"))
    return prepare(Entry.objects.order_by("-id").values_list("digest", number)[:1])


def _as_todos(lines: Iterable[CaseLine]) -> list[Todo]:
    """The next steps of one's own cases, as sentences like the others."""
    return [
        Todo(
            pgettext("to do", "Next step"),
            str(line.next.label),
            line.name,
            line.url,
            line.due_on,
            line.days,
            line.is_sample,
        )
        for line in lines
        if line.next
    ]


# The lists.


class _Found(NamedTuple):
    """One row of a list, as it is asked for."""

    list: str
    key: int
    number: str
    subject: str
    secrecy: int
    state: str
    kind: str
    direction: str
    due_on: date | None
    recorded_at: datetime
    name_zh: str | None
    name_en: str | None
    is_sample: bool | None

    @property
    def partner(self) -> str:
        name = self.name_en if (get_language() or "").startswith("en") else self.name_zh
        return name or ""


_COLUMNS = (
    "pk", "number", "subject", "secrecy", "state", "kind", "direction", "due_on", "recorded_at",
    "partner__name_zh", "partner__name_en", "partner__is_sample",
)  # fmt: skip


def _lists(
    reader: User, today: date, real: Numbers, samples: Numbers
) -> tuple[dict[str, list[CaseLine]], list[Draft]]:
    """The first rows of each list, real ones before samples, then by deadline, those without one last. One query.

    Real ones and samples are asked for apart, where there are any: so each stops at the first rows of an index, while
    together all rows would have to be sorted.
    """
    known = _list_statements(sort_of(reader))
    wanted = [("drafts", False)]
    wanted += [(name, False) for name in LISTED if getattr(real, name)]
    wanted += [(name, True) for name in LISTED if getattr(samples, name)]
    found: dict[str, list[_Found]] = {name: [] for name in (*LISTED, "drafts")}
    for values in ask([known[each] for each in wanted], given_by(reader, today)):
        row = _Found(*values)
        found[row.list].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: bool(row.is_sample))  # they come in the order in which they were asked
    lines = {name: [_line(row, today) for row in found[name][:SHOWN]] for name in LISTED}
    return lines, [_draft(row) for row in found["drafts"]]


@lru_cache(maxsize=16)
def _list_statements(sort: Sort) -> dict[tuple[str, bool], Statement | None]:
    """By list and whether it is of samples."""
    visible = Case.objects.visible_to(sort.nobody)
    asked = _asked(visible, sort.nobody)
    asked["mine"] = asked["mine"].exclude(held_until__gt=NO_DAY)
    made = {}
    for name in LISTED:
        rows = asked[name].order_by(F("due_on").asc(nulls_last=True), "requested_on", "id")
        for is_sample in (False, True):
            first = rows.filter(partner__is_sample=is_sample)[:SHOWN]
            made[name, is_sample] = prepare(_columns(name, first))
    drafts = visible.drafts().order_by("-recorded_at")[:SHOWN]
    return made | {("drafts", False): prepare(_columns("drafts", drafts))}


def _columns(name: str, rows: CaseQuerySet) -> Any:
    asked = [listed_subject() if column == "subject" else column for column in _COLUMNS]
    return rows.values_list(Value(name, CharField()), *asked)


def _line(row: _Found, today: date) -> CaseLine:
    return CaseLine(
        number=row.number,
        partner=row.partner,
        subject=row.subject,
        secrecy=row.secrecy,
        state=row.state,
        due_on=row.due_on,
        days=(row.due_on - today).days if row.due_on else None,
        next=awaited(row.state, row.kind),
        is_sample=bool(row.is_sample),
    )


def _draft(row: _Found) -> Draft:
    direction = Direction(row.direction).label if row.direction else ""
    words = row.subject or str(direction) or f"# {row.key}"
    url = reverse("cases:draft", args=[row.key])
    return Draft(f"{words} {row.partner}".strip(), url, row.recorded_at)


# The figures.


def _asked(visible: CaseQuerySet, reader: User) -> dict[str, CaseQuerySet]:
    mine = visible.open().filter(officer=reader)
    return {
        "overdue": visible.overdue(today=NO_DAY),
        "soon": visible.due_soon(today=NO_DAY),
        "mine": mine,
        "unassigned": visible.unassigned(),
        "back": mine.filter(held_until=NO_DAY),
    }


def _numbers(reader: User, today: date) -> tuple[Numbers, Numbers]:
    """Of real cases and of samples. One query; two where more than MOST_COUNTED are real ones and samples mixed."""
    known, given = _count_statements(sort_of(reader)), given_by(reader, today)
    found = {(name, bool(is_sample)): number for name, is_sample, number in ask(known["all"], given)}
    real = {name: found.get((name, False), 0) for name in COUNTED}
    samples = {name: found.get((name, True), 0) for name in COUNTED}
    mixed = [
        name for name in COUNTED if real[name] and samples[name] and real[name] + samples[name] > MOST_COUNTED
    ]
    if mixed:
        alone = [known["real"][COUNTED.index(name)] for name in mixed]
        real |= {name: number for name, _is_sample, number in ask(alone, given)}
    return Numbers(**real), Numbers(**samples)


@lru_cache(maxsize=16)
def _count_statements(sort: Sort) -> dict[str, list[Statement | None]]:
    """For each figure how many rows are real and how many samples, as far as MOST_COUNTED + 1; and the same of real ones."""
    asked = _asked(Case.objects.visible_to(sort.nobody), sort.nobody)
    return {
        "all": [_counting(name, asked[name]) for name in COUNTED],
        "real": [_counting(name, asked[name].real()) for name in COUNTED],
    }


def _counting(name: str, rows: CaseQuerySet) -> Statement | None:
    fictional = rows.order_by().annotate(is_fictional=F("partner__is_sample")).values_list("is_fictional")
    # The names stand above, the values travel apart.
    around = f"SELECT '{name}', is_fictional, count(*) FROM ({{}}) counted GROUP BY is_fictional"  # noqa: S608
    return prepare(fictional[: MOST_COUNTED + 1], around=around)


def _sum(one: Numbers, other: Numbers) -> Numbers:
    return Numbers(*(sum(both) for both in zip(astuple(one), astuple(other), strict=True)))
