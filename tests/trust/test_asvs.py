"""The map of ASVS 5.0.0: complete, and true in what it points to. Requirement texts stay with OWASP (CC BY-SA 4.0)."""

import csv
from collections import Counter

import pytest

from tests.sources import ROOT

STATES = {"tested", "documented", "not applicable", "open", "level 3, not chosen"}
# Chosen of level 3 beyond what levels 1 and 2 ask (the L3 parts of 6.3.3 and 16.3.2 stand with their requirements).
CHOSEN = [
    "1.2.10",
    "1.3.12",
    "2.3.5",
    "3.4.7",
    "3.4.8",
    "3.5.6",
    "3.5.7",
    "3.5.8",
    "4.1.4",
    "5.2.4",
    "5.2.5",
    "5.2.6",
    "5.3.3",
    "6.3.5",
    "6.3.7",
    "6.3.8",
    "6.4.6",
    "6.5.6",
    "7.5.3",
    "8.3.2",
    "13.1.2",
    "13.1.3",
    "13.4.6",
    "14.2.5",
    "14.2.6",
    "14.2.7",
    "14.2.8",
    "15.2.4",
    "15.4.2",
    "16.5.4",
]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults_of(row: dict[str, str]) -> list[str]:
    """What is wrong with one line: a state nobody knows, a place that is not there, or no reason."""
    faults = [] if row["state"] in STATES else ["unknown state"]
    if row["state"] in ("tested", "documented"):
        faults += [] if row["where"] and (ROOT / row["where"]).is_file() else ["names no file that is there"]
    if row["state"] == "tested" and not row["where"].startswith("tests/"):
        faults.append("names no test")
    if row["state"] in ("not applicable", "open") and not row["words"]:
        faults.append("gives no reason")
    if row["state"] == "level 3, not chosen" and row["level"] != "3":
        faults.append("is not of level 3")
    return faults


def test_each_requirement_stands_once_in_the_map(rows):
    assert Counter(row["level"] for row in rows) == {"1": 70, "2": 183, "3": 92}
    assert len({row["requirement"] for row in rows}) == 345


def test_each_line_points_to_what_is_there_or_says_why_not(rows):
    assert {row["requirement"]: faults for row in rows if (faults := faults_of(row))} == {}


def test_what_was_chosen_of_level_three_has_its_line(rows):
    chosen = {row["requirement"]: row["state"] for row in rows if row["requirement"] in CHOSEN}

    assert len(chosen) == 30
    assert "level 3, not chosen" not in chosen.values()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"state": "tested", "where": "tests/trust/test_nothing.py"}, "names no file that is there"),
        ({"state": "tested", "where": "README.md"}, "names no test"),
        ({"state": "open", "where": ""}, "gives no reason"),
        ({"state": "level 3, not chosen", "where": ""}, "is not of level 3"),
        ({"state": "done", "where": ""}, "unknown state"),
    ],
)
def test_a_line_that_is_not_true_would_be_found(row, fault):
    """The control."""
    assert faults_of({"level": "2", "words": "", **row}) == [fault]
