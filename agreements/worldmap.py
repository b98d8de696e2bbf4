"""Places marks on the world map: which frame, where exactly, and the name beside without touching another.

Pure but for reading the file of positions once. The picture itself (``static/map/land.svg``) and the
positions share one unit; the frames below the world are magnified pieces of it, for regions whose partners
stand too close together to be told apart.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_FILE = Path(__file__).parent / "data" / "map_positions.json"

RADIUS = 9
_APART = 2 * RADIUS + 3
_LINE = 16
"""Height of a name, in units of the frame; a Chinese character is 13 wide."""


_SIGNS = {"stopped": "‖", "ended": "×", "unknown": "?"}


class Box(NamedTuple):
    """A rectangle by its corners."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Mark:
    """What to place: a partner's ISO code, its phase as for the ``stage`` tag, its name and address."""

    code: str
    number: int | str
    name: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark in a frame: its middle, where it belongs, and where its name begins (or ends, by ``anchor``)."""

    mark: Mark
    x: float
    y: float
    home_x: float
    home_y: float
    name_x: float
    name_y: float
    anchor: str

    @property
    def is_moved(self) -> bool:
        """Whether a line must lead to the place it belongs to."""
        return abs(self.x - self.home_x) + abs(self.y - self.home_y) > RADIUS

    @property
    def corner(self) -> tuple[float, float]:
        """The upper left corner of a square mark of 16 units."""
        return self.x - 8, self.y - 8

    @property
    def baseline(self) -> float:
        """Where the sign inside the mark stands."""
        return self.y + 4

    @property
    def sign(self) -> str:
        """What is written inside the mark: the number, or a sign for what stands apart from the numbers."""
        return _SIGNS.get(str(self.mark.number), str(self.mark.number))


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of the world that is drawn larger."""

    name: str
    label: str | Promise
    box: Box
    scale: float

    @property
    def width(self) -> float:
        return self.box.right - self.box.left

    @property
    def height(self) -> float:
        return self.box.bottom - self.box.top

    @property
    def middle(self) -> float:
        return (self.box.left + self.box.right) / 2

    @property
    def words_y(self) -> float:
        """Baseline of the words in the region's outline on the world, where no mark stands."""
        return self.box.bottom - 5


