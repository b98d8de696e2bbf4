"""For how long something is kept, holds, and what is decided on disposal lists. They validate and never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm, ShownForm
from cases.models import Case, CaseQuerySet, Start, Term
from tracker.fields import RocDayField
from tracker.keys import SeveralField


class RetentionForm(ShownForm):
    """A class of retention with its reason."""

    # Translators: 保存年限
    years = forms.TypedChoiceField(label=_("Retention"), coerce=int, choices=Term.choices)
    start = forms.ChoiceField(label=_("Counted from"), choices=Start.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The item of the ministry's retention schedule.")
    )


class HoldForm(ShownForm):
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


class ApprovalForm(ShownForm):
    """The letter of the archives authority."""

    # Translators: 檔案中央主管機關核准函文號
    number = forms.CharField(label=_("Number of the approval by the archives authority"), max_length=120)
    on = RocDayField(label=_("Day of that approval"))


class DropForm(ShownForm):
    """Why the list is given up."""

    reason = forms.CharField(label=pgettext_lazy("of dropping a list", "Reason"), max_length=300)


class DecideForm(ShownForm):
    """That a list is approved or carried out: its key, and which list was shown."""


ACTS: dict[str, type[ShownForm]] = {
    "record": ApprovalForm,
    "approve": DecideForm,
    "carry_out": DecideForm,
    "drop": DropForm,
}
"""By what is sent with the form."""
