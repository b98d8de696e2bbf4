"""The status table: one row an agreement, one column an action, dates no more exact than they are, footnotes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from agreements.actions import withdraw_milestone
from agreements.filters import AgreementFilter
from agreements.lifecycle import STEP_NAMES
from agreements.models import Agreement, Milestone
from agreements.statustable import BACK_TO_LIFE, COLUMNS, LETTERS, status_page
from tests import makers
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db

ADDRESS = "/agreements/status/"
ENGLISH = {"accept-language": "en"}


def germany(**fields):
    return makers.partner("DE", is_sample=False, name_zh="德國", name_en="Germany", region="europe", **fields)


def table(reader, **asked):
    with override("en"):
        return status_page(AgreementFilter(asked, reader=reader, today=makers.TODAY))


def cells(page, place=0):
    """The cells of a row as text: dates, [taken back], "n.r." for not recorded, with their notes after a colon."""

    def entry(each):
        day = str(each.day) or "undated"
        text = f"{each.letter} {day}".strip()
        notes = "".join(f":{number}" for number in each.notes)
        return (f"[{text}]" if each.in_brackets else text) + notes

    return {
        cell.column: " ".join(entry(each) for each in cell.entries) or ("n.r." if cell.is_missing else "")
        for cell in page.rows[place].cells
    }


def test_every_letter_of_a_column_stands_in_the_legend_and_every_step_in_one_column_at_most():
    steps = [step for column in COLUMNS for step in column.letters]

    assert {letter for column in COLUMNS for letter in column.letters.values()} - {""} == set(LETTERS)
    assert len(steps) == len(set(steps))
    assert set(steps) | BACK_TO_LIFE <= set(STEP_NAMES)


def test_a_file_walked_to_its_end_fills_its_columns():
    mei = makers.mei()
    makers.walk(mei, "T1", start=date(2024, 1, 10), partner=germany())

    page = table(mei)

    assert cells(page) == {
        "talks": "2024-01-10",
        "initialled": "2024-01-20",
        "signed": "2024-02-19:1",
        "approved": "L 2024-03-20",
        "exchanged": "2024-04-09",
        "in_force": "2024-04-19",
        "promulgated": "P 2024-04-29",
        "ended": "",
    }
    assert [text for _number, text in page.notes] == ["Two signatures; the first: 2024-02-09."]
    assert [letter for letter, _words in page.letters] == ["L", "P"]


def test_the_record_of_an_agreement_is_told_from_approval_by_its_letter():
    mei = makers.mei()
    makers.walk(mei, "A1", start=date(2024, 1, 10), partner=germany())

    found = cells(table(mei))

    assert (found["approved"], found["promulgated"]) == ("E 2024-02-29", "G 2024-03-20")


def test_a_promulgation_in_place_of_the_exchange_tells_the_day_of_force():
    mei = makers.mei()
    file = makers.walk(mei, "T1", until="issue_instrument", start=date(2024, 1, 10), partner=germany())
    makers.step(mei, file, "promulgate", date(2024, 6, 3), effective=PartialDate.parse("2024-06-10"))

    page = table(mei)

    found = cells(page)
    assert (found["in_force"], found["promulgated"]) == ("2024-06-10", "P 2024-06-03:2")


def test_only_what_had_happened_by_the_day_is_shown():
    mei = makers.mei()
    makers.walk(mei, "T1", start=date(2024, 1, 10), partner=germany())

    found = cells(table(mei, as_of="2024-02-10"))

    assert [found[name] for name in ("initialled", "signed", "approved")] == [
        "2024-01-20",
        "2024-02-09:1",
        "",
    ]
    assert [text for _n, text in table(mei, as_of="2024-02-10").notes] == ["Signed by one side only."]


def test_dates_known_in_part_and_not_at_all_carry_their_footnotes():
    lin = makers.lin()
    file = makers.agreement(
        lin, partner=germany(), opened_on=date(2020, 1, 1), track="A1", nature="agreement"
    )
    makers.step(lin, file, "open_talks", "2020", as_history=True)
    makers.step(lin, file, "sign", "2023-08≤2023-08-30", as_history=True)
    makers.step(lin, file, "enter_into_force", "≤2024-12-31", as_history=True)

    page = table(lin)

    assert cells(page) == {
        "talks": "2020:1",
        "initialled": "n.r.",
        "signed": "2023-08≤2023-08-30:2",
        "approved": "n.r.",
        "exchanged": "",
        "in_force": "≤2024-12-31:3",
        "promulgated": "",
        "ended": "",
    }
    assert [text for _number, text in page.notes] == [
        "Neither day nor month are known, only the year.",
        "The day is not known, only the month.",
        "It is recorded that this happened; its day is not known.",
    ]


def test_a_month_that_the_day_cuts_is_perhaps_later():
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="record", start=date(2024, 1, 10), partner=germany())
    makers.step(lin, file, "enter_into_force", "2024-06")

    page = table(lin, as_of="2024-06-15")

    assert cells(page)["in_force"] == "2024-06:1:2"
    assert dict(page.notes)[2] == "Perhaps only after the as-of day."
    assert page.rows[0].possibly


def test_an_earlier_action_without_a_date_is_not_recorded_and_a_later_one_is_not_yet():
    lin = makers.lin()
    file = makers.agreement(lin, partner=germany())
    makers.step(lin, file, "sign", "2024-02-01", as_history=True)
    makers.step(lin, file, "enter_into_force", "2024-06-01", as_history=True)

    found = cells(table(lin))

    assert {name: text for name, text in found.items() if name not in ("signed", "in_force")} == {
        "talks": "n.r.",
        "initialled": "n.r.",
        "approved": "n.r.",
        "exchanged": "n.r.",
        "promulgated": "n.r.",
        "ended": "",
    }


def test_a_value_taken_back_stays_in_brackets_with_its_reason():
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="enter_into_force", start=date(2024, 1, 10), partner=germany())
    fact = file.milestones.get(step="enter_into_force")
    withdraw_milestone(by=lin, milestone=fact, reason="日期有誤", today=makers.TODAY)
    Milestone.objects.filter(pk=fact.pk).update(withdrawn_at=datetime(2025, 2, 5, tzinfo=UTC))

    page = table(lin)

    assert cells(page)["in_force"] == "[2024-03-10]:1"
    assert [text for _number, text in page.notes] == ["In brackets: withdrawn on 2025-02-05. 日期有誤"]


def test_as_it_was_known_then_a_later_withdrawal_is_not_seen():
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="enter_into_force", start=date(2024, 1, 10), partner=germany())
    long_ago = datetime(2024, 6, 1, tzinfo=UTC)
    Agreement.objects.update(recorded_at=long_ago)
    Milestone.objects.update(recorded_at=long_ago)
    fact = file.milestones.get(step="enter_into_force")
    withdraw_milestone(by=lin, milestone=fact, reason="日期有誤", today=makers.TODAY)
    Milestone.objects.filter(pk=fact.pk).update(withdrawn_at=datetime(2025, 2, 5, tzinfo=UTC))

    then, now = table(lin, known_on="2025-02-04"), table(lin, known_on="2025-02-05")

    assert cells(then)["in_force"] == "2024-03-10"
    assert cells(now)["in_force"] == "[2024-03-10]:1"


def test_an_end_is_told_by_its_letter_and_a_file_taken_up_again_has_none():
    lin = makers.lin()
    file = makers.walk(lin, "A1", start=date(2024, 1, 10), partner=germany())
    makers.step(lin, file, "suspend", "2024-06-01")
    suspended = cells(table(lin))["ended"]
    makers.step(lin, file, "resume", "2024-07-01")
    resumed = cells(table(lin))["ended"]
    makers.step(lin, file, "terminate", "2024-08-01")

    assert (suspended, resumed, cells(table(lin))["ended"]) == ("S 2024-06-01", "", "T 2024-08-01")


def test_texts_under_negotiation_stand_apart_and_samples_are_not_counted():
    mei = makers.mei()
    makers.walk(mei, "T1", until="sign", partner=germany())
    makers.agreement(mei, partner=germany(), title_zh="洽談中")
    makers.walk(mei, "T1", until="sign")

    page = table(mei)

    assert [(row.agreement.partner.code, bool(row.band)) for row in page.rows] == [
        ("DE", True),
        ("XA", False),
        ("DE", True),
    ]
    assert (page.signed, page.signed_not_in_force) == ((1, 1), 1)
    assert table(mei, samples="1").signed == (2, 2)


def test_the_page_says_its_day_its_totals_and_how_to_read_it(client_of):
    mei = makers.mei()
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=germany(), title_en="The text")

    response = client_of(mei).get(ADDRESS, {"as_of": "113/12/31"}, headers=ENGLISH)

    assert response.status_code == 200
    for words in (
        "Status as of",
        "31 Dec 2024",
        "How to read this table",
        "Signed, not in force",
        "The text",
        "Footnotes",
    ):
        assert words in response.text


def test_the_stranger_sees_no_restricted_row(client_of):
    file = makers.walk(makers.mei(), "T1", until="sign", partner=germany(), secrecy=2)
    assert file.number in client_of(makers.lin()).get(ADDRESS).text

    response = client_of(makers.stranger()).get(ADDRESS)

    assert file.number not in response.text
    assert response.context["page"].signed == (0, 0)


def test_the_table_is_read_page_by_page(client_of, monkeypatch):
    monkeypatch.setattr("agreements.statustable.PAGE_ROWS", 2)
    mei = makers.mei()
    for title in ("一", "二", "三"):
        makers.agreement(mei, partner=germany(), title_zh=title)

    second = client_of(mei).get(ADDRESS, {"page": "2"}, headers=ENGLISH)

    assert [row.agreement.title_zh for row in second.context["page"].rows] == ["三"]
    assert second.context["page"].paging.previous == ADDRESS


def test_the_table_costs_the_same_queries_with_one_row_and_with_three(client_of):
    mei = makers.mei()
    client = client_of(mei)
    today = timezone.localdate()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS).status_code == 200
        return len(queries)

    makers.walk(mei, "T1", partner=germany(), start=today - timedelta(days=200), today=today)
    with_one = cost()
    for code in ("PW", "VN"):
        makers.walk(mei, "A1", partner=makers.partner(code, is_sample=False))

    assert cost() == with_one <= 12
