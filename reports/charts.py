"""Numbers for pictures: lengths and places of bars, already written as SVG wants them. Drawing is the template's work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

WIDTH_OF_100 = 544.0
GAP = 1.5
NARROWEST_WITH_NUMBER = 14.0

COLUMN_PLOT_TOP = 18.0
COLUMN_PLOT_HEIGHT = 50.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One factor's stretch of a score bar; `number` is its number in the table beside, "" where it does not fit."""

    colour: int
    x: str
    width: str
    number: str
    number_x: str


@dataclass(frozen=True, slots=True)
class Column:
    """One year of a column chart; a year without a figure has no height and no text."""

    label: str
    text: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    value_y: str


def segments(points: Sequence[float | None]) -> list[Segment]:
    """Stretches of a bar on which 100 points are 544 units wide; factors without data take no room."""
    found, x = [], 0.0
    for place, worth in enumerate(points, start=1):
        if not worth:
            continue
        length = worth / 100 * WIDTH_OF_100
        width = max(length - GAP, 0.5)
        number = str(place) if width >= NARROWEST_WITH_NUMBER else ""
        found.append(Segment(place, _svg(x), _svg(width), number, _svg(x + width / 2)))
        x += length
    return found


def columns(values: Sequence[tuple[str, Decimal | None]], *, width: float = 240.0) -> list[Column]:
    """A column a year, the highest filling the plot; labels stand at the middle of each."""
    highest = max((value for _, value in values if value is not None), default=Decimal(0))
    room = width / max(len(values), 1)
    found = []
    for place, (label, value) in enumerate(values):
        height = float(value / highest) * COLUMN_PLOT_HEIGHT if value and highest else 0.0
        top = COLUMN_PLOT_TOP + COLUMN_PLOT_HEIGHT - height
        left = place * room + room * 0.14
        found.append(
            Column(
                label=label,
                text="" if value is None else f"{value:,.0f}",
                x=_svg(left),
                y=_svg(top),
                width=_svg(room * 0.72),
                height=_svg(height),
                middle=_svg(place * room + room / 2),
                value_y=_svg(top - 4),
            )
        )
    return found


def _svg(length: float) -> str:
    return f"{length:.1f}"


@dataclass(frozen=True, slots=True)
class Pair:
    """One year of a chart of wholes and their parts: the column of the whole, and inside it that of the part."""

    label: str
    whole: Column
    part: Column


def pairs(values: Sequence[tuple[str, int, int]], *, width: float = 520.0) -> list[Pair]:
    """Label, whole and part of each year; both are drawn to the scale of the highest whole."""
    wholes = columns([(label, Decimal(whole)) for label, whole, _part in values], width=width)
    highest = max((whole for _label, whole, _part in values), default=0)
    found = []
    for column, (label, _whole, part) in zip(wholes, values, strict=True):
        height = part / highest * COLUMN_PLOT_HEIGHT if highest else 0.0
        top = COLUMN_PLOT_TOP + COLUMN_PLOT_HEIGHT - height
        inner = replace(column, text=f"{part:,}", y=_svg(top), height=_svg(height), value_y=_svg(top - 4))
        found.append(Pair(label, column, inner))
    return found
