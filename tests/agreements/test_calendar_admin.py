"""A change of the calendar recomputes the running clocks and lists what moved."""

from datetime import date

import pytest
from django.urls import reverse

from agreements.models import RunningClock
from tests import makers
from tracker.models import Entry

pytestmark = pytest.mark.django_db
TYPHOON = {"day": "2025-04-02", "kind": "holiday", "reason": "示例颱風"}


@pytest.fixture
def due():
    """A file signed on 3 March 2025, whose thirty days end on Wednesday, 2 April."""
    mei = makers.mei()
    makers.step(mei, makers.walk(mei, until="sign_first", start=date(2025, 1, 10)), "sign", date(2025, 3, 3))
    return lambda: RunningClock.objects.get().due_on


def test_a_holiday_on_the_due_day_moves_it_and_its_removal_moves_it_back(client_of, due):
    client = client_of(makers.administrator())
    assert due() == date(2025, 4, 2)

    page = client.post(reverse("admin:tracker_holiday_add"), TYPHOON, follow=True)

    # 3 and 4 April 2025 are public holidays, 5 and 6 a weekend.
    assert due() == date(2025, 4, 7)
    assert "2025-04-02 → 2025-04-07" in page.text
    assert Entry.objects.filter(verb="clocks.recompute").last().details["moved"] == 1
    holiday = Entry.objects.filter(about_model="tracker.holiday").last().about_id
    client.post(reverse("admin:tracker_holiday_delete", args=[holiday]), {"post": "yes"})
    assert due() == date(2025, 4, 2)


def test_switching_the_roll_off_moves_the_due_days_too(client_of, due):
    client = client_of(makers.administrator())
    client.post(reverse("admin:tracker_holiday_add"), TYPHOON)

    client.post(reverse("admin:tracker_setting_add"), {"name": "holiday_roll", "value": "no"})

    assert due() == date(2025, 4, 2)


def test_an_officer_does_not_change_the_calendar(client_of, due):
    answer = client_of(makers.jun()).post(reverse("admin:tracker_holiday_add"), TYPHOON)

    assert (answer.status_code, due()) == (302, date(2025, 4, 2))
