"""Persons in cases: encrypted at rest, shown to those who work on cases, found by exact name, under keys that change."""

import json
import logging
import sys
import uuid
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import connection
from django.utils.translation import override
from django.views.debug import ExceptionReporter
from hypothesis import given
from hypothesis import strategies as st

from cases.actions import StepRefused, StepRequest, take_step
from cases.actions.people import add_person, record_look, remove_person
from cases.history import VERBS, sentence
from cases.models import Case, Person
from cases.persons import (
    cases_with_person,
    digest_of,
    holds_name,
    masked,
    name_of,
    open_name,
    seal,
)
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker import audit
from tracker.alerts import AlertHandler
from tracker.models import Entry, Look, SearchEntry
from tracker.roles import Secrecy
from tracker.sealing import CannotBeRead

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
OLD, NEW, OTHER = (bytes(range(start, start + 32)) for start in (1, 41, 81))
NAME = "王小明"
RARE = "".join(["Unver", "wechselbar"])  # in pieces, since reports quote the lines around a fault


@pytest.fixture
def jun(db):
    return makers.jun()


def named(by, case, name=NAME, part="suspect", **fields):
    return add_person(by=by, case=case, part=part, name=name, **fields)


def refusal(do, **fields):
    with pytest.raises(StepRefused) as caught:
        do(**fields)
    return caught.value.field, str(caught.value)


def text_of(response):
    return response.content.decode()


def sent(**fields):
    return {"key": str(uuid.uuid4())} | fields


def address(case, rest=""):
    return f"/cases/{case.number}/persons/{rest}"


# The names themselves; no database.


@given(st.text(min_size=1, max_size=60))
def test_a_sealed_name_opens_again(name):
    person = Person(case_id=7, part="victim", sealed_name=seal(name, case_id=7, part="victim"))

    assert open_name(person) == name


def test_the_same_name_is_never_sealed_alike():
    assert seal(NAME, case_id=1, part="victim") != seal(NAME, case_id=1, part="victim")


@pytest.mark.parametrize(("case_id", "part"), [(2, "victim"), (1, "suspect")])
def test_a_name_moved_to_another_case_or_part_cannot_be_read(case_id, part):
    moved = Person(case_id=case_id, part=part, sealed_name=seal(NAME, case_id=1, part="victim"))

    with pytest.raises(CannotBeRead):
        open_name(moved)


@pytest.mark.parametrize("place", [0, 3, 10, -1])
def test_a_changed_byte_anywhere_makes_a_name_unreadable(place):
    sealed = bytearray(seal(NAME, case_id=1, part="victim"))
    sealed[place] ^= 1

    assert name_of(Person(case_id=1, part="victim", sealed_name=bytes(sealed))) is None


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"plain text", b"\x01" + bytes(40)])
def test_rubbish_in_the_column_is_unreadable_and_no_crash(rubbish, caplog):
    with caplog.at_level(logging.WARNING):
        found = name_of(Person(pk=5, case_id=1, part="victim", sealed_name=rubbish))

    assert found is None
    assert "person 5 of case 1 cannot be read" in caplog.text


@pytest.mark.parametrize(
    "typed",
    ["John Doe", "john  doe", " JOHN DOE ", "Ｊｏｈｎ　Ｄｏｅ", "John\tDoe", "John\u200b Doe"],
)
def test_a_name_has_one_digest_however_it_is_typed(typed):
    assert digest_of(typed) == digest_of("John Doe")


