"""Where documents lie: in a folder, each whole or not at all."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Files on the disk; of one that could not be written to its end (a full disk) nothing stays behind.

    With ``is_durable`` a file is on the disk, not only with the operating system, before its row can be committed: else a
    failure of the power could leave a row without its file.
    """

    def __init__(self, *, is_durable: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.is_durable = is_durable

    def _save(self, name: str, content: Any) -> str:
        try:
            kept: str = super()._save(name, content)  # type: ignore[misc]
            if self.is_durable:
                self._force_out(Path(self.path(kept)))
        except OSError:
            Path(self.path(name)).unlink(missing_ok=True)  # names are random, so it is nobody else's
            raise
        return kept

    @staticmethod
    def _force_out(path: Path) -> None:
        for place in (path, path.parent):
            number = os.open(place, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
