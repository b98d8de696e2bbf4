"""What a row of a register file says, and every error that is told of it."""

import io
from datetime import date

import pytest

from agreements.actions.importing import ImportRefused, read_register
from agreements.actions.importing.columns import COLUMNS
from agreements.actions.importing.facts import (
    adds_nothing_to,
    counts_as_signed,
    facts_of,
    in_the_past,
    proven_path,
)
from agreements.models import Subject
from tests.agreements.registers import TODAY, csv_bytes, register_file, row
from tracker.importing import codes_of
from tracker.partialdate import PartialDate

LONG_AGO = {"first_signature": "2020-01-01"}


def errors(**cells: str) -> list[tuple[str, str]]:
    (read,) = register_file(row(**cells)).rows
    return [(error.column, error.code) for error in read.errors]


def facts(**cells: str) -> list[tuple[str, str, str, str]]:
    (read,) = register_file(row(**cells)).rows
    assert read.errors == ()
    return [(fact.step, fact.stage, str(fact.day), fact.column) for fact in facts_of(read)]


def path(**cells: str) -> tuple[str, str]:
    (read,) = register_file(row(**cells)).rows
    return proven_path(read)


def parse(text: str) -> PartialDate:
    return PartialDate.parse(text)


def test_a_good_row_has_no_error():
    assert errors() == []


def test_every_error_of_a_row_is_told_at_once():
    found = errors(
        partner_iso2="",
        title_zh="題" * 301,
        kind="criminal_mla;fishing",
        track="convention",
        signed="2026-01-01",
        in_force="31.2.2020",
        status="done",
        confidence="",
    )

    assert found == [
        ("partner_iso2", "required"),
        ("title_zh", "too_long"),
        ("kind", "unknown_value"),
        ("track", "unknown_value"),
        ("signed", "future"),
        ("in_force", "year_last"),
        ("status", "unknown_value"),
        ("confidence", "confidence_missing"),
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"in_force": "2023-02-28", "status": "in_force"}, [("in_force", "before")]),
        ({"first_signature": "2023-03-02"}, [("signed", "before")]),
        ({"in_force": "2024-01-01"}, [("status", "status_contradicts")]),
        ({"ly_approved": "2024-01-01"}, [("status", "status_contradicts")]),
        ({"ended": "2024-01-01"}, [("ended", "needs_ending")]),
        ({"signed": "12/01/02"}, [("signed", "ambiguous")]),
        ({"signed": "2023-02-30"}, [("signed", "impossible_day")]),
        ({"kind": "extradition;extradition"}, [("kind", "value_twice")]),
        ({"source": ""}, [("source", "source_missing")]),
    ],
)
def test_a_row_that_contradicts_itself_says_where(cells, expected):
    assert errors(**cells) == expected


@pytest.mark.parametrize(
    "cells",
    [
        {"in_force": "2023-03", "status": "in_force"},
        {"ly_approved": "2022-12-01"},
        {"ly_approved": "<=2023-03-01"},
        {"status": "unknown", "in_force": "2023-04-01"},
        {"status": "lapsed", "ended": "2024"},
    ],
)
def test_a_row_that_may_be_right_is_not_refused(cells):
    assert errors(**cells) == []


def test_the_same_agreement_twice_in_a_file_names_the_first_line():
    first, second, third = register_file(
        row(), row("另一條約"), row("[short title] 示例刑事司法互助條約")
    ).rows

    assert (first.errors, second.errors) == ((), ())
    assert [(error.code, error.params) for error in third.errors] == [("twice", {"line": 2})]


def test_marks_in_square_brackets_are_taken_off_titles_and_kept_as_marks():
    (read,) = register_file(
        row("[working title] 示例（條約）", title_en="[working translation] Sample [1] treaty")
    ).rows

    assert (read.title_zh, read.is_working_title_zh) == ("示例（條約）", True)
    assert (read.title_en, read.is_working_title_en) == ("Sample [1] treaty", True)


def test_dates_may_be_written_in_either_calendar():
    (read,) = register_file(row(signed="民國112年3月1日", in_force="113.06", status="in_force")).rows

    assert (str(read.day("signed")), str(read.day("in_force"))) == ("2023-03-01", "2024-06")


def test_values_may_be_written_in_words():
    (read,) = register_file(row(kind="Extradition；criminal_mla", track="Agreement", status="In Force")).rows

    assert (read.subjects, read.nature, read.status) == (
        ("extradition", "criminal_mla"),
        "agreement",
        "in_force",
    )


@pytest.mark.parametrize(("written", "read"), [("10", 10), ("", None)])
def test_the_term_for_confirming_an_urgent_request_is_a_number_of_days(written, read):
    (found,) = register_file(row(urgent_confirmation_days=written)).rows

    assert (found.urgent_confirmation_days, found.errors) == (read, ())


@pytest.mark.parametrize("written", ["0", "ten", "1000", "1.5", "²"])
def test_a_term_that_is_no_number_of_days_is_refused(written):
    (found,) = register_file(row(urgent_confirmation_days=written)).rows

    assert found.urgent_confirmation_days is None
    assert [(error.column, error.code) for error in found.errors] == [
        ("urgent_confirmation_days", "unknown_value")
    ]


