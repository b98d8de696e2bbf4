"""What the tabs of a case count: the right things, for the right reader, however often the statement is asked."""

from datetime import date, timedelta

import pytest

from cases.actions.notes import write_note
from cases.actions.promises import Assurance, give_promise
from cases.actions.tasks import add_task
from cases.models import Promise
from cases.record.counts import count_for
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import drafted, received
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker.roles import Ministry, Secrecy

pytestmark = pytest.mark.django_db
NAMES = (
    "promises_open",
    "promises_overdue",
    "letters_waiting",
    "mentions_unseen",
    "tasks_open",
    "persons_named",
)


@pytest.fixture
def jun():
    return makers.jun()


def numbers(case, reader, today=TODAY):
    counted = count_for(case, reader=reader, today=today)
    return tuple(getattr(counted, name) for name in NAMES)


def test_a_case_with_nothing_beside_it_counts_nothing_and_asks_for_nothing(jun):
    case = count_for(case_makers.case(jun), reader=jun, today=TODAY)

    assert numbers(case, jun) == (0, 0, 0, 0, 0, 0)
    assert (case.has_time, case.has_papers, case.has_card, case.may_compete) == (False,) * 4


def test_each_reader_and_each_day_has_its_own_numbers(jun):
    chen = case_makers.justice_supervisor()
    case, other = case_makers.case(jun), case_makers.case(jun)
    due = TODAY + timedelta(days=3)
    given = Assurance(Promise.Kind.COSTS, Promise.By.US, "示例費用", TODAY, due_on=due)
    give_promise(by=jun, case=case, assurance=given, today=TODAY)
    add_task(by=jun, case=case, words="示例待辦", today=TODAY)
    write_note(by=jun, case=case, text="示例", mentioned=[chen])
    drafted(jun, case)

    assert numbers(case, jun) == (1, 0, 1, 0, 1, 0)
    assert numbers(case, chen) == (1, 0, 1, 1, 1, 0)
    assert numbers(case, jun, due + timedelta(days=1)) == (1, 1, 1, 0, 1, 0)
    assert numbers(other, chen) == (0, 0, 0, 0, 0, 0)
    assert case.has_time is True


def test_a_letter_that_also_concerns_a_hidden_case_is_not_counted(jun):
    qiu = makers.person("qiu", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    shown = case_makers.case(jun)
    hidden = case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu)
    received(qiu, shown, hidden)
    other = makers.person("wu", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)

    assert numbers(shown, qiu)[2] == 1
    assert numbers(shown, other)[2] == 0


def test_the_page_of_a_plain_case_takes_seven_statements(jun, client, django_assert_num_queries):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward", date(2025, 3, 12))
    client.force_login(jun)

    with django_assert_num_queries(7 + A_LOOK):
        client.get(case.get_absolute_url())
