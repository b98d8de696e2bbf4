"""Who looked (VIEW-1, VIEW-2, VIEW-4, LOG-7): a chain of its own, written before a page leaves; denials and alarms."""

import logging
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from agreements.models import Agreement
from cases.actions.notes import write_note
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tracker import alarms, looks
from tracker.models import Entry, Look, LookedAt
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def case(jun):
    return case_makers.case(jun)


@pytest.fixture
def unguarded(db):
    """For once the rows can be changed, as somebody with all rights on the database could."""
    looks.remove_guards(connection)
    yield
    looks.install_guards(connection)


def told(look):
    return (look.reader.username, look.way, look.about_model, look.about_id, look.count)


def all_told():
    return [told(look) for look in Look.objects.select_related("reader")]


# The chain.


def test_looks_follow_one_another_in_a_chain_that_verifies(jun, case):
    first = looks.record(jun, case, "cases:detail")
    second = looks.record(jun, case, looks.UNMASK, reason="for the hearing")

    assert (first.previous, second.previous) == (looks.GENESIS, first.digest)
    assert looks.LOOKS.walk().intact
    assert looks.LOOKS.walk().entries == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reader_name", "Somebody else"),
        ("way", "other"),
        ("about_id", "7"),
        ("reason", "other"),
        ("count", 2),
        ("at", timezone.now() - timedelta(days=2)),
        ("keys_digest", "0" * 64),
    ],
)
def test_a_changed_look_breaks_the_chain_where_it_was_changed(unguarded, jun, case, field, value):
    made = [looks.record(jun, case, "cases:detail") for _turn in range(3)]

    Look.objects.filter(pk=made[1].pk).update(**{field: value})

    assert looks.LOOKS.walk().first_broken == made[1].pk


def test_a_removed_look_breaks_the_chain(unguarded, jun, case):
    made = [looks.record(jun, case, "cases:detail") for _turn in range(3)]

    Look.objects.filter(pk=made[0].pk).delete()

    assert looks.LOOKS.walk().first_broken == made[1].pk


def test_a_look_at_many_things_keeps_their_keys_and_covers_them(unguarded, jun, case):
    other = case_makers.case(jun)
    look = looks.record_many(jun, Case, [other.pk, case.pk, case.pk], "cases:export")

    assert (look.about_id, look.count) == ("", 2)
    assert sorted(look.things.values_list("about_id", flat=True)) == sorted([str(case.pk), str(other.pk)])
    assert looks.first_incomplete() is None

    LookedAt.objects.filter(about_id=str(other.pk)).update(about_id="99999")

    assert looks.first_incomplete() == look.pk


@pytest.mark.parametrize("change", ["UPDATE tracker_look SET way = 'x'", "DELETE FROM tracker_look",
                                    "UPDATE tracker_lookedat SET about_id = '1'", "DELETE FROM tracker_lookedat"])  # fmt: skip
def test_the_database_refuses_to_change_or_remove_looks(jun, case, change):
    looks.record_many(jun, Case, [case.pk], "cases:export")

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_the_looks_at_a_thing_are_those_at_it_alone_and_among_others(jun, case):
    other = case_makers.case(jun)
    alone = looks.record(jun, case, "cases:detail")
    looks.record(jun, other, "cases:detail")
    among = looks.record_many(jun, Case, [case.pk, other.pk], "cases:export")
    looks.record_many(jun, Agreement, [case.pk], "agreements:export")

    assert list(looks.looks_at(case)) == [among, alone]


# Pages.


def test_a_page_of_a_case_writes_down_who_looked_at_what(client_of, jun, case):
    client = client_of(jun)

    client.get(case.get_absolute_url())
    client.head(reverse("cases:persons", args=[case.number]))

    assert all_told() == [
        ("jun", "cases:detail", "cases.case", str(case.pk), 1),
        ("jun", "cases:persons", "cases.case", str(case.pk), 1),
    ]


def test_a_page_that_was_asked_for_with_a_condition_is_a_look_too(client_of, jun, case):
    client_of(jun).get(case.get_absolute_url(), headers={"If-None-Match": "*", "If-Modified-Since": "now"})

    assert all_told() == [("jun", "cases:detail", "cases.case", str(case.pk), 1)]


def test_a_form_that_comes_back_is_a_look_and_one_that_leads_on_is_none(client_of, jun, case):
    client, url = client_of(jun), reverse("cases:note", args=[case.number])

    refused = client.post(url, {"text": ""})
    after_the_first = all_told()
    done = client.post(url, {"text": "a note", "key": str(uuid.uuid4())})

    assert (refused.status_code, done.status_code) == (200, 302)
    assert after_the_first == all_told() == [("jun", "cases:note", "cases.case", str(case.pk), 1)]


