"""What lists are narrowed to: the day in any form, what was known, filters in words, and the address that says it all."""

from datetime import date

import pytest

from agreements.addresses import address
from agreements.filters import AgreementFilter, PartnerFilter, SpanForm, read_as_of
from agreements.memberships import belonged
from agreements.models import GroupMembership, PartnerGroup
from agreements.paging import paging
from tests import makers
from tracker.partialdate import PartialDate

TODAY = makers.TODAY


def germany():
    return makers.partner("DE", is_sample=False, name_zh="德國", name_en="Germany", region="europe")


def palau():
    return makers.partner("PW", is_sample=False, name_zh="帛琉", name_en="Palau", region="oceania")


def test_without_a_day_a_page_looks_at_today_as_known_today():
    as_of = read_as_of({}, today=TODAY)

    assert (as_of.day, as_of.known_on, as_of.is_now) == (TODAY, None, True)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-12-31", date(2024, 12, 31)),
        ("113/12/31", date(2024, 12, 31)),
        ("民國113年12月31日", date(2024, 12, 31)),
        ("113年", date(2024, 12, 31)),
        ("113年6月", date(2024, 6, 30)),
    ],
)
def test_a_day_is_read_in_any_form_and_a_month_or_year_stands_for_its_end(typed, day):
    as_of = read_as_of({"as_of": typed, "known_on": typed}, today=TODAY)

    assert (as_of.day, as_of.known_on, as_of.is_now) == (day, day, False)


def test_a_day_that_cannot_be_read_is_told_and_kept_and_the_page_shows_today():
    as_of = read_as_of({"as_of": "31.12.113x", "known_on": "12"}, today=TODAY)

    assert (as_of.day, as_of.known_on) == (TODAY, None)
    assert as_of.form["as_of"].value() == "31.12.113x"
    assert set(as_of.form.errors) == {"as_of", "known_on"}


def test_nothing_is_known_on_a_day_that_has_not_come():
    as_of = read_as_of({"known_on": "2025-03-21"}, today=TODAY)

    assert (as_of.known_on, list(as_of.form.errors)) == (None, ["known_on"])


def test_the_presets_are_today_and_the_ends_of_the_last_two_years_and_keep_the_rest_of_the_address():
    as_of = read_as_of({"as_of": "2024-12-31", "subject": "other", "page": "3"}, today=TODAY)

    assert [(each.url, each.is_current) for each in as_of.presets] == [
        ("?subject=other", False),
        ("?as_of=2024-12-31&subject=other", True),
        ("?as_of=2023-12-31&subject=other", False),
    ]
    assert as_of.kept == [("subject", "other")]


def test_an_address_leaves_out_what_is_empty_and_forgets_the_page():
    state = {"view": "table", "page": "3", "q": "", "phase": "signing"}

    assert address("/agreements/", state, phase="", sort="-signed") == "/agreements/?view=table&sort=-signed"
    assert address("/agreements/", state, page=2) == "/agreements/?view=table&phase=signing&page=2"
    assert address("/agreements/", {}) == "/agreements/"


@pytest.mark.parametrize(
    ("asked", "shown", "previous", "following"),
    [
        ("", (0, 50), "", "page=2"),
        ("2", (50, 100), "page=", "page=3"),
        ("3", (100, 150), "page=2", ""),
        ("99", (100, 150), "page=2", ""),
        ("-1", (0, 50), "", "page=2"),
        ("x", (0, 50), "", "page=2"),
        ("9" * 5000, (100, 150), "page=2", ""),
    ],
)
def test_a_page_that_does_not_exist_gives_the_nearest(asked, shown, previous, following):
    page = paging(lambda page: f"page={page}", asked, 101, 50)

    assert ((page.begin, page.end), page.previous, page.next) == (shown, previous, following)


def three_files():
    """Numbers of three files: criminal with Germany signed, civil with Palau in talks, a sample."""
    mei = makers.mei()
    signed = makers.walk(
        mei, "T1", until="sign", partner=germany(), title_zh="德國刑事協議", title_en="German text"
    )
    talks = makers.agreement(
        mei,
        partner=palau(),
        subjects=["civil_mla", "other"],
        nature="",
        track="undetermined",
        title_zh="帛琉民事",
    )
    sample = makers.agreement(mei, title_zh="示例條約")
    return mei, {"signed": signed.number, "talks": talks.number, "sample": sample.number}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({}, {"signed", "talks", "sample"}),
        ({"q": "德國"}, {"signed"}),
        ({"q": "german"}, {"signed"}),
        ({"subject": "civil_mla"}, {"talks"}),
        ({"subject": "other"}, {"talks"}),
        ({"region": "oceania"}, {"talks"}),
        ({"partner": "DE"}, {"signed"}),
        ({"phase": "signing"}, {"signed"}),
        ({"nature": "unrecorded"}, {"talks"}),
        ({"track": "T1"}, {"signed", "sample"}),
        ({"samples": "0"}, {"signed", "talks"}),
        ({"counted": "signed"}, {"signed"}),
        ({"region": "oceania", "phase": "signing"}, set()),
        ({"as_of": "2023-10-01", "phase": "signing"}, set()),
        ({"as_of": "2023-10-01", "phase": "negotiation"}, {"signed", "talks", "sample"}),
    ],
)
def test_each_filter_narrows_the_list(chosen, left):
    mei, numbers = three_files()

    filtered = AgreementFilter(chosen, reader=mei, today=TODAY)

    assert {line.number for line in filtered.outline.lines} == {numbers[name] for name in left}


