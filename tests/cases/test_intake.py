"""Logging a request: what must be said, who may say it, what it rests on, and what is kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import JSONField, TextField, Value
from django.db.models.functions import Cast

from agreements.models import Partner
from cases.actions import Intake, Named, StepRefused, discard_draft, register_case, save_draft
from cases.models import AssistanceItem, Case
from cases.persons import name_of
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_views import filled
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker import audit
from tracker.models import Draft, Entry, User
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
FORCE = date(2024, 5, 3)


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def jia():
    return makers.partner("XA")


def refused(by, **fields):
    with pytest.raises(StepRefused) as caught:
        case_makers.case(by, **fields)
    return caught.value.field


def stands(case):
    return (case.state, case.holder, case.basis, case.agreement_id, case.requested_on, case.version)


def test_a_registered_case_stands_at_its_first_state_with_its_items_and_its_opening(jun):
    case = case_makers.case(jun, items=("search", "seizure", "search"))

    case.refresh_from_db()
    events = list(case.events.values_list("order", "step", "state", "happened_on", "recorded_by"))
    assert stands(case) == ("I10", "foreign_affairs", "reciprocity", None, date(2025, 3, 3), 1)
    assert events == [(1, "receive", "I10", date(2025, 3, 10), jun.pk)]
    assert [item.kind for item in case.items.all()] == ["search", "seizure"]


@pytest.mark.parametrize(
    ("fields", "opening"),
    [
        ({}, ("receive", "I10")),
        ({"is_urgent": True}, ("receive", "I10")),
        ({"is_urgent": True, "is_direct": True}, ("receive_urgent", "I15")),
        ({"direction": "out"}, ("draft_request", "O10")),
        ({"kind": "spontaneous_information", "items": ()}, ("receive", "I10")),
    ],
)
def test_a_case_opens_as_direction_and_door_say(jun, fields, opening):
    case = case_makers.case(jun, **fields)

    assert (case.events.get().step, case.state) == opening


def test_the_day_of_the_request_is_that_of_the_letter_and_of_receipt_only_when_it_is_undated(jun):
    dated = case_makers.case(jun)
    undated = case_makers.case(jun, letter_on=None)

    assert [dated.requested_on, undated.requested_on] == [date(2025, 3, 3), date(2025, 3, 10)]


@pytest.mark.parametrize(
    ("letter", "basis"), [(FORCE - timedelta(days=1), "reciprocity"), (FORCE, "agreement")]
)
def test_a_case_rests_on_what_was_in_force_on_the_letters_day_not_on_that_of_receipt(jun, jia, letter, basis):
    agreement = case_makers.in_force(jia, FORCE)

    case = case_makers.case(jun, jia, letter_on=letter, received_on=date(2024, 6, 1))

    assert (case.basis, case.agreement) == (basis, agreement if basis == "agreement" else None)
    assert case.basis_finding["day"] == letter.isoformat()


def test_what_the_register_said_stays_when_the_register_learns_more(jun, jia):
    lin = makers.lin()
    agreement = case_makers.in_force(jia, FORCE, by=lin)
    case = case_makers.case(jun, jia, letter_on=FORCE)
    makers.step(lin, agreement, "terminate", date(2025, 3, 1))

    case.refresh_from_db()

    assert (case.basis, case.basis_finding["finding"]) == ("agreement", "in_force")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"direction": ""}, "direction"),
        ({"direction": "sideways"}, "direction"),
        ({"kind": ""}, "kind"),
        ({"received_on": None}, "received_on"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"subject": "  "}, "subject"),
        ({"items": ()}, "items"),
        ({"items": ("torture",)}, "items"),
        ({"letter_on": date(2025, 3, 11)}, "letter_on"),
        ({"direction": "out", "letter_on": date(2025, 3, 1)}, "letter_on"),
        ({"deadline": date(2025, 3, 9)}, "deadline"),
        ({"is_direct": True}, "is_direct"),
        ({"is_direct": True, "is_urgent": True, "direction": "out"}, "is_direct"),
        ({"secrecy": Secrecy.SEALED}, "secrecy"),
        ({"basis": "agreement"}, "basis"),
        ({"basis": "convention"}, "basis_reason"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_refused_at_its_place_and_nothing_is_kept(jun, fields, field):
    assert refused(jun, **fields) == field
    assert (Case.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_partner_is_needed(jun):
    with pytest.raises(StepRefused) as caught:
        register_case(by=jun, intake=Intake(direction="in", kind="criminal"), today=TODAY)

    assert caught.value.field == "partner"


def test_transfers_and_extraditions_need_no_items(jun):
    kinds = [case_makers.case(jun, kind=kind, items=()).kind for kind in ("transfer_send", "extradition")]

    assert kinds == ["transfer_send", "extradition"]


def test_another_basis_needs_a_reason_and_keeps_both(jun, jia):
    case_makers.in_force(jia, FORCE)

    case = case_makers.case(jun, jia, basis="convention", basis_reason="聯合國反貪腐公約")

    assert (case.basis, case.agreement, case.basis_reason) == ("convention", None, "聯合國反貪腐公約")
    assert case.basis_finding["basis"] == "agreement"


def test_an_agreement_that_does_not_cover_it_can_be_chosen_with_a_reason_but_not_another_partners(jun, jia):
    prevention = case_makers.in_force(jia, FORCE, "crime_prevention")
    elsewhere = case_makers.in_force(makers.partner("XB"), FORCE)

    case = case_makers.case(jun, jia, agreement=prevention, basis_reason="第 3 條包括取證")

    assert (case.basis, case.agreement) == ("agreement", prevention)
    assert refused(jun, partner=jia, agreement=elsewhere, basis_reason="x") == "basis"
    assert refused(jun, partner=jia, agreement=prevention) == "basis_reason"
    assert refused(jun, partner=jia, agreement=prevention, basis="reciprocity", basis_reason="x") == "basis"


def test_an_agreement_above_the_clearance_cannot_be_chosen(jia):
    hidden = case_makers.in_force(jia, FORCE, secrecy=Secrecy.RESTRICTED)

    assert refused(makers.stranger(), partner=jia, agreement=hidden, basis_reason="x") == "basis"


def test_where_the_register_cannot_say_the_officer_chooses(jun, jia):
    agreement = case_makers.in_force(jia, "2024-06")
    days = {"letter_on": date(2024, 6, 15), "received_on": date(2024, 7, 1)}

    assert refused(jun, partner=jia, **days) == "basis"
    case = case_makers.case(jun, jia, basis="reciprocity", **days)
    other = case_makers.case(jun, jia, agreement=agreement, basis_reason="對方確認 113.06.03 生效", **days)
    assert [case.basis, other.basis] == ["reciprocity", "agreement"]


def test_foreign_affairs_registers_what_it_receives_and_nothing_else():
    mei = makers.mei()

    case = case_makers.case(mei)

    assert (case.state, case.officer) == ("I10", None)
    assert refused(mei, direction="out") == "direction"
    assert refused(mei, is_urgent=True, is_direct=True) == "direction"


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_auditors_and_administrators_log_nothing(who):
    person = getattr(makers, who)()

    assert refused(person) == "direction"
    with pytest.raises(StepRefused):
        save_draft(by=person, intake=case_makers.intake())


def test_a_sealed_case_is_carried_by_whoever_registers_it_or_by_the_officer_named():
    qiu = case_makers.sealed_officer()
    other = makers.person("rao", ministry="justice", clearance=Secrecy.SEALED)

    own = case_makers.case(qiu, secrecy=Secrecy.SEALED)
    given = case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=other)

    assert [own.officer, given.officer] == [qiu, other]


def test_a_sealed_case_is_not_given_to_somebody_who_is_not_cleared_nor_left_to_nobody(jun):
    qiu = case_makers.sealed_officer()
    cleared_mei = makers.person("mei", ministry="foreign_affairs", clearance=Secrecy.SEALED)

    assert refused(qiu, secrecy=Secrecy.SEALED, officer=jun) == "secrecy"
    assert refused(cleared_mei, secrecy=Secrecy.SEALED) == "secrecy"


def test_the_audit_trail_tells_of_a_registration_without_what_it_is_about(jun):
    case = case_makers.case(jun, subject="不得外洩之事由")

    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.about_text) == ("case.register", jun, case.number)
    assert entry.details == {"number": "114-受-0001", "basis": "reciprocity"}
    assert audit.verify().intact


def test_a_draft_may_lack_anything_and_is_seen_by_its_author_alone(jun):
    draft = save_draft(by=jun, intake=Intake(subject="尚未完成"))

    seen = {
        person.username: list(Case.objects.visible_to(person))
        for person in (jun, makers.mei(), case_makers.justice_supervisor(), makers.auditor())
    }
    assert (draft.number, draft.state, draft.partner) == ("", "", None)
    assert seen == {"jun": [draft], "mei": [], "chen": [], "auditor": []}


def test_a_draft_whose_letter_is_dated_after_its_receipt_is_refused_at_its_place(jun):
    intake = case_makers.intake(letter_on=date(2025, 3, 11), received_on=date(2025, 3, 10))

    with pytest.raises(StepRefused) as caught:
        save_draft(by=jun, intake=intake)

    assert (caught.value.field, Case.objects.count()) == ("letter_on", 0)


def test_a_draft_is_changed_and_then_becomes_the_case(jun):
    draft = save_draft(by=jun, intake=case_makers.intake(items=("search",)))
    save_draft(by=jun, intake=case_makers.intake(items=("service",), subject="改過"), draft=draft)

    case = register_case(by=jun, intake=case_makers.intake(items=("service",)), today=TODAY, draft=draft)

    assert (case.pk, case.number, Case.objects.count()) == (draft.pk, "114-受-0001", 1)
    assert list(AssistanceItem.objects.values_list("case", "kind")) == [(case.pk, "service")]
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == [
        "case.draft",
        "case.draft",
        "case.register",
    ]


def test_a_draft_is_registered_and_discarded_once_and_by_its_author(jun):
    draft = save_draft(by=jun, intake=case_makers.intake())
    chen = case_makers.justice_supervisor()

    for deed in (
        lambda: register_case(by=chen, intake=case_makers.intake(), today=TODAY, draft=draft),
        lambda: discard_draft(by=chen, draft=draft),
    ):
        with pytest.raises(StepRefused):
            deed()
    register_case(by=jun, intake=case_makers.intake(), today=TODAY, draft=draft)
    with pytest.raises(StepRefused):
        register_case(by=jun, intake=case_makers.intake(), today=TODAY, draft=draft)
    with pytest.raises(StepRefused):
        discard_draft(by=jun, draft=draft)

    assert Case.objects.registered().count() == 1


def test_a_discarded_draft_is_gone_and_the_trail_says_so(jun):
    draft = save_draft(by=jun, intake=case_makers.intake())

    discard_draft(by=jun, draft=draft)

    assert Case.objects.count() == AssistanceItem.objects.count() == 0
    assert Entry.objects.latest("id").verb == "case.discard"


def test_a_case_is_a_sample_exactly_when_its_partner_is(jun):
    fictional = case_makers.case(jun, makers.partner("XA"))
    real = case_makers.case(jun, makers.partner("DE", name_zh="德國", is_sample=False))

    assert list(Case.objects.real()) == [real]
    assert fictional.partner.is_sample


@pytest.mark.parametrize(
    "spoilt",
    [
        {"state": ""},
        {"partner": None},
        {"requested_on": None},
        {"basis": ""},
        {"state": "O10"},
        {"state": "I11"},
        {"basis": "agreement"},
        {"letter_on": date(2025, 3, 11)},
        {"secrecy": Secrecy.SEALED},
        {"is_direct": True},
        {"number": ""},
    ],
)
def test_the_database_itself_refuses_what_must_never_be(jun, spoilt):
    case = case_makers.case(jun)

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**spoilt)


def test_the_database_refuses_a_number_twice(jun):
    first, second = case_makers.case(jun), case_makers.case(jun)

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=second.pk).update(number=first.number)


def test_a_registered_case_is_found_by_its_number_and_subject_by_those_who_may_see_it(client_of):
    qiu = case_makers.sealed_officer()
    open_case = case_makers.case(qiu, subject="調取帳戶資料")
    sealed = case_makers.case(qiu, subject="調取通聯紀錄", secrecy=Secrecy.SEALED)

    pages = {
        person.username: client_of(person).get("/search/", {"q": "調取"}).content.decode()
        for person in (qiu, makers.mei())
    }

    shown = {who: [case.number in page for case in (open_case, sealed)] for who, page in pages.items()}
    assert shown == {"qiu": [True, True], "mei": [True, False]}
    assert User.objects.count() == 2


# Contents and persons; what a script saves by itself; what follows while one types.


def test_what_the_letter_says_and_who_is_in_it_is_kept_with_the_case(jun):
    case = case_makers.case(
        jun,
        contents={"purpose": "偵查", "copies": 2},
        persons=(Named("suspect", "王小明"), Named("witness", "John Doe")),
    )

    kept = [(person.part, name_of(person)) for person in case.persons.all()]
    assert (case.contents.purpose, case.contents.copies) == ("偵查", 2)
    assert kept == [("suspect", "王小明"), ("witness", "John Doe")]
    assert b"\xe7\x8e\x8b" not in b"".join(bytes(person.sealed_name) for person in case.persons.all())


@pytest.mark.parametrize(
    ("person", "field"),
    [(Named("stranger", "王小明"), "person_2_part"), (Named("suspect", "…"), "person_2_name")],
)
def test_a_person_that_does_not_fit_is_refused_at_its_place_and_nothing_is_kept(jun, person, field):
    assert refused(jun, persons=(Named("suspect", "李大華"), person)) == field
    assert (Case.objects.count(), Entry.objects.count()) == (0, 0)


def test_foreign_affairs_names_the_persons_of_what_it_registers():
    case = case_makers.case(makers.mei(), persons=(Named("suspect", "王小明"),))

    assert case.persons.count() == 1


def test_a_named_person_is_not_shown_by_the_description_of_an_intake():
    assert "王小明" not in repr(case_makers.intake(persons=(Named("suspect", "王小明"),), partner=Partner()))


def test_a_draft_keeps_contents_and_persons_and_lets_them_go(jun):
    draft = save_draft(
        by=jun, intake=Intake(contents={"purpose": "偵查"}, persons=(Named("suspect", "王小明"),))
    )
    kept = draft.persons.get().pk
    both = (Named("suspect", "王小明"), Named("victim", "李大華"))
    save_draft(by=jun, intake=Intake(contents={"purpose": ""}, persons=both), draft=draft)
    again = [person.pk for person in draft.persons.all()]
    save_draft(by=jun, intake=Intake(persons=both[1:]), draft=draft)

    assert (again[0], len(again)) == (kept, 2)
    assert [name_of(person) for person in draft.persons.all()] == ["李大華"]
    assert Case.objects.get().contents.purpose == ""


@pytest.fixture
def office(client_of, jun):
    makers.partner("XA")
    return client_of(jun)


def test_what_is_typed_is_kept_by_itself_with_names_sealed_and_comes_back_as_it_was(office, jun):
    sent = filled(
        act="draft",
        subject="打到一半",
        received_on_day="x",
        person_1_name="王小明",
        person_1_part="suspect",
        purpose="偵查",
    )

    saved = office.post("/cases/new/", sent, headers={"X-Autosave": "1"})

    draft = Draft.objects.get()
    back = office.get(draft.link).text
    assert (saved.status_code, draft.by, Case.objects.count()) == (204, jun, 0)
    lying = Draft.objects.annotate(lying=Cast("typed", TextField())).get().lying
    assert [
        word for word in ("王小明", "打到一半", "偵查") if word in lying or ascii(word)[1:-1] in lying
    ] == []
    assert [text in back for text in ("打到一半", 'value="x"', 'value="王小明"', "偵查")] == [True] * 4


def test_what_no_database_takes_is_left_out_of_what_is_kept_by_itself(office):
    form = filled(subject="調取\0資料", purpose="\0", act="draft")

    answer = office.post("/cases/new/", form, headers={"X-Autosave": "1"})

    kept = dict(Draft.objects.get().typed)
    assert (answer.status_code, kept["subject"], kept["purpose"]) == (204, "調取資料", "")


def test_a_registered_case_leaves_no_draft_behind(office, jun):
    sent = filled()
    office.post("/cases/new/", sent | {"act": "draft"}, headers={"X-Autosave": "1"})

    office.post("/cases/new/", sent)

    assert (Case.objects.registered().count(), Draft.objects.count()) == (1, 0)


def test_a_draft_that_was_registered_leaves_no_drafts_of_its_form_and_a_second_click_finds_the_case(
    office, jun
):
    draft = save_draft(by=jun, intake=case_makers.intake())
    path = draft.get_absolute_url()
    office.post(path, filled(act="draft"), headers={"X-Autosave": "1"})
    sent = filled()

    answers = [office.post(path, sent) for _twice in range(2)]

    case = Case.objects.get()
    assert [answer.headers.get("Location") for answer in answers] == [case.get_absolute_url()] * 2
    assert Draft.objects.count() == 0
    assert office.post(path, filled()).status_code == 404


def test_a_draft_is_nobody_elses(office, client_of, jun):
    draft = save_draft(by=jun, intake=case_makers.intake())
    office.post("/cases/new/", filled(act="draft", subject="打到一半"), headers={"X-Autosave": "1"})
    chen = client_of(case_makers.justice_supervisor())

    assert chen.get(draft.get_absolute_url()).status_code == 404
    assert "打到一半" not in chen.get(Draft.objects.get().link).text


def test_a_draft_that_was_tampered_with_comes_back_empty(office, jun):
    office.post("/cases/new/", filled(act="draft", person_1_name="王小明"), headers={"X-Autosave": "1"})
    draft = Draft.objects.get()
    Draft.objects.update(typed=Value("AAAA", JSONField()))

    page = office.get(draft.link)

    assert (page.status_code, "王小明" in page.text, "AAAA" in page.text) == (200, False, False)


def test_what_follows_is_told_while_one_types_and_nothing_is_kept(office, jun):
    case_makers.in_force(makers.partner("XA"), FORCE)
    case = case_makers.case(jun, letter_on=None)

    parts = office.post("/cases/new/live/", filled(), headers={"Accept-Language": "en"}).text

    assert "Proposed:" in parts and "in force" in parts
    assert case.number in parts
    assert 'href="#id_purpose"' in parts
    assert (Case.objects.count(), Draft.objects.count()) == (1, 0)


def test_what_follows_is_told_of_a_form_with_nothing_in_it_or_nonsense(office):
    for sent in ({}, filled(partner="?", received_on_day="99", direction="sideways", items=["x"])):
        assert office.post("/cases/new/live/", sent).status_code == 200
    assert office.post("/cases/new/live/", filled(partner="x" * 70_000)).status_code == 200


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_those_who_log_nothing_are_told_nothing(client_of, who):
    client = client_of(getattr(makers, who)())

    assert [client.get("/cases/new/").status_code, client.post("/cases/new/live/").status_code] == [403, 403]


def test_foreign_affairs_is_offered_incoming_requests_only(client_of):
    client = client_of(makers.mei())
    makers.partner("XA")

    page = client.get("/cases/new/").text
    refused_page = client.post("/cases/new/", filled(direction="out"))

    assert ('value="in"' in page, 'value="out"' in page) == (True, False)
    assert (refused_page.status_code, Case.objects.count()) == (200, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_what_follows_takes_the_same_queries_for_one_case_and_for_three(
    office, jun, number, django_assert_max_num_queries
):
    for _n in range(number):
        case_makers.case(jun, partner_reference="R-1")
    sent = filled(partner_reference="R-1")

    with django_assert_max_num_queries(8 + A_LOOK):
        office.post("/cases/new/live/", sent)


@pytest.mark.parametrize("number", [1, 3])
def test_registering_through_the_form_takes_the_same_few_queries_however_many_cases_there_are(
    office, jun, number, django_assert_max_num_queries
):
    for _n in range(number):
        case_makers.case(jun)
    office.post("/cases/new/", filled(subject="查扣財產"))  # the first of its year begins the series
    sent = filled(subject="緝捕逃犯")

    with django_assert_max_num_queries(20):  # the beginning and the end of the transaction are two of them
        answer = office.post("/cases/new/", sent)

    assert (answer.status_code, Case.objects.count()) == (302, number + 2)
