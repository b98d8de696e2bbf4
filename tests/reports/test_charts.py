"""Lengths of bars: proportional, inside their picture, and nothing where there are no data."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reports.charts import Segment, columns, segments


def test_a_bar_of_100_points_is_544_wide_and_its_parts_follow_one_another():
    assert segments([50.0, None, 25.0, 0.0]) == [
        Segment(1, "0.0", "270.5", "1", "135.2"),
        Segment(3, "272.0", "134.5", "3", "339.2"),
    ]


def test_a_narrow_part_carries_no_number():
    assert [segment.number for segment in segments([2.0, 40.0])] == ["", "2"]


@given(st.lists(st.one_of(st.none(), st.floats(0, 25)), max_size=4))
def test_parts_of_a_bar_never_leave_it(points):
    for segment in segments(points):
        assert float(segment.x) >= 0
        assert float(segment.x) + float(segment.width) <= 545


def test_the_highest_column_fills_the_plot_and_an_unknown_year_has_no_height():
    found = columns([("111", Decimal(200)), ("112", None), ("113", Decimal(50))])

    assert [(c.label, c.y, c.height, c.text) for c in found] == [
        ("111", "18.0", "50.0", "200"),
        ("112", "68.0", "0.0", ""),
        ("113", "55.5", "12.5", "50"),
    ]


def test_columns_of_zeros_and_no_columns_at_all_draw_nothing():
    assert [c.height for c in columns([("111", Decimal(0))])] == ["0.0"]
    assert columns([]) == []
