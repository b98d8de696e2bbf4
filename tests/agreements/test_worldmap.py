"""Where marks stand on the world map."""

from itertools import combinations
from xml.etree import ElementTree

from babel import Locale
from django.conf import settings
from django.utils.translation import override

from agreements.worldmap import REGIONS, Box, Mark, frames, position

LAND = settings.BASE_DIR / "tracker/static/map/land.svg"
NOT_ON_THE_SHEET = {"AC", "AQ", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
"""Codes of CLDR that are no country (unions, parts, private use), and Antarctica, which lies below the sheet."""
SMALL_PARTNERS = ["TW", "PY", "GT", "BZ", "SZ", "PW", "MH", "TV", "KN", "LC", "VC", "VA"]
PARTNERS = {
    "US": "United States",
    "CN": "Mainland China",
    "PH": "Philippines",
    "ZA": "South Africa",
    "PL": "Poland",
    "NR": "Nauru",
    "BZ": "Belize",
    "SK": "Slovakia",
    "VC": "Saint Vincent and the Grenadines",
    "PW": "Palau",
    "DE": "Germany",
    "TV": "Tuvalu",
    "LC": "Saint Lucia",
    "VN": "Vietnam",
    "GB": "United Kingdom",
    "SZ": "Eswatini",
    "DK": "Denmark",
    "CH": "Switzerland",
    "PA": "Panama",
    "MH": "Marshall Islands",
    "KN": "Saint Kitts and Nevis",
    "DO": "Dominican Republic",
    "DM": "Dominica",
    "PY": "Paraguay",
    "CR": "Costa Rica",
    "JP": "Japan",
}
"""The partners of the register, with their English names: the longest names the map has to place."""


def mark(code, name=None):
    return Mark(code, 5, name or code, f"/partners/{code}/", f"{code}: in force")


def circle_boxes(frame):
    return [Box(placed.x - 9, placed.y - 9, placed.x + 9, placed.y + 9) for placed in frame.marks]


def name_boxes(frame):
    """What the names take as drawn: 7.2 a letter, from 12 above the baseline to 4 below."""
    for placed in frame.marks:
        wide = 7.2 * len(placed.mark.name)
        left = placed.name_x - {"start": 0, "middle": wide / 2, "end": wide}[placed.anchor]
        yield Box(left, placed.name_y - 12, left + wide, placed.name_y + 4)


def test_every_country_and_area_has_a_place_on_the_sheet():
    territories = Locale.parse("zh_Hant_TW").territories
    codes = {code for code in territories if len(code) == 2 and code.isalpha()} - NOT_ON_THE_SHEET
    assert len(codes) == 249
    assert {code for code in codes if position(code) is None} == set()


def test_small_partners_and_all_partners_of_the_register_have_a_place():
    assert [code for code in [*SMALL_PARTNERS, *PARTNERS] if position(code) is None] == []


def test_what_is_on_no_map_has_no_place():
    assert position("XA") is None
    assert frames([mark("XA")])[0].marks == ()


def test_taiwan_stands_near_the_middle_with_its_neighbours_around_it():
    x, y = position("TW")
    assert 350 < x < 650
    assert position("CN")[0] < x < position("US")[0]
    assert position("JP")[1] < y < position("PH")[1]


def test_the_picture_is_land_alone_and_small():
    assert LAND.stat().st_size <= 60_000
    root = ElementTree.parse(LAND).getroot()
    [land] = [each for each in root if each.tag.endswith("path")]
    assert set(land.attrib) == {"id", "transform", "vector-effect", "d"}


def test_a_mark_stands_in_one_frame_only():
    drawn = frames([mark("KN"), mark("DE"), mark("TH"), mark("ZA")])
    assert [(frame.name, [placed.mark.code for placed in frame.marks]) for frame in drawn] == [
        ("world", ["ZA"]),
        ("caribbean", ["KN"]),
        ("europe", ["DE"]),
        ("southeast_asia", ["TH"]),
    ]
    assert drawn[0].insets == REGIONS


def test_a_region_without_marks_is_not_drawn():
    assert [frame.name for frame in frames([mark("ZA")])] == ["world"]


def test_a_mark_alone_stands_where_its_country_lies():
    [placed] = frames([mark("ZA")])[0].marks
    assert (placed.x, placed.y) == (placed.home_x, placed.home_y) == position("ZA")
    assert not placed.is_moved


def test_marks_of_neighbouring_islands_are_moved_apart_and_lead_home():
    islands = ["AG", "KN", "MS", "GP", "DM", "MQ", "LC", "VC", "BB"]
    _world, caribbean = frames([mark(code) for code in islands])
    middles = [(placed.x, placed.y) for placed in caribbean.marks]
    distances = [((a - c) ** 2 + (b - d) ** 2) ** 0.5 for (a, b), (c, d) in combinations(middles, 2)]
    assert min(distances) > 18
    assert any(placed.is_moved for placed in caribbean.marks)


def test_no_name_of_the_register_covers_a_mark_or_another_name():
    for frame in frames([mark(code, name) for code, name in PARTNERS.items()]):
        names, circles = list(name_boxes(frame)), circle_boxes(frame)
        assert [pair for pair in combinations(names, 2) if pair[0].touches(pair[1])] == []
        assert [(name, circle) for name in names for circle in circles if name.touches(circle)] == []


def test_no_name_of_the_register_leaves_its_frame():
    for frame in frames([mark(code, name) for code, name in PARTNERS.items()]):
        outline = Box(0, 0, frame.width, frame.height)
        corners = [(box, outline.holds(*box[:2]) and outline.holds(*box[2:])) for box in name_boxes(frame)]
        assert [box for box, is_inside in corners if not is_inside] == []


def test_the_same_marks_are_always_placed_alike():
    marks = [mark(code, name) for code, name in PARTNERS.items()]
    with override("en"):
        assert frames(marks) == frames(marks)
