"""Recording and withdrawing a place-holder. The forms validate and never save."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm


class PlaceholderForm(KeyedForm):
    """A code name, and where the paper file is: nothing else of it."""

    code_name = forms.CharField(
        label=_("Code name"), max_length=60, help_text=_("It must tell nothing of the file.")
    )
    kept_where = forms.CharField(label=_("Where the paper file is"), max_length=200)


class WithdrawPlaceholderForm(KeyedForm):
    """Why a place-holder is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
