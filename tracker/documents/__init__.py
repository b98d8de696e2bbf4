"""Checking an upload before it is kept as a document: its name, its size, and that it is what it says.

No views and no models: `check_upload` reads a file, and either gives what is to be recorded of it or refuses
it with a sentence that says what to do. The allow list and its limits are in `KINDS`.
"""

import hashlib
import mmap
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import UnsupportedOperation
from typing import BinaryIO

from tracker.containers import CHUNK, ContainerRefused, size_of
from tracker.documents.names import check_name, content_disposition, extension_of, safe_name
from tracker.documents.office import check_office
from tracker.documents.pdf import check_pdf
from tracker.documents.pictures import check_jpeg, check_png, check_tiff
from tracker.documents.refusals import UploadRefused
from tracker.documents.texts import check_mail, check_text
from tracker.documents.traces import traces_of_bytes, traces_of_container

__all__ = ["KINDS", "Checked", "UploadRefused", "check_upload", "content_disposition", "safe_name"]

MARKUP_WITHIN = 2048
"""Bytes at the beginning in which a browser might look for a page."""

MOST_MARKS = 1_000
"""So many ends of an archive are looked at; by chance 25 MB hold none."""

_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|script|svg|iframe)\b|<\?php", re.IGNORECASE)
_ARCHIVE_MARKS = re.compile(rb"PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is recorded of a file that passed: `size` in bytes, `sha256` in hexadecimal, `traces` as kinds of metadata."""

    name: str
    content_type: str
    size: int
    sha256: str
    traces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken. `check` reads its bytes; containers have none and are read as files."""

    content_type: str
    check: Callable[[mmap.mmap], None] | None = None


KINDS = {
    "pdf": Kind("application/pdf", check_pdf),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "odt": Kind("application/vnd.oasis.opendocument.text"),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet"),
    "txt": Kind("text/plain", check_text),
    "png": Kind("image/png", check_png),
    "jpg": Kind("image/jpeg", check_jpeg),
    "jpeg": Kind("image/jpeg", check_jpeg),
    "tif": Kind("image/tiff", check_tiff),
    "tiff": Kind("image/tiff", check_tiff),
    "eml": Kind("text/plain", check_mail),
}
"""The allow list, by ending. A message (eml) is given out as text, so that no browser shows what is in it."""


def check_upload(file: BinaryIO, name: str, *, is_kept: bool = True) -> Checked:
    """Check a file that somebody uploads under `name`, and give what is to be recorded of it.

    `file` is open for reading and can seek; Django's uploaded files will do. It is read in pieces and left at
    its start. Nothing is stored. What its metadata tells is looked up for a file that `is_kept`, so that a form, which
    only asks whether it is taken, does not look as well.

    :raises UploadRefused: with a code and a sentence when the name, the size, or the content is not taken.
    """
    check_name(name)
    extension = extension_of(name)
    kind = KINDS.get(extension)
    if kind is None:
        raise UploadRefused("kind", extension=extension, allowed=", ".join(KINDS))
    try:
        size = size_of(file)
        digest = _digest(file)
        if kind.check:
            data = _check_bytes(file, kind.check)
            traces = traces_of_bytes(data, extension) if is_kept else ()
        else:
            container = check_office(file, extension)
            traces = traces_of_container(container) if is_kept else ()
    except ContainerRefused as refused:
        raise UploadRefused(refused.code, **refused.params) from refused
    file.seek(0)
    return Checked(safe_name(name), kind.content_type, size, digest, traces)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _check_bytes(file: BinaryIO, check: Callable[[mmap.mmap], None]) -> mmap.mmap:
    """Run a check over a file that is no container, and look for another file hidden in it; its bytes."""
    data = _mapped(file)
    check(data)
    if check not in (check_text, check_mail) and _MARKUP.search(data[:MARKUP_WITHIN]):
        raise UploadRefused("hidden_content")
    for count, mark in enumerate(_ARCHIVE_MARKS.finditer(data)):
        if count == MOST_MARKS or not mark[0].startswith(b"PK") or _ends_an_archive(data, mark.start()):
            raise UploadRefused("hidden_content")
    return data


def _mapped(file: BinaryIO) -> mmap.mmap:
    """The file as bytes that the system pages in and out, by way of a temporary file where it has none.

    Not closed here: a search that ended in a refusal may still point into it. It ends with its last reader.
    """
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (UnsupportedOperation, AttributeError):
        with tempfile.TemporaryFile() as copy:
            while piece := file.read(CHUNK):
                copy.write(piece)
            copy.flush()
            return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)


def _ends_an_archive(data: mmap.mmap, position: int) -> bool:
    """Whether the mark at `position` is a zip end record: its directory lies just before it."""
    length = int.from_bytes(data[position + 12 : position + 16], "little")
    return data[max(position - length, 0) : max(position - length, 0) + 4] == b"PK\x01\x02"
