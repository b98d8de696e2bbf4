"""Promises: their terms, what becomes of them, the register over all cases, and no case closed silently over one."""

import csv
import io
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from cases.actions import StepRefused, StepRequest, take_step
from cases.actions.promises import (
    Assurance,
    give_promise,
    release_promise,
    start_term,
    withdraw_promise,
)
from cases.history import sentence
from cases.models import Promise
from cases.models.promises import ENDING
from cases.promiseregister import SIZE, PromiseFilter, register_page
from cases.promises import TERMS, due_of, promises_due, promises_of, provision_of, starter_of
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker import audit
from tracker.models import Entry
from tracker.roles import Secrecy

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
DAY = date(2025, 3, 12)


@pytest.fixture
def jun(db):
    return makers.jun()


def assurance(**fields):
    given = {"kind": "return_items", "given_by": "us", "words": "用畢返還原本", "given_on": DAY}
    return Assurance(**(given | fields))


def promise(by, case, today=TODAY, **fields):
    return give_promise(by=by, case=case, assurance=assurance(**fields), today=today)


def refusal(do, **fields):
    with pytest.raises(StepRefused) as caught:
        do(**fields)
    return caught.value


def text_of(response):
    return response.content.decode()


def sent(**fields):
    return {"key": str(uuid.uuid4())} | fields


def day(name, year, month, on):
    return {f"{name}_year": str(year - 1911), f"{name}_month": str(month), f"{name}_day": str(on)}


def address(case, rest=""):
    return f"/cases/{case.number}/promises/{rest}"


# The terms of the law; no database.


@pytest.mark.parametrize(
    ("kind", "counted_from", "due"),
    [
        ("safe_conduct", date(2025, 3, 1), date(2025, 3, 16)),
        ("safe_conduct", date(2024, 2, 20), date(2024, 3, 6)),
        ("safe_conduct", date(2025, 2, 20), date(2025, 3, 7)),
        ("hand_over", date(2025, 3, 20), date(2028, 3, 20)),
        ("hand_over", date(2024, 2, 29), date(2027, 2, 28)),
        ("hand_over", date(2025, 2, 28), date(2028, 2, 29)),
        ("hand_over", date(2025, 12, 31), date(2028, 12, 31)),
        ("hand_over", None, None),
        ("costs", date(2025, 3, 1), None),
    ],
)
def test_the_law_gives_safe_conduct_fifteen_days_and_a_claim_three_years(kind, counted_from, due):
    assert due_of(kind, counted_from) == due


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        ("use_limit", "16"),
        ("secrecy", "14"),
        ("return_items", "20"),
        ("safe_conduct", "32(4)"),
        ("costs", "15"),
        ("hand_over", "34(2)"),
        ("other", ""),
    ],
)
def test_each_kind_names_the_article_that_it_rests_on(kind, article):
    assert provision_of(kind).article == article


# Given.


def test_a_promise_is_recorded_and_told_without_its_words(jun):
    case = case_makers.case(jun)

    given = promise(jun, case, words=" 用畢返還原本 ", due_on=date(2025, 6, 30))

    given.refresh_from_db()
    case.refresh_from_db()
    assert (given.kind, given.given_by, given.words) == ("return_items", "us", "用畢返還原本")
    assert (given.given_on, given.due_on, given.is_standing) == (DAY, date(2025, 6, 30), True)
    told = audit.history_of(case).first()
    assert told.details == {
        "promise": "return_items",
        "number": given.pk,
        "given_by": "us",
        "due": "2025-06-30",
    }
    assert "用畢" not in sentence(told)
    assert case.due_on == date(2025, 6, 30)


def test_the_last_day_of_a_term_of_the_law_is_counted_and_not_asked(jun):
    case = case_makers.case(jun, direction="out")

    with_notice = promise(jun, case, kind="safe_conduct", counted_from=date(2025, 3, 15))
    without = promise(jun, case, kind="safe_conduct")

    assert (with_notice.due_on, without.due_on) == (date(2025, 3, 30), None)


