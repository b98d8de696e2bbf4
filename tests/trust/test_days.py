"""Days stay the days they are: in years of three digits, across the date line, at midnight, and in the summer of 1975.

CAL-3, CAL-6, CAL-7, CAL-8 of the programme. What the law asks for is a date without a zone; only the moment of a record has one,
and its day is that of Taipei, wherever the server or the browser stands.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from cases.actions.numbering import Wanted, take_number
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import Holiday, User

pytestmark = pytest.mark.django_db
ZONES = (
    "UTC", "Pacific/Honolulu", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kabul", "Asia/Kathmandu", "Asia/Tokyo",
    "Europe/London", "America/St_Johns", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Chatham",
)  # fmt: skip
TAIPEI = ZoneInfo("Asia/Taipei")
MIDNIGHTS = (
    date(2026, 1, 1),
    date(2026, 3, 1),
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2026, 7, 1),
    date(2027, 12, 31),
)
"""Each is asked a second before it begins and when it begins."""


@pytest.fixture(params=["UTC", "Pacific/Honolulu", "Pacific/Kiritimati"])
def server_zone(request) -> Iterator[str]:
    """The zone of the machine, as the C library and Python see it."""
    kept = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if kept is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = kept
    time.tzset()


def test_numbers_of_years_with_two_and_three_digits_sort_as_the_years_do():
    """CAL-3: 99 before 100 before 115."""
    days = [date(year + 1911, 6, 1) for year in (99, 100, 101, 114, 115, 120)]

    numbers = [take_number(Wanted("in", 0, day)) for day in days for _two in range(2)]

    assert numbers == sorted(numbers)
    assert [number[:3] for number in numbers[::2]] == ["099", "100", "101", "114", "115", "120"]
    assert sorted(["99-受-0001", "100-受-0001"]) == [
        "100-受-0001",
        "99-受-0001",
    ]  # the control: unpadded, they would not


@pytest.mark.parametrize("zone", ZONES)
def test_the_day_of_a_letter_is_the_day_that_stands_on_it_wherever_it_was_written(zone):
    """CAL-6: of each hour of the day on which Apia had no day, by the clock of the writer; received is Taipei's day."""
    jun, partner = makers.jun(), makers.partner()
    begin = datetime(2011, 12, 30, tzinfo=ZoneInfo(zone))
    kept, given = [], []
    for hour in (0, 5, 9, 15, 16, 23):
        written = (begin.astimezone(UTC) + timedelta(hours=hour)).astimezone(ZoneInfo(zone))
        with time_machine.travel(written + timedelta(days=2), tick=False), timezone.override(zone):
            received = timezone.localdate(timezone=TAIPEI)
            case = case_makers.case(
                jun,
                partner,
                letter_on=written.date(),
                received_on=received,
                today=received,
                subject=f"示例 {hour}",
            )
        case.refresh_from_db()
        given.append((written.date(), received))
        kept.append((case.letter_on, case.received_on))

    assert kept == given
    assert all(type(day) is date for pair in kept for day in pair)


def pages_of_the_day(client) -> tuple[str, ...]:
    """As of which day a report counts when nobody says, and whether a case that was due the day before is overdue."""
    report = client.get("/reports/all/S04/?with_samples=on").context["table"].report
    overdue = client.get(reverse("cases:list") + "?samples=1&due=over").text
    return report.parameters.as_of.isoformat(), "示例逾期" if "示例逾期" in overdue else ""


@pytest.mark.parametrize("day", MIDNIGHTS)
def test_a_day_begins_when_it_begins_in_taipei_wherever_the_server_stands(client, server_zone, day):
    """CAL-7: a second before midnight and at midnight; the default day of a report, and what is overdue."""
    before, begins = day - timedelta(days=1), datetime.combine(day, datetime.min.time(), TAIPEI)
    jun = makers.jun()
    with time_machine.travel(begins - timedelta(hours=30), tick=False):
        case_makers.case(
            jun, subject="示例逾期", received_on=before - timedelta(days=5), letter_on=before - timedelta(days=5),
            deadline=before, today=before, officer=jun,
        )  # fmt: skip
        client.force_login(jun)

    told = []
    for moment in (begins - timedelta(seconds=1), begins):
        with time_machine.travel(moment, tick=False):
            client.force_login(jun)
            told.append(pages_of_the_day(client))

    assert told == [(before.isoformat(), ""), (day.isoformat(), "示例逾期")]


def test_whoever_leaves_on_a_day_is_let_in_until_that_day_ends_in_taipei(client, server_zone):
    """CAL-7: the last second of the day, and the first of the next."""
    last = date(2028, 2, 29)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), TAIPEI)
    jun = makers.jun()
    User.objects.filter(pk=jun.pk).update(ends_on=last)

    codes = []
    for moment in (ends - timedelta(seconds=1), ends):
        with time_machine.travel(moment, tick=False):
            client.force_login(jun)
            codes.append(client.get("/cases/").status_code)

    assert codes == [200, 302]


def columns() -> Iterator[models.Field]:
    for model in apps.get_models():
        if model.__module__.partition(".")[0] in ("tracker", "agreements", "cases", "reports"):
            yield from model._meta.concrete_fields


def out_of_place(fields: Iterator[models.Field]) -> list[str]:
    """Days that are kept as moments, and moments that are kept as days."""
    return [
        str(field)
        for field in fields
        if (field.name.endswith("_on") and isinstance(field, models.DateTimeField))
        or (
            field.name.endswith("_at")
            and isinstance(field, models.DateField)
            and not isinstance(field, models.DateTimeField)
        )
    ]


def test_what_the_law_dates_is_a_day_and_never_a_moment_at_midnight():
    """CAL-8. A column that ends in ``_on`` is a day, one that ends in ``_at`` a moment."""
    planted = models.DateTimeField(name="signed_on")
    planted.set_attributes_from_name("signed_on")

    assert out_of_place(columns()) == []
    assert len(out_of_place(iter([planted]))) == 1
    assert sum(isinstance(field, models.DateField) and field.name.endswith("_on") for field in columns()) > 20


def test_a_day_comes_back_from_the_database_as_it_went_in():
    """CAL-8: a day of each week from 1885 to 2150, and every one of the years in which the clocks of Taipei stood ahead in summer."""
    weekly = {date(1885, 1, 1) + timedelta(weeks=place) for place in range(266 * 52)}
    summers = {date(1945, 1, 1) + timedelta(days=place) for place in range(35 * 365)}
    days = sorted(weekly | summers)
    Holiday.objects.all().delete()

    Holiday.objects.bulk_create([Holiday(day=day) for day in days], batch_size=2000)

    assert list(Holiday.objects.order_by("day").values_list("day", flat=True)) == days


def test_a_moment_at_midnight_would_come_back_as_another_day():
    """The control of CAL-8: of a summer in Taipei, read at the offset of today."""
    summer = datetime(1975, 7, 1, tzinfo=TAIPEI)

    assert summer.astimezone(timezone.get_fixed_timezone(480)).date() == date(1975, 6, 30)
