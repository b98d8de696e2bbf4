"""Practice cards: who keeps them, what is stale, how long it takes, and what experience teaches."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import translation

from cases.actions import StepRefused
from cases.actions.practice import Said, add_line, change_line, verify_line, withdraw_line
from cases.history import sentence
from cases.models import PracticeLine
from cases.practice import card_of, is_stale, stale_lines, usual_times
from cases.samples import LINES, load_sample_cards
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
SENT = ("submit", "review", "send_to_foreign_affairs", "hand_to_mission", "deliver")


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def jia():
    return makers.partner("XA")


def said(**fields):
    given = {"topic": "language", "text_zh": "附英文譯本", "source": "示例來函", "verified_on": TODAY}
    return Said(**(given | fields))


def line(by, partner, **fields):
    return add_line(by=by, partner=partner, said=said(**fields), today=TODAY)


def shown(card):
    return [(measure.code, [each.line.topic for each in measure.lines]) for measure in card.measures]


def typed(**fields):
    day = {"verified_on_year": "114", "verified_on_month": "3", "verified_on_day": "1"}
    given = {"key": str(uuid.uuid4()), "topic": "language", "text_zh": "附英文譯本", "source": "示例來函"}
    return given | day | fields


# Writing.


def test_a_line_says_who_verified_it_when_and_from_where(jun, jia):
    written = line(jun, jia, text_en="with an English translation")

    assert (written.verified_by, written.verified_on, written.source) == (jun, TODAY, "示例來函")
    entry = Entry.objects.get()
    assert (entry.verb, entry.details) == (
        "practice.add",
        {"partner": "XA", "topic": "language", "measure": ""},
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"topic": "weather"}, "topic"),
        ({"measure": "torture"}, "measure"),
        ({"text_zh": " "}, "text_zh"),
        ({"source": ""}, "source"),
        ({"verified_on": TODAY + timedelta(days=1)}, "verified_on"),
    ],
)
def test_a_line_without_text_source_or_a_past_day_is_refused_at_its_place(jun, jia, fields, field):
    with pytest.raises(StepRefused) as caught:
        line(jun, jia, **fields)

    assert (caught.value.field, PracticeLine.objects.count(), Entry.objects.count()) == (field, 0, 0)


def test_a_changed_line_is_withdrawn_and_replaced_never_overwritten(jun, jia):
    old = line(jun, jia)

    new = change_line(by=jun, line=old, said=said(text_zh="附法文譯本"), today=TODAY)

    old.refresh_from_db()
    assert (old.text_zh, old.withdrawn_at is not None, new.replaces) == ("附英文譯本", True, old)
    assert shown(card_of(jia, reader=jun, today=TODAY)) == [("", ["language"])]


def test_a_verified_line_has_a_new_day_and_person_and_keeps_its_source_unless_told(jun, jia):
    chen = makers.justice_supervisor()
    old = line(jun, jia, verified_on=date(2023, 3, 1))

    verify_line(by=chen, line=old, verified_on=date(2025, 3, 1), today=TODAY)

    old.refresh_from_db()
    assert (old.verified_on, old.verified_by, old.source) == (date(2025, 3, 1), chen, "示例來函")
    with pytest.raises(StepRefused) as caught:
        verify_line(by=chen, line=old, verified_on=date(2025, 2, 1), today=TODAY)
    assert caught.value.field == "verified_on"


def test_a_line_that_was_withdrawn_meanwhile_is_neither_changed_nor_verified_nor_withdrawn_again(jun, jia):
    old = line(jun, jia)
    withdraw_line(by=jun, line=old, reason="已廢止")

    for deed in (
        lambda: change_line(by=jun, line=old, said=said(), today=TODAY),
        lambda: verify_line(by=jun, line=old, verified_on=TODAY, today=TODAY),
        lambda: withdraw_line(by=jun, line=old, reason="再一次"),
    ):
        with pytest.raises(StepRefused):
            deed()

    assert [entry.verb for entry in Entry.objects.order_by("id")] == ["practice.add", "practice.withdraw"]
    assert card_of(jia, reader=jun, today=TODAY).lines == []


def test_a_line_is_not_withdrawn_without_a_reason(jun, jia):
    old = line(jun, jia)

    with pytest.raises(StepRefused) as caught:
        withdraw_line(by=jun, line=old, reason=" ")

    assert caught.value.field == "reason"


@pytest.mark.parametrize("who", ["mei", "auditor", "administrator"])
def test_only_justice_writes_on_a_card(jia, jun, who):
    person, old = getattr(makers, who)(), line(jun, jia)

    for deed in (
        lambda: line(person, jia),
        lambda: change_line(by=person, line=old, said=said(), today=TODAY),
        lambda: verify_line(by=person, line=old, verified_on=TODAY, today=TODAY),
        lambda: withdraw_line(by=person, line=old, reason="x"),
    ):
        with pytest.raises(StepRefused):
            deed()

    assert PracticeLine.objects.filter(withdrawn_at=None).count() == 1


# Age.


@pytest.mark.parametrize(
    ("verified", "today", "stale"),
    [
        (date(2024, 3, 20), date(2025, 3, 20), False),
        (date(2024, 3, 19), date(2025, 3, 20), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2023, 2, 28), date(2024, 2, 29), False),
        (date(2023, 2, 27), date(2024, 2, 29), True),
    ],
)
def test_a_line_is_stale_when_more_than_a_year_has_passed(verified, today, stale):
    assert is_stale(PracticeLine(verified_on=verified), today=today) is stale


def test_a_stale_line_says_since_when_in_words_and_a_fresh_one_says_nothing(jun, jia):
    line(jun, jia, verified_on=date(2024, 3, 2))
    line(jun, jia, topic="copies", verified_on=TODAY)

    card = card_of(jia, reader=jun, today=TODAY)
    with translation.override("en"):
        english = [each.age for each in card.lines]
    with translation.override("zh-hant"):
        chinese = [each.age for each in card.lines]

    assert english == ["not verified since March 2024", ""]
    assert "113 年 3 月" in chinese[0]
    assert card.stale == 1


def test_the_desk_is_told_of_cards_with_stale_lines_the_oldest_first(jun, jia):
    line(jun, makers.partner("XB"), verified_on=date(2023, 5, 1))
    line(jun, jia, verified_on=date(2024, 1, 1))
    line(jun, jia, topic="form", verified_on=date(2022, 7, 1))
    line(jun, makers.partner("XC"), verified_on=TODAY)

    told = [(card.code, card.lines, card.since) for card in stale_lines(jun, today=TODAY)]

    assert told == [("XA", 2, date(2022, 7, 1)), ("XB", 1, date(2023, 5, 1))]
    assert stale_lines(makers.mei(), today=TODAY) == []


def test_a_card_to_be_verified_is_named_in_the_readers_language(jun):
    line(jun, makers.partner("XB", name_zh="乙國", name_en="Country B"), verified_on=date(2023, 5, 1))
    (card,) = stale_lines(jun, today=TODAY)

    with translation.override("en"):
        english = card.name
    with translation.override("zh-hant"):
        chinese = card.name

    assert (english, chinese) == ("Country B", "乙國")


# Time and lessons.


def answered(by, partner, sent_on, days, **fields):
    case = case_makers.case(by, partner, direction="out", received_on=sent_on, **fields)
    for name in ("submit", "review", "send_to_foreign_affairs", "hand_to_mission", "deliver", "acknowledged"):
        case_makers.step(by, case, name, sent_on)
    case_makers.step(by, case, "executing_abroad", sent_on)
    case_makers.step(by, case, "deliver_reply", sent_on + timedelta(days=days))
    return case


def test_the_usual_time_is_the_median_from_sending_to_the_first_reply_with_its_precedents(jun, jia):
    for days in (10, 90, 30):
        answered(jun, jia, date(2024, 6, 1), days)
    answered(jun, jia, date(2024, 6, 1), 200, kind="civil")
    answered(jun, makers.partner("XB"), date(2024, 6, 1), 1)
    case_makers.case(jun, jia, direction="out")

    times = [(time.label, time.days, time.precedents, time.is_thin) for time in usual_times(jia, reader=jun)]

    assert [time[1:] for time in times] == [(30, 3, True), (200, 1, True)]


def test_five_precedents_are_enough_and_hidden_ones_do_not_count(jun, jia):
    for days in (10, 20, 30, 40, 50):
        answered(jun, jia, date(2024, 6, 1), days)
    answered(jun, jia, date(2024, 6, 1), 250, secrecy=Secrecy.RESTRICTED)

    seen = usual_times(jia, reader=makers.stranger())
    all_of_them = usual_times(jia, reader=jun)

    assert [(time.days, time.precedents, time.is_thin) for time in seen] == [(30, 5, False)]
    assert [(time.days, time.precedents) for time in all_of_them] == [(35, 6)]


def test_the_usual_time_of_a_measure_counts_only_cases_that_asked_for_it(jun, jia):
    answered(jun, jia, date(2024, 6, 1), 10, items=("service",))
    answered(jun, jia, date(2024, 6, 1), 50, items=("evidence", "search"))

    times = usual_times(jia, reader=jun, measure="search")

    assert [(time.days, time.precedents) for time in times] == [(50, 1)]


def returned(by, partner, defect, **fields):
    case = case_makers.case(by, partner, direction="out", **fields)
    for name in ("submit", "review"):
        case_makers.step(by, case, name)
    case_makers.step(by, case, "return_for_correction", defect=defect)
    return case


def test_a_card_proposes_the_line_that_would_have_saved_a_letter_from_coming_back(jun, jia):
    for defect in ("translation", "facts", "facts"):
        returned(jun, jia, defect)

    lessons = card_of(jia, reader=jun, today=TODAY).lessons
    line(jun, jia)
    taught = card_of(jia, reader=jun, today=TODAY).lessons

    assert [(lesson.defect, lesson.topic, lesson.letters) for lesson in lessons] == [
        ("facts", "contents", 2),
        ("translation", "language", 1),
    ]
    assert [lesson.defect for lesson in taught] == ["facts"]


def test_a_line_on_the_contents_teaches_no_more_once_it_was_verified_after_the_letter_came_back(jun, jia):
    line(jun, jia, topic="contents", text_zh="應載明進度", verified_on=TODAY - timedelta(days=1))
    returned(jun, jia, "facts")

    before = card_of(jia, reader=jun, today=TODAY).lessons
    verify_line(by=jun, line=PracticeLine.objects.get(), verified_on=TODAY, today=TODAY)

    assert [lesson.defect for lesson in before] == ["facts"]
    assert card_of(jia, reader=jun, today=TODAY).lessons == []


def test_what_hidden_letters_lacked_is_not_betrayed(jun, jia):
    returned(jun, jia, "translation", secrecy=Secrecy.RESTRICTED)

    assert card_of(jia, reader=makers.stranger(), today=TODAY).lessons == []


# Pages.


def test_a_card_is_read_by_both_ministries_and_auditors_and_written_by_justice(client_of, jun, jia):
    line(jun, jia)
    answers = {
        person.username: [
            client_of(person).get(path, headers=ENGLISH).status_code
            for path in (
                "/partners/XA/practice/",
                "/partners/XA/practice/service/",
                "/partners/XA/practice/add/",
            )
        ]
        for person in (jun, makers.mei(), makers.stranger(), makers.auditor(), makers.administrator())
    }

    assert answers == {
        "jun": [200, 200, 200],
        "mei": [200, 200, 403],
        "stranger": [200, 200, 200],
        "auditor": [200, 200, 403],
        "administrator": [403, 403, 403],
    }


@pytest.mark.parametrize("path", ["XA/practice/torture/", "ZZ/practice/", "XB/practice/lines/{pk}/change/"])
def test_an_unknown_measure_partner_or_line_is_not_found(client_of, jun, jia, path):
    makers.partner("XB")
    pk = line(jun, jia).pk

    assert client_of(jun).get(f"/partners/{path.format(pk=pk)}").status_code == 404


def test_a_line_is_added_once_however_often_the_form_is_sent(client_of, jun, jia):
    client, sent = client_of(jun), typed()

    answers = [client.post("/partners/XA/practice/add/", sent) for _twice in range(2)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, "/partners/XA/practice/")
    ] * 2
    assert PracticeLine.objects.get().verified_on == date(2025, 3, 1)


def test_a_line_is_changed_verified_and_withdrawn_from_its_pages(client_of, jun, jia):
    client, old = client_of(jun), line(jun, jia, verified_on=date(2023, 1, 1))

    client.post(f"/partners/XA/practice/lines/{old.pk}/verify/", typed())
    client.post(f"/partners/XA/practice/lines/{old.pk}/change/", typed(text_zh="附法文譯本"))
    new = PracticeLine.objects.get(withdrawn_at=None)
    client.post(f"/partners/XA/practice/lines/{new.pk}/withdraw/", typed(reason="已廢止"))

    verbs = [entry.verb for entry in Entry.objects.order_by("id")]
    assert verbs == ["practice.add", "practice.verify", "practice.change", "practice.withdraw"]
    assert new.text_zh == "附法文譯本"


def test_a_stale_form_is_told_so_and_keeps_what_was_typed(client_of, jun, jia):
    old = line(jun, jia)
    withdraw_line(by=jun, line=old, reason="已廢止")

    answer = client_of(jun).post(
        f"/partners/XA/practice/lines/{old.pk}/change/", typed(text_zh="附法文譯本"), headers=ENGLISH
    )

    assert "replaced or withdrawn meanwhile" in answer.text
    assert "附法文譯本" in answer.text


@pytest.mark.parametrize("number", [1, 3])
def test_a_card_takes_the_same_number_of_queries_for_one_line_and_for_three(
    client_of, jun, jia, number, django_assert_num_queries
):
    for topic in ("language", "copies", "form")[:number]:
        line(jun, jia, topic=topic)
    client = client_of(jun)

    with django_assert_num_queries(6):
        assert client.get("/partners/XA/practice/").status_code == 200


def test_the_page_of_a_partner_shows_the_card(client_of, jun, jia):
    line(jun, jia, text_zh="附英文譯本", verified_on=date(2020, 1, 1))

    page = client_of(jun).get("/partners/XA/", headers=ENGLISH)

    assert "附英文譯本" in page.text
    assert "not verified since January 2020" in page.text
    assert "附英文譯本" not in client_of(makers.administrator()).get("/partners/XA/", headers=ENGLISH).text


def test_sample_lines_stand_only_on_cards_of_fictional_partners_and_say_so(jun, jia):
    makers.partner("DE", name_zh="德國", is_sample=False)

    made = load_sample_cards(by=jun, today=TODAY)
    again = load_sample_cards(by=jun, today=TODAY)

    assert (made, again) == (sum(row[0] == "XA" for row in LINES), 0)
    assert all(row.partner.is_sample and "示例" in row.text_zh for row in PracticeLine.objects.all())


def test_supervisors_of_justice_look_through_all_lines_in_the_admin_and_write_nothing_there(
    client_of, jun, jia
):
    old = line(jun, jia)
    withdraw_line(by=jun, line=old, reason="已廢止")
    chen = makers.person("chen", ministry="justice", role="supervisor", is_staff=True)
    path = "/admin/cases/practiceline/"

    answers = {
        person.username: [
            client_of(person).get(f"{path}{page}").status_code for page in ("", f"{old.pk}/change/", "add/")
        ]
        for person in (chen, makers.administrator())
    }

    assert answers == {"chen": [200, 200, 403], "administrator": [403, 403, 403]}


def test_a_practice_line_is_told_in_words_in_the_history(jun, jia):
    line(jun, jia)

    with translation.override("en"):
        told = sentence(Entry.objects.get())

    assert told == "added a line on “Language” to the practice card of XA"
