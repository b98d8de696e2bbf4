"""Gathers what the reports need from the register and from the series of figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agreements.lifecycle import MAIN_PHASES, Phase
from agreements.models import Agreement, Partner, PartnerGroup, Subject
from agreements.models.asof import AgreementQuerySet
from reports.indicators import DRUG_SEIZURES, HELP_SEEKING
from reports.models import ControlTotal, Figure, FigureQuerySet, Series
from reports.momentum import Rung
from reports.priorities import (
    DRUGS_FIVE_YEARS,
    HELP_LAST_YEAR,
    HELP_RISE,
    HELP_THREE_YEARS,
    Candidate,
    Datum,
)
from tracker.models import User

NONE = "none"
PARTLY_COVERED = "partly_covered"
SIGNED_NOT_IN_FORCE = "signed_not_in_force"

HELP_YEARS = 3
DRUG_YEARS = 5
# A signed text whose effect is unknown is not known to be in force; its phase says "unknown" beside the group.
PHASES_AFTER_SIGNATURE = frozenset(
    {
        Phase.SIGNING,
        Phase.LEGISLATIVE_APPROVAL,
        Phase.RATIFICATION_EXCHANGE,
        Phase.STOPPED,
        Phase.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """What a factor looks at: some years of a series, or the time after ``since`` until the end of ``until``."""

    years: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """A policy group that a partner belonged to on the day; not certain where the dates leave it open."""

    group: PartnerGroup
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Population:
    """Who is to be ranked as of a day, from which years, and the partners by code for whoever shows them.

    ``in_force`` holds the codes of the partners that are not ranked because they are covered, ``phases`` how far
    the file of each other one is. What follows ``spans`` (by factor) is filled by :func:`reports.factors.gather`:
    the day of the register's oldest case, the rung of each partner and the policy groups it belonged to.
    """

    as_of: date
    subject: str
    candidates: tuple[Candidate, ...]
    partners: Mapping[str, Partner]
    in_force: frozenset[str]
    phases: Mapping[str, str]
    spans: Mapping[str, Span]
    kept_since: date | None = None
    rungs: Mapping[str, Rung] = field(default_factory=dict)
    belongings: Mapping[str, tuple[Belonging, ...]] = field(default_factory=dict)

    @property
    def help_years(self) -> tuple[int, ...]:
        return self.spans[HELP_THREE_YEARS.code].years

    @property
    def drug_years(self) -> tuple[int, ...]:
        return self.spans[DRUGS_FIVE_YEARS.code].years


@dataclass(frozen=True, slots=True)
class Table:
    """Figures of a series for some years, the figures of the years before, and the totals its source printed."""

    series: Series
    years: tuple[int, ...]
    partners: tuple[Partner, ...]
    figures: tuple[Figure, ...]
    earlier: tuple[Figure, ...]
    control_totals: tuple[ControlTotal, ...]


def last_complete_year(as_of: date) -> int:
    """The last calendar year that had ended by the evening of `as_of`."""
    return as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1


def years_of(
    series: str, as_of: date, length: int, *, with_samples: bool = False, known_on: date | None = None
) -> tuple[int, ...]:
    """The last `length` years of a series: up to its newest figure, and no year that had not ended by `as_of`.

    Empty when the series has no figure so early. A year without figures inside the span stays in it.
    """
    newest = (
        _figures(with_samples=with_samples, known_on=known_on)
        .filter(series__code=series, year__lte=last_complete_year(as_of))
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )
    return () if newest is None else tuple(range(newest - length + 1, newest + 1))


def population(
    as_of: date,
    *,
    reader: User | None = None,
    with_samples: bool = False,
    known_on: date | None = None,
    subject: str = Subject.CRIMINAL_MLA,
) -> Population:
    """Partners without an agreement on `subject` in force on `as_of`: those with figures, those that have
    signed one, and those covered by an agreement on another subject (nobody else; the world is not listed).

    `reader` limits the agreements to what that person may see. A fixed number of queries.
    """
    help_years = years_of(HELP_SEEKING, as_of, HELP_YEARS, with_samples=with_samples, known_on=known_on)
    drug_years = years_of(DRUG_SEIZURES, as_of, DRUG_YEARS, with_samples=with_samples, known_on=known_on)
    rows = _figures_by_partner(help_years, drug_years, with_samples=with_samples, known_on=known_on)
    agreements = Agreement.objects.all() if reader is None else Agreement.objects.visible_to(reader)
    covers = _covers(agreements, as_of, subject, with_samples=with_samples, known_on=known_on)
    partners = {code: found.partner for code, found in covers.items()}
    partners |= {figure.partner.code: figure.partner for figure in rows.figures if figure.partner}
    candidates = []
    for code in sorted(partners):
        cover = covers.get(code, Cover(partners[code]))
        data = _data(rows.of(HELP_SEEKING, code), rows.of(DRUG_SEIZURES, code), help_years, drug_years)
        if not cover.in_force and (data or cover.group != NONE or rows.has(code)):
            candidates.append(Candidate(code, data, cover.group, cover.phase))
    return Population(
        as_of=as_of,
        subject=subject,
        candidates=tuple(candidates),
        partners=partners,
        in_force=frozenset(code for code, cover in covers.items() if cover.in_force),
        phases={code: cover.phase for code, cover in covers.items() if cover.phase},
        spans={
            HELP_LAST_YEAR.code: Span(help_years[-1:]),
            HELP_RISE.code: Span(help_years[-2:]),
            HELP_THREE_YEARS.code: Span(help_years),
            DRUGS_FIVE_YEARS.code: Span(drug_years),
        },
    )


def table(
    series: Series, as_of: date, length: int, *, with_samples: bool = False, known_on: date | None = None
) -> Table:
    """The figures of the last `length` years of a series, from its first year on, in the order of their loading."""
    years = years_of(series.code, as_of, length, with_samples=with_samples, known_on=known_on)
    figures = (
        _figures(with_samples=with_samples, known_on=known_on).filter(series=series).select_related("partner")
    )
    upto = tuple(figures.filter(year__lte=max(years, default=0)).order_by("id"))
    first = min((figure.year for figure in upto), default=0)
    years = tuple(year for year in years if year >= first)
    shown = [figure for figure in upto if figure.year in years]
    return Table(
        series=series,
        years=years,
        partners=tuple({f.partner.pk: f.partner for f in shown if f.partner}.values()),
        figures=tuple(sorted(shown, key=lambda figure: figure.year)),
        earlier=tuple(figure for figure in upto if figure.year not in years),
        control_totals=tuple(series.control_totals.select_related("partner").order_by("id")),
    )


@dataclass(slots=True)
class Cover:
    """What the register knows about one partner's agreements on a day."""

    partner: Partner
    in_force: bool = False
    signed: bool = False
    partly: bool = False
    phase: str | None = None

    @property
    def group(self) -> str:
        if self.signed:
            return SIGNED_NOT_IN_FORCE
        return PARTLY_COVERED if self.partly else NONE


