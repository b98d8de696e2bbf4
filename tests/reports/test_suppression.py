"""AZ-13: who may not open what is counted reads no number below five, and can work out none from all that is shown.

Most tests stand under `EXACT_NUMBERS=justice`, where everybody but justice is such a reader; the last ones under the default,
where it is whoever is not cleared for what a signed-off report counts.
"""

import csv
import io
import random
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from cases.models import Case
from reports import jobs
from reports.actions.frozen import approve_report, draft_report, submit_report
from reports.catalogue import REPORTS, Parameters
from reports.catalogue.casework.ledger import COUNTED
from reports.catalogue.shape import Kind
from reports.catalogue.told import suppressed
from reports.digests import Span, _figures
from reports.factors import gather
from reports.home import home_page
from reports.momentumpage import momentum_of_partner
from reports.rights import reads_exactly
from reports.suppression import at_least, told_words
from tests import makers
from tests.reports.casework import UNTIL, drawn, report
from tests.reports.solver import MOST, recovered, sums_of
from tests.reports.test_factors import asked as asked_without_agreement
from tracker.models import Document, User
from tracker.roles import Secrecy
from tracker.sheets import read_rows

CODES = tuple(f"S0{number}" for number in range(1, 10))
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
QUERY = f"as_of={UNTIL.isoformat()}&with_samples=on"
NUMBERS = (Kind.COUNT, Kind.NUMBER)


@pytest.fixture(autouse=True)
def to_justice_alone(settings):
    settings.EXACT_NUMBERS = "justice"


# How a single number is told.


@pytest.mark.parametrize("number", [0, 1, 4, 5, 9, 23, 1_237])
def test_what_is_told_is_true_a_multiple_of_five_and_never_below_five(number):
    told = {at_least(number, ("S01", key)) for key in range(300)}

    assert all(one is None or (one <= number and one % 5 == 0 and one >= 5) for one in told)
    assert told == {None} if number < 5 else max(one for one in told if one) == number // 5 * 5


@pytest.mark.parametrize("number", [5, 9, 14])
def test_any_number_may_be_held_back_and_the_same_one_is_always_told_alike(number):
    told = [at_least(number, ("S01", key)) for key in range(300)]

    assert None in told
    assert told == [at_least(number, ("S01", key)) for key in range(300)]


# Whether what is not told can be worked out.


def in_fives(number, what):
    told = at_least(number, what)
    return (told or 0, MOST)


def primary_alone(number, _what):
    return (1, 4) if 1 <= number <= 4 else (number, number)


