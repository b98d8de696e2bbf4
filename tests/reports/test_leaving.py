"""What goes on without a browser ends too when its person leaves (AUT-10): exports, calendars, digests by mail."""

import contextlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reports.actions import make_feed
from reports.actions.jobs import ask_job
from reports.models import DigestSent, Job
from reports.worker import work_once
from tests import makers
from tests.cases import makers as cases
from tracker.models import User

pytestmark = pytest.mark.django_db
WAYS = ["still here", "switched off", "last day passed", "role withdrawn"]


def leave(person: User, way: str) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    change = {
        "still here": {},
        "switched off": {"is_active": False},
        "last day passed": {"ends_on": yesterday},
        "role withdrawn": {"role": "administrator", "ministry": ""},
    }[way]
    if change:
        User.objects.filter(pk=person.pk).update(**change)


@pytest.mark.parametrize("way", WAYS)
def test_an_export_that_waits_is_carried_out_only_for_who_may_still_have_it(way):
    jun = makers.jun()
    cases.case(jun)
    given = {"format": "csv", "query": ""}
    job = ask_job(by=jun, kind="cases", title="示例匯出", parameters=given, language="en")

    leave(jun, way)
    work_once()

    job.refresh_from_db()
    done = way == "still here"
    assert (job.state, job.document is not None) == (Job.State.DONE if done else Job.State.FAILED, done)


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_was_made_is_given_only_to_who_may_still_have_it(client_of, way):
    jun = makers.jun()
    cases.case(jun)
    given = {"format": "csv", "query": ""}
    job = ask_job(by=jun, kind="cases", title="示例匯出", parameters=given, language="en")
    work_once()
    job.refresh_from_db()
    client, address = client_of(jun), reverse("document", args=[job.document_id, 1])

    leave(jun, way)

    with contextlib.closing(client.get(address)) as answer:
        assert (answer.status_code == 200) is (way == "still here")


@pytest.mark.parametrize("way", WAYS)
def test_a_calendar_is_given_only_while_its_owner_works_here(way):
    jun = makers.jun()
    address = reverse("reports:feed", args=[make_feed(by=jun, scope="mine")])

    leave(jun, way)

    assert Client().get(address).status_code == (200 if way == "still here" else 404)


@pytest.mark.parametrize("way", WAYS)
def test_a_digest_is_made_only_for_who_works_here(way):
    jun = makers.jun()

    leave(jun, way)
    call_command("send_digests", "--no-mail", stdout=StringIO())

    assert DigestSent.objects.filter(person=jun).exists() is (way == "still here")
