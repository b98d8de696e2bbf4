"""Tasks on a case: added, ticked from any page without script, taken back, dropped with a reason, given to others."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.actions import StepRefused
from cases.actions.tasks import add_task, do_tasks, drop_task, give_task, undo_task
from cases.models import Task
from cases.notes import open_tasks_of, tasks_for
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def case(jun):
    return case_makers.case(jun)


def task(by, case, words="催詢", **fields):
    return add_task(by=by, case=case, words=words, today=TODAY, **fields)


def refusal(action, **given):
    with pytest.raises(StepRefused) as refused:
        action(**given)
    return refused.value.field


def keyed(**fields):
    return {"key": str(uuid.uuid4())} | fields


# The actions.


def test_a_task_stands_open_with_its_day_and_person_and_its_words_stay_out_of_the_audit_trail(jun, case):
    made = task(jun, case, " 催詢示例銀行 ", due_on=date(2025, 3, 22), assigned_to=jun)

    (line,) = open_tasks_of(case, TODAY)
    assert (line.task, line.days, line.task.words, line.task.assigned_to) == (made, 2, "催詢示例銀行", jun)
    entry = Entry.objects.get(verb="case.add_task")
    assert entry.details == {"task": made.pk, "due_on": "2025-03-22"}


def test_what_a_task_cannot_be_is_refused_with_its_place(jun, case):
    restricted = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)

    assert refusal(task, by=jun, case=case, words=" ") == "words"
    assert refusal(task, by=jun, case=case, due_on=date(2025, 3, 19)) == "due_on"
    assert refusal(task, by=jun, case=restricted, assigned_to=makers.stranger()) == "assigned_to"
    assert refusal(task, by=makers.auditor(), case=case) == ""
    assert refusal(task, by=makers.administrator(), case=case) == ""
    assert Task.objects.count() == 0


def test_ticking_is_done_once_and_can_be_taken_back(jun, case):
    mei, made = makers.mei(), task(jun, case)

    assert [do_tasks(by=mei, case=case, tasks=[made]) for _twice in range(2)] == [1, 0]
    made.refresh_from_db()
    assert (made.done_by, made.done_at is None) == (mei, False)
    undo_task(by=jun, task=made)
    undo_task(by=jun, task=made)

    made.refresh_from_db()
    assert (made.done_by, made.done_at) == (None, None)
    verbs = Entry.objects.filter(verb__in=["case.do_task", "case.undo_task"]).values_list("verb", flat=True)
    assert sorted(verbs) == ["case.do_task", "case.undo_task"]


def test_a_task_of_another_case_is_not_ticked_along(jun, case):
    other = task(jun, case_makers.case(jun))

    assert do_tasks(by=jun, case=case, tasks=[other]) == 0


def test_a_dropped_task_keeps_its_reason_and_a_ticked_one_is_not_dropped(jun, case):
    dropped, done = task(jun, case), task(jun, case)
    do_tasks(by=jun, case=case, tasks=[done])

    assert refusal(drop_task, by=jun, task=dropped, reason=" ") == "reason"
    assert refusal(drop_task, by=jun, task=done, reason="免辦") == ""
    for _twice in range(2):
        drop_task(by=jun, task=dropped, reason="免辦")

    dropped.refresh_from_db()
    assert (dropped.dropped_reason, dropped.done_by) == ("免辦", jun)
    assert open_tasks_of(case, TODAY) == []
    assert Entry.objects.filter(verb="case.drop_task").count() == 1


def test_an_open_task_is_given_to_somebody_else_and_a_late_day_may_stay(jun, case):
    mei, made = makers.mei(), task(jun, case, due_on=TODAY)
    later = TODAY + timedelta(days=3)

    give_task(by=jun, task=made, assigned_to=mei, due_on=TODAY, today=later)
    made.refresh_from_db()
    assert (made.assigned_to, made.due_on) == (mei, TODAY)

    do_tasks(by=jun, case=case, tasks=[made])
    assert refusal(give_task, by=jun, task=made, assigned_to=None, today=TODAY) == ""


def test_own_open_tasks_of_visible_cases_come_by_day(jun, case):
    late = task(jun, case, due_on=TODAY, assigned_to=jun)
    undated = task(jun, case, assigned_to=jun)
    task(jun, case, due_on=TODAY + timedelta(days=30), assigned_to=jun)
    task(jun, case, assigned_to=makers.mei())
    hidden = case_makers.case(jun)
    task(jun, hidden, assigned_to=jun)
    type(hidden).objects.filter(pk=hidden.pk).update(
        secrecy=Secrecy.SEALED, declassify_when="示例", officer=makers.lin()
    )

    found = [(line.task, line.days) for line in tasks_for(jun, TODAY + timedelta(days=1))]

    assert found == [(late, -1), (undated, None)]


# The pages.


def test_the_overview_shows_open_tasks_with_ticks_that_lead_back_to_it(client_of, jun, case):
    done, waiting = task(jun, case, "已辦"), task(jun, case, "未辦")
    office, overview = client_of(jun), case.get_absolute_url()
    page = office.get(overview).content.decode()
    assert page.count('name="tasks"') == 2

    answer = office.post(f"/cases/{case.number}/work/tick/", keyed(tasks=[done.pk], next=overview))

    assert answer["Location"] == overview
    assert [line.task for line in open_tasks_of(case, TODAY)] == [waiting]


def test_ticks_do_not_lead_out_of_the_house(client_of, jun, case):
    made = task(jun, case)
    sent = keyed(tasks=[made.pk], next="https://example.org/")

    answer = client_of(jun).post(f"/cases/{case.number}/work/tick/", sent)

    assert answer["Location"].startswith("/cases/")


def test_a_task_is_added_once_however_often_its_form_is_sent(client_of, jun, case):
    office, sent = client_of(jun), keyed(words="翻譯", assigned_to=str(jun.pk))

    answers = [office.post(f"/cases/{case.number}/work/task/", sent).status_code for _twice in range(2)]

    assert (answers, Task.objects.count()) == ([302, 302], 1)


def test_a_refused_task_comes_back_with_what_was_typed(client_of, jun, case):
    day = {"due_on_year": "113", "due_on_month": "1", "due_on_day": "2"}
    sent = keyed(words="翻譯示例", assigned_to="", **day)

    page = client_of(jun).post(f"/cases/{case.number}/work/task/", sent, **ENGLISH).content.decode()

    assert 'value="翻譯示例"' in page
    assert "The day is past." in page


def test_a_task_is_changed_dropped_and_opened_again_on_its_pages(client_of, jun, case):
    office, made = client_of(jun), task(jun, case)
    address = f"/cases/{case.number}/work/tasks/{made.pk}/"
    mei = makers.mei()

    assert office.get(address).status_code == 200
    assert office.post(address, keyed(act="give", assigned_to=str(mei.pk))).status_code == 302
    assert office.post(address, keyed(act="drop", reason="")).status_code == 200
    assert office.post(address, keyed(act="drop", reason="免辦")).status_code == 302
    made.refresh_from_db()
    assert (made.assigned_to, made.dropped_reason) == (mei, "免辦")
    assert office.post(f"{address}undo/").status_code == 302
    made.refresh_from_db()
    assert (made.done_at, made.dropped_reason) == (None, "")


def test_a_task_of_another_case_is_not_found_and_auditors_change_none(client_of, jun, case):
    made, other = task(jun, case), case_makers.case(jun)
    auditor = client_of(makers.auditor())
    address = f"/cases/{case.number}/work/tasks/{made.pk}/"

    assert client_of(jun).get(f"/cases/{other.number}/work/tasks/{made.pk}/").status_code == 404
    assert auditor.get(address).status_code == 200
    answers = [
        auditor.post(address, keyed(act="drop", reason="x")).status_code,
        auditor.post(f"{address}undo/").status_code,
        auditor.post(f"/cases/{case.number}/work/tick/", keyed(tasks=[made.pk])).status_code,
        auditor.post(f"/cases/{case.number}/work/task/", keyed(words="x")).status_code,
    ]
    assert answers == [403] * 4
    overview = auditor.get(case.get_absolute_url()).content.decode()
    assert ("催詢" in overview, 'name="tasks"' in overview) == (True, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_takes_the_same_queries_for_one_task_and_for_three(
    rows, client_of, jun, case, django_assert_num_queries
):
    for _n in range(rows):
        task(jun, case, assigned_to=jun)
        do_tasks(by=jun, case=case, tasks=[task(jun, case)])
    office = client_of(jun)
    assert timezone.localdate() > TODAY

    with django_assert_num_queries(9 + A_LOOK):
        office.get(f"/cases/{case.number}/work/")