def rounded_alone(number, _what):
    return (number // 5 * 5, number // 5 * 5 + 4)


def shown(days, sums, tell):
    """Everything that reports of several days show; the numbers of a later day are those of the earlier and what came since."""
    found = []
    width = len(days[0])
    for number, day in enumerate(days):
        for places in sums:
            told = tell(sum(day[n] for n in places), ("T", *places))
            every = tuple(n + width * step for n in places for step in range(number + 1))
            found.append((every, *told))
    return found


def solved(days, sums, tell):
    """How many of the numbers from 1 to 4 the solver works out: those of the first day, and what came since."""
    true = (
        [*days[0], *(b - a for a, b in zip(days[0], days[-1], strict=True))] if len(days) > 1 else [*days[0]]
    )
    return sum(1 for n in recovered(true, shown(days, sums, tell)) if 1 <= true[n] <= 4)


def drawn_tables(seed, number):
    rnd = random.Random(seed)
    for _table in range(number):
        first = [rnd.choice((0, 1, 2, 3, 4, 4, 5, 9, 16)) for _cell in range(6)]
        yield [first, [n + rnd.choice((0, 0, 1, 3)) for n in first]]


def test_of_a_hundred_tables_with_margins_filters_and_the_next_day_nothing_small_is_worked_out():
    sums = sums_of(3, 2)

    assert sum(solved(days, sums, in_fives) for days in drawn_tables(13, 100)) == 0


def test_hiding_small_numbers_alone_is_worked_out_by_the_same_solver():
    sums = sums_of(3, 2)
    found = [solved(days, sums, primary_alone) for days in drawn_tables(13, 20)]

    assert sum(one > 0 for one in found) >= 15


def test_rounding_alone_is_worked_out_where_all_cells_stand_at_their_bound():
    fours, sums = [[4] * 5], [(0,), (1,), (2,), (3,), (4,), (0, 1, 2, 3, 4)]

    assert (solved(fours, sums, rounded_alone), solved(fours, sums, in_fives)) == (5, 0)


# A report as a whole.


def numbers_of(found):
    return [column.code for column in found.columns if column.kind in NUMBERS]


def by_heads(found):
    """The cells of each row, and of the totals, by what heads the row."""
    heads = [n for n, c in enumerate(found.columns) if c.kind in (Kind.PARTNER, Kind.CODE, Kind.ROC_YEAR)]
    rows = [*found.rows, found.totals] if found.totals else found.rows
    codes = [column.code for column in found.columns]
    return {tuple(row[n] for n in heads): dict(zip(codes, row, strict=True)) for row in rows}


@pytest.fixture
def sampled(db):
    jun = makers.jun()
    drawn(jun, 60)
    return jun


@pytest.mark.django_db
def test_every_statistic_of_cases_tells_others_in_fives_and_who_works_on_cases_exactly(sampled):
    lin, chen = makers.lin(), makers.justice_supervisor()
    small = 0

    for code in CODES:
        exact, told = report(code, chen), report(code, lin)
        cells = by_heads(exact)
        small += sum(1 for row in cells.values() for name in numbers_of(exact) if row[name] in (1, 2, 3, 4))
        for head, row in by_heads(told).items():
            for name in numbers_of(told):
                assert row[name] is None or (row[name] % 5 == 0 and 5 <= row[name] <= cells[head][name])
        kinds = {column.kind for column, cell in zip(told.columns, told.totals, strict=False) if cell}
        assert Kind.SHARE not in kinds
        assert (told.checks, told.extra, told.is_suppressed, exact.is_suppressed) == ((), {}, True, False)
        assert exact.rows == report(code).rows
    assert small > 50


@pytest.mark.django_db
def test_a_lack_of_a_percentage_or_a_day_is_not_told_either(sampled):
    """Else "none" beside a number that is not shown would say that it is below five."""
    exact, told = report("S09"), report("S09", makers.lin())

    assert any(row[9] is None for row in exact.rows)
    assert told.rows
    for place, row in enumerate(told.rows):
        hidden = {code for n, code in told.withheld if n == place}
        assert hidden == {c.code for c, cell in zip(told.columns, row, strict=True) if cell is None}


@pytest.mark.django_db
def test_a_filter_of_rows_and_the_next_day_tell_the_same_number_alike(sampled):
    lin = makers.lin()
    whole, narrowed = by_heads(report("S09", lin)), by_heads(report("S09", lin, partner="XA"))

    rows = {head: row for head, row in narrowed.items() if head[0] == "XA"}
    assert rows
    assert rows == {head: row for head, row in whole.items() if head[0] == "XA"}
    later = by_heads(report("S09", lin, as_of=UNTIL + timedelta(days=1)))
    assert later == whole


@pytest.mark.django_db
def test_times_are_told_of_five_cases_at_least_and_extremes_never(sampled):
    found = report("S03", makers.auditor())

    assert found.rows
    for row in by_heads(found).values():
        assert (row["median"] is not None) == (row["closed"] is not None)
        assert (row["longest"], row["paused_days"]) == (None, None)


@pytest.mark.parametrize(
    ("setting", "exact"),
    [
        ("justice", ["justice officer", "justice supervisor"]),
        (
            "readers",
            ["justice officer", "justice supervisor", "foreign officer", "foreign supervisor", "auditor"],
        ),
    ],
)
def test_who_is_told_exactly(settings, setting, exact):
    settings.EXACT_NUMBERS = setting
    told = {
        name: reads_exactly(make(pk=5))
        for name, make in {
            "justice officer": lambda **pk: _person("officer", "justice", **pk),
            "justice supervisor": lambda **pk: _person("supervisor", "justice", **pk),
            "foreign officer": lambda **pk: _person("officer", "foreign_affairs", **pk),
            "foreign supervisor": lambda **pk: _person("supervisor", "foreign_affairs", **pk),
            "auditor": lambda **pk: _person("auditor", "", **pk),
            "administrator": lambda **pk: _person("administrator", "", **pk),
        }.items()
    }

    assert [name for name, is_exact in told.items() if is_exact] == exact


def _person(role, ministry, **fields):
    return User(role=role, ministry=ministry, is_active=True, clearance=Secrecy.RESTRICTED, **fields)


# Pages and files.


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["lin", "auditor"])
def test_pages_and_files_of_every_statistic_show_no_small_number(sampled, client_of, who):
    reader = getattr(makers, who)()
    client, hidden = client_of(reader), 0

    for code in CODES:
        page = client.get(f"/reports/all/{code}/?{QUERY}", **ENGLISH)
        table, told = page.context["table"], report(code, reader)
        for line in (*table.lines, table.totals):
            for column, cell in zip(told.columns, line, strict=False):
                if column.kind in NUMBERS:
                    hidden += cell.text == "not shown"
                    assert cell.text == "not shown" or int(cell.text.replace(",", "")) % 5 == 0
                    assert cell.url == ""
        assert "fewer than 5" in page.content.decode()

        data = client.get(f"/reports/all/{code}/as/json/?{QUERY}").json()
        assert [tuple(row) for row in data["rows"]] == list(told.rows)
        nulls = {(one["row"], one["column"]) for one in data["suppressed"]["withheld"]}
        assert nulls == {("total" if n < 0 else n, name) for n, name in told.withheld}

        text = client.get(f"/reports/all/{code}/as/csv/?{QUERY}", **ENGLISH).getvalue().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        for row in rows:
            for name, cell in row.items():
                if name.endswith("(at least)"):
                    assert cell == "not shown" or int(cell) % 5 == 0
    assert hidden > 5


