"""The pages of cases: each outcome once, who is let in, and the same number of queries for one row and for three."""

import re
import uuid
from datetime import date

import pytest
from django.utils import timezone

from cases.actions import save_draft
from cases.filters import CaseFilter
from cases.models import Case
from cases.paging import page_of
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def office(client_of, jun):
    """Jun's client."""
    return client_of(jun)


def filled(**fields):
    """What a browser sends from the form of a new case."""
    sent = {
        "key": str(uuid.uuid4()),
        "act": "register",
        "direction": "in",
        "kind": "criminal",
        "partner": "XA",
        "received_on_year": "114",
        "received_on_month": "3",
        "received_on_day": "10",
        "items": ["evidence"],
        "subject": "調取金融資料",
        "secrecy": "1",
        "basis": "",
    }
    return sent | fields


def letter(year, month, day):
    return {"letter_on_year": str(year - 1911), "letter_on_month": str(month), "letter_on_day": str(day)}


def text_of(response):
    return response.content.decode()


# The list.


def test_the_list_shows_registered_cases_and_marks_samples(office, jun):
    case = case_makers.case(jun)
    save_draft(by=jun, intake=case_makers.intake(subject="草稿之事由"))

    page = text_of(office.get("/cases/", **ENGLISH))

    assert case.number in page
    assert "sample</span>" in page
    assert "草稿之事由" not in page


