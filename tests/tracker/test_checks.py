"""The calendar warns three months before it ends."""

from datetime import date

import pytest

from tracker.checks import calendar_reaches_far_enough, calendar_warnings
from tracker.models import Setting


@pytest.mark.parametrize(
    ("today", "is_warned"), [(date(2026, 9, 30), True), (date(2026, 9, 29), False), (date(2027, 2, 1), True)]
)
def test_a_warning_comes_three_months_before_the_known_calendar_ends(today, is_warned):
    found = calendar_warnings(date(2026, 12, 31), today=today)

    assert [message.id for message in found] == (["tracker.W001"] if is_warned else [])


@pytest.mark.django_db
def test_the_check_reads_what_staff_wrote_and_runs_only_with_a_database():
    Setting.objects.create(name="calendar_known_until", value="2200-12-31")

    assert calendar_reaches_far_enough(None) == []
    assert calendar_reaches_far_enough(None, databases=["default"]) == []
    Setting.objects.update(value="2001-12-31")
    assert [message.id for message in calendar_reaches_far_enough(None, databases=["default"])] == [
        "tracker.W001"
    ]
