"""What the books say of one series: its figures that stand, its printed totals, and whom a row of a file means."""

import unicodedata
from dataclasses import dataclass, field

from agreements.actions.importing.partners import KnownPartners, known_partners
from reports.actions.importing.reading import Row
from reports.actions.importing.refusals import CellError
from reports.models import ControlTotal, Figure, Series
from reports.models.series import Measure

OTHERS = frozenset({"other", "others", "其他", "其它"})
"""How a file says that no country is named."""
OTHER = "其他"

type Key = tuple[str, str, int]
"""Whose figure of which year: code of the partner or "", name of the remainder or "", Gregorian year."""


@dataclass(frozen=True, slots=True)
class Books:
    """One series as it stands: ``standing`` by whose and which year, ``printed`` totals by year."""

    series: Series
    known: KnownPartners
    standing: dict[Key, Figure]
    printed: dict[int, ControlTotal]
    _met: dict[tuple[str, str], tuple[str, str] | CellError] = field(default_factory=dict)

    def key_of(self, row: Row) -> Key | CellError:
        """Whose figure of which year a row is."""
        asked = (row.partner, row.remainder)
        if asked not in self._met:
            self._met[asked] = self._whose(*asked)
        whose = self._met[asked]
        return whose if isinstance(whose, CellError) else (*whose, row.year)

    def _whose(self, partner: str, remainder: str) -> tuple[str, str] | CellError:
        """Code of the partner or name of the remainder; a partner that is really called so comes before a remainder."""
        codes = self.known.meant_by(partner) if partner else []
        if not codes and (not partner or partner.casefold() in OTHERS):
            return ("", remainder) if remainder else self._only_remainder(partner)
        if not codes:
            return CellError("partner", "unknown_partner_or_name", {"text": partner})
        if len(codes) > 1:
            return CellError("partner", "several_partners", {"text": partner, "codes": ", ".join(codes)})
        return CellError("remainder", "partner_and_remainder") if remainder else (codes[0], "")

    def _only_remainder(self, said: str) -> tuple[str, str] | CellError:
        """The remainder that “other” means: the one that the series has; 其他 when it has none yet."""
        names = sorted({name for _code, name, _year in self.standing if name})
        if said in names:
            return ("", said)
        if len(names) > 1:
            return CellError("remainder", "which_remainder", {"names": "、".join(names)})
        return ("", names[0] if names else OTHER)

    def misfits(self, row: Row) -> list[CellError]:
        """Where the row speaks of another unit, source or definition: two definitions never share a series."""
        series, found = self.series, []
        if row.unit and row.unit != series.unit:
            found.append(CellError("unit", "other_unit", {"unit": series.unit, "text": row.unit}))
        for name in ("source", "definition"):
            said, was = getattr(row, name), getattr(series, name)
            if said and folded(said) != folded(was):
                found.append(CellError(name, f"other_{name}", {"was": was or "—"}))
        return found


def books_of(series: Series, *, lock: bool = False) -> Books:
    """Four queries. ``lock`` keeps the series and its figures from changing until the transaction ends."""
    figures = Figure.objects.known().filter(series=series).select_related("partner").order_by("pk")
    if lock:
        series = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
        figures = figures.select_for_update(of=("self",), no_key=True)
    totals = series.control_totals.filter(measure=Measure.TOTAL, partner=None, year__isnull=False)
    return Books(
        series,
        known_partners(),
        {(figure.partner_code, figure.remainder, figure.year): figure for figure in figures},
        {total.year: total for total in totals if total.year is not None},
    )


def folded(text: str) -> str:
    """The same words however they are spaced, wide or narrow."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
