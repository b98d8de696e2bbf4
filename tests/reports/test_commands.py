"""The commands as the ministries' scripts read them."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reports.catalogue import REPORTS
from reports.models import ControlTotal, Figure
from tests import makers
from tests.reports.test_queries import TABLE_4, TABLE_5


def answer(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def register(loaded, partners):
    """Mainland China covered, Viet Nam covered in part: as at the end of 113."""
    mei = makers.mei()
    makers.walk(mei, "A1", partner=partners["CN"], start=date(2024, 1, 1), until="enter_into_force")
    makers.walk(
        mei,
        "A1",
        partner=partners["VN"],
        subjects=["civil_mla"],
        start=date(2024, 1, 1),
        until="enter_into_force",
    )


def test_priorities_at_the_end_of_113_put_thailand_first_and_viet_nam_without_a_rank(register):
    found = answer("priorities", "--as-of", "2024-12-31", "--format", "json")

    assert (found["as_of"], found["weights_version"]) == ("2024-12-31", 1)
    assert [(row["rank"], row["partner"], row["group"], row["phase"]) for row in found["ranking"]] == [
        (1, "TH", "none", None),
        (2, "KH", "none", None),
        (3, "MM", "none", None),
        (4, "LA", "none", None),
        (None, "VN", "partly_covered", None),
    ]


def test_a_row_of_priorities_holds_exactly_the_stated_keys_and_unrounded_points(register):
    thailand = answer("priorities", "--as-of", "2024-12-31")["ranking"][0]

    assert thailand == {
        "rank": 1,
        "partner": "TH",
        "score": pytest.approx(35 + 20 + 20 * 919 / 1675 + 25),
        "coverage": 1.0,
        "parts": [
            {"factor": "help_last_year", "value": 413, "unit": "persons", "points": 35.0, "source": TABLE_4},
            {"factor": "help_rise", "value": 175, "unit": "persons", "points": 20.0, "source": TABLE_4},
            {
                "factor": "help_three_years",
                "value": 919,
                "unit": "persons",
                "points": pytest.approx(20 * 919 / 1675),
                "source": TABLE_4,
            },
            {
                "factor": "drugs_five_years",
                "value": 1815.9,
                "unit": "kilograms",
                "points": 25.0,
                "source": TABLE_5,
            },
        ],
        "group": "none",
        "phase": None,
        "first_in_share": thailand["first_in_share"],
    }
    assert 0.6 < thailand["first_in_share"] < 0.8


def test_points_of_every_ranked_row_add_up_to_its_score_and_missing_factors_are_named(register):
    found = answer("priorities", "--as-of", "2024-12-31")

    ranked = [row for row in found["ranking"] if row["rank"]]
    assert [sum(part["points"] for part in row["parts"]) for row in ranked] == [
        row["score"] for row in ranked
    ]
    assert {column["factor"]: column["missing"] for column in found["factors"] if column["weight"]} == {
        "help_last_year": ["VN"],
        "help_rise": ["VN"],
        "help_three_years": ["VN"],
        "drugs_five_years": ["KH", "LA", "MM", "VN"],
    }
    assert [(row["score"], row["coverage"]) for row in found["ranking"] if not row["rank"]] == [(None, 0.0)]


def test_changing_one_figure_changes_the_score(register):
    before = {
        row["partner"]: row["score"] for row in answer("priorities", "--as-of", "2024-12-31")["ranking"]
    }

    Figure.objects.filter(series__code="help_seeking", partner__code="LA", year=2024).update(value=200)

    after = {row["partner"]: row["score"] for row in answer("priorities", "--as-of", "2024-12-31")["ranking"]}
    assert after["LA"] > before["LA"]


def test_table_4_comes_out_figure_for_figure(loaded):
    assert answer("report", "T4", "--as-of", "2024-12-31", "--format", "json") == {
        "code": "T4",
        "title": next(
            one["title"] for one in answer("reports", "--format", "json")["reports"] if one["code"] == "T4"
        ),
        "as_of": "2024-12-31",
        "columns": ["roc_year", "total", "KH", "TH", "MM", "LA"],
        "rows": [
            [111, 1678, 1159, 268, 175, 29],
            [112, 711, 193, 238, 221, 35],
            [113, 1118, 323, 413, 249, 118],
        ],
        "totals": ["total", 3507, 1675, 919, 645, 182],
        "checks": [
            {"name": name, "ok": True, "detail": f"computed {number}, printed {number}"}
            for name, number in (
                ("total", "3507"),
                ("total_KH", "1675"),
                ("total_TH", "919"),
                ("total_MM", "645"),
                ("total_LA", "182"),
                ("total_2022", "1678"),
                ("total_2023", "711"),
                ("total_2024", "1118"),
                ("change_2024", "407"),
                ("change_percent_2024", "57.24"),
                ("remainder", "86"),
            )
        ],
        "parameters": {"as_of": "2024-12-31"},
        "remainder": [47, 24, 15, 86],
        "notes": [],
        "sources": ["審計部 113 年度中央政府總決算審核報告表 4（外交部提供資料）"],
    }


def test_table_5_comes_out_figure_for_figure(loaded):
    found = answer("report", "T5", "--as-of", "2024-12-31")

    assert (found["columns"], found["rows"], found["totals"]) == (
        ["roc_year", "total", "CN", "TH"],
        [
            [109, 8155.5, 3506.7, 44.4],
            [110, 3551.6, 1558.9, 71.7],
            [111, 9916.4, 4059.8, 280.1],
            [112, 182691.6, 256.1, 913.8],
            [113, 8589.7, 991, 505.9],
        ],
        ["total", 212904.8, 10372.5, 1815.9],
    )
    assert [check["name"] for check in found["checks"] if not check["ok"]] == []
    assert len(found["checks"]) == 9


def test_a_table_as_of_an_earlier_year_ends_there_and_checks_only_what_it_shows(loaded):
    found = answer("report", "T4", "--as-of", "2023-12-31")

    assert found["rows"] == [[111, 1678, 1159, 268, 175, 29], [112, 711, 193, 238, 221, 35]]
    assert found["totals"] == ["total", 2389, 1352, 506, 396, 64]
    assert [check["name"] for check in found["checks"]] == ["total_2022", "total_2023", "remainder"]


def test_a_cell_without_a_figure_is_null_its_column_total_too_and_the_checks_say_so(loaded):
    Figure.objects.filter(series__code="help_seeking", partner__code="TH", year=2023).delete()

    found = answer("report", "T4", "--as-of", "2024-12-31")

    assert found["rows"][1] == [112, 473, 193, None, 221, 35]
    assert found["totals"] == ["total", 3269, 1675, None, 645, 182]
    assert {"name": "total_TH", "ok": False, "detail": "computed unknown, printed 919"} in found["checks"]


def test_a_table_names_the_printed_totals_that_a_changed_figure_breaks(loaded):
    Figure.objects.filter(series__code="help_seeking", partner__code="TH", year=2024).update(value=414)

    broken = [check for check in answer("report", "T4")["checks"] if not check["ok"]]

    assert [(check["name"], check["detail"]) for check in broken] == [
        ("total", "computed 3508, printed 3507"),
        ("total_TH", "computed 920, printed 919"),
        ("total_2024", "computed 1119, printed 1118"),
        ("change_2024", "computed 408, printed 407"),
        ("change_percent_2024", "computed 57.38, printed 57.24"),
    ]


def test_the_catalogue_lists_every_report(db):
    listed = [entry["code"] for entry in answer("reports", "--format", "json")["reports"]]

    assert listed == list(REPORTS)
    assert {"P01", "T4", "T5"} <= set(listed)


def test_a_report_that_does_not_exist_is_refused_with_those_that_do(db):
    with pytest.raises(CommandError, match=r"There is no report T9. There are: P01, T4, T5"):
        call_command("report", "T9")


def test_a_report_whose_series_is_not_loaded_says_so(db):
    with pytest.raises(CommandError, match=r"The series help_seeking is not loaded yet."):
        call_command("report", "T4")


def test_printed_totals_that_are_not_there_leave_a_table_without_those_checks(loaded):
    ControlTotal.objects.all().delete()

    assert [check["name"] for check in answer("report", "T4", "--as-of", "2024-12-31")["checks"]] == [
        "remainder"
    ]