@pytest.mark.django_db
def test_a_workbook_and_a_long_export_are_written_from_what_is_told(sampled, client_of):
    lin = makers.lin()
    answer = client_of(lin).get(f"/reports/all/S01/as/xlsx/?{QUERY}", **ENGLISH)
    sheet = read_rows(io.BytesIO(answer.getvalue()), "s01.xlsx")
    file = io.BytesIO()
    parameters = {"format": "csv", "code": "S01", "asked": Parameters(UNTIL, with_samples=True).as_json()}
    asked = jobs.Asked(by=lin, parameters=parameters, asked_on=UNTIL, now=timezone.now())

    with translation.override("en"):
        jobs.KINDS["report"].make(asked, file, lambda done, of: None)

    told = report("S01", lin)
    received = [row[5] for row in (*told.rows, told.totals)]
    words = ["not shown" if cell is None else str(cell) for cell in received]
    assert [cells["Received (at least)"] for _line, cells in sheet.rows] == words
    rows = csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig")))
    assert [row["Received (at least)"] for row in rows] == words


@pytest.mark.django_db
def test_the_ledger_tells_others_in_fives_without_lists_and_justice_exactly(sampled, client_of):
    for address in ("/reports/reciprocity/", "/reports/reciprocity/XA/"):
        told = client_of(makers.mei() if address.endswith("XA/") else makers.lin()).get(
            f"{address}?{QUERY}", **ENGLISH
        )
        page = told.context["page"]
        rows = [*(page.rows if address.endswith("reciprocity/") else page.years), page.whole]
        cells = [cell for row in rows for side in row.sides for cell in side.cells[: len(COUNTED)]]
        assert {cell.url for cell in cells} == {""}
        assert all(cell.text == "not shown" or int(cell.text) % 5 == 0 for cell in cells)
        assert "fewer than 5" in told.content.decode()
        exact = client_of(sampled).get(f"{address}?{QUERY}", **ENGLISH).context["page"]
        assert any(cell.url for side in exact.whole.sides for cell in side.cells) or exact.note == ""


@pytest.mark.django_db
def test_a_report_that_justice_signed_is_told_others_in_fives_and_its_bytes_papers_and_digest_stay_shut(
    sampled, client_of
):
    chen = makers.justice_supervisor()
    made = draft_report(by=sampled, code="S04", parameters=Parameters(UNTIL, with_samples=True), today=UNTIL)
    made = approve_report(by=chen, report=submit_report(by=sampled, report=made))
    papers = list(Document.objects.about(made))
    others = {
        "foreign affairs": makers.lin(),
        "auditor": makers.auditor(),
        "justice, not cleared": makers.person("low", ministry="justice", clearance=Secrecy.INTERNAL),
    }

    def opened(reader):
        client = client_of(reader)
        page = client.get(made.get_absolute_url() + "?now=1", **ENGLISH)
        content = client.get(reverse("reports:frozen_content", args=[made.pk]))
        files = [client.get(reverse("document", args=[one.pk, 1])) for one in papers]
        for file in files:
            b"".join(file) if file.streaming else file.content
        lists = client.get(reverse("reports:signed_off")).content.decode()
        table = page.context["page"].table.report
        return (
            table.is_suppressed,
            content.status_code,
            {file.status_code for file in files},
            made.digest[:16] in page.content.decode() + lists,
            page.context["page"].differences,
        )

    assert opened(chen) == (False, 200, {200}, True, [])
    assert {name: opened(reader) for name, reader in others.items()} == dict.fromkeys(
        others, (True, 403, {404}, False, [])
    )


