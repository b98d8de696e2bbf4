"""tracker.sheets.extents: no workbook takes more memory than its text needs, and no error passes for a blank."""

import pytest

from tests.tracker import files
from tests.tracker.test_sheets_reading import read, refusal, workbook


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        (
            f'<row r="1">{files.cell("A1")}</row><row r="1048576">{files.cell("XFD1048576")}</row>',
            1_048_576,
            "XFD",
        ),
        (f'<row r="1">{files.cell("C1")}</row><row r="700000">{files.cell("A700000")}</row>', 700_000, "C"),
        (
            f"<row>{files.cell('A1')}</row><row r='1000001'><c><v>1</v></c><c><v>1</v></c></row>",
            1_000_001,
            "B",
        ),
    ],
)
def test_a_workbook_whose_cells_lie_too_far_apart_is_refused_before_room_is_made(
    rows: str, line: int, column: str
) -> None:
    assert refusal(files.xlsx_of(rows), "a.xlsx") == ("too_spread", {"line": line, "column": column})


def test_a_workbook_with_one_far_cell_within_the_limit_is_read() -> None:
    rows = f'<row r="1">{files.cell("A1")}</row><row r="20000">{files.cell("A20000")}</row>'

    assert read(files.xlsx_of(rows), "a.xlsx").rows == [(20_000, {"x": "x"})]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="B4294967295"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="-1"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99999999999</v></c></row>',
        '<row r="x"/>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        "<row><c>",
    ],
)
def test_a_workbook_with_impossible_cells_is_damaged(rows: str) -> None:
    assert refusal(files.xlsx_of(rows), "a.xlsx") == ("damaged", {})


def test_a_sheet_is_measured_under_any_name_and_refused_behind_stray_bytes() -> None:
    def named(part: str, place: str, before: str = "") -> bytes:
        sheet = f'{before}<worksheet><sheetData><row r="1">{files.cell(place)}</row></sheetData></worksheet>'
        line = f'<Relationship Id="s1" Type="{files.RELATION_TYPES}worksheet" Target="worksheets/{part}"/>'
        more = {f"xl/worksheets/{part}": sheet, "xl/_rels/workbook.xml.rels": files.relations(line)}
        return files.xlsx_of("", more)

    for part in ("sheet1.dat", "printerSettings1.bin", "sheet1.vml"):
        assert refusal(named(part, "A1", "x"), "a.xlsx") == ("damaged", {})
    assert read(named("sheet1.dat", "A1"), "a.xlsx").header == ["x"]
    assert refusal(named("sheet1.dat", "XFD1048576"), "a.xlsx")[0] == "too_spread"
    assert refusal(named("printerSettings1.bin", "A1"), "a.xlsx") == ("damaged", {})


@pytest.mark.parametrize("promise", ["count", "uniqueCount"])
def test_a_count_that_promises_more_than_a_file_can_hold_is_damaged(promise: str) -> None:
    def shared(count: str) -> bytes:
        texts = f'<sst {promise}="{count}"><si><t>甲</t></si></sst>'
        relation = '<Relationship Id="t" Type="sharedStrings" Target="sharedStrings.xml"/>'
        rels = files.relations(
            f'<Relationship Id="s1" Type="{files.RELATION_TYPES}worksheet" Target="worksheets/sheet1.xml"/>',
            relation,
        )
        rows = f'<row r="1">{files.cell("A1", "s")}</row>'
        return files.xlsx_of(rows, {"xl/_rels/workbook.xml.rels": rels, "xl/sharedStrings.xml": texts})

    assert read(shared("1"), "a.xlsx").header == ["甲"]
    assert refusal(shared("4294967295"), "a.xlsx") == ("damaged", {})


def test_one_long_text_in_many_cells_counts_for_each_of_them() -> None:
    def shared(times: int) -> bytes:
        rows = "".join(f'<row r="{n}">{files.cell(f"A{n}", "s")}</row>' for n in range(1, times + 1))
        return files.xlsx_of(rows, {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 30_000}</t></si></sst>"})

    assert len(read(shared(3), "a.xlsx").rows) == 2
    assert refusal(shared(1_700), "a.xlsx") == ("too_much_text", {"limit": 50})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (
            f'<table:table-row table:number-rows-repeated="1000000">{files.ods_text("x", 3)}</table:table-row>',
            "too_spread",
        ),
        (
            f'<table:table-row table:number-rows-repeated="1000000">{files.ods_text("x" * 51)}</table:table-row>',
            "too_much_text",
        ),
        (
            f'<table:table-row table:number-rows-repeated="1048577">{files.ods_text("x")}</table:table-row>',
            "damaged",
        ),
        (f"<table:table-row>{files.ods_text('x', 16_385)}</table:table-row>", "damaged"),
        (f"<table:table-row>{files.ods_text('x', -1)}</table:table-row>", "damaged"),
    ],
)
def test_an_ods_sheet_that_repeats_itself_too_often_is_refused(row: str, code: str) -> None:
    assert refusal(files.ods_of(row), "a.ods")[0] == code


def test_an_ods_sheet_may_repeat_a_line() -> None:
    head = f"<table:table-row>{files.ods_text('a')}</table:table-row>"
    data = files.ods_of(
        head + f'<table:table-row table:number-rows-repeated="2">{files.ods_text("x")}</table:table-row>'
    )

    assert read(data, "a.ods").rows == [(2, {"a": "x"}), (3, {"a": "x"})]


def test_a_far_cell_on_a_later_ods_table_is_refused_too() -> None:
    far = f'<table:table-row table:number-rows-repeated="1000000">{files.ods_text("x", 3)}</table:table-row>'
    data = files.ods_of(
        f"<table:table-row>{files.ods_text('a')}</table:table-row>",
        tables=f'<table:table table:name="二">{far}</table:table>',
    )

    assert refusal(data, "a.ods")[0] == "too_spread"


def test_a_cell_with_an_error_is_refused_by_its_place() -> None:
    rows = f'<row r="1">{files.cell("A1")}</row><row r="2">{files.cell("A2", "e")}</row>'
    wrong = '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    spreadsheet = files.ods_of(
        f"<table:table-row>{files.ods_text('a')}</table:table-row><table:table-row>{wrong}</table:table-row>"
    )

    assert refusal(files.xlsx_of(rows), "a.xlsx") == ("cell_error", {"cell": "A2"})
    assert refusal(spreadsheet, "a.ods") == ("cell_error", {"cell": "A2"})


def test_an_error_on_a_sheet_that_is_not_read_does_not_matter() -> None:
    data = workbook({"A1": "a", "A2": "1"}, {"A1": "=1/0"})

    assert read(data, "a.xlsx").rows == [(2, {"a": "1"})]


def test_a_workbook_from_a_mac_with_printer_settings_is_read() -> None:
    settings_part = (
        '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ""><plist></plist>'
    )
    rows = f'<row r="1">{files.cell("A1")}</row>'

    data = files.xlsx_of(rows, {"xl/printerSettings/printerSettings1.bin": settings_part})
    assert read(data, "a.xlsx").header == ["x"]
    data = files.xlsx_of(rows, {"xl/other.bin": settings_part})
    assert refusal(data, "a.xlsx") == ("xml_entities", {})
