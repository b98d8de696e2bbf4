"""What the board shows above and in its three shapes: figures with their differences, lanes, table and map."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.addresses import address
from agreements.counting import (
    in_force_in_year,
    signed_about_other,
    signed_not_in_force,
    signing_day_open,
)
from agreements.figures import Compared, signed_texts
from agreements.filters import SAMPLES_COUNTED, SAMPLES_HIDDEN, AgreementFilter
from agreements.lanes import EarlierLane, Lane, earlier_lanes, lanes, shown_in
from agreements.lifecycle import Phase
from agreements.marks import NEAREST_FIRST, mark_of, year_words
from agreements.models import Agreement, Partner, StatedFigure
from agreements.models.asof import AgreementQuerySet
from agreements.outline import Line
from agreements.paging import Paging, paging
from agreements.standing import Standing, office, standings, with_facts
from agreements.worldmap import Frame, Mark, frames
from tracker.models import User

TABLE_ROWS = 50
NAMED_AT_MOST = 3
SOUTHEAST_ASIA = Partner.Region.SOUTHEAST_ASIA


@dataclass(frozen=True, slots=True)
class Tally:
    """Texts grouped by region and partner, from which the number for any region is read."""

    groups: Sequence[tuple[str, int, int]]

    def of(self, region: str = "") -> tuple[int, int]:
        """Agreements and distinct partners; an empty region is the whole."""
        chosen = [(partner, texts) for where, partner, texts in self.groups if region in ("", where)]
        return sum(texts for _partner, texts in chosen), len({partner for partner, _texts in chosen})

    def texts(self, region: str = "") -> int:
        return self.of(region)[0]


def tally(rows: AgreementQuerySet) -> Tally:
    """Count by region and partner. One grouped query."""
    grouped = rows.order_by().values_list("partner__region", "partner_id").annotate(Count("pk"))
    return Tally(tuple(grouped))


@dataclass(frozen=True, slots=True)
class Apart:
    """A number of texts that stand outside a figure, and the address of exactly these."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A stated figure beside the recorded one, and what is known about why they differ."""

    compared: Compared
    url: str
    about_other: Apart
    day_open: Apart
    signed_since: int
    on_that_day: tuple[int, int]
    that_day_url: str

    @property
    def is_same_day(self) -> bool:
        return not self.that_day_url

    @property
    def agreements_words(self) -> str:
        return signed_number(self.compared.agreements_difference)

    @property
    def partners_words(self) -> str:
        return signed_number(self.compared.partners_difference)


def signed_number(number: int) -> str:
    """+2, −2 (with a true minus), or 0."""
    return f"+{number}" if number > 0 else f"−{-number}" if number else "0"


@dataclass(frozen=True, slots=True)
class Number:
    """One figure above the list with the address of its rows; ``names`` when they are few."""

    value: int
    url: str
    partners: int = 0
    names: str = ""


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """The figures above the list. They count the whole register as of the day, whatever the filters narrow."""

    signed: Number
    in_force_in_year: Number
    year: str
    southeast_asia: Number
    not_in_force: Number
    stated: Difference | None
    stated_southeast_asia: Difference | None

    @property
    def differences(self) -> list[Difference]:
        return [each for each in (self.stated, self.stated_southeast_asia) if each is not None]


def figures(filtered: AgreementFilter) -> BoardFigures:
    """Count what the reader may see, in a fixed number of queries."""
    rows, as_of = filtered.whole, filtered.as_of
    day, known_on = as_of.day, as_of.known_on
    signed = tally(signed_texts(rows, day, known_on))
    begun = in_force_in_year(rows, day, known_on).select_related("partner").order_by("number")
    in_force = begun.count()
    first = [row.partner.name for row in begun[:NAMED_AT_MOST]]
    names = "、".join(dict.fromkeys(first)) if in_force <= NAMED_AT_MOST else ""
    agreements, partners = signed.of()
    there, partners_there = signed.of(SOUTHEAST_ASIA)
    stated = _differences(filtered, signed)
    return BoardFigures(
        signed=Number(agreements, rows_of(filtered, "signed"), partners),
        in_force_in_year=Number(in_force, rows_of(filtered, "in_force_in_year"), names=names),
        year=year_words(day.year),
        southeast_asia=Number(there, rows_of(filtered, "signed", SOUTHEAST_ASIA), partners_there),
        not_in_force=Number(
            signed_not_in_force(rows, day, known_on).count(), rows_of(filtered, "signed_not_in_force")
        ),
        stated=stated.get(""),
        stated_southeast_asia=stated.get(SOUTHEAST_ASIA),
    )


