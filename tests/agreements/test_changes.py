"""What changed between two days, in sentences: what happened, and what was only learned."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from agreements.actions import withdraw_milestone
from agreements.changes import SENTENCES, changes_between
from agreements.lifecycle import STEP_NAMES
from agreements.models import Agreement, Milestone
from tests import makers

BOARD = "/agreements/"
ADDRESS = "/agreements/changes/"
ENGLISH = {"accept-language": "en"}


def germany():
    return makers.partner("DE", is_sample=False, name_zh="德國", name_en="Germany", region="europe")


def between(first, last, reader):
    return changes_between(first, last, reader=reader, board=BOARD)


def told(lines):
    return [(change.agreement.partner.code, str(change.words), change.day.iso) for change in lines.changes]


def recorded(moment, **which):
    """Let these facts have been recorded at an earlier moment: the tests have no other past."""
    Milestone.objects.filter(**which).update(recorded_at=moment)
    Agreement.objects.update(recorded_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_every_step_has_its_sentence():
    assert set(SENTENCES) == set(STEP_NAMES)


@pytest.mark.django_db
def test_facts_after_the_first_day_and_up_to_the_second_are_told_in_sentences(client_of):
    mei = makers.mei()
    makers.walk(mei, "T1", until="approve", start=date(2024, 1, 10), partner=germany(), title_en="The text")

    page = between(date(2024, 2, 29), date(2024, 3, 20), mei)
    response = client_of(mei).get(ADDRESS, {"from": "2024-02-29", "to": "113/3/20"}, headers=ENGLISH)

    with override("en"):
        assert told(page.happened) == [
            ("DE", "was sent to the Legislative Yuan", "2024-03-10"),
            ("DE", "was approved by the Legislative Yuan", "2024-03-20"),
        ]
    assert "was approved by the Legislative Yuan" in response.text
    assert "was submitted" not in response.text
    assert all(change.is_certain for change in page.happened.changes)


@pytest.mark.django_db
def test_a_fact_that_perhaps_lies_outside_the_two_days_is_told_as_uncertain():
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="record", start=date(2024, 1, 10), partner=germany())
    makers.step(lin, file, "enter_into_force", "2024-06")

    inside = between(date(2024, 5, 31), date(2024, 6, 30), lin)
    cut = between(date(2024, 6, 10), date(2024, 7, 31), lin)

    assert [change.is_certain for change in inside.happened.changes] == [True]
    assert [change.is_certain for change in cut.happened.changes] == [False]
    assert between(date(2024, 6, 30), date(2024, 7, 31), lin).happened.changes == []


@pytest.mark.django_db
def test_facts_of_earlier_days_recorded_since_are_told_with_the_day_they_were_learned(client_of):
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="record", start=date(2024, 1, 10), partner=germany())
    makers.step(lin, file, "enter_into_force", "2024-06")
    recorded(datetime(2024, 6, 1, tzinfo=UTC))
    recorded(datetime(2025, 2, 3, 4, tzinfo=UTC), step="enter_into_force")

    page = between(date(2024, 12, 31), date(2025, 3, 1), lin)
    response = client_of(lin).get(ADDRESS, {"from": "2024-12-31", "to": "2025-03-01"}, headers=ENGLISH)

    assert page.happened.changes == []
    [change] = page.learned.changes
    assert (change.day.iso, change.learned_on) == ("2024-06", date(2025, 2, 3))
    in_force = next(each for each in page.phases if each.mark == 5)
    assert (in_force.known_then, in_force.first, in_force.last, in_force.difference) == (0, 1, 1, 0)
    assert "<b>+1</b>" in response.text


@pytest.mark.django_db
def test_facts_taken_back_since_are_told_with_the_reason():
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="enter_into_force", start=date(2024, 1, 10), partner=germany())
    recorded(datetime(2024, 6, 1, tzinfo=UTC))
    fact = file.milestones.get(step="enter_into_force")
    withdraw_milestone(by=lin, milestone=fact, reason="誤登", today=makers.TODAY)
    Milestone.objects.filter(pk=fact.pk).update(withdrawn_at=datetime(2025, 2, 5, tzinfo=UTC))

    page = between(date(2024, 12, 31), date(2025, 3, 1), lin)

    [change] = page.withdrawn.changes
    assert (change.reason, change.learned_on) == ("誤登", date(2025, 2, 5))
    in_force = next(each for each in page.phases if each.mark == 5)
    assert (in_force.known_then, in_force.first) == (1, 0)


@pytest.mark.django_db
def test_the_numbers_lead_to_the_rows_of_their_day(client_of):
    mei = makers.mei()
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=germany())
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10))

    signing = next(
        each for each in between(date(2023, 12, 31), date(2024, 12, 31), mei).phases if each.mark == 2
    )

    assert (signing.first, signing.last) == (0, 1)
    rows = client_of(mei).get(signing.last_url).context["page"].rows
    assert [row.agreement.partner.code for row in rows] == ["DE"]


@pytest.mark.django_db
def test_the_stranger_reads_no_sentence_about_restricted_files(client_of):
    makers.walk(makers.mei(), "T1", until="sign", start=date(2024, 1, 10), partner=germany(), secrecy=2)
    days = (date(2023, 12, 31), date(2024, 12, 31))
    assert between(*days, makers.lin()).happened.number == 5

    hidden = between(*days, makers.stranger())

    assert (hidden.happened.number, sum(each.last for each in hidden.phases)) == (0, 0)


@pytest.mark.django_db
def test_days_in_the_wrong_order_are_told_and_nothing_is_compared(client_of):
    response = client_of(makers.mei()).get(
        ADDRESS, {"from": "2025-01-02", "to": "2025-01-01"}, headers=ENGLISH
    )

    assert response.context["page"] is None
    assert "The first day comes after the second. Exchange them." in response.text
    assert 'value="2025-01-02"' in response.text


@pytest.mark.django_db
def test_very_many_sentences_are_cut_and_their_number_is_told(client_of, monkeypatch):
    monkeypatch.setattr("agreements.changes.MOST_LINES", 3)
    mei = makers.mei()
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=germany())

    response = client_of(mei).get(ADDRESS, {"from": "2023-12-31", "to": "2024-12-31"}, headers=ENGLISH)

    happened = response.context["page"].happened
    assert (len(happened.changes), happened.number, happened.rest) == (3, 5, 2)
    assert "2 more" in response.text


@pytest.mark.django_db
def test_the_page_costs_the_same_queries_with_one_row_and_with_three(client_of):
    mei = makers.mei()
    client = client_of(mei)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS, {"from": "2023-12-31", "to": "2024-12-31"}).status_code == 200
        return len(queries)

    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=germany())
    with_one = cost()
    for code in ("PW", "VN"):
        makers.walk(
            mei, "T1", until="sign", start=date(2024, 1, 10), partner=makers.partner(code, is_sample=False)
        )

    assert cost() == with_one