def test_samples_are_listed_but_not_counted_unless_asked(office, jun):
    case_makers.case(jun)
    case_makers.case(jun, makers.partner("DE", name_zh="德國", is_sample=False))

    pages = [text_of(office.get(path, **ENGLISH)) for path in ("/cases/", "/cases/?samples=1")]

    words = [re.search(r'role="status">(\d+ cases?)', page)[1] for page in pages]
    assert words == ["1 case", "2 cases"]
    assert all(page.count('<th scope="row" class="nw"') == 2 for page in pages)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(
    rows, office, jun, django_assert_num_queries
):
    for _n in range(rows):
        case_makers.case(jun, officer=jun)

    with django_assert_num_queries(5):
        office.get("/cases/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_filtered_list_takes_the_same_queries_too(rows, office, jun, django_assert_num_queries):
    for _n in range(rows):
        case_makers.case(jun)

    with django_assert_num_queries(5):
        page = text_of(office.get("/cases/?partner=XA&direction=in&state=open&officer=nobody"))

    assert page.count('<th scope="row" class="nw"') == rows


def test_an_empty_list_says_why(office, jun):
    nothing = text_of(office.get("/cases/", **ENGLISH))
    case_makers.case(jun)
    narrowed = text_of(office.get("/cases/?direction=out", **ENGLISH))

    assert "No case that you may see yet" in nothing
    assert "No case fits these filters" in narrowed


def filtered(reader, **data):
    found = CaseFilter(data, reader=reader, today=makers.TODAY)
    return {case.subject for case in found.qs}


def test_each_filter_narrows_the_list(jun):
    yi = makers.partner("XB")
    case_makers.case(jun, subject="一", deadline=date(2025, 3, 19), officer=jun, partner_reference="REF/7-A")
    case_makers.case(
        jun, yi, subject="二", kind="civil", deadline=date(2025, 3, 27), office_reference="北檢 9"
    )
    case_makers.walk(jun, case_makers.case(jun, subject="三", direction="out", deadline=date(2025, 3, 19)))

    found = {
        name: filtered(jun, **data)
        for name, data in {
            "all": {},
            "direction": {"direction": "out"},
            "partner": {"partner": "XB"},
            "kind": {"kind": "civil"},
            "basis": {"basis": "letters_rogatory"},
            "open": {"state": "open"},
            "closed": {"state": "closed"},
            "state": {"state": "O99"},
            "holder": {"holder": "foreign_affairs"},
            "mine": {"officer": "me"},
            "nobody": {"officer": "nobody"},
            "over": {"due": "over"},
            "soon": {"due": "soon"},
            "their reference": {"q": "ref/7"},
            "our reference": {"q": "北檢"},
            "number": {"q": "114-請"},
            "subject": {"q": "二"},
            "nonsense": {"state": "X99", "direction": "up"},
        }.items()
    }

    assert found == {
        "all": {"一", "二", "三"},
        "direction": {"三"},
        "partner": {"二"},
        "kind": {"二"},
        "basis": {"二"},
        "open": {"一", "二"},
        "closed": {"三"},
        "state": {"三"},
        "holder": {"一", "二"},
        "mine": {"一"},
        "nobody": {"二"},
        "over": {"一"},
        "soon": {"二"},
        "their reference": {"一"},
        "our reference": {"二"},
        "number": {"三"},
        "subject": {"二"},
        "nonsense": {"一", "二", "三"},
    }


def test_no_case_is_found_by_the_number_of_an_agreement_above_the_readers_clearance(jun):
    """AZ-17: without the check the number tells which cases rest on a hidden agreement."""
    agreement = case_makers.in_force(makers.partner(), date(2025, 1, 1), secrecy=Secrecy.RESTRICTED)
    case_makers.case(jun, subject="一")

    found = [filtered(reader, agreement=agreement.number) for reader in (jun, makers.stranger())]

    assert found == [{"一"}, set()]


def test_the_partners_to_filter_by_are_those_of_visible_cases(client_of):
    qiu = case_makers.sealed_officer()
    case_makers.case(qiu, makers.partner("XA"))
    case_makers.case(qiu, makers.partner("XB"), secrecy=Secrecy.SEALED)

    page = text_of(client_of(makers.mei()).get("/cases/"))

    assert ['value="XA"' in page, 'value="XB"' in page] == [True, False]


def test_pages_by_keyset_show_every_case_once_forwards_and_backwards(jun):
    days = [date(2025, 3, day) for day in (1, 2, 2, 2, 2, 4, 4)]
    made = [case_makers.case(jun, letter_on=day) for day in days]
    newest_first = [
        case.pk for case in sorted(made, key=lambda one: (one.requested_on, one.pk), reverse=True)
    ]

    def pages(cursor, way):
        page = page_of(Case.objects.all(), cursor, lambda page: page, size=3)
        following = getattr(page, way)
        return [[case.pk for case in page.rows], *(pages(following, way) if following else [])]

    forwards = pages("", "next")
    last = page_of(Case.objects.all(), "", lambda page: page, size=3).next
    last = page_of(Case.objects.all(), last, lambda page: page, size=3).next
    backwards = pages(last, "previous")
    assert forwards == [newest_first[:3], newest_first[3:6], newest_first[6:]]
    assert backwards == [newest_first[6:], newest_first[3:6], newest_first[:3]]


@pytest.mark.parametrize(
    "cursor", ["", "x", "a2025-02-31.5", "a2025-03-10", "a2025-03-10.1'", "b٢٠٢٥-03-10.1"]
)
def test_a_place_that_cannot_be_read_is_the_first_page(office, jun, cursor):
    case = case_makers.case(jun)

    page = office.get("/cases/", {"page": cursor})

    assert (page.status_code, case.number in text_of(page)) == (200, True)


def test_a_page_beyond_the_end_is_the_first_page(office, jun):
    case = case_makers.case(jun)

    assert case.number in text_of(office.get("/cases/?page=a1990-01-01.1"))


# Who is let in.


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("jun", (200, 200, 200, 200)),
        ("mei", (200, 200, 403, 200)),
        ("auditor", (200, 403, 403, 200)),
        ("administrator", (403, 403, 403, 403)),
    ],
)
def test_each_page_is_entered_by_those_it_is_for(client_of, who, answers):
    case = case_makers.case(makers.jun())
    reader = case.recorded_by if who == "jun" else getattr(makers, who)()
    client = client_of(reader)

    paths = ("/cases/", "/cases/new/", "/cases/home/", case.get_absolute_url())
    assert tuple(client.get(path).status_code for path in paths) == answers


