"""People and who administers them (AUT-11, AUT-14), and who stands in for whom."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import makers
from tracker import audit
from tracker.models import Entry, Session, Substitution, User
from tracker.people import actions
from tracker.people.actions import PeopleRefused, Rights, rights_of
from tracker.people.words import VERBS, sentence
from tracker.roles import Ministry, Role, Secrecy
from tracker.signin import notices

pytestmark = pytest.mark.django_db
TODAY = date(2025, 3, 20)
NOON = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)
OFFICER = Rights("王示例", Ministry.JUSTICE, "國際及兩岸法律司", Role.OFFICER, Secrecy.INTERNAL)
TYPED = {
    "key": "0b1d4f7a-93a1-4b3c-8a34-2f6f60a2c111",
    "username": "wang",
    "name": "王示例",
    "ministry": "justice",
    "desk": "國際及兩岸法律司",
    "role": "officer",
    "clearance": "1",
    "ends_on_year": "114",
    "ends_on_month": "12",
    "ends_on_day": "31",
}
PAGES = ["people:list", "people:new", "people:review"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def about(verb: str) -> Entry:
    return Entry.objects.get(verb=verb)


def test_an_administrator_creates_a_person_and_is_shown_the_first_password_once(client_of):
    client = client_of(makers.administrator())

    first_page = client.post(reverse("people:new"), TYPED)
    again = client.post(reverse("people:new"), TYPED)

    wang = User.objects.get(username="wang")
    shown = first_page.context["first"]
    assert wang.check_password(shown) and wang.must_change_password
    assert (wang.ministry, wang.role, wang.clearance, wang.ends_on) == (
        "justice",
        "officer",
        1,
        date(2025, 12, 31),
    )
    assert again["Location"] == reverse("people:person", args=[wang.pk])
    entry = about("person.create")
    assert (entry.about_id, entry.details["role"], shown in str(vars(entry))) == (
        str(wang.pk),
        "officer",
        False,
    )
    assert shown not in client.get(again["Location"]).text


def test_the_first_password_opens_nothing_but_the_page_that_changes_it(client_of):
    _person, first = actions.create_person(by=makers.administrator(), username="wang", rights=OFFICER)
    client = Client()

    client.post(reverse("account_login"), {"login": "wang", "password": first})

    assert client.get(reverse("search"))["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    ("username", "rights", "field"),
    [
        ("MEI", OFFICER, "username"),
        ("wang", Rights("王示例", "", "", Role.OFFICER, 1), "ministry"),
        ("wang", Rights("王示例", Ministry.JUSTICE, "", Role.AUDITOR, 1), "ministry"),
    ],
)
def test_a_person_whose_name_is_taken_or_whose_ministry_does_not_fit_is_refused(username, rights, field):
    makers.mei()

    with pytest.raises(PeopleRefused) as refused:
        actions.create_person(by=makers.administrator(), username=username, rights=rights)

    assert (refused.value.field, Entry.objects.count()) == (field, 0)


@pytest.mark.parametrize("who", ["mei", "lin", "auditor", "stranger"])
def test_only_administrators_enter_the_pages_about_people(client_of, who):
    person = getattr(makers, who)()
    client = client_of(person)

    answers = [client.get(reverse(name)).status_code for name in PAGES]
    answers += [
        client.get(reverse(f"people:{name}", args=[person.pk])).status_code for name in ("person", "change")
    ]
    answers.append(client.post(reverse("people:act", args=[person.pk]), {"act": "end"}).status_code)

    assert answers == [403] * 6


def test_an_administrator_gives_other_rights_and_the_trail_tells_both(client_of):
    mei = makers.mei()
    client = client_of(makers.administrator())

    answer = client.post(
        reverse("people:change", args=[mei.pk]),
        TYPED | {"name": "Mei", "ministry": "foreign_affairs", "role": "supervisor", "clearance": "2"},
    )

    mei.refresh_from_db()
    assert (answer.status_code, mei.role, mei.is_staff) == (302, "supervisor", True)
    details = about("person.change").details
    assert (details["before"]["role"], details["role"]) == ("officer", "supervisor")
    assert details["fields"] == ["desk", "role", "ends_on"]


def test_a_mail_address_is_given_with_the_person_and_shown_to_both(client_of):
    client = client_of(makers.administrator())

    wrong = client.post(reverse("people:new"), TYPED | {"email": "wang"})
    client.post(reverse("people:new"), TYPED | {"email": "wang@example.tw"})

    wang = User.objects.get(username="wang")
    assert wrong.context["form"].errors.keys() == {"email"}
    assert wang.email == "wang@example.tw"
    assert "wang@example.tw" in client.get(reverse("people:person", args=[wang.pk])).text
    User.objects.update(must_change_password=False)
    assert "wang@example.tw" in client_of(wang).get(reverse("myself")).text
    assert "wang@example.tw" not in str(vars(about("person.create")))


def test_another_mail_address_is_recorded_without_telling_it_and_mailed_to_the_former_one(
    mailoutbox, django_capture_on_commit_callbacks
):
    mei = makers.person("mail", ministry="justice", email="old@example.tw")
    rights = replace(rights_of(mei), email="new@example.tw")

    with django_capture_on_commit_callbacks(execute=True):
        actions.change_person(by=makers.administrator(), person=mei, rights=rights)
    notices.SENDER.submit(int).result()

    entry = about("person.change")
    assert [one.to for one in mailoutbox] == [["old@example.tw"]]
    assert (entry.details["fields"], "example.tw" in str(entry.details)) == (["email"], False)
    with translation.override("en"):
        assert sentence(entry).endswith("; also changed: mail address")


def test_the_page_of_a_person_leaves_out_whom_that_person_looked_for(client_of):
    mei, boss = makers.mei(), makers.administrator()
    audit.record("case.find_person", mei, by=mei, details={"found": 1})
    actions.end_person(by=boss, person=mei)

    shown = client_of(boss).get(reverse("people:person", args=[mei.pk])).context["entries"]

    assert [entry.verb for entry, _words in shown] == ["person.end"]


def test_saying_the_same_again_writes_nothing():
    mei = makers.mei()

    actions.change_person(by=makers.administrator(), person=mei, rights=actions.rights_of(mei))

    assert not Entry.objects.exists()


@pytest.mark.parametrize("deed", [actions.end_person, actions.restore_person])
def test_nobody_switches_the_own_account(deed):
    administrator = makers.administrator()

    with pytest.raises(PeopleRefused):
        deed(by=administrator, person=administrator)


def test_nobody_changes_the_own_role_or_clearance(client_of):
    administrator = makers.administrator()
    client = client_of(administrator)

    answer = client.post(
        reverse("people:change", args=[administrator.pk]),
        TYPED | {"clearance": "3", "ministry": "", "role": "auditor"},
    )

    administrator.refresh_from_db()
    assert (answer.status_code, administrator.role, administrator.clearance) == (403, "administrator", 2)
    with pytest.raises(PeopleRefused):
        actions.change_person(by=administrator, person=administrator, rights=OFFICER)


def test_switching_an_account_off_ends_its_sessions_and_on_again_lets_it_in(client_of):
    mei, administrator = makers.mei(), makers.administrator()
    of_mei, client = client_of(mei), client_of(administrator)
    act = reverse("people:act", args=[mei.pk])

    client.post(act, {"act": "end"})
    assert not Session.objects.filter(person=mei).exists()
    assert of_mei.get(reverse("search")).status_code == 302
    client.post(act, {"act": "restore"})

    mei.refresh_from_db()
    assert (mei.is_active, client_of(mei).get(reverse("search")).status_code) == (True, 200)
    assert [entry.verb for entry in Entry.objects.order_by("id")] == ["person.end", "person.restore"]


def test_an_administrator_ends_all_sessions_of_a_person(client_of):
    mei = makers.mei()
    first, second, administrator = client_of(mei), client_of(mei), client_of(makers.administrator())

    administrator.post(reverse("people:act", args=[mei.pk]), {"act": "sessions"})

    assert [one.get(reverse("search")).status_code for one in (first, second, administrator)] == [
        302,
        302,
        200,
    ]
    assert about("session.end").details == {"sessions": 2}


def test_one_sees_where_one_is_signed_in_and_ends_one_of_it_from_another_browser(client_of):
    mei = makers.mei()
    here, there = Client(), Client()
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    mei.set_password("correct horse battery staple")
    mei.save()
    for one in (here, there):
        one.post(
            reverse("account_login"),
            {"login": "mei", "password": "correct horse battery staple"},
            headers={"User-Agent": firefox},
        )
    page = here.get(reverse("myself"))
    assert page.text.count("Firefox · Windows") >= 2
    handles = [handle for _one, _device, handle, is_this in page.context["sessions"] if not is_this]
    assert there.cookies["sessionid"].value not in page.text

    here.post(reverse("end_session"), {"session": handles[0]})

    assert (here.get(reverse("search")).status_code, there.get(reverse("search")).status_code) == (200, 302)


def test_nobody_ends_a_session_of_another_person(client_of):
    mei, jun = makers.mei(), makers.jun()
    of_mei, of_jun = client_of(mei), client_of(jun)
    handle = of_mei.get(reverse("myself")).context["sessions"][0][2]

    answer = of_jun.post(reverse("end_session"), {"session": handle})

    assert (answer.status_code, of_mei.get(reverse("search")).status_code) == (404, 200)
    with pytest.raises(PeopleRefused):
        actions.end_session(by=jun, session=Session.objects.get(person=mei))
    with pytest.raises(PeopleRefused):
        actions.end_sessions(by=jun, person=mei)


def test_one_ends_all_other_sessions_and_stays(client_of):
    mei = makers.mei()
    here, there = client_of(mei), client_of(mei)

    here.post(reverse("end_session"))

    assert (here.get(reverse("search")).status_code, there.get(reverse("search")).status_code) == (200, 302)


def substitution(**fields) -> dict[str, str]:
    days = {"first_day": "114/3/20", "last_day": "114/3/21"}
    parts = {
        f"{name}_{unit}": part
        for name, day in days.items()
        for unit, part in zip(("year", "month", "day"), day.split("/"), strict=True)
    }
    return {"key": "0b1d4f7a-93a1-4b3c-8a34-2f6f60a2c222", "reason": "休假"} | parts | fields


def test_everybody_names_the_own_substitute_for_whole_days(client_of):
    mei = makers.mei()
    other = makers.person("hua", ministry=Ministry.FOREIGN_AFFAIRS)

    client_of(mei).post(
        reverse("people:new_substitution"), substitution(person=str(mei.pk), substitute=str(other.pk))
    )

    row = Substitution.objects.get()
    assert (row.person, row.substitute, row.made_by, row.reason) == (mei, other, mei, "休假")
    assert (row.starts_at, row.ends_at) == (
        datetime(2025, 3, 19, 16, 0, tzinfo=UTC),
        datetime(2025, 3, 21, 16, 0, tzinfo=UTC),
    )
    assert about("substitution.name").about_id == str(mei.pk)


@pytest.mark.parametrize(
    ("by", "may"), [("mei", True), ("lin", True), ("administrator", True), ("jun", False), ("auditor", False)]
)
def test_a_substitute_is_named_by_the_person_the_own_supervisor_or_an_administrator(by, may):
    people = {name: getattr(makers, name)() for name in {"mei", by}}
    other = makers.person("hua", ministry=Ministry.FOREIGN_AFFAIRS)
    given = {
        "person": people["mei"],
        "substitute": other,
        "starts_at": NOON,
        "ends_at": NOON + timedelta(days=2),
    }

    try:
        actions.name_substitute(by=people[by], **given)
    except PeopleRefused:
        assert not may

    assert Substitution.objects.exists() is may


@pytest.mark.parametrize("who", ["jun", "auditor", "mei"])
def test_a_substitute_is_somebody_else_of_the_same_ministry(who):
    mei = makers.mei()
    other = mei if who == "mei" else getattr(makers, who)()

    with pytest.raises(PeopleRefused) as refused:
        actions.name_substitute(
            by=mei, person=mei, substitute=other, starts_at=NOON, ends_at=NOON + timedelta(days=1)
        )

    assert refused.value.field == "substitute"


def test_a_supervisor_does_not_let_himself_in_by_naming_himself(client_of):
    """It would open for a year what only a named person or an emergency, with its reason and its end, opens."""
    mei, lin = makers.mei(), makers.lin()
    client, address = client_of(lin), reverse("people:new_substitution")

    offered = client.get(address).context["form"].fields["substitute"].queryset
    answer = client.post(address, substitution(person=str(mei.pk), substitute=str(lin.pk)))

    assert (list(offered), answer.status_code, Substitution.objects.exists()) == ([mei], 200, False)
    with pytest.raises(PeopleRefused) as refused:
        actions.name_substitute(
            by=lin, person=mei, substitute=lin, starts_at=NOON, ends_at=NOON + timedelta(days=1)
        )
    assert (refused.value.field, Substitution.objects.exists()) == ("substitute", False)


@pytest.mark.parametrize(("start", "end"), [(1, 0), (-3, -1), (0, 400)])
def test_a_substitution_is_for_a_time_to_come_of_a_year_at_most(start, end):
    mei, other = makers.mei(), makers.person("hua", ministry=Ministry.FOREIGN_AFFAIRS)
    span = {"starts_at": NOON + timedelta(days=start), "ends_at": NOON + timedelta(days=end)}

    with pytest.raises(PeopleRefused) as refused:
        actions.name_substitute(by=mei, person=mei, substitute=other, **span)

    assert refused.value.field == "last_day"


def test_a_substitution_is_ended_by_whom_it_concerns_and_is_not_there_for_others(client_of):
    mei, other = makers.mei(), makers.person("hua", ministry=Ministry.FOREIGN_AFFAIRS)
    row = actions.name_substitute(
        by=mei, person=mei, substitute=other, starts_at=NOON, ends_at=NOON + timedelta(days=1)
    )
    address = reverse("people:end_substitution", args=[row.pk])

    stranger = client_of(makers.stranger()).post(address)
    row.refresh_from_db()
    assert (stranger.status_code, row.ended_at) == (404, None)
    answer = client_of(other).post(address)

    row.refresh_from_db()
    assert (answer.status_code, row.ended_at) == (302, NOON)


@pytest.mark.parametrize(("who", "rows"), [("mei", 1), ("lin", 1), ("administrator", 1), ("jun", 0)])
def test_everybody_sees_the_substitutions_that_concern_them(client_of, who, rows):
    mei, other = makers.mei(), makers.person("hua", ministry=Ministry.FOREIGN_AFFAIRS)
    actions.name_substitute(
        by=mei, person=mei, substitute=other, starts_at=NOON, ends_at=NOON + timedelta(days=1)
    )
    reader = mei if who == "mei" else getattr(makers, who)()

    page = client_of(reader).get(reverse("people:substitutions"))

    assert (page.status_code, len(page.context["rows"])) == (200, rows)


def used(username: str, days: int, **fields) -> User:
    """An account that was signed in to so many days ago."""
    fields = {"ministry": Ministry.JUSTICE} | fields
    return makers.person(
        username, last_login=NOON - timedelta(days=days), date_joined=NOON - timedelta(days=999), **fields
    )


def test_accounts_that_nobody_used_for_ninety_days_are_switched_off_by_a_command_that_first_only_names_them():
    administrator = makers.administrator()
    used("busy", 90)
    used("idle", 91)
    makers.person("never", ministry=Ministry.JUSTICE, date_joined=NOON - timedelta(days=91))
    makers.person("new", ministry=Ministry.JUSTICE)
    told = StringIO()

    call_command("idle_accounts", stdout=told)
    before = User.objects.filter(is_active=False).count()
    call_command("idle_accounts", "--apply", stdout=told)

    off = set(User.objects.filter(is_active=False).values_list("username", flat=True))
    assert (before, off) == (0, {"idle", "never"})
    assert "2 unused accounts would be switched off" in told.getvalue()
    assert Entry.objects.filter(verb="person.switch_off_idle").count() == 2
    assert administrator.is_active


def test_the_last_administrator_is_not_switched_off_and_one_switched_on_again_is_given_time():
    keeper = used("keeper", 200, role=Role.ADMINISTRATOR, ministry="")
    used("earlier", 300, role=Role.ADMINISTRATOR, ministry="")
    idle = used("idle", 100)

    call_command("idle_accounts", "--apply", stdout=StringIO())
    actions.restore_person(by=keeper, person=idle)
    call_command("idle_accounts", "--apply", stdout=StringIO())

    off = set(User.objects.filter(is_active=False).values_list("username", flat=True))
    assert off == {"earlier"}


def test_the_half_yearly_list_shows_rights_and_substitutions_and_is_confirmed_by_an_administrator(
    client_of, clock
):
    administrator = makers.administrator()
    mei, other = makers.mei(), makers.person("hua", ministry=Ministry.FOREIGN_AFFAIRS)
    used("idle", 91)
    actions.name_substitute(
        by=mei, person=mei, substitute=other, starts_at=NOON, ends_at=NOON + timedelta(days=1)
    )
    address = reverse("people:review")
    page = client_of(administrator).get(address).context["review"]
    rows = {row.person.username: row for row in page.rows}
    assert (rows["mei"].substitutes, rows["hua"].stands_for, rows["idle"].is_idle) == ([other], [mei], True)
    assert page.is_due

    client_of(administrator).post(address)

    assert about("person.review").details == {"people": 4, "idle": 1}
    assert not client_of(administrator).get(address).context["review"].is_due
    clock.move_to(NOON + timedelta(days=184))
    assert client_of(administrator).get(address).context["review"].is_due


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_of_people_ask_the_database_the_same_however_many_there_are(
    client_of, count, django_assert_num_queries
):
    client = client_of(makers.administrator())
    for number in range(count):
        makers.person(f"p{number}", ministry=Ministry.JUSTICE)

    with django_assert_num_queries(3):  # session, user, people
        client.get(reverse("people:list"))
    with django_assert_num_queries(5):  # session, user, substitutions, people, the last review
        client.get(reverse("people:review"))


def test_a_fresh_installation_has_nobody_who_could_sign_in():
    assert [user for user in User.objects.all() if user.has_usable_password()] == []


def test_the_admin_site_only_shows_people(client_of):
    mei = makers.mei()
    client = client_of(makers.administrator())

    answers = [
        client.get(reverse("admin:tracker_user_add")).status_code,
        client.post(
            reverse("admin:tracker_user_change", args=[mei.pk]), {"role": "administrator"}
        ).status_code,
    ]

    mei.refresh_from_db()
    assert (answers, mei.role) == ([403, 403], "officer")
    page = client.get(reverse("admin:tracker_user_change", args=[mei.pk])).text
    assert reverse("people:person", args=[mei.pk]) in page


def test_every_deed_about_people_has_a_sentence():
    administrator, lin = makers.administrator(), makers.lin()
    person, _first = actions.create_person(by=administrator, username="wang", rights=OFFICER)
    other = makers.person("hua", ministry=Ministry.JUSTICE)
    actions.change_person(
        by=administrator,
        person=person,
        rights=Rights("王示例", Ministry.JUSTICE, "", Role.SUPERVISOR, 2, TODAY),
    )
    span = {"starts_at": NOON, "ends_at": NOON + timedelta(days=1)}
    row = actions.name_substitute(by=person, person=person, substitute=other, **span)
    actions.end_substitution(by=other, substitution=row)
    actions.end_person(by=administrator, person=person)
    actions.restore_person(by=administrator, person=person)
    actions.end_sessions(by=administrator, person=lin)
    actions.confirm_review(by=administrator, people=3, idle=0)
    actions.switch_off_idle(by=None, today=TODAY + timedelta(days=100))

    told = {entry.verb: sentence(entry) for entry in Entry.objects.order_by("id")}

    assert set(told) == set(VERBS)
    assert told["substitution.name"].count("2025-03-2") == 2
