"""The lines of a practice card: written, verified, withdrawn. The forms check what was typed and never save."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.actions.practice import Said
from cases.models import AssistanceItem, PracticeLine
from tracker.fields import RocDateWidget, RocDayField

MEASURES = [("", pgettext_lazy("measure", "Whatever is asked")), *AssistanceItem.Kind.choices]
SAID = ("topic", "measure", "text_zh", "text_en", "source", "verified_on")


class LineForm(KeyedForm):
    """A line that is added, or put in the place of another."""

    topic = forms.ChoiceField(label=_("Topic"), choices=PracticeLine.Topic.choices)
    measure = forms.ChoiceField(label=_("Holds for"), choices=MEASURES, required=False)
    text_zh = forms.CharField(
        label=_("Text in Chinese"),
        max_length=500,
        widget=forms.Textarea({"class": "in", "rows": 3}),
        help_text=_("One thing per line of the card. Name no persons."),
    )
    text_en = forms.CharField(
        label=_("Text in English"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"class": "in", "rows": 3}),
    )
    source = forms.CharField(
        # Translators: 出處（例如對方中央機關來函文號）
        label=_("Source"),
        max_length=300,
        help_text=_("A letter with its number, a page of the authority, a conversation with its day."),
    )
    verified_on = RocDayField(label=_("Verified on"), widget=RocDateWidget)

    def __init__(
        self, *args: Any, today: date, line: PracticeLine | None = None, initial: Any = None, **kwargs: Any
    ) -> None:
        given = {name: getattr(line, name) for name in SAID} if line else {}
        super().__init__(*args, initial=given | {"verified_on": today} | (initial or {}), **kwargs)

    def said(self) -> Said:
        """What the line is to say, for the action."""
        return Said(**{name: self.cleaned_data[name] for name in SAID})


class VerifyForm(KeyedForm):
    """That a line still holds."""

    verified_on = RocDayField(label=_("Verified on"), widget=RocDateWidget)
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        required=False,
        help_text=_("Leave it as it is when the source is the same."),
    )

    def __init__(self, *args: Any, today: date, line: PracticeLine, **kwargs: Any) -> None:
        super().__init__(*args, initial={"verified_on": today, "source": line.source}, **kwargs)


class WithdrawForm(KeyedForm):
    """Taking a line off the card."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
