"""Why a kept report differs from the same one now: figures that were recorded, withdrawn, or both."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from reports import frozen
from reports.catalogue import REPORTS, Parameters
from reports.comparing import differences
from reports.models import Figure

pytestmark = pytest.mark.django_db
AS_OF = Parameters(date(2024, 12, 31))


def thailand():
    return Figure.objects.get(series__code="help_seeking", partner__code="TH", year=2024)


def told(then, since):
    now = REPORTS["T4"].run(AS_OF, reader=frozen.office_reader())
    found = differences(then, now, since=since)
    return {one.words: one.cause for one in found}["2024 (ROC 113), Thailand: was 413, now —"]


@pytest.fixture
def then(loaded):
    with translation.override("en"):
        yield frozen.shown_now("T4", AS_OF)[0]


def test_a_figure_that_was_withdrawn_is_told_as_withdrawn_with_its_day_and_reason(then):
    moment = thailand().recorded_at + timedelta(days=1)
    withdrawn_at = datetime(2030, 3, 1, 17, 0, tzinfo=UTC)  # the second of March in Taipei
    Figure.objects.filter(pk=thailand().pk).update(withdrawn_at=withdrawn_at, withdrawn_reason="重複計列")

    assert told(then, moment) == "because figures were withdrawn on 2030-03-02 (重複計列)"


def test_a_withdrawal_before_the_approval_explains_nothing(then):
    withdrawn_at = datetime(2030, 3, 1, tzinfo=UTC)
    Figure.objects.filter(pk=thailand().pk).update(withdrawn_at=withdrawn_at, withdrawn_reason="重複計列")

    assert told(then, withdrawn_at + timedelta(days=1)) == ""


def test_a_figure_that_was_recorded_since_is_told_as_recorded(then):
    old, since = thailand(), thailand().recorded_at
    Figure.objects.filter(pk=old.pk).update(recorded_at=datetime(2030, 5, 1, tzinfo=UTC), value=Decimal(500))

    now = REPORTS["T4"].run(AS_OF, reader=frozen.office_reader())
    causes = {one.words: one.cause for one in differences(then, now, since=since)}

    assert causes["2024 (ROC 113), Thailand: was 413, now 500"] == (
        "because figures were recorded on 2030-05-01"
    )
