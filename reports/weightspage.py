"""The pages of the weights: every version beside the others, and what a proposal would do to the order."""

from dataclasses import dataclass
from datetime import date

from reports import factors, wording
from reports.models import WeightsVersion
from reports.priorities import FACTORS, rank
from reports.weighting import version_in_use, weights_of
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Weighing:
    """One factor in a version: its name, unit and weight, and its share of the whole in per cent."""

    name: str
    unit: str
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version with its weights, the factors that weigh nothing left out."""

    version: WeightsVersion
    weights: list[Weighing]
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A proposal, the version that it would replace, and the order that each gives today."""

    row: VersionRow
    now: VersionRow
    order: str
    order_now: str


def version_rows() -> list[VersionRow]:
    """Every version, the newest first. One query."""
    versions = list(WeightsVersion.objects.select_related("proposed_by", "decided_by").order_by("-number"))
    usable = (WeightsVersion.Status.FIRST, WeightsVersion.Status.APPROVED)
    newest = next((one for one in versions if one.status in usable), None)
    return [_row(one, is_in_use=one is newest) for one in versions]


def preview(version: WeightsVersion, *, reader: User, today: date) -> Preview:
    """What approving the proposal would do to the order of ``today``, as this reader may see it."""
    now = version_in_use()
    population = factors.gather(today, reader=reader)
    orders = []
    for one in (version, now):
        scored = rank(population.candidates, weights=weights_of(one), draws=0).scored
        orders.append(wording.names([population.partners[row.partner] for row in scored]))
    return Preview(_row(version, is_in_use=False), _row(now, is_in_use=True), *orders)


def _row(version: WeightsVersion, *, is_in_use: bool) -> VersionRow:
    weights = weights_of(version)
    total = sum(weights.of(factor) for factor in FACTORS)
    return VersionRow(
        version,
        [
            Weighing(
                wording.factor_name(factor.code),
                wording.unit_words(factor.unit),
                weights.of(factor),
                100 * weights.of(factor) / total,
            )
            for factor in FACTORS
            if weights.of(factor)
        ],
        is_in_use,
    )
