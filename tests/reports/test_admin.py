"""The admin screens of the reports."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from reports.actions import load_recommendations, make_feed
from reports.models import (
    ControlTotal,
    DigestSent,
    Evidence,
    Feed,
    Figure,
    Recommendation,
    RecommendationEvent,
    Series,
    WeightsVersion,
)
from tests import makers
from tracker.models import Entry

SCREENS = [(Series, "drug"), (Figure, "Thailand"), (ControlTotal, "TH")]


@pytest.fixture
def administrator(db):
    return makers.administrator()


@pytest.mark.parametrize(("model", "wanted"), SCREENS)
def test_an_administrator_lists_searches_and_opens_every_model(
    loaded, client_of, administrator, model, wanted
):
    client = client_of(administrator)
    name = model._meta.model_name
    row = model.objects.first()

    listed = client.get(reverse(f"admin:reports_{name}_changelist"), {"q": wanted})
    opened = client.get(reverse(f"admin:reports_{name}_change", args=[row.pk]))
    added = client.get(reverse(f"admin:reports_{name}_add"))

    assert (listed.status_code, opened.status_code, added.status_code) == (200, 200, 200)
    assert 0 < listed.context["cl"].result_count < model.objects.count()


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.stranger])
@pytest.mark.parametrize("model", [Series, Figure, ControlTotal])
def test_nobody_else_enters_the_screens(loaded, client_of, who, model):
    response = client_of(who()).get(reverse(f"admin:reports_{model._meta.model_name}_changelist"))

    assert response.status_code in (302, 403)


def change(client, figure, **fields):
    values = {"value": figure.value, "note": figure.note, "reason": "示例更正"}
    return client.post(reverse("admin:reports_figure_change", args=[figure.pk]), values | fields)


@pytest.fixture
def thailand(loaded):
    return Figure.objects.get(partner__code="TH", year=2024, series__code="help_seeking")


def test_changing_a_figure_withdraws_it_and_adds_another_under_one_entry(thailand, client_of, administrator):
    entries = Entry.objects.count()

    response = change(client_of(administrator), thailand, value="420")

    thailand.refresh_from_db()
    after = Figure.objects.known().get(partner__code="TH", year=2024, series__code="help_seeking")
    assert (response.status_code, after.value) == (302, Decimal(420))
    assert (thailand.value, thailand.withdrawn_reason) == (Decimal(413), "示例更正")
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("id").details == {"whose": "TH", "year": 2024, "was": "413", "now": "420"}


def test_changing_a_figure_asks_for_the_reason(thailand, client_of, administrator):
    response = change(client_of(administrator), thailand, value="420", reason="")

    assert response.context["adminform"].form.errors["reason"]
    assert Figure.objects.known().get(pk=thailand.pk).value == 413


def test_a_withdrawn_figure_and_a_deleting_are_shut(thailand, client_of, administrator):
    client = client_of(administrator)
    change(client, thailand, value="420")

    assert change(client, thailand, value="430").status_code == 403
    assert client.post(reverse("admin:reports_figure_delete", args=[thailand.pk])).status_code == 403


def test_the_secret_of_a_calendar_and_the_sentences_of_a_digest_are_not_shown(db, client_of):
    lin, administrator = makers.lin(), makers.administrator()
    make_feed(by=lin, scope="mine")
    told = [{"zh": "示例句", "en": "a sample sentence", "url": "/"}]
    digest = DigestSent.objects.create(person=lin, day=makers.TODAY, since=timezone.now(), sentences=told)
    feed = Feed.objects.get()
    client = client_of(administrator)

    shown = client.get(reverse("admin:reports_feed_change", args=[feed.pk]))
    sentences = client.get(reverse("admin:reports_digestsent_change", args=[digest.pk]))

    assert (shown.status_code, feed.digest in shown.text) == (200, False)
    assert (sentences.status_code, "示例句" in sentences.text) == (200, False)


@pytest.mark.parametrize(
    "model", [WeightsVersion, Recommendation, RecommendationEvent, Evidence, DigestSent, Feed]
)
def test_what_actions_guard_is_only_shown(loaded, client_of, administrator, model):
    load_recommendations(by=None)
    client, name = client_of(administrator), f"admin:reports_{model._meta.model_name}"
    row = model.objects.first()

    assert client.get(reverse(name + "_changelist"), {"q": "x"}).status_code == 200
    assert client.get(reverse(name + "_add")).status_code == 403
    if row is not None:
        address = reverse(name + "_change", args=[row.pk])
        assert (client.get(address).status_code, client.post(address).status_code) == (200, 403)


def test_saving_a_figure_unchanged_leaves_no_entry(thailand, client_of, administrator):
    entries = Entry.objects.count()

    change(client_of(administrator), thailand)

    assert Entry.objects.count() == entries


def test_a_figure_against_a_rule_is_answered_with_a_sentence(thailand, client_of, administrator):
    response = change(client_of(administrator), thailand, is_outlier="on")

    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors()
    thailand.refresh_from_db()
    assert thailand.is_outlier is False


def test_every_model_of_the_reports_has_a_screen():
    models = set(apps.get_app_config("reports").get_models())

    assert {model for model in models if not admin.site.is_registered(model)} == set()


@pytest.mark.django_db
def test_the_admin_shows_a_refused_figure_again_whatever_stood_for_its_partner(administrator, client_of):
    answer = client_of(administrator).post("/admin/reports/figure/add/", {"partner": "x\u200b長"})

    assert answer.status_code == 200
