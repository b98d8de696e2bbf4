"""The list of cases as a sheet: exactly the filtered rows, the chosen columns, as of a day, harmless, and audited."""

import csv
import io
from datetime import date

import pytest

from cases.columns import EVERY
from tests import makers
from tests.cases import makers as case_makers
from tracker.actions import choose_columns, save_view
from tracker.models import Entry
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


def body(response):
    return b"".join(response.streaming_content)


def rows_of(response):
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))


def test_the_sheet_holds_the_filtered_rows_in_the_order_of_the_list(client_of, jun):
    for subject, day in {"早": date(2025, 3, 1), "晚": date(2025, 3, 5)}.items():
        case_makers.case(jun, subject=subject, letter_on=day)
    case_makers.case(jun, subject="民", kind="civil")

    rows = rows_of(client_of(jun).get("/cases/export/?kind=criminal", **ENGLISH))

    assert rows[0] == [
        "Case number",
        "Secrecy",
        "Direction",
        "Partner code",
        "Partner",
        "Sample",
        "Subject",
        "Legal basis",
        "State code",
        "State",
        "Day of the request",
        "Deadline",
        "Next step",
    ]
    assert rows[1:] == [
        [f"114-受-000{number}", "Ordinary", "Incoming", "XA", "Country A", "yes", subject, "Reciprocity", "I10",
         "Received by Foreign Affairs", day, "", "Forward to Justice"]
        for number, subject, day in ((2, "晚", "2025-03-05"), (1, "早", "2025-03-01"))
    ]  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
def test_every_format_holds_the_same_rows(client_of, jun, format):
    case_makers.case(jun, subject="一", officer=jun, deadline=date(2025, 4, 1))
    choose_columns(
        by=jun, place="cases", columns=[column.name for column in EVERY], looked_at=jun.date_joined
    )
    client = client_of(jun)

    sheets = [
        read_rows(io.BytesIO(body(client.get(f"/cases/export/?format={each}"))), f"cases.{each}")
        for each in (format, "csv")
    ]

    assert (sheets[0].header, list(sheets[0].rows)) == (sheets[1].header, list(sheets[1].rows))


def test_a_text_never_becomes_a_formula(client_of, jun):
    case_makers.case(jun, subject="=HYPERLINK(1)", partner_reference="+1")
    choose_columns(by=jun, place="cases", columns=["subject", "their_reference"], looked_at=jun.date_joined)

    rows = rows_of(client_of(jun).get("/cases/export/"))

    assert rows[1][1:] == ["'=HYPERLINK(1)", "'+1"]


def test_only_the_ticked_cases_are_taken_whatever_the_filters_are(client_of, jun):
    cases = [case_makers.case(jun) for _n in range(3)]
    client = client_of(jun)

    answer = client.get(
        "/cases/chosen/", {"case": [cases[0].pk, cases[2].pk], "act": "csv", "back": "direction=out&sort=due"}
    )
    rows = rows_of(client.get(answer.url))

    assert {row[0] for row in rows[1:]} == {cases[0].number, cases[2].number}


def test_a_sheet_as_of_a_day_says_the_states_of_then(client_of, jun):
    case = case_makers.case(jun)
    case_makers.step(jun, case, "forward", date(2025, 3, 15))
    choose_columns(by=jun, place="cases", columns=["state", "holder", "next"], looked_at=jun.date_joined)
    client = client_of(jun)

    rows = [
        rows_of(client.get(f"/cases/export/{query}", **ENGLISH))[1][1:] for query in ("", "?as_of=114/3/14")
    ]

    assert rows == [
        ["I20", "Forwarded to Justice", "Ministry of Justice", "Take it in for review"],
        ["I10", "Received by Foreign Affairs", "Ministry of Foreign Affairs", "Forward to Justice"],
    ]


def test_a_saved_view_gives_its_columns_to_its_sheet(client_of, jun):
    case_makers.case(jun)
    view = save_view(by=jun, place="cases", name="類別", query="", columns=["kind"])

    rows = rows_of(client_of(jun).get(f"/cases/export/?view={view.pk}", **ENGLISH))

    assert rows == [["Case number", "Kind"], ["114-受-0001", "Criminal assistance"]]


def test_an_agreement_above_ones_clearance_is_not_named(client_of, jun):
    secret = case_makers.in_force(makers.partner(), date(2024, 1, 1), secrecy=2)
    case_makers.case(jun)
    readers = (jun, makers.stranger())
    for reader in readers:
        choose_columns(by=reader, place="cases", columns=["agreement"], looked_at=reader.date_joined)

    rows = [rows_of(client_of(reader).get("/cases/export/"))[1][1] for reader in readers]
    pages = [client_of(reader).get("/cases/").content.decode() for reader in readers]

    assert rows == [secret.number, ""]
    assert [secret.number in page for page in pages] == [True, False]


def test_a_download_is_told_to_the_history_without_what_was_typed(client_of, jun):
    case = case_makers.case(jun)

    body(client_of(jun).get(f"/cases/export/?q=王小明&state=open&case={case.pk}"))

    entry = Entry.objects.get(verb="case.export")
    assert (entry.actor, entry.details) == (
        jun,
        {"format": "csv", "filters": {"q": "…", "state": "open"}, "chosen": 1},
    )


def test_a_format_that_does_not_exist_is_not_found(client_of, jun):
    assert client_of(jun).get("/cases/export/?format=pdf").status_code == 404


def test_each_reader_takes_away_only_what_he_or_she_may_see(client_of, jun):
    hidden, shown = case_makers.case(jun, secrecy=1), case_makers.case(jun)
    readers = {"mei": makers.mei(), "auditor": makers.auditor(), "stranger": makers.stranger()}
    chosen = f"/cases/export/?case={hidden.pk}&case={shown.pk}"

    found = {
        name: [
            {row[0] for row in rows_of(client_of(reader).get(path))[1:]}
            for path in ("/cases/export/", chosen)
        ]
        for name, reader in readers.items()
    }

    both = {hidden.number, shown.number}
    assert found == {
        "mei": [both, both],
        "auditor": [both, both],
        "stranger": [{shown.number}, {shown.number}],
    }
    assert client_of(makers.administrator()).get("/cases/export/").status_code == 403


def test_a_workbook_of_very_many_rows_is_asked_for_in_the_background(client_of, jun, monkeypatch):
    monkeypatch.setattr("cases.views.lists.MOST_AT_ONCE", 1)
    for _n in range(2):
        case_makers.case(jun)
    client = client_of(jun)

    long = client.get("/cases/export/?format=xlsx&kind=criminal")
    streamed = client.get("/cases/export/?format=csv&kind=criminal")

    assert long.url == "/reports/jobs/new/?kind_of_job=cases&format=xlsx&kind=criminal"
    assert client.get(long.url).status_code == 200
    assert len(rows_of(streamed)) == 3
