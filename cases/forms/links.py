"""The forms of links between cases."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.models import Case, CaseLink
from tracker.models import User


class CaseNumberField(forms.CharField):
    """The number of a case, cleaned to the case; a hidden one is answered as one that does not exist."""

    default_error_messages = {
        "required": _("Give the number of the other case."),
        "unknown": _("There is no case of this number."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.by: User | None = None

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: "unknown" for no case, and for one that the reader may not see."""
        number = super().clean(value)
        if not number:
            return None
        assert self.by is not None  # noqa: S101 - set by the form
        found = Case.objects.registered().visible_to(self.by).filter(number=number).first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], "unknown")
        return found


class LinkForm(KeyedForm):
    """How this case stands to another one."""

    kind = forms.ChoiceField(
        label=_("How they belong together"),
        choices=CaseLink.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the two belong together.")},
    )
    other = CaseNumberField(
        label=_("Number of the other case"), widget=forms.TextInput(attrs={"class": "in w-20"})
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].by = by  # type: ignore[attr-defined]


class DropLinkForm(KeyedForm):
    """Why a link goes."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, error_messages={"required": _("Give the reason.")}
    )
