"""tracker.documents: an upload is what it says, within its limits, or refused with what to do (FIL-1, FIL-3)."""

import hashlib
import io
import tempfile
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker import files
from tracker.containers import MAX_FILE, FileRefused
from tracker.documents import KINDS, Checked, UploadRefused, check_upload
from tracker.sheets import SheetError

TEXTS = ("txt", "eml")
SAME = [{"jpg", "jpeg"}, {"tif", "tiff"}]


def refusal(data: bytes, name: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(UploadRefused) as refused:
        check_upload(io.BytesIO(data), name)
    assert "%(" not in str(refused.value)
    return refused.value.code, refused.value.params


@pytest.mark.parametrize("extension", KINDS)
def test_a_sound_file_of_each_kind_is_taken(extension: str) -> None:
    data = files.SOUND[extension]

    assert check_upload(io.BytesIO(data), f"條約.{extension.upper()}") == Checked(
        name=f"條約.{extension.upper()}",
        content_type=KINDS[extension].content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


PAIRS = [
    (content, ending)
    for content in KINDS
    for ending in KINDS
    if content != ending and {content, ending} not in SAME and (content, ending) != ("eml", "txt")
]


@pytest.mark.parametrize(("content", "ending"), PAIRS)
def test_no_kind_passes_under_the_ending_of_another(content: str, ending: str) -> None:
    code, params = refusal(files.SOUND[content], f"a.{ending}")

    assert code == "mismatch"
    assert KINDS[str(params["extension"])].content_type == KINDS[ending].content_type


@pytest.mark.parametrize(
    "name", ["a.exe", "a.svg", "a.html", "a.docm", "a.zip", "a.doc", "a", ".pdf", "a.pdf.exe", "a.pdfx"]
)
def test_a_kind_that_is_not_on_the_list_is_refused_and_the_list_is_told(name: str) -> None:
    code, params = refusal(files.SOUND["pdf"], name)

    assert code == "kind"
    assert params["allowed"] == "pdf, docx, xlsx, odt, ods, txt, png, jpg, jpeg, tif, tiff, eml"


def test_the_name_is_checked_and_made_safe() -> None:
    assert refusal(files.SOUND["pdf"], "a\u202efdp.pdf") == ("name_characters", {})
    assert check_upload(io.BytesIO(files.SOUND["pdf"]), "條" * 100 + ".pdf").name == "條" * 83 + ".pdf"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", "a.txt") == ("empty", {})


def test_twenty_five_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    assert check_upload(io.BytesIO(b"a" * MAX_FILE), "a.txt").size == MAX_FILE
    assert refusal(b"a" * (MAX_FILE + 1), "a.txt") == ("too_large", {"limit": 25})


@pytest.fixture(params=["memory", "temporary", "simple", "disk"])
def upload(request: pytest.FixtureRequest) -> Iterator[object]:
    """The same PDF as each kind of file that a view or a command may hold."""
    data = files.SOUND["pdf"]
    if request.param == "memory":
        yield InMemoryUploadedFile(io.BytesIO(data), "file", "a.pdf", "application/pdf", len(data), None)
    elif request.param == "simple":
        yield SimpleUploadedFile("a.pdf", data)
    elif request.param == "temporary":
        with TemporaryUploadedFile("a.pdf", "application/pdf", len(data), None) as file:
            file.write(data)
            yield file
    else:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            yield file


def test_any_kind_of_file_object_is_read_and_left_at_its_start(upload: io.BytesIO) -> None:
    checked = check_upload(upload, "a.pdf")

    assert checked.sha256 == hashlib.sha256(files.SOUND["pdf"]).hexdigest()
    assert upload.tell() == 0 and upload.read() == files.SOUND["pdf"]


@pytest.mark.parametrize(
    "extension", [kind for kind in KINDS if kind not in (*TEXTS, "docx", "xlsx", "odt", "ods")]
)
def test_an_archive_behind_another_file_is_refused(extension: str) -> None:
    """A picture or a PDF that is an archive as well, such as a GIFAR."""
    sound = files.SOUND[extension]
    hidden = (
        sound + files.zipped({"Evil.class": b"x"})
        if extension != "pdf"
        else pdf_with(files.zipped({"a": b"x"}))
    )

    assert refusal(hidden, f"a.{extension}") == ("hidden_content", {})


def pdf_with(data: bytes) -> bytes:
    return files.pdf(b"<</Length %d>>stream\n%s\nendstream" % (len(data), data))


@pytest.mark.parametrize("archive", [b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\x00\x04"])
def test_other_archives_behind_a_picture_are_refused(archive: bytes) -> None:
    assert refusal(files.jpeg(tail=archive + bytes(50)), "a.jpg") == ("hidden_content", {})


def test_what_a_camera_adds_behind_a_picture_is_taken() -> None:
    assert check_upload(
        io.BytesIO(files.jpeg(tail=b"SEFT" + bytes(50) + b"PK\x05\x06" + bytes(18))), "a.jpg"
    ).size


@pytest.mark.parametrize(
    "markup",
    [b"<script>alert(1)</script>", b"<HTML><body>", b"<!DOCTYPE html>", b"<svg onload=x>", b"<?php x"],
)
@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_page_in_the_beginning_of_another_file_is_refused(markup: bytes, kind: str) -> None:
    hidden = files.png(2, 2, markup) if kind == "png" else pdf_with(markup)

    assert refusal(hidden, f"a.{kind}") == ("hidden_content", {})


def test_a_remark_in_a_picture_is_taken() -> None:
    assert check_upload(io.BytesIO(files.png(2, 2, b"a < b, <scripture>")), "a.png").size


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "odt", "ods", "png", "jpg", "tiff"])
def test_a_file_whose_mark_is_not_at_its_first_byte_is_refused(extension: str) -> None:
    assert refusal(b"\n" + files.SOUND[extension], f"a.{extension}")[0] == "mismatch"


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind in (UploadRefused, SheetError) for code in kind.messages]
)
def test_every_refusal_says_what_is_wrong_and_what_to_do(kind: type[FileRefused], code: str) -> None:
    with translation.override("en"):
        text = str(kind.messages[code])

    assert text.endswith(".") and len(text.split(". ")) >= 2


@settings(max_examples=300, deadline=None)
@given(
    extension=st.sampled_from(sorted(KINDS)),
    changes=st.dictionaries(st.integers(0, 5_000), st.integers(0, 255), max_size=6),
    cut=st.integers(0, 5_000),
)
def test_no_bytes_end_in_anything_but_a_record_or_a_refusal(
    extension: str, changes: dict[int, int], cut: int
) -> None:
    data = bytearray(files.SOUND[extension])
    for position, value in changes.items():
        data[position % len(data)] = value
    data = data[: max(1, len(data) - cut % len(data))] if cut % 3 == 0 else data
    try:
        check_upload(io.BytesIO(bytes(data)), f"a.{extension}")
    except UploadRefused as refused:
        assert str(refused)
