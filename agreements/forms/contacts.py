"""Contacts with a partner: recording one, and withdrawing one with its reason. They validate and never save."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from agreements.forms.marks import add_mark, check_mark
from agreements.models import Contact
from tracker.fields import PartialDateFormField, RocDateWidget
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

REASON_LENGTH = 300


class ContactForm(KeyedForm):
    """One contact: what it was, when, and what it was about."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of a contact", "Kind"),
        choices=Contact.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of contact it was.")},
    )
    held = PartialDateFormField(
        label=_("Day on which it happened"),
        widget=RocDateWidget,
        help_text=_("Leave the day or the month empty when only the rest is known."),
    )
    words = forms.CharField(
        label=_("What it was about"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Say in a sentence what it was about.")},
    )
    secrecy = forms.TypedChoiceField(label=_("Secrecy"), coerce=int, initial=Secrecy.ORDINARY)

    def __init__(self, *args: Any, by: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        add_mark(self, code_name=False)
        levels = [(level.value, level.label) for level in Secrecy if level.value <= by.clearance]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        check_mark(self)
        return self.cleaned_data

    def clean_held(self) -> PartialDate:
        held: PartialDate = self.cleaned_data["held"]
        if held.first is None:
            raise ValidationError(_("Give the day, or at least the year."))
        if held.first > self.today:
            raise ValidationError(_("The day lies in the future. Record it when it has happened."))
        return held


class WithdrawContactForm(KeyedForm):
    """Why a contact is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays beside the struck contact."),
        error_messages={"required": _("Say why it is withdrawn.")},
    )
