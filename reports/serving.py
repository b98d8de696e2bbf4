"""A report as a download: JSON, CSV, XLSX, ODS or PDF, whether it is made now or was frozen."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from reports.catalogue import Report
from reports.printing import Signing, pdf_of_report
from reports.sheets import write_report
from tracker.sheets import FORMATS

FORMS = ("json", "csv", "xlsx", "ods", "pdf")
"""In the order in which a page offers them."""
CONTENT_TYPES = {"json": "application/json", "pdf": "application/pdf"} | {
    form: found.content_type for form, found in FORMATS.items()
}


def file_name(report: Report) -> str:
    """What a file of the report is called, without its ending: T4-20241231."""
    return f"{report.code}-{report.parameters.as_of:%Y%m%d}"


def write_as(
    report: Report,
    form: str,
    file: BinaryIO,
    *,
    made_at: datetime,
    tables: Sequence[Report] = (),
    signing: Signing | None = None,
) -> None:
    """Write the report into ``file`` in the language that is active; JSON is made elsewhere, it has none.

    :raises tracker.paper.NotPrinted: when it is too long for a PDF.
    :raises tracker.sheets.SheetError: when it has more rows than a sheet takes.
    """
    if form == "pdf":
        file.write(pdf_of_report(report, made_at=made_at, tables=tables, signing=signing))
    else:
        write_report(report, form, file, digest=signing.digest if signing else "")


def as_bytes(report: Report, form: str, *, made_at: datetime, tables: Sequence[Report] = ()) -> bytes:
    """The same as bytes."""
    file = io.BytesIO()
    write_as(report, form, file, made_at=made_at, tables=tables)
    return file.getvalue()