def test_people_who_are_not_signed_in_are_led_to_the_door(client):
    case = case_makers.case(makers.jun())

    for path in ("/cases/", "/cases/home/", "/cases/new/", case.get_absolute_url()):
        assert client.get(path).url.startswith("/accounts/login/")


def test_a_stranger_finds_nothing_where_mei_finds_the_case(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    draft = save_draft(by=jun, intake=case_makers.intake())
    mei, stranger = client_of(makers.mei()), client_of(makers.stranger())
    paths = ("", "step/", "officer/", "basis/")

    absent = [stranger.post(f"/cases/114-受-0999/{path}", {}).status_code for path in paths[1:]]
    hidden = [stranger.post(f"{case.get_absolute_url()}{path}", {}).status_code for path in paths[1:]]
    assert mei.get(case.get_absolute_url()).status_code == 200
    assert stranger.get(case.get_absolute_url()).status_code == 404
    assert stranger.get(f"{case.get_absolute_url()}basis/").status_code == 404
    assert stranger.get(f"{case.get_absolute_url()}step/").status_code == 404
    assert hidden == absent == [404, 404, 404]
    assert case.number not in text_of(stranger.get("/cases/"))
    assert stranger.get(draft.get_absolute_url()).status_code == 404


def test_a_hidden_case_is_answered_like_one_that_does_not_exist(client_of, jun):
    hidden = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    client = client_of(makers.stranger())

    answers = [client.get(f"/cases/{number}/") for number in (hidden.number, "114-受-0999")]

    bodies = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"|114-\S+?-\d{4}|%E\S+?-\d{4}', "", text_of(a))
        for a in answers
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]


# Logging a request.


def test_the_basis_is_proposed_with_its_reason_before_anything_is_kept(office):
    case_makers.in_force(
        makers.partner(), date(2024, 5, 3), title_zh="示例協定", title_en="The treaty with A"
    )

    def proposed(day):
        return text_of(
            office.post("/cases/new/", filled(act="check", subject="", **letter(2024, 5, day)), **ENGLISH)
        )

    before, after = proposed(2), proposed(3)
    assert "The treaty with A was signed but not in force on 2 May 2024: Reciprocity." in before
    assert "The treaty with A was in force on 3 May 2024 (since 3 May 2024)." in after
    assert "thing to correct" not in before
    assert Case.objects.count() == 0


def test_a_look_at_the_basis_keeps_what_was_typed(office):
    makers.partner()

    page = text_of(office.post("/cases/new/", filled(act="check", partner="甲國", office="台北地檢署")))

    assert 'value="甲國"' in page
    assert 'value="台北地檢署"' in page
    assert re.search(r'name="items" value="evidence"[^>]*checked', page)


def test_a_registered_case_is_shown_with_its_number(office, jun):
    makers.partner()

    answer = office.post("/cases/new/", filled(is_mine="on", **letter(2025, 3, 3)))

    case = Case.objects.get()
    year = timezone.localdate().year - 1911
    assert answer.url == case.get_absolute_url()
    assert (case.number, case.officer, case.requested_on) == (f"{year}-受-0001", jun, date(2025, 3, 3))
    assert office.get(answer.url).status_code == 200


def test_a_form_that_is_sent_twice_registers_once(office):
    makers.partner()
    sent = filled()

    answers = [office.post("/cases/new/", sent).url for _n in range(2)]

    assert answers[0] == answers[1]
    assert Case.objects.count() == Entry.objects.filter(verb="case.register").count() == 1


def test_register_and_log_another_leads_to_a_form_that_keeps_direction_and_kind(office):
    makers.partner()

    answer = office.post("/cases/new/", filled(act="again", kind="civil", direction="out"))

    page = text_of(office.get(answer.url))
    assert Case.objects.get().direction == "out"
    assert re.search(r'name="direction" value="out"[^>]*checked', page)
    assert '<option value="civil" selected>' in page


