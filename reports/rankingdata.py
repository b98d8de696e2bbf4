"""The ranking as plain data for scripts and frozen reports: codes and numbers only, the same in every language."""

from typing import Any

from reports.priorities import Measured, Number, Ranked, Ranking
from reports.queries import Population


def ranking_data(population: Population, ranking: Ranking) -> dict[str, Any]:
    """The ranking with its points unrounded; a factor without data is named under `factors`, never a zero."""
    return {
        "as_of": population.as_of.isoformat(),
        "subject": population.subject,
        "weights_version": ranking.weights.version,
        "factors": [_factor(column, population) for column in ranking.factors],
        "stability": {"draws": ranking.draws, "seed": ranking.seed},
        "policy_groups": {
            row.partner: [one.group.code for one in belongings]
            for row in ranking.ranked
            if (belongings := population.belongings.get(row.partner, ()))
        },
        "ranking": [_ranked(row) for row in ranking.ranked],
    }


def number(value: Number) -> int | float:
    """The value as JSON writes it: whole numbers without a point."""
    return int(value) if value == int(value) else float(value)


def _factor(column: Measured, population: Population) -> dict[str, Any]:
    span = population.spans[column.factor.code]
    return {
        "factor": column.factor.code,
        "unit": column.factor.unit,
        "weight": number(column.weight),
        "years": list(span.years),
        "after": span.since.isoformat() if span.since else None,
        "until": span.until.isoformat() if span.until else None,
        "highest": None if column.highest is None else number(column.highest),
        "highest_partners": list(column.highest_partners),
        "with_data": list(column.with_data),
        "missing": list(column.missing),
    }


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
