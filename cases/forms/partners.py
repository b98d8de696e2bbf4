"""A partner typed by name: quicker from the keyboard than choosing among all the countries of the world."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Partner

NAMED = 5


class PartnerField(forms.CharField):
    """The name of a partner in either language, its beginning, or its code; cleans to the Partner or None."""

    default_error_messages = {
        "required": _("Choose the partner."),
        "unknown": _("There is no partner “%(text)s”."),
        "several": _("“%(text)s” fits several partners: %(names)s. Write more of the name."),
    }
    longest = 200
    widget = forms.TextInput(attrs={"list": "partners", "autocomplete": "off", "class": "in w-20"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=self.longest, **kwargs)

    def clean(self, value: Any) -> Partner | None:  # type: ignore[override]
        """:raises ValidationError: for a name that fits no partner, or several."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        exact = Q(code=text.upper()) | Q(name_zh=text) | Q(name_en__iexact=text)
        begins = Q(name_zh__startswith=text) | Q(name_en__istartswith=text)
        for condition in (exact, begins):
            found = list(Partner.objects.filter(condition).order_by("code")[: NAMED + 1])
            if len(found) == 1:
                return found[0]
            if found:
                names = "、".join(partner.name for partner in found[:NAMED])
                raise ValidationError(
                    self.error_messages["several"], "several", {"text": text, "names": names}
                )
        raise ValidationError(self.error_messages["unknown"], "unknown", {"text": text})

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Partner) else value


def suggestions() -> list[tuple[str, str]]:
    """Every partner for the list under the field: its name in Chinese, and in English. One query."""
    return list(Partner.objects.order_by("code").values_list("name_zh", "name_en"))
