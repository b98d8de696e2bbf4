"""Saved views and chosen columns: kept, shared, changed by their maker alone, and what is new in them."""

import re
import uuid
from datetime import UTC, datetime

import pytest

from cases.actions import assign
from cases.shelf import shelf_of
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.actions import change_view, choose_columns, drop_view, look_at, save_view
from tracker.models import Entry, ListLook, SavedView
from tracker.savedviews import ViewRefused, views_for

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


def text_of(response):
    return response.content.decode()


def kept(by, name="我的", query="state=open", **fields):
    return save_view(by=by, place="cases", name=name, query=query, **fields)


def sent(**fields):
    return {"key": str(uuid.uuid4()), "name": "我的未結", "reach": "mine"} | fields


def test_the_list_is_saved_as_it_is_filtered_and_opens_again_so(client_of, jun):
    case_makers.case(jun, subject="一", officer=jun)
    client = client_of(jun)

    answer = client.post("/cases/views/save/?officer=me&state=open&page=x&tick=1", sent())

    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query, view.reach) == (
        jun,
        "我的未結",
        "officer=me&state=open",
        "mine",
    )
    assert answer.url == f"/cases/?officer=me&state=open&view={view.pk}"
    page = text_of(client.get(answer.url))
    assert re.search(rf'<a href="/cases/views/{view.pk}/" aria-current="page">我的未結</a>', page)