@dataclass(frozen=True, slots=True)
class Rows:
    """Figures by series, partner and year."""

    figures: tuple[Figure, ...]
    by_series: Mapping[tuple[str, str], dict[int, Figure]]

    def of(self, series: str, partner: str) -> dict[int, Figure]:
        return self.by_series.get((series, partner), {})

    def has(self, partner: str) -> bool:
        return any(code == partner for _, code in self.by_series)


def _figures(*, with_samples: bool, known_on: date | None) -> FigureQuerySet:
    figures = Figure.objects.known(known_on)
    return figures if with_samples else figures.real()


def _figures_by_partner(
    help_years: tuple[int, ...], drug_years: tuple[int, ...], *, with_samples: bool, known_on: date | None
) -> Rows:
    spans = {HELP_SEEKING: help_years, DRUG_SEIZURES: drug_years}
    years = {*help_years, *drug_years}
    found = _figures(with_samples=with_samples, known_on=known_on).filter(
        series__code__in=spans, year__in=years, partner__isnull=False
    )
    by_series: dict[tuple[str, str], dict[int, Figure]] = defaultdict(dict)
    kept = tuple(f for f in found.select_related("series", "partner") if f.year in spans[f.series.code])
    for figure in kept:
        by_series[figure.series.code, figure.partner_code][figure.year] = figure
    return Rows(kept, dict(by_series))


