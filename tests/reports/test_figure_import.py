"""Importing figures of a series: every row checked with all its errors, then all or nothing, and undone as a whole."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from agreements.models import PartnerName
from reports.actions import add_figure, correct_figure
from reports.actions.importing import (
    ImportRefused,
    apply_import,
    check_again,
    check_figures,
    import_at_once,
    plan_import,
    read_figures,
    undo_import,
)
from reports.catalogue import Parameters
from reports.catalogue.tables import report_of
from reports.history import VERBS
from reports.imports import checked_rows
from reports.models import ControlTotal, Figure, Series
from reports.queries import table
from tests import makers
from tests.reports.figurefiles import (
    TODAY,
    checked,
    csv_bytes,
    errors,
    figures_file,
    imported,
    of,
    outcomes,
    planned,
    row,
    series,
    totals,
)
from tracker.models import Entry, ImportBatch, User
from tracker.sheets import write_ods, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def lin() -> User:
    makers.partner("XA")
    makers.partner("XB")
    series()
    return makers.lin()


def books() -> set[tuple[str, int, Decimal]]:
    """What stands: whose, which year, how much."""
    standing = Figure.objects.known().select_related("partner")
    return {(one.partner_code or one.remainder, one.year, one.value) for one in standing}


def refusal(code: str, act: Any, **given: Any) -> ImportRefused:
    with pytest.raises(ImportRefused) as refused:
        act(**given)
    assert refused.value.code == code
    return refused.value


def told(*verbs: str) -> list[str]:
    """The sentences of these verbs, in their order."""
    return [VERBS[e.verb] % e.details for e in Entry.objects.filter(verb__in=verbs).order_by("id")]


# What a row means.


@pytest.mark.parametrize("year", ["112", "2023", "民國112年", "西元2023年"])
def test_a_year_is_read_in_either_calendar(lin, year):
    assert imported(lin, of("XA", year, "7")) and books() == {("XA", 2023, 7)}


@pytest.mark.parametrize("partner", ["XA", "xa", "甲國", "Country A", "country a"])
def test_a_partner_is_named_by_its_code_or_a_name(lin, partner):
    assert imported(lin, of(partner, "112", "7")) and books() == {("XA", 2023, 7)}


def test_a_former_name_names_a_partner_too(lin):
    PartnerName.objects.create(partner=makers.partner("XA"), name_zh="舊甲國", name_en="Old Country A")

    assert imported(lin, of("舊甲國", "112", "7")) and books() == {("XA", 2023, 7)}


def test_what_is_counted_without_naming_a_country_is_a_remainder_of_its_own_name(lin):
    imported(lin, of("other", "112", "7"), of("", "112", "3", remainder="公海"), of("其他", "111", "2"))

    assert books() == {("其他", 2023, 7), ("公海", 2023, 3), ("其他", 2022, 2)}


def test_other_means_the_remainder_that_the_series_has(lin):
    imported(lin, row("未列明國家"))
    imported(lin, of("other", "111", "2"))

    assert books() == {("未列明國家", 2023, 5), ("未列明國家", 2022, 2)}


def test_of_several_remainders_the_row_says_which(lin):
    imported(lin, row("公海"), row("不明"))

    assert errors(of("other", "111", "2")) == [[("remainder", "which_remainder")]]
    assert outcomes(of("other", "111", "2", remainder="不明")) == ["add"]


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [("7", "7", 0), ("1,234.50", "1234.50", 2), ("１２", "12", 0), ("0", "0", 0)],
)
def test_a_value_keeps_the_places_with_which_it_was_published(lin, text, value, precision):
    imported(lin, of("XA", "112", text))

    figure = Figure.objects.get()
    assert (figure.value, figure.precision) == (Decimal(value), precision)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"partner": "", "remainder": ""}, ("partner", "required")),
        ({"partner": "QQ", "remainder": ""}, ("partner", "unknown_partner_or_name")),
        ({"partner": "XA"}, ("remainder", "partner_and_remainder")),
        ({"remainder": "示" * 61}, ("remainder", "too_long")),
        ({"year": ""}, ("year", "required")),
        ({"year": "12"}, ("year", "ambiguous")),
        ({"year": "112/1/2"}, ("year", "not_a_year")),
        ({"year": "1899"}, ("year", "year_too_early")),
        ({"year": "2025"}, ("year", "year_not_over")),
        ({"year": "next"}, ("year", "unreadable")),
        ({"value": ""}, ("value", "required")),
        ({"value": "—"}, ("value", "not_a_number")),
        ({"value": "1,23"}, ("value", "not_a_number")),
        ({"value": "NaN"}, ("value", "not_a_number")),
        ({"value": "1e9"}, ("value", "not_a_number")),
        ({"value": "-4"}, ("value", "negative")),
        ({"value": "0.1234"}, ("value", "too_precise")),
        ({"value": "1000000000000"}, ("value", "too_large")),
        ({"outlier": "yes"}, ("note", "outlier_note")),
        ({"outlier": "perhaps"}, ("outlier", "unknown_value")),
        ({"unit": "kilograms"}, ("unit", "other_unit")),
        ({"source": "另一年報"}, ("source", "other_source")),
        ({"definition": "示例：依他法計"}, ("definition", "other_definition")),
    ],
)
def test_a_wrong_cell_is_named_with_what_to_do(lin, cells, expected):
    found = checked(row(**cells))

    assert [(error[0], error[1]) for error in found.rows[0]["errors"]] == [expected]
    (shown,) = checked_rows(found.rows)
    assert shown.problems[0].words.endswith((".", "”."))
    assert "%(" not in shown.problems[0].words


def test_two_rows_about_the_same_partner_and_year_are_told_whatever_they_call_it(lin):
    assert errors(of("XA", "112", "1"), of("甲國", "2023", "2")) == [[], [("partner", "twice")]]


def test_a_name_that_several_partners_bear_asks_for_the_code(lin):
    makers.partner("XC", name_zh="甲國")

    assert errors(of("甲國", "112", "1")) == [[("partner", "several_partners")]]


def test_the_same_unit_source_and_definition_are_accepted_however_they_are_spaced(lin):
    said = {"unit": "persons", "source": "示例 年報", "definition": " 示例:每年人次", "series": "SAMPLE"}

    assert outcomes(row(**said)) == ["add"]


def test_a_file_that_names_another_series_is_refused_whole(lin):
    with pytest.raises(ImportRefused, match="“another”, not to “sample”"):
        planned(lin, row(series="another"))

    assert ImportBatch.objects.count() == 0


# The check.


def test_the_check_says_of_each_row_what_it_would_do_and_writes_nothing(lin):
    imported(lin, of("XA", "112", "7"), of("XB", "112", "3"))
    entries = Entry.objects.count()

    found = checked(of("XA", "112", "7"), of("XB", "112", "4"), row(), of("ZZ", "112", "1"))

    assert found.counts == {"add": 1, "change": 1, "skip": 1, "refuse": 1}
    assert [kept["changes"] for kept in found.rows] == [[], [["value", "3", "4"]], [], []]
    assert (Entry.objects.count(), Figure.objects.count()) == (entries, 2)


def test_a_file_with_an_error_adds_nothing_at_all(lin):
    batch = planned(lin, of("XA", "112", "7"), of("ZZ", "112", "1"))

    refusal("has_errors", apply_import, by=lin, batch=batch, today=TODAY)
    assert books() == set()


def test_the_same_file_twice_adds_nothing_and_says_so(lin):
    """IDE-3."""
    rows = of("XA", "112", "7"), row()
    imported(lin, *rows)
    again = planned(lin, *rows)

    refused = refusal("nothing_to_do", apply_import, by=lin, batch=again, today=TODAY)
    assert str(refused) == "Every figure is in the books already; there is nothing to import."
    assert again.plan["counts"] == {"add": 0, "change": 0, "skip": 2, "refuse": 0}


def test_an_empty_note_or_outlier_changes_nothing(lin):
    imported(lin, of("XA", "112", "7", outlier="yes", note="示例轉口案"))

    assert outcomes(of("XA", "112", "7")) == ["skip"]
    assert outcomes(of("XA", "112", "7", outlier="no")) == ["change"]


def test_the_books_may_move_between_check_and_apply_and_then_it_is_checked_again(lin):
    batch = planned(lin, of("XA", "112", "7"))
    imported(lin, of("XA", "112", "9"))

    refusal("stale", apply_import, by=lin, batch=batch, today=TODAY, reason="示例")
    check_again(by=lin, batch=batch, today=TODAY)

    assert batch.plan["rows"][0]["changes"] == [["value", "9", "7"]]
    apply_import(by=lin, batch=batch, today=TODAY, reason="示例")
    assert books() == {("XA", 2023, 7)}


def test_a_sum_that_moved_between_check_and_apply_is_shown_again(lin):
    batch = planned(lin, of("XA", "112", "7"), stated=totals(y2023="7"))
    imported(lin, of("XB", "112", "3"))

    refusal("stale", apply_import, by=lin, batch=batch, today=TODAY)
    check_again(by=lin, batch=batch, today=TODAY)

    assert batch.plan["totals"] == [{"year": 2023, "stated": "7", "counted": "10", "is_typed": True}]
    refusal("note_missing", apply_import, by=lin, batch=batch, today=TODAY)
    assert books() == {("XB", 2023, 3)}


@pytest.mark.parametrize("length", [1, 40])
def test_the_check_takes_as_many_statements_for_many_rows_as_for_one(lin, length):
    rows = [row(f"示例{number}") for number in range(length)]
    file, one = figures_file(*rows), series()

    with CaptureQueriesContext(connection) as captured:
        check_figures(file=file, series=one, stated={})

    assert len(captured) == 4


# Corrections.


def test_a_figure_that_differs_is_corrected_with_the_one_reason_and_never_overwritten(lin):
    imported(lin, of("XA", "112", "7"), of("XB", "112", "3"))
    batch = planned(lin, of("XA", "112", "8"), of("XB", "112", "4"))

    refusal("reason_missing", apply_import, by=lin, batch=batch, today=TODAY, reason=" ")
    apply_import(by=lin, batch=batch, today=TODAY, reason="示例：年報勘誤")

    gone = Figure.objects.exclude(withdrawn_at=None).order_by("pk")
    assert [(one.value, one.withdrawn_reason, one.withdrawn_by) for one in gone] == [
        (7, "示例：年報勘誤", lin),
        (3, "示例：年報勘誤", lin),
    ]
    assert books() == {("XA", 2023, 8), ("XB", 2023, 4)}
    assert told("figure.import_correct") == [
        "corrected the figure of XA for 2023 from 7 to 8, from “figures.csv”, line 2",
        "corrected the figure of XB for 2023 from 3 to 4, from “figures.csv”, line 3",
    ]


def test_the_books_of_an_earlier_day_say_what_they_said_then(lin):
    imported(lin, of("XA", "112", "7"))
    then = timezone.now() - timedelta(days=10)
    Figure.objects.update(recorded_at=then)
    imported(lin, of("XA", "112", "8"), reason="示例")

    earlier = Figure.objects.known((then + timedelta(days=2)).date())
    assert [figure.value for figure in earlier] == [7]


# Printed totals.


def test_a_total_that_fits_is_kept_with_the_series(lin):
    batch = imported(lin, of("XA", "112", "7"), row(), stated=totals(y2023="12"))

    total = ControlTotal.objects.get()
    assert (total.year, total.value, total.note, total.batch) == (2023, 12, "", batch)
    assert told("series.totals") == ["added 1 printed totals from “figures.csv”"]


def test_a_difference_is_acknowledged_with_a_note_that_stays_with_the_printed_total(lin):
    batch = planned(lin, of("XA", "112", "7"), stated=totals(y2023="12"))

    refusal("note_missing", apply_import, by=lin, batch=batch, today=TODAY)
    apply_import(by=lin, batch=batch, today=TODAY, note="示例：餘數未列明")

    total = ControlTotal.objects.get()
    assert (total.value, total.note) == (12, "示例：餘數未列明")
    asked = Parameters(date(2024, 12, 31))
    report = report_of(table(series(), asked.as_of, 5, with_samples=True), "x", "x", asked)
    assert [(note.row, note.column, note.text) for note in report.notes] == [
        ("112", "total", "示例：餘數未列明")
    ]
    assert [(check.name, check.ok, check.words) for check in report.checks] == [
        ("total_2023", False, "Total, 2023 (ROC 112): printed 12, the figures give 7")
    ]


def test_the_sum_is_of_the_whole_year_in_the_books_with_the_file(lin):
    imported(lin, of("XA", "112", "7"))

    found = checked(of("XB", "112", "5"), stated=totals(y2023="12", y2022="3"))

    assert [(one.year, one.stated, one.counted, one.adds_up) for one in found.totals] == [
        (2022, "3", None, False),
        (2023, "12", "12", True),
    ]


def test_a_total_in_the_books_is_held_against_a_later_file_too(lin):
    imported(lin, of("XA", "112", "7"), stated=totals(y2023="7"))
    batch = planned(lin, of("XA", "112", "8"))

    assert [one["is_typed"] for one in batch.plan["totals"]] == [False]
    refusal("note_missing", apply_import, by=lin, batch=batch, today=TODAY, reason="示例")
    apply_import(by=lin, batch=batch, today=TODAY, reason="示例", note="示例：合計未更新")

    assert [(one.value, one.note) for one in ControlTotal.objects.all()] == [(7, "示例：合計未更新")]
    assert told("series.explain_total") == [
        "said why the figures of 2023 do not add up to the printed total, with “figures.csv”"
    ]


def test_a_total_that_the_books_know_otherwise_is_refused(lin):
    imported(lin, of("XA", "112", "7"), stated=totals(y2023="7"))

    with pytest.raises(ImportRefused, match="recorded as 7, not 9"):
        planned(lin, of("XB", "112", "2"), stated=totals(y2023="9"))


# Undoing.


def test_undoing_withdraws_what_came_and_puts_back_what_it_had_corrected(lin):
    imported(lin, of("XA", "112", "7", outlier="yes", note="示例"), stated=totals(y2023="7"))
    batch = imported(
        lin, of("XA", "112", "8"), row(year="111"), stated=totals(y2022="5"), reason="示例", note="示例差額"
    )
    undo_import(by=lin, batch=batch, today=TODAY)

    assert books() == {("XA", 2023, 7)}
    back = Figure.objects.known().get()
    assert (back.is_outlier, back.note, back.recorded_by, back.batch) == (True, "示例", lin, None)
    assert [(one.year, one.note) for one in ControlTotal.objects.all()] == [(2023, "")]
    batch.refresh_from_db()
    assert (batch.state, batch.plan["undone"]) == ("undone", {"withdrawn": 2, "put_back": 1})
    assert told("figure.undo_import", "figure.undo_correct", "series.undo_totals") == [
        "put the figure of XA for 2023 back to 7 (outlier: 示例): the import of “figures.csv” was undone",
        "withdrew the figure of 示例 for 2022: the import of “figures.csv” was undone",
        "took back 1 printed totals of “figures.csv”",
    ]
    reasons = Figure.objects.filter(batch=batch).values_list("withdrawn_reason", flat=True)
    assert set(reasons) == {"Import of figures.csv undone"}


def test_between_an_import_and_its_undoing_the_books_stay_as_they_were(lin):
    imported(lin, of("XA", "112", "7"))
    batch = imported(lin, of("XA", "112", "8"), reason="示例")
    then = timezone.now() - timedelta(days=10)
    Figure.objects.exclude(withdrawn_at=None).update(recorded_at=then - timedelta(days=9), withdrawn_at=then)
    Figure.objects.filter(batch=batch).update(recorded_at=then)
    undo_import(by=lin, batch=batch, today=TODAY)

    between = Figure.objects.known((then + timedelta(days=2)).date())
    assert ([one.value for one in between], books()) == ([8], {("XA", 2023, 7)})


def test_a_figure_that_was_corrected_since_stops_the_undoing(lin):
    batch = imported(lin, of("XA", "112", "7"), of("XB", "112", "3"))
    figure = Figure.objects.get(partner__code="XA")
    correct_figure(by=lin, figure=figure, value=Decimal(9), is_outlier=False, note="", reason="示例")

    refused = refusal("touched", undo_import, by=lin, batch=batch, today=TODAY)

    assert "2023 XA" in str(refused)
    assert books() == {("XA", 2023, 9), ("XB", 2023, 3)}


def test_an_undone_file_may_be_imported_anew(lin):
    batch = imported(lin, of("XA", "112", "7"), stated=totals(y2023="7"))
    undo_import(by=lin, batch=batch, today=TODAY)
    undo_import(by=lin, batch=batch, today=TODAY)

    imported(lin, of("XA", "112", "7"), stated=totals(y2023="7"))

    assert (books(), Figure.objects.count()) == ({("XA", 2023, 7)}, 2)


# Who, and forms of files.


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.stranger])
def test_those_who_do_not_change_figures_neither_check_nor_apply_nor_undo(lin, who):
    by, batch = who(), planned(lin, row())

    refusal("not_allowed", plan_import, by=by, file=figures_file(row()), series=series(), stated={})
    refusal("not_allowed", apply_import, by=by, batch=batch, today=TODAY)
    given = {"file": figures_file(row()), "series": series(), "stated": {}, "today": TODAY}
    refusal("not_allowed", import_at_once, by=by, **given)
    apply_import(by=lin, batch=batch, today=TODAY)
    refusal("not_allowed_undo", undo_import, by=by, batch=batch, today=TODAY)
    assert books() == {("示例", 2023, 5)}


def test_an_administrator_imports_and_undoes(lin):
    by = makers.administrator()
    batch = imported(by, row())

    assert undo_import(by=by, batch=batch, today=TODAY).state == "undone"


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_every_kind_of_sheet_reads_the_same(lin, form):
    header, values = ["partner", "year", "value"], [["甲國", 112, 44], ["XB", 2023, 3506.7]]
    file = io.BytesIO()
    if form == "csv":
        file.write(csv_bytes(of("甲國", "112", "44"), of("XB", "2023", "3506.7"), columns=header))
    else:
        {"xlsx": write_xlsx, "ods": write_ods}[form](header, values, file, "示例")
    file.seek(0)
    read = read_figures(file, f"a.{form}", today=TODAY)
    batch = plan_import(by=lin, file=read, series=series(unit="kilograms"), stated={})
    apply_import(by=lin, batch=batch, today=TODAY)

    assert books() == {("XA", 2023, 44), ("XB", 2023, Decimal("3506.7"))}
    assert set(Figure.objects.values_list("precision", flat=True)) == {1}


def test_a_figure_added_by_hand_is_met_by_a_later_file(lin):
    add_figure(
        by=lin, figure=Figure(series=series(), partner=makers.partner("XA"), year=2023, value=Decimal(7))
    )

    assert outcomes(of("XA", "112", "7"), of("XA", "111", "7")) == ["skip", "add"]


# The command.


def run(*args: str) -> tuple[str, str, int]:
    """Standard output, standard error and the exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_figures", *args, stdout=out, stderr=err)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return out.getvalue(), err.getvalue(), code


