"""The files that the import reads: every encoding and format, the original register, and the template."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest

from agreements.actions.importing import COLUMNS as COLUMNS_OF_A_FILE
from agreements.actions.importing import check_file, read_register
from agreements.actions.loading import REGISTER
from tests import makers
from tests.agreements.registers import COLUMNS, TODAY, csv_bytes, row
from tracker.importing import allowed_in, template_header, template_rows
from tracker.sheets import SheetError, csv_chunks, write_ods, write_xlsx

NEWER_COLUMNS = {"initialled", "first_signature", "promulgated", "urgent_confirmation_days"}


def read(content: bytes, name: str) -> list[tuple[str, str, str]]:
    register = read_register(io.BytesIO(content), name, today=TODAY)
    assert [one.errors for one in register.rows if one.errors] == []
    return [(one.title_zh, str(one.day("signed")), one.status) for one in register.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5", "cp950"])
def test_a_csv_file_is_read_in_every_encoding_that_offices_use(encoding):
    content = csv_bytes(row("中華民國與甲國刑事司法互助條約", signed="112年3月"), encoding=encoding)

    assert read(content, "名單.csv") == [("中華民國與甲國刑事司法互助條約", "2023-03", "signed")]


@pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_ods, "a.ods")])
def test_a_workbook_is_read(write: Callable[..., None], name: str):
    file = io.BytesIO()
    cells = row()
    write(COLUMNS, [[cells.get(column, "") for column in COLUMNS]], file, "示例")

    assert read(file.getvalue(), name) == [("示例刑事司法互助條約", "2023-03-01", "signed")]


def test_years_typed_as_numbers_into_a_workbook_are_years():
    file = io.BytesIO()
    cells: dict[str, Any] = row() | {"signed": 2023}
    write_xlsx(COLUMNS, [[cells.get(column, "") for column in COLUMNS]], file, "示例")

    assert read(file.getvalue(), "a.xlsx") == [("示例刑事司法互助條約", "2023", "signed")]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"\xff\xfe\x00\x01", "a.csv", "encoding_utf16"),
        (csv_bytes(row())[:-5] + b"\xff\xff\xff", "a.csv", "encoding"),
        (b"%PDF-1.7", "a.pdf", "format"),
        (b"PK\x03\x04", "a.csv", "mismatch"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(content, name, code):
    with pytest.raises(SheetError) as refused:
        read(content, name)

    assert refused.value.code == code
    assert str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_the_template_with_its_example_is_read_again(form):
    makers.partner("XA")
    file: BinaryIO = io.BytesIO()
    if form == "csv":
        file = io.BytesIO(
            b"".join(csv_chunks(template_header(COLUMNS_OF_A_FILE), template_rows(COLUMNS_OF_A_FILE)))
        )
    else:
        {"xlsx": write_xlsx, "ods": write_ods}[form](
            template_header(COLUMNS_OF_A_FILE), template_rows(COLUMNS_OF_A_FILE), file, "template"
        )
    file.seek(0)

    checked = check_file(by=makers.lin(), file=read_register(file, f"a.{form}", today=TODAY), today=TODAY)

    assert checked.counts == {"add": 1, "change": 0, "skip": 0, "refuse": 0}


def test_every_allowed_value_of_every_column_is_accepted():
    for column in COLUMNS_OF_A_FILE:
        for allowed in allowed_in(column):
            for text in allowed:
                cells = row(signed="") | {column.name: text}
                read_again = read_register(io.BytesIO(csv_bytes(cells)), "a.csv", today=TODAY)
                assert [error for one in read_again.rows for error in one.errors] == []


def test_the_register_without_the_newer_columns_is_read_too():
    """The register as it was first gathered has no columns for the first signature and so on."""
    with REGISTER.open("rb") as file:
        whole = read_register(file, "whole.csv", today=TODAY)
    columns = [
        name for name in template_header(COLUMNS_OF_A_FILE) if name not in NEWER_COLUMNS | {"number", "ended"}
    ]
    older = [{name: one.cells.get(name, "") for name in columns} for one in whole.rows]

    content = csv_bytes(*older, columns=columns)

    assert len(read(content, "older.csv")) == 49
