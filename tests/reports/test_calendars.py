"""Calendars of deadlines: what stands in them, who gets them, and that revoking ends them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from agreements.actions import StepRefused
from cases.actions.tasks import add_task
from cases.models import Case
from reports.actions import load_recommendations, make_feed, open_feed, revoke_feed
from reports.calendars import deadlines
from reports.models import Feed, Recommendation
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import Entry
from tracker.roles import Secrecy

TODAY = date(2026, 3, 20)


def due(case, day, **fields):
    Case.objects.filter(pk=case.pk).update(due_on=day, **fields)


def feed_of(person, scope="mine"):
    make_feed(by=person, scope=scope)
    return Feed.objects.select_related("owner").get(owner=person, scope=scope, revoked_at=None)


def test_my_calendar_holds_my_open_cases_and_tasks_and_the_ministry_s_holds_all(db):
    jun, chen = makers.jun(), makers.justice_supervisor()
    mine, other = case_makers.case(jun), case_makers.case(jun)
    due(mine, TODAY + timedelta(days=3), officer=jun)
    due(other, TODAY + timedelta(days=5), officer=chen)
    add_task(by=jun, case=other, words="示例待辦", today=TODAY, due_on=TODAY, assigned_to=jun)

    own = [deadline.key.split("-")[0] for deadline in deadlines(feed_of(jun), today=TODAY)]
    desk = [deadline.key for deadline in deadlines(feed_of(jun, "desk"), today=TODAY)]

    assert own == ["task", "case"]
    assert {f"case-{mine.pk}", f"case-{other.pk}"} <= set(desk)


def test_a_secret_case_shows_its_number_only_and_a_hidden_one_nothing(db):
    jun = makers.jun()
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    due(case, TODAY, officer=jun)
    feed = feed_of(jun)

    words = [deadline.words for deadline in deadlines(feed, today=TODAY)]
    jun.clearance = Secrecy.ORDINARY
    jun.save(update_fields=["clearance"])
    feed.refresh_from_db()

    assert case.partner.name not in words[0]
    assert words[0].startswith(case.number)
    assert deadlines(Feed.objects.select_related("owner").get(pk=feed.pk), today=TODAY) == []


def test_a_task_of_a_case_that_is_hidden_by_now_leaves_the_calendar(db):
    """AZ-17: without the check the task goes on standing there with the number of its case."""
    jun, qiu = makers.jun(), case_makers.sealed_officer()
    case = case_makers.case(jun)
    add_task(by=jun, case=case, words="示例待辦", today=TODAY, due_on=TODAY, assigned_to=jun)
    feed = feed_of(jun)

    before = [deadline.key.split("-")[0] for deadline in deadlines(feed, today=TODAY)]
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.SEALED, declassify_when="示例", officer=qiu)

    assert (before, deadlines(feed, today=TODAY)) == (["task"], [])


def test_justice_has_the_clocks_of_those_agreements_only_that_it_leads(db):
    """AZ-17: without the check the deadlines of all other agreements stand in the calendar of its desks too."""
    makers.walk(makers.lin(), "T1", until="sign", start=TODAY - timedelta(days=60), today=TODAY)
    mei, jun = (feed_of(person, "desk") for person in (makers.mei(), makers.jun()))

    assert {deadline.key.split("-")[0] for deadline in deadlines(mei, today=TODAY)} == {"clock"}
    assert deadlines(jun, today=TODAY) == []


def test_foreign_affairs_has_the_clocks_of_agreements_and_the_answers_to_the_audit_office(db):
    load_recommendations(by=None)
    asked = Recommendation.State.ASKED
    Recommendation.objects.filter(code="113-01").update(due_on=TODAY, inner_due_on=TODAY, state=asked)
    file = makers.walk(makers.lin(), "T1", until="sign", start=TODAY - timedelta(days=60), today=TODAY)

    keys = {deadline.key.split("-")[0] for deadline in deadlines(feed_of(makers.mei()), today=TODAY)}

    assert file.running_clocks.exists()
    assert keys == {"clock", "recommendation"}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_calendar_takes_the_same_queries_for_one_deadline_and_for_three(
    rows, db, django_assert_num_queries
):
    jun = makers.jun()
    for _n in range(rows):
        due(case_makers.case(jun), TODAY, officer=jun)
    feed = feed_of(jun)

    with django_assert_num_queries(2):
        deadlines(feed, today=TODAY)


def test_a_calendar_program_fetches_it_without_signing_in(db, client_of):
    jun = makers.jun()
    case = case_makers.case(jun)
    due(case, timezone.localdate(), officer=jun)
    page = client_of(jun).post("/reports/calendars/", {"scope": "mine"})

    answer = Client().get(page.context["address"].replace("http://testserver", ""))

    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [str(event["uid"]) for event in events] == [f"case-{case.pk}@mla-tracker"]
    assert case.number in str(events[0]["summary"])


def test_a_revoked_an_old_and_an_unknown_address_are_the_same_404(db):
    mei = makers.mei()
    first = make_feed(by=mei, scope="mine")
    second = make_feed(by=mei, scope="mine")
    revoke_feed(by=mei, feed=Feed.objects.get(owner=mei, revoked_at=None))

    answers = [Client().get(f"/reports/calendars/{secret}.ics") for secret in (first, second, "unknown")]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_a_calendar_ends_when_its_owner_leaves_or_changes_the_ministry(db):
    mei = makers.mei()
    secret = make_feed(by=mei, scope="desk")
    assert open_feed(secret) is not None

    mei.ministry = "justice"
    mei.save(update_fields=["ministry"])
    assert open_feed(secret) is None

    mei.ministry, mei.is_active = "foreign_affairs", False
    mei.save(update_fields=["ministry", "is_active"])
    assert open_feed(secret) is None


def test_nobody_revokes_the_calendar_of_somebody_else_and_the_secret_is_not_kept(db, client_of):
    mei = makers.mei()
    secret = make_feed(by=mei, scope="mine")
    feed = Feed.objects.get(owner=mei)
    jun = makers.jun()

    with pytest.raises(StepRefused):
        revoke_feed(by=jun, feed=feed)

    assert client_of(jun).post(f"/reports/calendars/{feed.pk}/revoke/").status_code == 404
    assert secret not in str(list(Feed.objects.values())) + str(list(Entry.objects.values()))


def test_the_page_shows_the_address_once_and_auditors_have_no_calendar(db, client_of):
    mei = makers.mei()
    client = client_of(mei)

    made = client.post("/reports/calendars/", {"scope": "mine"})
    again = client.get("/reports/calendars/")

    assert (made.context["address"] in made.text, again.context["address"]) == (True, "")
    assert client_of(makers.auditor()).get("/reports/calendars/").status_code == 403
