"""Fictional cases by the hundred: every row follows from its steps, as if each had been made by hand."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agreements.models import Milestone
from cases import disposalguards
from cases.actions import StepRefused
from cases.actions.sampling import add_sample_cases
from cases.basis import proposal_for
from cases.lifecycle import HOLDER_OF, next_steps, opening_of
from cases.models import AssistanceItem, Case, CaseEvent, NumberSeries
from cases.searching import case_text
from cases.timing import due_day, read_facts
from tests import makers
from tracker import audit, search
from tracker.models import Entry, SearchEntry, User

pytestmark = pytest.mark.django_db
UNTIL = date(2025, 3, 20)
COUNT = 240


def load(count=COUNT, seed=7):
    out = StringIO()
    call_command("sample_cases", count=count, seed=seed, until=UNTIL, stdout=out)
    return list(Case.objects.order_by("pk"))


def forget_all():
    disposalguards.remove_guards(connection)  # the end of the test takes this back, as everything else
    search.forget("cases.case", Case.objects.values_list("pk", flat=True))
    for model in (AssistanceItem, CaseEvent, Case, NumberSeries):
        model.objects.all().delete()


def told(case):
    events = [(event.step, event.happened_on, event.note) for event in case.events.order_by("order")]
    return (case.number, case.subject, case.partner_id, case.state, case.basis, case.requested_on, events)


def walked(case):
    """What the steps of the case lead to, step by step through the tables."""
    events = list(case.events.order_by("order"))
    opening = opening_of(case.direction, is_direct=case.is_direct)
    assert (events[0].step, events[0].state) == (opening.name, str(opening.target))
    state, day, sent_on = events[0].state, events[0].happened_on, None
    for event in events[1:]:
        rows = [
            row
            for row in next_steps(state, case.kind)
            if (row.name, str(row.target or "")) == (event.step, event.state)
        ]
        assert len(rows) == 1, (case.number, state, event.step)
        assert event.happened_on >= day
        for need in rows[0].needs:
            field = {"reason": "note"}.get(need.value, need.value)
            assert getattr(event, field), (event.step, need)
        state, day = event.state or state, event.happened_on
        sent_on = day if rows[0].sends else sent_on
    assert [event.order for event in events] == list(range(1, len(events) + 1))
    return state, day, sent_on


def test_every_sample_stands_where_its_steps_lead():
    for case in load():
        state, last, sent_on = walked(case)
        opened = case.letter_on or case.received_on
        assert (case.state, case.holder, case.is_open) == (
            state,
            HOLDER_OF[state],
            state not in ("I99", "O99"),
        )
        assert case.requested_on == (sent_on or opened)
        assert last <= UNTIL


def test_every_due_day_is_the_one_that_the_clocks_name():
    cases = load()

    for case in Case.objects.open():
        assert (case.due_on, case.due_clock) == due_day(read_facts(case))
    assert {case.due_on for case in cases if not case.is_open} == {None}


def test_every_sample_rests_on_what_the_register_proposes_for_its_day():
    load()
    reader = User.objects.get(username="sample-officer-1")

    for case in Case.objects.select_related("partner"):
        proposal = proposal_for(case.partner, case.kind, case.requested_on, reader=reader)
        assert (case.basis, case.agreement_id) == (
            proposal.basis,
            proposal.agreement and proposal.agreement.pk,
        )
        assert case.basis_finding == proposal.facts


def test_some_samples_fall_the_day_before_an_entry_into_force_on_it_and_after_it():
    load()
    force = Milestone.objects.get(
        step="enter_into_force", agreement__partner__code="XG", agreement__subjects__subject="criminal_mla"
    ).counted_to

    days = [force + timedelta(days=days) for days in (-1, 0, 1)]
    around = Case.objects.filter(partner__code="XG", kind="criminal", requested_on__in=days, direction="in")

    bases = {(case.requested_on - force).days: case.basis for case in around}
    assert bases == {-1: "reciprocity", 0: "agreement", 1: "agreement"}


def test_the_numbers_of_each_series_have_no_gap_and_no_double():
    load()

    taken = {}
    for number in Case.objects.values_list("number", flat=True):
        prefix, _dash, last = number.rpartition("-")
        taken.setdefault(prefix, []).append(int(last))
    assert {prefix: sorted(lasts) for prefix, lasts in taken.items()} == {
        series.prefix: list(range(1, series.last + 1)) for series in NumberSeries.objects.all()
    }


def test_every_sample_is_found_by_what_it_says():
    cases = load(60)

    kept = dict(SearchEntry.objects.filter(about_model="cases.case").values_list("about_id", "text"))
    assert kept == {case.pk: case_text(case) for case in cases}
    found = search.first_keys(Case.objects.order_by("-requested_on", "-id"), cases[5].number, 10)
    assert found == [cases[5].pk]


def test_a_sealed_sample_is_carried_by_somebody_cleared_for_it():
    for case in load():
        assert case.officer is None or case.officer.clearance >= case.secrecy
        assert case.secrecy < 3 or case.officer is not None


def test_one_audit_entry_tells_of_all_and_the_chain_is_intact():
    load()

    told_of = [entry.details for entry in Entry.objects.filter(verb="case.load_samples")]
    assert told_of == [{"cases": COUNT, "seed": 7, "until": "2025-03-20"}]
    assert audit.verify().intact


def test_all_samples_are_visibly_fictional():
    for case in load(60):
        assert case.partner.is_sample
        assert case.subject.startswith(("示例", "Sample"))


def test_the_same_seed_draws_the_same_cases_and_another_one_others():
    first = [told(case) for case in load(40)]
    forget_all()
    again = [told(case) for case in load(40)]
    forget_all()
    other = [told(case) for case in load(40, seed=8)]

    assert first == again
    assert first != other


def test_a_second_run_adds_as_many_other_cases():
    load(40)
    both = load(40)

    assert len(both) == 80
    assert len({case.partner_reference or case.office_reference for case in both}) == 80


def test_the_carriers_of_an_office_are_its_own_people():
    jun, mei = makers.jun(), makers.mei()

    cases = load(40)

    assert {case.officer for case in cases} <= {jun, None}
    assert {case.recorded_by for case in cases} == {jun}
    assert mei.pk and not User.objects.filter(username__startswith="sample-").exists()


def test_samples_are_not_loaded_in_production(settings):
    settings.IN_PRODUCTION = True

    with pytest.raises(CommandError, match="production"):
        load(1)


def test_only_justice_adds_samples():
    with pytest.raises(StepRefused):
        add_sample_cases(by=makers.mei(), count=1, seed=1, until=UNTIL)
