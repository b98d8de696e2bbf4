"""tracker.documents: what acts, hides or is too large inside pictures, texts and office files (FIL-4, FIL-5)."""

import io
import struct
import time

import pytest

from tests.tracker import files
from tests.tracker.test_documents import refusal
from tracker import containers
from tracker.documents import MOST_MARKS, UploadRefused, check_upload, pictures

VBA = '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
REMOTE = "https://example.org/template.dotm"


def taken(data: bytes, name: str) -> bool:
    return check_upload(io.BytesIO(data), name).size == len(data)


def related(*lines: str) -> dict[str, str]:
    return {"word/_rels/document.xml.rels": files.relations(*lines)}


# Pictures


@pytest.mark.parametrize(
    ("make", "name"), [(files.png, "a.png"), (files.jpeg, "a.jpg"), (files.tiff, "a.tif")]
)
def test_fifty_million_pixels_are_taken_and_a_line_more_is_not(make: object, name: str) -> None:
    assert taken(make(10_000, 5_000), name)
    assert refusal(make(10_000, 5_001), name) == ("picture_too_large", {"limit": 50})


def test_more_ends_of_archives_than_chance_makes_are_refused_without_a_look_at_each() -> None:
    """FIL-4; the control is one fewer, each of which is looked at and is none."""
    marks = b"PK\x05\x06" * MOST_MARKS

    assert taken(files.jpeg(tail=marks), "a.jpg")
    assert refusal(files.jpeg(tail=marks + marks[:4]), "a.jpg") == ("hidden_content", {})


def test_the_tags_of_all_pages_of_a_picture_are_counted_together(monkeypatch) -> None:
    """The control is a higher bound."""
    tags = b"".join(struct.pack("<HHII", tag, 4, 1, 8) for tag in (256, 257, 273))
    pages = b"".join(
        struct.pack("<H", 3) + tags + struct.pack("<I", 8 + (page + 1) * 42 if page < 9 else 0)
        for page in range(10)
    )
    data = b"II*\x00" + struct.pack("<I", 8) + pages

    assert taken(data, "a.tif")
    monkeypatch.setattr(pictures, "MAX_TAGS_OF_ALL", 29)
    assert refusal(data, "a.tif") == ("damaged", {})


@pytest.mark.parametrize(
    ("make", "name"), [(files.png, "a.png"), (files.jpeg, "a.jpg"), (files.tiff, "a.tif")]
)
def test_a_picture_without_width_is_damaged(make: object, name: str) -> None:
    assert refusal(make(0, 5), name) == ("damaged", {})


def test_the_pixels_of_every_page_of_a_tiff_count() -> None:
    def two_pages(height: int) -> bytes:
        first = bytearray(files.tiff())
        first[-4:] = struct.pack("<I", len(first))
        tags = b"".join(
            struct.pack("<HHII", tag, 4, 1, value) for tag, value in ((256, 10_000), (257, height), (273, 8))
        )
        return bytes(first) + struct.pack("<H", 3) + tags + bytes(4)

    assert taken(two_pages(5_000), "a.tif")
    assert refusal(two_pages(5_001), "a.tif") == ("picture_too_large", {"limit": 50})


def test_a_tiff_whose_pages_go_in_a_circle_is_damaged() -> None:
    data = bytearray(files.tiff())
    data[-4:] = struct.pack("<I", 8)

    assert refusal(bytes(data), "a.tif") == ("damaged", {})


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (files.png()[:-20], "a.png", "damaged"),
        (files.png()[:-2], "a.png", "damaged"),
        (files.png()[:33] + files.png()[-12:], "a.png", "damaged"),
        (files.png(tail=b"\x00"), "a.png", "hidden_content"),
        (files.png()[:8] + files.png()[33:], "a.png", "damaged"),
        (files.jpeg()[:-2], "a.jpg", "damaged"),
        (files.jpeg()[:15], "a.jpg", "damaged"),
        (b"\xff\xd8\xff" + b"\xff" * 200_000, "a.jpg", "damaged"),
        (files.jpeg()[:11] + b"\x00" + files.jpeg()[11:], "a.jpg", "damaged"),
        (files.jpeg()[:11] + b"\xff\xd9" + files.jpeg()[11:], "a.jpg", "damaged"),
        (files.jpeg()[:11] + b"\xff\xe1\x00\x01\xe1\x00\x02" + files.jpeg()[11:], "a.jpg", "damaged"),
        (files.tiff()[:20], "a.tif", "damaged"),
        (files.tiff().replace(struct.pack("<H", 273), struct.pack("<H", 270)), "a.tif", "damaged"),
        (
            b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 201) + bytes(12 * 198) + files.tiff()[10:],
            "a.tif",
            "damaged",
        ),
        (b"II*\x00" + bytes(4), "a.tif", "damaged"),
        (b"II+\x00" + bytes(20), "a.tif", "mismatch"),
    ],
)
def test_a_broken_picture_is_refused(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name)[0] == code


