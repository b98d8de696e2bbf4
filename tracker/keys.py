"""Keys of rows as a browser sends them back: what is one, and the field that takes several.

SQLite refuses a number past 64 bits with an error of its own, so nothing longer reaches a query.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

MOST_DIGITS = 18


def is_key(text: object) -> bool:
    """Whether this can be the key of a row: decimal digits, and no more than 64 bits hold."""
    return (written := str(text)).isdecimal() and len(written) <= MOST_DIGITS


class SeveralField(forms.ModelMultipleChoiceField):
    """Several rows by their keys; what cannot be a key is refused as a choice that is not there."""

    def clean(self, value: Any) -> QuerySet[Any]:
        for sent in value if isinstance(value, (list, tuple)) else ():
            if not is_key(sent):
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": sent}
                )
        cleaned: QuerySet[Any] = super().clean(value)
        return cleaned
