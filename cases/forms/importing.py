"""The forms of the import of case logs: which file, what was counted elsewhere, and why it does not add up."""

from datetime import date
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms import importing
from agreements.forms.keyed import KeyedForm
from cases.actions.importing import MEASURES, LogFile, read_log
from tracker.containers import FileRefused

PREFIX = "total_"


class ImportForm(KeyedForm):
    """A file to be checked, and the totals counted elsewhere, such as on paper, to check it against.

    Once valid, ``log`` holds what was read, errors of rows included.
    """

    file = forms.FileField(
        label=pgettext_lazy("import", "File"),
        help_text=_("CSV in UTF-8 or Big5, XLSX or ODS, up to 25 MB and 20,000 rows."),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.ods"}),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.log: LogFile | None = None
        for measure, label in MEASURES.items():
            self.fields[PREFIX + measure] = forms.IntegerField(
                label=label,  # type: ignore[arg-type]
                required=False,
                min_value=0,
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "in w-5"}),
            )

    @property
    def totals(self) -> list[forms.BoundField]:
        """The fields for the totals."""
        return [self[PREFIX + measure] for measure in MEASURES]

    @property
    def stated(self) -> dict[str, int]:
        """The totals that were typed in, by measure."""
        given = {measure: self.cleaned_data.get(PREFIX + measure) for measure in MEASURES}
        return {measure: number for measure, number in given.items() if number is not None}

    def clean(self) -> dict[str, Any]:
        """Read the file; what cannot be read is told at the field."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            try:
                self.log = read_log(cast(BinaryIO, upload), upload.name or "", today=self.today)
            except FileRefused as refused:
                self.add_error("file", ValidationError(str(refused), code=refused.code))
        return cleaned


class ApplyForm(importing.ApplyForm):
    """The note that stays with an import whose file does not add up to a stated total."""

    note_missing = _("Say why the file does not add up to the totals.")
