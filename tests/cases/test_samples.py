"""The fictional cases of the demo: made by the real actions, at every state, and never a second time."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from agreements.samples import load_sample_agreements
from cases.actions.letters import load_paragraphs
from cases.competition import comparison_of
from cases.firsttime import our_requests, returns_of
from cases.lifecycle import Result
from cases.models import (
    Case,
    Competition,
    Handover,
    Interval,
    Letter,
    LetterCase,
    Note,
    Promise,
    Task,
)
from cases.models.time import Extension
from cases.persons import cases_with_person
from cases.samples import SAMPLES, load_sample_cases, load_samples
from cases.timing import due_day, read_facts
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker import audit
from tracker.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Who loads the samples, and what they rest on."""
    jun, mei, chen = makers.jun(), makers.mei(), case_makers.justice_supervisor()
    load_sample_agreements(by=makers.lin(), justice=jun, today=TODAY)
    load_paragraphs(by=chen)
    return {"officer": jun, "supervisor": chen, "foreign": mei}


@pytest.fixture
def loaded(cast):
    return load_samples(**cast, today=TODAY)


def test_the_samples_are_fictional_cases_made_by_the_real_actions(loaded):
    assert len(loaded) == len(SAMPLES) == Case.objects.count()
    assert all(case.partner.is_sample for case in loaded.values())
    assert {case.events.first().step for case in loaded.values()} == {
        "receive",
        "receive_urgent",
        "draft_request",
    }
    assert Entry.objects.filter(verb="case.register").count() == len(SAMPLES)
    assert audit.verify().intact


def test_every_row_of_the_samples_is_whole_and_its_due_day_is_that_of_its_clocks(loaded):
    invalid = []
    for model in apps.get_app_config("cases").get_models():
        for row in model.objects.all():
            try:
                row.full_clean(validate_unique=False)
            except ValidationError as error:
                invalid.append((str(row), error.message_dict))
    due = {case.number: (case.due_on, case.due_clock) for case in Case.objects.open()}

    assert invalid == []
    assert due == {case.number: due_day(read_facts(case)) for case in Case.objects.open()}


def test_the_days_of_a_sample_go_forward_and_none_lies_in_the_future(loaded):
    for case in Case.objects.all():
        days = list(case.events.order_by("order").values_list("happened_on", flat=True))

        assert all(one <= other for one, other in pairwise([*days, TODAY])), case.subject


def test_samples_fall_the_day_before_an_entry_into_force_on_it_and_after_it(loaded):
    force = TODAY - timedelta(days=1060)

    around = {
        (loaded[name].requested_on - force).days: loaded[name].basis for name in ("before", "on", "after")
    }

    assert around == {-1: "reciprocity", 0: "agreement", 1: "agreement"}


def test_samples_stand_at_many_states_and_are_closed_with_every_result(loaded):
    cases = Case.objects.all()

    assert len(set(cases.values_list("state", flat=True))) == 20
    assert set(cases.closed().exclude(result="").values_list("result", flat=True)) == set(Result.values)
    assert cases.unassigned().count() == 3
    assert cases.on_hold(today=TODAY).count() == 1
    assert {case.subject for case in cases.overdue(today=TODAY)} == {
        "送達傳票",
        "急迫保全電磁紀錄",
        "送達文書",
        "訊問證人",
        "調取金融資料",
    }
    assert cases.filter(is_urgent=True, is_direct=True).count() == 3
    assert cases.exclude(voided_at=None).count() == 1


def test_the_time_of_samples_is_stopped_held_and_extended(loaded):
    intervals = Interval.objects.all()

    assert Counter(intervals.standing().values_list("sort", flat=True)) == {"stop": 2, "hold": 2}
    assert intervals.exclude(withdrawn_at=None).count() == 1
    assert Counter(Extension.objects.values_list("is_approved", flat=True)) == {None: 1, True: 1, False: 1}


def test_promises_of_samples_are_open_overdue_kept_and_withdrawn_and_one_survived_its_case(loaded):
    promises = Promise.objects.all()

    assert promises.owed(today=TODAY).count() == 8
    assert promises.overdue(today=TODAY).count() == 2
    assert promises.exclude(released_on=None).count() == promises.exclude(withdrawn_at=None).count() == 1
    assert Entry.objects.filter(verb="case.close_with_promises").count() == 1


def test_letters_of_samples_stand_in_every_state(loaded):
    meanings = LetterCase.objects.filter(letter__way="in").values_list("meaning", flat=True)

    assert set(Letter.objects.values_list("status", flat=True)) == set(Letter.Status.values)
    assert Counter(meanings) == {"": 1, "unsure": 1, "promises": 1}


def test_what_people_write_beside_samples_waits_for_the_people_of_the_cast(loaded, cast):
    named = {role: person.mentions.filter(seen_at=None).count() for role, person in cast.items()}
    (pack,) = Handover.objects.all()

    assert named == {"officer": 2, "supervisor": 1, "foreign": 1}
    assert Note.objects.filter(is_for_successor=True).count() == 1
    assert Task.objects.filter(done_at=None, due_on__lt=TODAY).count() == 1
    assert Task.objects.filter(done_at=None).count() == 5
    assert (pack.taker, pack.closed_at) == (cast["officer"], None)
    assert Counter(line.ticked_at is None for line in pack.lines.all()) == {True: 2, False: 1}
    assert cases_with_person("示例甲", cast["officer"]).count() == 2


def test_of_the_concurrent_samples_one_pair_waits_for_a_decision_and_one_side_for_its_notice(loaded):
    told = [len(comparison_of(one).to_be_told) for one in Competition.objects.order_by("pk")]

    assert (Competition.objects.filter(preferred=None).count(), told) == (1, [0, 1])


def test_the_samples_show_shares_of_requests_accepted_at_the_first_submission(loaded, cast):
    since, until = TODAY - timedelta(days=400), TODAY
    requests = our_requests(cast["supervisor"], since=since, until=until, with_samples=True)

    returns = returns_of(requests)

    (every,) = returns.all
    assert (every.review.counted, every.review.share) == (11, 64)
    assert (every.abroad.counted, every.abroad.share) == (6, 67)
    assert returns.partners[0].review.share == 60
    assert len(returns.reasons) >= 4


def test_a_second_load_adds_nothing_anywhere(loaded, cast):
    models = [*apps.get_app_config("cases").get_models(), *apps.get_app_config("tracker").get_models()]
    before = {model: model.objects.count() for model in models}

    again = load_samples(**cast, today=TODAY + timedelta(days=1))

    assert again == {}
    assert {model: model.objects.count() for model in models} == before


def test_without_fictional_partners_there_are_no_fictional_cases():
    makers.partner("DE", name_zh="德國", is_sample=False)

    assert load_sample_cases(by=case_makers.justice_supervisor(), today=TODAY) == {}
    assert Case.objects.count() == 0
