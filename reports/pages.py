"""What the pages show, put together from the register, the ranking and the tables; ready for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from agreements.lifecycle import MAIN_PHASES, Phase
from agreements.models import Partner
from reports import charts, queries, wording
from reports.catalogue import REPORTS, NotLoaded, Parameters
from reports.priorities import Ranked, Ranking, rank
from reports.queries import Population
from reports.written import WrittenReport, write
from tracker.models import User
from tracker.rocdate import gregorian_year


@dataclass(frozen=True, slots=True)
class Line:
    """One factor of one partner; no value and no points where there are no data."""

    number: int
    label: str
    value: str
    points: float | None


@dataclass(frozen=True, slots=True)
class RankRow:
    """One partner of the ranking with its score taken apart."""

    ranked: Ranked
    partner: Partner
    group: str | Promise
    phase_mark: int | str
    phase: str | Promise
    coverage: float
    first_in: float
    lines: list[Line]
    segments: list[charts.Segment]
    helped: list[charts.Column]
    why: str


@dataclass(frozen=True, slots=True)
class WeightLine:
    """One factor with its weight in the version shown."""

    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class PriorityPage:
    """Everything on the priority page as of a day."""

    population: Population
    ranking: Ranking
    ranked: list[RankRow]
    unranked: list[RankRow]
    draws: str
    order: str
    leader: RankRow | None
    first_in_nobody: float
    weights: list[WeightLine]
    notes: list[str]
    tables: list[WrittenReport]


def priority_page(*, as_of: date, reader: User, with_samples: bool = False) -> PriorityPage:
    """Rank as of a day what `reader` may see, with the audit report's two tables beside it."""
    population = queries.population(as_of, reader=reader, with_samples=with_samples)
    ranking = rank(population.candidates)
    asked = Parameters(as_of, with_samples=with_samples)
    tables = [table for code in ("T4", "T5") if (table := _table(code, asked, reader)) is not None]
    helped = _helped(tables)
    rows: list[RankRow] = []
    for place, ranked in enumerate(ranking.ranked):
        ahead = ranking.ranked[place - 1] if place else None
        rows.append(_rank_row(ranked, ahead, population, ranking, helped.get(ranked.partner, [])))
    scored = [row for row in rows if row.ranked.rank is not None]
    return PriorityPage(
        population=population,
        ranking=ranking,
        ranked=scored,
        unranked=sorted((row for row in rows if row.ranked.rank is None), key=_by_group),
        draws=f"{ranking.draws:,}",
        order=wording.names([row.partner for row in scored[:4]]),
        leader=scored[0] if scored else None,
        first_in_nobody=100 - sum(row.first_in for row in scored),
        weights=[
            WeightLine(wording.factor_label(column.factor.code, population), column.weight)
            for column in ranking.factors
        ],
        notes=wording.factor_notes(ranking.factors, population.partners) if rows else [],
        tables=tables,
    )


def _rank_row(
    ranked: Ranked,
    ahead: Ranked | None,
    population: Population,
    ranking: Ranking,
    helped: Sequence[tuple[str, Decimal | None]],
) -> RankRow:
    parts = {part.factor: part for part in ranked.parts}
    lines = []
    for place, column in enumerate(ranking.factors, start=1):
        code = column.factor.code
        part = parts.get(code)
        value = "" if part is None else wording.amount(part.value, part.unit, signed=code == "help_rise")
        lines.append(
            Line(place, wording.factor_label(code, population), value, None if part is None else part.points)
        )
    mark, phase = _phase(ranked.phase)
    return RankRow(
        ranked=ranked,
        partner=population.partners[ranked.partner],
        group=wording.GROUPS[ranked.group],
        phase_mark=mark,
        phase=phase,
        coverage=ranked.coverage * 100,
        first_in=ranked.first_in_share * 100,
        lines=lines,
        segments=charts.segments([line.points for line in lines]),
        helped=charts.columns(helped),
        why=wording.why_behind(ahead, ranked, population) if ahead else "",
    )


def _by_group(row: RankRow) -> tuple[int, str]:
    """Signed texts stand before cover in part, and that before nothing at all."""
    order = (queries.SIGNED_NOT_IN_FORCE, queries.PARTLY_COVERED, queries.NONE)
    return order.index(row.ranked.group), row.partner.code


def _phase(code: str | None) -> tuple[int | str, str | Promise]:
    """Mark and words for the phase of a partner's file on criminal assistance; none at all is mark 0."""
    if code is None:
        return 0, wording.GROUPS[queries.NONE]
    phase = Phase(code)
    return (MAIN_PHASES.index(phase) + 1 if phase in MAIN_PHASES else phase.value), phase.label


def _table(code: str, parameters: Parameters, reader: User) -> WrittenReport | None:
    try:
        return write(REPORTS[code].run(parameters, reader=reader))
    except NotLoaded:
        return None


def _helped(tables: Sequence[WrittenReport]) -> dict[str, list[tuple[str, Decimal | None]]]:
    """Help-seekers by partner and year, from the same rows as the table beside the ranking."""
    reports = [table.report for table in tables if table.report.code == "T4"]
    found: dict[str, list[tuple[str, Decimal | None]]] = {}
    for report in reports:
        years = [wording.short_year(gregorian_year(int(str(row[0])))) for row in report.rows]
        for place, column in enumerate(report.columns[2:], start=2):
            cells = [row[place] for row in report.rows]
            known = [cell if isinstance(cell, Decimal) else None for cell in cells]
            found[column.code] = list(zip(years, known, strict=True))
    return found