def test_an_agreement_may_name_another_last_day_than_the_law(jun):
    named = promise(jun, case_makers.case(jun), kind="safe_conduct", due_on=date(2025, 5, 1))

    assert (named.counted_from, named.due_on) == (None, date(2025, 5, 1))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"given_by": "nobody"}, "given_by"),
        ({"words": " "}, "words"),
        ({"words": "字" * 301}, "words"),
        ({"given_on": date(2025, 3, 21)}, "given_on"),
        ({"counted_from": DAY}, "counted_from"),
        ({"kind": "safe_conduct", "counted_from": date(2025, 3, 21)}, "counted_from"),
        ({"kind": "safe_conduct", "counted_from": DAY, "due_on": date(2025, 4, 1)}, "due_on"),
        ({"due_on": date(2025, 3, 11)}, "due_on"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(jun, fields, field):
    case = case_makers.case(jun)

    assert refusal(promise, by=jun, case=case, **fields).field == field
    assert case.promises.count() == 0


@pytest.mark.parametrize("who", ["mei", "auditor", "administrator", "stranger"])
def test_others_record_change_and_withdraw_no_promise(jun, who):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    given, other = promise(jun, case, kind="safe_conduct"), getattr(makers, who)()

    refused = [
        refusal(promise, by=other, case=case),
        refusal(start_term, by=other, promise=given, counted_from=DAY, today=TODAY),
        refusal(release_promise, by=other, promise=given, on=DAY, reason="x", today=TODAY),
        refusal(withdraw_promise, by=other, promise=given, reason="x"),
    ]

    assert [one.field for one in refused] == [""] * 4
    assert case.promises.standing().get() == given


# What becomes of it.


def test_the_term_begins_with_the_notice_and_a_wrong_day_is_said_anew(jun):
    case = case_makers.case(jun, direction="out")
    given = promise(jun, case, kind="safe_conduct")

    days = [
        start_term(by=jun, promise=given, counted_from=on, today=TODAY).due_on
        for on in (date(2025, 3, 14), date(2025, 3, 15))
    ]

    assert days == [date(2025, 3, 29), date(2025, 3, 30)]
    told = audit.history_of(case).first()
    assert told.details | {"number": 0} == {
        "promise": "safe_conduct",
        "number": 0,
        "day": "2025-03-15",
        "due": "2025-03-30",
    }


@pytest.mark.parametrize(("kind", "counted_from"), [("costs", DAY), ("safe_conduct", date(2025, 3, 21))])
def test_a_term_begins_only_where_the_law_gives_one_and_not_in_the_future(jun, kind, counted_from):
    given = promise(jun, case_makers.case(jun), kind=kind)

    refused = refusal(start_term, by=jun, promise=given, counted_from=counted_from, today=TODAY)

    assert refused.field == "counted_from"


def test_the_day_of_the_notice_is_proposed_from_the_steps_of_the_case(jun):
    case = case_makers.walk(jun, case_makers.case(jun, direction="out"), DAY, until="O70")
    before = starter_of(case, "safe_conduct")
    case_makers.step(jun, case, "release_witness", date(2025, 3, 18))

    assert (before, starter_of(case, "safe_conduct"), starter_of(case, "costs")) == (
        None,
        date(2025, 3, 18),
        None,
    )


def test_a_promise_is_kept_once_with_day_and_words(jun):
    case = case_makers.case(jun)
    given = promise(jun, case, due_on=date(2025, 6, 30))

    kept = release_promise(by=jun, promise=given, on=date(2025, 3, 19), reason=" 已返還 ", today=TODAY)

    case.refresh_from_db()
    assert (kept.released_on, kept.released_reason, kept.released_by) == (date(2025, 3, 19), "已返還", jun)
    assert (kept.is_standing, case.due_on) == (False, None)
    for do, fields in (
        (release_promise, {"on": DAY, "reason": "x", "today": TODAY}),
        (withdraw_promise, {"reason": "x"}),
        (start_term, {"counted_from": DAY, "today": TODAY}),
    ):
        with override("en"):
            assert "meanwhile" in str(refusal(do, by=jun, promise=given, **fields))


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [(date(2025, 3, 21), "x", "on"), (date(2025, 3, 11), "x", "on"), (DAY, "  ", "reason")],
)
def test_a_promise_is_not_kept_before_it_was_given_in_the_future_or_without_saying_how(
    jun, on, reason, field
):
    given = promise(jun, case_makers.case(jun))

    assert refusal(release_promise, by=jun, promise=given, on=on, reason=reason, today=TODAY).field == field


