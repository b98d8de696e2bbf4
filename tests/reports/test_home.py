"""The first page of supervisors: what awaits approval, what is overdue, stalled and due, and the trend."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import Agreement, RunningClock
from cases.actions.competition import decide, gather
from cases.actions.extensions import ask_extension
from cases.actions.letters.drafting import submit_letter
from cases.models import Case
from reports.home import home_page
from reports.models import FrozenReport, Recommendation, WeightsVersion
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_letters import drafted
from tests.makers import TODAY
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
HOME = "/reports/home/"
ENGLISH = {"accept-language": "en"}


def page(reader, today=TODAY):
    return home_page(reader=reader, today=today)


def real(code="DE"):
    return makers.partner(code, is_sample=False, name_en=f"Partner {code}")


def waiting(by, **fields):
    given = {
        "code": "P1",
        "title": "示例報告",
        "parameters": {},
        "as_of": TODAY,
        "status": "submitted",
    } | fields
    return FrozenReport.objects.create(created_at=timezone.now(), created_by=by, **given)


def proposed(by):
    given = {"number": 2, "by_factor": {}, "reason": "示例", "proposed_at": timezone.now()}
    return WeightsVersion.objects.create(proposed_by=by, **given)


def overdue_case(by, days, partner=None, **fields):
    case = case_makers.case(by, partner or real(), **fields)
    Case.objects.filter(pk=case.pk).update(due_on=TODAY - timedelta(days=days))
    return case


def signed(by, days_ago, partner=None, **fields):
    start = TODAY - timedelta(days=days_ago + 4)
    return makers.walk(by, "T1", until="sign", start=start, every=1, partner=partner or real(), **fields)


@pytest.mark.parametrize("who", ["lin", "justice_supervisor"])
def test_supervisors_of_both_ministries_enter(client_of, who):
    assert client_of(getattr(makers, who)()).get(HOME).status_code == 200


@pytest.mark.parametrize("who", ["mei", "jun", "stranger", "auditor", "administrator"])
def test_nobody_else_enters(client_of, who):
    assert client_of(getattr(makers, who)()).get(HOME).status_code == 403


def test_reports_and_weights_wait_for_another_than_who_made_them():
    lin, chen = makers.lin(), makers.justice_supervisor()
    report, version = waiting(lin), proposed(lin)

    before = [[todo.url for todo in page(person).approvals] for person in (lin, chen)]
    FrozenReport.objects.filter(pk=report.pk).update(status="returned")
    WeightsVersion.objects.filter(pk=version.pk).update(
        status="refused", decided_by=chen, decided_at=timezone.now()
    )

    assert before == [[], [report.get_absolute_url(), "/reports/weights/2/"]]
    assert page(chen).approvals == []


def test_letters_extensions_and_concurrent_requests_wait_for_the_supervisor_of_justice_until_decided():
    jun, chen = makers.jun(), makers.justice_supervisor()
    case = case_makers.case(jun, partner_reference="AA-1", deadline=date(2025, 4, 1))
    other = case_makers.case(jun, makers.partner("XB"))
    case_makers.walk(jun, case, date(2025, 3, 12), until="I30")
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)
    ask_extension(by=jun, case=case, clock="C2", due_asked=date(2025, 5, 1), reason="卷證浩繁", today=TODAY)
    both = gather(by=jun, wanted="示例帳戶", cases=[case, other])
    url = f"/cases/competitions/{both.pk}/"

    found = {todo.url for todo in page(chen).approvals}
    decide(by=chen, competition=both, preferred=case, reason="先收受", decided_on=TODAY, today=TODAY)

    assert found == {letter.get_absolute_url(), case.get_absolute_url(), url}
    assert {todo.url for todo in page(chen).approvals} == found - {url}
    assert page(makers.lin()).approvals == []


def test_overdue_periods_come_real_first_with_who_has_them_in_hand():
    lin = makers.lin()
    sample, late, _calm = (
        signed(lin, 40, makers.partner("XA")), signed(lin, 31), signed(lin, 3, real("FR"))
    )  # fmt: skip

    found = page(lin).periods

    assert [(line.url, line.days, line.is_sample) for line in found.lines] == [
        (late.get_absolute_url(), -1, False),
        (sample.get_absolute_url(), found.lines[1].days, True),
    ]
    assert (found.number, found.samples, str(found.lines[0].who)) == (1, 1, str(late.lead_words))


def test_the_link_of_overdue_periods_leads_to_exactly_their_agreements(client_of):
    lin = makers.lin()
    late, calm = signed(lin, 31), signed(lin, 3, real("FR"))
    RunningClock.objects.filter(agreement=calm).update(due_on=timezone.localdate())

    answer = client_of(lin).get("/agreements/?view=table&pressing=overdue").text

    assert (late.number in answer, calm.number in answer) == (True, False)


def test_overdue_cases_come_real_first_and_hidden_ones_not_at_all():
    jun, lin = makers.jun(), makers.lin()
    near, far = overdue_case(jun, 1, officer=jun), overdue_case(jun, 9)
    sample = overdue_case(jun, 20, makers.partner("XA"))
    hidden = overdue_case(jun, 5, officer=jun)
    Case.objects.filter(pk=hidden.pk).update(secrecy=Secrecy.SEALED, declassify_when="示例")

    found = page(lin).cases

    urls = [far.get_absolute_url(), near.get_absolute_url(), sample.get_absolute_url()]
    assert ([line.url for line in found.lines], found.number, found.samples) == (urls, 2, 1)
    assert str(jun) in found.lines[1].who


def test_the_most_overdue_real_thing_comes_next_and_nothing_when_nothing_waits():
    jun, lin = makers.jun(), makers.lin()
    nothing = page(lin).next
    overdue_case(jun, 30, makers.partner("XA"))
    first = overdue_case(jun, 2)

    assert (nothing, page(lin).next.url) == (None, first.get_absolute_url())


def test_stalled_talks_are_told_with_their_days():
    lin = makers.lin()
    file = makers.walk(lin, "T1", until="open_talks", partner=real())
    Agreement.objects.filter(pk=file.pk).update(last_activity_on=TODAY - timedelta(days=400))

    found = page(lin)

    assert [(line.agreement, line.days) for line in found.stalled] == [(file, 400)]
    assert (found.stalled_number, found.stalled_samples) == (1, 0)


def test_an_answer_to_the_audit_office_is_due_for_the_ministry_that_gives_it():
    lin, chen = makers.lin(), makers.justice_supervisor()
    row = Recommendation.objects.create(
        code="113-09", fiscal_year=2024, title="示例", text="示例", source="示例", is_sample=True,
        ministry="foreign_affairs", due_on=TODAY + timedelta(days=6), created_at=timezone.now(),
    )  # fmt: skip

    found = [[(todo.url, todo.days) for todo in page(person).audit] for person in (lin, chen)]

    assert found == [[(row.get_absolute_url(), 6)], []]


def test_the_trend_sets_this_year_beside_the_same_span_of_the_year_before():
    jun, lin = makers.jun(), makers.lin()
    for day in (date(2025, 1, 5), date(2025, 3, 20), date(2024, 3, 20), date(2024, 3, 21)):
        case = case_makers.case(jun, real())
        Case.objects.filter(pk=case.pk).update(requested_on=day)

    requested, closed, in_force, help_seekers = page(lin).trend

    assert (requested.now, requested.before) == ("2", "1")
    assert requested.before_url == "/cases/?requested_from=2024-01-01&requested_to=2024-03-20"
    assert (closed.now, in_force.now, help_seekers.now, help_seekers.before) == ("0", "0", None, None)


def test_help_seekers_are_those_of_the_audit_report(loaded):
    found = page(makers.lin()).trend[3]

    assert (found.span, found.now, found.before) == ("2024", "1,118", "711")


def asked(client):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(HOME).status_code == 200
    return len(found)


@pytest.mark.parametrize("who", ["lin", "justice_supervisor"])
def test_the_page_asks_the_same_for_one_row_and_three(client_of, who):
    jun, reader = makers.jun(), getattr(makers, who)()
    client = client_of(reader)

    def add(code):
        overdue_case(jun, 400, real(code))
        overdue_case(jun, 400, makers.partner("XA"))
        officer = makers.person(f"officer_{code}", ministry="foreign_affairs")
        signed(officer, 31, real(code), title_zh="示例已簽條約")
        file = makers.walk(officer, "T1", until="open_talks", partner=real(code), title_zh="示例談判條約")
        Agreement.objects.filter(pk=file.pk).update(last_activity_on=TODAY - timedelta(days=400))
        waiting(jun)

    add("DE")
    first = asked(client)
    add("FR")
    add("IT")

    assert (asked(client), first <= 19) == (first, True)


def test_each_supervisor_is_led_to_the_page_of_the_own_officers_and_to_what_is_told(client_of):
    for person, link in ((makers.lin(), "/agreements/home/"), (makers.justice_supervisor(), "/cases/home/")):
        text = client_of(person).get(HOME, headers=ENGLISH).text
        assert all(f'href="{url}"' in text for url in (link, "/reports/digests/", "/reports/calendars/"))


@pytest.mark.parametrize(("who", "home"), [("mei", "/agreements/home/"), ("jun", "/cases/home/")])
def test_officers_find_digests_and_calendars_from_their_first_page(client_of, who, home):
    text = client_of(getattr(makers, who)()).get(home).text

    assert all(f'href="{url}"' in text for url in ("/reports/digests/", "/reports/calendars/"))
