"""Which reports stand behind another one is said once, in the catalogue, and holds wherever that one is printed or shown."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from reports.actions import load_recommendations
from reports.actions.frozen import content_now, draft_report
from reports.actions.jobs import ask_job
from reports.alongside import behind
from reports.answers import Asked, files_of
from reports.catalogue import REPORTS, Parameters
from reports.models import ControlTotal, Figure, Recommendation, Series
from reports.worker import work_once
from tests import makers
from tests.pdfreader import read_pdf

pytestmark = pytest.mark.django_db
AS_OF = date(2024, 12, 31)
TOTALS = ("3,507", "212,904.8")
"""One total of each of the two tables."""


@pytest.fixture
def jun(loaded):
    return makers.jun()


def of_a_job(jun):
    asked = {"code": "P01", "asked": {"as_of": "2024-12-31"}, "format": "pdf"}
    job = ask_job(by=jun, kind="report", title="P01", parameters=asked, language="zh-hant")
    work_once()
    job.refresh_from_db()
    with job.document.versions.get().file.open("rb") as file:
        return file.read()


def of_the_page(jun, client_of):
    answer = client_of(jun).get("/reports/all/P01/as/pdf/?as_of=2024-12-31")
    return b"".join(answer.streaming_content)


def of_the_command(tmp_path):
    file = tmp_path / "P01.pdf"
    call_command("report", "P01", "--as-of", "2024-12-31", "--format", "pdf", "--output", str(file))
    return file.read_bytes()


def test_the_two_tables_are_printed_behind_the_ranking_whoever_prints_it(jun, client_of, tmp_path):
    papers = {
        "job": of_a_job(jun),
        "page": of_the_page(jun, client_of),
        "command": of_the_command(tmp_path),
    }

    found = {name: [words in read_pdf(data).text for words in TOTALS] for name, data in papers.items()}

    assert found == {"job": [True, True], "page": [True, True], "command": [True, True]}


def test_the_same_two_stand_on_the_priority_page_in_the_frozen_report_and_in_the_answer(jun, client_of):
    report = draft_report(by=jun, code="P01", parameters=Parameters(AS_OF), today=date(2025, 3, 20))
    load_recommendations(by=None)
    asked = Asked(Recommendation.objects.first(), Parameters(AS_OF), date(2024, 1, 1))

    page = client_of(jun).get("/reports/?as_of=2024-12-31").context["page"]
    kept = content_now(report)
    pack = files_of(asked, made_at=timezone.now())

    wanted = list(REPORTS["P01"].alongside)
    assert wanted == ["T4", "T5"]
    assert [table.report.code for table in page.tables] == wanted
    assert [one["code"] for one in kept["alongside"]] == wanted
    assert [name for name in pack if name.endswith(".csv")] == [
        "agreements.csv",
        "T4.csv",
        "T5.csv",
        "P01.csv",
    ]


def test_what_stands_behind_another_report_is_of_the_same_day_and_the_same_books(jun):
    asked = Parameters(date(2023, 12, 31), known_on=date(2024, 1, 31), subject="extradition", weights=1)

    found = [one.parameters for one in behind("P01", asked, reader=None)]

    assert found == [Parameters(date(2023, 12, 31), known_on=date(2024, 1, 31))] * 2


def test_what_is_not_loaded_is_left_out_behind_a_report(jun):
    ControlTotal.objects.all().delete()
    Figure.objects.all().delete()
    Series.objects.filter(code="drug_seizures").delete()

    assert [one.code for one in behind("P01", Parameters(AS_OF), reader=None)] == ["T4"]


def test_every_report_names_behind_it_reports_of_the_catalogue_or_none():
    found = {code: entry.alongside for code, entry in REPORTS.items() if entry.alongside != ()}

    assert found == {"P01": ("T4", "T5")}
    assert all(entry.links is None or callable(entry.links) for entry in REPORTS.values())


def test_a_report_with_nothing_behind_it_is_printed_too(jun, client_of):
    for code in REPORTS:
        answer = client_of(jun).get(f"/reports/all/{code}/as/pdf/?as_of=2024-12-31")
        assert b"".join(answer.streaming_content).startswith(b"%PDF"), code


def said_together(text):
    """Where a pair of the two codes is written down."""
    return re.findall(r"""["']T4["'],\s*["']T5["']""", text)


def test_the_pair_is_written_down_in_one_module_only():
    found = [
        str(file.relative_to(settings.BASE_DIR))
        for file in sorted(Path(settings.BASE_DIR, "reports").rglob("*.py"))
        if said_together(file.read_text())
    ]

    assert said_together('CODES = ("T4",  "T5", "P01")') == ['"T4",  "T5"']
    assert found == ["reports/catalogue/priorities.py"]