def rows_of(filtered: AgreementFilter, counted: str, region: str = "") -> str:
    """The address of the table with exactly the rows that a figure counts."""
    samples = SAMPLES_COUNTED if filtered.counts_samples else SAMPLES_HIDDEN
    return address(
        filtered.path,
        {name: filtered.state.get(name, "") for name in ("as_of", "known_on")},
        view="table",
        counted=counted,
        region=region,
        samples=samples,
    )


def _differences(filtered: AgreementFilter, signed: Tally) -> dict[str, Difference]:
    """By region the newest figure stated as of the day or earlier, beside what is recorded."""
    rows, day, known_on = filtered.whole, filtered.as_of.day, filtered.as_of.known_on
    newest = StatedFigure.objects.filter(as_of__lte=day).order_by("as_of", "-id")[:20]
    stated = {figure.region: figure for figure in newest}
    if not stated:
        return {}
    other = tally(signed_about_other(rows, day, known_on))
    open_ = tally(signing_day_open(rows, day, known_on))
    last = max(figure.as_of for figure in stated.values())
    then = tally(signed_texts(rows, last, known_on)) if last < day else signed
    return {
        region: Difference(
            compared=Compared(figure, *signed.of(region)),
            url=rows_of(filtered, "signed", region),
            about_other=Apart(other.texts(region), rows_of(filtered, "signed_about_other", region)),
            day_open=Apart(open_.texts(region), rows_of(filtered, "signing_day_open", region)),
            signed_since=signed.texts(region) - then.texts(region),
            on_that_day=then.of(region),
            that_day_url=filtered.address(as_of=figure.as_of.isoformat()) if figure.as_of < day else "",
        )
        for region, figure in stated.items()
    }


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a list is empty: the filters, the day, or that nothing was recorded yet."""

    exist: int
    first_recorded: date | None


def nothing(filtered: AgreementFilter, reader: User) -> Nothing:
    """What to say when no row is left. Two queries."""
    first = Agreement.objects.visible_to(reader).aggregate(first=Min("recorded_at"))["first"]
    return Nothing(filtered.queryset.count(), first)


@dataclass(frozen=True, slots=True)
class LanesPage:
    """The board as lanes."""

    earlier: Sequence[EarlierLane]
    main: Sequence[Lane]
    below: Sequence[Lane]


def lanes_page(filtered: AgreementFilter, reader: User) -> LanesPage:
    """Every lane with its rows; the earlier lanes are left out as soon as the list is narrowed."""
    as_of, listed = filtered.as_of, filtered.outline
    shown = _standings(filtered, shown_in(listed))
    main, below = lanes(listed, shown, lambda phase: filtered.address(view="table", phase=phase))
    narrowed = filtered.asks_for_less
    earlier = (
        []
        if narrowed
        else earlier_lanes(reader, as_of.day, as_of.known_on, with_samples=filtered.counts_samples)
    )
    return LanesPage(earlier, main, below)


def _standings(filtered: AgreementFilter, keys: Iterable[int]) -> list[Standing]:
    """These rows whole, with what was open and, today, with what is due. Seven queries at most."""
    as_of = filtered.as_of
    now = office(as_of.today) if as_of.is_now else None
    return standings(with_facts(filtered.whole_rows(keys), as_of.known_on), as_of.day, now)


ORDERS: dict[str, Promise] = {
    "partner": _("Partner"),
    "phase": pgettext_lazy("column", "Phase"),
    "signed": pgettext_lazy("column", "Signed"),
    "in_force": pgettext_lazy("column", "In force"),
    "number": pgettext_lazy("column", "Number"),
}
PLACE_OF = {phase.value: place for place, phase in enumerate(Phase)}
ORDERS_OF_OUTLINE: dict[str, Callable[[Line], tuple[Any, ...]]] = {
    "partner": lambda line: (line.is_sample, line.code, line.number),
    "phase": lambda line: (PLACE_OF[line.phase], line.is_sample, line.number),
    "number": lambda line: (line.number,),
}
ORDERED_BY_DATABASE = {"signed": "signed_then", "in_force": "in_force_then"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: how it is sorted now, and the address that sorts by it."""

    label: str | Promise
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class TablePage:
    """The board as a table."""

    rows: Sequence[Standing]
    headings: Mapping[str, Heading]
    paging: Paging