def test_a_tiff_may_have_two_hundred_tags() -> None:
    tags = struct.pack("<H", 200) + bytes(12 * 197)

    assert taken(files.tiff()[:8] + tags + files.tiff()[10:], "a.tif")


# Texts


@pytest.mark.parametrize(
    "data",
    [
        "條約全文\r\n\t一、".encode(),
        "\ufeff條約".encode(),
        "條約".encode("big5"),
        "条约".encode("gb18030"),
        "共助条約".encode("iso-2022-jp"),
        "Présidence".encode("latin-1"),
        "條約 𠮷\n".encode("utf-16"),
        b"\xfe\xff" + ("約" * 100_000).encode("utf-16-be"),
        b"a < b; see <html> below",
    ],
)
def test_text_is_taken_in_any_encoding(data: bytes) -> None:
    assert taken(data, "a.txt")


@pytest.mark.parametrize(
    "data",
    [
        b"a\x00b",
        b"a\x07b",
        b"<!DOCTYPE html><p>",
        b"  \n<script>",
        b"\xef\xbb\xbf<svg>",
        b"<?xml version='1.0'?>",
        b"#!/bin/sh",
        b"{\\rtf1}",
        b"\xff\xfea",
        "\ufeff<html>".encode("utf-16-le"),
        "\ufeffa\x07".encode("utf-16-be"),
        b"\xff\xfe\x00\xd8a\x00",
    ],
)
def test_what_is_no_plain_text_is_refused(data: bytes) -> None:
    assert refusal(data, "a.txt") == ("mismatch", {"extension": "txt"})


@pytest.mark.parametrize(
    "data",
    [
        files.eml(),
        files.eml().replace(b"\r\n", b"\n"),
        b"From mei Mon Jan 1 00:00:00 2024\n" + files.eml(),
        b"Received: from a\r\n\tby b\r\nFROM: mei\r\n\r\n" + "條約".encode("big5"),
        files.eml("<html><script>x</script></html>"),
    ],
)
def test_a_message_is_taken_and_given_out_as_text(data: bytes) -> None:
    assert check_upload(io.BytesIO(data), "a.eml").content_type == "text/plain"


