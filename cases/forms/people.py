"""The forms about persons of a case: naming one, removing one, looking for one by exact name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions.people import LONGEST_NAME
from cases.forms.partners import PartnerField
from cases.models import Person


def _name_field(**fields: Any) -> forms.CharField:
    """A name; the browser neither remembers nor corrects it."""
    quiet = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "class": "in w-20"}
    return forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=quiet),
        error_messages={"required": _("Give the name.")},
        **fields,
    )


class PersonForm(KeyedForm):
    """One person of a case."""

    name = _name_field(help_text=_("As the letter writes it. It is kept encrypted; lists show 王○○ or J. D."))
    part = forms.ChoiceField(
        label=_("Part in the case"),
        choices=[("", _("Choose")), *Person.Part.choices],
        error_messages={"required": _("Choose the part that the person has in the case.")},
    )
    nationality = PartnerField(label=_("Nationality"), required=False)
    field_order = ("name", "part", "nationality")


class UncoverForm(forms.Form):
    """Why protected names have to be read."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays with your look, for the officer and whoever answers for people to read."),
        error_messages={"required": _("Give the reason.")},
    )


class RemovePersonForm(KeyedForm):
    """Why a person is taken out of the case."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays in the history. Write it without the name."),
        error_messages={"required": _("Give the reason.")},
    )


class FindPersonForm(forms.Form):
    """A name to look for. It is sent in the body, so that it stands in no address and no log."""

    use_required_attribute = False
    name = _name_field(
        help_text=_("The whole name as it was recorded; upper and lower case and spaces make no difference.")
    )