def test_everything_that_is_missing_is_said_at_once_and_at_its_place(office):
    answer = office.post(
        "/cases/new/", {"key": str(uuid.uuid4()), "act": "register", "secrecy": "1"}, **ENGLISH
    )

    page = text_of(answer)
    assert answer.status_code == 200
    assert "5 things to correct" in page
    assert all(
        f'href="#id_{name}' in page for name in ("direction", "kind", "partner", "received_on", "subject")
    )


def test_what_the_action_refuses_is_said_at_its_field(office):
    makers.partner()

    page = text_of(office.post("/cases/new/", filled(is_direct="on"), **ENGLISH))

    assert "Only an urgent incoming request comes straight to Justice." in page
    assert Case.objects.count() == 0


def test_a_level_above_the_clearance_is_not_offered_and_not_taken(office):
    makers.partner()

    page = text_of(office.get("/cases/new/"))
    office.post("/cases/new/", filled(secrecy="3"))

    assert ['value="2"' in page, 'name="secrecy" value="3"' in page] == [True, False]
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("XA", "XA"),
        ("xa", "XA"),
        ("甲", "XA"),
        ("甲國", "XA"),
        ("country b", "XB"),
        ("Country", None),
        ("戊國", None),
    ],
)
def test_a_partner_is_found_by_code_name_or_beginning_and_never_guessed(office, typed, found):
    makers.partner("XA")
    makers.partner("XB")

    office.post("/cases/new/", filled(partner=typed))

    assert [case.partner.code for case in Case.objects.all()] == ([found] if found else [])


def test_a_draft_is_saved_with_what_there_is_opened_again_and_registered(office, jun):
    makers.partner()

    saved = office.post(
        "/cases/new/", {"key": str(uuid.uuid4()), "act": "draft", "secrecy": "1", "partner": "XA"}
    )
    draft = Case.objects.drafts().get()
    page = text_of(office.get(saved.url))
    registered = office.post(saved.url, filled())

    assert saved.url == f"/cases/drafts/{draft.pk}/"
    assert 'value="甲國"' in page
    assert registered.url == Case.objects.get(pk=draft.pk).get_absolute_url()
    assert office.get(saved.url).status_code == 404


def test_a_draft_is_discarded(office, jun):
    draft = save_draft(by=jun, intake=case_makers.intake())

    answer = office.post(draft.get_absolute_url(), {"act": "discard"})

    assert (answer.url, Case.objects.count()) == ("/cases/", 0)


def test_foreign_affairs_is_offered_neither_the_direct_door_nor_the_carrying(client_of):
    page = text_of(client_of(makers.mei()).get("/cases/new/"))

    assert ['name="is_direct"' in page, 'name="is_mine"' in page] == [False, False]


# The page of a case.


def test_the_page_shows_what_happened_what_is_asked_and_what_it_rests_on(office, jun):
    case = case_makers.case(jun, items=("search", "seizure"))
    case_makers.step(jun, case, "forward", note="附件二件")

    page = text_of(office.get(case.get_absolute_url(), **ENGLISH))

    for words in (
        "Forwarded to Justice",
        "Seizure",
        "附件二件",
        "No agreement on this kind of case is recorded",
    ):
        assert words in page


def test_the_history_of_a_case_stands_on_a_page_of_its_own_in_sentences(office, jun):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward")

    page = text_of(office.get(f"{case.get_absolute_url()}history/", **ENGLISH))

    assert page.index("recorded “Forward to Justice”") < page.index("registered the case as 114-受-0001")