def _covers(
    agreements: AgreementQuerySet, as_of: date, subject: str, *, with_samples: bool, known_on: date | None
) -> dict[str, Cover]:
    if not with_samples:
        agreements = agreements.real()
    signed = set(agreements.signed_by(as_of, known_on).values_list("pk", flat=True))
    then = agreements.not_only_other().as_of(as_of, known_on).with_rows().prefetch_related("other_partners")
    covers: dict[str, Cover] = {}
    for agreement in then:
        for partner in (agreement.partner, *agreement.other_partners.all()):
            cover = covers.setdefault(partner.code, Cover(partner))
            is_about_it = subject in agreement.subject_codes
            _add(cover, is_about_it, agreement.phase_then, signed=agreement.pk in signed)
    return covers


def _add(cover: Cover, is_about_it: bool, phase: str, *, signed: bool) -> None:
    """Add one agreement, on the chosen subject or another, to what is known of its partner."""
    if not is_about_it:
        cover.partly |= phase == Phase.IN_FORCE
        return
    cover.in_force |= phase == Phase.IN_FORCE
    cover.signed |= signed and phase in PHASES_AFTER_SIGNATURE
    cover.phase = max(cover.phase, phase, key=_furtherance) if cover.phase else phase


def _furtherance(phase: str) -> int:
    """Which of several files of a partner speaks for it: the one furthest on its way; then unknown, stopped, ended."""
    order = [Phase.ENDED, Phase.STOPPED, Phase.UNKNOWN, *MAIN_PHASES]
    return order.index(Phase(phase))


def _data(
    helped: dict[int, Figure],
    drugs: dict[int, Figure],
    help_years: tuple[int, ...],
    drug_years: tuple[int, ...],
) -> dict[str, Datum]:
    """The factors for which this partner has figures. A year that is lacking is never taken for a zero."""
    values = {
        HELP_LAST_YEAR: _regular(helped, help_years[-1:]),
        HELP_RISE: _rise(helped, help_years[-2:]),
        HELP_THREE_YEARS: _sum(helped, help_years),
        DRUGS_FIVE_YEARS: _sum(drugs, drug_years),
    }
    source = {
        factor: next(iter(rows.values())).series.source
        for factor, rows in (
            (HELP_LAST_YEAR, helped),
            (HELP_RISE, helped),
            (HELP_THREE_YEARS, helped),
            (DRUGS_FIVE_YEARS, drugs),
        )
        if rows
    }
    return {f.code: Datum(value, source[f]) for f, value in values.items() if value is not None}


def _regular(rows: dict[int, Figure], years: Iterable[int]) -> Decimal | None:
    """The value of a single year, unless it is flagged as an outlier."""
    for year in years:
        if year in rows and not rows[year].is_outlier:
            return rows[year].value
    return None


def _rise(rows: dict[int, Figure], years: tuple[int, ...]) -> Decimal | None:
    if len(years) < 2:
        return None
    before, now = _regular(rows, years[:1]), _regular(rows, years[1:])
    return None if before is None or now is None else now - before


def _sum(rows: dict[int, Figure], years: tuple[int, ...]) -> Decimal | None:
    """The sum of all years without the outliers; None when a year is lacking or only outliers are left."""
    if not years or any(year not in rows for year in years):
        return None
    regular = [rows[year].value for year in years if not rows[year].is_outlier]
    return sum(regular, Decimal(0)) if regular else None
