"""What was typed when the session ended comes back after the sign-in, to its writer alone (ERR-3)."""

import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import JSONField, TextField, Value
from django.db.models.functions import Cast
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from django.utils import timezone

from agreements.actions.uploads import hold_uploads
from cases.actions import Intake
from cases.actions import save_draft as save_case_draft
from cases.actions.papers import keep_with_draft
from cases.models import Case, Note
from reports.worker import tidy
from tests import makers
from tests.cases import makers as cases
from tests.sources import app_modules, name
from tracker.actions import (
    DRAFTS_KEPT_FOR,
    KEPT_FOR,
    LONGEST_FORM,
    MOST_FORMS,
    forget_typed,
    keep_form,
    reseal_typed,
    save_draft,
)
from tracker.modelfields import TypedField
from tracker.models import Document, Draft, KeptForm, User
from tracker.roles import Secrecy
from tracker.typed import DRAFTED

pytestmark = pytest.mark.django_db
START = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
TEXT = "示例：打了半小時的字，還沒有送出"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def jun(clock):
    return with_password(makers.jun())


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client: Client, person: User, following: str = ""):
    fields = {"login": person.username, "password": PASSWORD} | ({"next": following} if following else {})
    return client.post(reverse("account_login"), fields)


def signed_in(person: User, **how) -> Client:
    client = Client(**how)
    sign_in(client, person)
    client.get(reverse("search"))
    return client


def ended(person: User, clock) -> Client:
    """A browser in which this person's session ended while something was typed."""
    client = signed_in(person)
    clock.shift(timedelta(minutes=31))
    return client


def back(answer) -> str:
    """Where the sign-in leads that the answer leads to."""
    address = urlsplit(answer["Location"])
    assert (answer.status_code, address.path) == (302, reverse("account_login"))
    return parse_qs(address.query)["next"][0]


def routes(of=None, space: str = ""):
    for pattern in of or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        elif (
            isinstance(pattern, URLPattern)
            and pattern.name
            and getattr(pattern.callback, "login_required", True)
        ):
            yield f"{space}{pattern.name}", pattern


def any_address(route: str, pattern: URLPattern) -> str | None:
    """An address of this name; whether anything stands there does not matter, since the door stands before it."""
    values = {"UUIDConverter": uuid.UUID(int=1), "IntConverter": 1, "AgreementNumber": "A-114-001"}
    given = {key: values.get(type(one).__name__, "x") for key, one in pattern.pattern.converters.items()}
    try:
        return reverse(route, kwargs=given)
    except NoReverseMatch:
        return None


def test_whatever_form_meets_a_session_that_has_ended_is_kept(jun, clock):
    client = ended(jun, clock)
    lost, tried = [], 0
    for route, pattern in routes():
        address = any_address(route, pattern)
        if address is None or route.startswith(("account_", "mfa_", "signin_")):
            continue
        tried += 1
        clock.shift(timedelta(seconds=1))  # the newest are kept
        answer = client.post(address, {"text": TEXT})
        key = back(answer).removeprefix("/accounts/resume/").strip("/") if answer.status_code == 302 else ""
        kept = KeptForm.objects.filter(pk=key).first() if len(key) == 36 else None
        if kept is None or (kept.by, kept.address, kept.typed) != (jun, address, [["text", TEXT]]):
            lost.append(route)

    assert lost == []
    assert tried > 120


def test_what_is_typed_into_the_pages_of_the_sign_in_is_not_kept(jun, clock):
    client = ended(jun, clock)

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "x" * 20})
    client.post(reverse("search"), {"text": TEXT, "password": PASSWORD, "csrfmiddlewaretoken": "x"})

    assert [kept.typed for kept in KeptForm.objects.all()] == [[["text", TEXT]]]


def drafted_forms(jun: User) -> dict[str, tuple[str, dict[str, str]]]:
    """The forms that come back filled in: their address and what was typed."""
    mei = User.objects.filter(username="mei").first() or makers.mei()
    case = cases.case(jun, direction="out", officer=jun)
    file = makers.agreement(mei)
    return {
        "agreements:new": (reverse("agreements:new"), {"title_zh": TEXT}),
        "agreements:new_step": (
            reverse("agreements:new_step", args=[file.number]) + "?step=open_talks",
            {"note": TEXT},
        ),
        "cases:new": (reverse("cases:new"), {"subject": TEXT}),
        "cases:contents": (reverse("cases:contents", args=[case.number]), {"facts": TEXT}),
    }


