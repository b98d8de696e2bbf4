"""The demo prepares its own database, twice with the same result, and leaves other databases alone."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from agreements.models import Agreement, Milestone, Partner
from cases.models import Case
from reports.models import Figure
from tests import makers
from tracker import audit
from tracker.models import Setting, User

pytestmark = pytest.mark.django_db


def demo():
    output = StringIO()
    call_command("demo", "--no-serve", "--format", "json", stdout=output)
    return json.loads(output.getvalue())


def counts():
    return [model.objects.count() for model in (User, Partner, Agreement, Milestone, Case, Figure)]


def test_the_demo_loads_everything_once_and_says_how_to_sign_in(client):
    first = demo()
    loaded = counts()
    again = demo()

    assert (first, counts()) == (again, loaded)
    assert all(loaded)
    assert Agreement.objects.real().count() == 49
    assert audit.verify().intact
    assert [(a["role"], a["ministry"]) for a in first["accounts"]] == [
        ("officer", "foreign_affairs"),
        ("supervisor", "foreign_affairs"),
        ("officer", "justice"),
        ("supervisor", "justice"),
        ("auditor", ""),
        ("administrator", ""),
    ]
    for account in first["accounts"]:
        assert client.login(username=account["username"], password=account["password"])


def test_samples_belong_to_fictional_partners_only():
    demo()

    assert not Case.objects.filter(partner__is_sample=False).exists()
    assert not Agreement.objects.filter(partner__is_sample=True, batch__isnull=False).exists()


def test_a_database_with_people_and_without_the_mark_is_refused():
    makers.mei()

    with pytest.raises(CommandError):
        demo()

    assert (User.objects.count(), Setting.objects.count()) == (1, 0)


def test_production_settings_are_refused(settings):
    settings.IN_PRODUCTION = True

    with pytest.raises(CommandError):
        demo()