def test_no_word_stands_for_two_codes():
    for column in COLUMNS:
        if column.choices:
            assert set(codes_of(column.choices).values()) == set(map(str, column.choices.values))
    assert codes_of(Subject)["extradition"] == "extradition"


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        (b"partner_iso2,title_zh\r\nXA,x\r\n", "columns_missing", "kind, status"),
        (csv_bytes(row(), columns=["partner_iso2", "title_zh", "kind", "status", "track", "signed", "source", "confidence"])
         .replace(b"signed,source", b"sigend,source"), "columns_unknown", "sigend"),
        (b"partner_iso2,title_zh,kind,status\r\n", "no_rows", ""),
    ],
)  # fmt: skip
def test_a_file_with_other_columns_is_refused_by_name(content, code, named):
    with pytest.raises(ImportRefused) as refused:
        read_register(io.BytesIO(content), "sample.csv", today=TODAY)

    assert refused.value.code == code
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, [("sign", "35", "2023-03-01", "signed")]),
        ({"signed": ""}, [("sign", "35", "", "status")]),
        ({"signed": "", "status": "negotiation"}, [("open_talks", "20", "", "status")]),
        (
            {**LONG_AGO, "in_force": "2023-04", "promulgated": "2023-05", "status": "in_force"},
            [
                ("sign_first", "30", "2020-01-01", "first_signature"),
                ("sign", "35", "2023-03-01", "signed"),
                ("enter_into_force", "70", "2023-04", "in_force"),
                ("promulgate", "75", "2023-05", "promulgated"),
            ],
        ),
        (
            {"ly_approved": "2023-06-01", "status": "ly_approved"},
            [("sign", "35", "2023-03-01", "signed"), ("approve", "50", "2023-06-01", "ly_approved")],
        ),
        (
            {"status": "terminated", "ended": "2024", "in_force": "2023-04"},
            [
                ("sign", "35", "2023-03-01", "signed"),
                ("enter_into_force", "70", "2023-04", "in_force"),
                ("terminate", "92", "2024", "ended"),
            ],
        ),
        (
            {"status": "unknown"},
            [("sign", "35", "2023-03-01", "signed"), ("effect_in_doubt", "", "", "status")],
        ),
    ],
)
def test_a_row_tells_its_facts_in_the_order_of_a_life(cells, expected):
    assert facts(**cells) == expected


@pytest.mark.parametrize(
    ("cells", "steps"),
    [
        ({"ly_approved": "2022-12-01"}, ["approve", "sign"]),
        ({"ly_approved": "<=2023-03-01"}, ["approve", "sign"]),
        ({"ly_approved": "2022-12-01", **LONG_AGO}, ["sign_first", "approve", "sign"]),
        ({"ly_approved": "2019-12-01", **LONG_AGO}, ["approve", "sign_first", "sign"]),
    ],
)
def test_consent_before_signature_is_a_milestone_of_record_before_it(cells, steps):
    told = facts(**cells)

    assert [step for step, *_rest in told] == steps
    assert {stage for step, stage, *_rest in told if step == "approve"} == {""}


def test_doubt_begins_when_relations_ended_unless_that_was_before_what_is_known():
    (read,) = register_file(row(status="unknown")).rows
    after, before = parse("2024-01-15"), parse("2020")

    assert facts_of(read, after)[-1].day == after
    assert facts_of(read, before)[-1].day == PartialDate()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("", "")),
        ({"in_force": "2023-03-01", "status": "in_force"}, ("T3", "on_signature")),
        ({"in_force": "2023-03-01", "status": "in_force", "track": "agreement"}, ("A1", "on_signature")),
        ({"in_force": "2023-03-01", "status": "in_force", "track": ""}, ("", "on_signature")),
        ({"in_force": "2023-03-02", "status": "in_force", "track": "agreement"}, ("", "")),
        ({"signed": "2023-03", "in_force": "2023-03", "status": "in_force", "track": "agreement"}, ("", "")),
        ({"partner_iso2": "CN", "track": ""}, ("X", "")),
    ],
)
def test_only_what_the_row_proves_is_said_of_its_path(cells, expected):
    assert path(**cells) == expected


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("", "≤2025-03-20"),
        ("2025", "2025≤2025-03-20"),
        ("2025-03", "2025-03≤2025-03-20"),
        ("≤2030-01-01", "≤2025-03-20"),
        ("2024", "2024"),
        ("≤1988-06-21", "≤1988-06-21"),
        ("2025-03-20", "2025-03-20"),
    ],
)
def test_a_fact_without_its_day_had_happened_by_the_day_of_the_import(day, written):
    assert str(in_the_past(parse(day), date(2025, 3, 20))) == written


@pytest.mark.parametrize(
    ("said", "recorded", "expected"),
    [
        ("", "2023-08-30", True),
        ("", "≤2025-03-20", True),
        ("2023", "2023-08-30", True),
        ("2023", "2023≤2023-08-30", True),
        ("2023-08-30", "2023-08-30", True),
        ("2023-08-30", "2023", False),
        ("2024", "2023-08-30", False),
        ("≤1988-06-21", "≤2025-03-20", False),
        ("≤1988-06-21", "1988-06-01", True),
    ],
)
def test_a_date_changes_nothing_when_the_register_says_as_much_or_more(said, recorded, expected):
    assert adds_nothing_to(parse(said), parse(recorded)) is expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"signed": "2024-12-31"}, True),
        ({"signed": "2025-01-01"}, False),
        ({"signed": "2024"}, True),
        ({"signed": ""}, False),
        ({"signed": "", "first_signature": "2024-01-01", "status": "signed_by_one"}, True),
        ({"kind": "other"}, False),
        ({"kind": "other;extradition"}, True),
        ({"signed": "2020-01-01", "status": "lapsed"}, True),
    ],
)
def test_signed_texts_count_by_the_rule_of_the_stated_figures(cells, expected):
    (read,) = register_file(row(**cells)).rows

    assert counts_as_signed(read, date(2024, 12, 31), TODAY) is expected
