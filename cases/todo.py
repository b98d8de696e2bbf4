"""What asks to be done, as sentences: tag, what, where, by when. Derived from the records, so each vanishes when done.

Each provider asks once. Another one is added to ``PROVIDERS``, and the first page of justice shows it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases.clocks import RULES, clocks_of
from cases.clocks.rules import URGENT
from cases.clocks.running import LETTER_MISSING, WARNED_AT
from cases.forwarding import LETTER_AWAITED
from cases.handover import handovers_for
from cases.models import Case, Extension, Letter, LetterCase
from cases.notes import mentions_for, tasks_for
from cases.practice import stale_lines
from cases.promises import promises_due
from cases.rules import works_on_cases
from cases.timing import fact_of, facts_of
from tracker.models import User
from tracker.preferences import counting_rules

SHOWN = 10
"""So many of one sort are read."""
ON_EXPIRY = {rule.code: rule.on_expiry for rule in RULES if rule.on_expiry}


@dataclass(frozen=True, slots=True)
class Todo:
    """One sentence. ``days`` are left until ``day``, negative when past; both None when there is no day."""

    tag: str
    words: str
    about: str
    url: str
    day: date | None = None
    days: int | None = None
    is_sample: bool = False

    @property
    def urgency(self) -> tuple[bool, int]:
        """Real before fictional, then the nearest day; what has none comes last."""
        return (self.is_sample, 10**6 if self.days is None else self.days)


Provider = Callable[[User, date], list[Todo]]


def todos_of(reader: User, *, today: date) -> list[Todo]:
    """All that asks this reader to do something, the most urgent first. One query a provider."""
    found = [todo for provider in PROVIDERS for todo in provider(reader, today)]
    return sorted(found, key=lambda todo: todo.urgency)


def name_of(case: Case) -> str:
    """Number, partner and subject, as a list of work names a case."""
    assert case.partner is not None  # noqa: S101 - a registered case has a partner
    return f"{case.number} {case.partner.name} {case.subject}"


def _todo(case: Case, tag: str, words: str | Promise, day: date | None, today: date, url: str = "") -> Todo:
    assert case.partner is not None  # noqa: S101 - a registered case has a partner
    days = (day - today).days if day else None
    where = url or case.get_absolute_url()
    return Todo(tag, str(words), name_of(case), where, day, days, case.partner.is_sample)


def of_clocks(reader: User, today: date) -> list[Todo]:
    """Urgent requests whose letter is due within ten days or was missed, and what the reader's missed terms ask for.

    Three more queries when a request that waits for its letter has another term that ends sooner.
    """
    horizon = today + timedelta(days=max(WARNED_AT))
    near = Q(due_clock__in=URGENT) | Q(is_direct=True, state__in=LETTER_AWAITED)
    own = Q(due_clock__in=list(ON_EXPIRY), due_on__lt=today, officer=reader)
    rows = Case.objects.visible_to(reader).open().filter((near & Q(due_on__lte=horizon)) | own)
    cases = list(rows.select_related("partner", "agreement").order_by("due_on", "id")[:SHOWN])
    found = [
        _of_clock(case, case.due_clock, case.due_on, today) for case in cases if case.due_clock in ON_EXPIRY
    ]
    behind = [case for case in cases if case.is_direct and case.due_clock not in URGENT]
    return [todo for todo in (*found, *_of_letters_behind(behind, today)) if todo is not None]


def _of_letters_behind(cases: list[Case], today: date) -> list[Todo | None]:
    """Of requests that wait for their letter while another term ends sooner: what their letter's own term asks for."""
    waiting = [case for case in cases if case.state in LETTER_AWAITED]
    if not waiting:
        return []
    prefetch_related_objects(waiting, "events")
    calendar, roll = counting_rules()
    found = []
    for case in waiting:
        facts = facts_of(case, events=[fact_of(event) for event in case.events.all()])
        clocks = clocks_of(facts, today=today, calendar=calendar, roll=roll)
        urgent = next((clock for clock in clocks if clock.code in URGENT and clock.is_open), None)
        found.append(_of_clock(case, urgent.code, urgent.due_on, today) if urgent else None)
    return found


def _of_clock(case: Case, code: str, day: date | None, today: date) -> Todo | None:
    """The sentence of one clock; None for one of an urgent request that is not near yet."""
    if day is None or (day - today).days > max(WARNED_AT):
        return None
    if day < today:
        return _todo(case, pgettext("to do", "Decide"), ON_EXPIRY[code], day, today)
    is_close = (day - today).days <= min(WARNED_AT)
    tag = pgettext("to do", "Urgent, 3 days") if is_close else pgettext("to do", "Urgent, 10 days")
    return _todo(case, tag, LETTER_MISSING, day, today)