def test_a_form_that_is_sent_twice_keeps_one_view(client_of, jun):
    client, form = client_of(jun), sent()

    answers = [client.post("/cases/views/save/?state=open", form).url for _n in range(2)]

    assert answers[0] == answers[1]
    assert SavedView.objects.count() == Entry.objects.filter(verb="view.save").count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"query": "q=" + "x" * 1000}, "name"),
        ({"name": "已有"}, "name"),
        ({"reach": "everybody"}, "reach"),
        ({"reach": "desk"}, "reach"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_at_its_field(jun, fields, field):
    kept(jun, "已有")

    with pytest.raises(ViewRefused) as refused:
        kept(jun, **({"name": "新"} | fields))

    assert refused.value.field == field
    assert SavedView.objects.count() == 1


def test_a_refused_view_comes_back_with_the_reason(client_of, jun):
    kept(jun, "我的未結")

    page = text_of(client_of(jun).post("/cases/views/save/?state=open", sent(), **ENGLISH))

    assert "You already have a view of this name." in page
    assert 'value="我的未結"' in page


def test_a_view_is_seen_by_its_maker_the_desk_or_the_ministry():
    people = {
        "maker": makers.person("maker", ministry="justice", desk="甲科"),
        "desk": makers.person("desk", ministry="justice", desk="甲科"),
        "ministry": makers.person("ministry", ministry="justice", desk="乙科"),
        "other": makers.person("other", ministry="foreign_affairs", desk="甲科"),
        "auditor": makers.auditor(),
    }
    for reach in SavedView.Reach.values:
        kept(people["maker"], reach, reach=reach)

    seen = {name: {view.name for view in views_for(one, "cases")} for name, one in people.items()}

    assert seen == {
        "maker": {"mine", "desk", "ministry"},
        "desk": {"desk", "ministry"},
        "ministry": {"ministry"},
        "other": set(),
        "auditor": set(),
    }


def test_a_shared_view_shows_each_reader_only_what_that_reader_may_see(client_of, jun):
    case = case_makers.case(jun, secrecy=1)
    view = kept(jun, reach="ministry")
    stranger = makers.stranger()

    pages = [text_of(client_of(one).get(f"/cases/views/{view.pk}/", follow=True)) for one in (jun, stranger)]

    assert [case.number in page for page in pages] == [True, False]


def test_a_hidden_view_is_answered_like_none_and_a_shared_one_is_changed_by_its_maker_alone(client_of, jun):
    hidden, shared = kept(jun, "私"), kept(jun, "公", reach="ministry")
    client = client_of(makers.stranger())

    answers = {
        key: [client.get(f"/cases/views/{pk}/{path}").status_code for path in ("", "change/")]
        for key, pk in {"hidden": hidden.pk, "none": 999, "shared": shared.pk}.items()
    }

    assert answers == {"hidden": [404, 404], "none": [404, 404], "shared": [302, 403]}
    assert client.post(f"/cases/views/{shared.pk}/change/", {"act": "drop"}).status_code == 403
    assert SavedView.objects.count() == 2


def test_the_actions_refuse_other_people_too(jun):
    view, other = kept(jun, reach="ministry"), makers.stranger()

    for change in (
        lambda: change_view(by=other, view=view, name="奪", reach="mine"),
        lambda: drop_view(by=other, view=view),
    ):
        with pytest.raises(ViewRefused):
            change()

    assert SavedView.objects.get().name == "我的"


def test_a_view_is_renamed_and_shared_otherwise(client_of, jun):
    view = kept(jun)

    answer = client_of(jun).post(f"/cases/views/{view.pk}/change/", sent(name="全部", reach="ministry"))

    view.refresh_from_db()
    assert (answer.url, view.name, view.reach, view.query) == (
        "/cases/views/",
        "全部",
        "ministry",
        "state=open",
    )
    assert Entry.objects.filter(verb="view.change").count() == 1


def test_a_view_shows_other_cases_from_then_on_and_keeps_its_name(client_of, jun):
    view = kept(jun)
    client = client_of(jun)

    page = text_of(client.get(f"/cases/views/save/?direction=in&view={view.pk}", **ENGLISH))
    answer = client.post(f"/cases/views/{view.pk}/replace/?direction=in")

    view.refresh_from_db()
    assert f'action="/cases/views/{view.pk}/replace/?direction=in"' in page
    assert (answer.url, view.name, view.query) == (f"/cases/views/{view.pk}/", "我的", "direction=in")


def test_a_shared_view_shows_what_its_maker_chose_whoever_asks(client_of, jun):
    view = kept(jun, reach="ministry")

    answer = client_of(makers.stranger()).post(f"/cases/views/{view.pk}/replace/?direction=in")

    view.refresh_from_db()
    assert (answer.status_code, view.query) == (403, "state=open")


def test_a_view_is_deleted_for_everybody(client_of, jun):
    view = kept(jun, reach="ministry")
    look_at(by=makers.stranger(), place="cases", view=view)

    client_of(jun).post(f"/cases/views/{view.pk}/change/", {"act": "drop"})

    assert (SavedView.objects.count(), ListLook.objects.count()) == (0, 0)
    assert Entry.objects.filter(verb="view.drop").count() == 1


def test_what_others_registered_and_touched_since_is_new_and_updated(client_of, jun):
    chen = makers.justice_supervisor()
    old = case_makers.case(jun, officer=jun)
    view = kept(jun, query="officer=me")
    before = [(one.new, one.updated) for one in shelf_of(jun, today=TODAY)]
    case_makers.case(chen, officer=jun)
    case_makers.case(chen)
    assign(by=chen, case=old, officer=jun)
    assign(by=jun, case=case_makers.case(jun, officer=jun), officer=jun)

    after = [(one.new, one.updated, one.at_least) for one in shelf_of(jun, today=TODAY)]
    page = text_of(client_of(jun).get("/cases/views/", **ENGLISH))
    client_of(jun).get(f"/cases/views/{view.pk}/")

    assert (before, after) == ([(0, 0)], [(1, 1, False)])
    assert "1 new, 1 updated" in page
    assert [(one.new, one.updated) for one in shelf_of(jun, today=TODAY)] == [(0, 0)]


def test_a_shared_view_that_was_never_opened_counts_nothing(jun):
    kept(jun, reach="ministry")

    (shelved,) = shelf_of(makers.stranger(), today=TODAY)

    assert (shelved.new, shelved.updated, shelved.looked_at, shelved.may_change) == (None, None, None, False)


@pytest.mark.parametrize("touched", [1, 3])
def test_the_views_take_the_same_queries_for_one_touched_case_and_for_three(
    touched, jun, django_assert_num_queries
):
    chen = makers.justice_supervisor()
    kept(jun, "一")
    kept(jun, "二")
    for _n in range(touched):
        case_makers.case(chen)

    with django_assert_num_queries(6):  # the views, the history, and two for each view
        shelf_of(jun, today=TODAY)


def test_chosen_columns_are_those_of_the_list_from_then_on(client_of, jun):
    case_makers.case(jun, partner_reference="REF-7")
    client = client_of(jun)

    answer = client.post("/cases/columns/?state=open", {"columns": ["state", "their_reference"]})
    page = text_of(client.get("/cases/", **ENGLISH))

    assert answer.url == "/cases/?state=open"
    assert re.findall(r'<th scope="col">([^<]+)</th>', page) == ["Case number", "State", "Their reference"]
    assert "REF-7" in page


def test_a_view_of_ones_own_has_columns_of_its_own(client_of, jun):
    case_makers.case(jun)
    view = kept(jun, columns=["state", "kind"])
    client = client_of(jun)
    address = f"/cases/?state=open&view={view.pk}"

    before = re.findall(r'<th scope="col">([^<]+)</th>', text_of(client.get(address, **ENGLISH)))
    client.post(f"/cases/columns/?state=open&view={view.pk}", {"columns": ["office"]})
    after = re.findall(r'<th scope="col">([^<]+)</th>', text_of(client.get(address, **ENGLISH)))

    assert (before, after) == (["Case number", "Kind", "State"], ["Case number", "Our office"])
    assert ListLook.objects.filter(view=None).count() == 0


def test_a_view_shared_with_a_desk_that_its_maker_left_still_takes_other_columns(client_of):
    wu = makers.person("wu", ministry="justice", desk="國際及兩岸法律司")
    view = kept(wu, reach="desk")
    wu.desk = ""
    wu.save(update_fields=["desk"])

    answer = client_of(wu).post(f"/cases/columns/?view={view.pk}", {"columns": ["subject"]})

    view.refresh_from_db()
    assert (answer.status_code, view.columns, view.reach) == (302, ["subject"], "desk")


def test_columns_of_somebody_elses_view_become_ones_own_list(client_of, jun):
    view = kept(jun, reach="ministry", columns=["state"])
    stranger = makers.stranger()

    answer = client_of(stranger).post(f"/cases/columns/?view={view.pk}", {"columns": ["kind"]})

    view.refresh_from_db()
    assert (answer.url, view.columns) == ("/cases/", ["state"])
    assert ListLook.objects.get(person=stranger).columns == ["kind"]


def test_no_column_at_all_is_refused(client_of, jun):
    page = text_of(client_of(jun).post("/cases/columns/", {}, **ENGLISH))

    assert "Choose at least one column." in page
    assert ListLook.objects.count() == 0


def test_choosing_columns_is_no_look(jun):
    first = datetime(2020, 1, 1, tzinfo=UTC)
    for columns, moment in ((["kind"], first), (["state"], datetime(2024, 1, 1, tzinfo=UTC))):
        choose_columns(by=jun, place="cases", columns=columns, looked_at=moment)

    look = ListLook.objects.get()
    assert (look.columns, look.looked_at) == (["state"], first)
