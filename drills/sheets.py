"""Opens every report's XLSX and ODS in LibreOffice Calc and lays what it reads beside the rows that were written (INJ-7).

    uv run python -m drills.sheets

Prepares the demo in a database of its own (about a minute), and writes nothing elsewhere. Texts that look like formulas,
numbers or days are written and opened too, with a sheet that holds a real formula as the control. Prints its figures as
JSON; ends with 1 when anything differs, or when the control goes unseen.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import django

OWN = Path(tempfile.mkdtemp(prefix="drill-sheets-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
os.environ |= {
    "DATABASE_URL": f"sqlite:////{str(OWN / 'own.sqlite3').lstrip('/')}",
    "DOCUMENTS_DIR": str(OWN / "documents"),
}
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import translation  # noqa: E402

from drills.calc import Found, compare, open_in_calc, read_sheets, version  # noqa: E402
from reports.catalogue import REPORTS, Parameters, Report  # noqa: E402
from reports.sheets import beside_of, header_of, rows_of, write_report  # noqa: E402
from reports.written import write  # noqa: E402
from tracker.commands import taipei_today  # noqa: E402
from tracker.sheets import write_ods, write_xlsx  # noqa: E402

FORMS = ("xlsx", "ods")
LANGUAGES = ("zh-hant", "en")
LOSES_TABS = ("ods",)
"""Calc 7.4 reads no tabulator in a cell of OpenDocument (`text:tab`), though the file holds it; what is left stays text."""
HOSTILE = (
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "'=1+1",
    "＝1+1",
    "007",
    "1E5",
    "2024-12-31",
    "3/4",
    "1,234",
    "TRUE",
    "http://example.org/",
    "兩行\n第二行",
    'a"b,c;d',
    "0.1",
    "12345678901234567890",
)
"""Texts that a sheet must keep as they are."""
CONTROL = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="control"><table:table-row><table:table-cell office:value-type="string"><text:p>text</text:p>
</table:table-cell></table:table-row><table:table-row><table:table-cell table:formula="of:=LEN(&quot;ab&quot;)"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document>
"""
"""A sheet with a real formula, where its text was meant."""


def hostile_texts(folder: Path) -> Iterator[Found]:
    """Texts that look like something else, in both forms; the control comes last."""
    written = [["text", "beside"], *([text, "x"] for text in HOSTILE)]
    for form, write_sheet in (("xlsx", write_xlsx), ("ods", write_ods)):
        with (folder / f"hostile_{form}.{form}").open("w+b") as file:
            write_sheet(written[0], iter(written[1:]), file, "hostile")
    (folder / "control.fods").write_text(CONTROL, encoding="utf-8")
    out = folder / "opened"
    out.mkdir()
    open_in_calc(sorted(folder.glob("*.*ods")) + sorted(folder.glob("*.xlsx")), out)
    for form in FORMS:
        kept = [[cell.replace("\t", "") if form in LOSES_TABS else cell for cell in row] for row in written]
        yield compare(f"hostile.{form}", kept, read_sheets(out, f"hostile_{form}")[0])
    yield compare("control", [["text"], ["ab"]], read_sheets(out, "control")[0])


def reports_opened(folder: Path) -> Iterator[Found]:
    """Every report of the catalogue with the samples of the demo, in both languages and forms, both sheets of each."""
    asked = Parameters(taipei_today(), with_samples=True)
    for language in LANGUAGES:
        with translation.override(language):
            made = {code: entry.run(asked, reader=None) for code, entry in REPORTS.items()}
            yield from _opened(made, folder / language)


def _opened(made: dict[str, Report], folder: Path) -> Iterator[Found]:
    for form in FORMS:
        out = folder / form
        out.mkdir(parents=True)
        for code, report in made.items():
            with (folder / f"{code}.{form}").open("w+b") as file:
                write_report(report, form, file)
        open_in_calc(sorted(folder.glob(f"*.{form}")), out)
        for code, report in made.items():
            rows, about = _written(report)
            read = read_sheets(out, code)
            yield compare(f"{folder.name} {code}.{form}", rows, read[0])
            yield compare(f"{folder.name} {code}.{form}, second sheet", about, read[1])


def _written(report: Report) -> tuple[list[list[object]], list[list[object]]]:
    """The cells of both sheets of a report."""
    words = write(report)
    beside = beside_of(report, words)
    rows = [list[object](header_of(report)), *(list(row) for row in rows_of(report, words))]
    return rows, [list(beside.header), *(list(row) for row in beside.rows)]


def main() -> int:
    """Run the trial and print its figures."""
    began = time.process_time()
    try:
        call_command("demo", "--no-serve", stdout=sys.stderr)
        texts = OWN / "texts"
        texts.mkdir()
        *found, control = hostile_texts(texts)
        found += reports_opened(OWN / "reports")
    finally:
        shutil.rmtree(OWN, ignore_errors=True)
    differs = [asdict(one) for sheet in found for one in sheet.differs]
    figures = {
        "calc": version(),
        "reports": len(REPORTS),
        "sheets": len(found),
        "rows": sum(sheet.rows for sheet in found),
        "cells": sum(sheet.cells for sheet in found),
        "differ": len(differs),
        "texts_that_look_like_something_else": len(HOSTILE) * len(FORMS),
        "control_seen": len(control.differs) == 1,
        "cpu_seconds": round(time.process_time() - began),
    }
    print(json.dumps(figures | {"differences": differs[:50]}, ensure_ascii=False, indent=2))
    return 1 if differs or not figures["control_seen"] else 0


if __name__ == "__main__":
    sys.exit(main())
