"""Series as files hold them, and printed totals against computed ones."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from reports import indicators
from reports.indicators import Check, FigureRow, TotalRow, compare


def row(year, code, value):
    return FigureRow(year, code, "" if code else "其他", Decimal(value), False, "")


def total(measure, year, code, value):
    number = Decimal(value)
    return TotalRow(measure, year, code, number, max(0, -number.as_tuple().exponent))


ROWS = [
    row(2023, "XA", "100"),
    row(2023, "", "11"),
    row(2024, "XA", "150.5"),
    row(2024, "", "20"),
]


@pytest.mark.parametrize(
    ("printed", "name", "computed"),
    [
        (total("total", 2023, "", "111"), "total_2023", "111"),
        (total("total", 2023, "XA", "100"), "total_2023_XA", "100"),
        (total("change", 2024, "", "59.5"), "change_2024", "59.5"),
        (total("change_percent", 2024, "", "53.60"), "change_percent_2024", "53.6"),
        (total("change_percent", 2024, "", "53.6036"), "change_percent_2024", "53.6036"),
        (total("total", 2022, "", "5"), "total_2022", None),
        (total("change", 2023, "", "5"), "change_2023", None),
        (total("total", 2023, "XB", "5"), "total_2023_XB", None),
    ],
)
def test_a_printed_figure_is_recomputed_at_the_precision_it_was_printed_with(printed, name, computed):
    expected = None if computed is None else Decimal(computed)

    assert compare(ROWS, [printed]) == [Check(name, printed.value, expected)]


def test_a_total_of_all_years_covers_the_printed_years_and_no_later_ones():
    printed = [total("total", None, "", "111"), total("total", 2023, "", "111")]

    assert [(check.name, check.ok) for check in compare(ROWS, printed)] == [
        ("total", True),
        ("total_2023", True),
    ]


def test_a_wrong_total_is_not_ok_and_names_both_numbers():
    (check,) = compare(ROWS, [total("total", 2023, "", "112")])

    assert (check.ok, check.detail) == (False, "computed 111, printed 112")


def test_a_total_that_cannot_be_computed_is_not_ok():
    (check,) = compare(ROWS, [total("total", 2020, "", "0")])

    assert (check.ok, check.detail) == (False, "computed unknown, printed 0")


def test_a_percentage_of_nothing_cannot_be_computed():
    rows = [row(2023, "XA", "0"), row(2024, "XA", "5")]

    (check,) = compare(rows, [total("change_percent", 2024, "", "5")])

    assert check.computed is None


def test_every_printed_total_of_the_files_agrees_with_their_figures():
    series = indicators.read()

    assert {s.code: (len(s.figures), len(s.totals)) for s in series} == {
        "help_seeking": (15, 10),
        "drug_seizures": (15, 8),
    }
    assert [c for s in series for c in compare(s.figures, s.totals) if not c.ok] == []


def test_the_rows_without_a_country_are_a_named_remainder_of_86_people():
    help_seeking, _drugs = indicators.read()

    rest = [f for f in help_seeking.figures if not f.partner_code]

    assert [(f.year, f.remainder, f.value) for f in rest] == [
        (2022, "其他", Decimal(47)),
        (2023, "其他", Decimal(24)),
        (2024, "其他", Decimal(15)),
    ]


def test_the_transit_case_is_an_outlier_inside_the_remainder_of_112_and_of_no_country():
    _help, drugs = indicators.read()

    outliers = [(f.year, f.partner_code, f.remainder, f.value) for f in drugs.figures if f.is_outlier]

    assert outliers == [(2023, "", "其他", Decimal("181521.7"))]
    assert ["175,355 公斤" in f.note for f in drugs.figures if f.is_outlier] == [True]
    assert {f.partner_code for f in drugs.figures} == {"CN", "TH", ""}


@pytest.fixture
def files(tmp_path):
    """A copy of the data files, to be spoilt."""
    return Path(shutil.copytree(indicators.FOLDER, tmp_path / "data"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",413", ",NaN", "not a number"),
        (",413", ",4,13", "row 13 of help_seeking.csv has more or fewer cells"),
        (",Thailand,413", ",Thailand", "row 13 of help_seeking.csv has more or fewer cells"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused_with_the_reason(files, old, new, reason):
    text = (files / "help_seeking.csv").read_text("utf-8")
    assert old in text
    (files / "help_seeking.csv").write_text(text.replace(old, new), "utf-8")

    with pytest.raises(ValueError, match=reason):
        indicators.read(files)
