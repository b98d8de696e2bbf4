"""What people wrote beside cases, read: notes, who is named in them, and tasks; each as far as the reader may see."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Prefetch, Q, QuerySet

from cases.models import Case, Mention, Note, Task
from cases.rules import STAFF
from tracker.models import User
from tracker.roles import Ministry, Secrecy

DONE_SHOWN = 20
"""So many settled tasks of a case, the latest."""
AHEAD = 7
"""Days before its own from which a task is one of today's."""
_SIGN = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠](?=\S)")


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named in a text by ``@name``; ``unclear`` are the words that name nobody, or more than one person."""

    people: frozenset[User]
    unclear: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with the days until it is due, negative when it is late; None without a day."""

    task: Task
    days: int | None


def staff() -> QuerySet[User]:
    """Officers and supervisors of both ministries who work here now, by name."""
    people = User.objects.filter(is_active=True, role__in=STAFF, ministry__in=Ministry.values)
    return people.order_by("ministry", "name", "pk")


def colleagues_of(case: Case) -> QuerySet[User]:
    """The staff of both ministries who may see the case: whom a note may mention and a task may be given to."""
    if case.secrecy >= Secrecy.SEALED:
        return staff().filter(pk=case.officer_id or 0, clearance__gte=case.secrecy)
    return staff().filter(clearance__gte=case.secrecy)


def named_in(text: str, people: Iterable[User], chosen: Iterable[User] = ()) -> Named:
    """Read ``@name`` and ``@sign-in name`` in a text; the longest name counts. Pure.

    An address of mail is no mention. Of several people of one name the one among ``chosen`` is meant.
    """
    words = [(word, person) for person in people for word in {person.name, person.username} if word]
    picked = {person.pk for person in chosen}
    found, unclear = set(), []
    for sign in _SIGN.finditer(text):
        rest = text[sign.end() :]
        fitting = [(word, person) for word, person in words if _begins(rest, word)]
        longest = max((len(word) for word, _person in fitting), default=0)
        meant = {person for word, person in fitting if len(word) == longest}
        meant = {person for person in meant if person.pk in picked} or meant
        if len(meant) == 1:
            found |= meant
        else:
            unclear.append(rest[:longest] if longest else rest.split()[0][:20])
    return Named(frozenset(found), tuple(unclear))


def _begins(rest: str, word: str) -> bool:
    """Whether the text begins with the name; one in Latin letters has to end there."""
    if not rest.casefold().startswith(word.casefold()):
        return False
    after = rest[len(word) : len(word) + 1]
    return not (word[-1].isascii() and after.isascii() and (after.isalnum() or after == "_"))


def notes_of(case: Case) -> list[Note]:
    """The notes of a case that stand: those for a successor first, then the newest. Two queries."""
    mentions = Prefetch("mentions", Mention.objects.select_related("person").order_by("pk"))
    notes = case.notes.filter(withdrawn_at=None).select_related("written_by").prefetch_related(mentions)
    return list(notes.order_by("-is_for_successor", "-written_at", "-pk"))


def mentions_for(reader: User) -> QuerySet[Mention]:
    """What names the reader and was not seen yet, newest first, in cases that the reader still sees. One query."""
    cases = Case.objects.registered().visible_to(reader)
    unseen = Mention.objects.filter(
        person=reader, seen_at=None, note__withdrawn_at=None, note__case__in=cases
    )
    rows = unseen.select_related("note__case__partner", "note__written_by")
    return rows.order_by("-note__written_at", "-pk")


def open_tasks_of(case: Case, today: date) -> list[TaskLine]:
    """What is still to be done on the case, by day; what has no day comes last. One query."""
    tasks = case.tasks.filter(done_at=None).select_related("assigned_to")
    return _lines(tasks.order_by(F("due_on").asc(nulls_last=True), "pk"), today)


def settled_tasks_of(case: Case) -> list[Task]:
    """What was done or dropped on the case, the latest first. One query."""
    tasks = case.tasks.exclude(done_at=None).select_related("assigned_to", "done_by")
    return list(tasks.order_by("-done_at", "-pk")[:DONE_SHOWN])


def tasks_for(reader: User, today: date) -> list[TaskLine]:
    """The reader's own open tasks: late, of today, of the next days, then those without a day. One query."""
    return _lines(near_tasks(reader, today).select_related("case__partner"), today)


def near_tasks(reader: User, today: date) -> QuerySet[Task]:
    """The same as rows, in that order."""
    cases = Case.objects.registered().visible_to(reader)
    near = Q(due_on=None) | Q(due_on__lte=today + timedelta(days=AHEAD))
    tasks = Task.objects.filter(near, assigned_to=reader, done_at=None, case__in=cases)
    return tasks.order_by(F("due_on").asc(nulls_last=True), "pk")


def _lines(tasks: Iterable[Task], today: date) -> list[TaskLine]:
    return [TaskLine(task, None if task.due_on is None else (task.due_on - today).days) for task in tasks]
