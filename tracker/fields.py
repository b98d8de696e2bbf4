"""Form fields for dates of the law, and the sentences for what cannot be read.

Nothing else knows how people type dates.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.utils.translation import gettext_lazy as _

from tracker import rocdate
from tracker.partialdate import PartialDate
from tracker.rocdate import RocDateError

# "ROC" is the calendar of the Republic, 民國; "not later than" is 不晚於.
REFUSALS: dict[str, Any] = {
    "unreadable": _("“%(text)s” is not a date. Write 115/1/2, 民國115年1月2日 or 2026-01-02."),
    "ambiguous": _("“%(text)s” can be read in more than one way. Write %(roc)s or %(gregorian)s."),
    "incomplete": _(
        "A day needs its month, and a month its year. Leave out the day, or the month and the day."
    ),
    "year_last": _("“%(text)s” has the year at the end. Write the year first, as in 115/1/2 or 2026-01-02."),
    "no_year_zero": _("There is no year 0: 民國1年 is 1912, and 民國前1年 is 1911."),
    "year_out_of_range": _("“%(text)s” would be the year %(year)s. Write a year from %(first)s to %(last)s."),
    "impossible_month": _("There is no month %(month)s. Write a month from 1 to 12."),
    "impossible_day": _("%(year)s-%(month)02d has no day %(day)s. Write a day from 1 to %(last)s."),
    # Translators: “Not later than” is 不晚於.
    "bound_not_a_day": _("“Not later than” needs a whole day, as in 112.08.30, not “%(text)s”."),
    "bound_on_exact_day": _("A date known to the day takes no “not later than”."),
    "bound_too_early": _("“Not later than” %(bound)s is before %(first)s, the first possible day."),
}


def refusal(error: RocDateError) -> ValidationError:
    """The same refusal as a ValidationError, which speaks the user's language when it is shown."""
    return ValidationError(REFUSALS[error.code], code=error.code, params=error.params)


class RocDateInput(forms.TextInput):
    """One text input for a date in any form that `rocdate.parse` reads; shows years of the Republic."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "in w-12", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, PartialDate):
            return rocdate.editable(value) or None
        return rocdate.short(value) if isinstance(value, date) else super().format_value(value)


class RocDateWidget(forms.MultiWidget):
    """Year of the Republic, month and day in three inputs, with the Gregorian date beside them.

    The year input has the id of the field itself, so that an error summary can lead to it; the others add
    `_month`, `_day`, `_bound`. With `bound=True` a fourth input takes the "not later than"; without it a
    bound cannot be shown, nor kept when the form is sent.
    """

    template_name = "tracker/widgets/roc_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, bound: bool = False) -> None:
        inputs = {"year": ("w-5", _("ROC year")), "month": ("w-4", _("Month")), "day": ("w-4", _("Day"))}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({"class": f"in {width}", "inputmode": "numeric", "autocomplete": "off"})
            for name, (width, _label) in inputs.items()
        }
        self.labels = [label for _width, label in inputs.values()]
        if bound:
            widgets["bound"] = RocDateInput()
            # Translators: 不晚於; the source shows that it had happened by this day.
            self.labels.append(_("Not later than"))
        self.names = list(widgets)
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        """The texts of the inputs for a PartialDate, a date or None."""
        partial = PartialDate.of(value) if isinstance(value, date) else value or PartialDate()
        year = ""
        if partial.year is not None:
            number = rocdate.roc_year(partial.year)
            year = str(number) if number > 0 else f"民國前{-number}"
        parts = [year, *("" if part is None else str(part) for part in (partial.month, partial.day))]
        if len(self.widgets) > len(parts):
            parts.append(rocdate.short(partial.not_later_than) if partial.not_later_than else "")
        return parts

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        texts = value if isinstance(value, list | tuple) else self.decompress(value)
        context = super().get_context(name, texts, attrs)
        widget = context["widget"]
        id_ = widget["attrs"].get("id")
        for place, (part, label) in enumerate(zip(widget["subwidgets"], self.labels, strict=True)):
            # Only the year is needed, and it is the first.
            part["label"] = label
            part["attrs"] = {
                key: given for key, given in part["attrs"].items() if key != "required" or place == 0
            }
            if id_:
                part["attrs"]["id"] = id_ + (f"_{self.names[place]}" if place else "")
            else:
                part["attrs"]["aria-label"] = label
        shown = _read_or_unknown(texts)
        widget["exact"], widget["iso"] = shown.exact, shown.iso
        widget["output_for"] = (
            " ".join(part["attrs"]["id"] for part in widget["subwidgets"][:3]) if id_ else ""
        )
        return context


class PartialDateFormField(forms.Field):
    """A date to the day, the month or the year, from one input or (with RocDateWidget) from several.

    Cleans to a PartialDate; left empty it is the unknown one, which `required=True` refuses.
    """

    widget = RocDateInput
    empty_values = [*EMPTY_VALUES, PartialDate()]
    default_error_messages = {
        **REFUSALS,
        "required": _("Enter the date, or as much of it as is known: 115/1/2, 115年1月 or 115年."),
    }

    def to_python(self, value: Any) -> PartialDate:
        """Raises ValidationError with the code of the RocDateError."""
        if isinstance(value, date):
            return PartialDate.of(value)
        if isinstance(value, PartialDate):
            return value
        try:
            return _read(value)
        except RocDateError as error:
            raise ValidationError(self.error_messages[error.code], error.code, error.params) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class RocDayField(PartialDateFormField):
    """A whole day, typed like any date; cleans to a `datetime.date`, or None when left empty."""

    default_error_messages = {
        "required": _("Enter the date: 115/1/2, 民國115年1月2日 or 2026-01-02."),
        "not_a_day": _("Enter the whole date, with year, month and day, as in 115/1/2 or 2026-01-02."),
    }

    def clean(self, value: Any) -> date | None:
        """Raises ValidationError("not_a_day") when only a month or a year is given."""
        return super().clean(value).exact

    def validate(self, value: PartialDate) -> None:
        super().validate(value)
        if value.exact is None and value not in self.empty_values:
            raise ValidationError(self.error_messages["not_a_day"], "not_a_day")


def _read(value: Any) -> PartialDate:
    """What was typed, in one text or in parts; raises RocDateError."""
    if isinstance(value, list | tuple):
        return rocdate.parse_parts(*(part or "" for part in value))
    return rocdate.parse(value or "")


def _read_or_unknown(texts: Any) -> PartialDate:
    try:
        return _read(texts)
    except RocDateError:
        return PartialDate()