def test_other_names_and_another_key_give_another_digest(settings):
    here = digest_of("John Doe")
    others = {digest_of(name) for name in ("Doe John", "John Do", "JohnDoe")}
    settings.PERSON_DIGEST_KEY = OTHER

    assert here not in others
    assert digest_of("John Doe") != here
    assert len(here) == 64


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王○○"),
        ("王明", "王○○"),
        ("歐陽小明", "歐○○"),
        ("John Doe", "J. D."),
        ("jean-luc picard", "J. P."),
        ("Nguyễn Văn An", "N. V. A."),
        ("王小明 (Wang Xiaoming)", "王○○"),
        ("ジョン・ドウ", "ジ○○"),
        ("김철수", "김○○"),
        ("Иван Иванов", "И. И."),
        ("(unknown)", "U."),
        ("007", "○○"),
        ("", "○○"),
    ],
)
def test_a_masked_name_shows_a_family_name_or_initials(name, shown):
    assert masked(name) == shown


@pytest.mark.parametrize(
    ("text", "name", "holds"),
    [
        ("非王小明本人", "王小明", True),
        ("Not JOHN  DOE after all", "John Doe", True),
        ("將John Doe移除", "John Doe", True),
        ("was applied twice", "Li", False),
        ("Li was not the person", "Li", True),
        ("誤植", "王小明", False),
        ("", "王小明", False),
    ],
)
def test_a_text_that_repeats_a_name_is_noticed(text, name, holds):
    assert holds_name(text, name) is holds


# Naming and removing.


def test_a_person_is_kept_encrypted_and_read_back(jun):
    case = case_makers.case(jun)

    person = named(jun, case, "  John   Doe ", nationality=makers.partner("XB"))

    person.refresh_from_db()
    assert name_of(person) == "John Doe"
    assert (person.part, person.nationality.code, person.recorded_by) == ("suspect", "XB", jun)
    assert b"Doe" not in bytes(person.sealed_name)


def test_no_name_stands_anywhere_in_the_database(jun):
    case = case_makers.case(jun)
    person = named(jun, case, "Zacharias Unverwechselbar")
    record_look(by=jun, case=case, today=TODAY)
    remove_person(by=jun, case=case, person=named(jun, case, "Unverwechselbar Zwei"), reason="誤植")

    assert str(person) == f"{case.number} {person.get_part_display()}"
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            columns = [
                column.name for column in connection.introspection.get_table_description(cursor, table)
            ]
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = cursor.fetchall()
            found += [
                (table, column)
                for row in rows
                for column, value in zip(columns, row, strict=True)
                if "nverwechselbar"
                in (bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value))
            ]
    assert found == []
    assert SearchEntry.objects.exists()


def test_naming_and_removing_are_told_without_the_name(jun):
    case = case_makers.case(jun)
    person = named(jun, case)
    remove_person(by=jun, case=case, person=person, reason=" 誤植 ")

    told = list(audit.history_of(case)[:2])
    assert [entry.verb for entry in told] == ["case.remove_person", "case.add_person"]
    assert told[0].details == {"part": "suspect", "person": person.pk, "reason": "誤植"}
    assert told[1].details == {"part": "suspect", "person": person.pk}
    assert NAME not in sentence(told[0]) + sentence(told[1])
    assert {entry.verb for entry in Entry.objects.all() if entry.verb.startswith("case.")} <= set(VERBS)
    assert case.persons.count() == 0
    assert audit.verify().intact


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"part": "clown"}, "part"),
        ({"name": " "}, "name"),
        ({"name": "123"}, "name"),
        ({"name": "王" * 201}, "name"),
        ({"name": "王小明"}, "name"),
    ],
)
def test_what_cannot_be_named_is_refused_at_its_field(jun, fields, field):
    case = case_makers.case(jun)
    named(jun, case)

    given = {"part": "suspect", "name": "李大同"} | fields

    assert refusal(add_person, by=jun, case=case, **given)[0] == field
    assert case.persons.count() == 1


def test_the_same_person_may_have_two_parts(jun):
    case = case_makers.case(jun)
    named(jun, case)

    named(jun, case, part="addressee")

    assert case.persons.count() == 2


