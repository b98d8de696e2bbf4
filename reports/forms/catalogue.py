"""What a page of the catalogue asks for: the parameters that its report takes, which live in the address."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Partner, Subject
from cases.lifecycle import Direction, Kind
from reports.catalogue import Entry, Parameters
from reports.models import WeightsVersion
from tracker.fields import RocDayField

ANY = pgettext_lazy("filter", "All")


class ParametersForm(forms.Form):
    """Every parameter; those that the report does not take are taken off."""

    use_required_attribute = False
    as_of = RocDayField(label=_("As of"), required=False)
    since = RocDayField(label=pgettext_lazy("period of a report", "Since"), required=False)
    known_on = RocDayField(label=_("As the books stood on"), required=False)
    partner = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=Partner.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=ANY,
    )
    subject = forms.ChoiceField(label=_("Subject"), choices=[("", ANY), *Subject.choices], required=False)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("", ANY), *Direction.choices], required=False
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a case", "Kind"), choices=[("", ANY), *Kind.choices], required=False
    )
    weights = forms.TypedChoiceField(
        label=_("Weights, version"), coerce=int, empty_value=None, required=False
    )
    with_samples = forms.BooleanField(label=_("Count the samples too"), required=False)

    def __init__(self, *args: Any, entry: Entry, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.today = entry, today
        for name in list(self.fields):
            if name not in {*entry.takes, "as_of", "with_samples"}:
                del self.fields[name]
        if "partner" in self.fields:
            self.fields["partner"].queryset = Partner.objects.order_by("code")  # type: ignore[attr-defined]
        if "weights" in self.fields:
            numbers = WeightsVersion.objects.in_use().values_list("number", flat=True)
            newest = pgettext_lazy("of the weights", "Newest in use")
            self.fields["weights"].choices = [("", newest), *((one, one) for one in numbers)]  # type: ignore[attr-defined]

    def clean_known_on(self) -> date | None:
        day = self.cleaned_data["known_on"]
        if day is not None and day > self.today:
            raise ValidationError(_("That day has not come yet. Write today or an earlier day."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        since, as_of = given.get("since"), given.get("as_of") or self.today
        if since and since > as_of:
            self.add_error("since", _("The period begins after it ends."))
        return given

    def parameters(self) -> Parameters:
        """What is asked; a field that cannot be read, and is told of on the page, counts as left alone."""
        given = self.cleaned_data if self.is_valid() or self.is_bound else {}
        partner = given.get("partner")
        return Parameters(
            as_of=given.get("as_of") or self.today,
            since=given.get("since"),
            known_on=given.get("known_on"),
            partner=partner.code if partner else "",
            subject=given.get("subject") or "",
            direction=given.get("direction") or "",
            kind=given.get("kind") or "",
            weights=given.get("weights"),
            with_samples=bool(given.get("with_samples")),
        )
