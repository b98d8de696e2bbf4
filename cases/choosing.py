"""How a list lets one choose: filters by one of several, and by a day, drawn without a template for each."""

from html import escape
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, Filter

from agreements.filters import ANY
from tracker.fields import RocDateInput, RocDayField


class PlainSelect(forms.Select):
    """A select written in one go: a list of sixty states is not worth sixty templates."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen = str(value or "")
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" if str(key) == chosen else ""}>{escape(str(words))}</option>'
            for key, words in self.choices
        )
        return SafeString(f'<select name="{name}" id="{(attrs or {}).get("id", "")}">{options}</select>')


def one_of(choices: Any, label: Any, **extra: Any) -> ChoiceFilter:
    """A filter by one of these choices, or by none of them."""
    return ChoiceFilter(choices=choices, label=label, **{"empty_label": ANY, "widget": PlainSelect, **extra})


class DayFilter(Filter):
    """A day, typed in either calendar."""

    field_class = RocDayField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=RocDateInput, **kwargs)
