"""The page of one agreement: what it shows to whom, as of which day, and that hidden and unknown are the same."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import strip_tags

from agreements.actions import (
    correct_milestone,
    link,
    record_round,
    update_progress,
    withdraw_milestone,
)
from agreements.models import SourcedFact
from tests import makers
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
GO = "btn go"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def read(client, address):
    """The page's text without markup, in English, its blanks made single."""
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def html(client, address):
    return client.get(address, headers={"accept-language": "en"}).content.decode()


def without_address(answer, number):
    """The page without what differs from one request to the next."""
    text = answer.content.decode().replace(quote(number), "").replace(number, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def address(file, query=""):
    return f"/agreements/{file.number}/{query}"


def test_the_page_names_the_agreement_and_where_it_stands(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="sign")

    page = read(client_of(mei), address(file))

    assert file.number in page
    assert "示例刑事司法互助條約" in page
    assert "Criminal assistance" in page
    assert "Lead: Ministry of Foreign Affairs" in page
    assert "sample" in page


def test_the_next_block_shows_the_running_clock_with_its_article_and_one_way_on(client_of):
    mei = makers.mei()
    signed = timezone.localdate() - timedelta(days=10)
    file = makers.walk(mei, until="sign", start=signed - timedelta(days=40), today=timezone.localdate())

    page = html(client_of(mei), address(file))

    assert page.count(GO) == 1
    assert f'href="/agreements/{file.number}/steps/new/?step=submit"' in page
    assert "Conclusion of Treaties Act, art. 8(1)" in page
    assert "days left" in page


def test_a_reader_who_may_not_record_sees_no_way_on_but_whose_it_is(client_of):
    file = makers.walk(makers.mei(), until="sign")
    onlookers = [makers.auditor(), makers.jun(), makers.administrator()]

    pages = [html(client_of(person), address(file)) for person in onlookers]

    assert [page.count(GO) for page in pages] == [0, 0, 0]
    assert all("To be recorded by the lead agency" in page for page in pages)


def test_an_undetermined_file_asks_for_its_nature_where_its_path_forks(client_of):
    lin = makers.lin()
    file = makers.agreement(lin, nature="treaty", track="undetermined")
    for place, name in enumerate(("open_talks", "initial", "approve_text", "sign", "submit")):
        makers.step(lin, file, name, date(2024, 1, 10) + timedelta(days=10 * place))

    page = html(client_of(lin), address(file))

    assert "Determine its nature and track" in page
    assert "Conclusion of Treaties Act, art. 18" in page
    assert page.count(GO) == 1


def test_the_stepper_tells_the_days_spent_in_each_phase(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="submit", start=date(2024, 1, 10), opened_on=date(2024, 1, 1))

    page = read(client_of(mei), address(file))

    signed, submitted = date(2024, 2, 9), date(2024, 2, 29)
    negotiation = (signed - date(2024, 1, 1)).days
    assert f"Negotiation Completed, took {negotiation} days" in page
    assert f"Signing Completed, took {(submitted - signed).days} days" in page
    days = (timezone.localdate() - submitted).days
    assert f"Legislative approval Stands here, day {days}" in page
    assert "Ratification exchange Not begun" in page


def test_partly_known_days_are_said_in_words_and_never_completed(client_of):
    lin = makers.lin()
    file = makers.agreement(lin, nature="agreement", track="A2")
    makers.step(lin, file, "sign", "2023≤2023-08-30", as_history=True)
    makers.step(lin, file, "enter_into_force", "2024-06", as_history=True)

    page = read(client_of(lin), address(file))

    assert "Jun 2024" in page
    assert "day known only to the month" in page
    assert "day known only to the year" in page
    assert "not later than 30 Aug 2023" in page
    assert "Entered as history" in page
    assert "Complete the date of" in page


def test_a_withdrawn_milestone_stays_struck_with_its_reason_and_what_replaced_it(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks")
    wrong = file.milestones.get()
    correct_milestone(
        by=mei,
        milestone=wrong,
        reason="依會議紀錄",
        today=makers.TODAY,
        happened=PartialDate.parse("2024-01-12"),
    )

    client = client_of(mei)
    page = read(client, address(file))

    assert "<del><h3>Open talks</h3>" in html(client, address(file))
    assert "withdrawn by Mei: 依會議紀錄" in page
    assert "replaced by: 12 Jan 2024" in page


def test_the_recording_day_is_said_when_it_differs(client_of):
    mei = makers.mei()
    today = timezone.localdate()
    file = makers.agreement(mei, today=today, opened_on=today)

    makers.step(mei, file, "open_talks", today, today=today)
    same_day = read(client_of(mei), address(file))
    makers.step(mei, file, "brief_legislature", today - timedelta(days=3), today=today)
    later = read(client_of(mei), address(file))

    assert "Recorded here" not in same_day
    assert "Recorded here" in later


def test_rounds_progress_links_and_sources_are_shown(client_of):
    mei = makers.mei()
    earlier = makers.agreement(mei, title_zh="示例舊協定")
    file = makers.agreement(mei)
    makers.step(mei, file, "open_talks", date(2024, 1, 10))
    record_round(
        by=mei,
        agreement=file,
        held=PartialDate.parse("2024-03"),
        medium="video",
        outcome="交換草案",
        today=makers.TODAY,
    )
    update_progress(
        by=mei,
        agreement=file,
        confidence="at_risk",
        court="partner",
        next_step="待對方回復",
        today=makers.TODAY,
    )
    link(by=mei, later=file, earlier=earlier, kind="renews")
    for value, chosen in (("2002-03-26", True), ("2002-03", False)):
        SourcedFact.objects.create(
            agreement=file,
            fact="sign",
            value=value,
            source="示例公報",
            confidence="high" if chosen else "low",
            is_chosen=chosen,
            recorded_at=timezone.now(),
        )

    page = read(client_of(mei), address(file))

    assert "交換草案" in page and "By video" in page
    assert "At risk" in page and "The other side" in page and "待對方回復" in page
    assert "Renews 示例舊協定" in page
    assert "2002-03-26 chosen" in page
    assert "Renewed by 示例刑事司法互助條約" in read(client_of(mei), address(earlier))


def test_clocks_show_their_workings_and_why_the_due_day_was_moved(client_of):
    mei = makers.mei()
    file = makers.agreement(mei, opened_on=date(2023, 1, 1))
    for name, day in (
        ("open_talks", date(2023, 1, 2)),
        ("initial", date(2023, 1, 3)),
        ("sign", date(2023, 3, 23)),
    ):
        makers.step(mei, file, name, day)

    page = read(client_of(mei), address(file))

    workings = page[page.index("How it was counted") :]
    assert "Starting event 23 Mar 2023" in workings
    assert "First day counted 24 Mar 2023" in workings
    assert "Days 30" in workings
    assert "Last day as counted 22 Apr 2023" in workings
    assert "Saturday" in workings and "Sunday" in workings
    assert "Due 24 Apr 2023" in workings
    assert "Calendar version" in workings
    assert "Provision Conclusion of Treaties Act, art. 8(1)" in workings
    assert "days overdue" in page


def test_what_cannot_be_computed_says_why(client_of):
    lin = makers.lin()
    file = makers.agreement(lin)
    makers.step(lin, file, "sign", "2023-03-23", as_history=True)

    page = read(client_of(lin), address(file))

    assert "Cannot be said: submission day not recorded." in page
    assert "overdue" not in page


def test_an_open_duty_shows_its_age_and_is_never_overdue(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="enter_into_force", start=date(2024, 1, 10))
    entered = date(2024, 1, 10) + timedelta(days=100)

    page = read(client_of(mei), address(file))

    age = (timezone.localdate() - entered).days
    assert f"Promulgation by the President Open for {age} days, no number of days is set" in page


def test_counting_back_gives_the_last_day_to_sign(client_of):
    mei = makers.mei()
    file = makers.agreement(mei)

    answer = read(client_of(mei), address(file, "?before=112/4/24"))
    refusal = read(client_of(mei), address(file, "?before=112/13/24"))

    # 30 days that end on Monday 24 April 2023 at the latest begin on 25 March.
    assert "sign at the latest on 25 Mar 2023" in answer
    assert "There is no month 13" in refusal


def test_the_record_can_be_seen_as_of_another_day(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="submit", start=date(2024, 1, 10))

    page = html(client_of(mei), address(file, "?as_of=2024-02-10"))

    assert "Signed by one side" in page
    assert "<h3>Open talks</h3>" in page and "<h3>Sign: first side</h3>" in page
    assert "<h3>Sign</h3>" not in page and "<h3>Submit to the Executive Yuan</h3>" not in page
    assert page.count(GO) == 0
    assert "/correct/" not in page


def test_the_record_can_be_seen_as_it_was_known_on_a_day(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="sign", start=date(2024, 1, 10))

    page = read(client_of(mei), address(file, "?as_of=2024-12-31&known_on=2024-12-31"))

    assert "By that day this register holds nothing about this agreement." in page
    assert "Nothing has been recorded yet" in page


def test_hidden_and_unknown_numbers_are_the_same_404(client_of):
    mei, stranger = makers.mei(), makers.stranger()
    file = makers.agreement(mei, secrecy=Secrecy.RESTRICTED)
    pages = (
        "",
        "history/",
        "edit/",
        "steps/new/",
        "rounds/new/",
        "progress/",
        "links/new/",
        "documents/new/",
    )
    assert client_of(mei).get(address(file)).status_code == 200

    client = client_of(stranger)
    hidden = [client.get(f"/agreements/{file.number}/{page}") for page in pages]
    unknown = [client.get(f"/agreements/A-999-999/{page}") for page in pages]

    assert {answer.status_code for answer in (*hidden, *unknown)} == {404}
    assert without_address(hidden[0], file.number) == without_address(unknown[0], "A-999-999")


def test_a_hidden_agreement_is_not_named_by_its_links_nor_by_the_history(client_of):
    lin, stranger = makers.lin(), makers.stranger()
    secret = makers.agreement(lin, title_zh="示例密約", secrecy=Secrecy.RESTRICTED)
    file = makers.agreement(lin)
    link(by=lin, later=file, earlier=secret, kind="renews")
    assert secret.number in read(client_of(lin), address(file))

    page = read(client_of(stranger), address(file)) + read(client_of(stranger), address(file, "history/"))

    assert "示例密約" not in page
    assert secret.number not in page
    assert "linked it to" not in page


def test_the_history_tells_in_sentences_who_did_what_page_by_page(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="sign")

    page = read(client_of(mei), address(file, "history/"))
    newest = file.milestones.order_by("-order").first()

    assert "Mei registered the agreement" in page
    assert f"Mei recorded “Sign”, {newest.happened}" in page
    assert "Older entries" not in page


def test_an_older_page_of_the_history_begins_where_the_newer_one_ended(client_of, monkeypatch):
    mei = makers.mei()
    file = makers.agreement(mei)
    for number in range(60):
        update_progress(
            by=mei,
            agreement=file,
            confidence="on_track",
            court="lead",
            next_step=f"step {number:02}",
            today=makers.TODAY,
        )

    client = client_of(mei)
    first = client.get(address(file, "history/"))
    before = first.context["trail"].before
    second = client.get(address(file, f"history/?before={before}"))
    words = [line.words for answer in (first, second) for line in answer.context["trail"].lines]

    assert len(words) == 61
    assert len(set(words)) == 61
    assert second.context["trail"].before is None


def test_the_page_costs_as_many_queries_with_one_milestone_as_with_many(client_of):
    mei = makers.mei()
    one = makers.walk(mei, until="open_talks", title_zh="示例一")
    three = makers.walk(mei, until="approve_text", title_zh="示例三")
    client = client_of(mei)

    def cost(file):
        client.get(address(file))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(file))
        return len(queries)

    assert cost(one) == cost(three)


def test_withdrawing_leaves_the_stage_before_it(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="initial")
    withdraw_milestone(
        by=mei, milestone=file.milestones.get(step="initial"), reason="誤登", today=makers.TODAY
    )

    page = html(client_of(mei), address(file))

    assert "Negotiating" in page
    assert "<del><h3>Initial the text</h3>" in page
