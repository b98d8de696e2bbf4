"""Importing a case log: every row checked with all its errors, then all or nothing, and undone as a whole."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from cases.actions import restate_basis
from cases.actions.importing import (
    COLUMNS,
    ImportRefused,
    apply_import,
    check_again,
    import_at_once,
    plan_import,
    read_log,
    undo_import,
)
from cases.actions.importing.facts import STEP_OF_DAY, life_of, step_to, target_of
from cases.actions.importing.totals import MEASURES
from cases.basis import proposal_for, words_of
from cases.basisbook import BasisBook
from cases.history import VERBS
from cases.imports import checked_rows
from cases.lifecycle import STEPS, Direction, Kind, State
from cases.models import AssistanceItem, Case, CaseEvent, NumberSeries, Person
from tests import makers
from tests.cases import makers as cases
from tests.cases.logs import TODAY, checked, csv_bytes, errors, imported, log_file, long_log, outcomes, row
from tracker import audit, search
from tracker.models import Entry, ImportBatch, User
from tracker.sheets import SheetError, write_ods, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def chen() -> User:
    makers.partner("XA")
    makers.partner("XB")
    return makers.justice_supervisor()


def told(case: Case) -> list[tuple[str, str, str]]:
    return [
        (event.step, event.state, event.happened_on.isoformat()) for event in case.events.order_by("order")
    ]


def refusal(code: str, act: Any, **given: Any) -> ImportRefused:
    with pytest.raises(ImportRefused) as refused:
        act(**given)
    assert refused.value.code == code
    return refused.value


# The days of a row and the tables of steps.


def test_every_day_of_a_log_is_a_step_of_the_real_tables():
    for kind, directions in STEP_OF_DAY.items():
        for direction, steps in directions.items():
            for step in steps.values():
                assert target_of(direction, kind, step) in State.values


def test_the_last_state_is_reached_by_a_real_step():
    for direction in Direction:
        for kind in Kind:
            for state in State:
                step = step_to(direction, kind, state)
                rows = [one for one in STEPS[direction] if one.name == step]
                assert not step or any(one.target == state and kind in one.kinds for one in rows)


def life(direction: str = "in", kind: str = "criminal", **fields: Any) -> Any:
    days = {name: date.fromisoformat(value) for name, value in fields.pop("days").items()}
    given: dict[str, Any] = {"state": "", "is_direct": False, "is_refused": False}
    return life_of(direction, kind, days, **(given | fields))


def test_a_full_row_leads_through_its_days_to_the_end():
    days = dict.fromkeys(("received_on", "sent_on", "decided_on", "replied_on", "closed_on"), "2021-03-08")

    steps = {
        (direction, kind): [one.step for one in life(direction, kind, days=days).told]
        for direction, kind in [
            ("in", "criminal"),
            ("out", "civil"),
            ("in", "extradition"),
            ("out", "transfer_send"),
        ]
    }

    assert steps == {
        ("in", "criminal"): ["receive", "forward", "accept", "reply", "close"],
        ("out", "civil"): ["draft_request", "hand_to_mission", "executing_abroad", "deliver_reply", "close"],
        ("in", "extradition"): ["receive", "forward", "president_grants", "hand_over", "close"],
        ("out", "transfer_send"): ["draft_request", "hand_to_mission", "they_agree", "hand_over", "close"],
    }


def test_a_state_that_the_days_do_not_lead_to_needs_its_own_day():
    days = {"received_on": "2021-03-08", "sent_on": "2021-03-15"}

    assert life(days=days, state="I20").told[-1].state == "I20"
    assert life(days=days, state="I60").errors == (("state_on", "state_needs_day", ""),)
    assert life(days=days | {"state_on": "2021-05-01"}, state="I60").told[-1].step == "commission"
    assert life(days=days, state="I99").errors == (("state", "state_contradicts", "I20"),)
    assert life(days=days, state="I10").errors == (("state", "state_contradicts", "I20"),)
    assert life(days=days | {"state_on": "2021-05-01"}, state="I46").errors == (
        ("state", "not_for_kind", ""),
    )


# Reading.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5", "cp950"])
def test_a_log_is_read_in_every_encoding(encoding):
    log = read_log(io.BytesIO(csv_bytes(row(), encoding=encoding)), "log.csv", today=TODAY)

    assert [(one.subject, one.former_number, one.errors) for one in log.rows] == [
        ("示例：調取金融帳戶資料", "舊-110-001", ())
    ]


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_log_is_read_from_a_workbook(form):
    file = io.BytesIO()
    cells = row()
    {"xlsx": write_xlsx, "ods": write_ods}[form](list(cells), [list(cells.values())], file, "log")
    file.seek(0)

    log = read_log(file, f"log.{form}", today=TODAY)

    assert [(one.kind, one.days["received_on"], one.errors) for one in log.rows] == [
        ("criminal", date(2021, 3, 8), ())
    ]


@pytest.mark.parametrize("day", ["110.03.08", "民國110年3月8日", "2021-03-08", "110/3/8"])
def test_days_are_read_in_both_calendars(day):
    (read,) = log_file(row(received_on=day)).rows

    assert read.days["received_on"] == date(2021, 3, 8)


def test_codes_and_chinese_words_mean_the_same(chen):
    words = row(
        direction="受請求",
        kind="刑事司法互助",
        items="取得證據、送達文書",
        result="full",
        urgent="no",
        secrecy="普通",
    )
    codes = row(items="evidence;service")

    first, second = log_file(words).rows[0], log_file(codes).rows[0]

    assert (first.items, second.items) == (("evidence", "service"),) * 2
    assert first.errors == second.errors == ()


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"direction": ""}, ("direction", "required")),
        ({"kind": "police"}, ("kind", "unknown_value")),
        ({"received_on": ""}, ("received_on", "required")),
        ({"received_on": "110.03"}, ("received_on", "not_a_day")),
        ({"closed_on": "115.01.01"}, ("closed_on", "future")),
        ({"closed_on": "110.08.01"}, ("closed_on", "before")),
        ({"letter_on": "110.03.09"}, ("received_on", "before")),
        ({"deadline": "110.01.01"}, ("deadline", "before")),
        ({"former_number": ""}, ("former_number", "unidentified")),
        ({"items": ""}, ("items", "items_missing")),
        ({"items": "evidence;evidence"}, ("items", "value_twice")),
        ({"secrecy": "3"}, ("secrecy", "sealed")),
        ({"direction": "out"}, ("letter_on", "letter_out")),
        ({"direct": "yes"}, ("direct", "direct_needs_urgent")),
        ({"direct": "yes", "urgent": "yes"}, ("sent_on", "direct_not_forwarded")),
        ({"state": "O88"}, ("state", "state_unknown")),
        ({"state": "I60"}, ("state", "state_contradicts")),
        ({"closed_on": "", "result": "", "state_on": "110.09.05"}, ("state_on", "day_needs_state")),
        ({"result": ""}, ("result", "result_missing")),
        ({"closed_on": ""}, ("result", "result_needs_end")),
        ({"ground": "10(2)4", "decided_on": "", "replied_on": ""}, ("ground", "ground_needs_day")),
        ({"ground": "10(2)4"}, ("replied_on", "refused_and_replied")),
        ({"kind": "spontaneous_information"}, ("decided_on", "not_for_kind")),
        ({"subject": "長" * 201}, ("subject", "too_long")),
        ({"partner_iso2": "QQ"}, ("partner_iso2", "unknown_partner")),
        ({"partner_name_zh": "乙國"}, ("partner_iso2", "partner_name")),
        ({"officer": "nobody"}, ("officer", "no_such_officer")),
        ({"basis": "agreement"}, ("agreement", "agreement_missing")),
        ({"agreement": "A-999-001"}, ("agreement", "no_such_agreement")),
        ({"number": "114-受-9999"}, ("number", "no_such_number")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told_at_its_cell(chen, cells, found):
    assert found in errors(chen, row(**cells))[0]
    assert outcomes(chen, row(**cells)) == ["refuse"]


def test_every_error_of_a_row_is_told_at_once_and_in_words(chen):
    found = checked(chen, row(kind="x", items="y", received_on="32.1.2020")).rows[0]["errors"]

    assert [error[0] for error in found] == ["kind", "items", "received_on"]


def test_every_reason_is_a_sentence_in_the_readers_language(chen):
    rows = checked(chen, row(kind="x"), row("二", state="I60")).rows

    assert [problem.words for line in checked_rows(rows) for problem in line.problems] == [
        "“x” is not known here. Write one of: criminal, civil, transfer_receive, transfer_send, extradition, "
        "spontaneous_information.",
        "The days of the row lead to “Closed”. Correct the state or the days.",
    ]
    with translation.override("zh-hant"):
        assert "結案" in checked_rows(rows)[1].problems[0].words


def test_the_same_case_twice_is_told_with_the_line_of_the_first(chen):
    assert errors(chen, row(), row(), row("二")) == [[], [("former_number", "twice")], []]


def test_a_file_with_other_columns_is_refused_and_persons_have_none(chen):
    with pytest.raises(ImportRefused) as refused:
        read_log(
            io.BytesIO(csv_bytes(row() | {"person": "x"}, columns=[*row(), "person"])), "a.csv", today=TODAY
        )

    assert (refused.value.code, refused.value.params["columns"]) == ("columns_unknown", "person")
    assert not [column.name for column in COLUMNS if "person" in column.name or "suspect" in column.name]


def test_a_file_that_cannot_be_read_for_certain_is_refused():
    with pytest.raises(SheetError):
        read_log(io.BytesIO(b"\xff\xfe"), "a.csv", today=TODAY)


# Adding.


def test_a_check_writes_nothing(chen):
    found = checked(chen, row(), row("二"))

    assert found.counts == {"add": 2, "change": 0, "skip": 0, "refuse": 0}
    assert (Case.objects.count(), Entry.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


def test_an_imported_case_has_its_history_its_items_and_its_basis(chen):
    batch = imported(chen, row(partner_reference="示例-XA-1"))

    case = Case.objects.get()
    assert (case.number, case.former_number, case.state, case.holder, case.result, case.is_open) == (
        "110-受-0001", "舊-110-001", "I99", "", "full", False,
    )  # fmt: skip
    assert (case.requested_on, case.received_on, case.batch) == (date(2021, 3, 1), date(2021, 3, 8), batch)
    assert (case.basis, case.basis_reason, case.basis_finding["finding"]) == ("reciprocity", "", "none")
    assert "entered afterwards" in words_of(case.basis_finding)
    assert told(case) == [
        ("receive", "I10", "2021-03-08"),
        ("forward", "I20", "2021-03-15"),
        ("accept", "I50", "2021-04-20"),
        ("reply", "I85", "2021-09-01"),
        ("close", "I99", "2021-09-03"),
    ]
    assert {event.note for event in case.events.all()} == {"Entered afterwards, from log.csv"}
    assert [(item.kind, item.state, item.settled_on) for item in case.items.all()] == [
        ("evidence", "done", date(2021, 9, 3))
    ]
    assert Person.objects.count() == 0


def test_state_holder_and_result_follow_from_the_events(chen):
    imported(
        chen,
        row(),
        row("二", closed_on="", result=""),
        row("三", closed_on="", result="", replied_on="", state="I60", state_on="110.05.01"),
        row("四", replied_on="", ground="10(2)4", result="none"),
        row("五", direction="out", letter_on="", replied_on="", closed_on="", result=""),
    )

    for case in Case.objects.all():
        last = case.events.exclude(state="").order_by("order").last()
        assert (case.state, case.result) == (last.state, last.result)
    stands = {case.former_number: (case.state, case.holder, case.is_open) for case in Case.objects.all()}
    assert stands == {
        "舊-110-001": ("I99", "", False),
        "二": ("I85", "foreign_affairs", True),
        "三": ("I60", "assisting_body", True),
        "四": ("I99", "", False),
        "五": ("O70", "partner", True),
    }


def test_an_imported_case_stands_on_any_day_as_its_days_say(chen):
    imported(chen, row())

    states = {
        day: list(Case.objects.all().as_of(date.fromisoformat(day)).values_list("state_then", flat=True))
        for day in ("2021-03-07", "2021-03-08", "2021-05-01", "2021-12-31")
    }
    assert states == {"2021-03-07": [], "2021-03-08": ["I10"], "2021-05-01": ["I50"], "2021-12-31": ["I99"]}


def test_an_outgoing_request_is_of_the_day_it_was_sent(chen):
    imported(chen, row(direction="out", letter_on=""))

    assert Case.objects.get().requested_on == date(2021, 3, 15)


def test_a_refused_request_keeps_its_ground_and_its_item_is_refused(chen):
    imported(chen, row(ground="10(2)4", replied_on="", result="none"))

    case = Case.objects.get()
    assert [(one.step, one.ground) for one in case.events.all()][2] == ("refuse", "10(2)4")
    assert case.items.get().state == AssistanceItem.Progress.REFUSED


def test_a_part_result_of_several_items_says_that_the_log_says_no_more(chen):
    imported(chen, row(items="evidence;service", result="part"))

    assert {(item.state, item.result) for item in Case.objects.get().items.all()} == {
        ("part", "Entered afterwards, as the former log says")
    }


def test_numbers_are_the_next_of_the_year_of_receipt_and_never_leave_a_gap(chen):
    imported(chen, row("乙", received_on="110.03.10"), row("甲"), row("丙", direction="out", letter_on=""))
    imported(chen, row("丁", received_on="110.03.09"))
    made = cases.case(chen, today=TODAY)

    numbers = {case.former_number: case.number for case in Case.objects.all()}
    assert numbers == {
        "甲": "110-受-0001",
        "乙": "110-受-0002",
        "丙": "110-請-0001",
        "丁": "110-受-0003",
        "": made.number,
    }
    assert {series.prefix: series.last for series in NumberSeries.objects.all()} == {
        "110-受": 3,
        "110-請": 1,
        "114-受": 1,
    }


def test_an_imported_case_is_found_by_both_its_numbers(chen):
    imported(chen, row("OLD-4711"))

    for words in ("OLD-4711", "110-受-0001"):
        assert [found.title for found in search.find(words, search.SOURCES[-1], chen, 5)] == [
            "110-受-0001 示例：調取金融帳戶資料"
        ]


def test_an_open_case_has_its_next_due_day(chen):
    imported(chen, row(closed_on="", result="", replied_on="", deadline="114.06.30"))

    case = Case.objects.get()
    assert (case.due_on, case.due_clock) == (date(2025, 6, 30), "C2")


def test_an_urgent_direct_request_that_is_open_has_the_term_of_the_act(chen):
    imported(
        chen,
        row(closed_on="", result="", replied_on="", decided_on="", sent_on="", urgent="yes", direct="yes", received_on="114.03.10", letter_on="114.03.03"),
    )  # fmt: skip

    case = Case.objects.get()
    by_hand = cases.case(chen, is_urgent=True, is_direct=True)
    assert (case.state, case.due_on, case.due_clock) == ("I15", by_hand.due_on, by_hand.due_clock)


# What it rests on.


@pytest.mark.parametrize(
    ("letter_on", "basis"),
    [("2021-02-28", "reciprocity"), ("2021-03-01", "agreement"), ("2021-03-02", "agreement")],
)
def test_the_basis_is_that_of_the_day_before_an_entry_into_force_on_it_and_after(chen, letter_on, basis):
    cases.in_force(makers.partner("XA"), date(2021, 3, 1))

    imported(chen, row(letter_on=letter_on))

    assert Case.objects.get().basis == basis


def test_a_basis_that_the_row_gives_stays_and_says_that_the_log_says_so(chen):
    treaty = cases.in_force(makers.partner("XA"), date(2021, 6, 1))
    other = cases.in_force(makers.partner("XB"), date(2021, 1, 1))

    imported(
        chen,
        row("一", basis="convention"),
        row("二", agreement=treaty.number, basis_reason="雙方同意"),
        row("三", basis="reciprocity"),
    )

    rests = {
        case.former_number: (case.basis, case.agreement, case.basis_reason) for case in Case.objects.all()
    }
    assert rests == {
        "一": ("convention", None, "Entered afterwards, as the former log says"),
        "二": ("agreement", treaty, "雙方同意"),
        "三": ("reciprocity", None, ""),
    }
    assert errors(chen, row("四", agreement=other.number)) == [[("agreement", "agreement_of_others")]]
    assert errors(chen, row("五", agreement=treaty.number, basis="reciprocity")) == [
        [("basis", "basis_mismatch")]
    ]


def test_where_the_register_cannot_say_the_row_has_to(chen):
    file = cases.in_force(makers.partner("XA"), date(2021, 6, 1))
    file.milestones.filter(step="enter_into_force").update(
        counted_from=date(2021, 1, 1), counted_to=date(2021, 12, 31)
    )

    assert errors(chen, row()) == [[("basis", "basis_unclear")]]
    assert errors(chen, row(basis="reciprocity")) == [[]]


def test_the_book_proposes_what_is_proposed_for_one_request(chen):
    partner = makers.partner("XA")
    cases.in_force(partner, date(2021, 3, 1))
    book = BasisBook(chen)

    for kind in Kind:
        for day in (
            date(2019, 1, 1),
            date(2020, 5, 1),
            date(2021, 2, 28),
            date(2021, 3, 1),
            date(2024, 1, 1),
        ):
            kept, asked = book.on(partner, kind, day), proposal_for(partner, kind, day, reader=chen)
            assert (kept.facts, kept.agreement, kept.is_certain) == (
                asked.facts,
                asked.agreement,
                asked.is_certain,
            )


# Known again.


def test_importing_again_skips_every_row(chen):
    """IDE-3."""
    rows = [row(), row("", partner_reference="示例-XA-9")]
    imported(chen, *rows)

    assert outcomes(chen, *rows) == ["skip", "skip"]


def test_a_case_logged_by_hand_is_met_by_their_reference_and_gets_the_former_number(chen):
    made = cases.case(
        chen, partner_reference="示例-XA-9", received_on=date(2021, 3, 8), letter_on=date(2021, 3, 1)
    )
    line = row("舊-1", partner_reference="示例-XA-9", subject="調取金融資料", sent_on="", decided_on="", replied_on="", closed_on="", result="")  # fmt: skip

    batch = imported(chen, line)

    made.refresh_from_db()
    assert (made.former_number, made.version) == ("舊-1", 2)
    assert batch.plan["rows"][0]["changes"] == [["former_number", "", "舊-1"]]
    assert Case.objects.count() == 1


def test_a_row_brings_a_recorded_case_on_but_puts_nothing_before_its_last_step(chen):
    imported(chen, row(closed_on="", result="", replied_on=""))

    imported(chen, row(subject="示例：改"))
    case = Case.objects.get()

    assert (case.state, case.result, case.subject, case.version) == ("I99", "full", "示例：改", 4)
    assert [step for step, _state, _day in told(case)] == ["receive", "forward", "accept", "reply", "close"]
    assert errors(chen, row(subject="示例：改", decided_on="110.04.21")) == [[("decided_on", "other_day")]]
    assert errors(chen, row(kind="civil", subject="示例：改"))[0] == [("kind", "differs")]


def test_sending_brought_by_a_row_fixes_the_day_of_the_request_and_its_basis(chen):
    treaty = cases.in_force(makers.partner("XA"), date(2021, 3, 10))
    unsent = row(
        direction="out", letter_on="", sent_on="", decided_on="", replied_on="", closed_on="", result=""
    )
    imported(chen, unsent)
    assert Case.objects.get().basis == "reciprocity"

    imported(chen, unsent | {"sent_on": "110.03.15"})

    case = Case.objects.get()
    assert (case.requested_on, case.basis, case.agreement) == (date(2021, 3, 15), "agreement", treaty)


def test_nothing_follows_the_end(chen):
    imported(chen, row(replied_on=""))

    assert errors(chen, row()) == [[("replied_on", "out_of_order")]]


def test_a_case_that_the_importer_may_not_see_is_as_if_it_were_not_there(chen):
    qiu = cases.sealed_officer()
    sealed = cases.case(qiu, secrecy=3, officer=qiu, partner_reference="示例-密-1")
    line = row("", partner_reference="示例-密-1")

    assert errors(chen, row(number=sealed.number)) == [[("number", "no_such_number")]]
    assert outcomes(chen, line) == ["add"]
    assert errors(qiu, line) == [[("", "sealed")]]


def test_a_level_above_the_importer_is_refused(chen):
    below = makers.person("below", ministry="justice", clearance=0)

    assert errors(below, row(secrecy="1")) == [[("secrecy", "not_cleared")]]


# All or nothing.


def test_half_a_bad_file_writes_nothing(chen):
    batch = plan_import(by=chen, file=log_file(row(), row("二", kind="x")), stated={})

    refusal("has_errors", apply_import, by=chen, batch=batch, today=TODAY)

    assert (Case.objects.count(), NumberSeries.objects.count()) == (0, 0)


@pytest.mark.parametrize("maker", [makers.mei, makers.lin, makers.auditor, makers.administrator])
def test_only_justice_imports(chen, maker):
    other, batch = maker(), plan_import(by=chen, file=log_file(row()), stated={})

    refusal("not_allowed", plan_import, by=other, file=log_file(row()), stated={})
    refusal("not_allowed", apply_import, by=other, batch=batch, today=TODAY)
    refusal("not_allowed", check_again, by=other, batch=batch, today=TODAY)
    refusal("not_allowed", import_at_once, by=other, file=log_file(row()), stated={}, today=TODAY)
    refusal("not_allowed_undo", undo_import, by=other, batch=batch, today=TODAY)
    assert Case.objects.count() == 0


def test_an_officer_imports_and_a_supervisor_undoes(chen):
    jun = makers.jun()
    batch = imported(jun, row())

    refusal("not_allowed_undo", undo_import, by=jun, batch=batch, today=TODAY)
    assert undo_import(by=chen, batch=batch, today=TODAY).state == "undone"


def test_what_changed_since_the_check_is_checked_again(chen):
    batch = plan_import(by=chen, file=log_file(row()), stated={})
    imported(chen, row())

    refusal("stale", apply_import, by=chen, batch=batch, today=TODAY)
    assert check_again(by=chen, batch=batch, today=TODAY).plan["counts"]["skip"] == 1
    refusal("nothing_to_do", apply_import, by=chen, batch=batch, today=TODAY)


def test_applying_twice_writes_once(chen):
    batch = imported(chen, row())

    apply_import(by=chen, batch=batch, today=TODAY)

    assert Case.objects.count() == 1


def test_totals_are_counted_and_a_difference_wants_its_note(chen):
    rows = [row(), row("二", direction="out", letter_on=""), row("三", closed_on="", result="")]
    found = checked(chen, *rows, stated={"cases": 3, "incoming": 3, "outgoing": 1, "open": 1, "closed": 2})
    assert [(one.measure, one.counted, one.difference) for one in found.totals] == [
        ("cases", 3, 0), ("incoming", 2, -1), ("outgoing", 1, 0), ("open", 1, 0), ("closed", 2, 0),
    ]  # fmt: skip
    assert list(MEASURES) == [one.measure for one in found.totals]
    batch = plan_import(by=chen, file=log_file(*rows), stated={"cases": 4})

    refusal("note_missing", apply_import, by=chen, batch=batch, today=TODAY)
    applied = apply_import(by=chen, batch=batch, today=TODAY, note="示例：一件重複")

    assert (applied.plan["note"], Case.objects.count()) == ("示例：一件重複", 3)


def test_one_import_is_one_chain_with_an_entry_for_each_case_and_no_contents(chen):
    batch = imported(chen, row(), row("二"))

    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["import.plan", "case.import", "case.import", "import.apply"]
    assert audit.verify().intact
    (entry,) = audit.history_of(Case.objects.get(former_number="二"))
    assert entry.details == {"file": "log.csv", "batch": str(batch.pk), "line": 3, "number": "110-受-0002"}
    assert {"case.import", "case.import_change", "case.undo_import"} <= set(VERBS)


# Undoing.


def test_undoing_strikes_the_cases_out_and_nobody_gets_their_numbers(chen):
    batch = imported(chen, row())

    undo_import(by=chen, batch=batch, today=TODAY)

    case = Case.objects.get()
    assert (case.number, case.is_open, case.voided_at is not None) == ("110-受-0001", False, True)
    assert case.void_reason == "Import of log.csv undone"
    assert Case.objects.registered().count() == 0
    assert search.find("110-受-0001", search.SOURCES[-1], chen, 5) == []
    imported(chen, row())
    assert Case.objects.registered().get().number == "110-受-0002"


def test_undoing_puts_changes_back(chen):
    imported(chen, row(closed_on="", result="", replied_on=""))
    before = Case.objects.values().get()
    second = imported(chen, row(subject="示例：改", office="示例組"))

    undo_import(by=chen, batch=second, today=TODAY)

    after = Case.objects.values().get()
    changing = ("version", "changed_at")
    assert {name: value for name, value in after.items() if name not in changing} == {
        name: value for name, value in before.items() if name not in changing
    }
    assert CaseEvent.objects.count() == 3
    assert [found.title for found in search.find("改", search.SOURCES[-1], chen, 5)] == []


def test_a_changed_case_to_which_something_happened_since_stays_and_is_named(chen):
    imported(chen, row())
    second = imported(chen, row(subject="示例：改"))
    restate_basis(by=chen, case=Case.objects.get(), basis="convention", reason="示例")

    undone = undo_import(by=chen, batch=second, today=TODAY)

    assert undone.plan["left"] == ["110-受-0001"]
    assert Case.objects.get().subject == "示例：改"


def test_a_case_that_was_worked_on_stops_the_undoing(chen):
    batch = imported(chen, row(), row("二"))
    restate_basis(by=chen, case=Case.objects.get(former_number="二"), basis="convention", reason="示例")

    refused = refusal("touched", undo_import, by=chen, batch=batch, today=TODAY)

    assert refused.params == {"numbers": "110-受-0002"}
    assert Case.objects.registered().count() == 2


def test_what_was_not_applied_is_not_undone_and_undoing_twice_is_once(chen):
    batch = plan_import(by=chen, file=log_file(row()), stated={})
    refusal("not_applied", undo_import, by=chen, batch=batch, today=TODAY)
    apply_import(by=chen, batch=batch, today=TODAY)

    undo_import(by=chen, batch=batch, today=TODAY)
    undo_import(by=chen, batch=batch, today=TODAY)

    assert list(Entry.objects.values_list("verb", flat=True)).count("import.undo") == 1
    refusal("undone", apply_import, by=chen, batch=batch, today=TODAY)


# The command.


def run(*arguments: str) -> tuple[int, Any, str]:
    """Exit code, the JSON on standard output, and what stands on standard error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_cases", *arguments, "--format", "json", stdout=out, stderr=err)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(out.getvalue()), err.getvalue()


