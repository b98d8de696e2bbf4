"""Links between cases: read from both ends, dropped with a reason, and silent about what a reader may not see."""

import uuid
from datetime import date

import pytest

from cases.actions import StepRefused, discard_draft, register_case
from cases.actions.links import drop_link, link_cases, take_up_again
from cases.actions.people import add_person
from cases.links import related_to, ties_of
from cases.models import Case, CaseLink, Person
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def case(jun):
    return case_makers.case(jun)


@pytest.fixture
def closed(jun):
    return case_makers.walk(jun, case_makers.case(jun, partner_reference="XA/77"))


def sealed_case():
    qiu = case_makers.sealed_officer()
    return qiu, case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu, subject="密封之事由")


def read_from(case, reader):
    return [(str(tie.words), tie.other) for tie in ties_of(case, reader)]


def refusal(**given):
    with pytest.raises(StepRefused) as refused:
        link_cases(**given)
    return refused.value.field


def person(case, digest):
    return Person.objects.create(
        case=case,
        part="suspect",
        sealed_name=b"x",
        digest=digest,
        recorded_at=case.recorded_at,
        recorded_by=case.recorded_by,
    )


@pytest.mark.parametrize("kind", ["related", "supplement", "duplicate"])
def test_a_link_is_read_from_both_ends(kind, jun, case):
    other = case_makers.case(jun)

    link = link_cases(by=jun, case=case, other=other, kind=kind, note="見來函")

    assert [(tie.link, tie.other) for tie in ties_of(case, jun)] == [(link, other)]
    assert [(tie.link, tie.other) for tie in ties_of(other, jun)] == [(link, case)]
    assert Entry.objects.filter(verb="case.link").count() == 2


def test_a_supplement_and_what_it_supplements_say_different_things(jun, case, settings):
    settings.LANGUAGE_CODE = "en"
    other = case_makers.case(jun)

    link_cases(by=jun, case=case, other=other, kind="supplement")

    assert read_from(case, jun) == [("Supplementary request of", other)]
    assert read_from(other, jun) == [("Supplemented by", case)]


def test_what_does_not_fit_is_refused_with_its_place(jun, case, closed):
    abroad = case_makers.case(jun, makers.partner("XB"))
    link_cases(by=jun, case=case, other=closed, kind="reopens")

    assert refusal(by=jun, case=case, other=case, kind="related") == "other"
    assert refusal(by=jun, case=case, other=closed, kind="related") == "other"
    assert refusal(by=jun, case=closed, other=case, kind="related") == "other"
    assert refusal(by=jun, case=case, other=abroad, kind="duplicate") == "kind"
    assert refusal(by=jun, case=abroad, other=case, kind="x") == "kind"
    assert refusal(by=jun, case=closed, other=case_makers.case(jun), kind="reopens") == "kind"


def test_a_hidden_case_cannot_be_linked_and_is_answered_as_one_that_does_not_exist(client_of, jun, case):
    _qiu, sealed = sealed_case()
    office = client_of(jun)

    def answer(number):
        sent = {"key": str(uuid.uuid4()), "kind": "related", "other": number, "note": ""}
        page = office.post(f"/cases/{case.number}/related/link/", sent, **ENGLISH).content.decode()
        return page.count("There is no case of this number."), "密封之事由" in page

    assert answer(sealed.number) == answer("114-受-9999") == (2, False)
    assert refusal(by=jun, case=case, other=sealed, kind="related") == "other"
    assert CaseLink.objects.count() == 0


def test_a_link_with_a_sealed_case_shows_to_its_officer_alone_on_either_page_and_in_no_history(
    client_of, jun, case
):
    qiu, sealed = sealed_case()

    link_cases(by=qiu, case=sealed, other=case, kind="related")

    assert read_from(case, jun) == []
    assert [other for _words, other in read_from(case, qiu)] == [sealed]
    pages = [
        client_of(jun).get(f"/cases/{case.number}/{place}", **ENGLISH).content.decode()
        for place in ("related/", "history/")
    ]
    assert [("密" in page or "linked it" in page) for page in pages] == [False, False]
    own = client_of(qiu).get(f"/cases/{sealed.number}/history/", **ENGLISH).content.decode()
    assert "linked it with another case: Related case" in own


def test_a_dropped_link_leaves_its_reason_in_the_history_and_twice_is_as_once(jun, case):
    other = case_makers.case(jun)
    link = link_cases(by=jun, case=case, other=other, kind="related")

    with pytest.raises(StepRefused):
        drop_link(by=jun, link=link, reason=" ")
    drop_link(by=jun, link=link, reason="誤連")
    drop_link(by=jun, link=link, reason="誤連")

    assert ties_of(case, jun) == []
    entries = Entry.objects.filter(verb="case.unlink")
    assert [entry.details for entry in entries] == [{"link": "related", "reason": "誤連"}] * 2


def test_a_link_whose_other_end_is_hidden_cannot_be_dropped_or_found(client_of, jun, case):
    qiu, sealed = sealed_case()
    link = link_cases(by=qiu, case=sealed, other=case, kind="related")

    with pytest.raises(StepRefused):
        drop_link(by=jun, link=link, reason="x")
    answers = [
        client_of(jun).get(f"/cases/{case.number}/related/{pk}/drop/").status_code for pk in (link.pk, 999)
    ]

    assert answers == [404, 404]
    assert CaseLink.objects.filter(pk=link.pk).exists()