@pytest.fixture
def path(tmp_path: Path, lin: User) -> str:
    file = tmp_path / "figures.csv"
    file.write_bytes(csv_bytes(of("XA", "112", "7"), row()))
    return str(file)


def test_the_command_checks_only_with_dry_run(path):
    out, err, code = run("sample", path, "--dry-run", "--total", "112=13", "--format", "json")

    found = json.loads(out)
    assert (err, code, found["add"], found["applied"], books()) == ("", 0, 2, False, set())
    assert found["totals"] == [{"year": 2023, "stated": "13", "counted": "12", "difference": "-1"}]


def test_the_command_writes_once_and_says_that_a_second_run_adds_nothing(path):
    first, second = run("sample", path, "--by", "lin"), run("sample", path, "--by", "lin")

    assert (first[2], "Written." in first[0]) == (0, True)
    assert (second[2], "there is nothing to import" in second[0]) == (0, True)
    assert books() == {("XA", 2023, 7), ("示例", 2023, 5)}


def test_the_command_asks_for_the_note_and_the_reason(path, lin):
    imported(lin, of("XA", "112", "6"))
    asked = ("sample", path, "--by", "lin", "--total", "2023=13")

    assert run(*asked)[1:] == (
        "The figures do not add up to the printed totals. Say in a note why, or what makes up the difference.\n",
        1,
    )
    assert "corrected with a reason only" in run(*asked, "--note", "示例差額")[1]
    assert run(*asked, "--note", "示例差額", "--reason", "示例")[2] == 0
    assert books() == {("XA", 2023, 7), ("示例", 2023, 5)}