@pytest.mark.parametrize("route", sorted(DRAFTED - {"cases:draft"}))
def test_a_form_that_has_drafts_comes_back_filled_in(clock, route):
    jun = with_password(makers.jun())
    mei = with_password(makers.mei())
    address, typed = drafted_forms(jun)[route]
    writer = mei if route.startswith("agreements") else jun
    client = ended(writer, clock)

    stopped = client.post(address, typed | {"key": str(uuid.uuid4()), "act": "take"})
    signed = sign_in(client, writer, back(stopped))
    filled = client.get(client.get(signed["Location"])["Location"])

    assert (filled.status_code, TEXT in filled.text) == (200, True)
    assert not KeptForm.objects.exists()


def test_every_page_that_takes_drafts_is_on_the_list():
    taking = {
        name(path).removesuffix(".py").replace("/", ".")
        for path in app_modules("views")
        if "sent_or_drafted(request)" in path.read_text("utf-8")
    }
    by_route = dict(routes())

    assert {by_route[route].callback.__module__ for route in DRAFTED} == taking


def other_forms(jun: User) -> list[tuple[str, dict[str, str]]]:
    """Ten forms without drafts."""
    mei = makers.mei()
    case, file = cases.case(jun, officer=jun), makers.agreement(mei)
    about_case = {"args": [case.number]}
    return [
        (reverse("cases:note", **about_case), {"text": TEXT}),
        (reverse("cases:add_task", **about_case), {"text": TEXT}),
        (reverse("cases:amend", **about_case), {"subject": TEXT}),
        (reverse("cases:step", **about_case), {"note": TEXT}),
        (reverse("cases:letter_new", **about_case), {"subject_zh": TEXT}),
        (reverse("cases:promises", **about_case), {"text": TEXT}),
        (reverse("cases:stop", **about_case), {"reason": TEXT}),
        (reverse("cases:save_view"), {"name": TEXT}),
        (reverse("agreements:edit", args=[file.number]), {"title_zh": TEXT}),
        (reverse("agreements:new_contact", args=[file.partner.code]), {"words": TEXT}),
        (reverse("reports:new_recommendation"), {"text": TEXT}),
    ]


def test_what_was_typed_into_any_other_form_is_shown_and_can_be_sent(jun, clock):
    forms = other_forms(jun)
    client = ended(jun, clock)
    stopped = [back(client.post(address, typed)) for address, typed in forms]
    sign_in(client, jun)

    for (address, _typed), following in zip(forms, stopped, strict=True):
        page = client.get(following)
        assert TEXT in page.text
        assert f'action="{address}"' in page.text


def test_a_note_that_met_a_session_that_had_ended_is_written_with_one_button(jun, clock):
    case = cases.case(jun, officer=jun)
    address = reverse("cases:note", args=[case.number])
    client = ended(jun, clock)

    stopped = client.post(address, {"key": str(uuid.uuid4()), "text": TEXT, "kind": "note"})
    signed = sign_in(client, jun, back(stopped))
    page = client.get(signed["Location"])
    client.post(address, dict(page.context["fields"]) | {"kept_form": str(page.context["kept"].pk)})

    assert [note.text for note in Note.objects.all()] == [TEXT]
    assert not KeptForm.objects.exists()


def test_another_person_who_signs_in_at_the_same_browser_gets_nothing(jun, clock):
    mei = with_password(makers.mei())
    client = ended(jun, clock)
    stopped = client.post(reverse("cases:new"), {"subject": TEXT, "key": str(uuid.uuid4())})

    signed = sign_in(client, mei, back(stopped))
    answer = client.get(signed["Location"])

    assert (answer.status_code, TEXT in answer.text) == (404, False)
    assert not Draft.objects.filter(by=mei).exists()
    assert client.post(signed["Location"]).status_code == 404
    assert KeptForm.objects.get().by == jun


def test_without_a_person_who_signed_in_here_before_nothing_is_kept(jun):
    client = Client()

    answer = client.post(reverse("cases:new"), {"subject": TEXT})

    assert (back(answer), KeptForm.objects.count()) == (reverse("cases:new"), 0)