def test_a_promise_recorded_by_mistake_is_withdrawn_with_a_reason_and_stays_in_view(jun):
    case = case_makers.case(jun)
    given = promise(jun, case, due_on=date(2025, 6, 30))
    without = refusal(withdraw_promise, by=jun, promise=given, reason=" ")

    withdraw_promise(by=jun, promise=given, reason="登錯案件")

    case.refresh_from_db()
    assert without.field == "reason"
    assert [(row.pk, row.withdrawn_reason) for row in promises_of(case)] == [(given.pk, "登錯案件")]
    assert (list(case.promises.standing()), case.due_on) == ([], None)


def test_promises_of_a_case_stand_by_their_day_then_the_kept_then_the_withdrawn(jun):
    case = case_makers.case(jun)
    withdrawn, kept, undated, late, soon = (
        promise(jun, case, words=words, due_on=due)
        for words, due in (
            ("a", None),
            ("b", None),
            ("c", None),
            ("d", date(2025, 9, 1)),
            ("e", date(2025, 4, 1)),
        )
    )
    withdraw_promise(by=jun, promise=withdrawn, reason="x")
    release_promise(by=jun, promise=kept, on=TODAY, reason="x", today=TODAY)

    assert promises_of(case) == [soon, late, undated, kept, withdrawn]


# No case is closed silently over a promise.


def closing(by, case, **fields):
    return take_step(
        by=by, case=case, request=StepRequest("close", TODAY, result="full", **fields), today=TODAY
    )


