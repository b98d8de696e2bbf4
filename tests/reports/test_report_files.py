"""`manage.py report` and `reports`: every report in every form, with the same rows."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from reports.catalogue import REPORTS, Column, Kind, Parameters, Report
from reports.printing import Signing, paper_of
from reports.serving import as_bytes
from reports.sheets import write_report
from tests.pdfreader import read_pdf
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db


def run(*given, **options):
    out = StringIO()
    call_command("report", *given, stdout=out, **options)
    return out.getvalue()


def made(rows, columns, **fields):
    return Report("X01", "示例報表", Parameters(date(2024, 12, 31)), columns, rows, **fields)


def test_every_report_of_the_catalogue_is_written_as_json(loaded):
    for code in REPORTS:
        data = json.loads(run(code, "--as-of", "2024-12-31"))
        assert data.keys() >= {"code", "title", "as_of", "columns", "rows", "totals", "checks"}, code
        assert (data["code"], data["as_of"]) == (code, "2024-12-31")
        assert all(check.keys() == {"name", "ok", "detail"} for check in data["checks"])


def test_the_list_names_every_report_and_what_it_takes(db):
    out = StringIO()

    call_command("reports", "--format", "json", stdout=out)

    listed = {one["code"]: one for one in json.loads(out.getvalue())["reports"]}
    assert list(listed) == list(REPORTS)
    assert listed["T4"]["takes"] == ["as_of", "known_on", "with_samples"]


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "ods", "pdf"])
def test_a_report_is_written_to_a_file_in_every_form(loaded, tmp_path, form):
    file = tmp_path / f"t4.{form}"

    run("T4", "--as-of", "2024-12-31", "--language", "en", "--format", form, "--output", str(file))

    if form == "json":
        totals = [str(cell) for cell in json.loads(file.read_text("utf-8"))["totals"][1:]]
    elif form == "pdf":
        text = read_pdf(file.read_bytes()).text.replace(",", "").split("\n")
        totals = text[text.index("3507") :][:5]
    else:
        sheet = read_rows(io.BytesIO(file.read_bytes()), file.name)
        totals = list(sheet.rows[-1][1].values())[1:6]
    assert totals == ["3507", "1675", "919", "645", "182"]


def test_csv_goes_to_the_screen_and_a_workbook_wants_a_file(loaded):
    rows = list(csv.reader(StringIO(run("T4", "--as-of", "2024-12-31", "--format", "csv").lstrip("\ufeff"))))

    assert rows[-1][1] == "3507"
    with pytest.raises(CommandError, match="--output"):
        run("T4", "--format", "xlsx")


def test_a_parameter_that_a_report_does_not_take_is_refused(loaded):
    with pytest.raises(CommandError, match="T4 does not take --partner"):
        run("T4", "--partner", "TH")


COLUMNS = (
    Column("what", "項目", Kind.TEXT),
    Column("partner", "國家", Kind.PARTNER),
    Column("kind", "種類", Kind.CODE, words={"civil": "民事"}),
    Column("n", "件數", Kind.NUMBER, decimals=1),
)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_a_cell_that_begins_like_a_formula_stays_text(db, form):
    file = io.BytesIO()

    write_report(made((("=1+1", "XA", "civil", Decimal("2.5")),), COLUMNS), form, file)

    file.seek(0)
    sheet = read_rows(file, f"a.{form}")
    assert [list(cells.values()) for _line, cells in sheet.rows] == [
        ["=1+1", "XA", "XA", "civil", "民事", "2.5"]
    ]
    if form == "csv":
        assert b"'=1+1" in file.getvalue()


def test_unknown_cells_stay_empty_in_a_sheet_and_no_zero(db):
    file = io.BytesIO()

    write_report(made((("甲", None, None, None),), COLUMNS), "csv", file)

    assert file.getvalue().decode("utf-8-sig").splitlines()[1] == '"甲","","","","",""'


def test_a_workbook_says_on_its_second_sheet_what_must_be_known(loaded):
    with translation.override("en"):
        report = REPORTS["T5"].run(Parameters(date(2024, 12, 31)), reader=None)
        data = as_bytes(report, "xlsx", made_at=datetime(2025, 3, 20, tzinfo=UTC))

    sheet = read_rows(io.BytesIO(data), "t5.xlsx")
    assert sheet.others == ("About",)


def test_a_wide_table_lies_across_the_paper_and_a_long_one_repeats_its_head(db):
    narrow = made((("甲", None, None, 1),), COLUMNS)
    columns = (COLUMNS[0], *(Column(f"c{place}", f"第{place}欄") for place in range(9)))
    wide = made(tuple((f"列{row}", *range(9)) for row in range(80)), columns)
    moment = datetime(2025, 3, 20, tzinfo=UTC)

    read = read_pdf(as_bytes(wide, "pdf", made_at=moment))

    assert [paper_of(one, made_at=moment, signing=Signing()).landscape for one in (narrow, wide)] == [
        False,
        True,
    ]
    assert len(read.pages) > 2
    assert all("第8欄" in page for page in read.pages)
    assert [f"第 {n} 頁，共 {len(read.pages)} 頁" in page for n, page in enumerate(read.pages, 1)] == [
        True
    ] * len(read.pages)


def test_the_pdf_of_a_report_speaks_english_too(loaded):
    with translation.override("en"):
        report = REPORTS["T4"].run(Parameters(date(2024, 12, 31)), reader=None)
        read = read_pdf(as_bytes(report, "pdf", made_at=datetime(2025, 3, 20, tzinfo=UTC)))

    assert read.language == "en-GB"
    assert "Thailand" in read.text
    assert "Page 1 of 1" in read.text
