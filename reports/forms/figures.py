"""Forms of the series: which day is asked for, a correction, a withdrawal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from tracker.fields import RocDayField


class BooksForm(forms.Form):
    """As of which day, and as the books stood when; both may be left alone."""

    use_required_attribute = False
    as_of = RocDayField(label=_("As of"), required=False)
    known_on = RocDayField(label=_("As the books stood on"), required=False)

    def asked(self, name: str) -> Any:
        """The day, None when it was left alone or cannot be read, which the page tells."""
        return self.cleaned_data.get(name) if self.is_valid() or self.is_bound else None


class WithdrawFigureForm(KeyedForm):
    """Why a figure is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why the figure changes.")},
    )


class CorrectFigureForm(WithdrawFigureForm):
    """What the figure should say, and why."""

    value = forms.DecimalField(label=_("Value"), min_value=0, max_digits=15, decimal_places=3)
    is_outlier = forms.BooleanField(
        label=_("Outlier: shown in tables, left out of the ranking"), required=False
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000, required=False
    )
    field_order = ("key", "version", "value", "is_outlier", "note", "reason")