@pytest.mark.parametrize("forged", ["1", "1:x", "", "x" * 500])
def test_a_name_that_a_browser_made_up_is_nobody(jun, clock, forged):
    client = ended(jun, clock)
    client.cookies["reader"] = forged

    client.post(reverse("cases:new"), {"subject": TEXT})

    assert not KeptForm.objects.exists()


def test_another_site_cannot_put_words_into_anybodys_mouth(jun, clock):
    client = ended(jun, clock)
    foreign = Client(enforce_csrf_checks=True)
    foreign.cookies = client.cookies

    answer = foreign.post(reverse("cases:new"), {"subject": TEXT})

    assert (answer.status_code, KeptForm.objects.count()) == (403, 0)


def test_files_are_not_kept_and_the_page_says_so(jun, clock):
    client = ended(jun, clock)
    upload = SimpleUploadedFile("示例.txt", b"secret bytes")

    stopped = client.post(reverse("cases:save_view"), {"name": TEXT, "files": upload})
    sign_in(client, jun)

    kept = KeptForm.objects.get()
    assert (kept.typed, kept.had_files) == ([["name", TEXT]], True)
    page = client.get(back(stopped))
    assert any(level in page.text for level in ("choose them again", "重新選擇"))


def test_a_form_that_is_too_long_is_not_kept(jun, clock):
    client = ended(jun, clock)

    answer = client.post(reverse("cases:save_view"), {"name": "字" * (LONGEST_FORM + 1)})

    assert (back(answer), KeptForm.objects.count()) == (reverse("cases:save_view"), 0)


def test_only_the_newest_forms_are_kept_and_none_for_longer_than_a_day(jun, clock):
    client = ended(jun, clock)
    for number in range(MOST_FORMS + 2):
        clock.shift(timedelta(seconds=1))
        stopped = client.post(reverse("cases:save_view"), {"name": str(number)})
    assert KeptForm.objects.count() == MOST_FORMS
    clock.shift(timedelta(hours=24))

    sign_in(client, jun)

    assert client.get(back(stopped)).status_code == 404


def test_what_is_kept_can_be_dropped(jun, clock):
    client = ended(jun, clock)
    stopped = client.post(reverse("cases:save_view"), {"name": TEXT})
    sign_in(client, jun)

    client.post(back(stopped))

    assert not KeptForm.objects.exists()


def test_a_form_sent_after_signing_out_in_another_window_is_kept_too(jun, clock):
    client = signed_in(jun)
    client.post(reverse("account_logout"))

    stopped = client.post(reverse("cases:save_view"), {"name": TEXT})

    assert back(stopped).startswith("/accounts/resume/")


NAME = "歐陽靖瑤"


def lying(kind) -> str:
    """What the column holds, as the database gives it to whoever reads it without the keys."""
    return "".join(kind.objects.annotate(lying=Cast("typed", TextField())).values_list("lying", flat=True))


def holds(text: str, word: str) -> bool:
    return word in text or ascii(word)[1:-1] in text


def test_a_name_that_was_typed_comes_back_and_lies_nowhere_in_the_clear(jun, clock):
    """PRI-1: not in what is kept, and not in the draft that is made of it."""
    client = ended(jun, clock)
    sent = {"subject": TEXT, "person_1_name": NAME, "person_1_part": "witness", "key": str(uuid.uuid4())}
    stopped = client.post(reverse("cases:new"), sent)
    kept, signed = lying(KeptForm), sign_in(client, jun, back(stopped))
    filled = client.get(client.get(signed["Location"])["Location"])
    drafted = lying(Draft)
    Draft.objects.update(typed=Value([["person_1_name", NAME]], JSONField()))

    assert (f'value="{NAME}"' in filled.text, holds(kept, NAME), holds(drafted, NAME)) == (True, False, False)
    assert holds(lying(Draft), NAME), "the control: in a plain column it stands"
    assert Draft.objects.get().typed == [["person_1_name", NAME]], "what was kept before still opens"


