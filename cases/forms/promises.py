"""The forms about promises: recording one, starting its term, saying that it was kept, taking it back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions.promises import LONGEST, Assurance
from cases.models import Promise
from cases.promises import starter_of
from tracker.fields import RocDateWidget, RocDayField


class PromiseForm(KeyedForm):
    """One promise of either side."""

    kind = forms.ChoiceField(
        label=_("Kind of promise"),
        choices=[("", _("Choose")), *Promise.Kind.choices],
        error_messages={"required": _("Choose what kind of promise it is.")},
    )
    given_by = forms.ChoiceField(
        label=_("Given by"),
        choices=Promise.By.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who gave the promise.")},
    )
    words = forms.CharField(
        label=_("What is promised"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In a sentence, without names of persons."),
        error_messages={"required": _("Say what is promised.")},
    )
    given_on = RocDayField(label=_("Given on"), widget=RocDateWidget)
    due_on = RocDayField(
        label=_("To be kept by, or valid until"),
        required=False,
        widget=RocDateWidget,
        help_text=_("Leave empty when no day was named."),
    )
    counted_from = RocDayField(
        label=_("Term counted from"),
        required=False,
        widget=RocDateWidget,
        help_text=_(
            "Only where the law gives the term: safe conduct ends 15 days after the notice (art. 32(4)), "
            "the claim to proceeds 3 years after the final decision (art. 34(2)). "
            "Leave empty until there is a notice or a decision."
        ),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"given_on": today}, **kwargs)

    def assurance(self) -> Assurance:
        """What is to be recorded."""
        names = ("kind", "given_by", "words", "given_on", "counted_from", "due_on")
        return Assurance(**{name: self.cleaned_data[name] for name in names})


class TermForm(KeyedForm):
    """From which day the term that the law gives to a promise runs; proposed from the steps of its case."""

    counted_from = RocDayField(label=_("Term counted from"), widget=RocDateWidget)

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        proposed = promise.counted_from or starter_of(promise.case, promise.kind)
        super().__init__(*args, initial={"counted_from": proposed}, auto_id="term_%s", **kwargs)


class ReleaseForm(KeyedForm):
    """That a promise was kept or released, on which day and how."""

    on = RocDayField(label=_("Kept or released on"), widget=RocDateWidget)
    reason = forms.CharField(
        label=_("How it was kept, or who released from it"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say how it was kept, or who released from it.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today}, auto_id="kept_%s", **kwargs)


class WithdrawPromiseForm(KeyedForm):
    """Why a promise that was recorded is none."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The entry stays in view, struck out."),
        error_messages={"required": _("Give the reason.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="back_%s", **kwargs)
