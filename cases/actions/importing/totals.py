"""Control totals: what a file counts beside what whoever imports it counted elsewhere, the difference named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.actions.importing.reading import Row
from cases.lifecycle import CLOSED, Direction

MEASURES: dict[str, Promise] = {
    "cases": _("Cases in all"),
    "incoming": pgettext_lazy("total", "Incoming"),
    "outgoing": pgettext_lazy("total", "Outgoing"),
    "open": pgettext_lazy("total", "Open"),
    "closed": pgettext_lazy("total", "Closed"),
}
_COUNTS: dict[str, Callable[[Row], bool]] = {
    "cases": lambda row: True,
    "incoming": lambda row: row.direction == Direction.IN,
    "outgoing": lambda row: row.direction == Direction.OUT,
    "open": lambda row: bool(row.told) and row.told[-1].state not in CLOSED,
    "closed": lambda row: bool(row.told) and row.told[-1].state in CLOSED,
}


@dataclass(frozen=True, slots=True)
class Total:
    """One number that was typed in, and what the rows without errors count."""

    measure: str
    stated: int
    counted: int

    @property
    def difference(self) -> int:
        """The file's count minus the stated one."""
        return self.counted - self.stated

    @property
    def adds_up(self) -> bool:
        return self.difference == 0

    @property
    def difference_words(self) -> str:
        """The difference with its sign, such as "−7"."""
        return f"{self.difference:+}".replace("-", "−")

    @property
    def measure_words(self) -> Promise:
        """What is counted, in the reader's language."""
        return MEASURES[self.measure]

    @property
    def kept(self) -> dict[str, Any]:
        return asdict(self)


def totals_of(rows: Iterable[Row], stated: Mapping[str, int]) -> list[Total]:
    """Count the rows without errors for every total that was stated."""
    good = [row for row in rows if not row.errors]
    return [
        Total(measure, stated[measure], sum(_COUNTS[measure](row) for row in good))
        for measure in MEASURES
        if measure in stated
    ]
