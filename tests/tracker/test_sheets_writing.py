"""tracker.sheets.writing: text stays text, numbers stay numbers, and rows are not kept (INJ-7)."""

import csv
import io
import re
import xml.dom.minidom
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import Message

import pytest
from django.utils.functional import lazystr

from tracker.sheets import (
    FORMATS,
    Beside,
    SheetError,
    csv_chunks,
    read_rows,
    sheet_response,
    write_ods,
    write_xlsx,
    writing,
)

# Closing an answer tells Django that the request is over, and it looks after its connections.
pytestmark = pytest.mark.django_db

HEADER = ["名稱", "值"]
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
    " =1",
    "\x00=1",
    "　=1",
    "\n=1",
    "'=1",
]


def written(format: str, header: list[str], rows: list[list[object]], title: str = "條約") -> bytes:
    file = io.BytesIO()
    {"xlsx": write_xlsx, "ods": write_ods}[format](header, rows, file, title)
    return file.getvalue()


def part(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def names_of(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_a_csv_file_is_utf_8_with_bom_and_crlf_and_quotes_every_text() -> None:
    data = b"".join(csv_chunks(HEADER, [["甲國, 乙國", 3], ['say "hi"', None]]))

    assert data == '\ufeff"名稱","值"\r\n"甲國, 乙國",3\r\n"say ""hi""",""\r\n'.encode()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe_in_csv(text: str) -> None:
    data = b"".join(csv_chunks(["a"], [[text], ["ok;" + text]]))

    first, second = [row[0] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))][1:]
    plain = text.replace("\x00", "").replace("\r", "\n")
    assert (first, second) == ("'" + plain, "ok;" + plain)


@pytest.mark.parametrize("text", ["甲國", "a=b", "1-2", "mei@example.org", "'", "", "0912"])
def test_a_harmless_text_gets_no_apostrophe(text: str) -> None:
    data = b"".join(csv_chunks(["a"], [[text]]))

    assert data.decode("utf-8-sig") == f'"a"\r\n"{text}"\r\n'


@pytest.mark.parametrize("number", [-3, -2.5, Decimal("-1.50"), 0, 10**14])
def test_a_number_stays_a_number_in_every_format(number: int | float | Decimal) -> None:
    assert b"".join(csv_chunks(["a"], [[number]])).decode("utf-8-sig") == f'"a"\r\n{number}\r\n'
    assert f"<v>{number:.16G}</v>" in part(written("xlsx", ["a"], [[number]]), "xl/worksheets/sheet1.xml")
    assert f'office:value-type="float" office:value="{number}"' in part(
        written("ods", ["a"], [[number]]), "content.xml"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "TRUE"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=UTC), "2024-01-02 03:04:05+00:00"),
        (lazystr("繁體"), "繁體"),
        (12345678901234567890, "12345678901234567890"),
        (Decimal("1.2345678901234567"), "1.2345678901234567"),
        (float("nan"), "nan"),
        ("a\x00\x08\ud800\uffffb", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x" * 40_000, "x" * 32_766 + "…"),
    ],
)
def test_what_is_neither_text_nor_a_safe_number_is_written_as_text(value: object, text: str) -> None:
    for format in ("xlsx", "ods"):
        sheet = read_rows(io.BytesIO(written(format, ["a", "b"], [[value, "x"]])), f"a.{format}")
        assert sheet.rows == [(2, {"a": text, "b": "x"})]


@pytest.mark.parametrize(
    "text", [*FORMULAS, "https://example.org/", "mailto:a@example.org", "internal:Sheet1!A1"]
)
def test_no_text_becomes_a_formula_or_a_link_in_a_workbook(text: str) -> None:
    workbook = written("xlsx", [text], [[text]])
    spreadsheet = written("ods", [text], [[text]])

    sheet = part(workbook, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet and "hyperlink" not in sheet and sheet.count('t="inlineStr"') == 2
    assert not [name for name in names_of(workbook) if "sheet1.xml.rels" in name]
    content = part(spreadsheet, "content.xml")
    assert "formula" not in content and content.count('office:value-type="string"') == 2


def test_the_header_of_a_workbook_is_bold_and_stays_in_view() -> None:
    data = written("xlsx", HEADER, [["甲", 1]])

    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert '<pane ySplit="1" topLeftCell="A2"' in sheet
    assert re.findall(r'<c r="([A-Z]\d)" s="1"', sheet) == ["A1", "B1"]
    assert "<b/>" in part(data, "xl/styles.xml")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("條約", "條約"),
        ("a/b:c*d?e[f]g\\h", "a b c d e f g h"),
        ("'quoted'", "quoted"),
        ("字" * 40, "字" * 31),
        ("[]", "1"),
        ('甲\x00<&"', '甲<&"'),
    ],
)
def test_a_title_becomes_a_name_that_sheets_take(title: str, name: str) -> None:
    for format in ("xlsx", "ods"):
        data = written(format, ["a"], [["b"]], title)
        assert read_rows(io.BytesIO(data), f"a.{format}").title == name


