"""Reports that are signed off: who signs what, what approval freezes, and the frozen beside the present."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from agreements.actions import StalePage, StepRefused
from reports import frozen
from reports.actions.frozen import (
    approve_report,
    change_remark,
    content_now,
    draft_report,
    return_report,
    review_report,
    submit_report,
    withdraw_report,
)
from reports.actions.papers import FORMS
from reports.catalogue import Parameters
from reports.comparing import differences
from reports.models import ControlTotal, Figure, FrozenReport, Series
from tests import makers
from tests.pdfreader import read_pdf
from tracker.audit import history_of
from tracker.models import Document, DocumentVersion
from tracker.roles import Ministry, Role, Secrecy
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db

AS_OF = date(2024, 12, 31)
TODAY = date(2025, 3, 20)


@pytest.fixture
def mei(loaded):
    return makers.mei()


@pytest.fixture
def lin():
    return makers.lin()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


def drafted(by, code="T4"):
    return draft_report(by=by, code=code, parameters=Parameters(AS_OF), today=TODAY)


def submitted(by, code="T4"):
    return submit_report(by=by, report=drafted(by, code))


def approved(by, approver, code="T4"):
    return approve_report(by=approver, report=submitted(by, code))


def correct(year, code, value):
    """The figure that is now known: the old one is withdrawn, as a correction leaves it."""
    old = Figure.objects.get(series__code="help_seeking", partner__code=code, year=year)
    moment = old.recorded_at + timedelta(days=400)
    Figure.objects.filter(pk=old.pk).update(withdrawn_at=moment, withdrawn_reason="更正")
    return Figure.objects.create(
        series=old.series, partner=old.partner, year=year, value=Decimal(value), recorded_at=moment
    )


def paper(report, form):
    title = f"{report.code}-20241231-{report.pk} ({form.upper()})"
    return DocumentVersion.objects.get(document__in=Document.objects.about(report).filter(title=title))


def test_approving_freezes_the_rows_their_digest_and_the_papers(mei, lin):
    report = approved(mei, lin)

    kept = json.loads(report.content)
    assert report.status == "approved"
    assert report.digest == hashlib.sha256(report.content.encode()).hexdigest()
    assert report.content == json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert kept["columns"][2]["heading"] == {"zh-hant": "柬埔寨", "en": "Cambodia"}
    assert kept["rows"][-1] == [113, 1118, 323, 413, 249, 118]
    assert kept["totals"] == ["total", 3507, 1675, 919, 645, 182]
    assert kept["remainder"] == [47, 24, 15, 86]
    assert all(check["ok"] for check in kept["checks"])
    assert (kept["parameters"], kept["scope"]) == ({"as_of": "2024-12-31"}, "restricted")
    assert sorted(d.title[-5:-1].strip("( ") for d in Document.objects.about(report)) == [
        "CSV",
        "ODS",
        "PDF",
        "XLSX",
    ]


def test_the_content_is_the_same_bytes_whoever_makes_it_again_in_whatever_language(mei, lin):
    report = approved(mei, lin)

    with translation.override("en"):
        again = frozen.canonical(content_now(report))

    assert again == report.content


def test_a_later_correction_leaves_the_frozen_bytes_and_is_told_in_words(mei, lin):
    report = approved(mei, lin)
    before = (report.content, report.digest, {form: paper(report, form).sha256 for form in FORMS})
    correct(2024, "TH", "414")

    report = FrozenReport.objects.get(pk=report.pk)
    with translation.override("en"):
        then, now = frozen.thawed(frozen.read(report.content)), frozen.thawed(content_now(report))
        found = [(one.words, one.cause) for one in differences(then, now, since=report.approved_at)]

    day = (Figure.objects.get(value=414).recorded_at + timedelta(hours=8)).date().isoformat()
    because = f"because figures were withdrawn on {day} (更正); because figures were recorded on {day}"
    assert (report.content, report.digest) == before[:2]
    assert {form: paper(report, form).sha256 for form in FORMS} == before[2]
    assert found == [
        ("2024 (ROC 113), Total: was 1,118, now 1,119", because),
        ("2024 (ROC 113), Thailand: was 413, now 414", because),
        ("Total, Total: was 3,507, now 3,508", because),
        ("Total, Thailand: was 919, now 920", because),
    ]


def test_a_figure_explains_no_difference_of_another_series_or_of_our_own_register(mei, lin):
    report, ranking = approved(mei, lin), approved(mei, lin, "P01")
    drugs = Figure.objects.filter(series__code="drug_seizures").first()
    Figure.objects.filter(pk=drugs.pk).update(recorded_at=report.approved_at + timedelta(days=1))
    causes = {}
    for one, column, cell in ((report, "TH", 1), (ranking, "phase", "signing"), (ranking, "score", 1.0)):
        then = frozen.thawed(frozen.read(one.content))
        place = [found.code for found in then.columns].index(column)
        row = tuple(cell if at == place else value for at, value in enumerate(then.rows[0]))
        now = replace(then, rows=(row, *then.rows[1:]))
        causes[column] = [found.cause != "" for found in differences(then, now, since=ranking.approved_at)]

    assert causes == {"TH": [False], "phase": [False], "score": [True]}


def test_nothing_differs_while_nothing_was_changed(mei, lin):
    report = approved(mei, lin)

    then, now = frozen.thawed(frozen.read(report.content)), frozen.thawed(content_now(report))

    assert differences(then, now, since=report.approved_at) == []


def test_the_drafter_approves_nothing_of_her_own_even_as_a_supervisor(loaded, lin):
    """AZ-15, WF-3."""
    report = submitted(lin)

    with pytest.raises(StepRefused):
        approve_report(by=lin, report=report)
    with pytest.raises(StepRefused):
        review_report(by=lin, report=report)

    report.refresh_from_db()
    assert (report.status, report.content) == ("submitted", "")


def test_only_a_supervisor_of_the_two_ministries_approves(mei):
    report = submitted(mei)

    for other in (makers.jun(), makers.auditor(), makers.administrator(), makers.stranger()):
        with pytest.raises(StepRefused):
            approve_report(by=other, report=report)

    assert FrozenReport.objects.get(pk=report.pk).status == "submitted"


def test_only_those_cleared_for_what_it_counts_draft_a_report(loaded):
    internal = makers.person("internal", ministry=Ministry.JUSTICE, clearance=Secrecy.INTERNAL)

    for other in (internal, makers.auditor(), makers.administrator(), makers.stranger()):
        with pytest.raises(StepRefused):
            drafted(other)

    assert FrozenReport.objects.count() == 0


def test_a_report_is_reviewed_by_one_and_approved_by_another(mei, lin, chen):
    report = review_report(by=chen, report=submitted(mei), reason="與原表相符")

    report = approve_report(by=lin, report=report)

    told = [(one.kind, one.by, one.reason) for one in report.decisions.order_by("pk")]
    assert told == [("submit", mei, ""), ("review", chen, "與原表相符"), ("approve", lin, "")]
    assert [entry.verb for entry in history_of(report)] == [
        "report.approve", "report.review", "report.submit", "report.draft",
    ]  # fmt: skip


def test_a_report_is_sent_back_with_a_reason_and_both_stay_in_its_history(mei, lin):
    report = submitted(mei)

    with pytest.raises(StepRefused) as refused:
        return_report(by=lin, report=report, reason=" ")
    report = return_report(by=lin, report=report, reason="請補充緬甸說明")
    report = submit_report(by=mei, report=report)
    report = approve_report(by=lin, report=report)

    assert refused.value.field == "reason"
    assert [(one.kind, one.reason) for one in report.decisions.order_by("pk")] == [
        ("submit", ""), ("return", "請補充緬甸說明"), ("submit", ""), ("approve", ""),
    ]  # fmt: skip


def test_its_drafter_takes_a_report_back_and_nobody_else(mei, lin):
    report = submitted(mei)

    with pytest.raises(StepRefused):
        withdraw_report(by=lin, report=report)
    report = withdraw_report(by=mei, report=report)

    assert report.status == "draft"
    with pytest.raises(StepRefused):
        approve_report(by=lin, report=report)


def test_a_stale_page_decides_nothing_and_says_who_changed_the_report(mei, lin, chen):
    report = submitted(mei)
    review_report(by=chen, report=report, version=report.version)

    with translation.override("en"), pytest.raises(StalePage, match=r"Chen changed this report .* Reviewed"):
        approve_report(by=lin, report=report, version=report.version)


def test_remarks_are_the_drafters_on_rows_that_exist_until_submission(mei, lin):
    report = drafted(mei)
    report = change_remark(by=mei, report=report, row="113", text="人次回升")
    change_remark(by=mei, report=report, row="", text="全文", text_en="all of it")

    with pytest.raises(StepRefused):
        change_remark(by=mei, report=report, row="99", text="無此列")
    with pytest.raises(StepRefused):
        change_remark(by=lin, report=report, row="113", text="他人")
    report = submit_report(by=mei, report=report)
    with pytest.raises(StepRefused):
        change_remark(by=mei, report=report, row="113", text="太晚")
    report = approve_report(by=lin, report=report)

    assert json.loads(report.content)["remarks"] == [
        {"row": "", "text": "全文", "text_en": "all of it"},
        {"row": "113", "text": "人次回升", "text_en": ""},
    ]


def test_no_step_follows_an_approval(mei, lin, chen):
    report = approved(mei, lin)

    for deed, by in (
        (submit_report, mei),
        (withdraw_report, mei),
        (review_report, chen),
        (approve_report, chen),
    ):
        with pytest.raises(StepRefused):
            deed(by=by, report=report)
    with pytest.raises(StepRefused):
        return_report(by=chen, report=report, reason="太晚")


def test_the_kept_pdf_says_its_figures_in_chinese_its_signatures_and_its_digest(mei, lin):
    report = approved(mei, lin)

    with paper(report, "pdf").file.open("rb") as file:
        read = read_pdf(file.read())

    for words in ("1,118", "柬埔寨", "泰國", "3,507", "Mei", "Lin", report.digest):
        assert words in read.text
    assert read.language == "zh-TW"
    assert {"H1", "Table", "TH", "THead"} <= set(read.tags)
    assert len(read.pages) == 1


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_the_kept_sheets_hold_the_frozen_rows_with_their_totals(mei, lin, form):
    report = approved(mei, lin)

    version = paper(report, form)
    with version.file.open("rb") as file:
        sheet = read_rows(file, version.name)

    assert [list(cells.values())[1] for _line, cells in sheet.rows] == ["1678", "711", "1118", "3507"]


def test_a_report_on_its_way_is_hidden_from_all_who_may_not_sign_it(mei, lin):
    waiting, done = submitted(mei), approved(mei, lin)
    internal = makers.person("internal", role=Role.AUDITOR, clearance=Secrecy.INTERNAL)
    seen = {
        person.username: set(FrozenReport.objects.visible_to(person))
        for person in (
            mei,
            lin,
            makers.jun(),
            internal,
            makers.auditor(),
            makers.stranger(),
            makers.administrator(),
        )
    }

    assert seen == {
        "mei": {waiting, done},
        "lin": {waiting, done},
        "jun": {waiting, done},
        "internal": {done},
        "auditor": {done},
        "stranger": set(),
        "administrator": set(),
    }


def test_a_report_that_cannot_be_made_is_not_drafted(loaded):
    mei = makers.mei()
    ControlTotal.objects.all().delete()
    Figure.objects.all().delete()
    Series.objects.all().delete()

    for code in ("T4", "T99"):
        with pytest.raises(StepRefused):
            drafted(mei, code)

    assert FrozenReport.objects.count() == 0
