"""The persons of a case as its page shows them: names to those who work on cases, masked to others.

Names of victims, witnesses, minors and informants are masked to everybody until they are uncovered for a reason.
"""

from dataclasses import dataclass

from django.views.decorators.debug import sensitive_variables

from cases.models import Case, Person
from cases.persons import masked, name_of
from cases.rules import works_on_cases
from tracker.models import User


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person; ``name`` is None when no key opens it."""

    person: Person
    name: str | None
    is_masked: bool = False


@sensitive_variables()
def person_rows(case: Case, *, reader: User, is_uncovered: bool = False) -> list[PersonRow]:
    """The persons of the case in the order of their recording; ``is_uncovered`` once a reason was given. One query."""
    may_read = works_on_cases(reader)
    rows = []
    for person in case.persons.select_related("nationality", "recorded_by").order_by("id"):
        person.case = case
        name = name_of(person)
        is_open = may_read and (is_uncovered or person.part not in Person.PROTECTED)
        rows.append(PersonRow(person, name if is_open or name is None else masked(name), not is_open))
    return rows
