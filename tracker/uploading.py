"""How files of a form come in: as many as a form may hold, and of those beyond nothing is kept while they come.

Django's own bound (DATA_UPLOAD_MAX_NUMBER_FILES) ends the whole request, and with it what was typed. Here the files beyond are
passed over instead: the form sees that there were too many, keeps the first ones, and says so.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from tracker.quota import MOST_FILES


class InMemory(MemoryFileUploadHandler):
    """The first handler of each request: counts, and passes over what comes after one file more than a form may hold."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """:raises SkipFile: for a file past the one that shows that there are too many."""
        self.count += 1
        if self.count > MOST_FILES + 1:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file, which is the form's from then on."""
        return _handed_over(self, super().file_complete(file_size))


class OnDisk(TemporaryFileUploadHandler):
    """Takes what is too large for the memory."""

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file, which is the form's from then on."""
        return _handed_over(self, super().file_complete(file_size))


def _handed_over(handler: FileUploadHandler, file: UploadedFile | None) -> UploadedFile | None:
    """The file, which its handler holds no more: Django closes what one still holds when another file is passed over."""
    handler.__dict__.pop("file", None)
    return file
