"""Correcting what was logged of a case, and striking it out. The forms check what was typed and never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from agreements.forms.marks import add_mark, check_mark
from cases.actions.contents import AMENDED, OF_THE_MARK, Amendment
from cases.lifecycle import Direction
from cases.models import Case
from cases.rules import holds_case
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Secrecy


class AmendForm(KeyedForm):
    """What was logged of a case, as it is to be; its mark is offered to whoever holds the case."""

    subject = forms.CharField(
        label=_("Subject in one line"), max_length=200, help_text=_("For lists. Write no names of persons.")
    )
    partner_reference = forms.CharField(label=_("Their reference"), required=False, max_length=120)
    office = forms.CharField(label=_("Our office"), required=False, max_length=120)
    office_reference = forms.CharField(label=_("Our office's reference"), required=False, max_length=120)
    letter_on = RocDayField(
        label=_("Day of the letter"),
        required=False,
        widget=RocDateWidget,
        help_text=_(
            "It is the day of the request: the legal basis follows the register to it, unless an officer chose it."
        ),
    )
    deadline = RocDayField(label=_("Deadline"), required=False, widget=RocDateWidget)
    secrecy = forms.TypedChoiceField(
        label=_("Secrecy"),
        coerce=int,
        choices=Secrecy.choices,
        widget=forms.RadioSelect({"class": "opts-h"}),
        help_text=_(
            "Raising it needs nobody's leave; a supervisor lowers it, and from restricted upwards two."
        ),
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays in the history. Write no names of persons."),
    )

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        given = {name: getattr(case, name) for name in AMENDED}
        super().__init__(*args, version=case.version, initial=given, **kwargs)
        add_mark(self)
        levels = [(level.value, level.label) for level in Secrecy if level <= by.clearance]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]
        hidden = () if holds_case(by, case) else OF_THE_MARK
        for name in (*hidden, *(["letter_on"] if case.direction == Direction.OUT else [])):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        check_mark(self)
        return self.cleaned_data

    def amendment(self) -> Amendment:
        """What the case is to say, for the action; what was not offered stays."""
        given: dict[str, Any] = {name: self.cleaned_data.get(name, self.initial[name]) for name in AMENDED}
        return Amendment(**given)


class VoidForm(KeyedForm):
    """Striking out a case that was registered by mistake."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays beside the number. Write no names of persons."),
    )
