"""How people type dates into forms, what they are told, and what the page holds."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms
from django.utils import translation

from tracker import rocdate
from tracker.fields import (
    REFUSALS,
    PartialDateFormField,
    RocDateWidget,
    RocDayField,
    refusal,
)
from tracker.modelfields import PartialDateField
from tracker.partialdate import PartialDate
from tracker.rocdate import RocDateError

BOUND = PartialDate(2023, not_later_than=date(2023, 8, 30))


class OneInput(forms.Form):
    happened = PartialDateFormField(label="Day")
    noted = PartialDateFormField(required=False)
    received = RocDayField(required=False)


class ThreeInputs(forms.Form):
    happened = PartialDateFormField(label="Day", widget=RocDateWidget, help_text="Leave the day out.")


class FourInputs(forms.Form):
    happened = PartialDateFormField(widget=RocDateWidget(bound=True), required=False)
    received = RocDayField(widget=RocDateWidget, required=False)


class Page(HTMLParser):
    """The tags of a page, for questions about them."""

    def __init__(self, markup):
        super().__init__()
        self.tags = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


def parts(year="", month="", day="", name="happened"):
    return {f"{name}_year": year, f"{name}_month": month, f"{name}_day": day}


@pytest.mark.parametrize(
    ("typed", "happened"),
    [
        ("115/1/2", PartialDate(2026, 1, 2)),
        ("113 年 6 月", PartialDate(2024, 6)),
        ("112年≤112.08.30", BOUND),
        ("2024", PartialDate(2024)),
    ],
)
def test_one_input_takes_every_form_of_a_date(typed, happened):
    form = OneInput({"happened": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"happened": happened, "noted": PartialDate(), "received": None}


@pytest.mark.parametrize(
    ("typed", "happened"),
    [
        (parts("115", "1", "2"), PartialDate(2026, 1, 2)),
        (parts("115", "1"), PartialDate(2026, 1)),
        (parts("115"), PartialDate(2026)),
        (parts("2026", "1", "2"), PartialDate(2026, 1, 2)),
        ({"happened_year": "115"}, PartialDate(2026)),
    ],
)
def test_three_inputs_may_leave_the_day_and_the_month_empty(typed, happened):
    form = ThreeInputs(typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"happened": happened}


def test_a_fourth_input_takes_the_bound():
    form = FourInputs(parts("112") | {"happened_bound": "112.08.30"} | parts("115", "1", "2", "received"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"happened": BOUND, "received": date(2026, 1, 2)}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("12/01/02", "ambiguous"),
        ("115/2/30", "impossible_day"),
        ("tomorrow", "unreadable"),
    ],
)
def test_one_input_refuses_with_the_reason(typed, code):
    assert [error.code for error in OneInput({"happened": typed}).errors.as_data()["happened"]] == [code]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (parts(), "required"),
        ({}, "required"),
        (parts("115", "", "2"), "incomplete"),
        (parts("115", "2", "30"), "impossible_day"),
        (parts("0"), "no_year_zero"),
    ],
)
def test_three_inputs_refuse_with_the_reason(typed, code):
    assert [error.code for error in ThreeInputs(typed).errors.as_data()["happened"]] == [code]


@pytest.mark.parametrize(
    ("typed", "received", "codes"),
    [
        ("115/1/2", date(2026, 1, 2), []),
        ("115年1月2日", date(2026, 1, 2), []),
        ("115年1月", None, ["not_a_day"]),
        ("≤115.01.02", None, ["not_a_day"]),
        ("115/13/2", None, ["impossible_month"]),
    ],
)
def test_a_day_field_wants_the_whole_day(typed, received, codes):
    form = OneInput({"happened": "115", "received": typed})
    found = [error.code for error in form.errors.as_data().get("received", [])]
    assert (form.cleaned_data.get("received"), found) == (received, codes)


def test_a_day_field_that_is_required_refuses_nothing():
    with pytest.raises(forms.ValidationError) as nothing:
        RocDayField().clean("")
    assert nothing.value.code == "required"


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("unreadable", {"text": "x"}),
        ("ambiguous", {"text": "99", "roc": "民國99年", "gregorian": "1999"}),
        ("incomplete", {}),
        ("year_last", {"text": "1/2/2026"}),
        ("no_year_zero", {}),
        ("year_out_of_range", {"text": "1150", "year": 1150, "first": 1700, "last": 2299}),
        ("impossible_month", {"month": 13}),
        ("impossible_day", {"year": 2026, "month": 2, "day": 30, "last": 28}),
        ("bound_not_a_day", {"text": "115"}),
        ("bound_on_exact_day", {}),
        ("bound_too_early", {"bound": "115.07.31", "first": "115.08.01"}),
    ],
)
def test_a_form_says_in_english_what_the_reader_of_dates_says(code, params):
    error = RocDateError(code, **params)
    with translation.override("en"):
        assert refusal(error).messages == [str(error)]


def test_every_reason_has_a_sentence():
    assert sorted(REFUSALS) == sorted(rocdate.CODES)


@pytest.mark.parametrize(
    ("initial", "shown"),
    [
        (PartialDate(2025, 3, 20), "114.03.20"),
        (PartialDate(2024, 6), "113 年 6 月"),
        (BOUND, "112 年 ≤ 112.08.30"),
        (PartialDate(), None),
        (date(2025, 3, 20), "114.03.20"),
    ],
)
def test_one_input_shows_a_date_so_that_it_can_be_sent_back_unchanged(initial, shown):
    form = OneInput(initial={"happened": initial})
    (attrs,) = Page(str(form["happened"])).all("input")
    assert attrs.get("value") == shown
    sent = OneInput({"happened": shown or ""}, initial={"happened": initial})
    assert sent.has_changed() is False


@pytest.mark.parametrize(
    ("initial", "texts", "output"),
    [
        (PartialDate(2025, 3, 20), ["114", "3", "20", ""], "2025-03-20 Thursday"),
        (PartialDate(2024, 6), ["113", "6", "", ""], "2024-06"),
        (BOUND, ["112", "", "", "112.08.30"], "2023"),
        (PartialDate(1911, 10, 10), ["民國前1", "10", "10", ""], "1911-10-10 Tuesday"),
        (date(2025, 3, 20), ["114", "3", "20", ""], "2025-03-20 Thursday"),
        (None, ["", "", "", ""], ""),
    ],
)
def test_parted_inputs_show_a_date_in_both_calendars(initial, texts, output):
    with translation.override("en"):
        markup = str(FourInputs(initial={"happened": initial})["happened"])
    assert [attrs.get("value", "") for attrs in Page(markup).all("input")] == texts
    assert f">{output}</output>" in markup
    sent = dict(zip([attrs["name"] for attrs in Page(markup).all("input")], texts, strict=True))
    assert FourInputs(sent, initial={"happened": initial}).has_changed() is False


def test_a_form_sent_back_with_an_error_keeps_what_was_typed():
    form = ThreeInputs(parts("115", "2", "30"))
    inputs = Page(str(form["happened"])).all("input")
    assert [(attrs["value"], attrs["aria-invalid"]) for attrs in inputs] == [
        ("115", "true"),
        ("2", "true"),
        ("30", "true"),
    ]


def test_every_input_has_its_own_label_and_only_the_year_is_required():
    page = Page(ThreeInputs().as_div())
    inputs = [(attrs["id"], attrs["name"], "required" in attrs) for attrs in page.all("input")]
    assert inputs == [
        ("id_happened", "happened_year", True),
        ("id_happened_month", "happened_month", False),
        ("id_happened_day", "happened_day", False),
    ]
    assert [attrs["for"] for attrs in page.all("label")] == [id_ for id_, _name, _required in inputs]
    assert page.all("output")[0]["for"] == "id_happened id_happened_month id_happened_day"
    (group,) = page.all("fieldset")
    assert group["aria-describedby"] == "id_happened_helptext"
    assert len(page.all("legend")) == 1


def test_inputs_without_ids_are_named_for_assistive_technology():
    with translation.override("en"):
        page = Page(str(ThreeInputs(auto_id=False)["happened"]))
    assert [attrs["aria-label"] for attrs in page.all("input")] == ["ROC year", "Month", "Day"]
    assert "for" not in page.all("output")[0]


@pytest.mark.parametrize("form", [OneInput(), ThreeInputs(), FourInputs(), ThreeInputs(parts("1"))])
def test_nothing_in_the_markup_breaks_the_content_security_policy(form):
    tags = Page(form.as_div()).tags
    assert "script" not in {tag for tag, _attrs in tags}
    named = {name for _tag, attrs in tags for name in attrs}
    assert not {name for name in named if name == "style" or name.startswith("on")}


def test_what_was_typed_is_escaped():
    markup = str(ThreeInputs(parts('"><script>'))["happened"])
    assert "<script" not in markup


def test_a_model_field_is_edited_with_one_input():
    field = PartialDateField("day", blank=True).formfield()
    assert (type(field), field.required, field.clean("113年6月")) == (
        PartialDateFormField,
        False,
        PartialDate(2024, 6),
    )
    assert PartialDateField("day").formfield().required is True