@pytest.mark.parametrize("reason", ["", "  ", "非王小明本人"])
def test_a_person_is_not_removed_without_a_reason_or_with_the_name_in_it(jun, reason):
    case = case_makers.case(jun)
    person = named(jun, case)

    assert refusal(remove_person, by=jun, case=case, person=person, reason=reason)[0] == "reason"
    assert case.persons.get() == person


def test_a_person_is_removed_once(jun):
    case = case_makers.case(jun)
    person = named(jun, case)
    person_id = person.pk
    remove_person(by=jun, case=case, person=person, reason="誤植")

    with override("en"):
        told = refusal(remove_person, by=jun, case=case, person=Person(pk=person_id), reason="誤植")
    assert told == ("", "This person has been removed meanwhile.")


@pytest.mark.parametrize("who", ["mei", "auditor", "administrator", "stranger"])
def test_others_name_nobody(jun, who):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    person = named(jun, case)
    other = getattr(makers, who)()

    assert refusal(add_person, by=other, case=case, part="victim", name="李大同")[0] == ""
    assert refusal(remove_person, by=other, case=case, person=person, reason="x")[0] == ""


def test_foreign_affairs_names_persons_of_what_it_registered_until_it_has_passed_it_on(jun):
    mei = makers.mei()
    case = case_makers.case(mei)
    named(mei, case)
    case_makers.step(mei, case, "forward")

    assert refusal(add_person, by=mei, case=case, part="victim", name="李大同")[0] == ""


# Found by exact name.


def test_a_person_is_found_in_the_cases_that_the_reader_may_see(jun):
    first = case_makers.case(jun, subject="一", letter_on=date(2025, 3, 1))
    second = case_makers.case(jun, subject="二", letter_on=date(2025, 3, 2))
    sealed_officer = case_makers.sealed_officer()
    hidden = case_makers.case(sealed_officer, secrecy=Secrecy.SEALED)
    for case, part in ((first, "victim"), (second, "suspect")):
        named(jun, case, part=part)
    named(sealed_officer, hidden)
    named(jun, first, "李大同")

    found = [(row.case, row.part) for row in cases_with_person(" 王小明", jun)]

    assert found == [(second, "suspect"), (first, "victim")]
    assert hidden in {row.case for row in cases_with_person(NAME, sealed_officer)}


@pytest.mark.parametrize("who", ["mei", "auditor", "administrator"])
def test_who_may_not_read_names_finds_nobody(jun, who):
    case = case_makers.case(jun)
    named(jun, case)

    assert list(cases_with_person(NAME, getattr(makers, who)())) == []


@pytest.mark.parametrize("name", ["", " ", "王小", "小明"])
def test_a_part_of_a_name_or_nothing_finds_nobody(jun, name):
    named(jun, case_makers.case(jun))

    assert list(cases_with_person(name, jun)) == []


# The keys change.


def test_after_the_rotation_the_old_key_may_go(jun, settings):
    settings.PERSON_KEYS = [OLD]
    case = case_makers.case(jun)
    people = [named(jun, case, name) for name in ("王小明", "李大同", "John Doe")]
    settings.PERSON_KEYS = [NEW, OLD]
    people.append(named(jun, case, "新來的"))

    told = rotated()

    settings.PERSON_KEYS = [NEW]
    assert told == {"changed": 3, "current": 1, "unreadable": [], "typed": 0, "unreadable_typed": 0}
    assert [name_of(person) for person in case.persons.order_by("pk")] == [
        "王小明",
        "李大同",
        "John Doe",
        "新來的",
    ]
    assert list(cases_with_person("李大同", jun)) == [people[1]]
    entry = Entry.objects.get(verb="case.rotate_person_keys")
    assert (entry.details, entry.actor_name) == ({"changed": 3}, "system")


