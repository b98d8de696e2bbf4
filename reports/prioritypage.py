"""The priority page: the ranking with every score taken apart, its firmness in words, and the figures beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language

from agreements.lifecycle import MAIN_PHASES, Phase
from agreements.models import Partner, Subject
from reports import charts, firmwords, queries, wording
from reports.alongside import behind
from reports.catalogue import Parameters
from reports.catalogue.priorities import CODE, OF_CASES, Prioritized, prioritize
from reports.models import FrozenReport, Remark
from reports.priorities import Filled, Measured, Part, Ranked, Ranking, Weights, fillings, shifts, tippings
from reports.queries import Population
from reports.rankingdata import number
from reports.rights import reads_exactly
from reports.suppression import NOTE
from reports.weighting import field_of
from reports.written import WrittenReport, write
from tracker.models import User
from tracker.rocdate import gregorian_year


@dataclass(frozen=True, slots=True)
class Line:
    """One factor of one partner; no value and no points where there are no data. ``at`` is its place among all."""

    number: int
    at: int
    label: str
    value: str
    points: float | None
    weighs: bool
    source: str


@dataclass(frozen=True, slots=True)
class RankRow:
    """One partner of the ranking with its score taken apart."""

    ranked: Ranked
    partner: Partner
    group: str | Promise
    policies: str
    phase_mark: int | str
    phase: str | Promise
    coverage: float
    shares: str
    lines: list[Line]
    segments: list[charts.Segment]
    helped: list[charts.Column]
    why: str
    filled: str
    suggestion: str
    remark: str
    places: list[float]

    @property
    def first_in(self) -> float:
        return self.places[0]

    @property
    def can_be_ranked(self) -> bool:
        """Whether any weighting at all could give it a rank."""
        return bool(self.ranked.parts)


@dataclass(frozen=True, slots=True)
class WeightLine:
    """One factor with its weight as shown, and in the version; whether there are data of it, from when and where."""

    name: str
    at: int
    label: str
    unit: str
    weight: float
    in_version: float
    has_data: bool


@dataclass(frozen=True, slots=True)
class Firmness:
    """How firm the order is, in sentences; ``nobody`` is the share of draws in per cent without a first place."""

    shifts: list[str]
    tippings: list[str]
    nobody: float


@dataclass(frozen=True, slots=True)
class PriorityPage:
    """Everything on the priority page as of a day."""

    population: Population
    ranking: Ranking
    subject: str | Promise
    rows: list[RankRow]
    ranked: list[RankRow]
    unranked: list[RankRow]
    draws: str
    order: str
    leader: RankRow | None
    holds: bool
    firmness: Firmness
    weights: list[WeightLine]
    sum: float
    notes: list[str]
    tables: list[WrittenReport]


def priority_page(
    asked: Parameters, *, reader: User, version: Weights, own: Weights | None = None
) -> PriorityPage:
    """Rank what `reader` may see, with the audit report's two tables beside it.

    ``own`` are weights of the reader's own, for this page alone; ``version`` those that it departs from.
    """
    found = prioritize(asked, reader, weights=own or version)
    population, ranking = found.population, found.ranking
    tables = [write(table) for table in behind(CODE, asked, reader=reader)]
    gaps = {filled.partner: filled for filled in fillings(ranking)}
    rows = _rows(_Around(population, ranking, gaps, _helped(tables), _remarks(asked, reader)))
    scored = [row for row in rows if row.ranked.rank is not None]
    moved = shifts(ranking)
    return PriorityPage(
        population=population,
        ranking=ranking,
        subject=Subject(population.subject).label,
        rows=rows,
        ranked=scored,
        unranked=sorted((row for row in rows if row.ranked.rank is None), key=_by_group),
        draws=f"{ranking.draws:,}",
        order=wording.names([row.partner for row in scored[:4]]),
        leader=scored[0] if scored else None,
        holds=len(scored) > 1 and not any(shift.changes_order for shift in moved),
        firmness=Firmness(
            firmwords.shift_words(moved, population),
            firmwords.tipping_words(ranking, tippings(ranking), population) if len(scored) > 1 else [],
            100 - sum(row.first_in for row in scored),
        ),
        weights=[_weight_line(column, at, population, version) for at, column in enumerate(ranking.factors)],
        sum=sum(ranking.scale),
        notes=_notes(found, reader) if rows else [],
        tables=tables,
    )


def _notes(found: Prioritized, reader: User) -> list[str]:
    """What must be known of the ranking, and that factors that count cases are told in fives to who may not open them all."""
    notes = wording.ranking_notes(found.population, found.ranking)
    guarded = any(one.factor.code in OF_CASES and one.with_data for one in found.ranking.factors)
    return [*notes, str(NOTE)] if guarded and not reads_exactly(reader) else notes


@dataclass(frozen=True, slots=True)
class _Around:
    """What a row is written with, beside itself."""

    population: Population
    ranking: Ranking
    gaps: Mapping[str, Filled]
    helped: Mapping[str, Sequence[tuple[str, Decimal | None]]]
    remarks: Mapping[str, str]


def _rows(around: _Around) -> list[RankRow]:
    ranked = around.ranking.ranked
    return [_rank_row(row, ranked[at - 1] if at else None, around) for at, row in enumerate(ranked)]


def _rank_row(ranked: Ranked, ahead: Ranked | None, around: _Around) -> RankRow:
    population, code = around.population, ranked.partner
    lines = _lines(ranked, around)
    mark, phase = _phase(ranked.phase)
    gap = around.gaps.get(code)
    return RankRow(
        ranked=ranked,
        partner=population.partners[code],
        group=wording.GROUPS[ranked.group],
        policies=wording.policy_words(population, code),
        phase_mark=mark,
        phase=phase,
        coverage=ranked.coverage * 100,
        shares=json.dumps(ranked.shares),
        lines=lines,
        segments=charts.segments([line.points if line.weighs else None for line in lines]),
        helped=charts.columns(around.helped.get(code, [])),
        why=wording.why_behind(ahead, ranked, population) if ahead else "",
        filled=firmwords.filled_words(gap, around.ranking.ranked[0], population) if gap else "",
        suggestion=firmwords.suggestion(ranked.group, population.rungs.get(code), ranked.phase),
        remark=around.remarks.get(code, ""),
        places=[share * 100 for share in ranked.places],
    )


def _lines(ranked: Ranked, around: _Around) -> list[Line]:
    """A line for each factor that weighs something, and for each other of which something is known of this partner."""
    parts: dict[str, Part] = {part.factor: part for part in ranked.parts}
    lines = []
    for at, column in enumerate(around.ranking.factors):
        code, part = column.factor.code, parts.get(column.factor.code)
        if not column.weight and part is None:
            continue
        value = "" if part is None else wording.amount(part.value, part.unit, signed=code == "help_rise")
        lines.append(
            Line(
                number=at + 1,
                at=at,
                label=wording.factor_label(code, around.population),
                value=value,
                points=None if part is None else part.points,
                weighs=column.weight > 0,
                source="" if part is None else wording.source_words(part.source),
            )
        )
    return lines


def _remarks(asked: Parameters, reader: User) -> dict[str, str]:
    """What drafters wrote to each partner for that day and subject, the newest each, in the reader's language. One query.

    Only from reports that the reader may see: a draft is nobody's business but theirs who sign.
    """
    subject = asked.subject or Subject.CRIMINAL_MLA
    meant = Q(report__parameters__subject=subject)
    if subject == Subject.CRIMINAL_MLA:
        meant |= Q(report__parameters__subject__isnull=True)
    reports = FrozenReport.objects.visible_to(reader).filter(code=CODE, as_of=asked.as_of)
    written = Remark.objects.filter(meant, report__in=reports).exclude(row="")
    in_english = (get_language() or "").startswith("en")
    return {
        row.row: (row.text_en if in_english and row.text_en else row.text)
        for row in written.order_by("report_id")
    }


def _by_group(row: RankRow) -> tuple[int, str]:
    """Signed texts stand before cover in part, and that before nothing at all."""
    order = (queries.SIGNED_NOT_IN_FORCE, queries.PARTLY_COVERED, queries.NONE)
    return order.index(row.ranked.group), row.partner.code


def _phase(code: str | None) -> tuple[int | str, str | Promise]:
    """Mark and words for the phase of a partner's file on the subject; none at all is mark 0."""
    if code is None:
        return 0, wording.GROUPS[queries.NONE]
    phase = Phase(code)
    return (MAIN_PHASES.index(phase) + 1 if phase in MAIN_PHASES else phase.value), phase.label


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


def _weight_line(column: Measured, at: int, population: Population, version: Weights) -> WeightLine:
    return WeightLine(
        name=field_of(column.factor),
        at=at,
        label=wording.factor_label(column.factor.code, population),
        unit=wording.unit_words(column.factor.unit),
        weight=number(column.weight),
        in_version=number(version.of(column.factor)),
        has_data=bool(column.with_data),
    )