def test_the_command_names_each_wrong_row_and_exits_1(path):
    Path(path).write_bytes(csv_bytes(of("QQ", "112", "7"), of("XA", "112", "x")))

    out, err, code = run("sample", path, "--by", "lin")

    assert (code, books(), ImportBatch.objects.count()) == (1, set(), 0)
    assert "Line 2, partner: There is no partner" in err
    assert "Line 3, value: “x” is not a number" in err
    assert "Nothing written." in out


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("nothing", "FILE", "--dry-run"), "there is no series nothing; there are: sample"),
        (("sample", "FILE"), "say who imports"),
        (("sample", "/nowhere.csv", "--dry-run"), "/nowhere.csv"),
        (("sample", "FILE", "--dry-run", "--total", "112"), "112"),
        (("sample", "FILE", "--dry-run", "--total", "12=4"), "12=4"),
    ],
)
def test_the_command_says_what_is_wrong_with_how_it_was_called(path, args, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*(path if arg == "FILE" else arg for arg in args))


def test_a_series_of_another_unit_keeps_its_figures_apart(lin):
    other = series("other", unit="kilograms")
    imported(lin, of("XA", "112", "7"))

    found = check_figures(file=figures_file(of("XA", "112", "7")), series=other, stated={})

    assert (found.counts["add"], Series.objects.count()) == (1, 2)
