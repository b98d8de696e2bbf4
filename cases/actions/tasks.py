"""Tasks on a case: added, done, taken back, dropped with a reason, given to somebody else."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock
from cases.models import Case, Task
from cases.notes import colleagues_of
from cases.provisions import HOUSE
from cases.rules import may_write_beside
from tracker import audit
from tracker.models import User


@transaction.atomic
def add_task(
    *,
    by: User,
    case: Case,
    words: str,
    today: date,
    due_on: date | None = None,
    assigned_to: User | None = None,
) -> Task:
    """Put down something to be done on the case, by a day or without one, by somebody or by whoever comes to it.

    :raises StepRefused: without the right or the words, for a day that is past, and for a person who may not see
        the case.
    """
    _check_right(by, lock(case, None))
    if not words.strip():
        raise StepRefused(_("Say what is to be done."), HOUSE, "words")
    _check_day(due_on, today)
    _check_person(case, assigned_to)
    task = Task.objects.create(
        case=case,
        words=words.strip(),
        due_on=due_on,
        assigned_to=assigned_to,
        made_at=timezone.now(),
        made_by=by,
    )
    audit.record("case.add_task", case, by=by, details={"task": task.pk, "due_on": due_on})
    return task


@transaction.atomic
def do_tasks(*, by: User, case: Case, tasks: Iterable[Task]) -> int:
    """Tick tasks of the case off; one that is settled already stays as it is. Answers how many were ticked.

    :raises StepRefused: without the right.
    """
    _check_right(by, lock(case, None))
    keys = [task.pk for task in tasks]
    waiting = list(case.tasks.select_for_update(no_key=True).filter(pk__in=keys, done_at=None).order_by("pk"))
    for task in waiting:
        task.done_at, task.done_by = timezone.now(), by
    Task.objects.bulk_update(waiting, ["done_at", "done_by"])
    audit.record_all([audit.Deed("case.do_task", case, {"task": task.pk}) for task in waiting], by=by)
    return len(waiting)


@transaction.atomic
def undo_task(*, by: User, task: Task) -> Task:
    """Open a task again that was ticked off or dropped too early; an open one stays as it is.

    :raises StepRefused: without the right.
    """
    locked = _lock(by, task)
    if locked.done_at is not None:
        locked.done_at, locked.done_by, locked.dropped_reason = None, None, ""
        locked.save(update_fields=["done_at", "done_by", "dropped_reason"])
        audit.record("case.undo_task", locked.case, by=by, details={"task": locked.pk})
    return locked


@transaction.atomic
def drop_task(*, by: User, task: Task, reason: str) -> Task:
    """Put a task away that is not to be done any more.

    :raises StepRefused: without the right or the reason, or when it was ticked off meanwhile.
    """
    locked = _lock(by, task)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    if locked.done_at is not None and not locked.dropped_reason:
        raise StepRefused(_("This task was ticked off meanwhile."), HOUSE)
    if locked.done_at is None:
        locked.done_at, locked.done_by, locked.dropped_reason = timezone.now(), by, reason.strip()
        locked.save(update_fields=["done_at", "done_by", "dropped_reason"])
        audit.record("case.drop_task", locked.case, by=by, details={"task": locked.pk})
    return locked


@transaction.atomic
def give_task(
    *, by: User, task: Task, assigned_to: User | None, today: date, due_on: date | None = None
) -> Task:
    """Say anew whose an open task is and by when; None leaves it to whoever comes to it, or without a day.

    :raises StepRefused: without the right, for a settled task, for a new day that is past, and for a person who
        may not see the case.
    """
    locked = _lock(by, task)
    if locked.done_at is not None:
        raise StepRefused(_("This task was settled meanwhile."), HOUSE)
    if due_on != locked.due_on:
        _check_day(due_on, today)
    _check_person(locked.case, assigned_to)
    locked.assigned_to, locked.due_on = assigned_to, due_on
    locked.save(update_fields=["assigned_to", "due_on"])
    details = {"task": locked.pk, "officer": str(assigned_to or ""), "due_on": due_on}
    audit.record("case.give_task", locked.case, by=by, details=details)
    return locked


def _lock(by: User, task: Task) -> Task:
    locked = Task.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=task.pk)
    _check_right(by, locked.case)
    return locked


def _check_right(by: User, case: Case) -> None:
    if not may_write_beside(by, case):
        raise StepRefused(_("Only the staff of both ministries write beside a case."), HOUSE)


def _check_day(due_on: date | None, today: date) -> None:
    if due_on is not None and due_on < today:
        raise StepRefused(_("The day is past."), HOUSE, "due_on")


def _check_person(case: Case, person: User | None) -> None:
    if person is not None and not colleagues_of(case).filter(pk=person.pk).exists():
        words = _("%(person)s may not see this case.") % {"person": person}
        raise StepRefused(words, HOUSE, "assigned_to")
