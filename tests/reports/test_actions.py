"""Loading the figures: everything or nothing, once, and told to the audit trail."""

import shutil
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.models import Partner
from reports import indicators
from reports.actions import IndicatorsRefused, Loaded, add_figure, load_indicators
from reports.history import VERBS
from reports.models import ControlTotal, Figure, Series
from tests import makers
from tracker.models import Entry


@pytest.fixture
def files(tmp_path):
    """A copy of the data files, to be spoilt."""
    return shutil.copytree(indicators.FOLDER, tmp_path / "data")


def spoil(folder, file, old, new):
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def stored():
    return Series.objects.count(), Figure.objects.count(), ControlTotal.objects.count()


def test_loading_stores_both_series_with_their_remainders_and_printed_totals(partners):
    result = load_indicators(by=None)

    assert result == Loaded(series=2, figures=30, control_totals=18, unchanged=0, differing=())
    assert stored() == (2, 30, 18)
    assert list(
        Figure.objects.filter(year=2024, series__code="help_seeking").values_list(
            "partner__code", "remainder", "value", "precision"
        )
    ) == [
        ("KH", "", Decimal(323), 0),
        ("TH", "", Decimal(413), 0),
        ("MM", "", Decimal(249), 0),
        ("LA", "", Decimal(118), 0),
        (None, "其他", Decimal(15), 0),
    ]


def test_loading_tells_the_audit_trail_who_did_it_once_for_each_series(partners):
    mei = makers.mei()

    load_indicators(by=mei)

    assert list(Entry.objects.order_by("id").values_list("verb", "actor", "about_model", "details")) == [
        ("series.load", mei.pk, "reports.series", {"figures": 15, "control_totals": 10}),
        ("series.load", mei.pk, "reports.series", {"figures": 15, "control_totals": 8}),
    ]


def test_loading_a_second_time_adds_nothing_and_records_nothing(loaded):
    entries = Entry.objects.count()

    again = load_indicators(by=None)

    assert again == Loaded(series=0, figures=0, control_totals=0, unchanged=30, differing=())
    assert (stored(), Entry.objects.count()) == ((2, 30, 18), entries)


def test_a_figure_that_was_corrected_here_is_kept_and_named(loaded):
    Figure.objects.filter(partner__code="TH", year=2024, series__code="help_seeking").update(value=420)

    again = load_indicators(by=None)

    assert (again.differing, again.unchanged) == (("help_seeking 2024 TH: 420 ≠ 413",), 29)
    assert Figure.objects.get(partner__code="TH", year=2024, series__code="help_seeking").value == 420


def test_figures_that_do_not_add_up_to_a_printed_total_are_refused_whole(partners, files):
    spoil(files, "help_seeking.csv", "泰國,Thailand,413", "泰國,Thailand,431")

    with pytest.raises(IndicatorsRefused) as refusal:
        load_indicators(by=None, folder=files)

    assert [check.name for check in refusal.value.checks] == [
        "total",
        "total_TH",
        "total_2024",
        "change_2024",
        "change_percent_2024",
    ]
    assert (stored(), Entry.objects.count()) == ((0, 0, 0), 0)


def test_a_partner_that_is_not_registered_is_refused_by_name(partners):
    Partner.objects.filter(code="LA").delete()

    with pytest.raises(IndicatorsRefused, match="LA"):
        load_indicators(by=None)

    assert stored() == (0, 0, 0)


def test_every_verb_of_the_audit_trail_has_a_sentence(loaded, partners):
    series = Series.objects.get(code="help_seeking")
    add_figure(by=makers.lin(), figure=Figure(series=series, partner=partners["VN"], year=2024, value=1))

    verbs = set(Entry.objects.filter(about_model__startswith="reports.").values_list("verb", flat=True))

    assert verbs == {"series.load", "figure.add"}
    assert verbs <= set(VERBS)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"remainder": ""}, "a_figure_is_of_a_partner_or_of_a_named_remainder"),
        ({"value": -1}, "a_figure_is_not_negative"),
        ({"year": 113}, "the_year_of_a_figure_is_gregorian"),
        ({"is_outlier": True, "note": ""}, "an_outlier_says_why"),
        ({"year": 2024}, "a_remainder_has_one_figure_a_year_in_a_series"),
    ],
)
def test_the_database_refuses_a_figure_that_must_never_be(loaded, fields, sentence):
    values = {
        "series": Series.objects.get(code="help_seeking"),
        "remainder": "其他",
        "year": 2030,
        "value": 1,
    }

    with pytest.raises(IntegrityError, match=_violation(sentence)), transaction.atomic():
        Figure.objects.create(recorded_at=timezone.now(), **values | fields)


def test_the_database_refuses_a_partner_beside_a_remainder_and_a_second_figure_a_year(loaded, partners):
    series = Series.objects.get(code="help_seeking")

    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(
            series=series,
            partner=partners["TH"],
            remainder="其他",
            year=2030,
            value=1,
            recorded_at=timezone.now(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(
            series=series, partner=partners["TH"], year=2024, value=1, recorded_at=timezone.now()
        )


def test_the_database_refuses_a_control_total_stated_twice(loaded):
    again = ControlTotal.objects.filter(year=None, partner=None).first()
    again.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def _violation(sentence):
    """SQLite names a broken unique index by its columns, everything else by its sentence."""
    return rf"{sentence}|UNIQUE constraint failed: reports_figure\.series_id, reports_figure\.remainder"
