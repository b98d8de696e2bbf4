"""The arithmetic of the statistics, against lists made by hand."""

from collections import Counter
from datetime import date
from statistics import median as plain_median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.casework.counting import BANDS, Span, median, merged, percentile, share
from reports.casework.outcomes import Outcome, Progress, grounded, outcome_of, progress_of

VALUES = st.lists(st.integers(0, 40), min_size=1, max_size=60)
ANY_PACE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine drawing a list can stall for a second; that says nothing about the arithmetic."""


@ANY_PACE
@given(VALUES)
def test_the_median_of_a_histogram_is_that_of_its_values(values):
    assert median(Counter(values)) == plain_median(values)


@ANY_PACE
@given(VALUES)
def test_nine_tenths_of_all_values_do_not_exceed_the_ninetieth_percentile_and_of_the_next_smaller_fewer(
    values,
):
    found = percentile(Counter(values))

    within = sum(value <= found for value in values)
    below = sum(value < found for value in values)
    assert within * 10 >= len(values) * 9 > below * 10


@pytest.mark.parametrize(
    ("values", "middle", "ninetieth"),
    [([], None, None), ([7], 7, 7), ([1, 2], 1.5, 2), ([3, 1, 2], 2, 3), ([*range(1, 11)], 5.5, 9)],
)
def test_middles_of_short_lists_are_those_worked_out_by_hand(values, middle, ninetieth):
    assert (median(Counter(values)), percentile(Counter(values))) == (middle, ninetieth)


def test_histograms_are_added_value_by_value():
    assert merged([{1: 2, 5: 1}, {5: 3}]) == {1: 2, 5: 4}


def test_of_fewer_than_five_no_share_is_given():
    assert (share(4, 4), share(2, 5), share(0, 0)) == (None, 0.4, None)


def test_every_age_belongs_to_one_band():
    within = [
        [band.code for band in BANDS if band.first <= age and (band.last is None or age <= band.last)]
        for age in range(800)
    ]
    assert {len(codes) for codes in within} == {1}
    assert [within[age][0] for age in (29, 30, 89, 90, 179, 180, 364, 365)] == [
        "under_30", "30_to_89", "30_to_89", "90_to_179", "90_to_179", "180_to_364", "180_to_364", "365_and_over",
    ]  # fmt: skip


def test_a_span_is_five_calendar_years_unless_a_day_is_given_and_is_cut_at_the_turns_of_the_years():
    asked = Span.of(date(2025, 7, 1), date(2026, 6, 30))

    assert Span.of(None, date(2026, 6, 30)).since == date(2022, 1, 1)
    assert [asked.part(year) for year in asked.years] == [
        (date(2025, 7, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 6, 30)),
    ]
    assert list(Span(date(2026, 7, 1), date(2026, 6, 30)).years) == []


@pytest.mark.parametrize(
    ("result", "ending", "outcome", "code"),
    [
        ("full", "", Outcome.FULL, "full"),
        ("part", "", Outcome.PART, "part"),
        ("none", "I90 10(2)1", Outcome.REFUSED, "refused:10(2)1"),
        ("none", "O90 ", Outcome.REFUSED, "refused"),
        ("none", "O94 ", Outcome.WITHDRAWN, "withdrawn"),
        ("none", "I92 ", Outcome.LAPSED, "lapsed"),
        ("none", "O96 ", Outcome.NO_REPLY, "no_reply"),
        ("none", "I85 ", Outcome.NOT_MET, "not_met"),
        ("", "", Outcome.UNKNOWN, "unknown"),
    ],
)
def test_what_became_of_a_request_follows_from_its_result_and_the_state_before_its_end(
    result, ending, outcome, code
):
    assert (outcome_of(result, ending), grounded(result, ending)) == (outcome, code)


def test_a_thing_that_is_not_settled_shares_the_fate_of_its_case():
    assert [
        progress_of(*each) for each in (("done", None), ("", None), ("", "full"), ("refused", "part"))
    ] == [
        Progress.DONE,
        Progress.PENDING,
        Progress.DONE,
        Progress.ENDED,
    ]
