"""What the reports' pages ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.fields import RocDayField


class AsOfForm(forms.Form):
    """As of which day, and whether the fictional samples count; both may be left alone."""

    as_of = RocDayField(label=_("As of"), required=False)
    with_samples = forms.BooleanField(label=_("Count the samples too"), required=False)
