"""The catalogue: every report by its stable code, what it counts in a sentence, and what it may be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import pgettext_lazy

from reports.catalogue.shape import Column, Parameters, Report, Row, Words
from reports.catalogue.told import suppressed, suppressed_ranking
from reports.rights import reads_exactly
from tracker.models import User


class NotLoaded(Exception):
    """What a report stands on has not been loaded; the code of what is lacking is the message."""


class Group(StrEnum):
    """Under which heading a report stands in the catalogue."""

    PRIORITIES = "priorities"
    AUDIT = "audit"
    CASES = "cases"
    AGREEMENTS = "agreements"

    @property
    def label(self) -> Words:
        return _GROUP_WORDS[self]


_GROUP_WORDS: dict[Group, Words] = {
    Group.PRIORITIES: pgettext_lazy("group of reports", "What to negotiate next"),
    Group.AUDIT: pgettext_lazy("group of reports", "Tables of the audit report"),
    Group.CASES: pgettext_lazy("group of reports", "Cases"),
    Group.AGREEMENTS: pgettext_lazy("group of reports", "Agreements"),
}

type Maker = Callable[["Entry", Parameters, User | None], Report]
type Linker = Callable[[Report, Row, Column], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of the catalogue. ``takes`` names the parameters beside the day and the samples that it heeds.

    ``alongside`` are the codes of the reports that are kept, shown and printed behind it (see :mod:`reports.alongside`).
    ``case_columns`` are those that count cases, in a report that is not one of cases throughout.
    ``links`` gives the address of exactly the rows behind a figure, "" where there is none.
    """

    code: str
    title: Words
    explains: Words
    group: Group
    make: Maker
    takes: frozenset[str] = frozenset()
    links: Linker | None = None
    alongside: tuple[str, ...] = ()
    case_columns: frozenset[str] = frozenset()

    @property
    def counts_cases(self) -> bool:
        return self.group == Group.CASES or bool(self.case_columns)

    def run(self, parameters: Parameters, *, reader: User | None) -> Report:
        """Make the report from what ``reader`` may see; None reads everything (for commands).

        What counts cases is told in fives to who may not open them all.

        :raises NotLoaded: when what it stands on is not there.
        """
        made = self.make(self, parameters.narrowed_to(self.takes), reader)
        return made if reads_exactly(reader) else self.told(made)

    def told(self, made: Report) -> Report:
        """What a reader who may not open them all is told of it (AZ-13)."""
        if made.is_suppressed or not self.counts_cases:
            return made
        if "ranking" in made.extra:
            return suppressed_ranking(made, self.case_columns)
        return suppressed(made, None if self.group == Group.CASES else self.case_columns)
