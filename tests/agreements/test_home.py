"""The first page of foreign-ministry officers: one next action, what is due, what is stalled, what changed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.actions import update_progress
from agreements.home import home_page
from agreements.models import Agreement
from agreements.standing import office
from tests import makers
from tracker.models import Setting

pytestmark = pytest.mark.django_db

HOME = "/agreements/home/"
ENGLISH = {"accept-language": "en"}
TODAY = makers.TODAY


def real(code="DE", **fields):
    return makers.partner(code, is_sample=False, name_en=f"Partner {code}", **fields)


def signed(by, days_ago, **fields):
    """A file signed so many days before today, every step a day after the other."""
    start = TODAY - timedelta(days=days_ago + 4)
    return makers.walk(
        by, "T1", until="sign", start=start, every=1, partner=fields.pop("partner", None) or real(), **fields
    )


def stalled(by, days, **fields):
    """Talks whose last record is so many days old."""
    file = makers.walk(by, "T1", until="open_talks", partner=fields.pop("partner", None) or real(), **fields)
    Agreement.objects.filter(pk=file.pk).update(last_activity_on=TODAY - timedelta(days=days))
    return file


def page(reader, *, with_samples=False):
    return home_page(reader=reader, now=office(TODAY), with_samples=with_samples)


def test_periods_are_listed_by_their_due_day_and_counted():
    mei = makers.mei()
    late, soon, calm = (signed(mei, days, title_zh=f"{days} 日前簽署") for days in (31, 25, 3))

    home = page(mei)

    assert [(line.agreement, line.due.days, line.step) for line in home.clocks] == [
        (late, -1, "submit"),
        (soon, 5, "submit"),
        (calm, 27, "submit"),
    ]
    assert (home.numbers.overdue, home.numbers.soon, home.numbers.running) == (1, 1, 3)


def test_a_period_that_was_met_is_not_listed():
    mei = makers.mei()
    file = signed(mei, 10)
    makers.step(mei, file, "submit", TODAY)

    assert page(mei).clocks == []


def test_a_duty_without_days_has_an_age_and_is_never_overdue(client_of):
    mei = makers.mei()
    file = makers.walk(mei, "T1", until="enter_into_force", start=date(2024, 1, 10), partner=real())

    home = page(mei)
    text = client_of(mei).get(HOME, headers=ENGLISH).text

    assert [(line.agreement, line.duty.code, line.duty.age) for line in home.duties] == [
        (file, "promulgate", (TODAY - date(2024, 4, 19)).days)
    ]
    assert home.numbers.duties == 1
    assert "days overdue" not in text
    assert "day overdue" not in text


def test_a_duty_done_is_not_open_and_history_opens_none():
    lin = makers.lin()
    makers.walk(lin, "T1", start=date(2024, 1, 10), partner=real())
    old = makers.agreement(lin, partner=real(), title_zh="舊約")
    makers.step(lin, old, "sign", "2024-01-01", as_history=True)
    makers.step(lin, old, "enter_into_force", "2024-02-01", as_history=True)

    home = page(lin)

    assert (home.duties, home.numbers.duties) == ([], 0)


def test_a_treaty_on_record_may_open_two_duties_at_once():
    mei = makers.mei()
    makers.walk(mei, "T3", until="enter_into_force", start=date(2024, 1, 10), partner=real())

    home = page(mei)

    assert sorted(line.duty.code for line in home.duties) == ["promulgate", "publish"]
    assert home.numbers.duties == 2


def test_talks_without_a_record_for_longer_than_the_setting_are_stalled():
    mei = makers.mei()
    quiet = stalled(mei, 91)
    stalled(mei, 90, title_zh="剛好 90 日")
    update_progress(
        by=mei,
        agreement=quiet,
        confidence="delayed",
        court="partner",
        next_step="請駐處洽詢",
        today=TODAY - timedelta(days=91),
    )

    home = page(mei)
    Setting.objects.create(name="stalled_after_days", value="89")

    assert [(line.agreement, line.days, line.last_said.next_step) for line in home.stalled] == [
        (quiet, 91, "請駐處洽詢")
    ]
    assert home.numbers.stalled == 1
    assert page(mei).numbers.stalled == 2


def test_a_signed_file_is_not_stalled_talks():
    mei = makers.mei()
    file = signed(mei, 20)
    Agreement.objects.filter(pk=file.pk).update(last_activity_on=TODAY - timedelta(days=200))

    assert page(mei).stalled == []


def test_the_next_action_is_what_runs_out_first_then_duties_then_stalled_talks():
    mei = makers.mei()
    assert page(mei).next is None
    calm = signed(mei, 3, title_zh="不急")
    assert page(mei).next.agreement == calm
    quiet = stalled(mei, 100, title_zh="停滯")
    assert page(mei).next.agreement == quiet
    duty = makers.walk(
        mei, "T1", until="enter_into_force", start=date(2024, 1, 10), partner=real(), title_zh="待公布"
    )
    assert page(mei).next.agreement == duty
    urgent = signed(mei, 28, title_zh="將到期")
    assert page(mei).next.agreement == urgent


def test_the_next_action_is_one_that_the_reader_may_take():
    mei, jun = makers.mei(), makers.jun()
    theirs = signed(jun, 31, lead="justice", lead_consent="同意", title_zh="法務部主辦")
    ours = signed(mei, 20, title_zh="外交部主辦")

    home = page(mei)

    assert home.next.agreement == ours
    assert {line.agreement: line.may_act for line in home.clocks}[theirs] is False


def test_a_sample_never_comes_before_a_real_file_and_counts_only_by_the_switch():
    mei = makers.mei()
    sample = signed(mei, 31, partner=makers.partner())
    assert page(mei).next.agreement == sample
    ours = signed(mei, 3, title_zh="真實")

    home = page(mei)

    assert home.next.agreement == ours
    assert (home.numbers.overdue, home.apart.overdue) == (0, 1)
    counted = page(mei, with_samples=True)
    assert (counted.numbers.overdue, counted.apart.overdue) == (1, 0)


def test_the_page_has_exactly_one_next_action(client_of):
    mei = makers.mei()
    today = timezone.localdate()
    makers.walk(
        mei,
        "T1",
        until="sign",
        start=today - timedelta(days=9),
        every=1,
        opened_on=today - timedelta(days=30),
        partner=real(),
        today=today,
    )

    text = client_of(mei).get(HOME, headers=ENGLISH).text

    assert text.count("btn go") == 1
    assert "?step=submit" in text


def test_a_day_without_work_says_so_and_every_empty_list_has_its_reason(client_of):
    text = client_of(makers.mei()).get(HOME, headers=ENGLISH).text

    assert text.count("btn go") == 1
    for words in (
        "Nothing waits for you",
        "No period runs",
        "No duty is open",
        "No talks are stalled",
        "Nothing was recorded yet",
    ):
        assert words in text


def test_recent_changes_are_sentences_newest_first_and_bounded(client_of):
    mei = makers.mei()
    file = makers.walk(mei, "T1", partner=real())

    recent = page(mei).recent

    assert len(recent) == 8
    assert {each.agreement for each in recent} == {file}
    assert recent[0].entry.details["step"] == "promulgate"
    assert recent[0].words != recent[0].entry.verb


def test_the_next_working_days_count_the_periods_that_end_on_them():
    mei = makers.mei()
    signed(mei, 30, title_zh="今天到期")  # TODAY is a Thursday
    signed(mei, 26, title_zh="下週一到期")

    ahead = page(mei).ahead

    assert [(each.day, each.number) for each in ahead] == [
        (date(2025, 3, 20), 1),
        (date(2025, 3, 21), 0),
        (date(2025, 3, 24), 1),
        (date(2025, 3, 25), 0),
        (date(2025, 3, 26), 0),
    ]


def test_the_stranger_sees_nothing_of_restricted_files(client_of):
    mei = makers.mei()
    for file in (
        signed(mei, 31, secrecy=2),
        stalled(mei, 100, secrecy=2, title_zh="密談"),
        makers.walk(
            mei,
            "T1",
            until="enter_into_force",
            start=date(2024, 1, 10),
            partner=real(),
            secrecy=2,
            title_zh="密約",
        ),
    ):
        assert file.secrecy == 2
    home = page(mei)
    assert (len(home.clocks), len(home.stalled), len(home.duties), len(home.recent)) == (1, 1, 1, 8)

    hidden = page(makers.stranger())

    assert (hidden.clocks, hidden.stalled, hidden.duties, hidden.recent, hidden.next) == (
        [],
        [],
        [],
        [],
        None,
    )
    assert not hidden.numbers.any
    assert sum(each.number for each in hidden.ahead) == 0


@pytest.mark.parametrize("who", [makers.mei, makers.lin, makers.jun, makers.auditor])
def test_everyone_who_is_signed_in_may_look_at_the_page(client_of, who):
    assert client_of(who()).get(HOME).status_code == 200


def test_the_page_costs_the_same_queries_with_one_file_of_each_kind_and_with_three():
    mei = makers.mei()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(mei)
        return len(queries)

    def one_of_each(number):
        signed(mei, 31, title_zh=f"期限 {number}")
        stalled(mei, 100, title_zh=f"停滯 {number}")
        makers.walk(
            mei,
            "T1",
            until="enter_into_force",
            start=date(2024, 1, 10),
            partner=real(),
            title_zh=f"待公布 {number}",
        )

    one_of_each(1)
    with_one = cost()
    one_of_each(2)
    one_of_each(3)

    assert cost() == with_one <= 22