def test_nobody_else_reads_what_was_typed_about_a_sealed_case(clock, client_of):
    """AZ-7: neither who may see the case nor an administrator, by its key or in the admin."""
    qiu = with_password(cases.sealed_officer())
    case = cases.case(qiu, officer=qiu, secrecy=Secrecy.SEALED)
    address = reverse("cases:persons", args=[case.number])
    following = back(ended(qiu, clock).post(address, {"name": NAME, "part": "witness"}))
    draft = save_draft(by=qiu, key=uuid.uuid4(), title="示例", address=address, typed=[("name", NAME)])
    others = [
        makers.person("rao", ministry="justice", role="supervisor", clearance=Secrecy.SEALED),
        makers.administrator(),
    ]
    admin = reverse("admin:tracker_draft_change", args=[draft.pk])
    pages = [
        client_of(other).get(one)
        for other in others
        for one in (following, admin, f"{address}?draft={draft.pk}")
    ]

    assert [page.status_code for page in pages] == [404, 302, 404, 404, 200, 403]
    assert [page for page in pages if holds(page.text, NAME) or holds(page.text, lying(KeptForm)[:40])] == []
    assert NAME in client_of(qiu).get(following).text
    assert not site.is_registered(KeptForm)


@pytest.mark.parametrize("way", ["worker", "command"])
def test_what_was_typed_lapses_though_nobody_keeps_another_form(jun, clock, way):
    save_draft(by=jun, key=uuid.uuid4(), title="old", address="/cases/new/", typed=[("subject", TEXT)])
    clock.shift(DRAFTS_KEPT_FOR - KEPT_FOR)
    keep_form(by=jun, address="/cases/new/", typed=[("subject", TEXT)])
    clock.shift(KEPT_FOR - timedelta(minutes=1))
    young = [forget_typed(by=None), KeptForm.objects.count(), Draft.objects.count()]
    save_draft(by=jun, key=uuid.uuid4(), title="new", address="/cases/new/", typed=[("subject", TEXT)])
    clock.shift(timedelta(minutes=1))
    out = StringIO()
    tidy() if way == "worker" else call_command("forget_typed", format="json", stdout=out)

    assert young == [{"forms": 0, "drafts": 0, "uploads": 0}, 1, 1]
    assert (KeptForm.objects.count(), [draft.title for draft in Draft.objects.all()]) == (0, ["new"])
    assert way == "worker" or '"forms": 1' in out.getvalue()


def test_what_lapses_goes_in_portions(jun, clock, monkeypatch):
    monkeypatch.setattr("tracker.actions.FORGOTTEN_AT_ONCE", 2)
    for _one in range(5):
        keep_form(by=jun, address="/cases/new/", typed=[("subject", TEXT)])
    clock.shift(KEPT_FOR)
    first = forget_typed(by=None)
    out = StringIO()
    call_command("forget_typed", stdout=out)

    assert (first, KeptForm.objects.count()) == ({"forms": 2, "drafts": 0, "uploads": 0}, 0)
    assert out.getvalue() == "3 kept forms, 0 drafts and 0 waiting files forgotten\n"