def test_a_second_rotation_changes_nothing(jun, settings):
    settings.PERSON_KEYS = [OLD]
    named(jun, case_makers.case(jun))
    settings.PERSON_KEYS = [NEW, OLD]
    rotated()
    before = list(Person.objects.values_list("pk", "sealed_name"))

    told = rotated()

    assert told == {"changed": 0, "current": 1, "unreadable": [], "typed": 0, "unreadable_typed": 0}
    assert list(Person.objects.values_list("pk", "sealed_name")) == before
    assert Entry.objects.filter(verb="case.rotate_person_keys").count() == 1


def test_an_interrupted_rotation_goes_on_where_it_stopped(jun, settings, monkeypatch):
    settings.PERSON_KEYS = [OLD]
    case = case_makers.case(jun)
    for name in ("甲某", "乙某", "丙某"):
        named(jun, case, name)
    settings.PERSON_KEYS = [NEW, OLD]
    monkeypatch.setattr("cases.management.commands.rotate_person_keys.SIZE", 2)
    from_other_hand = case.persons.order_by("pk").last()
    from_other_hand.sealed_name = seal("丙某", case_id=case.pk, part="suspect")
    from_other_hand.save(update_fields=["sealed_name"])

    assert rotated() == {"changed": 2, "current": 1, "unreadable": [], "typed": 0, "unreadable_typed": 0}


def test_the_rotation_names_what_no_key_opens_and_leaves_it(jun, settings):
    settings.PERSON_KEYS = [OLD]
    lost = named(jun, case_makers.case(jun))
    settings.PERSON_KEYS = [NEW]
    sealed = bytes(lost.sealed_name)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("rotate_person_keys", format="json", stdout=out)

    lost.refresh_from_db()
    assert ended.value.code == 1
    assert json.loads(out.getvalue()) == {
        "changed": 0,
        "current": 0,
        "unreadable": [lost.pk],
        "typed": 0,
        "unreadable_typed": 0,
    }
    assert bytes(lost.sealed_name) == sealed


def test_the_rotation_says_in_words_what_it_did(jun, settings):
    settings.PERSON_KEYS = [OLD]
    named(jun, case_makers.case(jun))
    settings.PERSON_KEYS = [NEW, OLD]
    out = StringIO()

    call_command("rotate_person_keys", stdout=out)

    assert (
        out.getvalue()
        == "1 names encrypted with the first key, 0 were so already, 0 cannot be read; 0 drafts and kept forms encrypted anew, "
        "0 more cannot be read\n"
    )


def rotated():
    out = StringIO()
    call_command("rotate_person_keys", format="json", stdout=out)
    return json.loads(out.getvalue())


# The pages.


def test_the_tab_shows_names_to_those_who_work_on_cases_and_masks_them_for_others(client_of, jun):
    case = case_makers.case(jun)
    named(jun, case)
    named(jun, case, "John Doe", "other")

    pages = {
        user.username: text_of(client_of(user).get(address(case), **ENGLISH))
        for user in (jun, makers.mei(), makers.auditor())
    }

    assert [name in pages["jun"] for name in (NAME, "John Doe", ">王○○<")] == [True, True, False]
    for username in ("mei", "auditor"):
        page = pages[username]
        assert [name in page for name in (NAME, "Doe", "王○○", "J. D.", "Name a person")] == [
            False,
            False,
            True,
            True,
            False,
        ]


def test_protected_names_stay_covered_until_a_reason_is_given_and_the_look_is_written_down(client_of, jun):
    """PRI-1: shown on one answer, by a click with a reason; auditors and foreign affairs read them masked."""
    case = case_makers.case(jun)
    for place, part in enumerate(sorted(Person.PROTECTED)):
        named(jun, case, f"李大{'甲乙丙丁'[place]}", part)
    office, path = client_of(jun), address(case, "uncover/")
    covered = text_of(office.get(address(case)))
    unreasoned = text_of(office.post(path, {"reason": ""}))
    shown = text_of(office.post(path, {"reason": "開庭前核對"}))
    again = text_of(office.get(address(case)))
    others = [
        client_of(user).post(path, {"reason": "示例"}).status_code
        for user in (makers.mei(), makers.auditor())
    ]

    assert ["李大" in page for page in (covered, unreasoned, shown, again)] == [False, False, True, False]
    assert others == [403, 403]
    looks = Look.objects.filter(way="unmask").values_list("reader_name", "about_id", "reason")
    assert list(looks) == [(str(jun), str(case.pk), "開庭前核對")]