def test_an_ods_file_begins_with_its_type_unpacked_and_is_well_formed() -> None:
    data = written("ods", HEADER, [["<甲 & 乙>\t二\n  三  ", -1.5]])

    archive = zipfile.ZipFile(io.BytesIO(data))
    assert data[30:84] == b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
    assert [(entry.filename, entry.compress_type) for entry in archive.infolist()] == [
        ("mimetype", zipfile.ZIP_STORED),
        ("content.xml", zipfile.ZIP_DEFLATED),
        ("styles.xml", zipfile.ZIP_DEFLATED),
        ("META-INF/manifest.xml", zipfile.ZIP_DEFLATED),
    ]
    for name in archive.namelist()[1:]:
        xml.dom.minidom.parseString(archive.read(name))
    assert (
        "<text:p>&lt;甲 &amp; 乙&gt;<text:tab/>二</text:p>"
        '<text:p><text:s text:c="2"/>三<text:s text:c="2"/></text:p>'
    ) in archive.read("content.xml").decode()


def test_the_same_rows_make_the_same_ods_file() -> None:
    assert written("ods", HEADER, [["甲", 1]]) == written("ods", HEADER, [["甲", 1]])


def test_csv_leaves_before_the_rows_are_at_their_end() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[object]]:
        for number in range(100_000):
            taken.append(number)
            yield [number, "條約"]

    chunks = csv_chunks(HEADER, rows())

    assert next(chunks) == b"\xef\xbb\xbf" and taken == []
    next(chunks)
    assert 1_000 < len(taken) < 20_000


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_rows_beyond_what_a_spreadsheet_takes_are_refused_not_dropped(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 3)

    assert len(read_rows(io.BytesIO(written(format, ["a"], [["1"], ["2"]])), f"a.{format}").rows) == 2
    with pytest.raises(SheetError) as refused:
        written(format, ["a"], [["1"], ["2"], ["3"]])
    assert (refused.value.code, refused.value.params) == ("rows_do_not_fit", {"limit": 2})


@pytest.mark.parametrize("format", FORMATS)
def test_a_response_is_a_download_under_a_chinese_name(format: str) -> None:
    response = sheet_response(format, "甲國 條約", HEADER, [["甲", 1]])

    body = b"".join(response.streaming_content)
    response.close()
    header = Message()
    header["Content-Disposition"] = response.headers["Content-Disposition"]
    assert response.status_code == 200
    assert header.get_filename() == f"甲國 條約.{format}"
    assert response.headers["Content-Type"] == FORMATS[format].content_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert read_rows(io.BytesIO(body), f"a.{format}").rows == [(2, {"名稱": "甲", "值": "1"})]


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_name_cannot_add_a_header(format: str) -> None:
    response = sheet_response(format, 'a"\r\nSet-Cookie: b=c', HEADER, [])
    response.close()

    assert (
        response.headers["Content-Disposition"]
        == f"attachment; filename*=UTF-8''a%22Set-Cookie%3A%20b%3Dc.{format}"
    )


def test_an_unknown_format_is_no_response() -> None:
    with pytest.raises(KeyError):
        sheet_response("pdf", "a", HEADER, [])


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_a_second_sheet_holds_what_stands_beside_the_rows(format: str) -> None:
    file = io.BytesIO()
    notes = Beside("說明", ["欄", "內容"], [["來源", "=1+1"]])

    {"xlsx": write_xlsx, "ods": write_ods}[format](HEADER, [["甲國", 3]], file, "條約", notes)

    read = read_rows(file, f"a.{format}")
    assert (read.title, read.rows, read.others) == ("條約", [(2, {"名稱": "甲國", "值": "3"})], ("說明",))
