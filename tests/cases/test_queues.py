"""The ready-made lists, what each filter keeps, the list as of a day, and the next case of a list."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from cases.actions import assign
from cases.actions.time import put_on_hold
from cases.filters import CaseFilter
from cases.models import Case
from cases.queues import next_in, place_in, queues_of, tabs_of
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.actions import look_at
from tracker.models import ListLook

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


def filtered(reader, today=TODAY, **data):
    return CaseFilter(data, reader=reader, today=today, path="/cases/")


def subjects(reader, today=TODAY, **data):
    return {case.subject for case in filtered(reader, today, **data).qs}


def text_of(response):
    return response.content.decode()


def test_what_is_on_hold_leaves_the_open_ones_and_returns_on_its_day(jun):
    held = case_makers.case(jun, subject="暫擱案", officer=jun)
    case_makers.case(jun, subject="進行案", officer=jun)
    until = TODAY + timedelta(days=5)
    put_on_hold(by=jun, case=held, until=until, reason="等待會議", today=TODAY)

    found = [
        [subjects(jun, day, officer="me", state=state) for state in ("active", "hold", "back", "open")]
        for day in (TODAY, until)
    ]

    both = {"暫擱案", "進行案"}
    assert found == [[{"進行案"}, {"暫擱案"}, set(), both], [both, set(), {"暫擱案"}, both]]


def test_a_case_in_hand_of_the_other_side_waits(jun):
    waiting = case_makers.case(jun, subject="等待案")
    case_makers.case(jun, subject="我方案")
    case_makers.walk(jun, waiting, until="I30")
    case_makers.step(jun, waiting, "ask_more")

    assert subjects(jun, state="waiting") == {"等待案"}


def test_news_is_what_others_did_since_the_last_look(jun):
    chen = makers.justice_supervisor()
    case = case_makers.case(jun, subject="別人改的", officer=jun)
    mine = case_makers.case(jun, subject="自己改的", officer=jun)
    look_at(by=jun, place="cases")
    before = subjects(jun, updated="1")
    assign(by=chen, case=case, officer=jun, reason="重新分案")
    assign(by=jun, case=mine, officer=jun)

    assert (before, subjects(jun, updated="1"), subjects(chen, updated="1")) == (
        set(),
        {"別人改的"},
        {"別人改的", "自己改的"} if _is_recent(jun) else set(),
    )


def _is_recent(jun):
    """Chen never looked: the last week counts, seen from the day of the test."""
    return datetime.now(UTC).date() >= TODAY - timedelta(days=7)


def test_the_button_begins_the_news_anew(client_of, jun):
    answer = client_of(jun).post("/cases/looked/")

    assert answer.url == "/cases/"
    assert ListLook.objects.get().person == jun


def test_the_rarer_filters_narrow_the_list(jun):
    desk_mate = makers.person("ying", ministry="justice", desk="國際科")
    jun.desk = "國際科"
    jun.save(update_fields=["desk"])
    yi = makers.partner("XB")
    case_makers.in_force(makers.partner(), date(2024, 1, 1))
    one = case_makers.case(jun, subject="一", officer=desk_mate, items=("search",), is_urgent=True)
    case_makers.case(
        jun,
        yi,
        subject="二",
        letter_on=date(2024, 6, 1),
        received_on=date(2024, 6, 9),
        deadline=date(2025, 4, 1),
    )
    agreement = Case.objects.get(pk=one.pk).agreement

    found = {
        str(data): subjects(jun, **data)
        for data in (
            {"item": "search"},
            {"agreement": agreement.number.lower()},
            {"desk": "mine"},
            {"desk": "國際科"},
            {"officer": str(desk_mate.pk)},
            {"urgent": "1"},
            {"clock": "C2"},
            {"secrecy": "0"},
            {"result": "full"},
            {"promise": "standing"},
            {"requested_from": "114/1/1"},
            {"requested_to": "2024-06-01"},
            {"received_from": "113/6/9", "received_to": "113/6/9"},
            {"forwarding": "to_justice"},
        )
    }

    assert list(found.values()) == [
        {"一"},
        {"一"},
        {"一"},
        {"一"},
        {"一"},
        {"一"},
        {"二"},
        {"一", "二"},
        set(),
        set(),
        {"一"},
        {"二"},
        {"二"},
        {"一", "二"},
    ]


def test_an_agreement_above_ones_clearance_filters_nothing_out_of_hiding(jun):
    secret = case_makers.in_force(makers.partner(), date(2024, 1, 1), secrecy=2)
    case_makers.case(jun, subject="一")

    stranger = makers.stranger()
    assert [subjects(reader, agreement=secret.number) for reader in (jun, stranger)] == [{"一"}, set()]


def test_as_of_a_day_the_list_stands_as_it_stood_then(jun):
    case = case_makers.case(jun, subject="一", received_on=date(2025, 3, 10))
    case_makers.case(jun, subject="二", received_on=date(2025, 3, 18), letter_on=date(2025, 3, 17))
    case_makers.step(jun, case, "forward", date(2025, 3, 15))

    found = {
        day: [subjects(jun, as_of=day, **more) for more in ({}, {"state": "I10"}, {"holder": "justice"})]
        for day in ("2025-03-09", "114/3/14", "2025-03-15", "2025-03-18")
    }

    assert found == {
        "2025-03-09": [set(), set(), set()],
        "114/3/14": [{"一"}, {"一"}, set()],
        "2025-03-15": [{"一"}, set(), {"一"}],
        "2025-03-18": [{"一", "二"}, {"二"}, {"一"}],
    }


def test_as_of_a_day_open_and_closed_are_those_of_then(jun):
    case = case_makers.walk(jun, case_makers.case(jun, subject="一"), on=date(2025, 3, 15))

    found = [
        [subjects(jun, as_of=day, state=state) for state in ("open", "closed")]
        for day in ("2025-03-14", "2025-03-15")
    ]

    assert case.is_closed
    assert found == [[{"一"}, set()], [set(), {"一"}]]


def test_a_hold_of_then_is_told_as_of_its_day(jun):
    case = case_makers.case(jun, subject="一")
    put_on_hold(by=jun, case=case, until=TODAY + timedelta(days=5), reason="等待會議", today=TODAY)

    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=5)]
    assert [subjects(jun, as_of=day.isoformat(), state="hold") for day in days] == [set(), {"一"}, set()]


def test_the_page_says_as_of_which_day_it_stands(client_of, jun):
    case_makers.case(jun)

    page = text_of(client_of(jun).get("/cases/?as_of=2025-03-10", **ENGLISH))

    assert "The list as it stood at the end of" in page
    assert "not told for a past day" in page


def test_a_day_that_cannot_be_read_is_said_and_narrows_nothing(client_of, jun):
    case = case_makers.case(jun)

    page = text_of(client_of(jun).get("/cases/?as_of=2025-02-31", **ENGLISH))

    assert "2025-02 has no day 31" in page
    assert case.number in page


def test_by_deadline_only_open_cases_with_one_stand_earliest_first(jun):
    for subject, deadline in {"晚": date(2025, 5, 1), "早": date(2025, 4, 1), "無": None}.items():
        case_makers.case(jun, subject=subject, deadline=deadline)
    found = filtered(jun, sort="due")

    assert [case.subject for case in found.order.sorted(found.qs)] == ["早", "晚"]


def test_filters_that_are_on_are_chips_with_the_day_in_words(jun):
    chips = filtered(jun, state="active", requested_from="114/1/1", officer="me").chips

    assert [chip.url for chip in chips] == [
        "/cases/?requested_from=114%2F1%2F1&officer=me",
        "/cases/?state=active&requested_from=114%2F1%2F1",
        "/cases/?state=active&officer=me",
    ]
    assert str(chips[2].label).endswith("114.01.01 (2025-01-01)")


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        ("jun", {"My desk, open"}),
        ("mei", {"Mine, open", "My desk, open"}),
        ("auditor", {"Mine, open", "My desk, open"}),
    ],
)
def test_ready_made_lists_are_those_that_the_reader_has_use_for(who, hidden, settings):
    reader = getattr(makers, who)()
    settings.LANGUAGE_CODE = "en"
    with_desk = makers.person("desk", ministry="justice", desk="國際科")

    every, seen = ([str(queue.url) for queue in queues_of(filtered(each))] for each in (with_desk, reader))

    assert len(every) - len(seen) == len(hidden)


def test_tabs_stand_beside_ones_own_cases_only(jun):
    tabs = [
        [tab.is_current for tab in tabs_of(filtered(jun, **data))]
        for data in (
            {},
            {"officer": "me", "state": "active"},
            {"officer": "me", "state": "hold"},
            {"officer": "me", "state": "closed"},
            {"officer": "me", "direction": "in"},
        )
    ]

    assert tabs == [[], [True, False, False], [False, True, False], [False, False, True], []]


def test_the_next_case_of_a_list_follows_in_its_order_and_the_last_has_none(jun):
    cases = [case_makers.case(jun, officer=jun, letter_on=date(2025, 3, day)) for day in (1, 2, 3)]
    case_makers.case(jun, letter_on=date(2025, 3, 2))

    found = [next_in("mine", place_in("mine", case), reader=jun, today=TODAY) for case in reversed(cases)]

    assert found == [cases[1], cases[0], None]


def test_after_a_step_the_next_case_of_the_list_is_offered(client_of, jun):
    older = case_makers.case(jun, officer=jun, subject="較早", letter_on=date(2025, 3, 1))
    case = case_makers.case(jun, officer=jun)
    client = client_of(jun)
    listed = text_of(client.get("/cases/?officer=me&state=active"))
    page = text_of(client.get(f"{case.get_absolute_url()}?queue=mine"))
    sent = {"key": "0" * 31 + "1", "version": case.version, "step": "forward"}
    sent |= {"happened_on_year": "114", "happened_on_month": "3", "happened_on_day": "20"}

    answer = client.post(f"{case.get_absolute_url()}step/?queue=mine", sent)
    after = text_of(client.get(answer.url, **ENGLISH))

    assert f'{case.number}/?queue=mine">' in listed
    assert "step/?queue=mine" in page
    assert f'<a href="{older.get_absolute_url()}?queue=mine">{older.number} 較早</a>' in after


def test_a_case_from_no_list_offers_nothing(client_of, jun):
    case_makers.case(jun, officer=jun, letter_on=date(2025, 3, 1))
    case = case_makers.case(jun, officer=jun)
    client = client_of(jun)
    sent = {"key": "0" * 31 + "2", "version": case.version, "step": "forward"}
    sent |= {"happened_on_year": "114", "happened_on_month": "3", "happened_on_day": "20"}

    after = text_of(client.get(client.post(f"{case.get_absolute_url()}step/", sent).url, **ENGLISH))

    assert "Next in the list" not in after


@pytest.mark.parametrize(
    "address",
    [
        "/cases/?officer=me&state=active",
        "/cases/?updated=1&promise=standing&item=evidence&desk=mine&agreement=A&clock=C2",
        "/cases/?as_of=2025-03-12&state=hold&requested_from=113/1/1",
        "/cases/?sort=due&forwarding=any",
    ],
)
def test_every_list_takes_six_statements_at_most_for_one_row_and_for_three(
    address, client_of, jun, django_assert_max_num_queries
):
    client = client_of(jun)
    case_makers.case(jun, officer=jun)
    for _turn in range(2):
        with django_assert_max_num_queries(6):
            assert client.get(address).status_code == 200
        case_makers.case(jun, officer=jun)
        case_makers.case(jun)


def test_a_stranger_sees_no_officer_or_desk_of_hidden_cases(client_of, jun):
    jun.desk = "機密科"
    jun.save(update_fields=["desk"])
    case_makers.case(jun, officer=jun, secrecy=1)

    pages = [text_of(client_of(reader).get("/cases/?more=1")) for reader in (makers.mei(), makers.stranger())]

    assert ["機密科" in page for page in pages] == [True, False]


def test_the_administrator_enters_none_of_these_pages(client_of):
    client = client_of(makers.administrator())
    names = ("list", "export", "views", "save_view", "columns", "assign_many", "chosen", "forwarding")

    assert {client.get(reverse(f"cases:{name}")).status_code for name in names} == {403}
