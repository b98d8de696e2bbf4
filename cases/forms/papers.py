"""The form with which documents of a case are uploaded, as such or as new versions of one."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from agreements.forms.files import UploadingForm
from cases.models import Case
from tracker.models import Document
from tracker.roles import Secrecy


class PapersForm(UploadingForm):
    """Documents for the case."""

    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("For one file; several keep the names of their files. Write no names of persons."),
    )
    secrecy = forms.TypedChoiceField(
        label=_("Secrecy"), coerce=int, help_text=_("At least that of the case.")
    )
    document = forms.ModelChoiceField(
        label=_("New version of"),
        required=False,
        queryset=Document.objects.none(),
        empty_label=_("A document of its own"),
        help_text=_("The earlier versions stay, and can still be read."),
    )
    field_order = ("files", "document", "title", "secrecy")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [
            (level.value, level.label)
            for level in Secrecy
            if case.secrecy <= level.value <= self.by.clearance
        ]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]
        self.fields["files"].required = True
        of_case = Document.objects.visible_to(self.by).about(case)
        self.fields["document"].queryset = of_case  # type: ignore[attr-defined]

    def clean_files(self) -> list[UploadedFile]:
        accepted = super().clean_files()
        if not accepted and not self.waiting():
            raise forms.ValidationError(_("Choose at least one file."))
        return accepted
