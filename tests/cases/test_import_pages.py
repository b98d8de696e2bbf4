"""The pages of the import of case logs: choosing a file, looking at its check, applying and undoing it."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from cases.actions.importing import COLUMNS, plan_import
from cases.models import Case
from tests import makers
from tests.cases.logs import csv_bytes, imported, log_file, row
from tests.importpages import ENGLISH, words
from tracker.models import ImportBatch, User
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db
HOME = "/cases/import/"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def chen() -> User:
    makers.partner("XA")
    return makers.justice_supervisor()


def send(client: Any, content: bytes, key: uuid.UUID | None = None, **totals: str) -> Any:
    upload = SimpleUploadedFile("log.csv", content)
    return client.post(HOME, {"key": str(key or uuid.uuid4()), "file": upload} | totals, headers=ENGLISH)


def planned(by: User, *rows: dict[str, str], stated: dict[str, int] | None = None) -> ImportBatch:
    return plan_import(by=by, file=log_file(*rows), stated=stated or {})


def address(batch: ImportBatch, act: str = "check") -> str:
    return reverse(f"cases:import_{act}", args=[batch.pk])


def test_a_log_is_checked_looked_at_applied_and_undone(chen, client_of):
    client, key = client_of(chen), uuid.uuid4()

    first, again = (send(client, csv_bytes(row(), row("二")), key) for _time in range(2))
    batch = ImportBatch.objects.get()
    assert first.url == again.url == address(batch)
    assert "Write the import: 2 added, 0 changed" in words(client.get(first.url, headers=ENGLISH))
    assert Case.objects.count() == 0

    written = client.post(address(batch, "apply"), headers=ENGLISH, follow=True)
    assert "Written: 2 added, 0 changed" in words(written)
    assert Case.objects.get(former_number="二").get_absolute_url() in written.content.decode()

    undone = client.post(address(batch, "undo"), headers=ENGLISH, follow=True)
    assert "The import is undone." in words(undone)
    assert Case.objects.registered().count() == 0


def test_every_error_of_every_row_is_on_the_page_and_nothing_can_be_applied(chen, client_of):
    client = client_of(chen)

    page = client.get(
        send(client, csv_bytes(row(), row("二", kind="x", received_on="32.1.2020"))).url, headers=ENGLISH
    )

    told = words(page)
    assert "1 row is refused, so nothing can be imported" in told
    assert "kind “x” is not known here" in told
    assert "received_on “32.1.2020” has the year at the end" in told
    batch = ImportBatch.objects.get()
    answer = client.post(address(batch, "apply"), headers=ENGLISH, follow=True)
    assert "Rows with errors: 1" in words(answer)
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff\xfe", "UTF-16"), (b"direction,kind\r\nin,criminal\r\n", "lacks these columns: partner_iso2")],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(chen, client_of, content, told):
    assert told in words(send(client_of(chen), content))
    assert ImportBatch.objects.count() == 0


def test_no_file_is_told_at_the_field(chen, client_of):
    assert "Choose a file." in words(client_of(chen).post(HOME, {"key": str(uuid.uuid4())}, headers=ENGLISH))


def test_a_total_that_was_typed_in_is_compared_and_a_difference_wants_its_note(chen, client_of):
    client = client_of(chen)
    page = client.get(send(client, csv_bytes(row()), total_cases="3", total_closed="1").url, headers=ENGLISH)
    batch = ImportBatch.objects.get()

    assert "Cases in all 3 1 −2 Closed 1 1 none" in words(page)
    refused = client.post(address(batch, "apply"), {"note": " "}, headers=ENGLISH)
    assert "Say why the file does not add up" in words(refused)
    assert Case.objects.count() == 0
    written = client.post(address(batch, "apply"), {"note": "示例說明"}, headers=ENGLISH, follow=True)
    assert "示例說明" in words(written) and Case.objects.count() == 1


def test_when_the_cases_changed_since_the_check_the_page_checks_again(chen, client_of):
    batch = planned(chen, row())
    imported(chen, row())

    answer = client_of(chen).post(address(batch, "apply"), headers=ENGLISH, follow=True)

    assert "The cases have changed since the check." in words(answer)
    assert "there is nothing to import" in words(answer)
    assert Case.objects.count() == 1


def test_the_page_says_how_numbers_are_given_and_that_persons_are_not_imported(chen, client_of):
    page = words(client_of(chen).get(HOME, headers=ENGLISH))

    assert "takes the next number of the year in which it was received" in page
    assert "Persons are not imported" in page
    for column in COLUMNS:
        assert f"{column.name} {'Required' if column.is_required else 'Optional'}" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_the_template_is_a_sheet_with_all_columns_and_its_example_can_be_imported(chen, client_of, form):
    answer = client_of(chen).get(f"{HOME}template/?format={form}")

    upload = SimpleUploadedFile(f"a.{form}", b"".join(answer.streaming_content))
    sheet = read_rows(upload, f"a.{form}")
    assert sheet.header == [column.name for column in COLUMNS]
    (example,) = [cells for _line, cells in sheet.rows]
    assert (
        imported(chen, {name: text for name, text in example.items() if name in sheet.header}).state
        == "applied"
    )
    assert client_of(chen).get(f"{HOME}template/?format=doc").status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_a_change_costs_the_same_statements_however_many_cases(chen, rows, django_assert_max_num_queries):
    open_rows = [row(f"示例{n}", closed_on="", result="", replied_on="") for n in range(rows)]
    imported(chen, *open_rows)

    with django_assert_max_num_queries(75):
        imported(chen, *(one | {"replied_on": "110.09.01"} for one in open_rows))

    assert set(Case.objects.values_list("state", flat=True)) == {"I85"}


def test_the_list_of_cases_leads_to_the_import_those_who_may_import(chen, client_of):
    link = f'href="{HOME}"'

    assert link in client_of(chen).get("/cases/").content.decode()
    assert link not in client_of(makers.mei()).get("/cases/").content.decode()
