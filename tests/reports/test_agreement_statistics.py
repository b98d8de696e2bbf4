"""A01 to A06: agreements by phase, counts beside stated ones, durations, the estimate, and momentum."""

from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from agreements.models import Agreement, Contact, Milestone, StatedFigure
from reports.catalogue import REPORTS, Parameters
from reports.catalogue.agreementstats.durations import ENOUGH
from reports.momentum import Rung, climbs_of, facts_of, rung_of
from reports.written import write
from tests import makers
from tests.cases import makers as case_makers
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy
from tracker.workdays import TAIPEI

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 20)
CODES = ("A01", "A02", "A03", "A04", "A05", "A06")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def mei():
    return makers.mei()


def report(code, reader=None, as_of=DAY, **asked):
    given = {"with_samples": True} | asked
    return REPORTS[code].run(Parameters(as_of=as_of, **given), reader=reader)


def table(found, *names):
    """The rows as named cells, only those named."""
    columns = [column.code for column in found.columns]
    return [tuple(row[columns.index(name)] for name in names) for row in found.rows]


def signed(mei, number, *, in_force, every=10):
    """Texts signed on 2024-02-09 or so, of which so many came into force after signature."""
    for place in range(number):
        until = "" if place < in_force else "sign"
        makers.walk(mei, "A1", partner=makers.partner(f"Y{chr(65 + place)}"), until=until, every=every)


def told(found):
    return [str(note.text) for note in found.notes]


def test_the_phases_are_those_of_the_end_of_each_year_and_of_the_day(mei):
    makers.walk(mei, "A1", start=date(2023, 11, 1), every=25, opened_on=date(2023, 10, 1))

    found = report("A01", since=date(2022, 1, 1))

    assert table(found, "roc_year", "negotiation", "legislative_approval", "in_force", "total") == [
        (111, 0, 0, 0, 0),
        (112, 1, 0, 0, 1),
        (113, 0, 0, 1, 1),
        (114, 0, 0, 1, 1),
    ]
    assert found.failed == ()


def test_every_figure_of_the_phases_leads_to_exactly_its_agreements(client_of, mei):
    makers.walk(mei, "A1", start=date(2023, 11, 1), opened_on=date(2023, 10, 1))
    makers.walk(
        mei, partner=makers.partner("XB"), until="sign", start=date(2023, 11, 1), opened_on=date(2023, 10, 1)
    )
    client, found = client_of(mei), report("A01", reader=mei, since=date(2023, 1, 1))

    for row, line in zip(found.rows, write(found).lines, strict=True):
        for cell, shown in zip(row[1:], line[1:], strict=True):
            assert len(client.get(shown.url).context["page"].rows) == cell


def test_signed_approved_and_in_force_are_counted_beside_what_was_stated(mei):
    makers.walk(mei, "A1")
    makers.walk(mei, "A1", title_zh="只涉其他事項", subjects=["other"])
    makers.walk(mei, partner=makers.partner("XB"), until="sign")
    StatedFigure.objects.create(
        as_of=date(2024, 12, 31), measure="示例", partners=3, agreements=4, source="示例報告"
    )

    found = report("A02")

    assert found.rows == (
        ("signed", "everywhere", 2, 2, 4, 3, "2024-12-31"),
        ("approved", "everywhere", 1, 1, None, None, None),
        ("in_force", "everywhere", 1, 1, None, None, None),
    )
    assert found.sources == ("示例報告",)


def test_the_difference_to_a_stated_figure_is_taken_on_its_own_day_with_what_may_explain_it(mei):
    makers.walk(mei, "A1")
    makers.walk(mei, "A1", title_zh="只涉其他事項", subjects=["other"])
    makers.walk(mei, partner=makers.partner("XB"), until="sign", start=date(2025, 1, 1))
    StatedFigure.objects.create(
        as_of=date(2024, 12, 31), measure="示例", partners=3, agreements=4, source="示例報告"
    )

    assert report("A05").rows == (("2024-12-31", "示例", "everywhere", 4, 3, 1, 1, -3, -2, 1, 0),)


