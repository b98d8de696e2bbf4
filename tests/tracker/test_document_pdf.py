"""tracker.documents.pdf: scripts and attachments are found in every spelling and inside object streams (FIL-5)."""

import io
import random
import zlib

import pytest

from tests.tracker import files
from tests.tracker.test_documents import refusal
from tracker.documents import check_upload

PAGES = b"<</Type/Pages/Count 0/Kids[]>>"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def taken(data: bytes) -> bool:
    return check_upload(io.BytesIO(data), "a.pdf").size == len(data)


def codes(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> str:
    return refusal(files.pdf(*objects, trailer=trailer), "a.pdf")[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SCRIPT, "pdf_script"),
        (b"<</S /#4aavaScript /J#53 5 0 R>>", "pdf_script"),
        (b"<</S/#4A#61#76#61#53#63#72#69#70#74>>", "pdf_script"),
        (b"<</JS(app.alert\\(1\\))>>", "pdf_script"),
        (b"<</JS\n12 0 R>>", "pdf_script"),
        (b"<</Names<</JavaScript 5 0 R>>>>", "pdf_script"),
        (b"<</S/Launch/F(cmd.exe)>>", "pdf_script"),
        (b"<</S/Rendition/JS 4 0 R>>", "pdf_script"),
        (b"<</Subtype/RichMedia>>", "pdf_script"),
        (b"<</Type/EmbeddedFile/Length 0>>", "pdf_embedded"),
        (b"<</Names<</EmbeddedFiles 5 0 R>>>>", "pdf_embedded"),
        (b"<</Names<</Embedded#46iles 5 0 R>>>>", "pdf_embedded"),
        (b"<</Type/Filespec/EF<</F 5 0 R>>>>", "pdf_embedded"),
        (b"<</Type/Filespec/EF 5 0 R>>", "pdf_embedded"),
        (b"<</Subtype/FileAttachment>>", "pdf_embedded"),
        (b"<</S/GoToE>>", "pdf_embedded"),
        (b"<</AcroForm<</XFA[(a)5 0 R]>>>>", "pdf_form"),
        (b"<</XFA 5 0 R>>", "pdf_form"),
    ],
)
def test_what_acts_or_hides_is_refused(content: bytes, code: str) -> None:
    assert codes(PAGES, content) == code
    assert codes(PAGES, files.object_stream(content)) == code


@pytest.mark.parametrize(
    "content",
    [
        b"<</Title(JavaScript, Launch and EmbeddedFiles)>>",
        b"<</S/URI/URI(https://example.org/)>>",
        b"<</OpenAction[3 0 R/Fit]>>",
        b"<</JavaScripts 1/JSON 2/EFG<<>>/XFAB[]/EncryptMetadata false>>",
        b"<</Font<</JS/Helvetica/EF/Courier>>>>",
        b"<</Launcher/Launch#65r>>",
    ],
)
def test_what_only_looks_like_it_is_taken(content: bytes) -> None:
    assert taken(files.pdf(PAGES, content))
    assert taken(files.pdf(PAGES, files.object_stream(content)))


def test_a_protected_pdf_is_refused_because_it_cannot_be_looked_into() -> None:
    assert codes(PAGES, trailer=b"/Root 1 0 R/Encrypt 5 0 R") == "pdf_encrypted"


def test_a_script_deep_in_a_large_object_stream_is_found() -> None:
    filler = b"/Type/Page/Parent 2 0 R " * 40_000

    assert codes(files.object_stream(filler + SCRIPT + filler)) == "pdf_script"
    assert taken(files.pdf(files.object_stream(filler + filler)))


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_a_name_across_two_pieces_is_found(shift: int) -> None:
    before = 256 * 1024 - 4 - shift
    noise = random.Random(shift).randbytes(before).hex().encode()[:before]

    assert codes(files.object_stream(noise + b"/S/J#61vaScript ")) == "pdf_script"


