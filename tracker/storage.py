"""Where documents lie: in a folder, each whole or not at all."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Files on the disk; of one that could not be written to its end (a full disk) nothing stays behind.

    With ``is_durable`` a file is on the disk, not only with the operating system, before its row can be committed: else a
    failure of the power could leave a row without its file. What is deleted is off the disk before that is said.
    """

    def __init__(self, *, is_durable: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.is_durable = is_durable

    def _save(self, name: str, content: Any) -> str:
        try:
            kept: str = super()._save(name, content)  # type: ignore[misc]
            path = Path(self.path(kept))
            # A folder that is new stands in the one above it, which is to be on the disk as well.
            self._force_out(path, *self._folders_of(path))
        except OSError:
            Path(self.path(name)).unlink(missing_ok=True)  # names are random, so it is nobody else's
            raise
        return kept

    def delete(self, name: str) -> None:
        """Take the file away; with ``is_durable`` it stays away after a failure of the power."""
        super().delete(name)
        folder = Path(self.path(name)).parent
        if folder.is_dir():  # else nothing ever lay there
            self._force_out(folder)

    def _folders_of(self, path: Path) -> list[Path]:
        """The folder in which it lies, and those above it up to the one of all documents."""
        root = Path(self.location)
        return [folder for folder in path.parents if folder.is_relative_to(root)]

    def _force_out(self, *places: Path) -> None:
        for place in places if self.is_durable else ():
            number = os.open(place, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
