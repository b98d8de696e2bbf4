"""Control totals: what a file counts beside what others stated, and the difference by name, never forced."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from agreements.actions.importing.facts import counts_as_signed
from agreements.actions.importing.planning import World
from agreements.actions.importing.reading import Row
from agreements.figures import counted, signed_texts
from agreements.models import StatedFigure
from agreements.models.figures import measure_words
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Total:
    """One stated figure with what the file and the register count by the same rule as of the same day."""

    measure: str
    as_of: str
    source: str
    stated_agreements: int
    stated_partners: int
    file_agreements: int
    file_partners: int
    register_agreements: int
    register_partners: int

    @property
    def agreements_difference(self) -> int:
        """The file's count minus the stated one."""
        return self.file_agreements - self.stated_agreements

    @property
    def partners_difference(self) -> int:
        return self.file_partners - self.stated_partners

    @property
    def adds_up(self) -> bool:
        return self.agreements_difference == 0 and self.partners_difference == 0

    @property
    def differences(self) -> str:
        """Both differences with their signs, such as "−7 (−4)"."""
        return f"{self.agreements_difference:+} ({self.partners_difference:+})".replace("-", "−")

    @property
    def measure_words(self) -> str:
        """What is counted, in the reader's language."""
        return measure_words(self.measure)

    @property
    def as_of_day(self) -> date:
        return date.fromisoformat(self.as_of)

    @property
    def kept(self) -> dict[str, Any]:
        return asdict(self)


def totals_of(rows: Iterable[Row], known: World, *, by: User | None, today: date) -> list[Total]:
    """Count the rows without errors for every stated figure up to ``today``; one query, and one for each figure.

    Fictional partners do not count.
    """
    figures = list(StatedFigure.objects.filter(as_of__lte=today))
    real = [
        row
        for row in rows
        if not row.errors and row.partner in known.partners and not known.partners[row.partner].is_sample
    ]
    totals = []
    for figure in figures:
        signed = [
            row.partner
            for row in real
            if counts_as_signed(row, figure.as_of, today)
            and figure.region in ("", known.partners[row.partner].region)
        ]
        texts = signed_texts(counted(by, with_samples=False), figure.as_of)
        if figure.region:
            texts = texts.filter(partner__region=figure.region)
        registered = list(texts.values_list("partner_id", flat=True))
        totals.append(
            Total(
                figure.measure,
                figure.as_of.isoformat(),
                figure.source,
                figure.agreements,
                figure.partners,
                len(signed),
                len(set(signed)),
                len(registered),
                len(set(registered)),
            )
        )
    return totals
