"""What the priority page is asked, somebody's own view of the weights, and the forms of a proposal."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from agreements.models import Subject
from reports import wording
from reports.catalogue import Parameters
from reports.catalogue.priorities import SUBJECTS
from reports.models import WeightsVersion
from reports.priorities import FACTORS, Weights
from reports.weighting import HEAVIEST, by_field, field_of
from tracker.fields import RocDayField


def weight_field(code: str) -> forms.FloatField:
    """A number from 0 to 100 for one factor; left empty it is 0."""
    return forms.FloatField(
        label=wording.factor_name(code),
        required=False,
        min_value=0,
        max_value=HEAVIEST,
        widget=forms.NumberInput({"class": "in w-5", "step": "any"}),
    )


class WeightFields(forms.Form):
    """One field for each factor. Nothing typed at all is no view of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for factor in FACTORS:
            self.fields[field_of(factor)] = weight_field(factor.code)

    @property
    def has_weights(self) -> bool:
        return any(self.data.get(field_of(factor)) not in (None, "") for factor in FACTORS)

    def by_factor(self) -> dict[str, float]:
        """The weights as typed, by code of the factor."""
        return {factor.code: self.cleaned_data.get(field_of(factor)) or 0 for factor in FACTORS}

    def check_weights(self) -> None:
        """Say so when nothing weighs anything, or a number is none."""
        typed = list(self.by_factor().values())
        if any(not math.isfinite(value) for value in typed):
            self.add_error(None, _("A weight is a number."))
        elif not any(typed) and not any(field_of(factor) in self.errors for factor in FACTORS):
            self.add_error(None, _("At least one factor must weigh more than zero."))


class PriorityForm(WeightFields):
    """As of which day, as known when, on which subject, with which weights; everything may be left alone."""

    as_of = RocDayField(label=_("As of"), required=False)
    known_on = RocDayField(label=_("As known on"), required=False)
    subject = forms.ChoiceField(
        label=_("Agreement on"),
        choices=[(one.value, one.label) for one in SUBJECTS],
        required=False,
        widget=forms.Select({"class": "in w-12"}),
    )
    weights = forms.TypedChoiceField(
        label=_("Weights, version"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select({"class": "in w-5"}),
    )
    with_samples = forms.BooleanField(label=_("Count the samples too"), required=False)

    def __init__(self, data: QueryDict, *, today: date, versions: list[WeightsVersion]) -> None:
        initial = {"as_of": today, "subject": Subject.CRIMINAL_MLA, "weights": versions[0].number}
        super().__init__(data or None, initial=initial)
        self.today, self.versions = today, versions
        choices = [(one.number, str(one.number)) for one in versions]
        self.fields["weights"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.has_weights:
            self.check_weights()
        return self.cleaned_data

    def asked(self) -> Parameters:
        """What is asked; what cannot be read is as if it had been left alone."""
        found = self._found()
        return Parameters(
            found.get("as_of") or self.today,
            known_on=found.get("known_on"),
            subject=found.get("subject") or Subject.CRIMINAL_MLA,
            weights=self.version().number,
            with_samples=bool(found.get("with_samples")),
        )

    def version(self) -> WeightsVersion:
        """The version that is asked for, else the newest in use."""
        number = self._found().get("weights")
        return next((one for one in self.versions if one.number == number), self.versions[0])

    def own_view(self) -> Weights | None:
        """Weights that nobody proposed, for this reader's page alone; None where they are those of the version."""
        if not self.is_bound or not self.is_valid() or not self.has_weights:
            return None
        own = self.by_factor()
        is_same = by_field(own) == by_field(self.version().by_factor)
        return None if is_same else Weights(None, own)

    def _found(self) -> Mapping[str, Any]:
        return self.cleaned_data if self.is_bound and self.is_valid() else {}


class ProposalForm(WeightFields, KeyedForm):
    """A new version of the weights, with the reason for it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea({"class": "in", "rows": 4}),
        help_text=_("Why these weights; whoever decides reads it, and it stays in the history."),
    )
    field_order = [*(field_of(factor) for factor in FACTORS), "reason"]

    def clean(self) -> dict[str, Any]:
        self.check_weights()
        return self.cleaned_data


class DecisionForm(KeyedForm):
    """Approving or refusing a proposal."""

    decision = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea({"class": "in", "rows": 3})
    )
    answer = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            # Translators: 核定
            ("approve", pgettext_lazy("weights", "Approve")),
            # Translators: 不予採用
            ("refuse", pgettext_lazy("weights", "Refuse")),
        ],
        widget=forms.RadioSelect,
    )

    @property
    def is_approved(self) -> bool:
        return self.cleaned_data["answer"] == "approve"
