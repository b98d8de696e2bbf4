"""Forms about several cases at once: who is to carry them, and how they are passed on."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions import StepRequest
from cases.actions.bulk import MOST_AT_ONCE
from cases.forwarding import Lane
from cases.lifecycle import Need, row_for
from cases.models import Case
from cases.rules import STAFF
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Ministry

_PAIRS = re.compile(r"(\d{1,18}\.\d{1,9})(,\d{1,18}\.\d{1,9})*", re.ASCII)


class ChosenField(forms.CharField):
    """Cases with the version that was seen, as one hidden text: 12.3,15.1. Cleans to a dictionary."""

    widget = forms.HiddenInput
    default_error_messages = {"required": _("Select a case."), "unreadable": _("Select a case.")}

    def clean(self, value: Any) -> dict[int, int]:
        text = super().clean(value)
        if not _PAIRS.fullmatch(text):
            raise ValidationError(self.error_messages["unreadable"], "unreadable")
        pairs = (pair.split(".") for pair in text.split(","))
        return {int(key): int(version) for key, version in pairs}


def chosen_words(cases: Iterable[Case]) -> str:
    """The hidden text for these cases."""
    return ",".join(f"{case.pk}.{case.version}" for case in cases)


class AssignManyForm(KeyedForm):
    """Who is to carry the chosen cases, and why; each case is checked by itself when it is done."""

    chosen = ChosenField(max_length=30 * MOST_AT_ONCE)
    officer = forms.ModelChoiceField(
        label=_("Officer"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose the officer.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Give the reason.")}
    )

    def __init__(self, *args: Any, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=initial, **kwargs)
        staff = User.objects.filter(is_active=True, ministry=Ministry.JUSTICE, role__in=STAFF)
        self.fields["officer"].queryset = staff.order_by("name", "pk")  # type: ignore[attr-defined]


class PassOnForm(KeyedForm):
    """The small form under a lane of the forwarding desk: the day, the letter number, and what the step needs."""

    happened_on = RocDayField(label=_("Day on which it happened"), widget=RocDateWidget)
    reference = forms.CharField(label=_("Official letter number"), required=False, max_length=120)
    # Translators: 駐外館處
    body = forms.CharField(label=_("Mission abroad"), required=False, max_length=120)
    note = forms.CharField(
        label=_("Comments"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, lane: Lane, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"happened_on": today}, auto_id=f"{lane.name}_%s", **kwargs)
        self.lane = lane
        row = row_for(lane.step, lane.states[0], "criminal")
        if row is None or Need.BODY not in row.needs:
            del self.fields["body"]
        else:
            self.fields["body"].required = True
            self.fields["body"].error_messages["required"] = _("Name the office that is to act.")
        if lane.advice:
            self.fields["note"].help_text = str(lane.advice)

    def refuse_without_any(self, chosen: Mapping[int, int]) -> bool:
        """Say so when nothing is chosen; answers whether something is."""
        if not chosen:
            self.add_error(None, ValidationError(_("Select a case.")))
        return bool(chosen)

    def request(self) -> StepRequest:
        """What is to be recorded of each chosen case."""
        names = ("happened_on", "reference", "body", "note")
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return StepRequest(step=self.lane.step, **given)