def test_auditors_are_written_down_like_everybody(client_of, case):
    client_of(makers.auditor()).get(case.get_absolute_url())

    assert all_told() == [("auditor", "cases:detail", "cases.case", str(case.pk), 1)]


def test_an_export_is_one_look_that_holds_the_key_of_each_case(client_of, jun, case):
    other = case_makers.case(jun)

    answer = client_of(jun).get(reverse("cases:export"), {"format": "csv", "samples": "1"})

    assert case.number in answer.getvalue().decode()
    assert all_told() == [("jun", "cases:export", "cases.case", "", 2)]
    assert set(LookedAt.objects.values_list("about_id", flat=True)) == {str(case.pk), str(other.pk)}


def test_a_look_at_an_agreement_is_written_down_when_it_is_restricted(client_of):
    mei = makers.mei()
    plain = makers.agreement(mei)
    secret = makers.agreement(mei, title_zh="另一示例條約")
    Agreement.objects.filter(pk=secret.pk).update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    client = client_of(mei)

    for one in (plain, secret):
        client.get(one.get_absolute_url())

    assert all_told() == [("mei", "agreements:detail", "agreements.agreement", str(secret.pk), 1)]


def test_looks_hold_no_words_of_the_case(client_of, jun):
    """VIEW-4; the number of the case stands in no look either, only its key."""
    case = case_makers.case(jun, subject="TOKEN-SUBJECT", partner_reference="TOKEN-REFERENCE")
    client = client_of(jun)
    assert b"TOKEN-SUBJECT" in client.get(case.get_absolute_url()).content

    kept = [str(value) for row in Look.objects.values_list() for value in row]

    assert not [value for value in kept if "TOKEN" in value or case.number in value]


def test_what_cannot_be_written_down_is_not_shown(client_of, jun, caplog):
    """LOG-7."""
    case = case_makers.case(jun, subject="TOKEN-SUBJECT")
    client = client_of(jun)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_look RENAME TO tracker_look_away")

    answer = client.get(case.get_absolute_url())

    assert answer.status_code == 503
    assert b"TOKEN-SUBJECT" not in answer.content
    assert "nothing was shown" in caplog.text


def test_without_that_rule_the_page_would_be_shown(client_of, jun, settings):
    """The control of the test above."""
    case = case_makers.case(jun, subject="TOKEN-SUBJECT")
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "watch" not in one]
    client = client_of(jun)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_look RENAME TO tracker_look_away")

    assert b"TOKEN-SUBJECT" in client.get(case.get_absolute_url()).content


# Denials and alarms (VIEW-2).


def test_a_refusal_is_written_down_alike_for_hidden_and_unknown(client_of):
    qiu = case_makers.sealed_officer()
    hidden = case_makers.case(qiu, officer=qiu)
    Case.objects.filter(pk=hidden.pk).update(secrecy=Secrecy.SEALED, declassify_when="示例")
    client = client_of(makers.stranger())

    client.get(hidden.get_absolute_url())
    client.get(reverse("cases:detail", args=["999-IN-1"]))
    client.get(reverse("cases:home"))
    client.get(reverse("cases:first_time"))
    client.get("/no/such/page/")
    client.get("/favicon.ico")

    assert [told(look)[1:4] for look in Look.objects.all()] == [
        ("denied", "cases:detail", hidden.number),
        ("denied", "cases:detail", "999-IN-1"),
        ("denied", "cases:first_time", ""),
        ("denied", "", ""),
    ]
    assert not looks.looks_at(hidden).exists()


def alarms_now():
    return list(Entry.objects.filter(verb__startswith="alarm.").values_list("verb", "about_id"))


def test_more_than_twenty_refusals_within_an_hour_sound_one_alarm(client_of, caplog):
    stranger, lin = makers.stranger(), makers.justice_supervisor()
    client = client_of(stranger)

    with caplog.at_level(logging.WARNING, "security"):
        for turn in range(20):
            client.get(reverse("cases:detail", args=[f"999-{turn}"]))
        before = alarms_now()
        for turn in range(5):
            client.get(reverse("cases:detail", args=[f"998-{turn}"]))

    assert before == []
    assert alarms_now() == [("alarm.denials", str(stranger.pk))]
    assert [record.message for record in caplog.records if record.name == "security"] == [
        f"alarm.denials: person {stranger.pk}, 21 within an hour"
    ]
    assert [(one.person, one.is_of_denials, one.count) for one in alarms.told_to(lin)] == [
        ("Stranger", True, 21)
    ]