def test_the_numbers_of_a_difference_lead_to_their_agreements(client_of, mei):
    makers.walk(mei, "A1")
    makers.walk(mei, "A1", title_zh="只涉其他事項", subjects=["other"])
    StatedFigure.objects.create(
        as_of=date(2024, 12, 31), measure="示例", partners=3, agreements=4, source="示例報告"
    )
    found = report("A05", reader=mei)
    [line] = write(found).lines
    urls = {column.code: cell.url for column, cell in zip(found.columns, line, strict=True) if cell.url}

    numbers = {name: len(client_of(mei).get(url).context["page"].rows) for name, url in urls.items()}

    assert numbers == {"agreements": 1, "about_other": 1, "day_open": 0}


def test_durations_count_completed_stays_and_say_what_is_left_out(mei):
    signed(mei, 6, in_force=5)
    Milestone.objects.filter(agreement__partner__code="YA", step="sign").update(
        counted=PartialDate(2024, 2), counted_from=date(2024, 2, 1), counted_to=date(2024, 2, 29)
    )
    Milestone.objects.filter(agreement__partner__code="YA", step="submit").update(order=99)

    found = {row[0]: row[1:] for row in report("A03").rows}

    assert found["signature_to_force"] == (4, None, None, 30, 1, 0)
    assert found["25"] == (5, 20, 20, 20, 1, 0)
    assert found["20"] == (6, 10, 10, 10, 0, 0)


def test_the_estimate_needs_enough_texts_and_says_so(mei):
    signed(mei, ENOUGH - 1, in_force=3)

    found = report("A04")

    assert found.rows == ()
    assert "Signed on a known day: 9, of which in force: 3. Left out, since a day is not known: 0." in told(
        found
    )
    assert "No estimate: it needs 10 texts signed on a known day." in told(found)


def test_the_estimate_counts_open_files_as_long_as_they_wait(mei):
    signed(mei, ENOUGH, in_force=6)

    found = report("A04")

    [(days, at_risk, happened, waiting, half_width)] = found.rows
    assert (days, at_risk, happened, waiting) == (30, 10, 6, pytest.approx(0.4))
    assert half_width == pytest.approx(1.959964 * 0.4 * (6 / (10 * 4)) ** 0.5)
    assert "Estimated median: 30 days from signature." in told(found)


def test_a_text_that_stopped_is_watched_until_it_stopped(mei):
    signed(mei, ENOUGH, in_force=6)
    stopped = Agreement.objects.get(partner__code="YJ")
    makers.step(mei, stopped, "shelve", date(2024, 2, 19))

    [(_days, at_risk, happened, _waiting, _width)] = report("A04").rows

    assert (at_risk, happened) == (9, 6)


def contact(by, partner, kind, held):
    day = PartialDate.parse(held)
    kept = {"words": "示例", "recorded_at": timezone.now(), "recorded_by": by}
    return Contact.objects.create(partner=partner, kind=kind, held=day, **kept)


def test_momentum_tells_the_first_day_of_each_rung_and_what_each_side_asked_for(mei):
    jun, country = makers.jun(), makers.partner()
    case_makers.case(jun, country)
    contact(mei, country, "window", "2024-06")
    contact(mei, country, "window", "2024-02-03")
    contact(mei, country, "draft", "2024-11-05")
    makers.walk(mei, until="initial", start=date(2025, 1, 10))
    makers.walk(mei, "A1", partner=makers.partner("XB"))

    found = report("A06")

    assert table(
        found, "partner", "rung", "case_cooperation", "contact_window", "draft", "negotiation", "theirs"
    ) == [("XA", "negotiation", "2025-03-03", "2024-02-03", "2024-11-05", "2025-01-10", 1)]