@pytest.mark.django_db
def test_a_number_finds_its_file():
    mei, numbers = three_files()

    filtered = AgreementFilter({"q": numbers["talks"].lower()}, reader=mei, today=TODAY)

    assert [line.number for line in filtered.outline.lines] == [numbers["talks"]]


@pytest.mark.django_db
def test_a_file_with_several_parties_is_found_under_each():
    mei = makers.mei()
    shared = makers.agreement(mei, partner=germany(), other_partners=[palau()], title_zh="三方協定")
    makers.agreement(mei, partner=germany())

    found = AgreementFilter({"partner": "PW"}, reader=mei, today=TODAY).outline.lines

    assert [line.number for line in found] == [shared.number]


@pytest.mark.django_db
def test_a_policy_group_is_read_as_of_the_day():
    mei, numbers = three_files()
    allies = PartnerGroup.objects.create(code="ally", name_zh="邦交國", name_en="Diplomatic ally")
    GroupMembership.objects.create(
        partner=palau(), group=allies, valid_to=PartialDate.parse("2024-01-15"), ended=True
    )

    def in_group(day):
        chosen = {"group": "ally", "as_of": day}
        return [line.number for line in AgreementFilter(chosen, reader=mei, today=TODAY).outline.lines]

    assert (in_group("2024-01-15"), in_group("2024-01-16")) == ([numbers["talks"]], [])


@pytest.mark.django_db
def test_filters_that_are_on_are_said_in_words_and_taken_off_one_by_one(client_of):
    mei, _numbers = three_files()
    chosen = {"region": "europe", "partner": "DE", "view": "table", "as_of": "2024-12-31"}

    response = client_of(mei).get("/agreements/", chosen, headers={"accept-language": "en"})

    shown = response.context["filter"]
    assert [(str(chip.label), chip.url) for chip in shown.chips] == [
        ("Region: Europe", "/agreements/?partner=DE&view=table&as_of=2024-12-31"),
        ("Partner: Germany", "/agreements/?region=europe&view=table&as_of=2024-12-31"),
    ]
    assert shown.cleared == "/agreements/?view=table&as_of=2024-12-31"
    assert response.text.count('class="chip"') == 2


@pytest.mark.django_db
def test_a_choice_that_does_not_exist_is_told_and_narrows_nothing(client_of):
    mei, numbers = three_files()

    response = client_of(mei).get("/agreements/", {"region": "atlantis"}, headers={"accept-language": "en"})

    assert {line.number for line in response.context["filter"].outline.lines} == set(numbers.values())
    assert "atlantis is not one of the available choices" in response.text


@pytest.mark.django_db
def test_samples_are_listed_but_counted_only_by_the_switch():
    mei, _numbers = three_files()

    def numbers(**chosen):
        number = AgreementFilter(chosen, reader=mei, today=TODAY).outline.number
        return number.counted, number.samples

    assert (numbers(), numbers(samples="1"), numbers(samples="0")) == ((2, 1), (3, 0), (2, 0))


@pytest.mark.django_db
def test_the_filter_offers_only_partners_whose_files_the_reader_may_see():
    makers.agreement(makers.mei(), partner=germany(), secrecy=2)
    makers.agreement(makers.lin(), partner=palau())

    offered = AgreementFilter({}, reader=makers.stranger(), today=TODAY).form.fields["partner"].queryset

    assert [partner.code for partner in offered] == ["PW"]


@pytest.mark.parametrize(
    ("begins", "ends", "ended", "day", "answer"),
    [
        ("", "", False, date(2024, 1, 1), "yes"),
        ("2016", "", False, date(2015, 12, 31), "no"),
        ("2016", "", False, date(2016, 6, 1), "possibly"),
        ("2016", "", False, date(2017, 1, 1), "yes"),
        ("", "2024-01-15", True, date(2024, 1, 15), "yes"),
        ("", "2024-01-15", True, date(2024, 1, 16), "no"),
        ("", "2007-06", True, date(2007, 5, 31), "yes"),
        ("", "2007-06", True, date(2007, 6, 15), "possibly"),
        ("", "2007-06", True, date(2007, 7, 1), "no"),
        ("", "", True, date(2024, 1, 1), "possibly"),
    ],
)
def test_a_membership_says_no_more_than_its_dates(begins, ends, ended, day, answer):
    row = GroupMembership(valid_from=PartialDate.parse(begins), valid_to=PartialDate.parse(ends), ended=ended)

    assert belonged(row, day) == answer


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({}, ["DE", "PW", "XA"]),
        ({"region": "oceania"}, ["PW"]),
        ({"q": "pal"}, ["PW"]),
        ({"q": "xa"}, ["XA"]),
        ({"agreements": "yes"}, ["DE", "PW", "XA"]),
        ({"agreements": "no"}, []),
    ],
)
def test_partners_are_found_by_region_name_and_whether_they_have_agreements(chosen, codes):
    mei, _numbers = three_files()

    assert [each.code for each in PartnerFilter(chosen, reader=mei, today=TODAY).qs] == codes


def test_two_days_are_compared_from_the_end_of_last_year_unless_asked_otherwise():
    form = SpanForm({}, today=TODAY)

    assert form.is_valid()
    assert form.cleaned_data == {"from": date(2024, 12, 31), "to": TODAY}


def test_two_days_in_the_wrong_order_are_refused():
    form = SpanForm({"from": "2025-01-02", "to": "2025-01-01"}, today=TODAY)

    assert not form.is_valid()
    assert len(form.non_field_errors()) == 1
