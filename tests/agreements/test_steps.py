"""Taking a step: the plan is what happens; guards refuse with their article; one click, one effect."""

from datetime import date

import pytest

from agreements.actions import StalePage, StepRefused, StepRequest, plan_step, take_step
from agreements.models import Agreement, Milestone, RunningClock
from tests import makers
from tracker import audit
from tracker.models import Entry
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY


def request(step, on="2025-03-10", **fields):
    return StepRequest(step=step, happened=PartialDate.parse(on), **fields)


def refused(by, file, step, on="2025-03-10", **fields):
    with pytest.raises(StepRefused) as caught:
        plan_step(by=by, agreement=file, request=request(step, on, **fields), today=TODAY)
    return caught.value


def test_the_plan_of_a_signature_lists_the_clock_it_starts_and_taking_it_starts_that_clock():
    mei = makers.mei()
    file = makers.walk(mei, until="sign_first", start=date(2025, 1, 10))
    signature = request("sign", "2025-03-03")

    plan = plan_step(by=mei, agreement=file, request=signature, today=TODAY)
    take_step(by=mei, agreement=file, request=signature, today=TODAY)

    assert [(c.code, c.due_on) for c in plan.clocks_started] == [("K1", date(2025, 4, 2))]
    assert list(RunningClock.objects.values_list("code", "due_on")) == [("K1", date(2025, 4, 2))]
    assert (plan.stage_from, plan.stage_to, plan.changes_stage) == ("30", "35", True)


def test_planning_writes_nothing():
    mei = makers.mei()
    file = makers.walk(mei, until="sign", start=date(2025, 1, 10))
    before = (Milestone.objects.count(), Entry.objects.count(), file.version)

    plan_step(by=mei, agreement=file, request=request("submit", reference="x"), today=TODAY)

    file.refresh_from_db()
    assert (Milestone.objects.count(), Entry.objects.count(), file.version) == before


def test_submission_stops_the_clock_that_signature_started():
    mei = makers.mei()
    file = makers.walk(mei, until="sign", start=date(2025, 1, 10))

    plan = plan_step(by=mei, agreement=file, request=request("submit", reference="x"), today=TODAY)

    assert [(c.code, c.state) for c in plan.clocks_stopped] == [("K1", "met")]


@pytest.mark.parametrize(
    ("step", "fields", "article", "field"),
    [
        ("submit", {}, "8(1)", "reference"),
        ("submit", {"reference": "x", "on": "2024-01-01"}, "8(1)", "happened"),
        ("submit", {"reference": "x", "on": "2025-03-21"}, "8(1)", "happened"),
        ("submit", {"reference": "x", "on": ""}, "8(1)", "happened"),
        ("send_to_legislature", {"term": 11}, "8(1)", "step"),
        ("record", {}, "8(1), 12(1)", "step"),
        ("enter_into_force", {}, "11(1)", "step"),
        ("exchange", {}, "11(1)1", "step"),
        ("issue_instrument", {}, "8(1), 11(1)1", "step"),
        ("lapse", {}, "16", "note"),
        ("no_such_step", {}, "", "step"),
    ],
)
def test_a_step_that_may_not_be_taken_is_refused_with_its_article(step, fields, article, field):
    mei = makers.mei()
    file = makers.walk(mei, until="sign", start=date(2025, 1, 10))

    refusal = refused(mei, file, step, fields.pop("on", "2025-03-10"), **fields)

    assert (refusal.basis.article, refusal.field) == (article, field)
    assert str(refusal.reason)


def test_a_text_is_not_signed_before_the_executive_yuan_approved_it_or_a_ground_is_given():
    mei = makers.mei()
    file = makers.walk(mei, until="initial", start=date(2025, 1, 10))

    assert refused(mei, file, "sign").basis.article == "7"
    assert (
        plan_step(by=mei, agreement=file, request=request("sign", ground="urgent"), today=TODAY).stage_to
        == "35"
    )


