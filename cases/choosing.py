"""How a list lets one choose: filters by one of several, and by a day, drawn without a template for each."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, Filter

from agreements.filters import ANY
from tracker.fields import RocDateInput, RocDayField
from tracker.templatetags.tracker_tags import icon


class PlainSelect(forms.Select):
    """A select written in one go: a list of sixty states is not worth sixty templates."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        options = _options(tuple((str(key), str(words)) for key, words in self.choices), str(value or ""))
        return SafeString(f'<select name="{name}" id="{(attrs or {}).get("id", "")}">{options}</select>')


@lru_cache(maxsize=500)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(words)}</option>'
        for key, words in choices
    )


class PlainInput(forms.TextInput):
    """A text input written in one go."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        given = f' value="{escape(str(value))}"' if value else ""
        return SafeString(f'<input type="text" name="{name}"{given} id="{(attrs or {}).get("id", "")}">')


def drawn(fields: Iterable[forms.BoundField]) -> SafeString:
    """The fields of a filter with their labels and what could not be read."""
    return SafeString("".join(map(_drawn, fields)))


def _drawn(field: forms.BoundField) -> str:
    errors = "".join(
        format_html('<p class="msg">{}{}</p>', icon("alert-triangle"), error) for error in field.errors
    )
    grow = ' class="grow"' if isinstance(field.field.widget, PlainInput) else ""
    return f'<div{grow}><label for="{field.id_for_label}">{escape(str(field.label))}</label>{field}{errors}</div>'


def one_of(choices: Any, label: Any, **extra: Any) -> ChoiceFilter:
    """A filter by one of these choices, or by none of them."""
    return ChoiceFilter(choices=choices, label=label, **{"empty_label": ANY, "widget": PlainSelect, **extra})


class DayFilter(Filter):
    """A day, typed in either calendar."""

    field_class = RocDayField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=RocDateInput, **kwargs)
