"""`manage.py import_register`: a dry run, every refusal with its place, and all or nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreements.models import Agreement, Partner
from tests import makers
from tests.agreements.registers import csv_bytes, row
from tracker.models import Entry, ImportBatch

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, Any, str]:
    """Exit code, the JSON on standard output, and what stands on standard error."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_register", *arguments, "--format", "json", stdout=out, stderr=err)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(out.getvalue()), err.getvalue()


@pytest.fixture
def bad_file(tmp_path: Path) -> str:
    path = tmp_path / "bad.csv"
    path.write_bytes(csv_bytes(row(partner_iso2="TH"), row("壞", partner_iso2="QQ", signed="32.1.2020")))
    return str(path)


def test_without_apply_nothing_is_written_not_even_the_partners():
    code, told, _err = run()

    assert code == 0
    assert told["counts"] == {"add": 49, "change": 0, "skip": 0, "refuse": 0}
    assert (told["applied"], told["batch"]) == (False, None)
    assert told["totals"][0]["difference"] == {"agreements": -7, "partners": -4}
    assert len(told["rows"]) == 49
    assert (Partner.objects.count(), Agreement.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_with_apply_the_register_is_written_once():
    makers.lin()

    first = run("--apply", "--by", "lin")
    second = run("--apply", "--by", "lin")

    assert (first[0], first[1]["applied"], first[1]["batch"]) == (0, True, str(ImportBatch.objects.get().pk))
    assert (second[0], second[1]["counts"]["skip"], second[1]["applied"]) == (0, 49, False)
    assert (Partner.objects.count(), Agreement.objects.count()) == (249, 49)


def test_every_refusal_is_told_with_line_and_column_and_exits_1(bad_file):
    makers.lin()

    code, told, _err = run(bad_file, "--apply", "--by", "lin")

    assert code == 1
    assert (told["applied"], told["counts"]["refuse"]) == (False, 1)
    (refused,) = [one for one in told["rows"] if one["outcome"] == "refuse"]
    assert refused["line"] == 3
    assert [error["column"] for error in refused["errors"]] == ["partner_iso2", "signed"]
    assert all(error["reason"] for error in refused["errors"])
    assert (Agreement.objects.count(), Partner.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


def test_as_text_refusals_go_to_standard_error(bad_file):
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("import_register", bad_file, stdout=out, stderr=err)

    assert stopped.value.code == 1
    assert "signed" in err.getvalue() and "partner_iso2" in err.getvalue()
    assert "add 1, change 0, skip 0, refuse 1" in out.getvalue()


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"partner_iso2,sigend\r\nXA,2020\r\n")

    code, told, err = run(str(path))

    assert code == 1
    assert told["refused"] is True
    assert "title_zh" in told["reason"] and told["reason"] in err


def test_somebody_without_the_right_is_refused():
    makers.jun()

    code, told, _err = run("--apply", "--by", "jun")

    assert (code, told["refused"]) == (1, True)
    assert Partner.objects.count() == 0


def test_apply_wants_a_name_and_an_existing_file(tmp_path):
    with pytest.raises(CommandError, match="--by"):
        run("--apply")
    with pytest.raises(CommandError, match="nowhere"):
        run(str(tmp_path / "nowhere.csv"))