def test_an_agreement_enters_into_force_on_signature_only_by_its_clause_and_still_owes_the_record():
    mei = makers.mei()
    without = makers.walk(mei, "A1", until="sign", start=date(2025, 1, 10))
    with_clause = makers.walk(
        mei, "A1", until="sign", start=date(2025, 1, 10), clause="on_signature", title_zh="簽署即生效示例"
    )

    assert refused(mei, without, "enter_into_force").basis.article == "12(1)"
    makers.step(mei, with_clause, "enter_into_force", date(2025, 3, 10))
    assert with_clause.stage == "70"
    assert list(with_clause.running_clocks.values_list("code", flat=True)) == ["K2"]
    makers.step(mei, with_clause, "submit", date(2025, 3, 12))
    assert (with_clause.stage, with_clause.running_clocks.count()) == ("70", 0)


def test_consent_before_signature_spares_the_legislature_after_it():
    mei = makers.mei()
    file = makers.walk(mei, until="approve_text", start=date(2025, 1, 10))
    makers.step(mei, file, "approve", date(2025, 2, 1))
    assert file.stage == "25"
    makers.step(mei, file, "sign", date(2025, 3, 3))

    makers.step(mei, file, "issue_instrument", date(2025, 3, 10))

    assert file.stage == "55"


def test_promulgation_in_place_of_an_exchange_takes_its_day_of_force_from_the_order():
    mei = makers.mei()
    file = makers.walk(mei, until="issue_instrument", start=date(2024, 9, 1))

    makers.step(mei, file, "promulgate", date(2025, 3, 1), effective=PartialDate.parse("2025-02-20"))

    row = Agreement.objects.as_of(date(2025, 2, 25)).get()
    assert (file.stage, row.phase_then, row.in_force_then.iso) == ("75", "in_force", "2025-02-20")


def test_a_file_lapses_with_the_legislatures_term_and_is_submitted_again():
    mei = makers.mei()
    file = makers.walk(mei, until="send_to_legislature", start=date(2024, 1, 10))
    makers.step(mei, file, "lapse_with_term", date(2024, 6, 1))
    assert file.phase == "stopped"

    makers.step(mei, file, "submit", date(2024, 7, 1))

    assert file.stage == "40"


def test_a_returned_file_goes_back_to_talks_and_can_be_signed_again():
    mei = makers.mei()
    file = makers.walk(mei, until="send_to_legislature", start=date(2024, 1, 10))
    for name, on in [
        ("return_to_talks", date(2024, 6, 1)),
        ("reopen", date(2024, 6, 2)),
        ("initial", date(2024, 7, 1)),
        ("sign", date(2025, 3, 1)),
    ]:
        makers.step(mei, file, name, on)

    assert file.stage == "35"
    assert list(file.running_clocks.values_list("code", "started_on")) == [("K1", date(2025, 3, 1))]


def test_a_suspension_counts_from_its_effective_day_and_resumption_puts_back_in_force():
    mei = makers.mei()
    file = makers.walk(mei, start=date(2024, 1, 10))
    makers.step(mei, file, "suspend", date(2025, 2, 1), effective=PartialDate.parse("2025-03-01"))

    phases = [Agreement.objects.as_of(day).get().phase_then for day in (date(2025, 2, 15), date(2025, 3, 1))]
    makers.step(mei, file, "resume", date(2025, 3, 10))

    assert (phases, file.stage) == (["in_force", "stopped"], "70")


def test_one_withdraws_from_a_multilateral_text_and_terminates_a_bilateral_one():
    mei = makers.mei()
    file = makers.walk(mei, start=date(2024, 1, 10))

    assert refused(mei, file, "withdraw", note="x").field == "step"
    makers.step(mei, file, "terminate", date(2025, 3, 1))
    assert file.phase == "ended"


def test_amending_and_superseding_name_the_new_agreement():
    mei = makers.mei()
    file = makers.walk(mei, start=date(2024, 1, 10))
    assert refused(mei, file, "amend").field == "successor"
    new = makers.agreement(mei, title_zh="修正議定書（示例）")

    makers.step(mei, file, "amend", date(2025, 3, 1), successor=new)

    assert (file.stage, file.links_on.get().later_id) == ("80", new.pk)


