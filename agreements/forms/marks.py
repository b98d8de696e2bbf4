"""The fields of a mark of secrecy that forms share: when it ceases, and the code name; what is decided on marks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.actions.marks import MEANWHILE, Shown
from agreements.forms.keyed import ShownForm
from tracker.fields import RocDateWidget, RocDayField
from tracker.roles import Secrecy
from tracker.secrecy import NO_END, lacks_end

MARK = ("declassify_on", "declassify_when", "code_name")
"""The names of the fields, in the order in which forms show them."""


def mark_fields(*, code_name: bool = True) -> dict[str, forms.Field]:
    """When the mark ceases, and with ``code_name`` what lists call the thing; one of the first two is asked for."""
    fields: dict[str, forms.Field] = {
        "declassify_on": RocDayField(
            label=_("Declassified on"),
            required=False,
            widget=RocDateWidget,
            help_text=_("From restricted upwards give a day or a condition."),
        ),
        "declassify_when": forms.CharField(
            label=_("Declassified when"),
            required=False,
            max_length=200,
            help_text=_("Such as: after the trial."),
        ),
    }
    if code_name:
        fields["code_name"] = forms.CharField(
            label=_("Code name"),
            required=False,
            max_length=60,
            help_text=_(
                "From restricted upwards lists and mails show it in place of the title; it must tell nothing of it."
            ),
        )
    return fields


def add_mark(form: forms.Form, *, code_name: bool = True) -> None:
    """Let the form ask for the rest of its mark, right behind the level."""
    fields = mark_fields(code_name=code_name)
    names = list(form.fields)
    place = names.index("secrecy") + 1
    form.fields.update(fields)
    form.order_fields([*names[:place], *fields, *names[place:]])


def check_mark(form: forms.Form) -> None:
    """Say at the condition that a mark of this level needs a day or a condition."""
    given: dict[str, Any] = form.cleaned_data
    level = given.get("secrecy")
    told = given.get("declassify_on"), given.get("declassify_when") or ""
    if level is not None and "declassify_on" not in form.errors and lacks_end(level, *told):
        form.add_error("declassify_when", NO_END)


class OnMarkForm(ShownForm):
    """About one thing of a page, with what the page told of its mark."""

    thing = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": MEANWHILE})
    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": MEANWHILE})

    def given_shown(self) -> Shown:
        """What was told of the mark when the page was opened."""
        return Shown(self.cleaned_data["version"], self.cleaned_data["shown"])


class LowerForm(OnMarkForm):
    """That the mark of one thing be lowered, with the reason."""

    after = forms.TypedChoiceField(label=_("Lower to"), coerce=int, choices=Secrecy.choices[:-1])
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Give the reason.")}
    )

    def offer_below(self, level: int) -> None:
        """Show only the levels to which this one can be lowered."""
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in Secrecy.choices if value < level
        ]


class MarkForm(OnMarkForm):
    """That a mark stays, or what was decided on a request to lower it."""

    act = forms.ChoiceField(choices=[("keep", ""), ("grant", ""), ("refuse", "")])
