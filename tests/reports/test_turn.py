"""Whose turn it is: the page of all open files, and the hand-overs on the page of one agreement."""

from datetime import date, datetime

import pytest
from django.utils import translation

from agreements.actions import update_progress
from agreements.models import Milestone
from reports.turn import handovers, lengths, waiting
from tests import makers
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy
from tracker.workdays import TAIPEI

pytestmark = pytest.mark.django_db
PAGE = "/reports/turn/"
ENGLISH = {"accept-language": "en"}
CHINESE = {"accept-language": "zh-TW"}
ASKED = {"as_of": "2025-03-20", "with_samples": "on"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def mei():
    return makers.mei()


def germany():
    return makers.partner("DE", is_sample=False, name_zh="德國", name_en="Germany")


def enter(file, step, stage, phase, order, day):
    """A fact entered as history, as an import enters it: nothing between is known."""
    return Milestone.objects.create(
        agreement=file,
        step=step,
        stage=stage,
        phase=phase,
        order=order,
        happened=PartialDate.parse(day),
        counted=PartialDate.parse(day),
        is_history=True,
        recorded_at=datetime(2025, 1, 20, tzinfo=TAIPEI),
        recorded_by=file.recorded_by,
    )


@pytest.fixture
def german(mei):
    """Germany: talks since 2017, signed on 23 March 2023, approved on 14 January 2025; what lay between is not recorded."""
    file = makers.agreement(mei, partner=germany(), track="undetermined", opened_on=date(2017, 1, 1))
    type(file).objects.filter(pk=file.pk).update(opened_on=None)
    enter(file, "open_talks", "20", "negotiation", 1, "2017")
    enter(file, "sign", "35", "signing", 2, "2023-03-23")
    enter(file, "approve", "50", "legislative_approval", 3, "2025-01-14")
    file.refresh_from_db()
    return file


def rows(day=makers.TODAY, **told):
    given = {"reader": None, "with_samples": True} | told
    return waiting(day, **given)


def several(mei, number, until="send_to_legislature", every=10, **fields):
    codes = [f"Y{chr(65 + place)}" for place in range(number)]
    return [
        makers.walk(mei, partner=makers.partner(code), until=until, every=every + place, **fields)
        for place, code in enumerate(codes)
    ]


def test_the_hand_overs_of_germany_show_the_22_months_and_that_those_between_are_not_recorded(german):
    told = [(str(row.desk), row.days, row.age, row.has_gap) for row in handovers(german, date(2025, 1, 14))]

    assert told == [
        ("Both sides", None, "not known to the day", True),
        ("Lead agency", 663, "663 days (about 22 months)", True),
        ("Not known: the track is not determined", 0, "0 days", False),
    ]
    assert [(str(label), age) for label, age in lengths(german, date(2025, 1, 14))] == [
        ("From the opening of talks to signature", "not known to the day"),
        ("From signature to approval or record", "663 days (about 22 months)"),
    ]


def test_on_the_day_before_germany_is_still_signed_and_has_too_few_precedents(german):
    [row] = rows(date(2025, 1, 13), with_samples=False)

    assert (str(row.desk), row.desk_days, str(row.stage.label)) == ("Lead agency", 662, "Signed")
    assert (row.stretch.days, row.stretch.past) == (662, "No past stay to compare with.")


def test_what_was_recorded_later_was_not_known_then(german):
    type(german).objects.update(recorded_at=datetime(2025, 1, 10, tzinfo=TAIPEI))

    assert rows(known_on=date(2025, 1, 19)) == []
    assert [str(row.stage.label) for row in rows(known_on=date(2025, 1, 20))] == [
        "Approved by the Legislative Yuan"
    ]


def test_an_open_file_is_compared_with_the_completed_stays_of_others_and_never_with_its_own(mei):
    several(mei, 5, until="submit", every=10)
    waits = makers.walk(mei, partner=makers.partner("XB"), until="sign", start=date(2024, 12, 1))

    [row] = [row for row in rows() if row.agreement == waits]

    # signed on 2025-01-10; the five others were submitted 10 to 14 days after signature
    assert (str(row.desk), row.desk_days, row.stage.days) == ("Lead agency", 69, 69)
    assert row.stage.past == "Half of 5 past stays took at most 12 days, four fifths at most 13."
    assert str(row.stage.verdict.words) == "Longer than four fifths of them."


def test_fewer_than_five_precedents_are_said_and_give_no_percentile(mei):
    several(mei, 4, until="submit")
    makers.walk(mei, partner=makers.partner("XB"), until="sign", start=date(2024, 12, 1))

    [row] = [row for row in rows() if row.agreement.partner.code == "XB"]

    assert row.stage.past == "Only 4 past stays, too few to say what is usual."
    assert str(row.stage.verdict.words) == ""


def test_a_newer_update_of_the_progress_says_whose_turn_it_is_until_the_next_fact(mei):
    file = makers.walk(mei, until="open_talks")
    told = {"confidence": "on_track", "court": "partner", "next_step": "示例"}
    update_progress(by=mei, agreement=file, today=date(2025, 3, 1), **told)

    def turn(day):
        [row] = rows(day)
        return str(row.desk), row.desk_days, row.is_said

    assert turn(date(2025, 2, 28)) == ("Both sides", 415, False)
    assert turn(date(2025, 3, 20)) == ("The other side", 19, True)

    makers.step(mei, file, "initial", date(2025, 3, 10))
    assert turn(date(2025, 3, 20)) == ("Both sides", 10, False)


def test_what_takes_unusually_long_on_its_stretch_comes_before_what_only_lasts_longer_at_its_stage(mei):
    several(mei, 5, until="approve", every=3)
    old = makers.walk(mei, partner=makers.partner("XB"), until="open_talks", opened_on=date(2023, 9, 1))
    late = makers.walk(
        mei, partner=makers.partner("XC"), until="send_to_legislature", start=date(2024, 10, 1)
    )

    found = [row for row in rows() if row.agreement in (old, late)]

    assert [(row.agreement.partner.code, row.verdict.name) for row in found] == [
        ("XB", "UNUSUAL"),
        ("XC", "UNUSUAL"),
    ]
    assert [row.verdict.name for row in rows()][2:] == ["NOT_KNOWN"] * 5


def test_files_in_force_or_stopped_wait_for_nobody(mei):
    makers.walk(mei, "A1", partner=makers.partner("XB"))
    stopped = makers.walk(mei, until="open_talks")
    makers.step(mei, stopped, "shelve", date(2025, 3, 1))

    assert rows() == []


def test_samples_are_listed_only_when_asked_for(client_of, mei):
    makers.walk(mei, until="sign")
    client = client_of(mei)

    assert "No open file" in client.get(PAGE, {"as_of": "2025-03-20"}, headers=ENGLISH).text
    assert "Lead agency" in client.get(PAGE, ASKED, headers=ENGLISH).text


def test_a_stranger_sees_neither_hidden_files_nor_their_precedents(client_of, mei):
    makers.walk(mei, until="sign", secrecy=Secrecy.RESTRICTED)
    stranger = makers.stranger()

    page = client_of(stranger).get(PAGE, ASKED, headers=ENGLISH)

    assert page.context["rows"] == []
    assert rows(reader=stranger) == []


@pytest.mark.parametrize(("who", "status"), [(makers.auditor, 200), (makers.administrator, 403)])
def test_the_page_is_for_those_who_read_reports(client_of, who, status):
    assert client_of(who()).get(PAGE).status_code == status


@pytest.mark.parametrize("headers", [ENGLISH, CHINESE])
def test_the_page_asks_as_often_for_three_files_as_for_one(
    client_of, mei, headers, django_assert_max_num_queries
):
    client = client_of(mei)
    makers.walk(mei, until="sign")
    client.get(PAGE, ASKED, headers=headers)
    with django_assert_max_num_queries(16) as one:
        assert len(client.get(PAGE, ASKED, headers=headers).context["rows"]) == 1
    several(mei, 2)

    with django_assert_max_num_queries(16) as three:
        assert len(client.get(PAGE, ASKED, headers=headers).context["rows"]) == 3

    assert len(three) == len(one)


def test_the_page_of_an_agreement_shows_its_days_on_each_desk_as_of_the_day(client_of, german):
    client, path = client_of(makers.jun()), german.get_absolute_url()

    after = client.get(path, {"as_of": "2025-01-14"}, headers=ENGLISH).text
    before = client.get(path, {"as_of": "2025-01-13"}, headers=ENGLISH).text

    assert "663 days (about 22 months)" in after
    assert "Hand-overs in between are not recorded." in after
    assert "662 days (about 22 months)" in before
