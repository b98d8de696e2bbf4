"""The forms of tasks: a new one, the ticks, whose it is, and why one is dropped."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.models import Case, Task
from cases.notes import colleagues_of
from tracker.fields import RocDateWidget, RocDayField
from tracker.keys import SeveralField
from tracker.models import User


class GiveTaskForm(KeyedForm):
    """Whose a task is, and by when."""

    due_on = RocDayField(label=pgettext_lazy("of a task", "By"), required=False, widget=RocDateWidget)
    assigned_to = forms.ModelChoiceField(
        label=pgettext_lazy("of a task", "Whose"),
        queryset=User.objects.none(),
        required=False,
        empty_label=pgettext_lazy("of a task", "Whoever comes to it"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = colleagues_of(case)  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What was said, for the action."""
        return {"due_on": self.cleaned_data["due_on"], "assigned_to": self.cleaned_data["assigned_to"]}


class TaskForm(GiveTaskForm):
    """Something new to be done."""

    words = forms.CharField(
        label=_("What is to be done"),
        max_length=200,
        error_messages={"required": _("Say what is to be done.")},
    )
    field_order = ("words", "due_on", "assigned_to")

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, case=case, auto_id="task_%s", initial={"assigned_to": by.pk}, **kwargs)


class TickForm(KeyedForm):
    """The tasks that were ticked on a page of the case; settled ones among them do no harm."""

    tasks = SeveralField(
        label=_("Tasks"),
        queryset=Task.objects.none(),
        error_messages={"required": _("Tick at least one task.")},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="tick_%s", **kwargs)
        self.fields["tasks"].queryset = case.tasks.all()  # type: ignore[attr-defined]


class DropTaskForm(KeyedForm):
    """Why a task is not to be done any more."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, error_messages={"required": _("Give the reason.")}
    )
