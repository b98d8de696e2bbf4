"""A figure is never changed in place: what replaces it, who may, and what the books said before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from agreements.actions import StepRefused
from reports import queries
from reports.actions import add_figure, add_series, correct_figure, withdraw_figure
from reports.history import VERBS
from reports.models import Figure, Series
from tests import makers
from tracker.models import Entry


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def lin(db):
    return makers.lin()


@pytest.fixture
def thailand(loaded):
    return of_thailand().get()


def of_thailand():
    return Figure.objects.filter(partner__code="TH", year=2024, series__code="help_seeking")


def corrected(by, figure, value="420", **fields):
    given = {"is_outlier": False, "note": "", "reason": "示例更正"} | fields
    return correct_figure(by=by, figure=figure, value=Decimal(value), **given)


def test_a_correction_withdraws_one_row_with_its_reason_and_adds_another(thailand, lin):
    after = corrected(lin, thailand)

    thailand.refresh_from_db()
    assert (thailand.value, thailand.withdrawn_by, thailand.withdrawn_reason) == (413, lin, "示例更正")
    assert (after.value, after.withdrawn_at, after.recorded_by) == (420, None, lin)
    assert after.recorded_at == thailand.withdrawn_at
    assert list(of_thailand().known()) == [after]


def test_the_books_of_an_earlier_day_still_say_what_they_said(thailand, lin):
    then = timezone.now() - timedelta(days=10)
    Figure.objects.update(recorded_at=then)
    corrected(lin, thailand)
    earlier = (then + timedelta(days=2)).date()

    assert [figure.value for figure in of_thailand().known(earlier)] == [413]
    series = Series.objects.get(code="help_seeking")
    table = queries.table(series, date(2024, 12, 31), 3, known_on=earlier)
    assert sum(figure.value for figure in table.figures) == 3507


def test_a_correction_tells_the_audit_trail_both_values_in_one_entry(thailand, lin):
    before = Entry.objects.count()
    after = corrected(lin, thailand)

    entry = Entry.objects.latest("id")
    assert Entry.objects.count() == before + 1
    assert (entry.verb, entry.actor, entry.about_id) == ("figure.correct", lin, str(after.pk))
    assert entry.details == {"whose": "TH", "year": 2024, "was": "413", "now": "420"}
    assert VERBS[entry.verb] % entry.details == "corrected the figure of TH for 2024 from 413 to 420"


def test_a_withdrawn_figure_leaves_its_year_unknown(thailand, lin):
    withdraw_figure(by=lin, figure=thailand, reason="示例")

    entry = Entry.objects.latest("id")
    assert not of_thailand().known().exists()
    assert VERBS[entry.verb] % entry.details == "withdrew the figure of TH for 2024: 413"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": " "}, "Say why the figure changes."),
        ({"value": "413"}, "The figure says that already."),
        ({"is_outlier": True}, "Say in the note why this figure is an outlier."),
        ({"value": "-1"}, "A figure is zero or more."),
    ],
)
def test_a_correction_that_may_not_be_is_refused_whole(thailand, lin, fields, sentence):
    entries = Entry.objects.count()

    with pytest.raises(StepRefused, match=sentence):
        corrected(lin, thailand, **fields)

    assert list(of_thailand().values_list("value", "withdrawn_at")) == [(413, None)]
    assert Entry.objects.count() == entries


def test_a_figure_that_somebody_corrected_meanwhile_is_not_corrected_again(thailand, lin):
    corrected(lin, thailand)

    with pytest.raises(StepRefused, match="meanwhile"):
        corrected(lin, thailand, "430")
    with pytest.raises(StepRefused, match="meanwhile"):
        withdraw_figure(by=lin, figure=thailand, reason="示例")


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.stranger])
def test_only_supervisors_and_administrators_change_figures(thailand, who):
    by, series = who(), thailand.series

    with pytest.raises(StepRefused):
        corrected(by, thailand)
    with pytest.raises(StepRefused):
        withdraw_figure(by=by, figure=thailand, reason="示例")
    with pytest.raises(StepRefused):
        add_figure(by=by, figure=Figure(series=series, remainder="示例", year=2024, value=1))
    with pytest.raises(StepRefused):
        add_series(by=by, series=Series(code="more", name_zh="示例", name_en="x", unit="persons", source="x"))


def test_a_supervisor_of_justice_corrects_too(thailand):
    assert corrected(makers.justice_supervisor(), thailand).value == 420


def test_a_series_states_its_source(lin):
    with pytest.raises(StepRefused, match=r"Say where the figures come from|cannot be blank"):
        add_series(by=lin, series=Series(code="more", name_zh="示例", name_en="x", unit="persons"))
