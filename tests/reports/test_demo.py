"""The demo prepares its own database, twice with the same result, and leaves other databases alone."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from agreements.models import Agreement, Contact, Milestone, Partner
from cases.models import Case
from reports.models import Decision, Figure, FrozenReport, Remark, WeightsVersion
from tests import makers
from tracker import audit
from tracker.models import Document, Setting, User

pytestmark = pytest.mark.django_db


COUNTED = (
    User, Partner, Agreement, Milestone, Case, Figure, Contact, WeightsVersion, FrozenReport, Remark, Decision, Document,
)  # fmt: skip


def demo():
    output = StringIO()
    call_command("demo", "--no-serve", "--format", "json", stdout=output)
    return json.loads(output.getvalue())


def counts():
    return [model.objects.count() for model in COUNTED]


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


def test_samples_belong_to_fictional_partners_only_and_say_in_every_text_that_they_are_samples():
    demo()

    texts = [
        *Contact.objects.values_list("words", flat=True),
        *Remark.objects.values_list("text", flat=True),
        *Decision.objects.exclude(reason="").values_list("reason", flat=True),
        *WeightsVersion.objects.exclude(status="first").values_list("reason", flat=True),
    ]
    assert len(texts) == 9
    assert [text for text in texts if not text.startswith("示例")] == []
    assert not Contact.objects.filter(partner__is_sample=False).exists()

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


def test_a_supervisor_of_the_demo_finds_a_report_and_weights_to_decide_and_an_approved_report(client_of):
    demo()
    client = client_of(User.objects.get(username="mofa-supervisor"))

    signed = client.get(reverse("reports:signed_off")).context["page"]

    assert [report.code for report in signed.waiting] == ["P01"]
    assert [report.code for report in signed.approved] == ["T4"]
    assert WeightsVersion.objects.proposed().count() == 1
    assert client.get(signed.approved[0].get_absolute_url()).status_code == 200