def test_a_long_history_is_read_page_by_page(office, jun, monkeypatch):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward")
    monkeypatch.setattr("cases.views.record.LINES_ON_A_PAGE", 1)

    newest = office.get(f"{case.get_absolute_url()}history/", **ENGLISH)
    older = office.get(
        f"{case.get_absolute_url()}history/?before={newest.context['trail'].before}", **ENGLISH
    )

    assert "registered the case" not in text_of(newest)
    assert "registered the case" in text_of(older)
    assert older.context["trail"].before is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_event_and_for_three(
    rows, office, jun, django_assert_num_queries
):
    case = case_makers.case(jun, items=("search", "seizure", "evidence")[:rows])
    for name in ("forward", "take_in")[: rows - 1]:
        case_makers.step(jun, case, name)

    with django_assert_num_queries(7 + A_LOOK):
        office.get(case.get_absolute_url())


def step_sent(case, **fields):
    day = {"happened_on_year": "114", "happened_on_month": "3", "happened_on_day": "12"}
    return {"key": str(uuid.uuid4()), "version": case.version, **day} | fields


def test_a_step_is_recorded_from_the_page_once(office, jun):
    case = case_makers.case(jun)
    sent = step_sent(case, step="forward", reference="外條字第 2 號")

    answers = [office.post(f"{case.get_absolute_url()}step/", sent).url for _n in range(2)]

    case.refresh_from_db()
    assert answers == [case.get_absolute_url()] * 2
    assert (case.state, case.events.count()) == ("I20", 2)
    assert case.events.last().reference == "外條字第 2 號"


def test_a_step_that_is_refused_comes_back_with_what_was_typed(office, jun):
    case = case_makers.walk(jun, case_makers.case(jun), date(2025, 3, 11), until="I30")

    page = text_of(
        office.post(
            f"{case.get_absolute_url()}step/", step_sent(case, step="refuse", note="理由已打"), **ENGLISH
        )
    )

    assert "Choose the ground of refusal." in page
    assert "art. 10)" in page
    assert "理由已打" in page
    assert case.events.count() == 3


def test_a_stale_page_is_told_what_changed_and_can_be_sent_again(office, jun):
    case = case_makers.case(jun)
    sent = step_sent(case, step="acknowledge")
    case_makers.step(jun, case, "forward", date(2025, 3, 11))

    first = text_of(office.post(f"{case.get_absolute_url()}step/", sent, **ENGLISH))
    version = re.search(r'name="version" value="(\d+)"', first)[1]
    second = office.post(f"{case.get_absolute_url()}step/", sent | {"version": version})

    assert "This case changed after you opened the page: Jun recorded" in first
    assert (second.status_code, case.events.count()) == (302, 3)


def test_the_page_of_a_case_leads_to_every_step_that_may_be_taken_the_expected_one_first(office, jun):
    case = case_makers.case(jun)

    page = text_of(office.get(f"{case.get_absolute_url()}?queue=mine", **ENGLISH))

    found = re.findall(r'href="([^"]*step/[^"]*)">([^<]*)</a><p>([^<]*)</p>', page)
    step = f"{case.get_absolute_url()}step/?queue=mine&amp;step="
    assert found == [
        (f"{step}forward", "Forward to Justice", "→ Forwarded to Justice · In hand with Ministry of Justice"),
        (
            f"{step}withdrawn",
            "The requesting party withdraws",
            "→ Withdrawn by the requesting party · In hand with Ministry of Justice",
        ),
    ]


def test_the_step_that_a_link_names_is_chosen_on_its_page(office, jun):
    case = case_makers.case(jun)

    page = text_of(office.get(f"{case.get_absolute_url()}step/?step=withdrawn", **ENGLISH))

    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["withdrawn"]


def test_the_page_of_a_step_is_closed_to_those_who_may_take_none(client_of, jun):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward")
    path = f"{case.get_absolute_url()}step/"

    codes = [client_of(user).get(path).status_code for user in (jun, makers.mei(), makers.auditor())]

    assert codes == [200, 403, 403]


def test_foreign_affairs_is_offered_the_forwarding_only(client_of, jun):
    case = case_makers.case(jun)
    mei = client_of(makers.mei())

    before = text_of(mei.get(case.get_absolute_url()))
    case_makers.step(jun, case, "forward")
    after = text_of(mei.get(case.get_absolute_url()))

    assert ["step=forward" in before, "step=withdrawn" in before] == [True, False]
    assert ['id="step"' in after, 'name="officer"' in after, "/basis/" in after] == [False, False, False]


