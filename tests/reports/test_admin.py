"""The admin screens of the reports."""

from decimal import Decimal

import pytest
from django.urls import reverse

from reports.models import ControlTotal, Figure, Series
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
    values = {
        "series": figure.series_id,
        "partner": figure.partner_id or "",
        "remainder": figure.remainder,
        "year": figure.year,
        "value": figure.value,
        "precision": figure.precision,
        "note": figure.note,
    }
    return client.post(reverse("admin:reports_figure_change", args=[figure.pk]), values | fields)


@pytest.fixture
def thailand(loaded):
    return Figure.objects.get(partner__code="TH", year=2024, series__code="help_seeking")


def test_changing_a_figure_leaves_one_entry_with_the_value_before_and_after(
    thailand, client_of, administrator
):
    entries = Entry.objects.count()

    response = change(client_of(administrator), thailand, value="420")

    thailand.refresh_from_db()
    assert (response.status_code, thailand.value) == (302, Decimal(420))
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("id").details == {"whose": "TH", "year": 2024, "was": "413", "now": "420"}


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