@pytest.mark.parametrize("who", ["auditor", "administrator", "stranger", "jun"])
def test_people_without_the_right_are_refused(who):
    mei = makers.mei()
    file = makers.walk(mei, until="sign", start=date(2025, 1, 10))

    assert refused(getattr(makers, who)(), file, "submit", reference="x").reason


def test_after_signature_only_the_lead_agency_moves_the_file():
    mei, jun = makers.mei(), makers.jun()
    file = makers.walk(jun, until="sign", start=date(2025, 1, 10), lead="justice", lead_consent="同意函")

    assert refused(mei, file, "submit", reference="x").basis.article == "4"
    assert (
        plan_step(by=jun, agreement=file, request=request("submit", reference="x"), today=TODAY).stage_to
        == "40"
    )


def test_a_file_not_seen_cannot_be_moved():
    file = makers.agreement(makers.lin(), secrecy=2)

    assert refused(makers.person("low", ministry="foreign_affairs", clearance=1), file, "open_talks")


def test_the_second_of_two_pages_is_told_who_changed_what():
    mei = makers.mei()
    file = makers.agreement(mei)
    version = file.version
    makers.step(mei, file, "open_talks", date(2024, 1, 1))

    with pytest.raises(StalePage) as caught:
        take_step(by=mei, agreement=file, request=request("open_talks"), today=TODAY, version=version)

    assert "Mei" in str(caught.value)
    assert file.milestones.count() == 1


def test_a_supervisor_enters_history_with_gaps_and_an_officer_does_not():
    lin, mei = makers.lin(), makers.mei()
    file = makers.agreement(lin, opened_on=date(2010, 1, 1))
    history = request("enter_into_force", "2014-11", as_history=True)

    take_step(by=lin, agreement=file, request=history, today=TODAY)
    take_step(by=lin, agreement=file, request=request("sign", "2013-07-24", as_history=True), today=TODAY)
    file.refresh_from_db()

    assert refused(mei, file, "sign", as_history=True)
    assert [m.step for m in file.milestones.order_by("order")] == ["sign", "enter_into_force"]
    assert (file.stage, file.running_clocks.count()) == ("70", 0)
    standing = [Agreement.objects.as_of(date(2014, 11, day)).get() for day in (1, 30)]
    assert [(row.stage_then, row.possibly) for row in standing] == [("35", True), ("70", False)]


def test_each_step_leaves_one_entry_that_tells_it():
    mei = makers.mei()
    file = makers.agreement(mei)
    before = Entry.objects.count()

    makers.step(mei, file, "open_talks", date(2024, 1, 1))

    entry = audit.history_of(file).first()
    assert Entry.objects.count() == before + 1
    assert (entry.verb, entry.details["step"], entry.details["to"]) == (
        "agreement.take_step",
        "open_talks",
        "20",
    )


def test_the_cached_stage_is_the_fold_for_every_row():
    mei = makers.mei()
    for track in makers.WALKS:
        makers.walk(mei, track, title_zh=f"示例{track}")

    for file in Agreement.objects.all():
        staged = [m.stage for m in file.milestones.filter(withdrawn_at=None).order_by("order") if m.stage]
        assert file.stage == (staged[-1] if staged else "10")


def test_a_letter_number_too_long_for_its_field_is_refused_on_every_database():
    mei = makers.mei()
    file = makers.agreement(mei)

    with pytest.raises(StepRefused) as caught:
        makers.step(mei, file, "open_talks", date(2024, 1, 1), reference="字" * 121)

    assert (caught.value.field, file.milestones.count()) == ("reference", 0)


def test_history_does_not_take_a_file_in_force_back_to_its_signature():
    lin = makers.lin()
    file = makers.walk(lin, start=date(2024, 1, 10))
    after, before = (
        request("sign", "2025-03-01", as_history=True),
        request("sign", "2024-01-01", as_history=True),
    )

    with pytest.raises(StepRefused):
        plan_step(by=lin, agreement=file, request=after, today=TODAY)

    assert plan_step(by=lin, agreement=file, request=before, today=TODAY).stage_to == "75"
