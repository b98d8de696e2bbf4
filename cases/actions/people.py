"""Persons of a case: added, removed, looked at, looked for, and their names encrypted anew. No name leaves here."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from agreements.actions import StepRefused
from agreements.models import Partner
from cases.actions.filing import lock, refuses_as_told, touch
from cases.models import Case, Person
from cases.persons import (
    digest_of,
    holds_name,
    is_name,
    name_of,
    open_name,
    seal,
)
from cases.provisions import HOUSE, archives_act
from cases.rules import may_name_persons
from tracker import audit
from tracker.models import Entry, User
from tracker.sealing import CannotBeRead, is_under_first_key

LONGEST_NAME = 200


@sensitive_variables()
@transaction.atomic
def add_person(*, by: User, case: Case, part: str, name: str, nationality: Partner | None = None) -> Person:
    """Name a person of the case; the name is encrypted before it is written.

    :raises StepRefused: without the right, for an unknown part, without a name, or when that person already
        stands in the case in that part.
    """
    locked = lock(case, None)
    name = " ".join(name.split())
    if not may_name_persons(by, locked):
        raise StepRefused(_("Justice says who the persons of a case are."), HOUSE)
    if part not in Person.Part.values:
        raise StepRefused(_("Choose the part that the person has in the case."), HOUSE, "part")
    if not is_name(name) or len(name) > LONGEST_NAME:
        words = _("Give the name, with at most %(number)s characters.") % {"number": LONGEST_NAME}
        raise StepRefused(words, HOUSE, "name")
    digest = digest_of(name)
    if locked.persons.filter(digest=digest, part=part).exists():
        raise StepRefused(_("This person already stands in the case in this part."), HOUSE, "name")
    person = Person.objects.create(
        case=locked,
        part=part,
        sealed_name=seal(name, case_id=locked.pk, part=part),
        digest=digest,
        nationality=nationality,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    touch(locked)
    locked.save(update_fields=["changed_at"])
    audit.record("case.add_person", locked, by=by, details={"part": part, "person": person.pk})
    return person


@sensitive_variables()
@refuses_as_told
@transaction.atomic
def remove_person(*, by: User, case: Case, person: Person, reason: str) -> None:
    """Take a person out of the case; nothing of the name stays behind but in backups.

    :raises StepRefused: without the right, in a closed case, when somebody removed the person meanwhile, without a reason, or when
        the reason repeats the name.
    """
    locked = lock(case, None)
    if not may_name_persons(by, locked):
        raise StepRefused(_("Justice says who the persons of a case are."), HOUSE)
    if locked.is_closed:
        raise StepRefused(_("The case is closed: what it holds is kept for its term."), archives_act())
    found = locked.persons.filter(pk=person.pk).first()
    if found is None:
        raise StepRefused(_("This person has been removed meanwhile."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    name = name_of(found)
    if name is not None and holds_name(reason, name):
        words = _("The reason stays in the history: write it without the name.")
        raise StepRefused(words, HOUSE, "reason")
    details = {"part": found.part, "person": found.pk, "reason": reason.strip()}
    found.delete()
    touch(locked)
    locked.save(update_fields=["changed_at"])
    audit.record("case.remove_person", locked, by=by, details=details)


@transaction.atomic
def record_look(*, by: User, case: Case, today: date) -> None:
    """Tell the audit trail that somebody looked at the persons of the case; once per reader, case and day."""
    told = Entry.objects.filter(
        about_model=case._meta.label_lower,
        about_id=str(case.pk),
        verb="case.look_at_persons",
        actor=by,
        details__day=today.isoformat(),
    )
    if not told.exists():
        audit.record("case.look_at_persons", case, by=by, details={"day": today})


@transaction.atomic
def record_search(*, by: User, found: int) -> None:
    """Tell the audit trail that somebody looked for a person by name, and in how many places the name stood."""
    audit.record("case.find_person", by, by=by, details={"found": found})


@dataclass(frozen=True, slots=True)
class Rotated:
    """One batch: the key of its last row (None at the end), and the rows changed, left alone and unreadable."""

    last: int | None
    changed: int
    current: int
    unreadable: tuple[int, ...]


@sensitive_variables()
@transaction.atomic
def rotate_batch(*, by: User | None, after: int, size: int) -> Rotated:
    """Encrypt with the first key the names of the next ``size`` rows after the row ``after`` that are not under it.

    A row that no key opens is left as it is.
    """
    rows = list(
        Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__gt=after).order_by("pk")[:size]
    )
    changed, unreadable = [], []
    for row in rows:
        if is_under_first_key(bytes(row.sealed_name)):
            continue
        try:
            row.sealed_name = seal(open_name(row), case_id=row.case_id, part=row.part)
        except CannotBeRead:
            unreadable.append(row.pk)
        else:
            changed.append(row)
    if changed:
        Person.objects.bulk_update(changed, ["sealed_name"])
        audit.record("case.rotate_person_keys", changed[-1], by=by, details={"changed": len(changed)})
    return Rotated(
        rows[-1].pk if len(rows) == size else None,
        len(changed),
        len(rows) - len(changed) - len(unreadable),
        tuple(unreadable),
    )
