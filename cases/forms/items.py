"""The forms about what is asked: what came of it, several things at once; adding to it; dropping from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions.items import LONGEST, Outcome
from cases.models import AssistanceItem
from tracker.fields import RocDayField

REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one thing that is asked."""

    item: AssistanceItem
    state: forms.BoundField
    day: forms.BoundField
    words: forms.BoundField


class SettleForm(KeyedForm):
    """What came of each thing that is asked, all on one screen; what is left as it is says nothing new."""

    def __init__(
        self, *args: Any, items: Sequence[AssistanceItem], version: int, today: date, **kwargs: Any
    ) -> None:
        self.items = items
        initial: dict[str, Any] = {}
        for item in items:
            initial |= {
                f"state_{item.pk}": item.state,
                f"words_{item.pk}": item.result,
                f"day_{item.pk}": item.settled_on or today,
            }
        super().__init__(*args, version=version, initial=initial, **kwargs)
        for item in items:
            self.fields |= _fields_of(item)

    def groups(self) -> Iterator[Group]:
        """The fields, thing by thing."""
        for item in self.items:
            yield Group(item, *(self[f"{name}_{item.pk}"] for name in ("state", "day", "words")))

    def results(self) -> dict[AssistanceItem, Outcome]:
        """What was said of each thing; the action leaves alone what is recorded already."""
        given = self.cleaned_data
        return {
            item: Outcome(given[f"state_{item.pk}"], given[f"words_{item.pk}"], given[f"day_{item.pk}"])
            for item in self.items
        }


def _fields_of(item: AssistanceItem) -> dict[str, forms.Field]:
    return {
        f"state_{item.pk}": forms.ChoiceField(
            label=_("What came of it"), choices=AssistanceItem.Progress.choices
        ),
        f"day_{item.pk}": RocDayField(label=_("Settled on"), required=False),
        f"words_{item.pk}": forms.CharField(
            label=_("Result, or the reason"),
            required=False,
            max_length=LONGEST,
            widget=forms.TextInput(attrs={"class": "in"}),
        ),
    }


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays in the history. Write it without names of persons."),
        error_messages={"required": _("Give the reason.")},
    )


class AddItemForm(KeyedForm):
    """One more thing that is asked, and why it comes now."""

    kind = forms.ChoiceField(
        label=_("What is asked"),
        choices=[("", _("Choose")), *AssistanceItem.Kind.choices],
        error_messages={"required": _("Choose what is asked.")},
    )
    reason = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="add_%s", **kwargs)


class DropItemForm(KeyedForm):
    """Why something was never asked."""

    reason = _reason()
