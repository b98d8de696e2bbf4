"""Sending a countersigned letter, and the step of the case that it means."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions.letters import Sending
from cases.letters.kinds import SORTS
from cases.lifecycle import Defect, Need, Step, row_for
from cases.models import Case, Letter
from cases.rules import may_take
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User


class SendForm(KeyedForm):
    """Number, day and channel; and whether sending it is a step of its cases."""

    number = forms.CharField(
        label=_("Official letter number"),
        max_length=120,
        error_messages={"required": _("Give the official letter number.")},
    )
    moved_on = RocDayField(label=_("Sent on"), widget=RocDateWidget)
    channel = forms.ChoiceField(label=_("Channel"), choices=Letter.Channel.choices)
    step = forms.ChoiceField(
        label=_("Step that it means for the case"), required=False, widget=forms.RadioSelect
    )
    # Translators: 承辦機關（協助機關、駐外館處）
    body = forms.CharField(label=_("Office that is to act"), required=False, max_length=120)
    defect = forms.ChoiceField(
        label=_("What is lacking"), required=False, choices=[("", _("Not said")), *Defect.choices]
    )
    step_note = forms.CharField(
        label=_("Note or reason of the step"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, letter: Letter, about: Sequence[Case], by: User, today: date, **kwargs: Any
    ) -> None:
        self.offered = steps_offered(letter, about, by)
        first = self.offered[0].name if self.offered else ""
        channel = letter.channel or Letter.Channel.FOREIGN_AFFAIRS
        initial = {"moved_on": today, "channel": channel, "step": first}
        super().__init__(*args, version=letter.version, initial=initial, **kwargs)
        none = ("", _("None: record only the letter"))
        self.fields["step"].choices = [*((row.name, row.label) for row in self.offered), none]  # type: ignore[attr-defined]
        asked: frozenset[Need] = frozenset().union(*(row.needs | row.takes for row in self.offered))
        for name, need in (("body", Need.BODY), ("defect", Need.DEFECT)):
            if need not in asked:
                del self.fields[name]
        if not self.offered:
            del self.fields["step"], self.fields["step_note"]

    def sending(self) -> Sending:
        given = self.cleaned_data
        names = ("number", "moved_on", "channel", "step", "step_note", "body", "defect")
        return Sending(**{name: given[name] for name in names if name in self.fields})


def steps_offered(letter: Letter, about: Sequence[Case], by: User) -> list[Step]:
    """The steps that this letter can mean and that can be taken now in every case that it concerns."""
    offered = []
    for name in SORTS[letter.kind].steps:
        rows = [row_for(name, case.state, case.kind) for case in about]
        found = [row for row in rows if row is not None]
        if found and len(found) == len(about) and all(map(may_take, [by] * len(found), about, found)):
            offered.append(found[0])
    return offered
