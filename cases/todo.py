"""What asks to be done, as sentences: tag, what, where, by when. Derived from the records, so each vanishes when done.

All sources are asked in one query, and answer in the same columns. Another one is added to ``SOURCES``, and the first
page of justice shows it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cases.askedonce import NO_DAY, Sort, Statement, ask, given_by, prepare, sort_of
from cases.clocks import RULES, clocks_of
from cases.clocks.rules import URGENT
from cases.clocks.running import LETTER_MISSING, WARNED_AT
from cases.competition import competitions_seen
from cases.forwarding import LETTER_AWAITED
from cases.handover import handovers_for
from cases.models import Access, Case, Competitor, Extension, Letter, LetterCase
from cases.models import Promise as Assurance
from cases.models.lists import listed_subject
from cases.notes import mentions_for, near_tasks
from cases.practice import StaleCard, stale_cards
from cases.promises import promises_due
from cases.rules import may_prefer_a_request, may_weigh_requests, works_on_cases
from cases.timing import fact_of, facts_of
from cases.worklines import Todo
from tracker.models import User
from tracker.preferences import counting_rules

TOLD_FOR = timedelta(days=7)
"""So long an opening in an emergency is told."""
SHOWN = 10
"""So many of one sort are read."""
ON_EXPIRY = {rule.code: rule.on_expiry for rule in RULES if rule.on_expiry}


class Found(NamedTuple):
    """One row of a source: the case or thing with its partner, and what the sentence needs besides."""

    source: str
    key: int
    number: str
    name_zh: str
    name_en: str
    subject: str
    is_sample: bool | None
    code: str
    who: str
    words: str
    day: date | None
    moment: datetime | None
    every: int
    done: int

    @property
    def partner(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def name(self) -> str:
        """Number, partner and subject, as a list of work names a case."""
        return f"{self.number} {self.partner} {self.subject}"


@dataclass(frozen=True, slots=True)
class Source:
    """One sort of work: its rows for a reader of whom only the sort is known, and the sentence of one of them."""

    name: str
    rows: Callable[[str, User], QuerySet | None]
    tell: Callable[[Found, date], Todo | None]


def todos_of(reader: User, *, today: date) -> list[Todo]:
    """All that asks this reader to do something, the most urgent first. One query; three more for letters behind."""
    found: dict[str, list[Found]] = {source.name: [] for source in SOURCES}
    for values in ask(_statements(sort_of(reader)), given_by(reader, today)):
        found[values[0]].append(Found(*values))
    todos = [todo for source in SOURCES for row in found[source.name] if (todo := source.tell(row, today))]
    todos += _of_letters_behind([row for row in found["clocks"] if _is_behind(row)], today)
    return sorted(todos, key=lambda todo: todo.urgency)


def next_of(todos: Iterable[Todo], own: Iterable[Todo]) -> Todo | None:
    """The one thing to do first: the nearest day among what asks to be done and the reader's own cases."""
    return min([*todos, *own], key=lambda todo: todo.urgency, default=None)


@lru_cache(maxsize=16)
def _statements(sort: Sort) -> Sequence[Statement | None]:
    asked = (source.rows(source.name, sort.nobody) for source in SOURCES)
    return [prepare(rows) for rows in asked if rows is not None]


_NONE: dict[str, Any] = {
    **dict.fromkeys(
        ("number", "name_zh", "name_en", "subject", "code", "who", "words"), Value("", CharField())
    ),
    **dict.fromkeys(("key", "every", "done"), Value(0, IntegerField())),
    "day": Cast(Value(None), DateField()),
    "moment": Cast(Value(None), DateTimeField()),
}
"""What stands in the columns that a source does not use."""


def named(source: str, rows: QuerySet, **columns: Any) -> QuerySet:
    """The first rows, in the columns of Found."""
    asked = _NONE | {"source": Value(source, CharField())} | columns
    return rows.values_list(*(asked[name] for name in Found._fields))[:SHOWN]


