"""Several cases at once: chosen on the page or all that match, each by the same rule, refused ones named, done once."""

import re

import pytest

from agreements.actions import StepRefused
from cases.actions import StepRequest, assign
from cases.actions.bulk import MOST_AT_ONCE, assign_many, pass_on_many
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.models import Entry, Submission

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def chen():
    """A supervisor of justice."""
    return makers.justice_supervisor()


def text_of(response):
    return response.content.decode()


def versions(*cases):
    return {case.pk: Case.objects.get(pk=case.pk).version for case in cases}


def form_of(page):
    """The key and the chosen cases that the confirm page carries."""
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("key", "chosen")}


def test_several_cases_are_given_to_an_officer_with_the_reason(jun, chen):
    cases = [case_makers.case(jun) for _n in range(3)]

    outcome = assign_many(by=chen, chosen=versions(*cases), officer=jun, reason="分案")

    entries = Entry.objects.filter(verb="case.assign")
    assert (outcome.done, outcome.refused) == ([case.number for case in cases], [])
    assert [case.officer for case in Case.objects.order_by("pk")] == [jun, jun, jun]
    assert [case.version for case in Case.objects.order_by("pk")] == [2, 2, 2]
    assert [entry.details["reason"] for entry in entries] == ["分案"] * 3


def test_what_is_refused_leaves_the_others_alone_and_says_why(jun, chen):
    mine, theirs, high = (
        case_makers.case(jun),
        case_makers.case(jun, officer=chen),
        case_makers.case(jun, secrecy=1),
    )
    stale = case_makers.case(jun)
    chosen = versions(mine, theirs, high, stale)
    assign(by=chen, case=stale, officer=jun)
    stranger = makers.stranger()

    outcome = assign_many(by=jun, chosen=chosen, officer=stranger, reason="分案")

    assert outcome.done == [mine.number]
    assert [number for number, _reason in outcome.refused] == [theirs.number, high.number, stale.number]
    assert all(reason for _number, reason in outcome.refused)
    assert set(Case.objects.filter(officer=stranger)) == {mine}


def test_cases_out_of_sight_are_passed_over_as_if_they_did_not_exist(jun):
    hidden = case_makers.case(jun, secrecy=1)
    stranger = makers.stranger()

    outcome = assign_many(by=stranger, chosen={hidden.pk: 1, 999: 1}, officer=stranger)

    assert (outcome.done, outcome.refused) == ([], [])
    assert Case.objects.get().officer is None


@pytest.mark.parametrize("chosen", [{}, dict.fromkeys(range(1, MOST_AT_ONCE + 2), 1)])
def test_none_and_too_many_are_refused(jun, chosen):
    with pytest.raises(StepRefused):
        assign_many(by=jun, chosen=chosen, officer=jun)


def test_ticked_cases_lead_to_the_confirm_page_and_are_assigned_once(client_of, jun, chen):
    cases = [case_makers.case(jun, subject=f"第{number}案") for number in range(3)]
    client = client_of(chen)
    ticked = [case.pk for case in cases[:2]]

    answer = client.get("/cases/chosen/", {"case": ticked, "act": "assign", "back": "state=open"})
    page = text_of(client.get(answer.url, **ENGLISH))
    sent = form_of(page) | {"officer": jun.pk, "reason": "分案"}
    answers = [client.post(answer.url, sent, **ENGLISH).url for _n in range(2)]
    after = text_of(client.get(answers[0], **ENGLISH))

    assert answer.url == f"/cases/assign/?case={ticked[0]}&case={ticked[1]}&back=state%3Dopen"
    assert "Give 2 cases to the officer" in page
    assert [f"第{number}案" in page for number in range(3)] == [True, True, False]
    assert answers == ["/cases/?state=open"] * 2
    assert after.count("2 cases are done.") == 1
    assert Case.objects.filter(officer=jun).count() == Entry.objects.filter(verb="case.assign").count() == 2
    assert Submission.objects.count() == 1


