"""The forms of the import of figures: which series, which file, what its source printed, and why it does not add up."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.forms import importing
from agreements.forms.keyed import KeyedForm
from reports.actions.importing import (
    CellError,
    FiguresFile,
    books_of,
    check_figures,
    other_total,
    read_figures,
    value_of,
    year_of,
)
from reports.models import Series
from reports.models.series import Unit
from tracker.containers import FileRefused

SAME, ANOTHER = "same", "other"
SIGNS = re.compile("[=:＝：\t]")
"""What may stand between a year and its total."""


class ImportForm(KeyedForm):
    """A file to be checked, for which series, that it counts the same, and the totals that its source printed.

    Once valid, ``read`` holds what was read, errors of rows included, and ``stated`` the totals by Gregorian year.
    """

    series = forms.ModelChoiceField(
        Series.objects.order_by("code"),
        label=_("Series"),
        to_field_name="code",
        error_messages={"required": _("Choose the series to which the figures belong.")},
    )
    file = forms.FileField(
        label=pgettext_lazy("import", "File"),
        help_text=_("CSV in UTF-8 or Big5, XLSX or ODS, up to 25 MB and 20,000 rows."),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.ods"}),
        error_messages={"required": _("Choose a file.")},
    )
    unit = forms.ChoiceField(
        label=_("Unit of the file"),
        choices=[("", "—"), *Unit.choices],
        error_messages={"required": _("Say in which unit the file counts.")},
    )
    definition = forms.ChoiceField(
        label=_("Source and definition of the file"),
        choices=[
            (SAME, _("Those of the series: the same source, counted in the same way")),
            (ANOTHER, _("Another source, or counted in another way")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the file comes from the source of the series.")},
    )
    totals = forms.CharField(
        label=_("Printed totals"),
        help_text=_("As the source prints them, a year on each line, such as 113 = 1,118. May stay empty."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.read: FiguresFile | None = None
        self.stated: dict[int, Decimal] = {}

    def clean_definition(self) -> str:
        """Two definitions never share a series."""
        if self.cleaned_data["definition"] == ANOTHER:
            raise ValidationError(
                _("Figures of another source or definition are another series. Add that series first."),
                code="other_definition",
            )
        return SAME

    def clean_totals(self) -> str:
        """Every line, or what is wrong with it."""
        text: str = self.cleaned_data["totals"]
        errors = [
            f"{line}: {problem}"
            for line in filter(None, map(str.strip, text.splitlines()))
            if (problem := self._take(line))
        ]
        if errors:
            raise ValidationError(errors)
        return text

    def _take(self, line: str) -> str:
        """Keep the total of one line; answers what is wrong with it, "" when nothing is."""
        parts = SIGNS.split(line)
        year = year_of(parts[0], today=self.today)
        value = value_of(parts[1]) if len(parts) == 2 else None
        if not isinstance(value, Decimal):
            return gettext("Write the year and its total, such as 113 = 1,118.")
        if isinstance(year, CellError):
            return str(year)
        is_new = self.stated.setdefault(year, value) == value
        return "" if is_new else gettext("This year stands here twice, with different totals.")

    def clean(self) -> dict[str, Any]:
        """Hold the file against the series; what cannot be read or does not belong to it is told at the field."""
        cleaned = super().clean() or {}
        series, upload, unit = cleaned.get("series"), cleaned.get("file"), cleaned.get("unit")
        if series is not None and unit and unit != series.unit:
            told = {"unit": series.get_unit_display(), "text": Unit(unit).label}
            sentence = str(CellError.sentences["other_unit"]) % told
            self.add_error("unit", ValidationError(sentence, code="other_unit"))
        if upload is not None:
            self._read(cast(BinaryIO, upload), upload.name or "")
        if series is not None and self.read is not None:
            self._hold_against(series, self.read)
        return cleaned

    def _read(self, upload: BinaryIO, name: str) -> None:
        try:
            self.read = read_figures(upload, name, today=self.today)
        except FileRefused as refused:
            self.add_error("file", ValidationError(str(refused), code=refused.code))

    def _hold_against(self, series: Series, read: FiguresFile) -> None:
        refused = other_total(books_of(series), self.stated)
        if refused is not None:
            self.add_error("totals", ValidationError(str(refused), code=refused.code))
            return
        try:
            check_figures(file=read, series=series, stated=self.stated)
        except FileRefused as wrong:
            self.add_error("file", ValidationError(str(wrong), code=wrong.code))


class ApplyForm(importing.ApplyForm):
    """Why the figures do not add up to a printed total, and why the file corrects the books."""

    note_missing = _("Say why the figures do not add up to the printed totals.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "note" in self.fields:
            self.fields["note"].label = _("Why the figures do not add up")  # type: ignore[assignment]
            self.fields["note"].help_text = _(  # type: ignore[assignment]
                "What makes up the difference, or why it cannot be said. The note stays with the printed total."
            )
