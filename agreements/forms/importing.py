"""The forms of the import: which file, and why it does not add up."""

from datetime import date
from typing import Any, BinaryIO, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.actions.importing import RegisterFile, read_register
from agreements.actions.loading import own_register
from agreements.forms.keyed import KeyedForm
from tracker.containers import FileRefused

UPLOAD, OWN = "upload", "own"


class ImportForm(KeyedForm):
    """A file to be checked: one that is sent, or the register that comes with the project.

    Once valid, ``register`` holds what was read, errors of rows included.
    """

    origin = forms.ChoiceField(
        choices=[(UPLOAD, _("A file of mine")), (OWN, _("The register that comes with this system"))],
        widget=forms.RadioSelect,
        initial=UPLOAD,
        label=pgettext_lazy("import", "Which file"),
    )
    file = forms.FileField(
        required=False,
        label=pgettext_lazy("import", "File"),
        help_text=_("CSV in UTF-8 or Big5, XLSX or ODS, up to 25 MB and 20,000 rows."),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.ods"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.register: RegisterFile | None = None

    def clean(self) -> dict[str, Any]:
        """Read the file; what cannot be read is told at the field."""
        cleaned = super().clean() or {}
        if cleaned.get("origin") == OWN:
            self.register = own_register(today=self.today)
        elif cleaned.get("origin") == UPLOAD and "file" not in self.errors:
            self.register = self._read(cleaned.get("file"))
        return cleaned

    def _read(self, upload: Any) -> RegisterFile | None:
        if upload is None:
            self.add_error("file", ValidationError(_("Choose a file."), code="required"))
            return None
        try:
            return read_register(cast(BinaryIO, upload), upload.name or "", today=self.today)
        except FileRefused as refused:
            self.add_error("file", ValidationError(str(refused), code=refused.code))
            return None


class ApplyForm(forms.Form):
    """The note that stays with an import whose file does not add up to a stated figure, and why it corrects, where asked."""

    use_required_attribute = False
    note_missing: ClassVar[str | Promise] = _("Say why the file does not add up to the stated figures.")
    note = forms.CharField(
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        label=_("Why the file does not add up"),
        help_text=_(
            "What makes up the difference, or why it cannot be said. The note stays with the import."
        ),
    )

    reason = forms.CharField(
        max_length=300,
        label=_("Why it is corrected"),
        help_text=_("The reason stays with every figure that the file corrects."),
        error_messages={"required": _("Say why the figure changes.")},
    )

    def __init__(self, *args: Any, adds_up: bool, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].error_messages["required"] = self.note_missing  # type: ignore[assignment]
        if adds_up:
            del self.fields["note"]
        if not needs_reason:
            del self.fields["reason"]