def test_strangers_and_the_administrator_get_the_same_answer_as_for_an_unknown_case(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    person = named(jun, case)

    answers = {
        (who, page): client_of(user).get(page).status_code
        for who, user in (("stranger", makers.stranger()), ("administrator", makers.administrator()))
        for page in (address(case), address(case, f"{person.pk}/remove/"), "/cases/114-受-9999/persons/")
    }

    assert {answers["stranger", page] for _who, page in answers} == {404}
    assert {answers["administrator", page] for _who, page in answers} == {403}


def test_the_administrator_looks_for_nobody(client_of, jun):
    assert client_of(makers.administrator()).get("/cases/person/").status_code == 403


@pytest.mark.parametrize("who", ["mei", "auditor"])
def test_who_masks_see_may_neither_name_remove_nor_look_for_anybody(client_of, jun, who):
    case = case_makers.case(jun)
    person = named(jun, case)
    client = client_of(getattr(makers, who)())

    answers = [
        client.post(address(case), sent(name="李大同", part="victim")),
        client.post(address(case, f"{person.pk}/remove/"), sent(reason="x")),
        client.get("/cases/person/"),
        client.post("/cases/person/", {"name": NAME}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert case.persons.get() == person


def test_each_readers_look_is_recorded_once_a_day(client_of, jun):
    case = case_makers.case(jun)
    client, other = client_of(jun), client_of(makers.mei())
    client.get(address(case))
    empty = Entry.objects.filter(verb="case.look_at_persons").count()
    named(jun, case)

    for page in (client, client, other):
        page.get(address(case))

    looks = Entry.objects.filter(verb="case.look_at_persons").values_list("actor__username", flat=True)
    assert (empty, sorted(looks)) == (0, ["jun", "mei"])


def test_another_day_is_another_look(jun):
    case = case_makers.case(jun)

    for day in (TODAY, TODAY, date(2025, 3, 21)):
        record_look(by=jun, case=case, today=day)

    assert Entry.objects.filter(verb="case.look_at_persons").count() == 2


def test_a_look_is_not_told_as_what_changed_a_page(client_of, jun):
    case = case_makers.case(jun)
    named(jun, case)
    case_makers.step(jun, case, "forward")
    client_of(makers.mei()).get(address(case))

    request = StepRequest("take_in", TODAY)
    with override("en"):
        told = refusal(take_step, by=jun, case=case, request=request, today=TODAY, version=1)[1]

    assert audit.history_of(case).first().verb == "case.look_at_persons"
    assert "Jun recorded “Forward to Justice”" in told


def test_a_person_is_named_through_the_form_once(client_of, jun):
    case = case_makers.case(jun)
    makers.partner("XB")
    client, form = client_of(jun), sent(name=NAME, part="witness", nationality="乙國")

    answers = [client.post(address(case), form) for _twice in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, answers[0].url)] * 2
    person = case.persons.get()
    assert (name_of(person), person.part, person.nationality.code) == (NAME, "witness", "XB")


def test_every_refusal_stands_at_its_field_with_what_was_typed(client_of, jun):
    case = case_makers.case(jun)
    named(jun, case)

    empty = text_of(client_of(jun).post(address(case), sent(), **ENGLISH))
    double = text_of(client_of(jun).post(address(case), sent(name="王小明 ", part="suspect"), **ENGLISH))

    assert [f'id="id_{name}_error"' in empty for name in ("name", "part", "nationality")] == [
        True,
        True,
        False,
    ]
    assert "already stands in the case" in double
    assert 'value="王小明' in double


def test_a_person_is_removed_through_the_form_once(client_of, jun):
    case = case_makers.case(jun)
    person = named(jun, case)
    client, page = client_of(jun), address(case, f"{person.pk}/remove/")
    shown = client.get(page)
    refused = client.post(page, sent(reason="王小明 不是"), **ENGLISH)
    form = sent(reason="誤植")

    answers = [client.post(page, form) for _twice in range(2)]

    assert NAME in text_of(shown)
    assert "without the name" in text_of(refused)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (case.persons.count(), client.get(page).status_code) == (0, 404)


def test_a_name_that_no_key_opens_says_so_and_the_page_stands(client_of, jun, settings):
    case = case_makers.case(jun)
    person = named(jun, case)
    settings.PERSON_KEYS = [OTHER]

    pages = [
        client_of(jun).get(page, **ENGLISH) for page in (address(case), address(case, f"{person.pk}/remove/"))
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("Cannot be read" in text_of(page) for page in pages)


def test_a_person_is_found_through_the_form_and_the_search_is_recorded_without_the_name(client_of, jun):
    case = case_makers.case(jun)
    named(jun, case)
    client = client_of(jun)

    found = text_of(client.post("/cases/person/", {"name": "王小明"}, **ENGLISH))
    nobody = text_of(client.post("/cases/person/", {"name": "李大同"}, **ENGLISH))
    empty = text_of(client.post("/cases/person/", {"name": ""}, **ENGLISH))

    assert case.number in found
    assert case.number not in nobody
    assert "No case that you may see names this person" in nobody
    assert 'id="id_name_error"' in empty
    told = Entry.objects.filter(verb="case.find_person").order_by("id")
    assert [entry.details for entry in told] == [{"found": 1}, {"found": 0}]
    assert sentence(told[0])


def test_a_name_in_the_address_finds_nobody(client_of, jun):
    case = case_makers.case(jun)
    named(jun, case)

    page = text_of(client_of(jun).get("/cases/person/?name=王小明"))

    assert case.number not in page
    assert Entry.objects.filter(verb="case.find_person").count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_takes_the_same_queries_for_one_person_and_for_three(
    client_of, jun, rows, django_assert_num_queries
):
    case = case_makers.case(jun)
    for name in ("甲某", "乙某", "丙某")[:rows]:
        named(jun, case, name, nationality=makers.partner("XB"))
    client = client_of(jun)
    client.get(address(case))

    with django_assert_num_queries(9 + A_LOOK):
        client.get(address(case))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_search_takes_the_same_queries_for_one_case_and_for_three(
    client_of, jun, rows, django_assert_num_queries
):
    for _row in range(rows):
        named(jun, case_makers.case(jun))
    client = client_of(jun)

    locks = 1 if connection.vendor == "postgresql" else 0  # of the chain of the audit trail
    with django_assert_num_queries(7 + locks):
        client.post("/cases/person/", {"name": NAME})


def test_no_name_comes_into_an_error_report(client_of, jun, monkeypatch, caplog, mailoutbox):
    alerts = AlertHandler(["admin@tracker.example"])
    logging.getLogger("django.request").addHandler(alerts)
    reports = []

    def report(request, **kwargs):
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_html())

    got_request_exception.connect(report)
    case = case_makers.case(jun)
    client = client_of(jun)
    client.raise_request_exception = False
    monkeypatch.setattr("cases.actions.people.touch", lambda case: 1 // 0)

    answer = client.post(address(case), sent(name=RARE, part="victim"))

    got_request_exception.disconnect(report)
    logging.getLogger("django.request").removeHandler(alerts)
    assert answer.status_code == 500
    assert "ZeroDivisionError" in mailoutbox[0].body
    assert "add_person" in reports[0]
    told = text_of(answer) + caplog.text + mailoutbox[0].body + reports[0]
    assert RARE not in told
    assert Case.objects.get(pk=case.pk).persons.count() == 0