def test_all_that_match_are_a_second_step_that_names_their_number(client_of, jun, chen):
    for direction in ("in", "in", "out"):
        case_makers.case(jun, direction=direction)
    client = client_of(chen)

    listed = text_of(client.get("/cases/?direction=in", **ENGLISH))
    page = text_of(client.get("/cases/assign/?all=1&direction=in", **ENGLISH))
    client.post("/cases/assign/?all=1&direction=in", form_of(page) | {"officer": jun.pk, "reason": "分案"})

    assert (
        'href="/cases/assign/?all=1&amp;direction=in">Assign all 2 cases that match, of all pages</a>'
        in listed
    )
    assert "Give 2 cases to the officer" in page
    assert {case.direction for case in Case.objects.filter(officer=jun)} == {"in"}


def test_a_case_that_came_meanwhile_is_not_assigned_with_the_others(client_of, jun, chen):
    case_makers.case(jun)
    client = client_of(chen)
    page = text_of(client.get("/cases/assign/?all=1"))
    late = case_makers.case(jun)

    client.post("/cases/assign/?all=1", form_of(page) | {"officer": jun.pk, "reason": "分案"})

    late.refresh_from_db()
    assert late.officer is None
    assert Case.objects.filter(officer=jun).count() == 1


def test_the_refused_are_named_with_the_reason_after_the_others_are_done(client_of, jun, chen):
    free, taken = case_makers.case(jun), case_makers.case(jun, officer=chen)
    client = client_of(jun)
    address = f"/cases/assign/?case={free.pk}&case={taken.pk}"
    sent = form_of(text_of(client.get(address))) | {"officer": jun.pk, "reason": "分案"}

    after = text_of(client.get(client.post(address, sent, **ENGLISH).url, **ENGLISH))

    assert "1 case is done." in after
    assert f"{taken.number} was left as it is: A supervisor assigns" in after


@pytest.mark.parametrize("act", ["assign", "csv", "nonsense"])
def test_nothing_chosen_says_so_on_the_same_list(client_of, jun, act):
    case_makers.case(jun)
    client = client_of(jun)

    answer = client.get("/cases/chosen/", {"act": act, "back": "state=open"}, **ENGLISH)

    assert answer.url == "/cases/?state=open"
    assert "Select a case." in text_of(client.get(answer.url, **ENGLISH))


def test_an_empty_choice_has_no_confirm_page(client_of, jun):
    assert client_of(jun).get("/cases/assign/?back=state%3Dopen").url == "/cases/?state=open"


def test_the_reason_and_the_officer_are_asked_for(client_of, jun):
    case = case_makers.case(jun)
    client, address = client_of(jun), f"/cases/assign/?case={case.pk}"

    page = text_of(client.post(address, form_of(text_of(client.get(address))), **ENGLISH))

    assert "Choose the officer." in page
    assert "Give the reason." in page


@pytest.mark.parametrize(("who", "status"), [("mei", 403), ("auditor", 403), ("administrator", 403)])
def test_only_officers_of_cases_assign(client_of, jun, who, status):
    case = case_makers.case(jun)

    client = client_of(getattr(makers, who)())

    assert client.get(f"/cases/assign/?case={case.pk}").status_code == status


def test_every_box_of_the_page_is_ticked_without_script(client_of, jun):
    for _n in range(3):
        case_makers.case(jun)

    page = text_of(client_of(jun).get("/cases/?tick=1"))

    assert page.count(" checked></td>") == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_confirm_page_takes_the_same_queries_for_one_case_and_for_three(
    rows, client_of, jun, django_assert_num_queries
):
    keys = [case_makers.case(jun).pk for _n in range(rows)]
    client = client_of(jun)

    with django_assert_num_queries(5):  # session, reader, what is offered, the cases, the officers
        client.get("/cases/assign/", {"case": keys})


def test_several_are_passed_on_with_one_letter_and_the_refused_are_named(jun):
    mei = makers.mei()
    fit, closed = case_makers.case(jun), case_makers.walk(jun, case_makers.case(jun))
    request = StepRequest(step="forward", happened_on=TODAY, reference="外條字第 1 號", note="無第 10 條事由")

    outcome = pass_on_many(by=mei, chosen=versions(fit, closed), request=request, today=TODAY)

    fit.refresh_from_db()
    assert (outcome.done, fit.state) == ([fit.number], "I20")
    assert fit.events.get(step="forward").reference == "外條字第 1 號"
    assert [number for number, _reason in outcome.refused] == [closed.number]
