"""Corrections never overwrite, and what was known on an earlier day can still be asked."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.actions import (
    StepRefused,
    StepRequest,
    correct_milestone,
    record_round,
    take_step,
    update_progress,
    withdraw_milestone,
)
from agreements.lifecycle import PHASE_OF, next_steps
from agreements.models import Agreement, Milestone
from tests import makers
from tracker import audit
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db
TODAY = makers.TODAY
TAIPEI = ZoneInfo("Asia/Taipei")


def backdate(milestone, when):
    """Pretend that the row was recorded then: only a test may."""
    Milestone.objects.filter(pk=milestone.pk).update(recorded_at=when)
    Agreement.objects.filter(pk=milestone.agreement_id, recorded_at__gt=when).update(recorded_at=when)


def test_a_correction_withdraws_one_row_and_adds_another():
    lin = makers.lin()
    file = makers.walk(lin, until="sign", start=date(2025, 1, 10))
    signed = file.milestones.get(step="sign")

    new = correct_milestone(
        by=lin, milestone=signed, reason="依簽署紀錄", today=TODAY, happened=PartialDate.parse("2025-02-25")
    )

    signed.refresh_from_db()
    file.refresh_from_db()
    assert (signed.is_withdrawn, signed.withdrawn_reason, signed.replaced_by) == (True, "依簽署紀錄", new)
    assert (new.happened.iso, new.stage, file.stage) == ("2025-02-25", "35", "35")
    assert list(file.running_clocks.values_list("started_on", flat=True)) == [date(2025, 2, 25)]
    assert audit.history_of(file).first().details["was"] == str(signed.happened)


@pytest.mark.parametrize(
    ("who", "reason", "day"),
    [
        ("mei", "理由", "2025-02-25"),
        ("lin", " ", "2025-02-25"),
        ("lin", "理由", "2024-01-01"),
        ("lin", "理由", "2025-04-01"),
    ],
)
def test_a_correction_is_refused_without_the_right_a_reason_or_a_day_in_order(who, reason, day):
    people = {"mei": makers.mei(), "lin": makers.lin()}
    file = makers.walk(people["mei"], until="submit", start=date(2025, 1, 10))

    with pytest.raises(StepRefused):
        correct_milestone(
            by=people[who],
            milestone=file.milestones.get(step="sign"),
            reason=reason,
            today=TODAY,
            happened=PartialDate.parse(day),
        )
    assert not Milestone.objects.exclude(withdrawn_at=None).exists()


def test_a_signature_stays_a_supervisors_to_correct_when_the_file_is_shelved():
    mei, lin = makers.mei(), makers.lin()
    file = makers.walk(mei, until="sign", start=date(2025, 1, 10))
    makers.step(mei, file, "shelve", TODAY)
    signed = file.milestones.get(step="sign")
    later = {"milestone": signed, "reason": "依簽署紀錄", "today": TODAY, "place": "臺北"}

    with pytest.raises(StepRefused):
        correct_milestone(by=mei, **later)

    assert correct_milestone(by=lin, **later).place == "臺北"


def test_before_signature_the_officer_corrects_her_own_mistake():
    mei = makers.mei()
    file = makers.walk(mei, until="initial", start=date(2025, 1, 10))

    withdraw_milestone(by=mei, milestone=file.milestones.get(step="initial"), reason="誤登", today=TODAY)

    file.refresh_from_db()
    assert file.stage == "20"


def test_a_fact_on_which_later_ones_rest_is_not_withdrawn():
    lin = makers.lin()
    file = makers.walk(lin, until="submit", start=date(2025, 1, 10))

    with pytest.raises(StepRefused):
        withdraw_milestone(by=lin, milestone=file.milestones.get(step="sign"), reason="誤登", today=TODAY)


def test_a_withdrawn_milestone_is_not_withdrawn_again():
    lin = makers.lin()
    file = makers.walk(lin, until="submit", start=date(2025, 1, 10))
    submitted = file.milestones.get(step="submit")
    withdraw_milestone(by=lin, milestone=submitted, reason="誤登", today=TODAY)

    with pytest.raises(StepRefused):
        withdraw_milestone(by=lin, milestone=submitted, reason="誤登", today=TODAY)


def test_what_was_known_on_a_day_is_what_had_been_recorded_by_its_end_in_taipei():
    lin = makers.lin()
    file = makers.walk(lin, until="sign", start=date(2024, 1, 10), every=1)
    start = datetime(2024, 3, 1, 9, 0, tzinfo=TAIPEI)
    for place, milestone in enumerate(file.milestones.order_by("order")):
        backdate(milestone, start + timedelta(days=place))
    last = file.milestones.get(step="sign")
    backdate(last, datetime(2024, 3, 20, 23, 59, tzinfo=TAIPEI))
    day = date(2024, 12, 31)

    def stage(known_on):
        return [row.stage_then for row in Agreement.objects.as_of(day, known_on)]

    assert stage(date(2024, 2, 29)) == []
    assert stage(date(2024, 3, 19)) == ["30"]
    assert stage(date(2024, 3, 20)) == ["35"]
    assert stage(None) == ["35"]


def test_a_withdrawn_fact_was_known_until_the_day_of_its_withdrawal():
    lin = makers.lin()
    file = makers.walk(lin, until="sign", start=date(2024, 1, 10))
    for milestone in file.milestones.all():
        backdate(milestone, datetime(2024, 4, 1, tzinfo=TAIPEI))
    signed = file.milestones.get(step="sign")
    withdraw_milestone(by=lin, milestone=signed, reason="誤登", today=TODAY)
    Milestone.objects.filter(pk=signed.pk).update(withdrawn_at=datetime(2024, 6, 1, 12, tzinfo=TAIPEI))
    day = date(2024, 12, 31)

    stages = [
        Agreement.objects.as_of(day, known).get().stage_then
        for known in (date(2024, 5, 31), date(2024, 6, 1))
    ]

    assert stages == ["35", "30"]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_itself_refuses_to_change_the_audit_trail(change):
    makers.agreement(makers.mei())
    entries = type(audit.history_of(Agreement.objects.get()).first()).objects

    with pytest.raises(IntegrityError), transaction.atomic():
        entries.update(actor_name="nobody") if change == "update" else entries.all().delete()

    assert audit.verify().intact


def test_a_round_belongs_to_the_talks_and_progress_moves_the_last_record():
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks", start=date(2024, 1, 10))
    told = {"by": mei, "agreement": file, "today": TODAY}

    first = record_round(held=PartialDate.parse("2025-01"), medium="video", outcome="交換草案", **told)
    second = record_round(
        held=PartialDate.parse("2025-03-01"), medium="video", outcome="續談", open_articles=3, **told
    )
    update_progress(confidence="at_risk", court="partner", next_step="請駐處洽詢", **told)

    file.refresh_from_db()
    assert ([first.number, second.number], file.last_activity_on) == ([1, 2], TODAY)
    signed = makers.walk(mei, until="sign", start=date(2025, 1, 10), title_zh="另一示例")
    with pytest.raises(StepRefused):
        record_round(
            held=PartialDate.parse("2025-03-10"), medium="video", outcome="x", **told | {"agreement": signed}
        )


@given(st.sampled_from(sorted(makers.WALKS)), st.lists(st.integers(min_value=0, max_value=40), max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_random_legal_walk_keeps_every_invariant(track, choices):
    with transaction.atomic():
        lin = makers.lin()
        file = makers.walk(lin, track, until="sign", start=date(2024, 1, 10), clause="on_signature")
        on = date(2024, 3, 1)
        for choice in choices:
            names = [
                n for n in next_steps(file.stage, file.tracks) if n not in ("amend", "supersede", "withdraw")
            ]
            on += timedelta(days=3)
            try:
                makers.step(lin, file, names[choice % len(names)], on)
            except StepRefused as refusal:
                assert refusal.basis is not None
        _check_invariants(file, on)
        transaction.set_rollback(True)


def _check_invariants(file, today):
    standing = list(file.milestones.filter(withdrawn_at=None).order_by("order"))
    staged = [m for m in standing if m.stage]
    row = Agreement.objects.as_of(today).get(pk=file.pk)
    in_doubt = [m for m in standing if m.phase][-1].step == "effect_in_doubt"
    assert file.stage == staged[-1].stage == row.stage_then
    assert row.phase_then == ("unknown" if in_doubt else PHASE_OF[file.stage])
    assert [m.counted_to for m in staged] == sorted(m.counted_to for m in staged)
    assert len({m.order for m in standing}) == len(standing)
    assert audit.verify().intact


def test_history_is_not_entered_into_a_file_the_supervisor_may_not_see():
    secret = makers.agreement(makers.lin(), secrecy=2)
    low = makers.person("low", ministry="foreign_affairs", role="supervisor", clearance=1)

    with pytest.raises(StepRefused):
        take_step(
            by=low,
            agreement=secret,
            request=StepRequest(step="sign", happened=PartialDate.parse("2020"), as_history=True),
            today=TODAY,
        )
