"""P01: which partner most needs an agreement next. The ranking itself rides along as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import Phase
from agreements.models import Subject
from reports import factors, wording
from reports.catalogue.casework.words import NOT_DATED
from reports.catalogue.register import Entry, Group, NotLoaded
from reports.catalogue.shape import Cell, Column, Kind, Note, Parameters, Report, Row, Words
from reports.catalogue.told import told_ranking
from reports.priorities import (
    CASES_WITHOUT_AGREEMENT,
    FACTORS,
    REFUSED_OR_UNANSWERED,
    Measured,
    Ranked,
    Ranking,
    Weights,
    rank,
)
from reports.queries import Population
from reports.rankingdata import ranking_data
from reports.rights import reads_exactly
from reports.weighting import NoSuchWeights, version_in_use, weights_of
from tracker.models import User

CODE = "P01"
OF_CASES = frozenset({CASES_WITHOUT_AGREEMENT.code, REFUSED_OR_UNANSWERED.code})
"""The factors that count cases."""
SUBJECTS = tuple(subject for subject in Subject if subject != Subject.OTHER)
"""What an agreement may be lacking on; criminal assistance unless another is chosen."""


@dataclass(frozen=True, slots=True)
class Prioritized:
    """Who was to be ranked, and in which order they stand."""

    population: Population
    ranking: Ranking


def prioritize(parameters: Parameters, reader: User | None, *, weights: Weights | None = None) -> Prioritized:
    """Rank what ``reader`` may see with the version of the weights that is asked for, or with somebody's own view.

    :raises NoSuchWeights: when that version is not in use.
    """
    taken = weights or weights_of(version_in_use(parameters.weights))
    population = factors.gather(
        parameters.as_of,
        reader=reader,
        with_samples=parameters.with_samples,
        known_on=parameters.known_on,
        subject=parameters.subject or Subject.CRIMINAL_MLA,
    )
    return Prioritized(population, rank(population.candidates, weights=taken))


def report_of(entry: Entry, parameters: Parameters, found: Prioritized) -> Report:
    """The rows of a ranking: a column for each factor that weighs something or of which anything is known."""
    population, ranking = found.population, found.ranking
    shown = [column for column in ranking.factors if column.weight or column.with_data]
    policies = {row.partner: wording.policy_code(population, row.partner) for row in ranking.ranked}
    named: dict[str, Words] = {
        code: wording.policy_words(population, partner)
        for partner, code in policies.items()
        if code is not None
    }
    notes: list[Words] = [*wording.ranking_notes(population, ranking), NOT_DATED]
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=parameters,
        columns=_columns(shown, named),
        rows=tuple(_row(row, shown, policies) for row in ranking.ranked),
        notes=tuple(Note(text) for text in notes),
        sources=_sources(ranking),
        extra=ranking_data(population, ranking),
    )


def make(entry: Entry, parameters: Parameters, reader: User | None) -> Report:
    """The whole report; a version of the weights that is not in use is not there to rank by."""
    try:
        found = prioritize(parameters, reader)
    except NoSuchWeights as number:
        raise NotLoaded(f"weights {number}") from number
    made = report_of(entry, parameters, found)
    return made if reads_exactly(reader) else told_ranking(made, OF_CASES)


def links(report: Report, row: Row, column: Column) -> str:
    """Where the partner of a row has its page."""
    code = next((str(row[at]) for at, one in enumerate(report.columns) if one.code == "partner"), "")
    return reverse("agreements:partner", args=[code]) if column.code == "partner" and code else ""


def _columns(shown: list[Measured], policies: Mapping[str, Words]) -> tuple[Column, ...]:
    phases: dict[str, Words] = {phase.value: phase.label for phase in Phase}
    groups: dict[str, Words] = dict(wording.GROUPS)
    return (
        Column("rank", pgettext_lazy("column", "Rank")),
        Column("partner", pgettext_lazy("column", "Partner"), Kind.PARTNER),
        Column("score", pgettext_lazy("column", "Score"), Kind.NUMBER, decimals=1),
        # Translators: 資料涵蓋（占權重百分比）
        Column("coverage", pgettext_lazy("column", "Coverage"), Kind.SHARE),
        *(
            Column(
                one.factor.code,
                wording.factor_name(one.factor.code),
                Kind.NUMBER,
                decimals=1 if one.factor.unit == "kilograms" else 0,
            )
            for one in shown
        ),
        Column("group", pgettext_lazy("column", "Group"), Kind.CODE, words=groups),
        Column("phase", pgettext_lazy("column", "Phase"), Kind.CODE, words=phases),
        # Translators: 政策分類（邦交國、新南向政策國家等；不計分）
        Column("policy", pgettext_lazy("column", "Policy group"), Kind.CODE, words=policies),
        # Translators: 任意權重時居首位之比率
        Column("first_in", pgettext_lazy("column", "First in"), Kind.SHARE),
    )


def _row(row: Ranked, shown: list[Measured], policies: Mapping[str, str | None]) -> Row:
    values = {part.factor: part.value for part in row.parts}
    factors_of: list[Cell] = [values.get(one.factor.code) for one in shown]
    return (
        row.rank,
        row.partner,
        row.score,
        row.coverage,
        *factors_of,
        row.group,
        row.phase,
        policies.get(row.partner),
        row.first_in_share,
    )


def _sources(ranking: Ranking) -> tuple[str, ...]:
    """The sources of what is shown, in the order of the factors."""
    order = [factor.code for factor in FACTORS]
    parts = [part for row in ranking.ranked for part in row.parts]
    found = dict.fromkeys(part.source for part in sorted(parts, key=lambda part: order.index(part.factor)))
    return tuple(wording.source_words(source) for source in found)


ENTRIES = (
    Entry(
        CODE,
        # Translators: 司法互助優先推動報告
        _("Which country next: pending priorities"),
        # Translators: 尚無生效協定之國家（地區），依核定權重排序，並載明各項指標、資料涵蓋與穩定度
        _("Partners without an agreement in force, in the order of the approved weights, with every factor."),
        Group.PRIORITIES,
        make,
        takes=frozenset({"known_on", "subject", "weights"}),
        alongside=("T4", "T5"),
        links=links,
        case_columns=OF_CASES,
    ),
)