REGIONS = (
    # Translators: 加勒比海及中美洲
    Region("caribbean", _("Caribbean and Central America"), Box(820, 142, 932, 232), 4),
    Region("europe", pgettext_lazy("region", "Europe"), Box(109, 30, 221, 120), 4),
    # Translators: 東南亞
    Region("southeast_asia", _("Southeast Asia"), Box(337, 148, 449, 238), 4),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: the world, or a region; everything in its own units, ready to be drawn."""

    name: str
    label: str | Promise
    width: float
    height: float
    scale: float
    left: float
    top: float
    marks: tuple[Placed, ...]
    insets: tuple[Region, ...] = ()

    @property
    def transform(self) -> str:
        """How the land is moved into the frame."""
        return f"scale({self.scale:g}) translate({-self.left:g} {-self.top:g})"


@cache
def _sheet() -> tuple[float, float, dict[str, tuple[float, float]]]:
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return read["width"], read["height"], {code: (x, y) for code, (x, y) in read["positions"].items()}


def position(code: str) -> tuple[float, float] | None:
    """Where a country lies on the sheet, by its ISO 3166-1 alpha-2 code; None for what is on no map."""
    return _sheet()[2].get(code)


def frames(marks: Iterable[Mark]) -> tuple[Frame, ...]:
    """The world first, then each region that has a mark. A mark stands in one frame only.

    Marks without a position (fictional partners) are left out: the table beside the map has them.
    """
    width, height, positions = _sheet()
    known = [(mark, *positions[mark.code]) for mark in marks if mark.code in positions]
    regions = []
    for region in REGIONS:
        inside = [each for each in known if region.box.holds(each[1], each[2])]
        if inside:
            known = [each for each in known if each not in inside]
            regions.append((region, inside))
    world = Frame(
        "world",
        pgettext_lazy("map", "World"),
        width,
        height,
        1,
        0,
        0,
        _place(known, Box(0, 0, width, height), 1, [region.box for region, _inside in regions]),
        tuple(region for region, _inside in regions),
    )
    return (world, *(_magnified(region, inside) for region, inside in regions))


def _magnified(region: Region, inside: list[tuple[Mark, float, float]]) -> Frame:
    width, height = region.width * region.scale, region.height * region.scale
    placed = _place(inside, region.box, region.scale, [])
    return Frame(
        region.name, region.label, width, height, region.scale, region.box.left, region.box.top, placed
    )


def _place(
    marks: list[tuple[Mark, float, float]], box: Box, scale: float, taken: list[Box]
) -> tuple[Placed, ...]:
    """Move marks apart, then give each name the first free place around its mark."""
    homes = [((x - box.left) * scale, (y - box.top) * scale) for _mark, x, y in marks]
    limits = Box(0, 0, (box.right - box.left) * scale, (box.bottom - box.top) * scale)
    points = _spread(homes, limits)
    taken = taken + [Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in points]
    placed = []
    for (mark, _x, _y), home, point in zip(marks, homes, points, strict=True):
        name_x, name_y, anchor, used = _free_place(*point, _width(mark.name), limits, taken)
        taken.append(used)
        (x, y), (home_x, home_y) = point, home
        numbers = (round(number, 1) for number in (x, y, home_x, home_y, name_x, name_y))
        x, y, home_x, home_y, name_x, name_y = numbers
        placed.append(Placed(mark, x, y, home_x, home_y, name_x, name_y, anchor))
    return tuple(placed)


def _spread(homes: list[tuple[float, float]], limits: Box) -> list[tuple[float, float]]:
    """Push marks that would overlap away from each other, always the same way for the same marks."""
    points = [list(home) for home in homes]
    for _round in range(120):
        moved = False
        for first in range(len(points)):
            for second in range(first + 1, len(points)):
                moved |= _push(points[first], points[second])
        for point in points:
            point[0] = min(max(point[0], RADIUS + 2), limits.right - RADIUS - 2)
            point[1] = min(max(point[1], RADIUS + 2), limits.bottom - RADIUS - 2)
        if not moved:
            break
    return [(x, y) for x, y in points]


def _push(one: list[float], other: list[float]) -> bool:
    across, down = other[0] - one[0], other[1] - one[1]
    distance = (across**2 + down**2) ** 0.5
    if distance >= _APART:
        return False
    if distance < 0.01:
        across, down, distance = 0.0, 1.0, 1.0
    step = (_APART - distance) / 2 + 0.1
    across, down = across / distance * step, down / distance * step
    one[0], one[1] = one[0] - across, one[1] - down
    other[0], other[1] = other[0] + across, other[1] + down
    return True


def _free_place(
    x: float, y: float, width: float, limits: Box, taken: list[Box]
) -> tuple[float, float, str, Box]:
    """Where the name goes: x, baseline, anchor, and the box it takes. With no free place, to the right."""
    places = list(_around(x, y, width))
    for name_x, name_y, anchor, box in places:
        inside = limits.holds(box.left, box.top) and limits.holds(box.right, box.bottom)
        if inside and not any(box.touches(other) for other in taken):
            return name_x, name_y, anchor, box
    return places[0]


def _around(x: float, y: float, width: float) -> Iterator[tuple[float, float, str, Box]]:
    """Right, left, above, below, then the corners."""
    gap = RADIUS + 4
    for anchor, name_x, baseline in (
        ("start", x + gap, y + 4.5),
        ("end", x - gap, y + 4.5),
        ("middle", x, y - gap),
        ("middle", x, y + gap + 11),
        ("start", x + gap - 4, y - gap + 5),
        ("start", x + gap - 4, y + gap + 4),
        ("end", x - gap + 4, y - gap + 5),
        ("end", x - gap + 4, y + gap + 4),
    ):
        left = {"start": name_x, "end": name_x - width, "middle": name_x - width / 2}[anchor]
        yield name_x, baseline, anchor, Box(left, baseline - _LINE + 4, left + width, baseline + 4)


def _width(name: str) -> float:
    """Estimated width of a name set at 13 units: wide characters count 13, others 7.2."""
    return sum(13 if unicodedata.east_asian_width(letter) in "WF" else 7.2 for letter in name)
