"""The days that a case keeps from its steps: when our request first left us, and when the case was closed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases.actions.sampling import add_sample_cases
from cases.lifecycle import CLOSED, SENDING
from cases.models import Case
from tests import makers
from tests.cases import makers as cases

D = date
UNTIL = D(2026, 6, 30)


@pytest.fixture
def jun(db):
    return makers.jun()


def told(case):
    """What the steps say: the day of the first that sent it, the day of the one that closed it."""
    rows = list(case.events.order_by("order"))
    sent = [row.happened_on for row in rows if row.step in SENDING]
    closed = [row.happened_on for row in rows if row.state in CLOSED]
    return (sent[0] if sent else None, closed[0] if closed else None)


def kept(case):
    case.refresh_from_db()
    return case.sent_on, case.closed_on


def test_drawn_cases_keep_the_days_that_their_steps_tell(jun):
    makers.partner("XA")
    add_sample_cases(by=jun, count=200, seed=5, until=UNTIL)

    found = {case.number: (case.sent_on, case.closed_on) for case in Case.objects.all()}

    assert found == {case.number: told(case) for case in Case.objects.all()}
    assert len({closed for _sent, closed in found.values()}) > 20
    assert len({sent for sent, _closed in found.values()}) > 20


def test_a_case_keeps_the_day_of_the_step_that_closes_it(jun):
    file = cases.case(jun, received_on=D(2026, 1, 5), letter_on=D(2026, 1, 5), today=UNTIL)
    assert kept(file) == (None, None)

    cases.step(jun, file, "withdrawn", D(2026, 2, 3), today=UNTIL)
    assert kept(file) == (None, None)

    cases.step(jun, file, "close", D(2026, 2, 9), today=UNTIL, result="none")
    assert kept(file) == told(file) == (None, D(2026, 2, 9))


def test_a_request_that_leaves_us_twice_keeps_the_first_day(jun):
    file = cases.case(jun, direction="out", received_on=D(2026, 1, 5), office="示例地方檢察署", today=UNTIL)
    cases.walk(jun, file, D(2026, 1, 9), until="O50")
    assert kept(file) == told(file) == (D(2026, 1, 9), None)

    Case.objects.filter(pk=file.pk).update(state="O40")
    file.refresh_from_db()
    cases.step(jun, file, "hand_to_mission", D(2026, 3, 2), today=UNTIL)

    assert kept(file) == told(file) == (D(2026, 1, 9), None)
    assert file.requested_on == D(2026, 3, 2)


@pytest.mark.parametrize(
    "wrong",
    [{"closed_on": D(2026, 2, 9)}, {"state": "I99", "is_open": False}, {"sent_on": D(2026, 1, 9)}],
)
def test_the_database_refuses_days_that_contradict_the_state(jun, wrong):
    file = cases.case(jun, received_on=D(2026, 1, 5), letter_on=D(2026, 1, 5), today=UNTIL)

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=file.pk).update(**wrong)