def of_letters(reader: User, today: date) -> list[Todo]:
    """Letters to countersign, to go on with, to send, and letters in whose meaning nobody has said. One query."""
    status = Letter.Status
    unsaid = LetterCase.objects.filter(letter=OuterRef("pk"), asks_meaning=True, case__officer=reader)
    wanted = Q(status__in=[status.RETURNED, status.COUNTERSIGNED], drafted_by=reader)
    wanted |= Q(Exists(unsaid))
    if works_on_cases(reader) and reader.is_supervisor:
        wanted |= Q(status=status.SUBMITTED) & ~Q(drafted_by=reader)
    rows = Letter.objects.visible_to(reader).filter(wanted).select_related("partner").order_by("-pk")
    told = {
        status.SUBMITTED: (pgettext("to do", "Countersign"), _("Countersign the letter.")),
        status.RETURNED: (pgettext("to do", "Returned"), _("Go on with the letter that was returned.")),
        status.COUNTERSIGNED: (pgettext("to do", "Send"), _("Send the letter that was countersigned.")),
        status.RECEIVED: (pgettext("to do", "Answer"), _("Say what the letter means for the case.")),
    }
    return [_of_letter(letter, *told[status(letter.status)]) for letter in rows[:SHOWN]]


def _of_letter(letter: Letter, tag: str, words: str) -> Todo:
    about = f"{letter.partner.name} {letter.get_kind_display()} {letter.number}".strip()
    return Todo(tag, words, about, letter.get_absolute_url(), is_sample=letter.partner.is_sample)


def of_extensions(reader: User, today: date) -> list[Todo]:
    """Requests for more time that a supervisor has to decide."""
    if not (works_on_cases(reader) and reader.is_supervisor):
        return []
    asked = Extension.objects.filter(is_approved=None, case__in=Case.objects.visible_to(reader).open())
    rows = asked.exclude(asked_by=reader).select_related("case__partner").order_by("due_was", "pk")[:SHOWN]
    tag, words = pgettext("to do", "Decide"), _("Decide on the request for more time.")
    return [_todo(row.case, tag, words, row.due_was, today) for row in rows]


def of_tasks(reader: User, today: date) -> list[Todo]:
    """The reader's own tasks, late, of the next days, and without a day."""
    return [
        _todo(
            line.task.case,
            pgettext("to do", "Task"),
            line.task.words,
            line.task.due_on,
            today,
            reverse("cases:work", args=[line.task.case.number]),
        )
        for line in tasks_for(reader, today)[:SHOWN]
    ]


def of_mentions(reader: User, today: date) -> list[Todo]:
    """Notes that name the reader and were not seen yet."""
    return [
        Todo(
            pgettext("to do", "Mention"),
            _("%(who)s names you in a note.") % {"who": mention.note.written_by},
            name_of(mention.note.case),
            reverse("cases:work", args=[mention.note.case.number]),
            timezone.localtime(mention.note.written_at).date(),
            is_sample=bool(mention.note.case.partner and mention.note.case.partner.is_sample),
        )
        for mention in mentions_for(reader)[:SHOWN]
    ]


def of_handovers(reader: User, today: date) -> list[Todo]:
    """Packs of work that the reader has still to tick through."""
    return [
        Todo(
            pgettext("to do", "Hand-over"),
            _("Tick through what %(who)s handed to you: %(done)s of %(every)s.")
            % {"who": pack.giver, "done": pack.lines_ticked, "every": pack.lines_seen},
            "",
            reverse("cases:handover", args=[pack.pk]),
            timezone.localtime(pack.made_at).date(),
        )
        for pack in handovers_for(reader)[:SHOWN]
    ]


def of_promises(reader: User, today: date) -> list[Todo]:
    """Promises whose day has passed."""
    return [
        _todo(
            promise.case,
            pgettext("to do", "Promise"),
            _("Overdue: %(what)s (%(who)s).")
            % {"what": promise.get_kind_display(), "who": promise.get_given_by_display()},
            promise.due_on,
            today,
            reverse("cases:promises", args=[promise.case.number]),
        )
        for promise in promises_due(reader, today)[:SHOWN]
    ]


def of_practice(reader: User, today: date) -> list[Todo]:
    """Practice cards with lines that nobody verified for a year."""
    return [
        Todo(
            pgettext("to do", "Practice"),
            ngettext(
                "Verify %(lines)s line of the practice card, %(age)s.",
                "Verify %(lines)s lines of the practice card, %(age)s.",
                card.lines,
            )
            % {"lines": card.lines, "age": card.age},
            card.name,
            card.url,
            is_sample=card.is_sample,
        )
        for card in stale_lines(reader, today=today)
    ]


PROVIDERS: tuple[Provider, ...] = (
    of_clocks,
    of_letters,
    of_extensions,
    of_tasks,
    of_mentions,
    of_handovers,
    of_promises,
    of_practice,
)


def next_of(todos: Iterable[Todo], own: Iterable[Todo]) -> Todo | None:
    """The one thing to do first: the nearest day among what asks to be done and the reader's own cases."""
    return min([*todos, *own], key=lambda todo: todo.urgency, default=None)
