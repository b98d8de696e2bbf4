"""Series of figures: loading those of the project with their printed totals, and adding one."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.models import Partner
from reports import indicators
from reports.actions.followup import HOUSE
from reports.indicators import Check, SeriesRows
from reports.models import ControlTotal, Figure, Series
from reports.rules import may_change_figures
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate

TAKEN = frozenset({"new", "import"})
"""Codes that no series may have: below the address of all series these words lead to pages of their own."""


class IndicatorsRefused(Exception):
    """Nothing was loaded; the message says why, and `checks` holds the printed totals that did not fit."""

    def __init__(self, message: str, checks: Iterable[Check] = ()) -> None:
        super().__init__(message)
        self.checks = tuple(checks)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading added, what it found already there, and which stored figures differ from the files."""

    series: int
    figures: int
    control_totals: int
    unchanged: int
    differing: tuple[str, ...]


@transaction.atomic
def load_indicators(*, by: User | None, folder: Path = indicators.FOLDER) -> Loaded:
    """Add the series of `folder` with their figures and printed totals; a second run adds nothing.

    A figure that is already stored is kept, even where the file says otherwise: the result names it. One audit
    entry for each series to which something was added.

    :raises IndicatorsRefused: when the figures do not add up to a printed total, or a partner is not registered.
    """
    files = indicators.read(folder)
    _refuse_wrong_totals(files)
    partners = _partners(files)
    counts = {"series": 0, "figures": 0, "control_totals": 0, "unchanged": 0}
    differing: list[str] = []
    for rows in files:
        series, is_new = Series.objects.get_or_create(code=rows.code, defaults=_described(rows))
        figures = _new_figures(series, rows, partners, differing, by)
        totals = _new_totals(series, rows, partners)
        Figure.objects.bulk_create(figures)
        ControlTotal.objects.bulk_create(totals)
        counts["series"] += is_new
        counts["figures"] += len(figures)
        counts["control_totals"] += len(totals)
        counts["unchanged"] += len(rows.figures) - len(figures)
        if is_new or figures or totals:
            details = {"figures": len(figures), "control_totals": len(totals)}
            audit.record("series.load", series, by=by, details=details)
    counts["unchanged"] -= len(differing)
    return Loaded(**counts, differing=tuple(differing))


@transaction.atomic
def add_series(*, by: User, series: Series) -> Series:
    """Add a series without figures yet: one definition, one unit, one source.

    :raises StepRefused: without the right, when it is against a rule of the model, or when its code is an address that
        another page has.
    """
    if not may_change_figures(by):
        raise StepRefused(_("Supervisors add series of figures."), HOUSE)
    if series.code in TAKEN:
        raise StepRefused(_("This word leads to another page. Choose another code."), HOUSE, "code")
    try:
        series.full_clean()
    except ValidationError as error:
        fields = [name for name in error.message_dict if name != "__all__"]
        raise StepRefused(" ".join(error.messages), HOUSE, fields[0] if fields else "") from error
    series.save(force_insert=True)
    audit.record("series.add", series, by=by, details={"code": series.code, "unit": series.unit})
    return series


def _refuse_wrong_totals(files: Iterable[SeriesRows]) -> None:
    wrong = [
        check for rows in files for check in indicators.compare(rows.figures, rows.totals) if not check.ok
    ]
    if wrong:
        named = "; ".join(f"{check.name}: {check.detail}" for check in wrong)
        raise IndicatorsRefused(_("The figures do not add up to the printed totals: %s") % named, wrong)


def _partners(files: Iterable[SeriesRows]) -> dict[str, Partner | None]:
    """Registered partners by the codes that the files name; "" stands for a remainder or all partners."""
    codes = {figure.partner_code for rows in files for figure in rows.figures}
    codes = (codes | {total.partner_code for rows in files for total in rows.totals}) - {""}
    found: dict[str, Partner | None] = {
        partner.code: partner for partner in Partner.objects.filter(code__in=codes)
    }
    if missing := sorted(codes - set(found)):
        raise IndicatorsRefused(_("These partners are not registered: %s") % ", ".join(missing))
    return {**found, "": None}


def _described(rows: SeriesRows) -> dict[str, object]:
    return {
        "name_zh": rows.name_zh,
        "name_en": rows.name_en,
        "unit": rows.unit,
        "source": rows.source,
        "definition": rows.definition,
        "published_on": PartialDate.parse(rows.published_on),
    }


def _new_figures(
    series: Series,
    rows: SeriesRows,
    partners: dict[str, Partner | None],
    differing: list[str],
    by: User | None,
) -> list[Figure]:
    """Figures of the file that are not stored yet; stored ones with another value are named in `differing`."""
    stored = {
        (code or "", remainder, year): value
        for code, remainder, year, value in series.figures.known().values_list(
            "partner__code", "remainder", "year", "value"
        )
    }
    fresh, now = [], timezone.now()
    for row in rows.figures:
        key = (row.partner_code, row.remainder, row.year)
        if key not in stored:
            fresh.append(
                Figure(
                    series=series,
                    partner=partners[row.partner_code],
                    remainder=row.remainder,
                    year=row.year,
                    value=row.value,
                    precision=rows.decimals,
                    is_outlier=row.is_outlier,
                    note=row.note,
                    recorded_at=now,
                    recorded_by=by,
                )
            )
        elif stored[key] != row.value:
            differing.append(_difference(series, row, stored[key]))
    return fresh


def _difference(series: Series, row: indicators.FigureRow, stored: Decimal) -> str:
    whose = row.partner_code or row.remainder
    return f"{series.code} {row.year} {whose}: {indicators.plain(stored)} ≠ {row.value}"


def _new_totals(series: Series, rows: SeriesRows, partners: dict[str, Partner | None]) -> list[ControlTotal]:
    stored = {
        (measure, year, code or "")
        for measure, year, code in series.control_totals.values_list("measure", "year", "partner__code")
    }
    return [
        ControlTotal(
            series=series,
            measure=row.measure,
            year=row.year,
            partner=partners[row.partner_code],
            value=row.value,
            precision=row.precision,
        )
        for row in rows.totals
        if (row.measure, row.year, row.partner_code) not in stored
    ]
