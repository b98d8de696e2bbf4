"""The forms of a report that is signed off: drafting it, its remarks, and every signature."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from tracker.fields import RocDateWidget, RocDayField


class DraftForm(KeyedForm):
    """Draft the report of a page with that page's parameters."""

    due_on = RocDayField(label=_("To be approved by"), required=False, widget=RocDateWidget)


class RemarkForm(KeyedForm):
    """What is recommended for one row of a report, or for the whole."""

    row = forms.ChoiceField(label=_("Row"), required=False)
    text = forms.CharField(
        label=_("In Chinese"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hant"}),
        help_text=_("Leave both empty to take the remark away."),
    )
    text_en = forms.CharField(
        label=_("In English"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )

    def __init__(self, *args: Any, rows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].choices = [("", _("The whole report")), *rows]  # type: ignore[attr-defined]


class DecisionForm(KeyedForm):
    """A signature, or a return; sending back needs a reason, which the action asks for."""

    reason = forms.CharField(
        label=_("Opinion or reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