def _of_case(way: str = "") -> dict[str, Any]:
    """The columns that name a case, which is reached by ``way``."""
    names = {"number": "number", "name_zh": "partner__name_zh"}
    names |= {"name_en": "partner__name_en", "is_sample": "partner__is_sample"}
    return {name: F(f"{way}{field}") for name, field in names.items()} | {"subject": listed_subject(way)}


def _todo(row: Found, tag: str, words: str | Promise, today: date, url: str = "") -> Todo:
    days = (row.day - today).days if row.day else None
    where = url or reverse("cases:detail", args=[row.number])
    return Todo(tag, str(words), row.name, where, row.day, days, bool(row.is_sample))


def _clocks(source: str, reader: User) -> QuerySet:
    """Urgent requests whose letter is due within ten days or was missed, and what the reader's missed terms ask for."""
    horizon = NO_DAY + timedelta(days=max(WARNED_AT))
    near = Q(due_clock__in=URGENT) | Q(is_direct=True, state__in=LETTER_AWAITED)
    own = Q(due_clock__in=list(ON_EXPIRY), due_on__lt=NO_DAY, officer=reader)
    rows = Case.objects.visible_to(reader).open().filter((near & Q(due_on__lte=horizon)) | own)
    waits = {"key": F("pk"), "code": F("due_clock"), "who": F("state"), "day": F("due_on")}
    is_direct = Cast("is_direct", IntegerField())
    return named(source, rows.order_by("due_on", "id"), **_of_case(), **waits, every=is_direct)


def _of_clock(row: Found, today: date) -> Todo | None:
    """The sentence of one clock; None for one of an urgent request that is not near yet."""
    if row.code not in ON_EXPIRY or row.day is None or (row.day - today).days > max(WARNED_AT):
        return None
    if row.day < today:
        return _todo(row, pgettext("to do", "Decide"), ON_EXPIRY[row.code], today)
    is_close = (row.day - today).days <= min(WARNED_AT)
    tag = pgettext("to do", "Urgent, 3 days") if is_close else pgettext("to do", "Urgent, 10 days")
    return _todo(row, tag, LETTER_MISSING, today)


def _is_behind(row: Found) -> bool:
    """Whether the request waits for its letter while another term ends sooner."""
    return bool(row.every) and row.code not in URGENT and row.who in LETTER_AWAITED


def _of_letters_behind(rows: Sequence[Found], today: date) -> list[Todo]:
    """Of such requests: what their letter's own term asks for. Three queries when there is one."""
    if not rows:
        return []
    cases = Case.objects.filter(pk__in=[row.key for row in rows]).select_related("partner", "agreement")
    waiting = cases.prefetch_related("events").in_bulk()
    calendar, roll = counting_rules()
    found = []
    for row in rows:
        case = waiting[row.key]
        facts = facts_of(case, events=[fact_of(event) for event in case.events.all()])
        clocks = clocks_of(facts, today=today, calendar=calendar, roll=roll)
        urgent = next((clock for clock in clocks if clock.code in URGENT and clock.is_open), None)
        found.append(_of_clock(row._replace(code=urgent.code, day=urgent.due_on), today) if urgent else None)
    return [todo for todo in found if todo is not None]


def _letters(source: str, reader: User) -> QuerySet:
    """Letters to countersign, to go on with, to send, and letters in whose meaning nobody has said."""
    status = Letter.Status
    letters = Letter.objects.order_by().values("pk")
    wanted = letters.filter(status__in=[status.RETURNED, status.COUNTERSIGNED], drafted_by=reader)
    # Each is found by an index of its own; asked with "or", all letters would be read.
    unsaid = LetterCase.objects.filter(asks_meaning=True, case__officer=reader).values("letter")
    wanted = wanted.union(unsaid)
    if works_on_cases(reader) and reader.is_supervisor:
        wanted = wanted.union(letters.filter(status=status.SUBMITTED).exclude(drafted_by=reader))
    rows = Letter.objects.visible_to(reader).filter(pk__in=wanted).order_by("-pk")
    columns = _of_case() | {"subject": Value("", CharField()), "key": F("pk"), "code": F("kind")}
    return named(source, rows, **columns, words=F("status"))


