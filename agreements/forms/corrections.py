"""Correcting and withdrawing a milestone: what was wrong, what is right, and why. They validate and never save."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from agreements.actions.corrections import CORRECTABLE
from agreements.forms.keyed import KeyedForm
from agreements.models import Milestone
from tracker.fields import PartialDateFormField, RocDateWidget
from tracker.partialdate import PartialDate

REASON_LENGTH = 300


def _reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays in the history beside the old value."),
        error_messages={"required": _("Give the reason of the correction.")},
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after."""

    label: str
    was: Any
    becomes: Any

    @property
    def is_day(self) -> bool:
        return isinstance(self.was, PartialDate | date)


class CorrectForm(KeyedForm):
    """The facts of a milestone as they should have been recorded."""

    happened = PartialDateFormField(
        label=_("Day on which it happened"),
        required=False,
        widget=RocDateWidget(bound=True),
        help_text=_(
            "Leave empty what the source does not say; “not later than” takes the day of the source."
        ),
    )
    effective = PartialDateFormField(label=_("Takes effect on"), required=False, widget=RocDateWidget)
    reference = forms.CharField(label=_("Official letter number"), required=False, max_length=120)
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    ground = forms.ChoiceField(
        label=_("Consent of the Executive Yuan to the text"),
        required=False,
        choices=[("", "—"), *Milestone.Ground.choices],
    )
    term = forms.IntegerField(
        label=_("Term of the Legislative Yuan"), required=False, min_value=1, max_value=99
    )
    note = forms.CharField(
        label=_("Note or reason of the step"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = _reason_field()

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        shown = {name: getattr(milestone, name) for name in CORRECTABLE}
        super().__init__(*args, initial=shown, **kwargs)
        self.milestone = milestone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not list(self.changes()):
            raise forms.ValidationError(_("Nothing differs from what is recorded. Change what was wrong."))
        return given

    def corrected(self) -> dict[str, Any]:
        """The fields as they are to be recorded."""
        return {name: self.cleaned_data[name] for name in CORRECTABLE}

    def changes(self) -> Iterator[Change]:
        """What differs from the milestone as it stands."""
        for name, becomes in self.corrected().items():
            was = getattr(self.milestone, name)
            if was != becomes:
                field = Milestone._meta.get_field(name)
                assert isinstance(field, Field)  # noqa: S101 - narrows the type
                yield Change(str(field.verbose_name), *_shown(field, was, becomes))


def _shown(field: Field, was: Any, becomes: Any) -> tuple[Any, Any]:
    if not field.choices:
        return was, becomes
    words = dict(field.flatchoices)
    return words.get(was, was), words.get(becomes, becomes)


class WithdrawForm(KeyedForm):
    """Why a fact is taken back."""

    reason = _reason_field()
