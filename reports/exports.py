"""Reports as plain data for scripts: codes and numbers only, the same in every language."""

from typing import Any

from reports.catalogue import Report
from reports.suppression import BASE
from reports.written import plain_cell


def report_data(report: Report) -> dict[str, Any]:
    """One report of the catalogue: numbers are numbers, unknown is null, a partner is its code."""
    return {
        "code": report.code,
        "title": str(report.title),
        "as_of": report.parameters.as_of.isoformat(),
        "parameters": report.parameters.as_json(),
        "columns": [column.code for column in report.columns],
        "rows": [[plain_cell(cell) for cell in row] for row in report.rows],
        "totals": [plain_cell(cell) for cell in report.totals],
        "remainder": [plain_cell(cell) for cell in report.remainder],
        "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in report.checks],
        "notes": [{"row": note.row, "column": note.column, "text": str(note.text)} for note in report.notes],
        "sources": list(report.sources),
        **report.extra,
        **_suppression(report),
    }


def _suppression(report: Report) -> dict[str, Any]:
    """Which cells are null because they are not told; every other number of cases is told as "at least"."""
    if not report.is_suppressed:
        return {}
    cells = [
        {"row": "total" if row < 0 else row, "column": column} for row, column in sorted(report.withheld)
    ]
    return {"suppressed": {"base": BASE, "withheld": cells}}