def test_more_than_two_hundred_looks_within_an_hour_sound_one_alarm(jun, case):
    seen = looks.Seen("cases:detail", "cases.case", str(case.pk))
    looks.record_all(jun, [seen] * 200)
    assert alarms.watch(jun, was_denied=False) == []

    looks.record(jun, case, "cases:detail")

    assert alarms.watch(jun, was_denied=False) == ["alarm.looks"]
    assert alarms.watch(jun, was_denied=False) == []
    assert alarms_now() == [("alarm.looks", str(jun.pk))]


def test_looks_of_more_than_an_hour_sound_none(unguarded, jun, case):
    seen = looks.Seen("cases:detail", "cases.case", str(case.pk))
    looks.record_all(jun, [seen] * 201)
    Look.objects.update(at=timezone.now() - timedelta(minutes=61))

    looks.record(jun, case, "cases:detail")

    assert alarms.watch(jun, was_denied=False) == []


def test_looks_of_other_people_do_not_count(jun, case):
    seen = looks.Seen("cases:detail", "cases.case", str(case.pk))
    looks.record_all(jun, [seen] * 150)
    mei = makers.mei()
    looks.record_all(mei, [seen] * 150)

    assert alarms.watch(jun, was_denied=False) == alarms.watch(mei, was_denied=False) == []


def test_alarms_are_told_to_those_who_answer_for_the_person(jun, case):
    looks.record_all(jun, [looks.Seen("cases:detail", "cases.case", str(case.pk))] * 201)
    alarms.watch(jun, was_denied=False)
    people = [
        makers.justice_supervisor(),
        makers.administrator(),
        makers.auditor(),
        makers.lin(),
        jun,
        makers.mei(),
    ]

    told_to = [one.username for one in people if alarms.told_to(one)]

    assert told_to == ["chen", "administrator", "auditor"]


def test_an_alarm_stands_on_the_first_page_of_supervisors_and_administrators(client_of, jun, case):
    looks.record_all(jun, [looks.Seen("cases:detail", "cases.case", str(case.pk))] * 201)
    alarms.watch(jun, was_denied=False)

    for person, url in (
        (makers.justice_supervisor(), "reports:home"),
        (makers.administrator(), "admin:index"),
    ):
        page = client_of(person).get(reverse(url), headers={"accept-language": "en"}).content.decode()
        assert "Jun looked at records 201 times within an hour" in page


# Who looked (VIEW-3).


def test_who_looked_is_seen_by_its_officer_supervisors_of_justice_and_auditors(client_of, jun):
    case = case_makers.case(jun, officer=jun)
    other = makers.person("wu", ministry="justice")
    people = [jun, makers.justice_supervisor(), makers.auditor(), other, makers.mei(), makers.lin(),
              makers.administrator()]  # fmt: skip
    url = reverse("cases:looks", args=[case.number])

    codes = {one.username: client_of(one).get(url).status_code for one in people}

    assert codes == {
        "jun": 200,
        "chen": 200,
        "auditor": 200,
        "wu": 403,
        "mei": 403,
        "lin": 403,
        "administrator": 403,
    }


def test_the_page_names_everybody_who_looked_and_how(client_of, jun):
    case = case_makers.case(jun, officer=jun)
    client_of(makers.mei()).get(case.get_absolute_url())
    client_of(makers.auditor()).get(reverse("cases:export"), {"samples": "1"})

    page = client_of(jun).get(reverse("cases:looks", args=[case.number])).context["page"]

    with translation.override("en"):
        assert [(line.name, str(line.way)) for line in page.lines] == [
            ("Auditor", "Export"),
            ("Mei", "Overview"),
        ]


def test_older_looks_are_a_page_further(client_of, jun):
    case = case_makers.case(jun, officer=jun)
    for _turn in range(51):
        looks.record(jun, case, "cases:detail")
    client, url = client_of(jun), reverse("cases:looks", args=[case.number])

    first = client.get(url).context["page"]
    second = client.get(url, {"before": first.before}).context["page"]

    assert (len(first.lines), len(second.lines), second.before) == (50, 1, None)


def test_the_officer_is_told_on_the_first_page_who_of_another_desk_looked(client_of, jun):
    case = case_makers.case(jun, officer=jun)
    looks.record(makers.person("wu", ministry="justice"), case, "cases:detail")
    before = client_of(jun).get(reverse("cases:home")).content.decode()
    looks.record(makers.mei(), case, "cases:detail")
    write_note(by=jun, case=case, text="so that the page is made anew", mentioned=[], is_for_successor=False)

    after = client_of(jun).get(reverse("cases:home")).content.decode()

    link = reverse("cases:looks", args=[case.number])
    assert (link in before, link in after, "Mei" in after) == (False, True, True)
