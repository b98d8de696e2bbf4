"""Forms of the series: which day is asked for, a new series, a new figure, a correction, a withdrawal."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from agreements.models import Partner
from reports.actions.importing import CellError, year_of
from reports.indicators import decimals
from reports.models import Figure, Series
from reports.models.series import Unit
from tracker.fields import PartialDateFormField, RocDateWidget, RocDayField


class BooksForm(forms.Form):
    """As of which day, and as the books stood when; both may be left alone."""

    use_required_attribute = False
    as_of = RocDayField(label=_("As of"), required=False)
    known_on = RocDayField(label=_("As the books stood on"), required=False)

    def asked(self, name: str) -> Any:
        """The day, None when it was left alone or cannot be read, which the page tells."""
        return self.cleaned_data.get(name) if self.is_valid() or self.is_bound else None


class WithdrawFigureForm(KeyedForm):
    """Why a figure is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why the figure changes.")},
    )


class CorrectFigureForm(WithdrawFigureForm):
    """What the figure should say, and why."""

    value = forms.DecimalField(label=_("Value"), min_value=0, max_digits=15, decimal_places=3)
    is_outlier = forms.BooleanField(
        label=_("Outlier: shown in tables, left out of the ranking"), required=False
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000, required=False
    )
    field_order = ("key", "version", "value", "is_outlier", "note", "reason")


class NewFigureForm(KeyedForm):
    """One figure of a series: of a partner, or of a named remainder."""

    partner = forms.ModelChoiceField(
        Partner.objects.all(), label=_("Partner"), to_field_name="code", required=False
    )
    remainder = forms.CharField(
        label=_("Or a remainder"),
        max_length=60,
        required=False,
        help_text=_("What the source calls those that it counts without naming a country, such as 其他."),
    )
    year = forms.CharField(
        label=_("Year"),
        help_text=_("A year that has ended, in either calendar: 113 or 2024."),
        max_length=40,
        widget=forms.TextInput({"class": "in w-5", "autocomplete": "off"}),
        error_messages={"required": _("Write the year of the figure.")},
    )
    value = forms.DecimalField(label=_("Value"), min_value=0, max_digits=15, decimal_places=3)
    is_outlier = forms.BooleanField(
        label=_("Outlier: shown in tables, left out of the ranking"), required=False
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, required=False
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_year(self) -> int:
        found = year_of(self.cleaned_data["year"], today=self.today)
        if isinstance(found, CellError):
            raise ValidationError(str(found), code=found.code)
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "partner" in given and bool(given["partner"]) == bool(given.get("remainder", "").strip()):
            self.add_error(
                "partner", ValidationError(_("Choose a partner, or name the remainder, not both."))
            )
        if given.get("is_outlier") and not given.get("note", "").strip():
            self.add_error("note", ValidationError(_("Say in the note why this figure is an outlier.")))
        return given

    def figure(self, series: Series) -> Figure:
        """What was entered, unsaved."""
        given = {name: self.cleaned_data[name] for name in ("partner", "year", "value", "is_outlier")}
        texts = {name: self.cleaned_data[name].strip() for name in ("remainder", "note")}
        return Figure(series=series, precision=decimals(given["value"]), **given, **texts)


class NewSeriesForm(KeyedForm):
    """A series: what it counts, in which unit, from which source, by which definition."""

    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=120,
        error_messages={"required": _("Give the series a name in Chinese.")},
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=120,
        error_messages={"required": _("Give the series a name in English.")},
    )
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "For addresses and commands; it stays. Small letters, digits and “_”, such as help_seeking."
        ),
        error_messages={"required": _("Give the series a code.")},
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[("", "—"), *Unit.choices],
        error_messages={"required": _("Say in which unit the series counts.")},
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Who publishes the figures, and where."),
        error_messages={"required": _("Say where the figures come from.")},
    )
    definition = forms.CharField(
        label=_("Definition"),
        help_text=_("What is counted and what is not. Another definition is another series."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("Say what the series counts.")},
    )
    published_on = PartialDateFormField(label=_("Published on"), widget=RocDateWidget, required=False)

    def series(self) -> Series:
        """What was entered, unsaved."""
        names = ("name_zh", "name_en", "code", "unit", "source", "definition", "published_on")
        return Series(**{name: self.cleaned_data[name] for name in names})
