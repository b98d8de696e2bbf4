"""For how long something is kept, holds, and what is decided on disposal lists. They validate and never save."""

from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.models import Case, CaseQuerySet, Start, Term
from tracker.fields import RocDayField
from tracker.keys import SeveralField


class SeenForm(KeyedForm):
    """A form that carries what its page showed, so that nobody decides about something that is another thing by now."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": _("Look at the page again, then decide.")},
    )

    def look_again(self, seen: str, **changed: str) -> None:
        """Carry all that was typed, and what the page shows now if the form was refused as a whole; else that is said next time."""
        data = cast(QueryDict, self.data).copy()
        told = {"seen": seen} if self.has_error(NON_FIELD_ERRORS) or self.has_error("seen") else {}
        for name, value in {**told, **changed}.items():
            data[name] = value
        self.data = data


class RetentionForm(SeenForm):
    """A class of retention with its reason."""

    # Translators: 保存年限
    years = forms.TypedChoiceField(label=_("Retention"), coerce=int, choices=Term.choices)
    start = forms.ChoiceField(label=_("Counted from"), choices=Start.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The item of the ministry's retention schedule.")
    )


class HoldForm(SeenForm):
    """Why the disposal is stopped, or goes on."""

    act = forms.ChoiceField(choices=[("place", ""), ("lift", "")], widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class DrawUpForm(KeyedForm):
    """Which of the due cases stand in the new list; whether each is due is for the verb, which names those that are not."""

    cases = SeveralField(
        label=_("Cases"),
        queryset=Case.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose the cases."),
            "invalid_choice": _("One of them is not there. Choose the cases anew."),
        },
    )

    def __init__(self, *args: Any, among: CaseQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].queryset = among  # type: ignore[attr-defined]


class ApprovalForm(SeenForm):
    """The letter of the archives authority."""

    # Translators: 檔案中央主管機關核准函文號
    number = forms.CharField(label=_("Number of the approval by the archives authority"), max_length=120)
    on = RocDayField(label=_("Day of that approval"))


class DropForm(SeenForm):
    """Why the list is given up."""

    reason = forms.CharField(label=pgettext_lazy("of dropping a list", "Reason"), max_length=300)


class DecideForm(SeenForm):
    """That a list is approved or carried out: its key, and which list was seen."""


ACTS: dict[str, type[SeenForm]] = {
    "record": ApprovalForm,
    "approve": DecideForm,
    "carry_out": DecideForm,
    "drop": DropForm,
}
"""By what is sent with the form."""
