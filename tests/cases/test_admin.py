"""The admin screens of cases: supervisors of justice look, each at what he or she may see; nobody else enters."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from agreements.actions import edit
from cases.actions.competition import gather
from cases.actions.handover import hand_over
from cases.actions.items import add_item
from cases.actions.links import link_cases
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.actions.promises import Assurance, give_promise
from cases.actions.tasks import add_task
from cases.models import (
    AssistanceItem,
    Case,
    CaseEvent,
    CaseLink,
    Competition,
    Extension,
    Handover,
    HandoverLine,
    Interval,
    Letter,
    LetterCase,
    Mention,
    Note,
    NumberSeries,
    Person,
    PracticeLine,
    Promise,
    RequestContents,
    Task,
)
from cases.persons import HIDDEN
from tests import makers
from tests.cases import makers as cases
from tests.cases.letters import answered_apart
from tracker.actions import store_document
from tracker.models import Entry, ListLook, SavedView, User
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY
OURS = [model for model in admin.site._registry if model._meta.app_label == "cases"]
OF_A_CASE = [
    AssistanceItem, Case, CaseEvent, CaseLink, Competition, Extension, Interval, Letter, Mention, Note, Person, Promise,
    RequestContents, Task,
]  # fmt: skip
SECRET = "示例秘密某人"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def supervisor(**fields: Any) -> User:
    given = {"ministry": Ministry.JUSTICE, "role": Role.SUPERVISOR, "is_staff": True} | fields
    return makers.person("head", **given)


def busy(by: User, supervisor: User, **fields: Any) -> Case:
    """A case with a row of everything that may belong to one."""
    officer = by if fields.get("secrecy") else None
    case, other = (cases.case(by, makers.partner(code), officer=officer, **fields) for code in ("XA", "XB"))
    now = timezone.now()
    add_person(by=by, case=case, part="witness", name=SECRET)
    given = Assurance("use_limit", "them", "示例用途", given_on=TODAY)
    give_promise(by=by, case=case, assurance=given, today=TODAY)
    add_task(by=by, case=case, words="示例待辦", today=TODAY)
    write_note(by=by, case=case, text="示例註記")
    Mention.objects.create(note=Note.objects.filter(case=case).get(), person=supervisor)
    link_cases(by=by, case=case, other=other, kind="related")
    gather(by=by, wanted="示例帳戶", cases=[case, other])
    RequestContents.objects.update_or_create(case=case, defaults={"requesting_authority": "示例機關"})
    Interval.objects.create(
        case=case,
        sort="stop",
        category="court",
        reason="示例",
        began_on=TODAY,
        recorded_at=now,
        recorded_by=by,
    )
    Extension.objects.create(
        case=case, clock="C2", due_was=TODAY, due_asked="2026-01-01", reason="示例", asked_at=now, asked_by=by
    )
    letter = Letter.objects.create(
        way="in", kind="other", status="received", partner=case.partner, moved_on=TODAY, number=f"示例-{case.pk}",
        secrecy=case.secrecy, drafted_at=now, drafted_by=by,
    )  # fmt: skip
    LetterCase.objects.create(letter=letter, case=case)
    return case


def url(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:cases_{model._meta.model_name}_{page}", args=args)


def found(client: Any, model: Any, **query: str) -> int:
    answer = client.get(url(model), query)
    assert answer.status_code == 200, (model, answer.status_code)
    return answer.context["cl"].result_count


def test_every_model_that_stands_alone_has_a_screen():
    inside = {"LetterCase", "Competitor", "HandoverLine"}
    named = {model.__name__ for model in OURS}

    assert {model.__name__ for model in OF_A_CASE} <= named
    assert {"Handover", "NumberSeries", "Paragraph", "PracticeLine"} <= named
    assert not inside & named


@pytest.mark.parametrize(
    "maker",
    [makers.mei, makers.jun, makers.lin, makers.auditor, makers.administrator, makers.stranger],
)
def test_nobody_but_supervisors_of_justice_enters_any_screen(client_of, maker):
    person = maker()
    User.objects.filter(pk=person.pk).update(is_staff=True)
    client = client_of(User.objects.get(pk=person.pk))

    assert {client.get(url(model)).status_code for model in OURS} == {403}


def test_a_supervisor_lists_searches_opens_and_changes_nothing(client_of):
    head = supervisor()
    case = busy(makers.jun(), head)
    client = client_of(head)

    for model in OF_A_CASE:
        assert found(client, model) >= 1, model
        assert client.get(url(model), {"q": "no such thing"}).context["cl"].result_count == 0, model
        row = model.objects.order_by("pk").first()
        assert client.get(url(model, "change", row.pk)).status_code == 200, model
        assert client.get(url(model, "add")).status_code == 403, model
        assert client.post(url(model, "change", row.pk), {}).status_code == 403, model
        assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
    assert found(client, Case, q=case.number) == 1


def test_what_belongs_to_a_hidden_case_is_hidden_with_it(client_of):
    qiu, head = cases.sealed_officer(), supervisor()
    busy(qiu, head, secrecy=Secrecy.SEALED)
    client = client_of(head)

    for model in OF_A_CASE:
        row = model.objects.order_by("pk").first()
        assert row is not None, model
        assert found(client, model) == 0, model
        assert client.get(url(model, "change", row.pk)).status_code == 302, model


def test_a_link_to_a_hidden_case_is_hidden(client_of):
    qiu, head = cases.sealed_officer(), supervisor()
    shown = cases.case(qiu)
    link_cases(by=qiu, case=shown, other=cases.case(qiu, secrecy=Secrecy.SEALED, officer=qiu), kind="related")
    client = client_of(head)

    assert (found(client, Case), found(client, CaseLink)) == (1, 0)


def test_a_hand_over_shows_only_the_lines_that_may_be_seen(client_of):
    qiu, head = cases.sealed_officer(), supervisor()
    wang = makers.person("wang", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    open_one = cases.case(qiu, officer=qiu)
    sealed = cases.case(qiu, officer=qiu, secrecy=Secrecy.SEALED)
    hand_over(by=qiu, giver=qiu, taker=wang, reason="示例調任")
    assert HandoverLine.objects.count() == 2

    page = client_of(head).get(url(Handover, "change", Handover.objects.get().pk)).content.decode()

    assert open_one.number in page
    assert sealed.number not in page


def test_a_hand_over_names_no_agreement_above_the_supervisors_clearance(client_of):
    """AZ-17: without the check its number stands in the line."""
    jun, wang = makers.jun(), makers.person("wang", ministry=Ministry.JUSTICE)
    fields = {"lead": "justice", "lead_consent": "示例字第 1 號"}
    shown = makers.agreement(jun, title_zh="示例一", **fields)
    hidden = makers.agreement(jun, title_zh="示例二", secrecy=Secrecy.RESTRICTED, **fields)
    for file in (shown, hidden):
        makers.step(jun, file, "open_talks", date(2024, 1, 10))
    hand_over(by=jun, giver=jun, taker=wang, reason="示例調任")
    assert HandoverLine.objects.count() == 2
    head = client_of(supervisor(clearance=Secrecy.INTERNAL))

    page = head.get(url(Handover, "change", Handover.objects.get().pk)).content.decode()

    assert (shown.number in page, hidden.number in page) == (True, False)


def test_screens_name_no_agreement_and_no_letter_that_the_supervisor_may_not_see(client_of):
    """A case rests on an agreement that is restricted; a letter and a step of it belong to letters about a sealed case."""
    jun, qiu, partner = makers.jun(), cases.sealed_officer(), makers.partner()
    agreement = cases.in_force(partner, date(2024, 5, 3))
    shown = cases.case(jun, partner)
    assert shown.agreement == agreement
    edit(by=User.objects.get(username="lin"), agreement=agreement, today=TODAY,
         secrecy=Secrecy.RESTRICTED, declassify_when="示例")  # fmt: skip
    agreement.refresh_from_db()
    ours, theirs = answered_apart(qiu, shown)
    shown.events.update(letter=ours)
    head = client_of(supervisor(clearance=Secrecy.INTERNAL))
    rows = [(Case, shown.pk), (CaseEvent, shown.events.get().pk), (Letter, theirs.pk)]

    pages = [head.get(url(model, "change", pk)) for model, pk in rows]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [word for word in (str(agreement), ours.number) if any(word in page.text for page in pages)] == []


def test_persons_are_masked_and_never_searched(client_of):
    head = supervisor()
    busy(makers.jun(), head)
    client, person = client_of(head), Person.objects.get()

    listed = client.get(url(Person)).content.decode()
    opened = client.get(url(Person, "change", person.pk)).content.decode()

    for page in (listed, opened):
        assert HIDDEN in page
        assert SECRET not in page and person.digest not in page
    assert found(client, Person, q=SECRET) == 0
    assert found(client, Person, q=person.digest) == 0


def test_the_counters_and_the_practice_lines_are_shown_and_not_written(client_of):
    head = supervisor()
    cases.case(makers.jun())
    PracticeLine.objects.create(
        partner=makers.partner(), topic="channel", text_zh="示例：經外交途徑", source="示例", verified_on=TODAY,
        verified_by=head, recorded_at=timezone.now(), recorded_by=head,
    )  # fmt: skip
    client = client_of(head)

    for model in (NumberSeries, PracticeLine):
        row = model.objects.get()
        assert found(client, model) == 1
        assert client.get(url(model, "change", row.pk)).status_code == 200
        assert client.post(url(model, "change", row.pk), {}).status_code == 403
        assert client.get(url(model, "add")).status_code == 403


@pytest.mark.parametrize("model", [CaseEvent, AssistanceItem, Task, Note, Promise, CaseLink])
def test_a_list_takes_as_many_statements_with_one_row_as_with_many(client_of, model):
    head, jun = supervisor(), makers.jun()
    client = client_of(head)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url(model))
        return len(captured)

    busy(jun, head)
    one = statements()
    for _n in range(2):
        busy_again(jun)

    assert statements() == one


def busy_again(by: User) -> None:
    case, other = cases.case(by), cases.case(by)
    given = Assurance("use_limit", "them", "示例用途", given_on=TODAY)
    give_promise(by=by, case=case, assurance=given, today=TODAY)
    add_task(by=by, case=case, words="示例待辦", today=TODAY)
    write_note(by=by, case=case, text="示例註記")
    link_cases(by=by, case=case, other=other, kind="related")


def test_the_list_of_all_entries_names_nothing_that_belongs_to_a_case_to_an_administrator(client_of):
    head = supervisor()
    busy(makers.jun(), head)
    address = reverse("admin:tracker_entry_changelist")
    about = set(Entry.objects.values_list("about_model", flat=True))
    assert {"cases.case", "cases.competition"} <= about

    seen = client_of(makers.administrator()).get(address, {"all": ""}).context["cl"].result_list
    looked = client_of(head).get(address).context["cl"].result_list

    assert [one for one in seen if one.about_model.startswith("cases.")] == []
    assert {one.about_model for one in looked if one.about_model.startswith("cases.")} == {"cases.case"}


def test_a_reason_in_the_history_is_read_on_the_page_of_its_case_and_nowhere_else(client_of):
    jun, head = makers.jun(), supervisor()
    low = makers.person("low", ministry=Ministry.JUSTICE, clearance=Secrecy.INTERNAL)
    case = cases.case(jun, secrecy=Secrecy.RESTRICTED)
    add_item(by=jun, case=case, kind="search", reason=SECRET)
    entry = Entry.objects.get(verb="case.add_item")
    assert entry.details["reason"] == SECRET

    own = f"/cases/{case.number}/history/"
    admin_pages = [
        reverse("admin:tracker_entry_changelist"),
        reverse("admin:tracker_entry_change", args=[entry.pk]),
        f"{reverse('admin:tracker_entry_changelist')}?q={SECRET}",
    ]

    assert SECRET in client_of(jun).get(own).content.decode()
    assert client_of(low).get(own).status_code == 404
    for person in (head, makers.administrator()):
        pages = [client_of(person).get(page, follow=True).content.decode() for page in admin_pages]
        assert [SECRET in page.replace(f'value="{SECRET}"', "") for page in pages] == [False] * 3


# Saved views stand in the general admin: their filters may hold what a case is about.


def view_of(owner: User, name: str, reach: str) -> SavedView:
    return SavedView.objects.create(
        owner=owner,
        place="cases",
        name=name,
        query=f"q={uuid.UUID(int=7).hex}",
        reach=reach,
        created_at=timezone.now(),
    )


def test_administrators_see_names_and_owners_of_views_without_their_filters(client_of):
    jun = makers.jun()
    view = view_of(jun, "我的清單", "mine")
    ListLook.objects.create(person=jun, place="cases", looked_at=timezone.now())
    client = client_of(makers.administrator())

    listed = client.get(reverse("admin:tracker_savedview_changelist")).content.decode()
    opened = client.get(reverse("admin:tracker_savedview_change", args=[view.pk])).content.decode()
    looks = client.get(reverse("admin:tracker_listlook_changelist"), {"q": "jun"})

    for page in (listed, opened):
        assert "我的清單" in page and "Jun" in page
        assert view.query not in page and uuid.UUID(int=7).hex not in page
    assert looks.context["cl"].result_count == 1


def test_supervisors_see_shared_views_and_their_own_only(client_of):
    head = supervisor()
    jun = makers.jun()
    view_of(jun, "私人", "mine")
    view_of(jun, "共用", "desk")
    view_of(head, "自己", "mine")

    answer = client_of(head).get(reverse("admin:tracker_savedview_changelist"))

    assert sorted(view.name for view in answer.context["cl"].result_list) == ["共用", "自己"]


@pytest.mark.parametrize("who", [makers.administrator, makers.lin, makers.justice_supervisor])
def test_documents_of_cases_are_listed_for_nobody_in_the_admin(client_of, who):
    jun, looker = makers.jun(), who()
    User.objects.filter(pk=looker.pk).update(is_staff=True)
    upload = SimpleUploadedFile("某人筆錄.txt", b"x")
    paper = store_document(by=jun, about=cases.case(jun), upload=upload, title=SECRET, secrecy=0)
    client = client_of(looker)

    lists = [
        client.get(reverse(f"admin:tracker_{name}_changelist")) for name in ("document", "documentversion")
    ]
    one = client.get(reverse("admin:tracker_document_change", args=[paper.pk]))

    assert [SECRET in page.content.decode() for page in lists] == [False, False]
    assert one.status_code == 302