def test_files_that_wait_lapse_with_their_draft_and_stay_with_one_that_is_saved(
    jun, clock, django_capture_on_commit_callbacks
):
    kept, lost, alone = (uuid.uuid4() for _form in range(3))
    for key in (kept, lost):
        save_draft(by=jun, key=key, title=str(key), address="/cases/new/", typed=[("subject", TEXT)])
    for key in (kept, lost, alone):
        file = SimpleUploadedFile("示例.txt", str(key).encode())
        hold_uploads(by=jun, key=key, uploads=[file], secrecy=0)
    files = {document.about_id: document.versions.get().file for document in Document.objects.all()}
    clock.shift(timedelta(days=1))
    save_draft(by=jun, key=kept, title="kept", address="/cases/new/", typed=[("subject", TEXT)])
    clock.shift(DRAFTS_KEPT_FOR - timedelta(days=1, seconds=1))
    young = forget_typed(by=None)
    clock.shift(timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        old = forget_typed(by=None)

    assert (young, old) == (
        {"forms": 0, "drafts": 0, "uploads": 0},
        {"forms": 0, "drafts": 1, "uploads": 2},
    )
    assert {key: file.storage.exists(file.name) for key, file in files.items()} == {
        str(kept): True,
        str(lost): False,
        str(alone): False,
    }


def test_files_of_a_saved_draft_of_a_case_stay_as_long_as_it_does(jun, clock):
    draft, key = save_case_draft(by=jun, intake=Intake(subject="示例")), uuid.uuid4()
    hold_uploads(by=jun, key=key, uploads=[SimpleUploadedFile("示例.txt", b"x")], secrecy=0)
    keep_with_draft(by=jun, key=key, draft=draft)
    clock.shift(DRAFTS_KEPT_FOR + timedelta(days=1))

    kept = [forget_typed(by=None)["uploads"], Document.objects.count()]
    Case.objects.all().delete()  # the control: without the draft they go
    gone = [forget_typed(by=None)["uploads"], Document.objects.count()]

    assert (kept, gone) == ([0, 1], [1, 0])


def test_a_file_that_cannot_be_deleted_keeps_no_other_from_going(
    jun, clock, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    for _form in range(3):
        hold_uploads(by=jun, key=uuid.uuid4(), uploads=[SimpleUploadedFile("示例.txt", b"x")], secrecy=0)
    files = [document.versions.get().file for document in Document.objects.order_by("created_at", "id")]
    clock.shift(DRAFTS_KEPT_FOR + timedelta(days=1))
    delete = type(files[0].storage).delete

    def refuse_the_first(storage, name):
        if name == files[0].name:
            raise PermissionError(name)
        delete(storage, name)

    monkeypatch.setattr(type(files[0].storage), "delete", refuse_the_first)
    with django_capture_on_commit_callbacks(execute=True):
        forget_typed(by=None)

    assert [file.storage.exists(file.name) for file in files] == [True, False, False]
    assert "PermissionError" in caplog.text


@pytest.mark.parametrize("column", ["by", "typed"])
def test_what_was_typed_opens_in_its_own_row_for_its_writer_alone(jun, column, caplog):
    """Whoever writes into the database reads no other person's draft by putting it in a row of his own."""
    mei, keys = makers.mei(), [uuid.uuid4() for _row in range(2)]
    for by, key in zip((jun, mei), keys, strict=True):
        save_draft(by=by, key=key, title="示例", address="/", typed=[("subject", str(by))])
    own = Draft.objects.get(key=keys[0]).typed
    quoted = f'"{TypedField.get_prep_value(Draft._meta.get_field("typed"), [("subject", TEXT)])}"'
    if column == "by":
        Draft.objects.filter(key=keys[0]).update(by=mei)
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tracker_draft SET typed = (SELECT typed FROM tracker_draft WHERE by_id = %s) WHERE by_id = %s",
                [jun.pk, mei.pk],
            )
    swapped = Draft.objects.get(key=keys[column == "typed"]).typed
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracker_draft SET typed = %s", [quoted])

    assert (own, swapped) == ([["subject", str(jun)]], [])
    assert "cannot be read" in caplog.text
    assert [draft.typed for draft in Draft.objects.all()] == [[["subject", TEXT]]] * 2, (
        "as it was sealed before"
    )


def test_a_draft_that_is_saved_while_old_ones_go_stays(jun, clock):
    key = uuid.uuid4()
    given = {"by": jun, "key": key, "title": "old", "address": "/cases/new/", "typed": [("subject", TEXT)]}
    save_draft(**given)
    clock.shift(DRAFTS_KEPT_FOR)

    def saved_first(execute, sql, *rest):
        if sql.startswith('DELETE FROM "tracker_draft"'):
            Draft.objects.update(saved_at=timezone.now())
        return execute(sql, *rest)

    with connection.execute_wrapper(saved_first):
        gone = forget_typed(by=None)

    assert (gone["drafts"], Draft.objects.filter(key=key).count()) == (0, 1)


def test_after_the_rotation_of_the_keys_what_was_typed_opens_without_the_old_one(jun, settings):
    old, new = bytes(range(32)), bytes(range(32, 64))
    settings.PERSON_KEYS = [old]
    for number in range(2):
        save_draft(by=jun, key=uuid.uuid4(), title=str(number), address="/", typed=[("subject", TEXT)])
    keep_form(by=jun, address="/", typed=[("subject", TEXT)])
    settings.PERSON_KEYS = [new, old]
    told = [reseal_typed(by=None), reseal_typed(by=None)]
    settings.PERSON_KEYS = [new]
    opened = [row.typed for kind in (Draft, KeptForm) for row in kind.objects.all()]
    settings.PERSON_KEYS = [old]

    assert (told, opened) == (
        [{"changed": 3, "unreadable": 0}, {"changed": 0, "unreadable": 0}],
        [[["subject", TEXT]]] * 3,
    )
    assert reseal_typed(by=None) == {"changed": 0, "unreadable": 3}
    assert {str(draft.typed) for draft in Draft.objects.all()} == {"[]"}, (
        "the control: the old key opens nothing now"
    )
