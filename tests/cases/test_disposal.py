"""RET-1, RET-3: terms by the calendar, disposal lists of two persons, and what is left of a destroyed case."""

import uuid
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from agreements.actions import StepRefused
from agreements.actions.uploads import hold_uploads
from cases.actions.destroying import erase_files
from cases.actions.disposal import (
    approve_disposal,
    carry_out_disposal,
    draw_up_disposal,
    drop_disposal,
    record_authority_approval,
)
from cases.actions.promises import Assurance, give_promise
from cases.actions.retention import lift_hold, place_hold, set_agreement_retention, set_retention
from cases.models import (
    Case,
    CaseEvent,
    DisposalList,
    Erasure,
    Letter,
    Note,
    Person,
    Retention,
    RetentionDefault,
    Start,
    Task,
    Term,
)
from cases.retention import due_cases, last_day
from tests import makers
from tests.cases import disposals
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker import audit
from tracker.actions import keep_form, save_draft
from tracker.models import Document, DocumentVersion, Draft, Entry, KeptForm, SearchEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return makers.jun(), case_makers.justice_supervisor(), disposals.second_supervisor()


@pytest.mark.parametrize(
    ("start", "years", "ends"),
    [
        (date(2020, 6, 15), 1, date(2021, 6, 15)),
        (date(2020, 2, 29), 1, date(2021, 2, 28)),
        (date(2020, 2, 29), 20, date(2040, 2, 29)),
        (date(2019, 2, 28), 1, date(2020, 2, 28)),
        (date(2019, 12, 31), 30, date(2049, 12, 31)),
    ],
)
def test_a_term_ends_on_the_same_day_or_the_last_one_of_the_month(start, years, ends):
    assert last_day(start, years) == ends


@pytest.mark.parametrize("years", [value for value in Term.values if value])
@pytest.mark.parametrize(
    ("closed_on", "start"),
    [(date(2020, 6, 15), Start.CLOSING), (date(2020, 2, 29), Start.CLOSING), (date(2019, 2, 28), Start.CLOSING), (date(2020, 6, 15), Start.YEAR_END)],
)  # fmt: skip
def test_a_case_is_due_from_the_day_after_its_term(cast, years, closed_on, start):
    """RET-1, at the last day of the term −1, 0 and +1, for every class; a permanent case is the control."""
    jun, chen, _tsai = cast
    case = case_makers.walk(
        jun, case_makers.case(jun, received_on=closed_on, letter_on=closed_on, today=TODAY), closed_on
    )
    set_retention(by=chen, case=case, years=years, start=start, reason="示例")
    end = last_day(closed_on if start == Start.CLOSING else date(2020, 12, 31), years)

    due = [
        due_cases(chen, today=date.fromordinal(end.toordinal() + shift)).filter(pk=case.pk).exists()
        for shift in (-1, 0, 1)
    ]
    set_retention(by=chen, case=case, years=0, start=start, reason="示例")

    assert (due, due_cases(chen, today=date(2999, 1, 1)).exists()) == ([False, False, True], False)


def test_without_a_term_everything_is_kept_and_the_kind_may_give_one(cast):
    jun, chen, _tsai = cast
    case = disposals.closed(jun, chen, years=None)
    unknown = due_cases(chen, today=TODAY).exists()
    RetentionDefault.objects.create(kind=case.kind, years=1, source="示例分類表")

    found = list(due_cases(chen, today=TODAY))
    plan = draw_up_disposal(by=chen, cases=found, today=TODAY)

    case.refresh_from_db()
    assert (unknown, found, [line.ended_on for line in plan.lines.all()]) == (
        False,
        [case],
        [date(2021, 6, 15)],
    )
    assert not Retention.objects.exists()


