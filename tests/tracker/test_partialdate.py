"""Partial dates: what is known, what is possible, and what is never invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.partialdate import PartialDate

DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31))


@st.composite
def partial_dates(draw):
    day = draw(DAYS)
    parts = (day.year, day.month, day.day)[: draw(st.integers(0, 3))]
    bound = None
    if len(parts) < 3 and draw(st.booleans()):
        first = PartialDate(*parts).first
        bound = draw(st.dates(min_value=first or date(1800, 1, 1), max_value=date(2200, 12, 31)))
    return PartialDate(*parts, not_later_than=bound)


@pytest.mark.parametrize(
    ("text", "precision", "first", "last", "exact", "iso"),
    [
        ("2024-06-30", "day", date(2024, 6, 30), date(2024, 6, 30), date(2024, 6, 30), "2024-06-30"),
        ("2024-06", "month", date(2024, 6, 1), date(2024, 6, 30), None, "2024-06"),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29), None, "2024-02"),
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31), None, "2024"),
        ("", "unknown", None, None, None, ""),
        ("≤2024-12-31", "unknown", None, date(2024, 12, 31), None, ""),
        ("2023≤2023-08-30", "year", date(2023, 1, 1), date(2023, 8, 30), None, "2023"),
        ("2023-08≤2023-08-01", "month", date(2023, 8, 1), date(2023, 8, 1), None, "2023-08"),
        ("2023≤2025-01-01", "year", date(2023, 1, 1), date(2023, 12, 31), None, "2023"),
    ],
)
def test_a_partial_date_knows_its_first_and_last_possible_day(text, precision, first, last, exact, iso):
    partial = PartialDate.parse(text)
    assert (partial.precision, partial.first, partial.last, partial.exact, partial.iso, str(partial)) == (
        precision,
        first,
        last,
        exact,
        iso,
        text,
    )
    assert partial.is_unknown == (precision == "unknown")


@pytest.mark.parametrize("text", ["2023<=2023-08-30", " 2023 ≤ 2023-08-30 "])
def test_a_bound_may_be_written_with_two_signs_and_with_spaces(text):
    assert PartialDate.parse(text) == PartialDate(2023, not_later_than=date(2023, 8, 30))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2024-6", "write 2024-06-30"),
        ("24-06-30", "write 2024-06-30"),
        ("2024/06/30", "write 2024-06-30"),
        ("２０２４", "write 2024-06-30"),
        ("2024-06-30-01", "write 2024-06-30"),
        ("2024-13", "month must be in 1..12"),
        ("2023-02-29", "2023-02-29"),
        ("0000", "year"),
        ("2023≤", "the bound '' is not a day"),
        ("2023≤2023-08", "the bound '2023-08' is not a day"),
        ("≤2023-02-30", "2023-02-30"),
        ("≤≤2023-02-20", "is not a day"),
        ("2024-06≤2024-05-31", "give a later bound"),
        ("2024-06-30≤2024-12-31", "leave the bound out"),
    ],
)
def test_what_is_no_partial_date_is_refused_in_words_that_help(text, says):
    with pytest.raises(ValueError, match=says) as refusal:
        PartialDate.parse(text)
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize("parts", [{"month": 6}, {"day": 3}, {"year": 2024, "day": 3}])
def test_a_part_without_the_greater_part_is_refused(parts):
    with pytest.raises(ValueError, match="needs its"):
        PartialDate(**parts)


@pytest.mark.parametrize(
    ("text", "day", "answer"),
    [
        ("2024-06-30", date(2024, 6, 29), "no"),
        ("2024-06-30", date(2024, 6, 30), "yes"),
        ("2024-06", date(2024, 5, 31), "no"),
        ("2024-06", date(2024, 6, 1), "possibly"),
        ("2024-06", date(2024, 6, 29), "possibly"),
        ("2024-06", date(2024, 6, 30), "yes"),
        ("2023≤2023-08-30", date(2022, 12, 31), "no"),
        ("2023≤2023-08-30", date(2023, 8, 29), "possibly"),
        ("2023≤2023-08-30", date(2023, 8, 30), "yes"),
        ("≤2024-12-31", date(1950, 1, 1), "possibly"),
        ("≤2024-12-31", date(2024, 12, 31), "yes"),
        ("", date(2200, 1, 1), "possibly"),
    ],
)
def test_a_fact_counts_only_from_its_last_possible_day(text, day, answer):
    assert PartialDate.parse(text).reached_by(day) == answer


@pytest.mark.parametrize(
    ("text", "first", "last", "answer"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "yes"),
        ("2024", date(2024, 6, 1), None, "possibly"),
        ("2024", None, date(2024, 6, 1), "possibly"),
        ("2024", date(2025, 1, 1), None, "no"),
        ("2024", date(2024, 3, 1), date(2024, 3, 31), "possibly"),
        ("2024≤2024-02-01", date(2024, 3, 1), date(2024, 3, 31), "no"),
        ("≤2024-02-01", date(2024, 3, 1), None, "no"),
        ("≤2024-02-01", date(2023, 1, 1), date(2024, 3, 1), "possibly"),
        ("≤2024-02-01", None, date(2024, 3, 1), "yes"),
        ("", date(2024, 3, 1), None, "possibly"),
        ("", None, None, "yes"),
    ],
)
def test_a_filter_says_possibly_where_only_some_possible_days_fit(text, first, last, answer):
    assert PartialDate.parse(text).overlaps(first, last) == answer


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        PartialDate(2024).overlaps(date(2024, 2, 1), date(2024, 1, 1))


def test_sorting_goes_by_the_last_possible_day_then_the_first_and_unknown_comes_last():
    in_order = [
        "2023≤2023-08-30",
        "2023-12-30",
        "≤2023-12-31",
        "2023",
        "2023-12",
        "2023-12-31",
        "2024-01",
        "",
    ]
    shuffled = [PartialDate.parse(text) for text in reversed(in_order)]
    assert [str(partial) for partial in sorted(shuffled, key=lambda each: each.sort_key)] == in_order


@given(partial_dates())
def test_every_partial_date_is_read_back_as_written(partial):
    assert PartialDate.parse(str(partial)) == partial
    assert len(str(partial)) <= 24


@given(partial_dates(), DAYS, DAYS)
def test_the_answer_agrees_with_looking_at_each_end(partial, one, other):
    first, last = sorted((one, other))
    begins, ends = partial.first or date.min, partial.last or date.max
    if first <= begins and ends <= last:
        expected = "yes"
    else:
        expected = "no" if ends < first or begins > last else "possibly"
    assert partial.overlaps(first, last) == expected


@given(DAYS)
def test_a_day_known_exactly_is_its_own_first_and_last(day):
    partial = PartialDate.of(day)
    assert (partial.first, partial.last, partial.exact, partial.iso) == (day, day, day, day.isoformat())
