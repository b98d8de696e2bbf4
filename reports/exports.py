"""Reports as plain data for scripts: codes and numbers only, the same in every language."""

from typing import Any

from reports.catalogue import Report
from reports.priorities import Number, Ranked, Ranking
from reports.queries import Population
from reports.written import plain_cell


def ranking_data(population: Population, ranking: Ranking) -> dict[str, Any]:
    """The ranking with its points unrounded; a factor without data is named under `factors`, never a zero."""
    years = {"help_last_year": population.help_years[-1:], "help_rise": population.help_years[-2:]}
    years |= {"help_three_years": population.help_years, "drugs_five_years": population.drug_years}
    return {
        "as_of": population.as_of.isoformat(),
        "weights_version": ranking.weights.version,
        "factors": [
            {
                "factor": column.factor.code,
                "unit": column.factor.unit,
                "weight": number(column.weight),
                "years": list(years[column.factor.code]),
                "highest": None if column.highest is None else number(column.highest),
                "highest_partners": list(column.highest_partners),
                "with_data": list(column.with_data),
                "missing": list(column.missing),
            }
            for column in ranking.factors
        ],
        "stability": {"draws": ranking.draws, "seed": ranking.seed},
        "ranking": [_ranked(row) for row in ranking.ranked],
    }


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
    }


def number(value: Number) -> int | float:
    """The value as JSON writes it: whole numbers without a point."""
    return int(value) if value == int(value) else float(value)


def _ranked(row: Ranked) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "partner": row.partner,
        "score": row.score,
        "coverage": row.coverage,
        "parts": [
            {
                "factor": part.factor,
                "value": number(part.value),
                "unit": part.unit,
                "points": part.points,
                "source": part.source,
            }
            for part in row.parts
        ],
        "group": row.group,
        "phase": row.phase,
        "first_in_share": row.first_in_share,
    }