def test_a_case_with_an_open_promise_is_not_closed_without_a_reason(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I85")
    promise(jun, case, kind="return_items", due_on=date(2025, 6, 30))
    promise(jun, case, kind="costs", given_by="them")

    with override("en"):
        refused = refusal(closing, by=jun, case=case, note="  ")

    case.refresh_from_db()
    assert (refused.field, case.is_open) == ("note", True)
    assert "Return of evidence (Given by us, 30 June 2025)、Costs (Given by the other side)" in str(refused)


def test_with_a_reason_it_is_closed_the_history_says_so_and_the_promise_stays_owed(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I85")
    given = promise(jun, case, due_on=date(2025, 6, 30))

    closing(jun, case, note="證物將於審理後返還")

    case.refresh_from_db()
    assert (case.is_open, case.due_on) == (False, None)
    assert list(case.promises.standing()) == [given]
    told = {entry.verb: entry.details for entry in audit.history_of(case)[:2]}
    assert told["case.close_with_promises"] == {"promises": 1}
    assert audit.verify().intact


def test_kept_and_withdrawn_promises_do_not_hold_a_case_open(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I85")
    release_promise(by=jun, promise=promise(jun, case), on=TODAY, reason="x", today=TODAY)
    withdraw_promise(by=jun, promise=promise(jun, case), reason="x")

    closing(jun, case)

    case.refresh_from_db()
    assert not case.is_open
    assert not Entry.objects.filter(verb="case.close_with_promises").exists()


def test_a_safe_conduct_whose_days_are_over_is_neither_overdue_nor_holds_a_case_open(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I85")
    over = promise(jun, case, kind="safe_conduct", given_on=date(2025, 3, 1), counted_from=date(2025, 3, 4))
    last_day = promise(
        jun, case, kind="safe_conduct", given_on=date(2025, 3, 1), counted_from=date(2025, 3, 5)
    )
    undated = promise(jun, case, kind="safe_conduct")

    assert (over.due_on, last_day.due_on) == (date(2025, 3, 19), TODAY)
    assert list(case.promises.ended(today=TODAY)) == [over]
    assert set(case.promises.owed(today=TODAY)) == {last_day, undated}
    assert list(case.promises.overdue(today=TODAY)) == []
    assert [row.is_over(TODAY) for row in (over, last_day, undated)] == [True, False, False]
    for row in (last_day, undated):
        release_promise(by=jun, promise=row, on=TODAY, reason="x", today=TODAY)
    closing(jun, case)
    case.refresh_from_db()
    assert not case.is_open


def test_the_kinds_that_end_by_themselves_are_those_whose_term_the_law_gives():
    assert set(TERMS) == set(ENDING)


def test_other_steps_do_not_ask_about_promises(jun):
    case = case_makers.case(jun)
    promise(jun, case)

    case_makers.step(jun, case, "forward")

    assert case.state == "I20"


def test_a_promise_may_still_be_recorded_and_kept_after_the_case_is_closed(jun):
    case = case_makers.walk(jun, case_makers.case(jun))

    given = promise(jun, case, kind="use_limit", given_by="them")
    release_promise(by=jun, promise=given, on=TODAY, reason="同意他用", today=TODAY)

    case.refresh_from_db()
    assert (case.is_open, case.promises.standing().count()) == (False, 0)


# Over all cases.


def test_promises_that_are_due_are_those_of_visible_cases_closed_ones_too_the_oldest_first(jun):
    open_case = case_makers.case(jun)
    closed = case_makers.walk(jun, case_makers.case(jun))
    officer = case_makers.sealed_officer()
    hidden = case_makers.case(officer, secrecy=Secrecy.SEALED)
    late = promise(jun, open_case, due_on=date(2025, 3, 19))
    later = promise(jun, closed, due_on=date(2025, 3, 15))
    promise(jun, open_case, due_on=TODAY)
    promise(jun, open_case)
    promise(officer, hidden, due_on=date(2025, 3, 14))
    kept = promise(jun, open_case, due_on=date(2025, 3, 14))
    release_promise(by=jun, promise=kept, on=TODAY, reason="x", today=TODAY)

    assert list(promises_due(jun, TODAY)) == [later, late]
    assert list(promises_due(makers.administrator(), TODAY)) == []


def filtered(reader, **data):
    return {row.words for row in PromiseFilter(data, reader=reader, today=TODAY).qs}


def test_each_filter_narrows_the_register(jun):
    yi = makers.partner("XB")
    case = case_makers.case(jun)
    closed = case_makers.walk(jun, case_makers.case(jun, yi))
    promise(jun, case, words="逾期", due_on=date(2025, 3, 19))
    promise(jun, case, words="將屆", given_by="them", due_on=date(2025, 3, 27))
    promise(jun, closed, words="無期", kind="use_limit")
    promise(jun, closed, words="屆滿", kind="safe_conduct", due_on=date(2025, 3, 19))
    release_promise(by=jun, promise=promise(jun, case, words="已履行"), on=TODAY, reason="x", today=TODAY)
    withdraw_promise(by=jun, promise=promise(jun, case, words="撤回"), reason="x")

    found = {
        name: filtered(jun, **data)
        for name, data in {
            "": {},
            "kind": {"kind": "use_limit"},
            "by": {"by": "them"},
            "over": {"state": "over"},
            "soon": {"state": "soon"},
            "undated": {"state": "undated"},
            "ended": {"state": "ended"},
            "kept": {"state": "kept"},
            "withdrawn": {"state": "withdrawn"},
            "all": {"state": "all"},
            "open": {"case": "open"},
            "closed": {"case": "closed"},
            "partner": {"partner": "XB"},
            "number": {"q": closed.number},
            "nonsense": {"kind": "x"},
        }.items()
    }

    assert found == {
        "": {"逾期", "將屆", "無期"},
        "kind": {"無期"},
        "by": {"將屆"},
        "over": {"逾期"},
        "soon": {"將屆"},
        "undated": {"無期"},
        "ended": {"屆滿"},
        "kept": {"已履行"},
        "withdrawn": {"撤回"},
        "all": {"逾期", "將屆", "無期", "屆滿", "已履行", "撤回"},
        "open": {"逾期", "將屆"},
        "closed": {"無期"},
        "partner": {"無期"},
        "number": {"無期"},
        "nonsense": {"逾期", "將屆", "無期"},
    }


def test_the_pages_of_the_register_meet_without_gap_or_double_in_both_directions(jun):
    case = case_makers.case(jun)
    number = 2 * SIZE + 7
    Promise.objects.bulk_create(
        Promise(
            case=case,
            kind="costs",
            given_by="us",
            words=str(n),
            given_on=DAY,
            due_on=None if n % 3 == 0 else DAY + timedelta(days=n % 5),
            recorded_at=timezone.now(),
            recorded_by=jun,
        )
        for n in range(number)
    )
    everything = PromiseFilter({}, reader=jun, today=TODAY, path="/r/")

    def walk(cursor, way):
        """The pages from the cursor on, and the cursor of the last one; no more than there can be."""
        pages = []
        for _turn in range(5):
            page = register_page(everything, cursor)
            pages.append([row.promise.pk for row in page.rows])
            if not getattr(page, way):
                break
            cursor = getattr(page, way).partition("page=")[2]
        return pages, cursor

    forward, last = walk("", "next")
    backward, _first = walk(last, "previous")

    keyed = sorted(
        Promise.objects.all(), key=lambda row: (row.due_on is None, row.due_on or date.max, row.pk)
    )
    assert [key for rows in forward for key in rows] == [row.pk for row in keyed]
    assert [len(rows) for rows in forward] == [SIZE, SIZE, 7]
    assert backward == forward[::-1]


@pytest.mark.parametrize("cursor", ["x", "a2025-99-99.1", "a-.99999999", "b1900-01-01.1"])
def test_a_cursor_that_leads_nowhere_shows_the_first_page(jun, cursor):
    given = promise(jun, case_makers.case(jun), due_on=date(2025, 6, 1))

    page = register_page(PromiseFilter({}, reader=jun, today=TODAY), cursor)

    assert [row.promise for row in page.rows] == [given]


# The pages.


def test_the_tab_shows_promises_to_every_reader_and_the_form_to_those_who_work_on_cases(client_of, jun):
    case = case_makers.case(jun)
    promise(jun, case, kind="safe_conduct", words="不予追訴", due_on=date(2025, 4, 1))

    pages = {
        user.username: text_of(client_of(user).get(address(case), **ENGLISH))
        for user in (jun, makers.mei(), makers.auditor())
    }

    assert all("不予追訴" in page and "art. 32(4)" in page for page in pages.values())
    assert {name: "Record the promise" in page for name, page in pages.items()} == {
        "jun": True,
        "mei": False,
        "auditor": False,
    }


def test_who_only_reads_sends_nothing_and_strangers_see_nothing(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    given = promise(jun, case)
    pages = (address(case), address(case, f"{given.pk}/"))

    answers = {}
    for who in ("mei", "auditor", "stranger", "administrator"):
        client = client_of(getattr(makers, who)())
        answers[who] = [
            getattr(client, method)(page).status_code for page in pages for method in ("get", "post")
        ]

    assert answers == {
        "mei": [200, 403, 200, 403],
        "auditor": [200, 403, 200, 403],
        "stranger": [404] * 4,
        "administrator": [403] * 4,
    }
    assert client_of(jun).get(address(case, "999999/")).status_code == 404
    elsewhere = case_makers.case(jun)
    assert client_of(jun).get(address(elsewhere, f"{given.pk}/")).status_code == 404


def test_a_promise_is_recorded_through_the_form_once(client_of, jun):
    case = case_makers.case(jun)
    client = client_of(jun)
    form = (
        sent(kind="hand_over", given_by="us", words="三年內得請求")
        | day("given_on", 2025, 3, 12)
        | day("counted_from", 2024, 2, 29)
    )

    answers = [client.post(address(case), form) for _twice in range(2)]

    given = case.promises.get()
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, answers[0].url)] * 2
    assert (given.kind, given.due_on) == ("hand_over", date(2027, 2, 28))


def test_every_refusal_stands_at_its_field_with_what_was_typed(client_of, jun):
    case = case_makers.case(jun)

    empty = text_of(client_of(jun).post(address(case), sent(), **ENGLISH))
    form = (
        sent(kind="costs", given_by="us", words="均攤")
        | day("given_on", 2025, 3, 12)
        | day("counted_from", 2025, 3, 12)
    )
    wrong = text_of(client_of(jun).post(address(case), form, **ENGLISH))

    assert [
        f'id="id_{name}_error"' in empty for name in ("kind", "given_by", "words", "given_on", "due_on")
    ] == [True] * 4 + [False]
    assert 'id="id_counted_from_error"' in wrong
    assert "均攤</textarea>" in wrong


@pytest.mark.parametrize(
    ("act", "fields", "standing"),
    [
        ("kept", {"reason": "已返還"} | day("on", 2025, 3, 19), False),
        ("back", {"reason": "登錯"}, False),
        ("term", day("counted_from", 2025, 3, 19), True),
    ],
)
def test_what_became_of_a_promise_is_recorded_through_its_form_once(client_of, jun, act, fields, standing):
    case = case_makers.case(jun)
    given = promise(jun, case, kind="safe_conduct")
    client, page = client_of(jun), address(case, f"{given.pk}/")
    empty = text_of(
        client.post(page, sent(act=act, **({} if act == "back" else day("on", 2025, 3, 1))), **ENGLISH)
    )
    form = sent(act=act, **fields)
    entries = Entry.objects.count()

    answers = [client.post(page, form) for _twice in range(2)]

    given.refresh_from_db()
    assert 'role="alert"' in empty
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (given.is_standing, Entry.objects.count()) == (standing, entries + 1)


def test_a_page_of_a_promise_that_was_kept_meanwhile_says_so(client_of, jun):
    case = case_makers.case(jun)
    given = promise(jun, case)
    release_promise(by=jun, promise=given, on=TODAY, reason="x", today=TODAY)

    answer = client_of(jun).post(address(case, f"{given.pk}/"), sent(act="back", reason="y"), **ENGLISH)

    assert answer.status_code == 200
    assert "kept, released or withdrawn meanwhile" in text_of(answer)


def test_the_tab_has_a_badge_only_for_what_is_overdue(client_of, jun):
    case = case_makers.case(jun)
    client = client_of(jun)
    promise(jun, case, due_on=timezone.localdate() + timedelta(days=1))
    before = text_of(client.get(f"/cases/{case.number}/", **ENGLISH))
    promise(jun, case, due_on=date(2025, 3, 19))

    after = text_of(client.get(f"/cases/{case.number}/", **ENGLISH))

    assert 'Promises<span class="n">' not in before
    assert 'Promises<span class="n">1<' in after


def test_before_it_is_closed_the_page_of_the_case_says_that_promises_are_open(client_of, jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I85")
    client = client_of(jun)
    before = text_of(client.get(f"/cases/{case.number}/", **ENGLISH))
    promise(jun, case)

    after = text_of(client.get(f"/cases/{case.number}/", **ENGLISH))

    words = "1 promise is still open: closing the case needs a reason."
    assert (words in before, words in after) == (False, True)


def test_the_register_and_its_sheets_hold_the_same_rows(client_of, jun):
    case = case_makers.case(jun)
    closed = case_makers.walk(jun, case_makers.case(jun))
    promise(jun, case, words="=1+1", due_on=date(2025, 3, 19))
    promise(jun, closed, kind="costs", words="均攤費用")
    client = client_of(jun)

    page = text_of(client.get("/cases/promises/?by=us", **ENGLISH))
    sheet = client.get("/cases/promises/export/?by=us&format=csv", **ENGLISH)
    rows = list(csv.reader(io.StringIO(b"".join(sheet.streaming_content).decode("utf-8-sig"))))

    assert [words in page for words in ("=1+1", "均攤費用", case.number, closed.number)] == [True] * 4
    assert [(row[0], row[3], row[5], row[8]) for row in rows[1:]] == [
        (case.number, "Return of evidence", "'=1+1", "2025-03-19"),
        (closed.number, "Costs", "均攤費用", ""),
    ]
    told = Entry.objects.get(verb="case.export").details
    assert told == {
        "format": "csv",
        "filters": {"by": "us", "list": "promises"},
        "chosen": 0,
    }
    others = [client.get(f"/cases/promises/export/?format={name}") for name in ("xlsx", "ods", "pdf")]
    assert [answer.status_code for answer in others] == [200, 200, 404]
    for answer in others:
        answer.close()


def test_the_register_shows_nothing_of_what_a_reader_may_not_see(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL)
    promise(jun, case, words="不可見")

    seen = {
        who: [
            text_of(client_of(user).get(page)).count("不可見")
            for page in ("/cases/promises/", "/cases/promises/?state=all")
        ]
        for who, user in (("jun", jun), ("stranger", makers.stranger()))
    }

    assert seen == {"jun": [1, 1], "stranger": [0, 0]}
    assert client_of(makers.administrator()).get("/cases/promises/").status_code == 403
    exported = b"".join(client_of(low()).get("/cases/promises/export/").streaming_content)
    assert "不可見" not in exported.decode()


def low():
    return makers.person("stranger2", ministry="justice", clearance=Secrecy.ORDINARY)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_takes_the_same_queries_for_one_row_and_for_three(
    client_of, jun, rows, django_assert_num_queries
):
    for n in range(rows):
        promise(jun, case_makers.case(jun, officer=jun), due_on=DAY + timedelta(days=n))
    client = client_of(jun)

    with django_assert_num_queries(6):
        client.get("/cases/promises/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_takes_the_same_queries_for_one_promise_and_for_three(
    client_of, jun, rows, django_assert_num_queries
):
    case = case_makers.case(jun)
    for _n in range(rows):
        promise(jun, case)
    client = client_of(jun)

    with django_assert_num_queries(5 + A_LOOK):
        client.get(address(case))


def test_an_empty_register_says_why(client_of, jun):
    nothing = text_of(client_of(jun).get("/cases/promises/", **ENGLISH))
    promise(jun, case_makers.case(jun))
    narrowed = text_of(client_of(jun).get("/cases/promises/?kind=costs", **ENGLISH))

    assert "Nothing is owed in a case that you may see" in nothing
    assert "No promise fits these filters" in narrowed


def test_the_history_of_a_download_repeats_no_words_that_somebody_typed(client_of, jun):
    for query in (
        "promises/export/?q=王小明&kind=王小明&x=王小明",
        "export/?q=王小明&kind=王小明&officer=王小明",
    ):
        assert b"".join(client_of(jun).get(f"/cases/{query}").streaming_content)

    told = [entry.details["filters"] for entry in Entry.objects.filter(verb="case.export").order_by("id")]
    assert told == [{"list": "promises", "q": "…"}, {"q": "…"}]
