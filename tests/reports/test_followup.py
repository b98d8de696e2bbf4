"""The course of a recommendation: the acts in their order, who adds them, and what is loaded from the audit report."""

from datetime import date

import pytest
from django.utils import translation

from agreements.actions import StalePage, StepRefused
from reports.actions import (
    Act,
    add_evidence,
    add_recommendation,
    change_days,
    load_recommendations,
    record_act,
    withdraw_act,
    withdraw_evidence,
)
from reports.followup import NEXT, course
from reports.models import Evidence, Recommendation
from tests import makers
from tracker import audit
from tracker.models import Entry
from tracker.partialdate import PartialDate

TODAY = date(2025, 3, 20)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def found(db):
    load_recommendations(by=None)
    return Recommendation.objects.get(code="113-01")


def test_the_course_runs_from_asking_to_closing():
    states = [
        course(kinds).state
        for kinds in (
            ["ask"],
            ["ask", "remind"],
            ["ask", "answer"],
            ["ask", "answer", "keep_open"],
            ["ask", "answer", "keep_open", "answer", "close"],
        )
    ]

    assert states == ["asked", "asked", "answered", "kept_open", "closed"]


@pytest.mark.parametrize("kinds", [["answer"], ["ask", "close"], ["ask", "answer", "close", "answer"]])
def test_an_act_out_of_its_order_is_refused(kinds):
    with pytest.raises(ValueError, match="does not follow"):
        course(kinds)


def test_every_act_can_be_reached_and_nothing_follows_the_end():
    reached = {kind for kinds in NEXT.values() for kind in kinds}

    assert reached == set(NEXT) - {""}
    assert NEXT["close"] == ()


def test_the_two_recommendations_of_the_audit_report_are_loaded_once(found):
    again = load_recommendations(by=None)

    rows = Recommendation.objects.order_by("code").values_list("code", "state", "follows__code")
    assert (list(rows), again) == ([("112-01", "kept_open", None), ("113-01", "answered", "112-01")], 0)
    assert [str(event.happened) for event in found.events.all()] == ["", ""]


def test_a_reply_that_is_reviewed_and_closed_ends_it(found):
    mei = makers.mei()
    for kind in ("keep_open", "answer", "close"):
        found.refresh_from_db()
        act = Act(kind, "示例", PartialDate.parse("2025-03-19"))
        record_act(by=mei, recommendation=found, act=act, version=found.version, today=TODAY)

    found.refresh_from_db()
    assert (found.state, audit.verify().intact) == ("closed", True)


def test_an_act_that_does_not_follow_is_refused_and_leaves_nothing(found):
    entries = Entry.objects.count()

    with pytest.raises(StepRefused, match="does not follow"):
        record_act(by=makers.mei(), recommendation=found, act=Act("ask", "x"), version=None, today=TODAY)

    assert (found.events.count(), Entry.objects.count()) == (2, entries)


def test_an_act_on_a_day_to_come_is_refused(found):
    act = Act("keep_open", "x", PartialDate.parse("2025-03-21"))

    with pytest.raises(StepRefused, match="future"):
        record_act(by=makers.mei(), recommendation=found, act=act, version=None, today=TODAY)


def test_a_page_opened_before_a_change_is_stale(found):
    mei = makers.mei()
    record_act(by=mei, recommendation=found, act=Act("answer", "x"), version=1, today=TODAY)

    with pytest.raises(StalePage):
        record_act(by=mei, recommendation=found, act=Act("answer", "y"), version=1, today=TODAY)


@pytest.mark.parametrize("who", [makers.jun, makers.auditor, makers.administrator, makers.stranger])
def test_only_the_ministry_that_answers_adds_acts_and_evidence(found, who):
    by, day = who(), PartialDate.parse("")

    with pytest.raises(StepRefused, match="ministry that answers"):
        record_act(by=by, recommendation=found, act=Act("answer", "x"), version=None, today=TODAY)
    with pytest.raises(StepRefused, match="ministry that answers"):
        add_evidence(by=by, recommendation=found, text="x", happened=day, today=TODAY)


def test_withdrawing_the_last_act_leads_back_and_keeps_the_row(found):
    last = found.events.get(kind="answer")

    withdraw_act(by=makers.mei(), event=last, reason="登錄錯誤", version=found.version)

    found.refresh_from_db()
    last.refresh_from_db()
    assert (found.state, last.withdrawn_reason) == ("asked", "登錄錯誤")


def test_the_letter_that_asked_is_never_withdrawn_and_a_reason_is_needed(found):
    mei = makers.mei()

    with pytest.raises(StepRefused, match="last act"):
        withdraw_act(by=mei, event=found.events.get(kind="ask"), reason="x", version=None)
    with pytest.raises(StepRefused, match="why"):
        withdraw_act(by=mei, event=found.events.get(kind="answer"), reason=" ", version=None)


def test_evidence_is_added_and_withdrawn_with_a_reason(found):
    mei = makers.mei()
    row = add_evidence(
        by=mei, recommendation=found, text="示例會談", happened=PartialDate.parse("2025-03"), today=TODAY
    )

    withdraw_evidence(by=mei, evidence=row, reason="重複")

    with pytest.raises(StepRefused, match="already"):
        withdraw_evidence(by=mei, evidence=row, reason="又一次")
    assert Evidence.objects.get(pk=row.pk).withdrawn_reason == "重複"


def test_the_day_inside_the_house_does_not_lie_after_the_day_due(found):
    days = {"due_on": date(2025, 3, 26), "next_review_on": None, "version": None}

    mei = makers.mei()

    with pytest.raises(StepRefused, match="inside the house"):
        change_days(by=mei, recommendation=found, inner_due_on=date(2025, 3, 27), **days)

    kept = change_days(by=mei, recommendation=found, inner_due_on=date(2025, 3, 24), **days)
    assert (kept.due_on, kept.inner_due_on) == (date(2025, 3, 26), date(2025, 3, 24))


def test_a_supervisor_enters_a_recommendation_with_the_letter_that_asks(db):
    made = Recommendation(
        code="114-09",
        fiscal_year=2025,
        title="示例建議",
        text="示例",
        source="示例",
        ministry="foreign_affairs",
    )

    add_recommendation(by=makers.lin(), recommendation=made, asked=Act("ask", "示例"))

    assert [event.kind for event in made.events.all()] == ["ask"]
    with pytest.raises(StepRefused, match="Supervisors"):
        add_recommendation(by=makers.mei(), recommendation=made, asked=Act("ask", "示例"))
