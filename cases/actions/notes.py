"""Notes beside a case: written with mentions, withdrawn by their writer, seen by those whom they name."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock
from cases.models import Case, Mention, Note
from cases.notes import colleagues_of, named_in, staff
from cases.provisions import HOUSE
from cases.rules import may_see_case, may_write_beside
from tracker import audit
from tracker.models import User


@transaction.atomic
def write_note(
    *, by: User, case: Case, text: str, mentioned: Iterable[User] = (), is_for_successor: bool = False
) -> Note:
    """Write a note; ``mentioned`` and everybody named in it by ``@name`` find it on their first page.

    :raises StepRefused: without the right, without a text, for a name that is nobody's or several people's, and
        for a person who may not see the case.
    """
    if not may_write_beside(by, lock(case, None)):
        raise StepRefused(_("Only the staff of both ministries write beside a case."), HOUSE)
    if not text.strip():
        raise StepRefused(_("Write the note."), HOUSE, "text")
    chosen = list(mentioned)
    people = {*chosen, *_named(text, chosen)} - {by}
    _check_they_see(case, people)
    note = Note.objects.create(
        case=case,
        text=text.strip(),
        is_for_successor=is_for_successor,
        written_at=timezone.now(),
        written_by=by,
    )
    Mention.objects.bulk_create(
        Mention(note=note, person=person) for person in sorted(people, key=lambda person: person.pk)
    )
    details = {"note": note.pk, "mentions": len(people), "for_successor": is_for_successor}
    audit.record("case.write_note", case, by=by, details=details)
    return note


@transaction.atomic
def withdraw_note(*, by: User, note: Note) -> Note:
    """Take back a note of one's own; twice is as once.

    :raises StepRefused: for another person's note, or a case that is not this person's to see any more.
    """
    locked = Note.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=note.pk)
    if locked.written_by_id != by.pk or not may_write_beside(by, locked.case):
        raise StepRefused(_("A note is withdrawn by the person who wrote it."), HOUSE)
    if locked.withdrawn_at is None:
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        audit.record("case.withdraw_note", locked.case, by=by, details={"note": locked.pk})
    return locked


@transaction.atomic
def see_mentions(*, by: User, case: Case) -> int:
    """Remember that a person saw the notes of a case that name him or her; answers how many were new.

    The moment stands with the mention itself, so the audit trail does not tell of it.
    """
    if not may_see_case(by, case):
        return 0
    unseen = Mention.objects.filter(person=by, seen_at=None, note__case=case, note__withdrawn_at=None)
    return unseen.update(seen_at=timezone.now())


def _named(text: str, chosen: list[User]) -> frozenset[User]:
    """:raises StepRefused: for a name that is nobody's, or several people's."""
    if "@" not in text and "＠" not in text:
        return frozenset()
    named = named_in(text, staff(), chosen)
    if named.unclear:
        words = _("“@%(name)s” is no colleague's name, or several people's: choose from the list instead.")
        raise StepRefused(words % {"name": named.unclear[0]}, HOUSE, "text")
    return named.people


def _check_they_see(case: Case, people: set[User]) -> None:
    """:raises StepRefused: names the first one who may not see the case."""
    may = set(colleagues_of(case).filter(pk__in=[person.pk for person in people]))
    for person in sorted(people - may, key=str):
        words = _("%(person)s may not see this case, so a note on it cannot mention %(person)s.")
        raise StepRefused(words % {"person": person}, HOUSE, "mentioned")
