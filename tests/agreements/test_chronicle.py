"""The fold of facts in memory says what the database says of every day."""

from datetime import date, timedelta
from random import Random

import pytest

from agreements.chronicle import stood
from agreements.models import Agreement, Milestone
from tests import makers
from tests.agreements.facts import drawn_facts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
def test_the_fold_says_of_every_day_what_the_database_says(seed):
    lin, chance = makers.lin(), Random(seed)
    opened = date(2020, 3, 1) if seed % 3 else None
    file = makers.agreement(lin, opened_on=date(2020, 3, 1))
    Agreement.objects.filter(pk=file.pk).update(opened_on=opened)
    Milestone.objects.all().delete()
    Milestone.objects.bulk_create(drawn_facts(file, lin, chance, 6))
    facts = list(Milestone.objects.filter(withdrawn_at=None).order_by("order", "id"))

    for place in range(0, 900, 7):
        day = date(2019, 12, 1) + timedelta(days=place)
        row = Agreement.objects.as_of(day).first()
        asked = row and (row.stage_then, row.phase_then, row.in_force_then, bool(row.possibly))
        then = stood(opened, facts, day)
        assert (then and (then.stage, then.phase, then.in_force, bool(then.possible))) == asked, day
