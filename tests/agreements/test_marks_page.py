"""The page of the marks of agreements that wait for their review: SEC-4."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.actions.marks import ask_lowering
from agreements.models import Agreement
from agreements.reviews import agreement_rows, marks_due
from tests import makers
from tracker.models import Entry, Lowering
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
PAGE = "/agreements/marks/"
SECRET = {"secrecy": Secrecy.RESTRICTED}


@pytest.fixture
def lin():
    return makers.lin()


@pytest.fixture
def other():
    return makers.person("wu", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR)


def sent(file, **more):
    return {"key": str(uuid.uuid4()), "thing": file.pk, **more}


def test_a_mark_comes_up_a_year_after_its_review_and_on_its_day(lin):
    today = timezone.localdate()
    reviewed, past, fresh, ordinary = (
        makers.agreement(lin, title_zh=f"示例{place}", secrecy=level)
        for place, level in enumerate((2, 2, 2, 0))
    )
    Agreement.objects.update(mark_reviewed_on=today - timedelta(days=364))
    Agreement.objects.filter(pk=reviewed.pk).update(mark_reviewed_on=today - timedelta(days=365))
    Agreement.objects.filter(pk=past.pk).update(declassify_on=today)
    rows = agreement_rows(lin, today=today)

    assert [(row.thing, row.is_past) for row in rows] == [(reviewed, False), (past, True)]
    assert (marks_due(lin, today=today), marks_due(makers.mei(), today=today)) == (2, None)
    assert {fresh, ordinary} & {row.thing for row in agreement_rows(lin, today=today)} == set()


def test_one_supervisor_asks_on_the_page_and_another_one_decides(lin, other, client_of):
    file = makers.agreement(lin, title_zh="不得外洩之條約", **SECRET)
    asking, deciding = client_of(lin), client_of(other)
    listed = asking.get(PAGE).text
    asking.post(PAGE, sent(file, after=Secrecy.INTERNAL, reason="示例"))
    alone = asking.post(PAGE, sent(file, act="grant"))
    still = Agreement.objects.get(pk=file.pk).secrecy
    deciding.post(PAGE, sent(file, act="grant"))

    assert (file.number in listed, "不得外洩之條約" in listed) == (True, False)
    assert (alone.status_code, still) == (200, Secrecy.RESTRICTED)
    assert Agreement.objects.get(pk=file.pk).secrecy == Secrecy.INTERNAL
    assert Lowering.objects.get().decided_by == other
    assert list(
        Entry.objects.filter(verb__contains="lowering").values_list("verb", flat=True).order_by("id")
    ) == ["agreement.ask_lowering", "agreement.grant_lowering"]


def test_a_mark_that_stays_leaves_the_list_and_the_first_page_for_a_year(lin, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client = client_of(lin)
    told = [f'{PAGE}">' in client.get("/agreements/home/").text, marks_due(lin, today=timezone.localdate())]
    client.post(PAGE, sent(file, act="keep"))

    assert told == [True, 1]
    assert marks_due(lin, today=timezone.localdate()) == 0
    assert Agreement.objects.get(pk=file.pk).mark_reviewed_on == timezone.localdate()


def test_whose_title_was_used_below_meanwhile_is_told_so(lin, other, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    makers.agreement(lin, title_zh="示例")
    client_of(lin).post(PAGE, sent(file, after=Secrecy.ORDINARY, reason="示例"))
    answer = client_of(other).post(PAGE, sent(file, act="grant"))

    assert (answer.status_code, Agreement.objects.get(pk=file.pk).secrecy) == (200, Secrecy.RESTRICTED)
    assert Lowering.objects.get().is_granted is None


def test_only_supervisors_come_in_and_justice_decides_only_on_its_own(lin, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    chen = makers.justice_supervisor()
    page, kept = client_of(chen).get(PAGE), client_of(chen).post(PAGE, sent(file, act="keep"))
    shut = [
        client_of(person).get(PAGE).status_code
        for person in (makers.mei(), makers.jun(), makers.auditor(), makers.stranger())
    ]

    assert (page.status_code, file.number in page.text, 'value="keep"' in page.text) == (200, True, False)
    assert (kept.status_code, Agreement.objects.get(pk=file.pk).mark_reviewed_on) == (
        200,
        file.mark_reviewed_on,
    )
    assert shut == [403] * 4


def test_a_hidden_agreement_is_not_listed_and_answers_as_none(lin, client_of):
    low = makers.person(
        "low", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR, clearance=Secrecy.INTERNAL
    )
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client = client_of(low)

    assert file.number not in client.get(PAGE).text
    assert client.post(PAGE, sent(file, act="keep")).status_code == 404
    assert client.post(PAGE, {"key": str(uuid.uuid4()), "thing": 987654, "act": "keep"}).status_code == 404


def test_the_page_asks_as_much_for_three_marks_as_for_one(lin, django_assert_num_queries):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    ask_lowering(by=lin, agreement=file, after=Secrecy.INTERNAL, reason="示例")
    with django_assert_num_queries(3):
        agreement_rows(lin, today=timezone.localdate())
    for place in range(2):
        makers.agreement(lin, title_zh=f"示例{place}", **SECRET)

    with django_assert_num_queries(3):
        assert len(agreement_rows(lin, today=timezone.localdate())) == 3
