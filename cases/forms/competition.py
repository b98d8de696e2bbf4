"""The forms of concurrent requests: which compete, what is weighed, what is decided, who was told."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions.competition import Weighed
from cases.competition import Comparison, Side
from cases.forms.links import CaseNumberField
from cases.models import Case, Letter
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User

_BETWEEN = re.compile(r"[\s,，、;；]+")


class CaseNumbersField(forms.CharField):
    """Numbers of cases, one a line or with commas between; cleaned to the cases."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, **kwargs)
        self.by: User | None = None

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: names the numbers that are of no case, or of a hidden one."""
        numbers = list(dict.fromkeys(filter(None, _BETWEEN.split(super().clean(value)))))
        assert self.by is not None  # noqa: S101 - set by the form
        found = Case.objects.registered().visible_to(self.by).filter(number__in=numbers)
        by_number = {case.number: case for case in found}
        if missing := [number for number in numbers if number not in by_number]:
            told = {"numbers": "、".join(missing)}
            raise ValidationError(_("There is no case of this number: %(numbers)s"), "unknown", told)
        return [by_number[number] for number in numbers]


class GatherForm(KeyedForm):
    """What is wanted by several, and which requests want it."""

    wanted = forms.CharField(
        # Translators: 競合標的
        label=_("What is wanted by several"),
        max_length=200,
        help_text=_("The evidence, account or thing in a few words. Write no names of persons."),
        error_messages={"required": _("Say in a few words what is wanted by several, without names.")},
    )
    cases = CaseNumbersField(
        label=_("Numbers of the cases"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: open requests to us, of at least two sides."),
        error_messages={"required": _("Give the numbers of the cases.")},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].by = by  # type: ignore[attr-defined]


class AddRequestForm(KeyedForm):
    """A further request for the same thing."""

    case = CaseNumberField(label=_("Number of the case"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="add_%s", **kwargs)
        self.fields["case"].by = by  # type: ignore[attr-defined]


class WeighForm(KeyedForm):
    """Nature and time needed of every request, in one form; its fields are named after the rows."""

    def __init__(self, *args: Any, comparison: Comparison, **kwargs: Any) -> None:
        super().__init__(*args, version=comparison.competition.version, auto_id="weigh_%s", **kwargs)
        self.sides = comparison.sides
        for side in self.sides:
            row, number = side.competitor, side.case.number
            self.fields[f"nature_{row.pk}"] = forms.CharField(
                label=_("%(number)s: nature of the request") % {"number": number},
                required=False,
                max_length=300,
                initial=row.nature,
            )
            self.fields[f"time_{row.pk}"] = forms.CharField(
                label=_("%(number)s: time needed") % {"number": number},
                required=False,
                max_length=120,
                initial=row.time_needed,
            )

    def said(self) -> dict[int, Weighed]:
        """What was said of each request, by the key of its row."""
        given = self.cleaned_data
        keys = [side.competitor.pk for side in self.sides]
        return {key: Weighed(given[f"nature_{key}"], given[f"time_{key}"]) for key in keys}


class DecideForm(KeyedForm):
    """Which request is met first, why, and since when."""

    preferred = forms.ModelChoiceField(
        label=_("Request met first"),
        queryset=Case.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose one of these requests.")},
    )
    reason = forms.CharField(
        label=_("Reasons"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Treaty, order of receipt, nature, time needed."),
        error_messages={"required": _("Give the reasons: treaty, order of receipt, nature and time needed.")},
    )
    decided_on = RocDayField(label=_("Decided on"), widget=RocDateWidget)

    def __init__(self, *args: Any, comparison: Comparison, **kwargs: Any) -> None:
        super().__init__(*args, version=comparison.competition.version, auto_id="decide_%s", **kwargs)
        field: Any = self.fields["preferred"]
        field.queryset = Case.objects.filter(pk__in=[side.case.pk for side in comparison.sides])
        field.choices = [
            (side.case.pk, f"{side.case.number} {side.case.partner}") for side in comparison.sides
        ]


class TellForm(KeyedForm):
    """When the side of one request was told, and by which letter."""

    told_on = RocDayField(label=_("Told on"), widget=RocDateWidget)
    letter = forms.ModelChoiceField(
        label=_("Letter"), queryset=Letter.objects.none(), required=False, empty_label=_("None recorded here")
    )

    def __init__(self, *args: Any, side: Side, by: User, version: int, **kwargs: Any) -> None:
        super().__init__(*args, version=version, auto_id=f"tell{side.competitor.pk}_%s", **kwargs)
        self.side = side
        own = Letter.objects.visible_to(by).filter(about__case=side.case, way=Letter.Way.OUT)
        self.fields["letter"].queryset = own.exclude(status=Letter.Status.WITHDRAWN)  # type: ignore[attr-defined]