def saved(folder: Path, *rows: dict[str, str]) -> str:
    path = folder / "log.csv"
    path.write_bytes(csv_bytes(*rows))
    return str(path)


def test_a_dry_run_tells_each_row_and_writes_nothing(chen, tmp_path):
    code, found, _err = run(saved(tmp_path, row(), row("二", kind="x")), "--dry-run")

    assert code == 1
    assert {name: found[name] for name in ("add", "change", "skip", "refuse")} == {
        "add": 1, "change": 0, "skip": 0, "refuse": 1,
    }  # fmt: skip
    assert found["rows"][0] == {"row": 2, "outcome": "add", "number": None, "reasons": []}
    assert (found["rows"][1]["outcome"], found["rows"][1]["reasons"][0]["column"]) == ("refuse", "kind")
    assert (Case.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_the_command_writes_once_in_the_name_of_a_person(chen, tmp_path):
    path = saved(tmp_path, row())

    first, second = run(path, "--by", "chen"), run(path, "--by", "chen")

    assert (first[0], first[1]["applied"], first[1]["rows"][0]["number"]) == (0, True, "110-受-0001")
    assert (second[1]["skip"], second[1]["applied"], second[1]["rows"][0]["number"]) == (
        1,
        False,
        "110-受-0001",
    )
    assert Case.objects.count() == 1


def test_the_command_asks_who_and_checks_totals(chen, tmp_path):
    path = saved(tmp_path, row())

    with pytest.raises(CommandError, match="who imports"):
        call_command("import_cases", path)
    code, found, _err = run(path, "--by", "chen", "--total", "cases=2")
    assert (code, found["refused"]) == (1, True)
    assert Case.objects.count() == 0
    code, found, _err = run(path, "--by", "chen", "--total", "cases=2", "--note", "示例")
    assert (code, found["totals"][0]["difference"]) == (0, -1)


def test_one_import_of_many_writes_what_many_of_one_write(chen):
    for letter in "ABCDEFGHIJ":
        makers.partner(f"X{letter}")
    log = read_log(long_log(60), "long.csv", today=TODAY)

    check, batch = import_at_once(by=chen, file=log, stated={"cases": 60}, today=TODAY)

    assert (check.counts["add"], batch is not None, Case.objects.count()) == (60, True, 60)
    for case in Case.objects.all():
        case.full_clean(exclude=["batch"])
    again, nothing = import_at_once(by=chen, file=log, stated={}, today=TODAY)
    assert (again.counts["skip"], nothing) == (60, None)
