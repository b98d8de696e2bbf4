"""Concurrent requests: laid side by side, decided by a supervisor with reasons, and every side told (MLA Act art. 11)."""

import uuid
from datetime import date

import pytest

from cases.actions import StalePage, StepRefused
from cases.actions.competition import Weighed, add_request, decide, gather, tell, weigh
from cases.competition import comparison_of, competitions_of, competitions_seen
from cases.forms.competition import TellForm
from cases.models import Competition, LetterCase
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import drafted
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
WANTED = "示例帳戶之交易明細"


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


@pytest.fixture
def cases(jun):
    """Two requests of two sides; the second one was received first."""
    later = case_makers.case(jun, makers.partner("XA"), received_on=date(2025, 3, 12))
    earlier = case_makers.case(jun, makers.partner("XB"), received_on=date(2025, 3, 5))
    return [later, earlier]


@pytest.fixture
def competition(jun, cases):
    return gather(by=jun, wanted=WANTED, cases=cases)


def decided(chen, competition, preferred, **fields):
    given = {"reason": "收文在先", "decided_on": date(2025, 3, 18), "today": TODAY} | fields
    decide(by=chen, competition=competition, preferred=preferred, **given)
    competition.refresh_from_db()
    return competition


def refusal(action, **given):
    with pytest.raises(StepRefused) as refused:
        action(**given)
    return refused.value.field


def sent(competition, act, **fields):
    return {"key": str(uuid.uuid4()), "version": str(competition.version), "act": act} | fields


def decision(competition, preferred, **fields):
    day = {"decided_on_year": "114", "decided_on_month": "3", "decided_on_day": "18"}
    given = {"preferred": str(preferred.pk), "reason": "收文在先"} | day
    return sent(competition, "decide", **(given | fields))


# Laying side by side.


def test_the_requests_stand_in_the_order_of_receipt(competition, cases):
    later, earlier = cases

    comparison = comparison_of(competition)

    assert [(side.place, side.case, side.has_agreement) for side in comparison.sides] == [
        (1, earlier, False),
        (2, later, False),
    ]
    assert (comparison.is_decided, comparison.to_be_told) == (False, [])


def test_what_is_wanted_stays_out_of_the_audit_trail(competition):
    entry = Entry.objects.get(verb="competition.gather")

    assert entry.details == {"cases": 2}
    assert WANTED not in entry.about_text


def test_what_does_not_compete_is_refused(jun, chen, cases):
    same_side = case_makers.case(jun, makers.partner("XA"))
    outgoing = case_makers.case(jun, makers.partner("XC"), direction="out")
    closed = case_makers.walk(jun, case_makers.case(jun, makers.partner("XC")))

    def gathered(*given, wanted=WANTED):
        return refusal(gather, by=jun, wanted=wanted, cases=given)

    assert gathered(*cases, wanted=" ") == "wanted"
    assert gathered(cases[0]) == gathered(cases[0], cases[0]) == "cases"
    assert gathered(cases[0], same_side) == "cases"
    assert gathered(cases[0], outgoing) == gathered(cases[0], closed) == "cases"
    assert Competition.objects.count() == 0


@pytest.mark.parametrize("who", [makers.mei, makers.auditor, makers.administrator])
def test_only_justice_weighs_requests(who, cases):
    assert refusal(gather, by=who(), wanted=WANTED, cases=cases) == ""


def test_what_was_said_of_each_request_is_kept(jun, competition):
    first, second = competition.competitors.order_by("pk")

    weigh(by=jun, competition=competition, said={first.pk: Weighed("扣押", "兩週"), second.pk: Weighed()})

    first.refresh_from_db()
    assert (first.nature, first.time_needed) == ("扣押", "兩週")


def test_a_page_that_is_stale_is_refused_with_what_changed(jun, chen, competition, cases):
    weigh(by=chen, competition=competition, said={}, version=1)

    with pytest.raises(StalePage) as stale:
        weigh(by=jun, competition=competition, said={}, version=1)

    assert "Chen" in str(stale.value)


# The decision.


def test_a_supervisor_decides_and_then_every_side_is_to_be_told(chen, competition, cases):
    decided(chen, competition, cases[1])

    comparison = comparison_of(competition)
    assert [side.is_preferred for side in comparison.sides] == [True, False]
    assert comparison.to_be_told == list(comparison.sides)


