"""The priority report on paper: one A4 page with conclusion, ranking, bars, remarks, both tables and the signatures."""

import json
from datetime import date

import pytest

from reports.actions.frozen import approve_report, change_remark, draft_report, submit_report
from reports.catalogue import Parameters
from tests import makers
from tests.pdfreader import read_pdf
from tests.reports.test_frozen import paper

pytestmark = pytest.mark.django_db


def approved(remarks):
    mei, lin = makers.mei(), makers.lin()
    report = draft_report(
        by=mei, code="P01", parameters=Parameters(date(2024, 12, 31)), today=date(2025, 3, 20)
    )
    for row, text in remarks.items():
        report = change_remark(by=mei, report=report, row=row, text=text)
    return approve_report(by=lin, report=submit_report(by=mei, report=report))


def printed(report):
    with paper(report, "pdf").file.open("rb") as file:
        return read_pdf(file.read())


def test_the_priority_report_is_one_tagged_page_that_can_be_searched_in_chinese(loaded):
    report = approved({"TH": "建議優先洽簽", "KH": "可先談備忘錄"})

    read = printed(report)

    ranking = json.loads(report.content)["extra"]["ranking"]
    score = next(row["score"] for row in ranking if row["partner"] == "TH")
    assert len(read.pages) == 1
    for words in (
        f"泰國 {score:.1f}",
        "柬埔寨",
        "1,815.9",
        "建議優先洽簽",
        "可先談備忘錄",
        "3,507",
        "212,904.8",
        "Mei",
        "Lin",
    ):
        assert words in read.text, words
    assert report.digest in read.text
    assert read.language == "zh-TW"
    assert read.tags.count("Table") == 4
    assert {"H1", "H2", "TH", "THead", "TBody", "Document"} <= set(read.tags)
    assert b"/MediaBox[0 0 595" in read.raw.replace(b" [", b"[")


def test_long_remarks_make_the_letters_smaller_and_not_the_paper_longer(loaded):
    remarks = dict.fromkeys(
        ("TH", "KH", "MM", "LA"), "賡續與駐在國對話，會同法務部研擬草案，並適時檢討。" * 5
    )

    assert len(printed(approved(remarks)).pages) == 1


def test_the_frozen_priority_report_names_its_weights_and_keeps_both_tables(loaded):
    report = approved({})

    assert report.parameters == {"as_of": "2024-12-31", "weights": 1}
    assert '"weights_version":1' in report.content
    assert report.content.count('"code":"T4"') == report.content.count('"code":"T5"') == 1