def test_a_list_is_approved_by_the_authority_then_by_another_person(cast):
    jun, chen, tsai = cast
    plan = draw_up_disposal(by=chen, cases=[disposals.closed(jun, chen)], today=TODAY)
    refused = []
    for act in (
        lambda: approve_disposal(by=tsai, plan=plan, today=TODAY),
        lambda: carry_out_disposal(by=tsai, plan=plan, today=TODAY),
        lambda: record_authority_approval(by=jun, plan=plan, number="1", on=TODAY, today=TODAY),
        lambda: record_authority_approval(by=chen, plan=plan, number=" ", on=TODAY, today=TODAY),
        lambda: record_authority_approval(by=chen, plan=plan, number="1", on=date(2999, 1, 1), today=TODAY),
        lambda: (
            record_authority_approval(by=chen, plan=plan, number="示例", on=TODAY, today=TODAY),
            approve_disposal(by=chen, plan=plan, today=TODAY),
        ),
        lambda: carry_out_disposal(by=chen, plan=plan, today=TODAY),
    ):
        with pytest.raises(StepRefused) as refusal:
            act()
        refused.append(refusal.value.field)
    approve_disposal(by=tsai, plan=plan, today=TODAY)

    plan.refresh_from_db()
    assert (len(refused), plan.approved_by, Note.objects.count()) == (7, tsai, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisposalList.objects.filter(pk=plan.pk).update(approved_by=chen)


def test_only_due_cases_stand_in_a_list_and_only_once(cast):
    jun, chen, tsai = cast
    due, early = disposals.closed(jun, chen), disposals.closed(jun, chen, years=30)
    running = case_makers.case(jun, officer=jun)
    for cases in ([early], [running], [due, early], []):
        with pytest.raises(StepRefused):
            draw_up_disposal(by=chen, cases=cases, today=TODAY)
    with pytest.raises(StepRefused):
        draw_up_disposal(by=jun, cases=[due], today=TODAY)
    plan = draw_up_disposal(by=chen, cases=[due], today=TODAY)
    with pytest.raises(StepRefused):
        draw_up_disposal(by=tsai, cases=[due], today=TODAY)
    drop_disposal(by=tsai, plan=plan, reason="示例")

    assert [line.case for line in draw_up_disposal(by=tsai, cases=[due], today=TODAY).lines.all()] == [due]


def test_a_hold_or_a_longer_term_or_a_promise_stops_an_approved_list(
    cast, django_capture_on_commit_callbacks
):
    jun, chen, tsai = cast
    case = disposals.closed(jun, chen)
    plan = disposals.approved(chen, tsai, case)
    stopped = []

    def try_it() -> None:
        with pytest.raises(StepRefused):
            carry_out_disposal(by=tsai, plan=plan, today=TODAY)
        stopped.append(Note.objects.filter(case=case).count())

    place_hold(by=jun, case=case, reason="示例訴訟")
    try_it()
    with pytest.raises(StepRefused):
        lift_hold(by=jun, case=case, reason="示例")
    lift_hold(by=chen, case=case, reason="示例訴訟終結")
    set_retention(by=chen, case=case, years=30, start=Start.CLOSING, reason="示例")
    try_it()
    set_retention(by=chen, case=case, years=1, start=Start.CLOSING, reason="示例")
    give_promise(
        by=jun, case=case, assurance=Assurance("use_limit", "them", "示例", given_on=TODAY), today=TODAY
    )
    try_it()

    assert stopped == [1, 1, 1]


def test_what_is_left_is_the_line_the_certificate_and_the_history(cast, django_capture_on_commit_callbacks):
    """RET-3."""
    jun, chen, tsai = cast
    case, other = disposals.closed(jun, chen), disposals.closed(jun, chen, years=30)
    version = DocumentVersion.objects.get(document__about_id=str(case.pk))
    place = Path(settings.MEDIA_ROOT) / version.file.name
    before, was_there = CaseEvent.objects.filter(case=case).count(), place.exists()
    plan = disposals.approved(chen, tsai, case)

    with django_capture_on_commit_callbacks(execute=True):
        carry_out_disposal(by=tsai, plan=plan, today=TODAY)

    plan.refresh_from_db()
    line = plan.lines.get()
    case.refresh_from_db()
    assert (was_there, place.exists(), Erasure.objects.filter(erased_at=None).count()) == (True, False, 0)
    assert {one["sha256"] for one in line.proof if one["kind"] == "file"} == {version.sha256}
    assert {one["kind"] for one in line.proof} >= {
        "cases.note",
        "cases.person",
        "cases.letter",
        "cases.task",
        "cases.case",
    }
    assert len(plan.certificate) == 64
    assert (case.number != "", case.subject != disposals.WORDS, case.closed_on) == (
        True,
        True,
        disposals.CLOSED_ON,
    )
    assert CaseEvent.objects.filter(case=case).count() == before
    for model in (Note, Task, Person, Letter):
        left = model.objects.filter(cases=other) if model is Letter else model.objects.filter(case=other)
        assert (model.__name__, model.objects.count(), left.count()) == (model.__name__, 1, 1)
    assert Document.objects.filter(about_id=str(case.pk)).count() == 0
    assert disposals.WORDS not in SearchEntry.objects.get(about_model="cases.case", about_id=case.pk).text
    assert Entry.objects.filter(
        about_model="cases.case", about_id=str(case.pk), verb="disposal.destroy"
    ).exists()
    assert audit.verify().intact


def test_a_letter_that_a_kept_case_shares_stays(cast):
    jun, chen, tsai = cast
    case, other = disposals.closed(jun, chen), disposals.closed(jun, chen, years=30)
    letter = Letter.objects.get(cases=case)
    letter.about.create(case=other)

    carry_out_disposal(by=tsai, plan=disposals.approved(chen, tsai, case), today=TODAY)

    assert Letter.objects.filter(pk=letter.pk).exists()


def test_a_disposal_that_fails_in_the_middle_destroys_nothing(cast, monkeypatch):
    jun, chen, tsai = cast
    first, second = disposals.closed(jun, chen), disposals.closed(jun, chen)
    plan = disposals.approved(chen, tsai, first, second)
    real = Case.save

    def full(self, *args, **kwargs):
        if self.pk == second.pk:
            raise OSError("disk full")
        real(self, *args, **kwargs)

    monkeypatch.setattr(Case, "save", full)
    with pytest.raises(OSError, match="disk full"):
        carry_out_disposal(by=tsai, plan=plan, today=TODAY)

    places = [Path(settings.MEDIA_ROOT) / one.file.name for one in DocumentVersion.objects.all()]
    assert (Note.objects.count(), Erasure.objects.count(), [place.exists() for place in places]) == (
        2,
        0,
        [True, True],
    )


def test_what_was_typed_and_not_sent_goes_too_and_what_is_about_another_case_stays(cast, client_of):
    jun, chen, tsai = cast
    case, other = disposals.closed(jun, chen), disposals.closed(jun, chen)
    for one in (case, other):
        typed = {"key": str(uuid.uuid4()), "facts": disposals.WORDS, "act": "draft"}
        client_of(jun).post(f"/cases/{one.number}/contents/", typed)
        keep_form(by=jun, address=f"{one.get_absolute_url()}letters/new/", typed=[("text", disposals.WORDS)])
    before = (Draft.objects.count(), KeptForm.objects.count())

    carry_out_disposal(by=tsai, plan=disposals.approved(chen, tsai, case), today=TODAY)

    assert before == (2, 2)
    assert [draft.address for draft in Draft.objects.all()] == [f"/cases/{other.number}/contents/"]
    assert [kept.address for kept in KeptForm.objects.all()] == [f"{other.get_absolute_url()}letters/new/"]


def test_files_that_wait_for_what_was_typed_go_too_and_those_of_others_stay(cast):
    """With a draft and with a form that was kept; under the same key another person's file waits apart."""
    jun, chen, tsai = cast
    case, other = disposals.closed(jun, chen), disposals.closed(jun, chen)

    def waits(by, key):
        file = SimpleUploadedFile("示例.txt", str((by.pk, key)).encode())
        hold_uploads(by=by, key=key, uploads=[file], secrecy=0)
        return Document.objects.get(about_id=str(key), versions__uploaded_by=by).pk

    def typed(one):
        drafted, kept = uuid.uuid4(), uuid.uuid4()
        address = one.get_absolute_url()
        save_draft(by=jun, key=drafted, title="示例", address=f"{address}contents/", typed=[])
        keep_form(by=jun, address=f"{address}letters/new/", typed=[("key", str(kept))])
        return drafted, kept

    drafted, kept = typed(case)
    own, of_others = [waits(jun, drafted), waits(jun, kept)], [waits(chen, drafted)]
    of_others += [waits(jun, key) for key in typed(other)]
    places = list(DocumentVersion.objects.filter(document__in=own).values_list("file", flat=True))
    carry_out_disposal(by=tsai, plan=disposals.approved(chen, tsai, case), today=TODAY)

    left = set(Document.objects.filter(about_model="tracker.submission").values_list("pk", flat=True))
    proof = {one["key"] for one in case.disposal_lines.get().proof if one["kind"] == "tracker.document"}
    assert left == set(of_others)
    assert set(map(str, own)) <= proof
    assert set(places) <= set(Erasure.objects.values_list("place", flat=True))


def test_files_that_were_left_are_erased_later_and_only_once(cast):
    jun, chen, tsai = cast
    carry_out_disposal(by=tsai, plan=disposals.approved(chen, tsai, disposals.closed(jun, chen)), today=TODAY)
    left = Erasure.objects.filter(erased_at=None).count()

    assert (left, erase_files(), erase_files()) == (1, 1, 0)


def test_a_supervisor_says_how_long_an_agreement_is_kept():
    mei, lin = makers.mei(), makers.lin()
    agreement = makers.agreement(mei)
    given = {"agreement": agreement, "years": 30, "start": Start.YEAR_END, "reason": "示例"}
    with pytest.raises(StepRefused):
        set_agreement_retention(by=mei, **given)
    set_agreement_retention(by=lin, **given)

    agreement.refresh_from_db()
    assert (agreement.retention.years, agreement.retention.start) == (30, "year_end")