def _of_letter(row: Found, today: date) -> Todo:
    status = Letter.Status
    told = {
        status.SUBMITTED: (pgettext("to do", "Countersign"), _("Countersign the letter.")),
        status.RETURNED: (pgettext("to do", "Returned"), _("Go on with the letter that was returned.")),
        status.COUNTERSIGNED: (pgettext("to do", "Send"), _("Send the letter that was countersigned.")),
        status.RECEIVED: (pgettext("to do", "Answer"), _("Say what the letter means for the case.")),
    }
    about = f"{row.partner} {Letter.Kind(row.code).label} {row.number}".strip()
    url = reverse("cases:letter", args=[row.key])
    return Todo(*told[status(row.words)], about, url, is_sample=bool(row.is_sample))


def _extensions(source: str, reader: User) -> QuerySet | None:
    """Requests for more time that a supervisor has to decide."""
    if not (works_on_cases(reader) and reader.is_supervisor):
        return None
    asked = Extension.objects.filter(is_approved=None, case__in=Case.objects.visible_to(reader).open())
    rows = asked.exclude(asked_by=reader).order_by("due_was", "pk")
    return named(source, rows, **_of_case("case__"), day=F("due_was"))


def _of_extension(row: Found, today: date) -> Todo:
    return _todo(row, pgettext("to do", "Decide"), _("Decide on the request for more time."), today)


def _tasks(source: str, reader: User) -> QuerySet:
    """The reader's own tasks, late, of the next days, and without a day."""
    return named(source, near_tasks(reader, NO_DAY), **_of_case("case__"), words=F("words"), day=F("due_on"))


def _of_task(row: Found, today: date) -> Todo:
    return _todo(row, pgettext("to do", "Task"), row.words, today, reverse("cases:work", args=[row.number]))


def _mentions(source: str, reader: User) -> QuerySet:
    """Notes that name the reader and were not seen yet."""
    who = {"who": F("note__written_by__name"), "code": F("note__written_by__username")}
    return named(
        source, mentions_for(reader), **_of_case("note__case__"), **who, moment=F("note__written_at")
    )


def _of_mention(row: Found, today: date) -> Todo:
    return Todo(
        pgettext("to do", "Mention"),
        _("%(who)s names you in a note.") % {"who": row.who or row.code},
        row.name,
        reverse("cases:work", args=[row.number]),
        _day_of(row),
        is_sample=bool(row.is_sample),
    )


def _handovers(source: str, reader: User) -> QuerySet:
    """Packs of work that the reader has still to tick through."""
    columns = {"key": F("pk"), "who": F("giver__name"), "code": F("giver__username"), "moment": F("made_at")}
    columns |= {"every": F("lines_seen"), "done": F("lines_ticked")}
    return named(source, handovers_for(reader), **columns, is_sample=Value(False, BooleanField()))


def _of_handover(row: Found, today: date) -> Todo:
    return Todo(
        pgettext("to do", "Hand-over"),
        _("Tick through what %(who)s handed to you: %(done)s of %(every)s.")
        % {"who": row.who or row.code, "done": row.done, "every": row.every},
        "",
        reverse("cases:handover", args=[row.key]),
        _day_of(row),
    )


def _promises(source: str, reader: User) -> QuerySet:
    """Promises whose day has passed."""
    columns = {"code": F("kind"), "who": F("given_by"), "day": F("due_on")}
    return named(source, promises_due(reader, NO_DAY), **_of_case("case__"), **columns)


