"""The pages about the time of a case: who enters, each outcome once, and the clocks with their workings."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.actions.extensions import ask_extension
from cases.actions.time import put_on_hold, stop_clock
from cases.models import Extension, Interval
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
PLAIN = ("stop", "restart", "hold", "resume", "extension")


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def office(client_of, jun):
    return client_of(jun)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def case(jun, today):
    """A case received ten days ago, that the requester wants answered in a month."""
    received = today - timedelta(days=10)
    return case_makers.case(
        jun,
        received_on=received,
        letter_on=None,
        deadline=today + timedelta(days=30),
        today=today,
    )


def address(case, page):
    return f"{case.get_absolute_url()}{page}/"


def day(name, on):
    return {f"{name}_year": str(on.year - 1911), f"{name}_month": str(on.month), f"{name}_day": str(on.day)}


def sent(case, **fields):
    case.refresh_from_db()
    return {"key": str(uuid.uuid4()), "version": str(case.version)} | fields


def stopping(case, on, **fields):
    return sent(case, category="court", reason="待裁定", **day("began_on", on)) | fields


def plain(page):
    """The page's text without markup, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_the_clocks_are_stopped_and_restarted_from_their_pages(office, case, today):
    began = today - timedelta(days=4)

    answer = office.post(address(case, "stop"), stopping(case, began))
    page = plain(office.get(case.get_absolute_url(), **ENGLISH))
    again = office.post(address(case, "restart"), sent(case, **day("ended_on", today)))

    stop = Interval.objects.get()
    assert (answer.url, again.url) == (f"{case.get_absolute_url()}#clocks",) * 2
    assert "stand still since" in page and "Terms of law go on" in page
    assert (stop.began_on, stop.ended_on, stop.category, stop.reason) == (began, today, "court", "待裁定")


def test_a_form_that_is_sent_twice_stops_once(office, case, today):
    same = stopping(case, today)

    answers = [office.post(address(case, "stop"), same).status_code for _turn in range(2)]

    assert (answers, Interval.objects.count()) == ([302, 302], 1)


def test_what_the_action_refuses_is_said_at_its_field_with_what_was_typed(office, case, today):
    page = office.post(address(case, "stop"), stopping(case, today + timedelta(days=1)), **ENGLISH)

    assert page.status_code == 200
    assert "The day lies in the future." in page.text
    assert "待裁定" in page.text
    assert not Interval.objects.exists()


def test_a_stale_page_is_told_what_changed_and_can_be_sent_again(office, jun, case, today):
    stale = stopping(case, today, version=str(case.version))
    put_on_hold(by=jun, case=case, until=today + timedelta(days=5), reason="x", today=today)

    page = office.post(address(case, "stop"), stale, **ENGLISH)

    assert "This case changed after you opened the page" in page.text
    case.refresh_from_db()
    assert f'name="version" value="{case.version}"' in page.text


def test_a_case_is_put_on_hold_and_taken_back_from_its_pages(office, case, today):
    until = today + timedelta(days=9)
    office.post(address(case, "hold"), sent(case, reason="待示例意見", **day("until", until)))
    page = plain(office.get(case.get_absolute_url(), **ENGLISH))
    held = Interval.objects.get().until

    office.post(address(case, "resume"), sent(case))

    case.refresh_from_db()
    assert (held, case.held_until, Interval.objects.get().ended_on) == (until, None, today)
    assert "On hold until" in page and "Take back from hold" in page


def test_more_time_is_asked_for_and_granted_by_another_supervisor(office, client_of, jun, case, today):
    due = today + timedelta(days=60)
    office.post(
        address(case, "extension"), sent(case, clock="C2", reason="卷證浩繁", **day("due_asked", due))
    )
    asked = Extension.objects.get()
    mine = office.get(address(case, f"extension/{asked.pk}")).status_code
    chen = client_of(case_makers.justice_supervisor())
    offered = f"extension/{asked.pk}/" in chen.get(case.get_absolute_url()).text

    answer = chen.post(address(case, f"extension/{asked.pk}"), sent(case, decision="approve"))

    case.refresh_from_db()
    assert (mine, offered, answer.status_code) == (403, True, 302)
    assert (case.due_on, case.due_clock) == (due, "C2")


def test_an_extension_that_is_refused_without_a_reason_comes_back(client_of, jun, case, today):
    asked = ask_extension(
        by=jun, case=case, clock="C2", due_asked=today + timedelta(days=60), reason="x", today=today
    )
    chen = client_of(case_makers.justice_supervisor())

    page = chen.post(address(case, f"extension/{asked.pk}"), sent(case, decision="refuse"), **ENGLISH)

    assert "Give the reason." in page.text
    asked.refresh_from_db()
    assert asked.is_approved is None


def test_only_clocks_that_may_be_extended_are_offered(office, case):
    page = office.get(address(case, "extension"), **ENGLISH).text

    assert re.findall(r'name="clock" value="(\w+)"', page) == ["C2", "B1", "B2"]


def test_a_stop_is_corrected_and_withdrawn_and_stays_visible(office, jun, case, today):
    stop = stop_clock(
        by=jun, case=case, category="court", reason="待裁定", began_on=today - timedelta(days=3), today=today
    )
    right = today - timedelta(days=5)
    fields = sent(case, category="opinion", reason="日期誤植", **day("began_on", right))
    office.post(address(case, f"interval/{stop.pk}/correct"), fields)
    corrected = Interval.objects.standing().get()

    office.post(address(case, f"interval/{corrected.pk}/withdraw"), sent(case, reason="登錄錯誤"))

    page = office.get(case.get_absolute_url(), **ENGLISH)
    assert (corrected.began_on, corrected.category, corrected.reason) == (right, "opinion", "待裁定")
    assert list(Interval.objects.standing()) == []
    assert page.text.count("<s>") == 2
    assert "日期誤植" in page.text and "登錄錯誤" in page.text