@pytest.mark.parametrize(
    "data",
    [
        b"Dear colleague,\r\nFrom: nobody\r\n",
        b"To: jun@example.org\r\n\r\nFrom: mei\r\n",
        files.eml("a\x00b"),
        b"<html>\nFrom: mei\n\n",
        b"\n" + files.eml(),
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    assert refusal(data, "a.eml") == ("mismatch", {"extension": "eml"})


# Office files


@pytest.mark.parametrize(
    "data",
    [
        files.docx("a", more={"word/vbaProject.bin": b"x"}),
        files.docx("a", more={"word/vbaData.xml": b"<a/>"}),
        files.docx("a", types=(VBA,)),
        files.docx("a", more=related(files.relation("vbaProject", "other.bin"))),
        files.zipped(
            files.office_parts(
                "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", "<a/>"
            )
        ),
    ],
)
def test_a_document_with_macros_is_refused(data: bytes) -> None:
    assert refusal(data, "a.docx") == ("macros", {})


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (files.xlsx_of("", {"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx"),
        (
            files.xlsx_of(
                "", {"xl/_rels/other.xml.rels": files.relations(files.relation("xlMacrosheet", "a.xml"))}
            ),
            "a.xlsx",
        ),
        (files.odt(more={"Basic/Standard/Module1.xml": "<a/>"}), "a.odt"),
        (files.odt(more={"Scripts/python/a.py": "pass"}), "a.odt"),
        (files.odt(more={"META-INF/macrosignatures.xml": "<a/>"}), "a.odt"),
        (files.odt('<script:event-listener xlink:href="vnd.sun.star.script:a"/>'), "a.odt"),
    ],
)
def test_macros_are_found_in_every_kind(data: bytes, name: str) -> None:
    assert refusal(data, name) == ("macros", {})


def test_a_document_that_only_writes_about_macros_is_taken() -> None:
    assert taken(files.docx("vbaProject.bin, DDEAUTO c:\\x"), "a.docx")
    assert taken(files.odt("Basic/Standard"), "a.odt")


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (files.OLE, "word/embeddings/oleObject1.bin"),
        (files.zipped({"a": b"x"}), "word/embeddings/Microsoft_Excel_Sheet1.xlsx"),
        (b"Rar!\x1a\x07\x00", "word/media/image1.png"),
        (b"\x1f\x8b\x08\x00", "word/media/a.gz"),
        (b"MZ\x90\x00\x03", "word/media/image2.emf"),
        (b"a" * 257 + b"ustar\x00", "word/a"),
    ],
)
def test_another_file_inside_a_document_is_refused_by_its_part(head: bytes, part: str) -> None:
    assert refusal(files.docx("a", more={part: head}), "a.docx") == ("embedded", {"part": part})


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("oleObject", ""),
        ("oleObject", "External"),
        ("package", ""),
        ("aFChunk", ""),
        ("subDocument", "External"),
    ],
)
def test_a_relation_to_an_embedded_file_is_refused(kind: str, mode: str) -> None:
    data = files.docx("a", more=related(files.relation(kind, "a.bin", mode)))

    assert refusal(data, "a.docx") == ("embedded", {"part": "a.bin"})


def test_pictures_packed_by_office_links_and_printer_settings_are_taken() -> None:
    more = {
        "word/media/image1.emz": b"\x1f\x8b\x08\x00",
        "word/media/image2.png": files.png(),
        "word/printerSettings/printerSettings1.bin": b"<?xml?><!DOCTYPE plist>",
    }
    links = related(
        files.relation("hyperlink", "https://example.org/", "External"),
        files.relation("image", "media/image2.png"),
        files.relation("styles", "styles.xml"),
    )

    assert taken(files.docx("a", more=more | links), "a.docx")


@pytest.mark.parametrize(
    "target", [REMOTE, "\\\\server\\share\\a.dotm", "file://server/a.dotm", "file:///a.dotm"]
)
def test_a_template_from_elsewhere_is_refused(target: str) -> None:
    template = files.relations(files.relation("attachedTemplate", target, "External"))

    data = files.docx("a", more={"word/_rels/settings.xml.rels": template})
    assert refusal(data, "a.docx") == ("external_template", {"target": target})


@pytest.mark.parametrize("target", ["file:///C:\\Users\\mei\\Templates\\letter.dotx", "D:/letter.dotx"])
def test_the_path_of_a_template_on_the_writers_own_drive_is_taken(target: str) -> None:
    template = files.relations(files.relation("attachedTemplate", target, "External"))

    assert taken(files.docx("a", more={"word/_rels/settings.xml.rels": template}), "a.docx")


@pytest.mark.parametrize("kind", ["control", "activeXControlBinary", "frame"])
def test_a_control_is_refused(kind: str) -> None:
    data = files.docx("a", more=related(files.relation(kind, "activeX1.xml")))

    assert refusal(data, "a.docx") == ("active", {})