def _of_promise(row: Found, today: date) -> Todo:
    words = _("Overdue: %(what)s (%(who)s).") % {
        "what": Assurance.Kind(row.code).label,
        "who": Assurance.By(row.who).label,
    }
    return _todo(
        row, pgettext("to do", "Promise"), words, today, reverse("cases:promises", args=[row.number])
    )


def _notices(source: str, reader: User) -> QuerySet | None:
    """Requests whose side was not told yet how concurrent ones were decided: the reader's own; all for who decides."""
    if not may_weigh_requests(reader):
        return None
    decided = competitions_seen(reader).filter(preferred__isnull=False).order_by()
    rows = Competitor.objects.filter(competition__in=decided, told_on=None, case__voided_at=None)
    own = rows if may_prefer_a_request(reader) else rows.filter(case__officer=reader)
    columns = {"key": F("competition"), "day": F("competition__decided_on")}
    return named(source, own.order_by("competition__decided_on", "pk"), **_of_case("case__"), **columns)


def _of_notice(row: Found, today: date) -> Todo:
    # Translators: 競合請求之處理結果應通知各請求方（國際刑事司法互助法第 11 條）；法未定期限
    words = _("Tell this side how the concurrent requests were decided.")
    url = reverse("cases:competition", args=[row.key])
    # Translators: 通知
    tag = pgettext("to do", "Notice")
    return Todo(tag, words, row.name, url, row.day, is_sample=bool(row.is_sample))


def _emergencies(source: str, reader: User) -> QuerySet | None:
    """Own sealed cases that somebody opened in an emergency within the last week."""
    if not reader.is_cleared_for_sealed:
        return None
    opened = Access.objects.filter(kind=Access.Kind.EMERGENCY, given_at__gt=Now() - TOLD_FOR)
    rows = opened.filter(case__officer=reader).order_by("-given_at")
    return named(source, rows, **_of_case("case__"), who=F("person__name"), moment=F("given_at"))


def _of_emergency(row: Found, today: date) -> Todo:
    words = _("%(who)s opened it in an emergency; the reason stands with its readers.") % {"who": row.who}
    url = reverse("cases:readers", args=[row.number])
    # Translators: 緊急調閱
    return _todo(row, pgettext("to do", "Emergency"), words, today, url)


def _practice(source: str, reader: User) -> QuerySet | None:
    """Practice cards with lines that nobody verified for a year."""
    rows = stale_cards(reader, NO_DAY)
    if rows is None:
        return None
    columns = {name: F(name) for name in ("name_zh", "name_en", "is_sample", "code")}
    return named(source, rows, **columns, every=F("lines"), day=F("since"))


def _of_practice(row: Found, today: date) -> Todo:
    assert row.day is not None  # noqa: S101 - every line has the day on which it was verified
    card = StaleCard(row.name_zh, row.name_en, row.code, bool(row.is_sample), row.every, row.day)
    words = ngettext(
        "Verify %(lines)s line of the practice card, %(age)s.",
        "Verify %(lines)s lines of the practice card, %(age)s.",
        card.lines,
    )
    told = words % {"lines": card.lines, "age": card.age}
    return Todo(pgettext("to do", "Practice"), told, card.name, card.url, is_sample=card.is_sample)


def _day_of(row: Found) -> date:
    assert row.moment is not None  # noqa: S101 - of sources that have a moment
    return timezone.localtime(row.moment).date()


SOURCES: tuple[Source, ...] = (
    Source("clocks", _clocks, _of_clock),
    Source("letters", _letters, _of_letter),
    Source("extensions", _extensions, _of_extension),
    Source("tasks", _tasks, _of_task),
    Source("mentions", _mentions, _of_mention),
    Source("hand-overs", _handovers, _of_handover),
    Source("promises", _promises, _of_promise),
    Source("notices", _notices, _of_notice),
    Source("emergencies", _emergencies, _of_emergency),
    Source("practice", _practice, _of_practice),
)
