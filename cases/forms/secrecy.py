"""Readers of sealed cases, and opening one in an emergency. They validate and never save."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.actions.access import LONGEST_EMERGENCY
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

HOURS = (1, 4, 8, LONGEST_EMERGENCY)


class ReaderForm(KeyedForm):
    """Who else may see a sealed case: a person, or a whole desk of a ministry."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), required=False)
    ministry = forms.ChoiceField(
        label=_("Or a whole desk of"), required=False, choices=[("", _("None")), *Ministry.choices]
    )
    desk = forms.CharField(label=_("Desk"), required=False, max_length=80)
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text=_("Empty: until it is taken back."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cleared = User.objects.filter(is_active=True, clearance__gte=Secrecy.SEALED)
        people = cleared.exclude(role=Role.ADMINISTRATOR).order_by("name", "pk")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the action is told."""
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        names = ("person", "ministry", "desk", "reason")
        return {name: self.cleaned_data[name] for name in names} | {"ends_at": ends_at}


class WithdrawReaderForm(KeyedForm):
    """That one of them is taken back."""


class EmergencyForm(KeyedForm):
    """The number of a sealed case that has to be opened now, and why."""

    number = forms.CharField(label=_("Case number"), max_length=20)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Its officer reads it, and so do the supervisors and the auditors. Write no names of persons."
        ),
    )
    hours = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=[
            (hours, ngettext_lazy("%(n)s hour", "%(n)s hours", hours) % {"n": hours}) for hours in HOURS
        ],
    )
