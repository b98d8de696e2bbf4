"""The forms about the time of a case: stop, restart, hold, more time, corrections. They validate and never save."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.basis import day_words
from cases.clocks import Clock
from cases.models import Case, Extension, Interval
from cases.timing import extendable_clocks
from tracker.fields import RocDateWidget, RocDayField
from tracker.partialdate import PartialDate

REASON_LENGTH = 300
APPROVE, REFUSE = "approve", "refuse"


def _reason(help_text: str | Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={"required": _("Give the reason.")},
    )


def _category() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Why the clocks are stopped"),
        choices=Interval.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the clocks are stopped.")},
    )


class CaseForm(KeyedForm):
    """A form about one case, with the version that its reader saw."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, version=case.version, **kwargs)
        self.case = case


class StopForm(CaseForm):
    """From which day the clocks stand still, and why."""

    category = _category()
    began_on = RocDayField(label=_("From"), widget=RocDateWidget)
    reason = _reason()


class RestartForm(CaseForm):
    """The first day that counts again."""

    ended_on = RocDayField(
        label=_("Restarted on"), widget=RocDateWidget, help_text=_("This day counts again.")
    )


class HoldForm(CaseForm):
    """Until which day the case is put aside, and why."""

    until = RocDayField(
        label=_("Until"),
        widget=RocDateWidget,
        help_text=_("On this day it returns to your queue by itself."),
    )
    reason = _reason()


class ResumeForm(CaseForm):
    """Taking the case back needs no more than a yes."""


class ExtensionForm(CaseForm):
    """Which clock is to have more time, until when, and why."""

    clock = forms.ChoiceField(
        label=_("Time limit"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the time limit.")},
    )
    due_asked = RocDayField(label=_("New due day"), widget=RocDateWidget)
    reason = _reason(_("Another supervisor decides on it."))

    def __init__(self, *args: Any, case: Case, today: date, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.clocks = extendable_clocks(case, today=today)
        self.fields["clock"].choices = [  # type: ignore[attr-defined]
            (clock.code, f"{clock.code} {clock.label} {_day(clock)}") for clock in self.clocks
        ]


def _day(clock: Clock) -> str:
    return day_words(PartialDate.of(clock.due_on)) if clock.due_on else ""


class DecisionForm(CaseForm):
    """Whether the extension is granted; a refusal says why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (APPROVE, pgettext_lazy("extension", "Approve")),
            (REFUSE, pgettext_lazy("extension", "Refuse")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the decision.")},
    )
    reason = _reason(_("Needed when it is refused."), required=False)

    def __init__(self, *args: Any, extension: Extension, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extension = extension

    @property
    def is_approved(self) -> bool:
        return self.cleaned_data["decision"] == APPROVE


class CorrectStopForm(CaseForm):
    """A stop as it should have been recorded, and what was wrong."""

    category = _category()
    began_on = RocDayField(label=_("From"), widget=RocDateWidget)
    ended_on = RocDayField(
        label=_("Restarted on"),
        widget=RocDateWidget,
        required=False,
        help_text=_("Leave it empty while the clocks still stand still."),
    )
    reason = _reason(_("What was wrong; it stays beside the old entry."))

    def __init__(self, *args: Any, interval: Interval, **kwargs: Any) -> None:
        shown = {name: getattr(interval, name) for name in ("category", "began_on", "ended_on")}
        super().__init__(*args, initial=shown, **kwargs)


class WithdrawIntervalForm(CaseForm):
    """Why a stop or a hold is taken back."""

    reason = _reason(_("It stays in the history beside the entry."))
