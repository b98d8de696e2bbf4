"""The ordinary path of each track, from first talks to its end, and what stands in the register afterwards."""

from datetime import date, timedelta

import pytest

from agreements.lifecycle import PHASE_OF
from agreements.models import Agreement
from tests import makers
from tracker import audit

pytestmark = pytest.mark.django_db

LAST_STAGE = {"T1": "75", "T2": "75", "T3": "75", "A1": "76", "A2": "70", "X": "70"}


@pytest.mark.parametrize("track", LAST_STAGE)
def test_a_file_walks_from_first_talks_to_its_last_stage(track):
    file = makers.walk(makers.mei(), track)

    assert file.stage == LAST_STAGE[track]
    assert [m.step for m in file.milestones.order_by("order")] == list(makers.WALKS[track])
    assert audit.verify().intact


@pytest.mark.parametrize("track", LAST_STAGE)
def test_every_day_of_a_walk_shows_the_stage_of_that_day(track):
    start = date(2024, 1, 10)
    makers.walk(makers.mei(), track, start=start)
    seen = {}

    for place, name in enumerate(makers.WALKS[track]):
        row = Agreement.objects.as_of(start + timedelta(days=10 * place)).get()
        seen[name] = (row.stage_then, row.phase_then)

    milestones = Agreement.objects.get().milestones.order_by("order")
    stage = "10"
    expected = {}
    for milestone in milestones:
        stage = milestone.stage or stage
        expected[milestone.step] = (stage, PHASE_OF[stage])
    assert seen == expected


def test_an_undated_milestone_of_record_does_not_begin_a_file():
    lin = makers.lin()
    file = makers.agreement(lin, opened_on=None)
    for name, day in (("approve", "≤2002-03-26"), ("sign", "2002-03-26")):
        makers.step(lin, file, name, day, as_history=True, is_record_only=name == "approve")

    listed = [
        list(Agreement.objects.as_of(date(year, 12, 31)).values_list("stage_then", flat=True))
        for year in (2001, 2002)
    ]

    assert listed == [[], ["35"]]
