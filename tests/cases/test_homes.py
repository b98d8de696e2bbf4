"""What asks to be done, sentence by sentence, on the first page of justice; the forwarding desk of foreign affairs."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.actions.access import let_in
from cases.actions.competition import decide, gather, tell
from cases.actions.extensions import ask_extension
from cases.actions.handover import hand_over
from cases.actions.letters.drafting import submit_letter
from cases.actions.notes import see_mentions, write_note
from cases.actions.promises import Assurance, give_promise
from cases.actions.tasks import add_task, do_tasks
from cases.actions.time import put_on_hold
from cases.desk import desk, figure_at_home
from cases.filters import CaseFilter
from cases.home import home_page
from cases.looking import outsiders_of
from cases.models import Case, Competition
from cases.todo import todos_of
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_letters import drafted
from tests.makers import TODAY
from tracker import looks
from tracker.models import Entry
from tracker.roles import Ministry, Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
URGENT = {"is_urgent": True, "is_direct": True}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def mei():
    return makers.mei()


def text_of(response):
    return response.content.decode()


def told(reader, today=TODAY):
    """Of each sentence: what it is about by its address, and the days left."""
    return [(todo.url, todo.days) for todo in todos_of(reader, today=today)]


# What is to be done.


@pytest.mark.parametrize(("days", "is_told"), [(11, False), (10, True), (3, True), (0, True), (-1, True)])
def test_an_urgent_request_warns_ten_days_before_its_letter_is_due(jun, days, is_told):
    case = case_makers.case(jun, **URGENT)

    found = todos_of(jun, today=case.due_on - timedelta(days=days))

    assert [todo.days for todo in found] == ([days] if is_told else [])


def test_the_warning_grows_and_ends_in_a_decision(jun):
    case = case_makers.case(jun, **URGENT)

    tags, words = zip(
        *(
            (todo.tag, todo.words)
            for days in (10, 3, -1)
            for todo in todos_of(jun, today=case.due_on - timedelta(days=days))
        ),
        strict=True,
    )

    assert len(set(tags)) == 3
    assert (words[0] == words[1], words[1] == words[2]) == (True, False)


def test_a_stated_deadline_that_ends_sooner_does_not_hide_the_warning(jun):
    letter_due = case_makers.case(jun, **URGENT).due_on
    case = case_makers.case(jun, **URGENT, deadline=date(2025, 3, 12))

    warned = [
        todo for todo in todos_of(jun, today=letter_due - timedelta(days=3)) if todo.about[:10] == case.number
    ]
    early = [todo for todo in todos_of(jun, today=date(2025, 3, 11)) if todo.about[:10] == case.number]

    assert case.due_on == date(2025, 3, 12)
    assert ([todo.days for todo in warned], early) == ([3], [])


def test_a_letter_that_came_ends_the_warning(jun):
    case = case_makers.case(jun, **URGENT)
    today = case.due_on - timedelta(days=3)
    before = told(jun, today)
    case_makers.step(jun, case, "letter_arrives", date(2025, 3, 12))

    assert (before, told(jun, today)) == ([(case.get_absolute_url(), 3)], [])


def test_tasks_mentions_promises_and_hand_overs_stand_until_they_are_done(jun):
    chen = makers.justice_supervisor()
    case = case_makers.case(jun, officer=chen)
    task = add_task(by=chen, case=case, words="請補正", today=TODAY, due_on=TODAY, assigned_to=jun)
    write_note(by=chen, case=case, text="請看", mentioned=[jun])
    give_promise(
        by=chen,
        case=case,
        assurance=Assurance("return_items", "us", "證物返還", date(2025, 3, 1), due_on=date(2025, 3, 15)),
        today=date(2025, 3, 14),
    )
    hand_over(by=chen, giver=chen, taker=jun, reason="調任")
    before = told(jun)
    do_tasks(by=jun, case=case, tasks=[task])
    see_mentions(by=jun, case=case)

    work = f"{case.get_absolute_url()}work/"
    promises = (f"{case.get_absolute_url()}promises/", -5)
    pack = (f"/cases/handover/{jun.handovers_taken.get().pk}/", None)
    assert sorted(before, key=str) == sorted([promises, (work, 0), (work, None), pack], key=str)
    assert sorted(told(jun), key=str) == sorted([promises, pack], key=str)


def test_letters_to_countersign_and_extensions_are_for_the_supervisor(jun):
    chen = makers.justice_supervisor()
    case = case_makers.case(jun, partner_reference="AA-1", deadline=date(2025, 4, 1))
    case_makers.walk(jun, case, date(2025, 3, 12), until="I30")
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)
    ask_extension(by=jun, case=case, clock="C2", due_asked=date(2025, 5, 1), reason="卷證浩繁", today=TODAY)

    assert {url for url, _days in told(chen)} == {letter.get_absolute_url(), case.get_absolute_url()}
    assert told(jun) == []


def test_each_side_of_decided_concurrent_requests_is_to_be_told_until_it_was(jun):
    chen, ning = makers.justice_supervisor(), makers.person("ning", ministry="justice")
    first = case_makers.case(jun, makers.partner("XA"), officer=jun)
    second = case_makers.case(jun, makers.partner("XB"), officer=ning)
    competition = gather(by=jun, wanted="示例帳戶", cases=[first, second])
    undecided = [told(person) for person in (jun, ning, chen)]
    given = {"by": chen, "competition": competition, "preferred": first, "reason": "先收受"}
    decide(**given, decided_on=TODAY, today=TODAY)
    decided = [told(person) for person in (jun, ning, chen, makers.stranger(), makers.mei())]
    side = competition.competitors.get(case=first)
    tell(by=jun, competition=competition, competitor=side, told_on=TODAY, today=TODAY)

    asked = (f"/cases/competitions/{competition.pk}/", None)
    assert undecided == [[], [], []]
    assert decided == [[asked], [asked], [asked, asked], [], []]
    assert [told(person) for person in (jun, ning, chen)] == [[], [asked], [asked]]


def test_nobody_is_told_of_concurrent_requests_one_of_which_is_hidden(jun):
    qiu = case_makers.sealed_officer()
    first = case_makers.case(qiu, makers.partner("XA"), officer=jun)
    second = case_makers.case(qiu, makers.partner("XB"), officer=qiu, secrecy=3)
    chen = makers.person("hou", ministry="justice", role="supervisor", clearance=3)
    competition = gather(by=qiu, wanted="示例帳戶", cases=[first, second])
    Competition.objects.filter(pk=competition.pk).update(
        preferred=first, decided_on=TODAY, decided_by=chen, reason="先收受"
    )

    assert [len(told(person)) for person in (qiu, jun, chen)] == [1, 0, 0]


def test_a_stranger_is_told_nothing_of_hidden_cases(jun):
    case = case_makers.case(jun, secrecy=1, **URGENT)
    today = case.due_on

    assert (len(told(jun, today)), told(makers.stranger(), today)) == (1, [])


def test_the_next_action_is_the_nearest_day_of_all(jun):
    case_makers.case(jun, officer=jun, deadline=TODAY + timedelta(days=4))
    other = case_makers.case(jun)
    add_task(
        by=jun, case=other, words="請補正", today=TODAY, due_on=TODAY + timedelta(days=2), assigned_to=jun
    )

    page = home_page(reader=jun, today=TODAY, with_samples=True)

    assert (page.next.url, page.next.days) == (f"{other.get_absolute_url()}work/", 2)


def test_what_is_on_hold_leaves_the_work_of_today_and_is_counted_when_it_is_back(jun):
    case = case_makers.case(jun, officer=jun)
    until = TODAY + timedelta(days=5)
    put_on_hold(by=jun, case=case, until=until, reason="等待會議", today=TODAY)

    pages = [home_page(reader=jun, today=day, with_samples=True) for day in (TODAY, until)]

    assert [(len(page.mine), str(page.numbers.back)) for page in pages] == [(0, "0"), (1, "1")]


def test_each_figure_of_the_first_page_is_a_link_to_exactly_its_rows(client_of, jun):
    for fields in ({"deadline": date(2025, 3, 12)}, {"officer": jun}, {}):
        case_makers.case(jun, **fields)
    client = client_of(jun)

    page = text_of(client.get("/cases/home/?samples=1", **ENGLISH))

    for address, number in re.findall(r'class="v"><a href="([^"]*)">(\d+)</a>', page):
        listed = text_of(client.get(address.replace("&amp;", "&")))
        assert listed.count('name="case" value=') == int(number)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_supervisors_first_page_takes_at_most_twelve_queries_however_many_rows(
    rows, client_of, django_assert_max_num_queries
):
    chen = makers.justice_supervisor()
    for _n in range(rows):
        case = case_makers.case(chen, officer=chen, deadline=date(2025, 3, 12), **URGENT)
        add_task(by=chen, case=case, words="請補正", today=TODAY, assigned_to=chen)

    client = client_of(chen)
    with django_assert_max_num_queries(12):
        client.get("/cases/home/")


# The forwarding desk.


def lanes(reader, today=TODAY):
    return {each.lane.name: [row.case for row in each.rows] for each in desk(reader, today=today)}


def walked(by, until, direction="out"):
    return case_makers.walk(by, case_makers.case(by, direction=direction), on=date(2025, 3, 12), until=until)


def test_each_case_waits_in_its_lane(jun, mei):
    expected = {
        "to_justice": [case_makers.case(jun)],
        "to_mission": [walked(jun, "O40")],
        "to_deliver": [walked(jun, "O50")],
        "to_send_back": [walked(jun, "I85", "in")],
        "awaited": [case_makers.case(jun, **URGENT)],
    }
    walked(jun, "I30", "in")

    assert lanes(mei) == lanes(jun) == expected


def test_a_reply_that_was_sent_abroad_waits_no_more_until_there_is_another(jun, mei):
    case = walked(jun, "I85", "in")
    case_makers.step(mei, case, "send_reply")
    after_sending = lanes(mei)["to_send_back"]
    for name in ("ask_more", "more_arrives", "accept", "commission", "execute", "reply"):
        case_makers.step(jun, case, name)

    assert (after_sending, lanes(mei)["to_send_back"]) == ([], [case])


def test_the_age_counts_from_the_day_on_which_the_case_came_there(jun, mei):
    walked(jun, "O40")

    (row,) = next(each.rows for each in desk(mei, today=TODAY) if each.lane.name == "to_mission")

    assert (row.since, row.age) == (date(2025, 3, 12), 8)


def test_the_list_of_a_lane_holds_the_same_cases(jun, mei):
    for until in ("O40", "O50"):
        walked(jun, until)
    case_makers.case(jun)

    for name, cases in lanes(mei).items():
        assert list(CaseFilter({"forwarding": name}, reader=mei, today=TODAY).qs) == cases
    assert CaseFilter({"forwarding": "any"}, reader=mei, today=TODAY).qs.count() == 3


def passing(lane, *cases, **fields):
    day = {"happened_on_year": "114", "happened_on_month": "3", "happened_on_day": "20"}
    chosen = [f"{case.pk}.{Case.objects.get(pk=case.pk).version}" for case in cases]
    return {"key": str(uuid.uuid4()), "lane": lane, "case": chosen} | day | fields


def test_several_cases_are_forwarded_at_once_with_one_letter_and_once(client_of, jun, mei):
    cases = [case_makers.case(jun) for _n in range(2)]
    client = client_of(mei)
    sent = passing("to_justice", *cases, reference="外條字第 1 號", note="無第 10 條事由")

    answers = [client.post("/cases/forwarding/", sent, **ENGLISH).url for _n in range(2)]

    assert answers == ["/cases/forwarding/"] * 2
    assert text_of(client.get(answers[0], **ENGLISH)).count("2 cases are done.") == 1
    assert [case.state for case in Case.objects.all()] == ["I20", "I20"]
    assert Entry.objects.filter(verb="case.take_step").count() == 2
    assert {event.reference for case in cases for event in case.events.filter(step="forward")} == {
        "外條字第 1 號"
    }


def test_handing_over_to_the_mission_names_it_and_fixes_the_day_of_the_request(client_of, jun, mei):
    case = walked(jun, "O40")
    client = client_of(mei)

    refused = text_of(client.post("/cases/forwarding/", passing("to_mission", case), **ENGLISH))
    client.post("/cases/forwarding/", passing("to_mission", case, body="駐甲國代表處"))

    case.refresh_from_db()
    assert "Name the office that is to act." in refused
    assert (case.state, case.requested_on) == ("O50", TODAY)


def test_a_reply_is_sent_abroad_from_the_desk(client_of, jun, mei):
    case = walked(jun, "I85", "in")

    client_of(mei).post("/cases/forwarding/", passing("to_send_back", case))

    assert case.events.last().step == "send_reply"
    assert lanes(mei)["to_send_back"] == []


def test_nothing_ticked_and_a_stale_case_are_said(client_of, jun, mei):
    case = case_makers.case(jun)
    client = client_of(mei)
    stale = passing("to_justice", case)
    case_makers.step(jun, case, "acknowledge") if case.state != "I10" else case_makers.step(
        jun, case, "forward"
    )

    nothing = text_of(client.post("/cases/forwarding/", passing("to_justice"), **ENGLISH))
    after = text_of(client.get(client.post("/cases/forwarding/", stale, **ENGLISH).url, **ENGLISH))

    assert "Select a case." in nothing
    assert f"{case.number} was left as it is: This case changed" in after


def test_a_lane_that_is_only_watched_passes_nothing_on(client_of, jun, mei):
    case = case_makers.case(jun, **URGENT)

    assert client_of(mei).post("/cases/forwarding/", passing("awaited", case)).status_code == 404


@pytest.mark.parametrize(
    ("who", "answers"),
    [("jun", (200, 302)), ("mei", (200, 302)), ("auditor", (200, 403)), ("administrator", (403, 403))],
)
def test_both_ministries_pass_on_and_auditors_look(client_of, who, answers):
    case = case_makers.case(makers.jun())
    reader = case.recorded_by if who == "jun" else getattr(makers, who)()
    client = client_of(reader)

    found = (
        client.get("/cases/forwarding/").status_code,
        client.post("/cases/forwarding/", passing("to_justice", case)).status_code,
    )

    assert found == answers


def test_a_stranger_finds_no_hidden_case_at_the_desk_and_passes_none_on(client_of, jun):
    case = case_makers.case(jun, secrecy=1)
    client = client_of(makers.stranger())

    page = text_of(client.get("/cases/forwarding/"))
    client.post("/cases/forwarding/", passing("to_justice", case))

    case.refresh_from_db()
    assert (case.number in page, case.state) == (False, "I10")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_takes_the_same_queries_for_one_row_and_for_three(
    rows, client_of, jun, mei, django_assert_num_queries
):
    for _n in range(rows):
        case_makers.case(jun)
    client = client_of(mei)

    with django_assert_num_queries(7):  # session, reader, and one for each of five lanes
        client.get("/cases/forwarding/")


def test_the_first_page_of_foreign_affairs_counts_what_waits_and_leads_to_it(client_of, jun, mei):
    case_makers.case(jun)
    case_makers.case(jun, makers.partner("DE", name_zh="德國", is_sample=False))
    walked(jun, "I30", "in")

    page = text_of(client_of(mei).get("/", follow=True))

    assert '<a href="/cases/forwarding/">1</a>' in page
    assert figure_at_home(mei, True)[1:] == ("2", 0, "/cases/forwarding/")
    assert [figure_at_home(reader, False) for reader in (jun, makers.auditor())] == [None, None]


def test_the_first_page_tells_an_officer_nothing_of_a_case_above_the_clearance(client_of):
    qiu = case_makers.sealed_officer()
    rao = makers.person("rao", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED, desk="二科")
    sealed = case_makers.case(qiu, officer=qiu, secrecy=Secrecy.SEALED)
    let_in(by=qiu, case=sealed, person=rao, reason="示例")
    looks.record(rao, sealed, "cases:detail")
    own = case_makers.case(qiu, officer=qiu)
    looks.record(rao, own, "cases:detail")
    qiu.desk = "一科"
    qiu.save(update_fields=["desk"])

    def told():
        lines = outsiders_of(qiu, now=timezone.now())
        return sorted(line.number for line in lines), sealed.number in client_of(qiu).get("/cases/home/").text

    before = told()
    qiu.clearance = Secrecy.RESTRICTED
    qiu.save(update_fields=["clearance"])

    assert (before, told()) == ((sorted([own.number, sealed.number]), True), ([own.number], False))