def test_an_object_stream_that_is_not_packed_is_read_as_it_is() -> None:
    assert codes(files.object_stream(SCRIPT, b"", b"9 0 " + SCRIPT)) == "pdf_script"
    assert taken(files.pdf(files.object_stream(PAGES, b"", b"9 0 " + PAGES)))


@pytest.mark.parametrize(
    ("packing", "packed"),
    [
        (b"/Filter/ASCIIHexDecode", (b"9 0 " + SCRIPT).hex().encode()),
        (b"/Filter[/ASCIIHexDecode/FlateDecode]", zlib.compress(b"9 0 " + SCRIPT).hex().encode()),
        (b"/Filter[/FlateDecode/ASCIIHexDecode]", zlib.compress((b"9 0 " + SCRIPT).hex(" ").encode())),
        (b"/Filter 7 0 R", zlib.compress(b"9 0 " + SCRIPT)),
        (b"/#46ilter/FlateDecode", zlib.compress(b"9 0 " + PAGES)),
        (b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>", zlib.compress(b"\x029 0 " + SCRIPT)),
        (b"/Filter/FlateDecode", b"not packed at all"),
        (b"/Filter/FlateDecode", zlib.compress(b"9 0 " + PAGES * 50)[:-8]),
        (b"/Filter/FlateDecode", zlib.compress(zlib.compress(b"9 0 " + SCRIPT))),
        (
            b"/Filter/FlateDecode",
            b"\x78\x01\x01\xff\xff\x00\x009 0 <<>>",
        ),  # begins a block that the file has no room for
        (b"/Filter/FlateDecode" + b" " * 5_000, zlib.compress(b"9 0 " + PAGES)),
    ],
)
def test_an_object_stream_packed_in_another_way_is_refused(packing: bytes, packed: bytes) -> None:
    assert codes(PAGES, files.object_stream(b"", packing, packed)) == "pdf_unreadable"


@pytest.mark.parametrize(
    "packing", [b"/Filter/FlateDecode", b"/Filter [ /FlateDecode ]", b"/Filter /FlateDecode\n"]
)
def test_an_object_stream_packed_as_usual_is_taken(packing: bytes) -> None:
    assert taken(files.pdf(PAGES, files.object_stream(PAGES, packing)))
    assert codes(PAGES, files.object_stream(SCRIPT, packing)) == "pdf_script"


def test_an_object_stream_whose_type_is_spelled_in_codes_is_found() -> None:
    stream = files.object_stream(SCRIPT).replace(b"/ObjStm", b"/#4fbj#53tm")

    assert codes(PAGES, stream) == "pdf_script"


def test_object_streams_that_unpack_to_too_much_are_refused() -> None:
    bomb = files.object_stream(b" " * (33 * 1024 * 1024))

    assert taken(files.pdf(PAGES, bomb))
    assert codes(PAGES, bomb, bomb) == "pdf_unreadable"


def test_packed_pictures_and_pages_are_not_mistaken_for_anything() -> None:
    noise = random.Random(1).randbytes(2_000_000)
    page = zlib.compress(b"1 0 0 1 72 720 cm BT /F1 12 Tf (/S /Launchpad) Tj ET")

    streams = [b"<</Length %d>>stream\n%s\nendstream" % (len(data), data) for data in (noise, page)]
    assert taken(files.pdf(PAGES, *streams))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n%%EOF\n", "damaged"),
        (files.pdf(PAGES)[:-6], "damaged"),
        (files.pdf(PAGES) + bytes(2_000), "damaged"),
        (b"%PDF-9.9\n" + files.pdf(PAGES), "mismatch"),
        (b"\xef\xbb\xbf" + files.pdf(PAGES), "mismatch"),
        (b"MZ" + files.pdf(PAGES), "mismatch"),
    ],
)
def test_what_is_no_whole_pdf_is_refused(data: bytes, code: str) -> None:
    assert refusal(data, "a.pdf")[0] == code


def test_a_pdf_saved_several_times_is_taken() -> None:
    assert taken(files.pdf(PAGES) + files.pdf(PAGES)[9:])
