"""The answer pack: the figures of the paragraph computed again, the papers, the rows behind them, and who gets it."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from agreements.actions.loading import load_register
from agreements.models import Agreement
from reports.actions import load_indicators, load_recommendations
from reports.actions.answers import make_pack
from reports.answers import figures_of_paragraph, pack
from reports.catalogue import Parameters
from reports.models import Recommendation
from tests import makers
from tests.pdfreader import read_pdf
from tracker.models import Entry

YEAR_END = date(2024, 12, 31)
MADE = datetime(2025, 3, 20, 1, tzinfo=UTC)


@pytest.fixture
def books(db):
    """The real register, figures and recommendations."""
    load_register(by=makers.lin(), today=date(2025, 3, 20))
    load_indicators(by=None)
    load_recommendations(by=None)


@pytest.fixture
def found(books):
    return Recommendation.objects.get(code="113-01")


def test_the_figures_of_the_paragraph_come_out_again(found):
    with translation.override("en"):
        lines = figures_of_paragraph(Parameters(YEAR_END), None)

    told = [(line.stated, line.computed) for line in lines]
    assert told[:4] == [(44, 37), (26, 22), (3, 3), (2, 2)]
    assert [(float(stated), computed) for stated, computed in told[4:9]] == [
        (3507, 3507),
        (1675, 1675),
        (919, 919),
        (645, 645),
        (182, 182),
    ]
    assert told[9] == (None, 86)
    assert [(float(stated), computed) for stated, computed in told[10:13]] == [
        (212904.8, 212904.8),
        (10372.5, 10372.5),
        (1815.9, 1815.9),
    ]
    assert lines[14].label.startswith("Thailand")


def test_the_pack_holds_papers_in_both_languages_the_rows_and_their_digests(found):
    files = make_pack(by=None, recommendation=found, as_of=YEAR_END, made_at=MADE)

    listed = json.loads(files["manifest.json"])
    rows = list(csv.reader(io.StringIO(files["agreements.csv"].decode("utf-8-sig"))))
    chinese, english = (read_pdf(files[f"answer.{tag}.pdf"]).text for tag in ("zh-Hant", "en"))
    assert set(files) - {"manifest.json"} == set(listed["files"])
    assert listed["files"]["T4.csv"] == sha256(files["T4.csv"]).hexdigest()
    assert len(rows) == 1 + 37
    assert "3,507" in chinese
    assert "audit recommendation 113-01" in english
    assert "day not known" in " ".join(english.split())


def test_changes_that_have_no_room_are_counted(found, monkeypatch):
    monkeypatch.setattr(pack, "MOST_CHANGES", 0)

    files = make_pack(by=None, recommendation=found, as_of=date(2025, 3, 20), made_at=MADE)

    assert re.search(
        r"[1-9][0-9]* more are not listed", " ".join(read_pdf(files["answer.en.pdf"]).text.split())
    )


def test_the_english_paper_has_no_chinese_colons_or_brackets(found):
    with translation.override("en"):
        labels = [line.label for line in figures_of_paragraph(Parameters(YEAR_END), None)]

    assert any("(person-times)" in label or "(kilograms)" in label for label in labels), labels
    assert [label for label in labels if "：" in label or "（" in label] == []


def test_the_same_books_give_the_same_bytes(found):
    first, second = (
        make_pack(by=None, recommendation=found, as_of=YEAR_END, made_at=MADE) for _time in range(2)
    )

    assert first == second


def test_a_restricted_text_marks_the_paper_and_a_sealed_one_is_neither_counted_nor_named(db):
    load_recommendations(by=None)
    lin = makers.lin()
    numbers = {}
    for code, title, secrecy in (("DE", "密件協議", 2), ("FR", "密封協議", 3)):
        partner = makers.partner(code, is_sample=False)
        file = makers.walk(lin, "A1", partner=partner, until="sign", title_zh=title)
        Agreement.objects.filter(pk=file.pk).update(secrecy=secrecy, declassify_when="示例")
        numbers[secrecy] = file.number
    recommendation = Recommendation.objects.get(code="113-01")

    files = make_pack(by=lin, recommendation=recommendation, as_of=makers.TODAY, made_at=MADE)

    text = read_pdf(files["answer.zh-Hant.pdf"]).text
    rows = files["agreements.csv"].decode()
    # A restricted one goes by its number, whoever reads; a sealed one is not there at all.
    assert [number in rows for number in numbers.values()] == [True, False]
    assert [number in text for number in numbers.values()] == [True, False]
    assert "密件協議" not in rows + text
    assert "密封協議" not in rows + text
    assert json.loads(files["manifest.json"])["counts_up_to"] == "restricted"


def test_staff_without_the_clearance_make_no_answer(found, client_of):
    assert client_of(makers.stranger()).get("/reports/followup/113-01/pack/").status_code == 403


def test_the_page_gives_the_archive_and_notes_who_made_it(found, client_of):
    answer = client_of(makers.mei()).post("/reports/followup/113-01/pack/", {"as_of": "113.12.31"})

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    entry = Entry.objects.get(verb="recommendation.pack", actor_name="Mei")
    assert "answer.zh-Hant.odt" in names
    assert entry.details == {"code": "113-01", "as_of": "2024-12-31"}


def test_auditors_read_the_follow_up_and_make_no_answer(found, client_of):
    assert client_of(makers.auditor()).get("/reports/followup/113-01/pack/").status_code == 403


def test_the_command_writes_the_pack_and_names_the_recommendations_there_are(found, tmp_path):
    call_command("answer_pack", "113-01", "--as-of", "2024-12-31", "--output", str(tmp_path / "pack"))

    assert (tmp_path / "pack" / "manifest.json").exists()
    with pytest.raises(CommandError, match="113-01"):
        call_command("answer_pack", "999-99", "--output", str(tmp_path))
