"""The page of the marks of agreements that wait for their review: SEC-4."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from agreements.actions.marks import MEANWHILE, ask_lowering, open_lowerings, review_mark, shown_of
from agreements.models import Agreement
from agreements.reviews import SIZE, agreement_marks, marks_due
from tests import makers
from tracker.models import Entry, Lowering
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
PAGE = "/agreements/marks/"
SECRET = {"secrecy": Secrecy.RESTRICTED}


@pytest.fixture
def lin():
    return makers.lin()


@pytest.fixture
def other():
    return makers.person("wu", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR)


def sent(file, **more):
    """What the row of this agreement sends, as its page stands now."""
    file = Agreement.objects.get(pk=file.pk)
    shown = shown_of(file, open_lowerings(Agreement).filter(about_id=str(file.pk)).first())
    told = {"thing": file.pk, "version": shown.version, "shown": shown.digest}
    return {"key": str(uuid.uuid4()), **told, **more}


def rows(reader):
    return agreement_marks(reader, today=timezone.localdate()).rows


def test_a_mark_comes_up_a_year_after_its_review_and_on_its_day(lin):
    today = timezone.localdate()
    reviewed, past, fresh, ordinary = (
        makers.agreement(lin, title_zh=f"示例{place}", secrecy=level)
        for place, level in enumerate((2, 2, 2, 0))
    )
    Agreement.objects.update(mark_reviewed_on=today - timedelta(days=364))
    Agreement.objects.filter(pk=reviewed.pk).update(mark_reviewed_on=today - timedelta(days=365))
    Agreement.objects.filter(pk=past.pk).update(declassify_on=today)

    assert [(row.thing, row.is_past) for row in rows(lin)] == [(reviewed, False), (past, True)]
    assert (marks_due(lin, today=today), marks_due(makers.mei(), today=today)) == (2, None)
    assert {fresh, ordinary} & {row.thing for row in rows(lin)} == set()


def test_one_supervisor_asks_on_the_page_and_another_one_decides(lin, other, client_of):
    file = makers.agreement(lin, title_zh="不得外洩之條約", **SECRET)
    asking, deciding = client_of(lin), client_of(other)
    listed = asking.get(PAGE).text
    asking.post(PAGE, sent(file, after=Secrecy.INTERNAL, reason="示例"))
    alone = asking.post(PAGE, sent(file, act="grant"))
    still = Agreement.objects.get(pk=file.pk).secrecy
    deciding.post(PAGE, sent(file, act="grant"))

    assert (file.number in listed, "不得外洩之條約" in listed) == (True, False)
    assert (alone.status_code, still) == (200, Secrecy.RESTRICTED)
    assert Agreement.objects.get(pk=file.pk).secrecy == Secrecy.INTERNAL
    assert Lowering.objects.get().decided_by == other
    assert list(
        Entry.objects.filter(verb__contains="lowering").values_list("verb", flat=True).order_by("id")
    ) == ["agreement.ask_lowering", "agreement.grant_lowering"]


def test_a_mark_that_stays_leaves_the_list_and_the_first_page_for_a_year(lin, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client = client_of(lin)
    told = [f'{PAGE}">' in client.get("/agreements/home/").text, marks_due(lin, today=timezone.localdate())]
    client.post(PAGE, sent(file, act="keep"))

    assert told == [True, 1]
    assert marks_due(lin, today=timezone.localdate()) == 0
    assert Agreement.objects.get(pk=file.pk).mark_reviewed_on == timezone.localdate()


def test_whose_title_was_used_below_meanwhile_is_told_so(lin, other, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    makers.agreement(lin, title_zh="示例")
    client_of(lin).post(PAGE, sent(file, after=Secrecy.ORDINARY, reason="示例"))
    answer = client_of(other).post(PAGE, sent(file, act="grant"))

    assert (answer.status_code, Agreement.objects.get(pk=file.pk).secrecy) == (200, Secrecy.RESTRICTED)
    assert Lowering.objects.get().is_granted is None


def test_only_supervisors_come_in_and_justice_decides_only_on_its_own(lin, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    chen = makers.justice_supervisor()
    page, kept = client_of(chen).get(PAGE), client_of(chen).post(PAGE, sent(file, act="keep"))
    shut = [
        client_of(person).get(PAGE).status_code
        for person in (makers.mei(), makers.jun(), makers.auditor(), makers.stranger())
    ]

    assert (page.status_code, file.number in page.text, 'value="keep"' in page.text) == (200, True, False)
    assert (kept.status_code, Agreement.objects.get(pk=file.pk).mark_reviewed_on) == (
        200,
        file.mark_reviewed_on,
    )
    assert shut == [403] * 4


def test_a_hidden_agreement_is_not_listed_and_answers_as_none(lin, client_of):
    low = makers.person(
        "low", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR, clearance=Secrecy.INTERNAL
    )
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client = client_of(low)

    assert file.number not in client.get(PAGE).text
    assert client.post(PAGE, sent(file, act="keep")).status_code == 404
    unknown = sent(file, act="keep") | {"thing": 987654}
    assert client.post(PAGE, unknown).status_code == 404


def test_the_page_asks_as_much_for_three_marks_as_for_one(lin, django_assert_num_queries):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    ask_lowering(by=lin, agreement=file, after=Secrecy.INTERNAL, reason="示例")
    with django_assert_num_queries(3):
        rows(lin)
    for place in range(2):
        makers.agreement(lin, title_zh=f"示例{place}", **SECRET)

    with django_assert_num_queries(3):
        assert len(rows(lin)) == 3


CHANGES = {
    "another level": lambda file, by: Agreement.objects.filter(pk=file.pk).update(secrecy=Secrecy.SEALED),
    "another condition": lambda file, by: Agreement.objects.filter(pk=file.pk).update(declassify_when="示例"),
    "another day": lambda file, by: Agreement.objects.filter(pk=file.pk).update(declassify_on="2050-01-01"),
    "another version": lambda file, by: Agreement.objects.filter(pk=file.pk).update(version=F("version") + 1),
    "a request": lambda file, by: ask_lowering(by=by, agreement=file, after=Secrecy.ORDINARY, reason="示例"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("act", [{"act": "keep"}, {"after": Secrecy.INTERNAL, "reason": "打了很久的理由"}])
def test_who_decides_on_a_mark_that_changed_meanwhile_looks_at_it_again(lin, other, client_of, change, act):
    """SEC-4."""
    lin.clearance = Secrecy.SEALED
    lin.save()
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client, stale = client_of(lin), sent(file, **act)
    CHANGES[change](file, other)
    before = Lowering.objects.count()
    answer = client.post(PAGE, stale)

    assert (answer.status_code, Lowering.objects.count() - before) == (200, 0)
    assert Agreement.objects.get(pk=file.pk).mark_reviewed_on == file.mark_reviewed_on
    assert len(answer.context["form"].non_field_errors()) == 1
    assert act.get("reason", "") in answer.text
    if change != "a request":  # the row now stands as it is, and can be sent again
        form = answer.context["form"]
        again = stale | {name: form[name].value() for name in ("version", "shown")}
        assert client.post(PAGE, again).status_code == 302


def test_what_lacks_something_and_is_stale_too_is_told_both_in_turn(lin, client_of):
    """SEC-4: the page that says what is missing does not take the reader for told of the change."""
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client, stale = client_of(lin), sent(file, after=Secrecy.INTERNAL, reason="")
    Agreement.objects.filter(pk=file.pk).update(declassify_when="示例")
    lacking = client.post(PAGE, stale).context["form"]
    again = stale | {
        "reason": "示例",
        "shown": lacking["shown"].value(),
        "version": lacking["version"].value(),
    }
    changed = client.post(PAGE, again).context["form"]

    assert (list(lacking.errors), list(changed.errors)) == (["reason"], ["__all__"])
    assert Lowering.objects.count() == 0


def test_who_grants_grants_the_request_that_was_shown_and_no_other(lin, other, client_of):
    """SEC-4."""
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    ask_lowering(by=lin, agreement=file, after=Secrecy.INTERNAL, reason="示例")
    client, stale = client_of(other), sent(file, act="grant")
    Lowering.objects.all().delete()
    gone = client.post(PAGE, stale)
    ask_lowering(by=lin, agreement=file, after=Secrecy.ORDINARY, reason="示例")
    swapped = client.post(PAGE, stale)
    still = Agreement.objects.get(pk=file.pk).secrecy
    client.post(PAGE, sent(file, act="grant"))

    assert (gone.status_code, swapped.status_code, still) == (200, 200, Secrecy.RESTRICTED)
    assert Agreement.objects.get(pk=file.pk).secrecy == Secrecy.ORDINARY


@pytest.mark.parametrize("missing", ["version", "shown"])
def test_a_form_that_does_not_say_what_was_shown_does_nothing(lin, client_of, missing):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    told = {name: value for name, value in sent(file, act="keep").items() if name != missing}

    assert client_of(lin).post(PAGE, told).status_code == 200
    assert Agreement.objects.get(pk=file.pk).mark_reviewed_on == file.mark_reviewed_on


def test_a_refused_request_keeps_what_was_typed_at_its_row_with_the_refusal_at_its_field(lin, client_of):
    file, beside = (makers.agreement(lin, title_zh=f"示例{place}", **SECRET) for place in range(2))
    client = client_of(lin)
    empty = client.post(PAGE, sent(file, after=Secrecy.INTERNAL, reason=" "))
    wrong = client.post(PAGE, sent(file, after=Secrecy.RESTRICTED, reason="打了很久的理由"))
    lines = {line.row.thing: line.lower for line in wrong.context["lines"]}

    assert list(empty.context["form"].errors) == ["reason"]
    assert f'href="#m{file.pk}_reason"' in empty.text and f'id="m{file.pk}_reason_error"' in empty.text
    assert f'<option value="{Secrecy.INTERNAL}" selected>' in empty.text
    assert (list(lines[file].errors), lines[file]["reason"].value()) == (["after"], "打了很久的理由")
    assert (lines[beside].is_bound, wrong.text.count("打了很久的理由")) == (False, 1)
    assert wrong.text.count('<details class="alt" open>') == 1


def test_of_a_request_whose_row_left_the_page_no_field_is_told_but_that_something_changed(lin, client_of):
    """SEC-4. While the row is there its field is told: the control."""
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    client, lacking = client_of(lin), sent(file, after=Secrecy.ORDINARY, reason="")
    before = client.post(PAGE, lacking)
    review_mark(by=lin, agreement=file, today=timezone.localdate())
    after = client.post(PAGE, lacking)

    assert (list(before.context["form"].errors), "_reason" in before.text) == (["reason"], True)
    assert (after.context["form"].errors, "_reason" in after.text) == ({"__all__": [str(MEANWHILE)]}, False)
    assert str(MEANWHILE) in after.text


def test_each_form_of_the_page_is_carried_out_though_another_one_was_sent_before(lin, client_of):
    """Each row has a key of its own: the page in another window is not taken for what was sent already."""
    first, second = (makers.agreement(lin, title_zh=f"示例{place}", **SECRET) for place in range(2))
    client = client_of(lin)
    lines = client.get(PAGE).context["lines"]
    for line in lines:
        client.post(
            PAGE, {field.html_name: field.value() for field in line.mark.hidden_fields()} | {"act": "keep"}
        )

    assert rows(lin) == []
    assert {first, second} == {line.row.thing for line in lines}


def test_the_first_page_and_the_page_of_marks_count_alike_and_nothing_is_cut_off_silently(lin, client_of):
    """SEC-4."""
    today = timezone.localdate()
    files = [makers.agreement(lin, title_zh=f"示例{place}", **SECRET) for place in range(SIZE + 2)]
    review_mark(by=lin, agreement=files[0], today=today)
    review_mark(by=lin, agreement=files[1], today=today)
    ask_lowering(by=lin, agreement=files[1], after=Secrecy.INTERNAL, reason="示例")
    client = client_of(lin)
    pages = [client.get(PAGE, {"page": page}) for page in ("", "2", "99")]
    listed = [[line.row.thing for line in page.context["lines"]] for page in pages]

    assert [len(one) for one in listed] == [SIZE, 1, 1]
    assert {*listed[0], *listed[1]} == {*files[1:]} and listed[0][0] == files[1]
    assert {page.context["paging"].number for page in pages} == {marks_due(lin, today=today)} == {SIZE + 1}
    assert 'href="?page=2"' in pages[0].text and 'rel="next"' not in pages[1].text


def test_a_request_made_at_another_level_can_be_refused_only(lin, other, client_of):
    file = makers.agreement(lin, title_zh="示例", **SECRET)
    other.clearance = Secrecy.SEALED
    other.save()
    ask_lowering(by=lin, agreement=file, after=Secrecy.INTERNAL, reason="示例")
    Agreement.objects.filter(pk=file.pk).update(secrecy=Secrecy.SEALED)
    client = client_of(other)
    page = client.get(PAGE).text
    client.post(PAGE, sent(file, act="grant"))
    still = Lowering.objects.get().is_granted
    client.post(PAGE, sent(file, act="refuse"))

    assert ('value="grant"' in page, 'value="refuse"' in page, still) == (False, True, None)
    assert (Lowering.objects.get().is_granted, Agreement.objects.get(pk=file.pk).secrecy) == (
        False,
        Secrecy.SEALED,
    )