def table_page(filtered: AgreementFilter, reader: User) -> TablePage:
    """One page of rows in the chosen order; by phase when none is chosen."""
    wanted = filtered.state.get("sort", "")
    key, is_down = wanted.removeprefix("-"), wanted.startswith("-")
    if key not in ORDERS:
        key, is_down = "phase", False
    page = paging(
        filtered.address, filtered.state.get("page", ""), filtered.outline.number.listed, TABLE_ROWS
    )
    keys = _ordered(filtered, key, is_down)[page.begin : page.end]
    rows = {each.agreement.pk: each for each in _standings(filtered, keys)}
    headings = {name: _heading(filtered, name, key, is_down) for name in ORDERS}
    return TablePage([rows[pk] for pk in keys], headings, page)


def _ordered(filtered: AgreementFilter, key: str, is_down: bool) -> list[int]:
    """Keys of all rows in the order of a column. Days are ordered by the database, the rest in outline."""
    if key in ORDERED_BY_DATABASE:
        field = ORDERED_BY_DATABASE[key]
        rows = filtered.qs.order_by(f"-{field}" if is_down else field, "number")
        return list(rows.values_list("pk", flat=True))
    lines = sorted(filtered.outline.lines, key=ORDERS_OF_OUTLINE[key], reverse=is_down)
    return [line.pk for line in lines]


def _heading(filtered: AgreementFilter, name: str, key: str, is_down: bool) -> Heading:
    direction = ("descending" if is_down else "ascending") if name == key else ""
    turned = f"-{name}" if direction == "ascending" else name
    return Heading(ORDERS[name], filtered.address(sort=turned), direction)


@dataclass(frozen=True, slots=True)
class PhaseOfPartner:
    """How many of a partner's agreements stood in one phase."""

    mark: int | str
    label: str | Promise
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class PartnerOnMap:
    """A partner with its agreements by phase, the phase nearest to being in force first."""

    name: str
    url: str
    is_sample: bool
    phases: Sequence[PhaseOfPartner]


@dataclass(frozen=True, slots=True)
class Legend:
    """What a mark stands for."""

    number: int | str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class MapPage:
    """The board as a map, and the same as a list."""

    frames: Sequence[Frame]
    partners: Sequence[PartnerOnMap]
    legend: Sequence[Legend]


def map_page(filtered: AgreementFilter, reader: User) -> MapPage:
    """One mark a partner, for its agreement nearest to being in force. One query for names and the outline."""
    found: dict[int, Counter[str]] = {}
    for line in filtered.outline.lines:
        found.setdefault(line.partner_id, Counter())[line.phase] += 1
    partners, marks = [], []
    for partner in Partner.objects.filter(pk__in=found).order_by("is_sample", "code"):
        phases = [
            PhaseOfPartner(
                mark_of(phase), phase.label, number, _rows_of_partner(filtered, partner.code, phase)
            )
            for phase in NEAREST_FIRST
            if (number := found[partner.pk][phase])
        ]
        url = partner.get_absolute_url()
        partners.append(PartnerOnMap(partner.name, url, partner.is_sample, phases))
        if not partner.is_sample:
            words = "、".join(f"{each.label} {each.number}" for each in phases)
            marks.append(Mark(partner.code, phases[0].mark, partner.name, url, f"{partner.name}: {words}"))
    used = {mark.number for mark in marks}
    legend = [Legend(mark_of(phase), phase.label) for phase in NEAREST_FIRST if mark_of(phase) in used]
    return MapPage(frames(marks), partners, legend)


def _rows_of_partner(filtered: AgreementFilter, code: str, phase: str) -> str:
    return filtered.address(view="table", partner=code, phase=phase)
