"""The letter of request, uploaded while its case is logged: its files wait with the form, and then with the draft."""

import uuid
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agreements.forms.files import FilesField, UploadingForm
from cases.actions.papers import draft_key
from cases.models import Case
from tracker.documents import KINDS
from tracker.models import Document


class LetterFilesForm(UploadingForm):
    """A form with the letter; its ``draft`` is the one that it goes on with, if there is one."""

    files = FilesField(  # type: ignore[assignment]
        required=False,
        # Translators: 請求書及其附件（電子檔）
        label=_("The letter and its enclosures"),
        help_text=format_lazy(
            _("They become documents of the case, as secret as it. Up to 25 MB each: {kinds}."),
            kinds=", ".join(sorted(KINDS)),
        ),
    )

    def __init__(self, *args: Any, draft: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft

    def upload_key(self) -> uuid.UUID | None:
        """That of the draft, which lasts longer than that of a page."""
        return draft_key(self.draft) if self.draft else self.submission_key()

    def waiting(self) -> list[Document]:
        """Nothing waits for a page that was never sent."""
        return super().waiting() if self.is_bound or self.draft else []
