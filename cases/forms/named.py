"""Persons named while a case is logged: a few rows of part and name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from cases.actions import Named
from cases.actions.people import LONGEST_NAME
from cases.models import Case, Person
from cases.persons import name_of

PLACES = (1, 2, 3)
NAMES = frozenset(f"person_{place}_name" for place in PLACES)


def persons_fields() -> dict[str, forms.Field]:
    """Part and name for each place. The name is not kept by the browser, and asked about only when it is whole."""
    fields: dict[str, forms.Field] = {}
    for place in PLACES:
        fields[f"person_{place}_name"] = forms.CharField(
            label=_("Name"),
            required=False,
            max_length=LONGEST_NAME,
            widget=forms.TextInput({"autocomplete": "off", "data-whole": ""}),
        )
        fields[f"person_{place}_part"] = forms.ChoiceField(
            label=_("Part in the case"), required=False, choices=[("", "—"), *Person.Part.choices]
        )
    return fields


@sensitive_variables()
def persons_of(case: Case) -> dict[str, Any]:
    """The persons of a draft as its form shows them."""
    values: dict[str, Any] = {}
    for place, person in zip(PLACES, case.persons.all(), strict=False):
        values[f"person_{place}_name"] = name_of(person) or ""
        values[f"person_{place}_part"] = person.part
    return values


@sensitive_variables()
def named_in(cleaned: dict[str, Any]) -> tuple[Named, ...]:
    """The persons out of what a form has checked, in the order of their places; places without a name are left out."""
    rows = (
        (cleaned.get(f"person_{place}_part", ""), cleaned.get(f"person_{place}_name", "")) for place in PLACES
    )
    return tuple(Named(part, name) for part, name in rows if name)
