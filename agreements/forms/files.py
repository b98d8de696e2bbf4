"""A form field for several files at once; each is checked, and the good ones are kept when another is refused."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agreements.actions.uploads import DAY_IS_FULL, RECORD_IS_FULL, TOO_MANY, NotKept, waiting
from agreements.forms.keyed import KeyedForm
from tracker.documents import KINDS, UploadRefused, check_upload
from tracker.models import Document, User
from tracker.quota import MOST_FILES, PER_REQUEST, room_in, room_of
from tracker.roles import Secrecy


@dataclass(frozen=True, slots=True)
class Sorted:
    """Uploads after their check: those that may be kept, and why not the others."""

    accepted: list[UploadedFile]
    refused: list[ValidationError]


class FilesInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploads; cleans to :class:`Sorted`, and leaves it to its form to say what was refused."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return sort_uploads(given)


def sort_uploads(uploads: Sequence[UploadedFile]) -> Sorted:
    """Check each upload by itself."""
    found = Sorted([], [])
    for upload in uploads:
        try:
            check_upload(cast(BinaryIO, upload), upload.name or "", is_kept=False)
        except UploadRefused as problem:
            told = {"name": upload.name, "problem": str(problem)}
            found.refused.append(ValidationError(_("“%(name)s”: %(problem)s"), code="refused", params=told))
        else:
            found.accepted.append(upload)
    return found


TOO_MUCH = (
    _("More than 100 MB at a time. Send it by itself."),
    DAY_IS_FULL,
    RECORD_IS_FULL,
)
"""Why an upload is not kept, in the order of what is asked: the request, the person, the record."""


class UploadingForm(KeyedForm):
    """A form with files. After validation ``accepted`` are to be kept under its key, whatever else is wrong."""

    files = FilesField(  # type: ignore[assignment]
        required=False,
        label=_("Documents"),
        help_text=format_lazy(_("Up to 25 MB each: {kinds}."), kinds=", ".join(sorted(KINDS))),
    )
    drop = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.about: Any = None
        self.accepted: list[UploadedFile] = []

    def clean_files(self) -> list[UploadedFile]:
        """Keep the good ones aside before the others are refused."""
        found: Sorted = self.cleaned_data["files"]
        first = found.accepted[:MOST_FILES]
        self.accepted, beyond = self._within_bounds(first)
        if len(first) < len(found.accepted):
            beyond.append(ValidationError(TOO_MANY, code="too_many"))
        if found.refused or beyond:
            raise ValidationError([*found.refused, *beyond])
        return found.accepted

    def refuse_uploads(self, refused: Sequence[NotKept]) -> None:
        """Say of uploads why they did not fit when they were to be kept, though they may have when the form was checked."""
        for upload, problem in refused:
            told = {"name": upload.name, "problem": problem}
            self.add_error("files", ValidationError(_("“%(name)s”: %(problem)s"), code="quota", params=told))

    def _within_bounds(
        self, uploads: Sequence[UploadedFile]
    ) -> tuple[list[UploadedFile], list[ValidationError]]:
        """Those that fit into what a request, a person and the thing may hold, in their order, and why not the others."""
        if not uploads:
            return [], []
        rooms = [PER_REQUEST, room_of(self.by), *([room_in(self.about)] if self.about is not None else [])]
        kept: list[UploadedFile] = []
        refused: list[ValidationError] = []
        for upload in uploads:
            used = sum(one.size or 0 for one in (*kept, upload))
            full = next((words for words, room in zip(TOO_MUCH, rooms, strict=False) if used > room), None)
            if full is None:
                kept.append(upload)
            else:
                told = {"name": upload.name, "problem": full}
                refused.append(ValidationError(_("“%(name)s”: %(problem)s"), code="quota", params=told))
        return kept, refused

    def upload_key(self) -> uuid.UUID | None:
        """The key under which the uploads of this form wait; None when the page brought none."""
        return self.submission_key()

    def waiting(self) -> list[Document]:
        """The uploads of this form that are kept and not filed yet."""
        key = self.upload_key()
        return list(waiting(key, by=self.by)) if key else []


class FilingForm(UploadingForm):
    """Documents that are filed with one thing, each on its own or as new versions of one that is there.

    Whatever is filed is at least as secret as the thing itself.
    """

    title_help: ClassVar[str | Promise] = _("For one file; several keep the names of their files.")
    secrecy_help: ClassVar[str | Promise] = ""

    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    secrecy = forms.TypedChoiceField(label=_("Secrecy"), coerce=int)
    document = forms.ModelChoiceField(
        label=_("New version of"),
        required=False,
        queryset=Document.objects.none(),
        empty_label=_("A document of its own"),
        help_text=_("The earlier versions stay, and can still be read."),
    )
    field_order = ("files", "document", "title", "secrecy")

    def __init__(self, *args: Any, about: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        levels = [level for level in Secrecy if about.secrecy <= level.value <= self.by.clearance]
        self.fields["title"].help_text = self.title_help  # type: ignore[assignment]
        self.fields["secrecy"].help_text = self.secrecy_help  # type: ignore[assignment]
        self.fields["secrecy"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]
        self.fields["files"].required = True
        filed = Document.objects.visible_to(self.by).about(about)
        self.fields["document"].queryset = filed  # type: ignore[attr-defined]

    def clean_files(self) -> list[UploadedFile]:
        """At least one file, sent now or waiting."""
        accepted = super().clean_files()
        if not accepted and not self.waiting():
            raise ValidationError(_("Choose at least one file."))
        return accepted
