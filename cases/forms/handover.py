"""The forms of a hand-over: from whom to whom, why, and the lines that the successor ticks."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.models import HandoverLine
from cases.rules import STAFF
from tracker.keys import SeveralField
from tracker.models import User


class WhoForm(forms.Form):
    """From whom to whom: asked by the address, before anything is shown."""

    use_required_attribute = False
    giver = forms.ModelChoiceField(
        label=pgettext_lazy("hand-over", "From"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose whose work is handed over.")},
    )
    taker = forms.ModelChoiceField(
        label=pgettext_lazy("hand-over", "To"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose who takes it over.")},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_ministry = User.objects.filter(ministry=by.ministry, role__in=STAFF).order_by("name", "pk")
        givers = of_ministry if by.is_supervisor else of_ministry.filter(pk=by.pk)
        takers = of_ministry.filter(is_active=True)
        self.fields["giver"].queryset = givers  # type: ignore[attr-defined]
        self.fields["taker"].queryset = takers if by.is_supervisor else takers.filter(~Q(pk=by.pk))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("giver") and given["giver"] == given.get("taker"):
            self.add_error("taker", _("Choose somebody else than the giver."))
        return given


class HandOverForm(KeyedForm):
    """Why, and what the successor should know; ``token`` is of the pack that was shown."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stands in the history of every case."),
        error_messages={"required": _("Give the reason.")},
    )
    message = forms.CharField(
        label=_("For the successor"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def show(self, token: str) -> None:
        """Carry the token of the pack that this page shows, also after a refusal."""
        self.initial["token"] = token
        if self.is_bound:
            data = self.data.copy()  # type: ignore[attr-defined]
            data["token"] = token
            self.data = data


class TickLinesForm(KeyedForm):
    """The lines that the successor ticked."""

    lines = SeveralField(
        label=_("Lines"),
        queryset=HandoverLine.objects.none(),
        error_messages={"required": _("Tick at least one line.")},
    )

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].queryset = lines  # type: ignore[attr-defined]