@pytest.mark.django_db
def test_by_default_it_is_told_in_fives_to_who_is_not_cleared_for_what_it_counts(
    sampled, client_of, settings
):
    settings.EXACT_NUMBERS = "readers"
    made = draft_report(by=sampled, code="S04", parameters=Parameters(UNTIL, with_samples=True), today=UNTIL)
    chen = makers.justice_supervisor()
    made = approve_report(by=chen, report=submit_report(by=sampled, report=made))
    readers = {
        "cleared": makers.person("high", ministry="foreign_affairs", clearance=Secrecy.RESTRICTED),
        "not cleared": makers.person("low", ministry="foreign_affairs", clearance=Secrecy.INTERNAL),
    }
    told = {
        name: client_of(reader)
        .get(made.get_absolute_url(), **ENGLISH)
        .context["page"]
        .table.report.is_suppressed
        for name, reader in readers.items()
    }

    assert told == {"cleared": False, "not cleared": True}


# Factors, the trend and the digest.


@pytest.mark.django_db
def test_factors_that_count_cases_are_known_to_others_from_five_on_and_told_in_fives():
    jun, mei = makers.jun(), makers.mei()
    few, many = makers.partner("XA"), makers.partner("XB")
    for partner, number in ((few, 3), (many, 27)):
        for _case in range(number):
            asked_without_agreement(jun, date(2025, 3, 3), partner)

    def known(reader):
        found = gather(date(2025, 3, 20), reader=reader, with_samples=True)
        name = "cases_without_agreement"
        return {one.partner: one.data[name].value for one in found.candidates if name in one.data}

    assert known(jun) == {"XA": 3, "XB": 27}
    told = at_least(27, ("XB", "cases_without_agreement"))
    assert known(mei) == ({"XB": told} if told else {})
    ranked = REPORTS["P01"].run(Parameters(date(2025, 3, 20), with_samples=True), reader=mei)
    assert ranked.is_suppressed
    assert "27" not in str(ranked.rows) + str(ranked.extra["ranking"])
    kept = REPORTS["P01"].run(Parameters(date(2025, 3, 20), with_samples=True), reader=jun)
    told_later = REPORTS["P01"].told(kept)
    assert "27" not in str(told_later.rows) + str(told_later.extra)
    assert {row[1] for row in told_later.rows} == {row[1] for row in kept.rows}


@pytest.mark.django_db
def test_trend_digest_and_ladder_tell_others_no_small_number():
    jun, lin, chen = makers.jun(), makers.lin(), makers.justice_supervisor()
    country = makers.partner("AU", is_sample=False)
    for _case in range(3):
        asked_without_agreement(jun, date(2025, 3, 3), country)
    Case.objects.update(requested_on=date(2025, 3, 3))
    today = date(2025, 3, 20)

    with translation.override("en"):
        trends = {who.username: home_page(reader=who, today=today).trend[0] for who in (lin, chen)}
        digests = {who.username: list(_figures(who, Span(date(2025, 3, 1), today))) for who in (lin, chen)}
        panels = {who.username: momentum_of_partner(country, who, today)[2]["years"] for who in (lin, chen)}

    assert [(trends[who].now, bool(trends[who].url)) for who in ("lin", "chen")] == [
        ("not shown", False),
        ("3", True),
    ]
    assert digests["lin"] == []
    assert digests["chen"][0][1].startswith("3 requests")
    assert [len(panels[who]) for who in ("lin", "chen")] == [0, 1]


def test_a_number_in_words_says_that_it_is_a_least_number():
    with translation.override("en"):
        told = {told_words(12, ("S01", key)) for key in range(100)}

    assert told <= {"at least 10", "at least 5", "not shown"}


@pytest.mark.django_db
def test_without_the_guard_the_same_page_shows_small_numbers(sampled, client_of):
    """The control: the numbers that the readers above are not told are there to be found."""
    table = (
        client_of(makers.justice_supervisor()).get(f"/reports/all/S01/?{QUERY}", **ENGLISH).context["table"]
    )

    small = [cell for line in table.lines for cell in line[4:] if cell.text in ("1", "2", "3", "4")]
    assert len(small) > 10
    assert all(cell.url for cell in small)
    assert suppressed(table.report).withheld