def test_a_decision_that_cannot_stand_is_refused_with_its_place(jun, chen, competition, cases):
    other = case_makers.case(jun, makers.partner("XC"))

    def attempt(by=chen, preferred=cases[0], **fields):
        given = {"reason": "x", "decided_on": date(2025, 3, 18), "today": TODAY} | fields
        return refusal(decide, by=by, competition=competition, preferred=preferred, **given)

    assert attempt(by=jun) == ""
    assert attempt(preferred=other) == "preferred"
    assert attempt(reason=" ") == "reason"
    assert attempt(decided_on=date(2025, 3, 21)) == "decided_on"
    assert attempt(decided_on=date(2025, 3, 11)) == "decided_on"  # before the later one was received


def test_each_side_is_told_and_nothing_is_open_then(chen, jun, competition, cases):
    row = competition.competitors.first()
    assert refusal(tell, by=jun, competition=competition, competitor=row, told_on=TODAY, today=TODAY) == ""
    decided(chen, competition, cases[1])
    early = {"told_on": date(2025, 3, 17), "today": TODAY}
    assert refusal(tell, by=jun, competition=competition, competitor=row, **early) == "told_on"

    for one in competition.competitors.all():
        tell(by=jun, competition=competition, competitor=one, told_on=TODAY, today=TODAY)

    assert comparison_of(competition).to_be_told == []


def test_a_new_decision_or_a_further_request_has_to_be_told_again(chen, jun, competition, cases):
    decided(chen, competition, cases[1])
    for one in competition.competitors.all():
        tell(by=jun, competition=competition, competitor=one, told_on=TODAY, today=TODAY)

    decided(chen, competition, cases[0])
    assert len(comparison_of(competition).to_be_told) == 2

    add_request(by=jun, competition=competition, case=case_makers.case(jun, makers.partner("XC")))
    competition.refresh_from_db()
    assert (competition.preferred, competition.reason, competition.decided_on) == (None, "", None)
    assert refusal(add_request, by=jun, competition=competition, case=cases[0]) == "case"


# What is hidden.


def test_who_does_not_see_one_of_the_cases_does_not_see_that_they_compete(client_of, jun, cases):
    qiu = case_makers.sealed_officer()
    sealed = case_makers.case(qiu, makers.partner("XC"), secrecy=Secrecy.SEALED, officer=qiu)
    competition = gather(by=qiu, wanted=WANTED, cases=[cases[0], sealed])

    assert list(competitions_seen(qiu)) == [competition]
    assert list(competitions_seen(jun)) == competitions_of(cases[0], jun) == []
    office = client_of(jun)
    pages = [office.get(f"/cases/{cases[0].number}/{place}").content.decode() for place in ("", "related/")]
    assert [WANTED in page or "compete-h" in page.split("<aside")[0] for page in pages] == [False, False]
    assert office.get(f"/cases/competitions/{competition.pk}/").status_code == 404
    assert office.get("/cases/competitions/999/").status_code == 404
    assert refusal(weigh, by=jun, competition=competition, said={}) == ""


def test_a_hidden_case_is_answered_as_one_that_does_not_exist(client_of, jun, cases):
    qiu = case_makers.sealed_officer()
    sealed = case_makers.case(qiu, makers.partner("XC"), secrecy=Secrecy.SEALED, officer=qiu)
    office = client_of(jun)

    def answer(number):
        form = {"key": str(uuid.uuid4()), "wanted": WANTED, "cases": f"{cases[0].number}\n{number}"}
        return office.post("/cases/competitions/new/", form, **ENGLISH).content.decode()

    assert f"There is no case of this number: {sealed.number}" in answer(sealed.number)
    assert "There is no case of this number: 114-受-9999" in answer("114-受-9999")
    assert Competition.objects.count() == 0


# The pages.