def test_the_case_is_given_to_an_officer_from_the_page(office, client_of, jun):
    case = case_makers.case(jun)
    chen = client_of(case_makers.justice_supervisor())
    sent = {"key": str(uuid.uuid4()), "version": 1, "officer": jun.pk}

    answer = chen.post(f"{case.get_absolute_url()}officer/", sent)

    case.refresh_from_db()
    assert (answer.url, case.officer) == (case.get_absolute_url(), jun)


def test_giving_and_restating_are_closed_to_those_who_may_not(client_of, jun):
    case = case_makers.case(jun)
    mei = client_of(makers.mei())

    answers = [
        mei.post(f"{case.get_absolute_url()}{path}", {}).status_code for path in ("officer/", "basis/")
    ]

    assert answers == [403, 403]


def test_the_basis_is_restated_from_its_page(office, jun):
    jia = makers.partner()
    case = case_makers.case(jun, jia)
    agreement = case_makers.in_force(jia, date(2025, 3, 1))
    sent = {"key": str(uuid.uuid4()), "version": 1, "basis": ""}

    shown = text_of(office.get(f"{case.get_absolute_url()}basis/"))
    office.post(f"{case.get_absolute_url()}basis/", sent)

    case.refresh_from_db()
    assert agreement.title_zh in shown
    assert case.agreement == agreement


def test_an_agreement_above_the_readers_clearance_is_not_named(client_of):
    jia = makers.partner()
    agreement = case_makers.in_force(jia, date(2025, 1, 1), secrecy=Secrecy.RESTRICTED)
    resting = case_makers.case(makers.jun(), jia)
    fallen = case_makers.case(resting.recorded_by, jia, letter_on=date(2024, 12, 1))
    jun, stranger = client_of(resting.recorded_by), client_of(makers.stranger())

    named = [
        [agreement.title_zh in text_of(client.get(case.get_absolute_url())) for case in (resting, fallen)]
        for client in (jun, stranger)
    ]

    assert named == [[True, True], [False, False]]


# The first page of justice.


def test_the_first_page_shows_what_is_overdue_mine_unassigned_and_drafted(client_of, jun):
    real = makers.partner("DE", name_zh="德國", name_en="Germany", is_sample=False)
    today = timezone.localdate()
    for subject, fields in {
        "逾期案": {"deadline": date(2025, 3, 12)},
        "我的案": {"officer": jun, "deadline": today},
        "無人案": {},
    }.items():
        case_makers.case(jun, real, subject=subject, **fields)
    case_makers.case(jun, subject="示例案", deadline=date(2025, 3, 12))
    save_draft(by=jun, intake=case_makers.intake(subject="草稿案"))

    page = text_of(client_of(jun).get("/cases/home/", **ENGLISH))

    figures = re.findall(r'class="v"><a href="[^"]*">(\d+)</a>', page)
    sections = {
        name: set(re.findall(r"(\w\w案)", re.search(rf'id="{name}".*?</section>', page, re.DOTALL)[0]))
        for name in ("overdue", "mine", "unassigned")
    }
    assert figures == ["1", "1", "1", "2", "0"]
    assert sections == {
        "overdue": {"逾期案", "示例案"},
        "mine": {"我的案"},
        "unassigned": {"逾期案", "無人案", "示例案"},
    }
    assert "草稿案" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_first_page_takes_the_same_queries_for_one_case_and_for_three(
    rows, office, jun, django_assert_num_queries
):
    for _n in range(rows):
        case_makers.case(jun, officer=jun, deadline=date(2025, 3, 12))

    # session, reader, newest entry, mentions, cases, to do, drafts, looks of others
    with django_assert_num_queries(8):
        office.get("/cases/home/")