def test_the_ladder_with_days_agrees_with_the_ladder_of_facts(mei):
    several = [makers.partner(code) for code in ("XA", "XB", "XC", "XD")]
    case_makers.case(makers.jun(), several[0])
    contact(mei, several[1], "window", "2024-06")
    contact(mei, several[1], "meeting", "2024-07")
    makers.walk(mei, partner=several[2], until="open_talks")
    asked = {"reader": None, "with_samples": True}

    climbs, facts = (ask(several, DAY, **asked) for ask in (climbs_of, facts_of))

    assert {code: climb.rung for code, climb in climbs.items()} == {
        code: rung_of(fact) for code, fact in facts.items()
    }
    assert climbs["XD"].rung == Rung.NO_CONTACT


def test_the_climbs_ask_as_often_for_three_partners_as_for_one(mei, django_assert_num_queries):
    several = [makers.partner(code) for code in ("XA", "XB", "XC")]
    for country in several:
        makers.walk(mei, partner=country, until="open_talks")

    with django_assert_num_queries(5):
        climbs_of(several[:1], DAY, reader=mei, with_samples=True)
    with django_assert_num_queries(5):
        climbs_of(several, DAY, reader=mei, with_samples=True)


def test_the_page_of_a_partner_without_an_agreement_shows_its_ladder(client_of, mei):
    contact(mei, makers.partner(), "window", "2024-06")
    makers.walk(mei, "A1", partner=makers.partner("XB"))
    headers = {"accept-language": "en"}

    without = client_of(mei).get("/partners/XA/", headers=headers).text
    covered = client_of(mei).get("/partners/XB/", headers=headers).text
    administrator = client_of(makers.administrator()).get("/partners/XA/", headers=headers).text

    assert "Has come to:" in without
    assert "Has come to:" not in covered
    assert ("Has come to:" in administrator, "Cooperation by year" in administrator) == (True, False)


@pytest.mark.parametrize("code", CODES)
def test_samples_count_only_when_asked_for(code, mei):
    makers.walk(mei, "A1")
    contact(mei, makers.partner("XB"), "draft", "2024-06")

    with_samples, without = report(code), report(code, with_samples=False)

    assert "The fictional samples are left out." in told(without)
    assert (with_samples.rows != without.rows or not with_samples.rows) or code == "A04"


@pytest.mark.parametrize("code", ["A01", "A02", "A03"])
def test_what_was_recorded_later_was_not_known_then(code, mei):
    makers.walk(mei, "A1")
    later = datetime(2025, 3, 19, 9, tzinfo=TAIPEI)
    Milestone.objects.update(recorded_at=later)
    Agreement.objects.update(recorded_at=later)

    before, after = (report(code, known_on=date(2025, 3, day)) for day in (18, 19))

    assert after.rows == report(code).rows != before.rows


@pytest.mark.parametrize("code", CODES)
def test_a_stranger_reads_what_nothing_hidden_was_counted_for(code, mei):
    empty = report(code, reader=makers.stranger())
    makers.walk(mei, "A1", secrecy=Secrecy.RESTRICTED)

    hidden = report(code, reader=makers.User.objects.get(username="stranger"))

    assert hidden.rows == empty.rows


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("code", CODES)
def test_every_report_opens_in_both_languages(client_of, mei, code, language):
    makers.walk(mei, "A1")
    makers.walk(mei, partner=makers.partner("XB"), until="sign")

    page = client_of(makers.auditor()).get(
        f"/reports/all/{code}/?with_samples=on&as_of=2025-03-20", headers={"accept-language": language}
    )

    assert page.status_code == 200


@pytest.mark.parametrize("code", CODES)
def test_a_report_asks_as_often_for_three_agreements_as_for_one(code, mei, django_assert_max_num_queries):
    makers.walk(mei, "A1", partner=makers.partner("XB"), until="sign")
    with django_assert_max_num_queries(40) as one:
        report(code)
    makers.walk(mei, "A1", partner=makers.partner("XC"), until="sign")
    makers.walk(mei, "A1", partner=makers.partner("XD"))

    with django_assert_max_num_queries(40) as three:
        report(code)

    assert len(three) == len(one)
