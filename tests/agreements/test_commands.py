"""The commands for scripts: their JSON, their refusals, their exit codes."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from agreements.models import Agreement, StatedFigure
from tests import makers
from tracker import audit

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    output = StringIO()
    if code:
        with pytest.raises(SystemExit) as caught:
            call_command(*words, "--format", "json", stdout=output)
        assert caught.value.code == code
    else:
        call_command(*words, "--format", "json", stdout=output)
    return json.loads(output.getvalue())


def real_file(by, **fields):
    return makers.walk(
        by, until="sign", start=date(2025, 1, 10), partner=makers.partner("BZ", is_sample=False), **fields
    )


def test_status_tells_where_every_agreement_stood():
    file = real_file(makers.mei())
    StatedFigure.objects.create(as_of=date(2025, 1, 1), measure="m", agreements=3, partners=2, source="s")

    report = run("status", "--as-of", "2025-03-20")

    phases = [
        "negotiation",
        "signing",
        "legislative_approval",
        "ratification_exchange",
        "in_force",
        "stopped",
        "ended",
        "unknown",
    ]
    assert list(report) == [
        "as_of",
        "known_on",
        "agreements",
        "partners",
        "by_phase",
        "signed",
        "stated",
        "items",
    ]
    assert report["by_phase"] == dict.fromkeys(phases, 0) | {"signing": 1}
    assert report["signed"] == {"agreements": 1, "partners": 1}
    assert report["stated"][0]["difference"] == {"agreements": -2, "partners": -1}
    assert report["items"] == [
        {
            "number": file.number,
            "partner": "BZ",
            "title_zh": file.title_zh,
            "subjects": ["criminal_mla"],
            "nature": "treaty",
            "track": "T1",
            "stage": "35",
            "phase": "signing",
            "possibly": False,
            "signed_on": "2025-02-19",
            "in_force_on": None,
        }
    ]
    assert (report["as_of"], report["known_on"]) == ("2025-03-20", None)


def test_samples_are_counted_only_when_asked_for():
    makers.walk(makers.mei(), until="sign", start=date(2025, 1, 10))

    assert run("status", "--as-of", "2025-03-20")["agreements"] == 0
    assert run("status", "--as-of", "2025-03-20", "--with-samples")["agreements"] == 1


def test_a_text_only_about_other_matters_is_not_counted_as_signed():
    mei = makers.mei()
    real_file(mei, subjects=["other"])
    real_file(mei, subjects=["other", "civil_mla"], title_zh="另一示例")

    assert run("status", "--as-of", "2025-03-20")["signed"] == {"agreements": 1, "partners": 1}


def test_before_the_first_recording_nothing_was_known_and_the_answer_says_so():
    real_file(makers.mei())
    errors = StringIO()
    output = StringIO()

    call_command(
        "status", "--as-of=2025-03-20", "--known-on=2001-01-01", "--format=json", stdout=output, stderr=errors
    )

    assert (json.loads(output.getvalue())["items"], "2001-01-01" in errors.getvalue()) == ([], True)


def test_clocks_lists_those_that_run_and_all_lists_why_others_do_not():
    file = real_file(makers.mei())

    assert (
        run("clocks", "--today", "2025-03-20")
        == [
            {
                "agreement": file.number,
                "code": "K1",
                "provision": "條約締結法第8(1)條",
                "started_on": "2025-02-19",
                "raw_due_on": "2025-03-21",
                "due_on": "2025-03-21",
                "state": "running",
                "stopped_on": None,
                "reason": "",
            }
        ]
        or run("clocks", "--today", "2025-03-20")[0]["due_on"] == "2025-03-21"
    )
    assert run("clocks", "--today", "2025-02-01") == []
    assert [clock["state"] for clock in run("clocks", "--today", "2025-02-01", "--all")] == ["not_started"]


def test_a_dry_run_answers_the_plan_and_writes_nothing():
    file = real_file(makers.mei())

    plan = run(
        "step", file.number, "submit", "--on", "114/3/10", "--by", "mei", "--reference", "x", "--dry-run"
    )

    file.refresh_from_db()
    assert (plan["refused"], plan["taken"], plan["stage_from"], plan["stage_to"]) == (
        False,
        False,
        "35",
        "40",
    )
    assert plan["clocks_stopped"] == [{"code": "K1", "state": "met"}]
    assert file.stage == "35"


def test_a_step_is_taken_with_its_document(tmp_path):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks", partner=makers.partner("BZ", is_sample=False))
    text = tmp_path / "約稿.txt"
    text.write_text("約稿（示例）", encoding="utf-8")

    run("step", file.number, "initial", "--on", "2025-03-01", "--by", "mei", "--document", str(text))

    file.refresh_from_db()
    document = file.milestones.get(step="initial").documents.get()
    assert (file.stage, document.title) == ("25", "約稿")
    assert audit.history_of(file).first().details["documents"] == [str(document.pk)]


@pytest.mark.parametrize(
    ("words", "article"),
    [
        (["{number}", "submit", "--on", "2025-03-10", "--by", "mei"], "8(1)"),
        (["{number}", "promulgate", "--on", "2025-03-10", "--by", "mei", "--reference", "x"], "11(1)"),
        (["{number}", "no_such_step", "--on", "2025-03-10", "--by", "mei"], ""),
        (["A-999-999", "submit", "--on", "2025-03-10", "--by", "mei"], ""),
    ],
)
def test_a_refusal_exits_1_with_its_reason_and_article(words, article):
    file = real_file(makers.mei())

    refusal = run("step", *[word.format(number=file.number) for word in words], code=1)

    assert set(refusal) == {"refused", "reason", "article", "law"}
    assert (refusal["refused"], refusal["article"], bool(refusal["reason"])) == (True, article, True)
    assert Agreement.objects.get().stage == "35"


def test_a_person_who_does_not_exist_is_an_error_in_words():
    file = real_file(makers.mei())

    with pytest.raises(CommandError, match="nobody"):
        call_command("step", file.number, "submit", "--on", "2025-03-10", "--by", "nobody")


def test_verify_history_counts_the_entries():
    real_file(makers.mei())

    report = run("verify_history")

    assert (report["intact"], report["first_broken"], report["entries"] > 5) == (True, None, True)