def test_the_drop_page_takes_a_double_click(client_of, jun, case):
    other = case_makers.case(jun)
    link = link_cases(by=jun, case=case, other=other, kind="related")
    office, sent = client_of(jun), {"key": str(uuid.uuid4()), "reason": "誤連"}
    address = f"/cases/{case.number}/related/{link.pk}/drop/"

    assert office.get(address).status_code == 200
    assert [office.post(address, sent).status_code for _twice in range(2)] == [302, 302]
    assert CaseLink.objects.count() == 0


# What belongs together without a link.


def test_other_cases_under_the_same_reference_of_the_partner_are_shown(jun, closed):
    same = case_makers.case(jun, partner_reference="XA/77")
    case_makers.case(jun, makers.partner("XB"), partner_reference="XA/77")
    case_makers.case(jun)

    assert related_to(closed, jun).same_reference == [same]
    link_cases(by=jun, case=same, other=closed, kind="reopens")
    assert related_to(closed, jun).same_reference == []


def test_other_cases_of_the_same_person_are_shown_without_reading_a_name_and_not_the_hidden_ones(jun, case):
    other = case_makers.case(jun, makers.partner("XB"))
    _qiu, sealed = sealed_case()
    for one in (case, other, sealed):
        person(one, "d" * 64)
    person(case_makers.case(jun), "e" * 64)

    assert related_to(case, jun).same_person == [other]


def test_who_names_a_person_in_foreign_affairs_does_not_learn_where_else_that_person_stands(jun, client_of):
    mei = makers.mei()
    other, own = case_makers.case(jun), case_makers.case(mei, makers.partner("XB"))
    for by, one in ((jun, other), (mei, own)):
        add_person(by=by, case=one, part="suspect", name="王小明")

    page = client_of(mei).get(f"/cases/{own.number}/related/", **ENGLISH)

    assert related_to(own, mei).same_person is None
    assert other.number not in page.content.decode()
    assert related_to(own, jun).same_person == [other]


# Taking up again.


def test_a_closed_case_is_taken_up_again_by_one_button_once(client_of, jun, closed):
    office, sent = client_of(jun), {"key": str(uuid.uuid4())}

    answers = [office.post(f"/cases/{closed.number}/reopen/", sent) for _twice in range(2)]

    draft = Case.objects.drafts().get()
    assert [answer["Location"] for answer in answers] == [draft.get_absolute_url()] * 2
    assert (draft.partner, draft.kind, draft.partner_reference, draft.subject) == (
        closed.partner,
        closed.kind,
        "XA/77",
        closed.subject,
    )
    assert [item.kind for item in draft.items.all()] == ["evidence"]
    assert office.get(draft.get_absolute_url()).status_code == 200


def test_the_link_shows_to_others_only_once_the_new_case_is_registered(jun, closed):
    chen = makers.justice_supervisor()
    draft = take_up_again(by=jun, case=closed, today=TODAY)
    assert read_from(closed, chen) == read_from(closed, jun) == []

    registered = register_case(by=jun, intake=case_makers.intake(), today=TODAY, draft=draft)

    assert [other for _words, other in read_from(closed, chen)] == [registered]
    assert [tie.link.kind for tie in ties_of(registered, jun)] == ["reopens"]


def test_a_draft_that_takes_a_case_up_again_can_still_be_discarded(jun, closed):
    draft = take_up_again(by=jun, case=closed, today=TODAY)

    discard_draft(by=jun, draft=draft)

    assert (Case.objects.drafts().count(), CaseLink.objects.count()) == (0, 0)


def test_an_open_case_is_not_taken_up_again(client_of, jun, case):
    with pytest.raises(StepRefused):
        take_up_again(by=jun, case=case, today=date(2025, 3, 20))
    answer = client_of(jun).post(f"/cases/{case.number}/reopen/", {"key": str(uuid.uuid4())})

    assert (answer.status_code, Case.objects.drafts().count()) == (200, 0)
    assert "reopen/" not in client_of(jun).get(f"/cases/{case.number}/related/").content.decode()


def test_a_link_is_refused_when_either_end_went_out_of_sight_after_it_was_looked_up(jun, case):
    other = case_makers.case(jun)
    stale = {"case": Case.objects.get(pk=case.pk), "other": Case.objects.get(pk=other.pk)}
    qiu = case_makers.sealed_officer()
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.SEALED, declassify_when="示例", officer=qiu)

    assert refusal(by=jun, **stale, kind="related") == ""
    assert refusal(by=jun, case=stale["other"], other=stale["case"], kind="related") == "other"
    assert CaseLink.objects.count() == 0


# Who.


def test_auditors_look_and_link_nothing_and_strangers_and_administrators_stay_outside(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    address = f"/cases/{case.number}/related/"

    looks = [
        client_of(who()).get(address).status_code
        for who in (makers.mei, makers.auditor, makers.stranger, makers.administrator)
    ]
    auditor = client_of(makers.person("audit2", role="auditor"))
    writes = [
        auditor.post(f"/cases/{case.number}/{place}/").status_code for place in ("related/link", "reopen")
    ]

    assert looks == [200, 200, 404, 403]
    assert writes == [403, 403]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tab_takes_the_same_queries_for_one_link_and_for_three(
    rows, client_of, jun, case, django_assert_num_queries
):
    for _n in range(rows):
        link_cases(by=jun, case=case, other=case_makers.case(jun), kind="related")
    office = client_of(jun)

    with django_assert_num_queries(7 + A_LOOK):
        office.get(f"/cases/{case.number}/related/")
