"""The rows of a list in outline, read in one query: counts, lanes, pages and the map are made from it.

The phase of a row as of a day costs the database more than all else; here it is asked for once a row, and
only the rows that are shown are then read whole.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from agreements.lifecycle import Phase
from agreements.models.asof import AgreementQuerySet

FIELDS = ("pk", "number", "phase_then", "partner_id", "partner__code", "partner__is_sample")


class Line(NamedTuple):
    """One agreement as of a day, as far as lists are ordered and counted by it."""

    pk: int
    number: str
    phase: str
    partner_id: int
    code: str
    is_sample: bool


@dataclass(frozen=True)
class Outline:
    """Every row of a list. With ``with_samples`` numbers count samples too; otherwise they stand apart."""

    lines: Sequence[Line]
    with_samples: bool

    @cached_property
    def phases(self) -> Mapping[str, "Number"]:
        """How many stood in each phase."""
        found = Counter((line.phase, line.is_sample) for line in self.lines)
        return {phase.value: self._number(found[phase, False], found[phase, True]) for phase in Phase}

    @cached_property
    def number(self) -> "Number":
        """How many there are altogether."""
        samples = sum(line.is_sample for line in self.lines)
        return self._number(len(self.lines) - samples, samples)

    def _number(self, real: int, samples: int) -> "Number":
        return Number(real + samples, 0) if self.with_samples else Number(real, samples)


@dataclass(frozen=True, slots=True)
class Number:
    """How many rows count, and how many samples are listed besides."""

    counted: int
    samples: int

    @property
    def listed(self) -> int:
        return self.counted + self.samples


def outline(rows: AgreementQuerySet, *, with_samples: bool) -> Outline:
    """Read ``rows``, which come from ``as_of``, in outline. One query."""
    stood: Any = rows.order_by()
    return Outline([Line(*found) for found in stood.values_list(*FIELDS)], with_samples)
