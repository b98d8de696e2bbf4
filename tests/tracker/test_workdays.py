"""Counting days in Taiwan's calendar, against the law's own words and a second way of counting (CAL-5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.workdays import (
    Calendar,
    RestDay,
    Workings,
    count_back,
    count_days,
    taiwan_calendar,
)

KNOWN_UNTIL = date(2026, 12, 31)
TAIWAN = taiwan_calendar(range(2023, 2028), {}, KNOWN_UNTIL)
DAYS = st.dates(min_value=date(2023, 1, 1), max_value=date(2027, 6, 30))


@st.composite
def calendars(draw):
    rest = draw(st.frozensets(DAYS, max_size=30))
    worked = draw(st.frozensets(DAYS, max_size=30))
    return Calendar(rest, worked - rest, KNOWN_UNTIL, "drawn")


def is_worked(day, calendar):
    """The second way of saying it, to compare with."""
    return day in calendar.make_up_days or (day.isoweekday() <= 5 and day not in calendar.rest_days)


def test_a_period_that_ends_on_a_saturday_ends_on_the_monday():
    signed = date(2023, 3, 23)
    period = count_days(signed, 30, TAIWAN)
    assert (period.raw_due, period.due, period.rolled, period.certain) == (
        date(2023, 4, 22),
        date(2023, 4, 24),
        True,
        True,
    )
    assert period.workings == Workings(
        start=signed,
        first_counted=date(2023, 3, 24),
        days=30,
        raw_due=date(2023, 4, 22),
        moved_past=(RestDay(date(2023, 4, 22), "saturday"), RestDay(date(2023, 4, 23), "sunday")),
        calendar_version=TAIWAN.version,
    )


def test_a_period_that_ends_on_a_working_day_stays_there():
    period = count_days(date(2025, 3, 3), 30, TAIWAN)
    assert (period.raw_due, period.due, period.rolled) == (date(2025, 4, 2), date(2025, 4, 2), False)
    assert period.workings.moved_past == ()


def test_an_end_in_the_new_year_holidays_moves_past_all_of_them():
    period = count_days(date(2024, 12, 30), 30, TAIWAN)
    assert (period.raw_due, period.due) == (date(2025, 1, 29), date(2025, 2, 3))
    assert [rest.because for rest in period.workings.moved_past] == [
        "holiday",
        "holiday",
        "holiday",
        "saturday",
        "sunday",
    ]


def test_a_period_can_end_on_a_make_up_saturday():
    assert count_days(date(2025, 2, 1), 7, TAIWAN).due == date(2025, 2, 8)


def test_without_rolling_the_counted_end_stands_and_is_certain():
    period = count_days(date(2027, 1, 1), 1, TAIWAN, roll=False)
    assert (period.raw_due, period.due, period.certain) == (date(2027, 1, 2), date(2027, 1, 2), True)


@pytest.mark.parametrize(("start", "certain"), [(date(2026, 12, 30), True), (date(2026, 12, 31), False)])
def test_an_end_beyond_the_known_calendar_is_not_certain(start, certain):
    assert count_days(start, 1, TAIWAN).certain is certain


def test_an_end_rolled_out_of_the_known_calendar_is_not_certain():
    calendar = Calendar(frozenset(), frozenset(), date(2026, 8, 2), "until a Sunday")
    assert count_days(date(2026, 7, 31), 1, calendar).certain is False


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_has_at_least_one_day(days):
    with pytest.raises(ValueError, match="at least one day"):
        count_days(date(2025, 1, 1), days, TAIWAN)
    with pytest.raises(ValueError, match="at least one day"):
        count_back(date(2025, 1, 1), days, TAIWAN)


@pytest.mark.parametrize(
    ("day", "because"),
    [
        (date(2025, 1, 27), "holiday"),  # exchanged for the Saturday 8 February
        (date(2025, 2, 8), None),
        (date(2025, 2, 15), "saturday"),
        (date(2025, 2, 16), "sunday"),
        (date(2025, 9, 29), "holiday"),  # in place of Sunday 28 September, a holiday since 2025
        (date(2025, 12, 25), "holiday"),
        (date(2026, 2, 20), "holiday"),
        (date(2026, 2, 27), "holiday"),
        (date(2026, 5, 1), "holiday"),
        (date(2026, 5, 4), None),
        (date(2027, 12, 31), "holiday"),  # for 1 January 2028, a Saturday
    ],
)
def test_taiwans_calendar_knows_substitute_days_and_make_up_saturdays(day, because):
    assert TAIWAN.rest_reason(day) == because


def test_the_only_make_up_days_from_2024_to_2027_are_the_two_that_were_published():
    assert sorted(day for day in TAIWAN.make_up_days if day.year > 2023) == [
        date(2024, 2, 17),
        date(2025, 2, 8),
    ]


def test_a_substitute_day_before_the_next_year_counts_when_only_this_year_is_asked():
    assert taiwan_calendar([2027], {}, KNOWN_UNTIL).rest_reason(date(2027, 12, 31)) == "holiday"


def test_an_override_wins_over_the_published_calendar():
    typhoon, worked, saturday = date(2025, 7, 7), date(2025, 12, 25), date(2025, 2, 8)
    calendar = taiwan_calendar(
        [2025], {typhoon: "holiday", worked: "workday", saturday: "holiday"}, KNOWN_UNTIL
    )
    assert [calendar.rest_reason(day) for day in (typhoon, worked, saturday)] == ["holiday", None, "holiday"]


def test_the_version_changes_with_any_day_and_only_then():
    same = taiwan_calendar(range(2023, 2028), {}, KNOWN_UNTIL)
    others = [
        taiwan_calendar(range(2023, 2028), {date(2025, 7, 7): "holiday"}, KNOWN_UNTIL),
        taiwan_calendar(range(2023, 2028), {date(2025, 7, 5): "workday"}, KNOWN_UNTIL),
        taiwan_calendar(range(2023, 2028), {}, date(2027, 12, 31)),
        taiwan_calendar(range(2023, 2027), {}, KNOWN_UNTIL),
    ]
    assert same == TAIWAN
    assert len({TAIWAN.version, *(other.version for other in others)}) == 5


def test_a_day_cannot_be_both_off_and_made_up():
    day = date(2025, 7, 7)
    with pytest.raises(ValueError, match="2025-07-07 cannot be both"):
        Calendar(frozenset([day]), frozenset([day]), KNOWN_UNTIL, "wrong")


def test_the_next_five_working_days_begin_with_today_when_it_is_one():
    assert TAIWAN.next_workdays(date(2025, 3, 20), 5) == [
        date(2025, 3, 20),
        date(2025, 3, 21),
        date(2025, 3, 24),
        date(2025, 3, 25),
        date(2025, 3, 26),
    ]
    assert TAIWAN.next_workdays(date(2025, 1, 25), 2) == [date(2025, 2, 3), date(2025, 2, 4)]


def test_working_days_between_leave_out_the_first_day_and_count_the_last():
    friday, monday = date(2025, 3, 21), date(2025, 3, 24)
    assert TAIWAN.workdays_between(friday, monday) == 1
    assert TAIWAN.workdays_between(friday, friday) == 0
    with pytest.raises(ValueError, match="is before"):
        TAIWAN.workdays_between(monday, friday)


def test_counting_back_from_a_sunday_starts_early_enough_to_end_on_the_friday():
    assert count_back(date(2025, 3, 23), 30, TAIWAN) == date(2025, 2, 19)
    assert count_back(date(2025, 3, 23), 30, TAIWAN, roll=False) == date(2025, 2, 21)


@given(calendars(), DAYS, st.integers(1, 120))
@settings(max_examples=300)
def test_due_dates_agree_with_walking_day_by_day(calendar, start, days):
    counted, day = 0, start
    while counted < days:
        day += timedelta(days=1)
        counted += 1
    raw = day
    while not is_worked(day, calendar):
        day += timedelta(days=1)
    period = count_days(start, days, calendar)
    assert (period.raw_due, period.due, len(period.workings.moved_past)) == (raw, day, (day - raw).days)


@given(calendars(), DAYS, st.integers(1, 120), st.booleans())
@settings(max_examples=300)
def test_counting_back_finds_the_latest_start_that_is_in_time(calendar, due, days, roll):
    start = count_back(due, days, calendar, roll)
    assert count_days(start, days, calendar, roll).due <= due
    assert count_days(start + timedelta(days=1), days, calendar, roll).due > due


@given(calendars(), DAYS, st.integers(0, 60))
@settings(max_examples=300)
def test_working_days_between_agree_with_listing_them(calendar, after, length):
    until = after + timedelta(days=length)
    days = [after + timedelta(days=n + 1) for n in range(length)]
    worked = [day for day in days if is_worked(day, calendar)]
    assert calendar.workdays_between(after, until) == len(worked)
    assert calendar.next_workdays(after + timedelta(days=1), len(worked)) == worked
