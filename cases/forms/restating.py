"""The form with which many cases are restated: which of them, by which day, and why."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions.restating import Day, Restatement
from cases.restating import Line, keys_of


class RestateForm(KeyedForm):
    """The ticked cases: ``then`` follow the register for the day of their request, ``now`` for today."""

    then = forms.MultipleChoiceField(required=False)
    now = forms.MultipleChoiceField(required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("It is kept in the history of every case that is restated."),
        error_messages={"required": _("Give the reason.")},
    )

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(lines)
        self.fields["then"].choices = keys_of(rows, follow=True)  # type: ignore[attr-defined]
        self.fields["now"].choices = keys_of(rows, follow=False)  # type: ignore[attr-defined]
        moved = _("A case changed after you opened the page. Look at the list again, then choose.")
        for name in ("then", "now"):
            self.fields[name].error_messages["invalid_choice"] = moved

    def clean(self) -> dict[str, Any]:
        """Something is chosen, and no case twice."""
        cleaned = super().clean() or {}
        then, now = set(cleaned.get("then", ())), set(cleaned.get("now", ()))
        if not self.errors and not then | now:
            self.add_error(None, ValidationError(_("Choose at least one case."), code="nothing"))
        if then & now:
            self.add_error(None, ValidationError(_("Choose one of the two for each case."), code="twice"))
        return cleaned

    def wanted(self) -> list[Restatement]:
        """What was chosen."""
        days: tuple[Day, Day] = ("then", "now")
        return [_restatement(key, day) for day in days for key in self.cleaned_data[day]]


def _restatement(key: str, day: Day) -> Restatement:
    case, _sign, version = key.partition("-")
    return Restatement(int(case), int(version), day)