def test_intervals_and_extensions_of_another_case_are_not_found(office, jun, case, today):
    other = case_makers.case(jun, received_on=today, letter_on=None, today=today)
    stop = stop_clock(by=jun, case=other, category="court", reason="x", began_on=today, today=today)
    hold = put_on_hold(by=jun, case=case, until=today + timedelta(days=3), reason="x", today=today)
    pages = [
        f"interval/{stop.pk}/correct",
        f"interval/{stop.pk}/withdraw",
        f"interval/{hold.pk}/correct",
        "extension/99",
    ]

    assert [office.get(address(case, page)).status_code for page in pages] == [404] * 4


@pytest.mark.parametrize(
    ("who", "answer"),
    [("mei", 403), ("auditor", 403), ("administrator", 403), ("jun", 200), ("stranger", 404)],
)
def test_the_pages_are_entered_by_justice_only_and_hidden_cases_are_not_found(client_of, who, answer, today):
    by = makers.person("yu", ministry="justice")
    case = case_makers.case(by, secrecy=Secrecy.RESTRICTED, received_on=today, letter_on=None, today=today)
    client = client_of(getattr(makers, who)())

    assert [client.get(address(case, page)).status_code for page in PLAIN] == [answer] * 5


def test_who_may_not_change_the_time_is_not_offered_to(client_of, case):
    page = client_of(makers.mei()).get(case.get_absolute_url()).text

    assert "/stop/" not in page and "/hold/" not in page


def test_a_closed_case_offers_nothing_and_its_clocks_stand(office, jun):
    case = case_makers.walk(jun, case_makers.case(jun, deadline=date(2025, 6, 2)), date(2025, 3, 12))

    page = office.get(case.get_absolute_url(), **ENGLISH).text

    assert "/stop/" not in page
    assert "Met" in page


def test_the_page_shows_how_a_term_was_counted_and_what_it_asks(office, jun):
    case = case_makers.case(jun, is_urgent=True, is_direct=True, letter_on=None, received_on=date(2025, 3, 5))

    page = plain(office.get(case.get_absolute_url(), **ENGLISH))

    assert "Confirm the urgent request by a letter" in page
    assert "Decide: refuse, or lift the preservation." in page
    for part in ("5 Mar 2025", "6 Mar 2025", "4 Apr 2025", "holiday", "Saturday", "Sunday", "7 Apr 2025"):
        assert part in page
    assert "A stop of the clocks does not lengthen this limit." in page


def test_service_levels_are_shown_apart_as_this_houses_own(office, case):
    page = plain(office.get(case.get_absolute_url(), **ENGLISH))

    assert "Own service levels" in page
    assert page.index("Deadline stated by the requesting party") < page.index("Own service levels")
    assert page.index("Own service levels") < page.index(
        "Acknowledge receipt", page.index("Own service levels")
    )


def test_the_ledger_tells_the_days_of_each_desk_and_of_waiting(office, jun, today):
    ago = [today - timedelta(days=days) for days in (20, 15, 12)]
    case = case_makers.case(jun, received_on=ago[0], letter_on=None, today=today)
    for name, on in zip(("forward", "take_in", "ask_more"), (ago[1], ago[1], ago[2]), strict=True):
        case_makers.step(jun, case, name, on, today=today, due_on=None)

    page = office.get(case.get_absolute_url(), **ENGLISH).text
    table = page[page.index('id="ledger-h"') :]

    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)</td>', table)
    assert rows[:4] == [
        ("Ministry of Foreign Affairs", "5"),
        ("Ministry of Justice", "3"),
        ("Waiting for the other side", "12"),
        ("In all", "20"),
    ]


def test_a_step_names_its_day_and_what_lacked_from_the_page(office, jun, today):
    case = case_makers.case(jun, direction="out", received_on=today, today=today)
    case_makers.walk(jun, case, today, until="O30")
    fields = {"step": "return_for_correction", "note": "事實欠明", "defect": "facts"}

    answer = office.post(
        address(case, "step"),
        sent(case, **fields, **day("happened_on", today), **day("due_on", today + timedelta(days=7))),
    )

    event = case.events.order_by("-order").first()
    assert answer.status_code == 302
    assert (event.step, event.defect, event.due_on) == (
        "return_for_correction",
        "facts",
        today + timedelta(days=7),
    )


def test_a_day_for_a_step_that_names_none_is_refused_at_its_field(office, jun, today):
    case = case_makers.case(jun, direction="out", received_on=today, today=today)
    case_makers.walk(jun, case, today, until="O30")

    page = office.post(
        address(case, "step"),
        sent(case, step="translate", **day("happened_on", today), **day("due_on", today)),
        **ENGLISH,
    )

    assert "This step names no day: leave it empty." in page.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_interval_and_for_three(
    office, jun, case, rows, today, django_assert_num_queries
):
    for place in range(rows):
        stop = stop_clock(
            by=jun,
            case=case,
            category="court",
            reason="x",
            began_on=today - timedelta(days=9 - 2 * place),
            today=today,
        )
        Interval.objects.filter(pk=stop.pk).update(ended_on=stop.began_on + timedelta(days=1))

    with django_assert_num_queries(10 + A_LOOK):
        office.get(case.get_absolute_url())
