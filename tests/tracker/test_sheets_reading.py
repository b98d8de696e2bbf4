"""tracker.sheets.reading: every cell as text with its true line, or a refusal that names the place (UNI-7)."""

import io
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker import files
from tracker.containers import MAX_FILE
from tracker.sheets import Sheet, SheetError, read_rows, sheet_response

UTF_8_BOM = b"\xef\xbb\xbf"


# Closing an answer tells Django that the request is over, and it looks after its connections.
pytestmark = pytest.mark.django_db


def read(data: bytes, name: str = "表.csv", **limits: int) -> Sheet:
    return read_rows(io.BytesIO(data), name, **limits)


def refusal(data: bytes, name: str = "表.csv", **limits: int) -> tuple[str, dict[str, object]]:
    """The code and params of the refusal, whose sentence must be complete."""
    with pytest.raises(SheetError) as refused:
        read(data, name, **limits)
    sentence = str(refused.value)
    assert sentence and "%(" not in sentence
    return refused.value.code, refused.value.params


def workbook(*sheets: dict[str, object], **options: object) -> bytes:
    """An XLSX file of sheets given as {cell: value}."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for cells in sheets:
            sheet = book.add_worksheet()
            if "hidden" not in cells:
                sheet.activate()
            for place, value in cells.items():
                if place == "hidden":
                    sheet.hide()
                elif isinstance(value, date | time):
                    sheet.write_datetime(place, value, day)
                else:
                    sheet.write(place, value)
    return file.getvalue()


def test_a_csv_file_gives_rows_by_column_name_with_their_lines() -> None:
    sheet = read('編號, 名稱 \r\nA-1,甲國\r\n\r\n , \r\nA-2,"乙\r\n國"\r\nA-3\r\n'.encode())

    assert sheet == Sheet(
        header=["編號", "名稱"],
        rows=[
            (2, {"編號": "A-1", "名稱": "甲國"}),
            (5, {"編號": "A-2", "名稱": "乙\n國"}),
            (7, {"編號": "A-3", "名稱": ""}),
        ],
        encoding="utf-8",
    )


@pytest.mark.parametrize("mark", [b"", UTF_8_BOM])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(mark: bytes) -> None:
    sheet = read(mark + "名稱\n臺灣\n".encode())

    assert (sheet.header, sheet.rows, sheet.encoding) == (["名稱"], [(2, {"名稱": "臺灣"})], "utf-8")


def test_big5_is_read_as_code_page_950() -> None:
    sheet = read("名稱,狀態\r\n刑事司法互助條約,許功蓋\r\n".encode("cp950"))

    assert sheet.rows == [(2, {"名稱": "刑事司法互助條約", "狀態": "許功蓋"})]
    assert sheet.encoding == "cp950"


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        ("名稱\n甲國\n".encode() + b"\xff\n", 3, "0xFF"),
        ("名稱\r\n甲國\r\n".encode("cp950") + b"ok\r\n\xff\r\n", 4, "0xFF"),
        (UTF_8_BOM + "名稱\n".encode() + "甲國\n".encode("cp950"), 2, "0xA5"),
        ("名稱\n国家间司法协助条约\n".encode("shift_jis", "ignore") + b"\x81\n", 1, "0x96"),
    ],
)
def test_a_byte_that_is_neither_utf_8_nor_big5_is_refused_with_its_line(
    data: bytes, line: int, byte: str
) -> None:
    assert refusal(data) == ("encoding", {"line": line, "byte": byte})


@pytest.mark.parametrize(
    "data",
    ["美国,条约\n法国,协定\n".encode("gb18030"), "name\nPrésidence de la République\n".encode("latin-1")],
)
def test_bytes_that_would_pass_as_big5_but_make_no_sense_are_refused(data: bytes) -> None:
    assert data.decode("cp950")
    assert refusal(data)[0] == "encoding_doubtful"


def test_a_rare_name_in_big5_is_no_reason_to_refuse() -> None:
    sheet = read("姓名,備註\r\n游錫鐃,刑事司法互助條約之簽署\r\n".encode("cp950"))

    assert sheet.rows[0][1]["姓名"] == "游錫鐃"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_refused_by_name(encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""

    assert refusal(mark + "名稱\n甲\n".encode(encoding)) == ("encoding_utf16", {})


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "empty", {}),
        ("\n \n,,\n", "no_header", {}),
        ("\ufeff\ufeff,\n1,2\n", "no_header", {}),
        ("a,,c\n1,2,3\n", "header_empty", {"column": "B"}),
        ("a,b, A\n", "header_twice", {"header": "A"}),
        ("a,b\n1,2,3\n", "extra_cells", {"line": 2}),
        ('a,b\n1,"2\n3,4\n', "quotes", {"line": 2}),
        ('a,b\n"1"x,2\n', "quotes", {"line": 2}),
        ("a;b\n1;2,5\n", "delimiter", {}),
        ("a\tb\n1\t2\n", "delimiter", {}),
        ("a\n" + "x" * 32_768, "cell_too_long", {"line": 2, "limit": 32_767}),
        ("a\n" + "x" * 200_000, "cell_too_long", {"line": 2, "limit": 32_767}),
        (",".join(f"c{n}" for n in range(201)), "too_many_columns", {"limit": 200}),
    ],
)
def test_a_csv_file_that_is_no_table_is_refused(text: str, code: str, params: dict[str, object]) -> None:
    assert refusal(text.encode()) == (code, params)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\n",
        "a,b,,\n1,2,,\n",
        'a,b\n1,"2"\n',
        "a;b,c\n1;2,5\n",
        "a\n" + "x" * 32_767,
        ",".join(f"c{n}" for n in range(200)),
    ],
)
def test_the_sound_twins_of_those_are_read(text: str) -> None:
    assert read(text.encode()).header


def test_control_characters_are_dropped_and_line_ends_and_tabs_kept() -> None:
    sheet = read(b'\xef\xbb\xbfa,b\n"x\x00\x07\ty\x1b","1\r\n2\r3"\n')

    assert sheet.rows == [(2, {"a": "x\ty", "b": "1\n2\n3"})]


def test_one_row_more_than_the_limit_is_refused() -> None:
    data = b"a\n1\n\n2\n"

    assert len(read(data, max_rows=2).rows) == 2
    assert refusal(data, max_rows=1) == ("too_many_rows", {"limit": 1})


@pytest.mark.parametrize("name", ["表.xls", "表.txt", "表", "表.csv.exe"])
def test_other_kinds_of_file_are_refused(name: str) -> None:
    assert refusal(b"a\n1\n", name) == ("format", {"name": name})


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"a,b\n1,2\n", "a.xlsx", "mismatch"),
        (files.SOUND["ods"], "a.xlsx", "mismatch"),
        (files.SOUND["xlsx"], "a.ods", "mismatch"),
        (files.SOUND["docx"], "a.xlsx", "mismatch"),
        (files.SOUND["xlsx"], "a.csv", "mismatch"),
        (files.OLE, "a.xlsx", "encrypted"),
        (files.OLE, "a.csv", "mismatch"),
        (files.SOUND["xlsx"][:-30], "a.xlsx", "damaged"),
        (b"a" * (MAX_FILE + 1), "a.csv", "too_large"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name)[0] == code


def test_a_file_of_exactly_the_limit_is_read() -> None:
    assert read(b"a\n1\n" + (b" " * 1023 + b"\n") * (MAX_FILE // 1024 - 1) + b" " * 1020).rows == [
        (2, {"a": "1"})
    ]


def test_a_workbook_gives_whole_numbers_and_iso_dates_as_text() -> None:
    data = workbook(
        {"A1": "a", "B1": "b", "C1": "c", "A2": 12, "B2": 0.1 + 0.2, "C2": True}
        | {"A4": date(2024, 1, 2), "B4": datetime(2024, 1, 2, 9, 30), "C4": time(9, 30)}
        | {"A5": -1e15, "B5": 123456789012345, "C5": "0912"}
    )

    assert read(data, "a.xlsx").rows == [
        (2, {"a": "12", "b": "0.3", "c": "TRUE"}),
        (4, {"a": "2024-01-02", "b": "2024-01-02 09:30:00", "c": "09:30:00"}),
        (5, {"a": "-1e+15", "b": "123456789012345", "c": "0912"}),
    ]


def test_a_table_that_does_not_begin_in_the_corner_keeps_its_lines() -> None:
    with pytest.raises(SheetError) as refused:
        read(workbook({"B3": "a", "C3": "b", "B5": "1"}), "a.xlsx")
    assert (refused.value.code, refused.value.params) == ("header_empty", {"column": "A"})

    assert read(workbook({"A3": "a", "B3": "b", "B6": "1"}), "a.xlsx").rows == [(6, {"a": "", "b": "1"})]


def test_the_first_sheet_in_view_is_read_and_the_others_are_named() -> None:
    data = workbook(
        {"hidden": True, "A1": "x"}, {"A1": "a", "A2": "1"}, {"A1": "b"}, {"A1": "c", "hidden": True}
    )

    sheet = read(data, "a.xlsx")
    assert (sheet.header, sheet.title, sheet.others) == (["a"], "Sheet2", ("Sheet3",))


def test_a_workbook_without_a_sheet_in_view_or_without_its_part_is_refused() -> None:
    hidden = '<workbook><sheets><sheet name="表" sheetId="1" state="hidden" r:id="s1" xmlns:r="urn:r"/></sheets></workbook>'

    assert refusal(files.xlsx_of("", {"xl/workbook.xml": hidden}), "a.xlsx") == ("no_header", {})
    elsewhere = files.relations(
        f'<Relationship Id="s1" Type="{files.RELATION_TYPES}worksheet" Target="a.xml"/>'
    )
    assert refusal(files.xlsx_of("", {"xl/_rels/workbook.xml.rels": elsewhere}), "a.xlsx") == ("damaged", {})


def test_an_ods_sheet_is_read_like_any_other() -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2024-01-02"><text:p>一月二日</text:p></table:table-cell>'
    twelve = '<table:table-cell office:value-type="float" office:value="12"><text:p>12.00</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    data = files.ods_of(
        f"<table:table-row>{files.ods_text('a')}{files.ods_text('b')}{empty}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{empty}</table:table-row>'
        f"<table:table-row>{twelve}{day}{empty}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048572">{empty}</table:table-row>'
    )

    assert read(data, "a.ods") == Sheet(["a", "b"], [(4, {"a": "12", "b": "2024-01-02"})], title="表")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["=1", "'=1", "''+", " -x", "＝", "'"]
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(texts, texts), max_size=4))
def test_what_is_written_is_what_is_read(rows: list[tuple[str, str]]) -> None:
    expected = [
        (line, {"a": a, "b": b}) for line, (a, b) in enumerate(rows, start=2) if a.strip() or b.strip()
    ]
    for format in ("csv", "xlsx", "ods"):
        response = sheet_response(format, "表", ["a", "b"], rows)
        data = b"".join(response.streaming_content)
        response.close()
        assert (format, read(data, f"a.{format}").rows) == (format, expected)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200), name=st.sampled_from(["a.csv", "a.xlsx", "a.ods"]))
def test_no_bytes_end_in_anything_but_a_sheet_or_a_refusal(data: bytes, name: str) -> None:
    try:
        read(data, name)
    except SheetError as refused:
        assert str(refused)