@pytest.mark.parametrize(
    "field",
    [
        "<w:instrText> DDEAUTO c:\\\\a.exe </w:instrText>",
        '<w:instrText xml:space="preserve"> D</w:instrText><w:instrText>DE c:\\\\a.exe </w:instrText>',
        '<w:fldSimple w:instr=" dde excel a"/>',
        "<w:t>" + "x" * 70_000 + "</w:t><w:instrText>DDE a</w:instrText>",
        "<w:instrText>" + " " * 70_000 + "DDE a</w:instrText>",
        """<w:fldSimple w:instr="'' dde excel a"/>""",
        '<w:fldSimple w:a="instrText" w:instr="dde excel a"/>',
    ],
)
def test_a_field_that_starts_a_program_is_refused(field: str) -> None:
    assert refusal(files.docx_of(field), "a.docx") == ("active", {})


@pytest.mark.parametrize(
    "field", ["<w:instrText> PAGE </w:instrText>", '<w:fldSimple w:instr=" DATE "/>', "<w:t>DDE a</w:t>"]
)
def test_an_ordinary_field_is_taken(field: str) -> None:
    assert taken(files.docx_of(field), "a.docx")


ODD = ("odd_structure", {})


@pytest.mark.parametrize(
    ("unit", "told"),
    [("instrText ", None), ("instrText>", None), ("instr='' ", ODD)],
)
def test_fields_are_searched_in_one_go_and_more_than_any_document_has_are_refused(unit, told) -> None:
    """FIL-4; byte for byte from each of them on, 200 KB would take seconds of the processor."""
    data = files.docx_of(unit * 101_000)
    began = time.process_time()
    found = None if told is None and taken(data, "a.docx") else refusal(data, "a.docx")

    assert time.process_time() - began < 1
    assert found == told


def test_more_parts_in_a_list_than_any_document_has_are_refused(monkeypatch) -> None:
    """The control is the same list under a higher bound."""
    links = files.relations(*(files.relation("hyperlink", str(one), "External") for one in range(200)))
    data = files.docx("a", more={"word/_rels/document.xml.rels": links})

    assert taken(data, "a.docx")
    monkeypatch.setattr(containers, "MAX_ELEMENTS", 180)
    assert refusal(data, "a.docx") == ODD


def test_a_workbook_link_to_another_program_is_refused() -> None:
    link = {"xl/externalLinks/externalLink1.xml": '<externalLink><ddeLink ddeService="cmd"/></externalLink>'}
    plain = {"xl/externalLinks/externalLink1.xml": "<externalLink><externalBook/></externalLink>"}

    assert refusal(files.xlsx_of("", link), "a.xlsx") == ("active", {})
    assert taken(files.xlsx_of("", plain), "a.xlsx")


@pytest.mark.parametrize(
    "body",
    [
        "<draw:object-ole/>",
        "<draw:plugin/>",
        "<draw:applet/>",
        '<draw:floating-frame xlink:href="http://example.org/"/>',
        "<office:dde-source/>",
    ],
)
def test_an_open_document_with_what_acts_is_refused(body: str) -> None:
    assert refusal(files.odt(body), "a.odt") == ("active", {})


def test_an_open_document_with_a_chart_and_links_is_taken() -> None:
    body = '<draw:object xlink:href="./Object 1"/><text:a xlink:href="https://example.org/">a</text:a>'

    assert taken(files.odt(body, more={"Object 1/content.xml": "<a/>", "Object 1/": b""}), "a.odt")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_an_old_or_locked_office_file_is_refused_as_such(name: str) -> None:
    assert refusal(files.OLE, name) == ("encrypted", {})


def test_a_bomb_and_entities_in_an_office_file_are_refused() -> None:
    assert refusal(files.docx("a", more={"word/a.xml": b" " * 2_000_000}), "a.docx") == ("bomb", {})
    assert refusal(files.docx("a", more={"word/a.xml": "<!DOCTYPE a><a/>"}), "a.docx") == ("xml_entities", {})


def test_a_container_that_is_two_kinds_at_once_is_neither() -> None:
    both = {"mimetype": files.ODT, "content.xml": "<a/>", "META-INF/manifest.xml": "<a/>"}

    for name in ("a.docx", "a.odt"):
        with pytest.raises(UploadRefused):
            check_upload(io.BytesIO(files.docx("a", more=both)), name)
