"""Versions of the weights as the ranking takes them: the newest in use, one that is asked for, or somebody's own view."""

from collections.abc import Mapping

from reports.models import WeightsVersion
from reports.priorities import FACTORS, Factor, Weights

HEAVIEST = 100
"""The most that one factor may weigh; only the proportions count, so the sum need not be 100."""
FIELD = "w_%s"
"""Name of a factor's weight in an address and in forms."""


class NoSuchWeights(Exception):
    """There is no version of this number that a report may be made with; the number is the message."""


def version_in_use(number: int | None = None) -> WeightsVersion:
    """The version of this number, or the newest, among the first one and those approved. One query.

    :raises NoSuchWeights: when that version does not exist, waits, or was refused.
    """
    versions = WeightsVersion.objects.in_use()
    found = (versions if number is None else versions.filter(number=number)).order_by("-number").first()
    if found is None:
        raise NoSuchWeights(number)
    return found


def weights_of(version: WeightsVersion) -> Weights:
    """The version as the ranking takes it."""
    return Weights(version.number, {code: float(weight) for code, weight in version.by_factor.items()})


def by_field(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights by the names of the fields that hold them."""
    return {FIELD % factor.code: weights.get(factor.code, 0) for factor in FACTORS}


def field_of(factor: Factor) -> str:
    return FIELD % factor.code