def test_a_comparison_is_made_from_the_tab_once(client_of, jun, cases):
    office = client_of(jun)
    numbers = "\n".join(case.number for case in cases)
    form = {"key": str(uuid.uuid4()), "wanted": WANTED, "cases": numbers}

    page = office.get(f"/cases/{cases[0].number}/related/").content.decode()
    answers = [office.post("/cases/competitions/new/", form) for _twice in range(2)]

    assert "/cases/competitions/new/?case=" in page
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Competition.objects.count() == 1
    assert WANTED in office.get("/cases/competitions/").content.decode()


def test_the_supervisor_decides_on_the_page_and_the_overview_says_what_is_open(
    client_of, chen, competition, cases
):
    office, address = client_of(chen), f"/cases/competitions/{competition.pk}/"

    answer = office.post(address, decision(competition, cases[1]))

    competition.refresh_from_db()
    assert (answer.status_code, competition.preferred, competition.decided_by) == (302, cases[1], chen)
    page = office.get(address, **ENGLISH).content.decode()
    assert "Draft the notice" in page
    overview = office.get(f"/cases/{cases[0].number}/", **ENGLISH).content.decode()
    assert "Others ask for the same" in overview


def test_a_side_is_told_on_the_page(client_of, chen, competition, cases):
    office, address = client_of(chen), f"/cases/competitions/{competition.pk}/"
    decided(chen, competition, cases[1])
    row = competition.competitors.first()
    day = {"told_on_year": "114", "told_on_month": "3", "told_on_day": "19", "letter": ""}

    answer = office.post(address, sent(competition, f"tell-{row.pk}", **day))

    row.refresh_from_db()
    assert (answer.status_code, row.told_on) == (302, date(2025, 3, 19))


def test_a_letter_about_a_hidden_case_too_is_not_offered_as_the_one_by_which_a_side_was_told(
    jun, chen, competition, cases
):
    """AZ-17: without the check the letter, which is hidden, stands among the choices."""
    qiu = case_makers.sealed_officer()
    sealed = case_makers.case(qiu, cases[0].partner, secrecy=Secrecy.SEALED, officer=qiu)
    shown, hidden = drafted(jun, cases[0]), drafted(jun, cases[0])
    LetterCase.objects.create(letter=hidden, case=sealed)
    side = next(side for side in comparison_of(competition).sides if side.case == cases[0])

    offered = TellForm(side=side, by=chen, version=competition.version).fields["letter"].queryset

    assert list(offered) == [shown]


def test_a_stale_decision_comes_back_with_everything_typed_and_may_be_sent_again(
    client_of, chen, jun, competition, cases
):
    office, address = client_of(chen), f"/cases/competitions/{competition.pk}/"
    form = decision(competition, cases[1])
    weigh(by=jun, competition=competition, said={})

    page = office.post(address, form, **ENGLISH).content.decode()

    assert "This changed after you opened the page" in page
    assert "收文在先</textarea>" in page
    competition.refresh_from_db()
    again = office.post(address, decision(competition, cases[1]))
    assert again.status_code == 302


def test_officers_find_no_decision_form_and_others_no_form_at_all(client_of, jun, competition, cases):
    address = f"/cases/competitions/{competition.pk}/"

    pages = {
        who: client_of(who).get(address).content.decode() for who in (jun, makers.auditor(), makers.mei())
    }

    assert [('value="weigh"' in page, 'value="decide"' in page) for page in pages.values()] == [
        (True, False),
        (False, False),
        (False, False),
    ]
    auditor = next(who for who in pages if who.username == "auditor")
    assert client_of(auditor).post(address, sent(competition, "weigh")).status_code == 403
    assert client_of(auditor).get("/cases/competitions/new/").status_code == 403
    assert client_of(makers.administrator()).get(address).status_code == 403
    assert client_of(makers.stranger()).get(address).status_code == 200  # ordinary cases


@pytest.mark.parametrize("sides", [2, 4])
def test_the_page_takes_the_same_queries_for_two_sides_and_for_four(
    sides, client_of, jun, django_assert_num_queries
):
    codes = ("XA", "XB", "XC", "XD")[:sides]
    cases = [case_makers.case(jun, makers.partner(code)) for code in codes]
    competition = gather(by=jun, wanted=WANTED, cases=cases)
    office = client_of(jun)

    with django_assert_num_queries(5 + A_LOOK):
        office.get(f"/cases/competitions/{competition.pk}/")
