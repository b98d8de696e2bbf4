"""The first page of justice is kept while nothing is written: never longer, and never for anybody else."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import caches

from cases.actions import assign
from cases.actions.notes import see_mentions, withdraw_note, write_note
from cases.actions.tasks import add_task, do_tasks
from cases.home import wanted_home
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_numbering import at_once, shared  # noqa: F401 - a fixture
from tests.makers import TODAY
from tracker.kept import CACHE, LONGEST
from tracker.models import User
from tracker.roles import Role, Secrecy

pytestmark = pytest.mark.django_db
HOME = "/cases/home/"


def shown(client, **headers):
    """The page without what is another one each time."""
    text = client.get(HOME, **headers).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def made_anew(client):
    caches[CACHE].clear()
    return shown(client)


def test_the_page_is_made_once_and_asks_four_questions_after_that(client_of, django_assert_num_queries):
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    client = client_of(jun)
    first = shown(client)

    with django_assert_num_queries(4):  # session, reader, the newest entry, drafts of forms
        again = shown(client)

    assert again == first
    assert case.number in first


def test_after_every_write_the_page_is_the_one_that_is_made_anew(client_of):
    jun, chen = makers.jun(), makers.justice_supervisor()
    case = case_makers.case(jun)
    client = client_of(jun)
    pages = [shown(client)]

    def seen():
        pages.append(shown(client))
        return (pages[-1] == made_anew(client), pages[-1] != pages[-2])

    def write():
        yield assign(by=chen, case=case, officer=jun)
        yield case_makers.case(chen, deadline=date(2025, 3, 12))
        task = add_task(by=chen, case=case, words="請補正", today=TODAY, assigned_to=jun)
        yield task
        note = write_note(by=chen, case=case, text="請看", mentioned=[jun])
        yield note
        yield see_mentions(by=jun, case=case)
        yield do_tasks(by=jun, case=case, tasks=[task])
        yield write_note(by=chen, case=case, text="再看", mentioned=[jun])
        yield withdraw_note(by=chen, note=note.case.notes.latest("pk"))

    found = [seen() for _written in write()]

    assert found == [(True, True)] * 8


def test_what_a_reader_may_see_and_how_he_reads_makes_another_page(client_of):
    jun, chen = makers.jun(), makers.justice_supervisor()
    case = case_makers.case(chen, secrecy=Secrecy.RESTRICTED)
    client = client_of(jun)

    before, in_english = shown(client), shown(client, HTTP_ACCEPT_LANGUAGE="en")
    User.objects.filter(pk=jun.pk).update(clearance=Secrecy.INTERNAL)

    assert [case.number in text for text in (before, in_english, shown(client))] == [True, True, False]
    assert ("Unassigned" in before, "Unassigned" in in_english) == (False, True)


def test_a_page_is_kept_for_its_reader_day_rights_samples_and_newest_entry_alone():
    jun, chen = makers.jun(), makers.justice_supervisor()
    case = case_makers.case(jun)
    asked = {"today": TODAY, "with_samples": False}
    same = wanted_home(jun, **asked).key

    raised = User.objects.get(pk=jun.pk)
    raised.role = Role.SUPERVISOR
    others = [
        wanted_home(chen, **asked).key,
        wanted_home(raised, **asked).key,
        wanted_home(jun, today=TODAY + timedelta(days=1), with_samples=False).key,
        wanted_home(jun, today=TODAY, with_samples=True).key,
    ]
    write_note(by=chen, case=case, text="請看", mentioned=[jun])
    others.append(wanted_home(jun, **asked).key)
    see_mentions(by=jun, case=case)
    others.append(wanted_home(jun, **asked).key)

    assert len({same, *others}) == 7
    assert wanted_home(jun, **asked).key == others[-1]


def test_before_the_first_entry_nothing_is_kept(client_of):
    client = client_of(makers.jun())
    made_anew(client)

    assert caches[CACHE]._cache == {}  # type: ignore[attr-defined]
    assert LONGEST <= 300


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared")
def test_what_another_process_writes_is_seen_at_once(client_of, request):
    client = client_of(User.objects.get(username="jun"))
    pages = [shown(client)]
    for _turn in range(2):
        codes = at_once(1, request.getfixturevalue("shared"))
        pages.append(shown(client))
        assert codes == [0]

    last = Case.objects.registered().latest("pk").number
    assert [last in page for page in pages] == [False, False, True]
