"""The pages of the import: choosing a file, looking at its check, applying and undoing it."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from agreements.actions.importing import COLUMNS, plan_import
from agreements.models import Agreement, Milestone, StatedFigure
from tests import makers
from tests.agreements.registers import NOTE, csv_bytes, imported, register_file, row
from tests.importpages import ENGLISH, words
from tracker.models import ImportBatch, User

pytestmark = pytest.mark.django_db
HOME = "/agreements/import/"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def lin() -> User:
    makers.partner("XA")
    return makers.lin()


def send(client, content: bytes, name: str = "sample.csv", key: uuid.UUID | None = None):
    upload = SimpleUploadedFile(name, content)
    data = {"key": str(key or uuid.uuid4()), "origin": "upload", "file": upload}
    return client.post(HOME, data, headers=ENGLISH)


def planned(by: User, *rows: dict[str, str]) -> ImportBatch:
    today = timezone.localdate()
    return plan_import(by=by, file=register_file(*rows, today=today), today=today)


def address(batch: ImportBatch, act: str = "check") -> str:
    return reverse(f"agreements:import_{act}", args=[batch.pk])


def test_a_file_is_checked_looked_at_applied_and_undone(lin, client_of):
    client = client_of(lin)

    checked = client.get(send(client, csv_bytes(row(), row("二"))).url, headers=ENGLISH)
    batch = ImportBatch.objects.get()
    assert "Write the import: 2 added, 0 changed" in words(checked)
    assert Agreement.objects.count() == 0

    written = client.post(address(batch, "apply"), headers=ENGLISH, follow=True)
    assert "Written: 2 added, 0 changed" in words(written)
    assert Agreement.objects.earliest("number").get_absolute_url() in written.content.decode()
    assert "Undo the import" in words(written)

    undone = client.post(address(batch, "undo"), headers=ENGLISH, follow=True)
    assert "The import is undone." in words(undone)
    assert Milestone.objects.filter(withdrawn_at=None).count() == 0


def test_every_error_of_every_row_is_on_the_page_and_nothing_can_be_applied(lin, client_of):
    client = client_of(lin)
    content = csv_bytes(row(), row("壞", partner_iso2="QQ", signed="32.1.2020", status="done"))

    page = client.get(send(client, content).url, headers=ENGLISH)

    told = words(page)
    assert "1 row is refused, so nothing can be imported" in told
    assert "partner_iso2 There is no partner with the code “QQ”" in told
    assert "signed “32.1.2020” has the year at the end" in told
    assert "status “done” is not known here" in told
    assert "示例刑事司法互助條約" not in told, "the good row is behind another outcome"
    assert address(ImportBatch.objects.get(), "apply") not in page.content.decode()
    answer = client.post(address(ImportBatch.objects.get(), "apply"), headers=ENGLISH, follow=True)
    assert "Rows with errors: 1" in words(answer)
    assert Agreement.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"\xff\xfe", "a.csv", "UTF-16"),
        (b"%PDF", "a.pdf", "CSV, XLSX or ODS"),
        (b"partner_iso2,title_zh\r\nXA,1\r\n", "a.csv", "lacks these columns: kind, status"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(lin, client_of, content, name, told):
    answer = send(client_of(lin), content, name)

    assert answer.status_code == 200
    assert told in words(answer)
    assert ImportBatch.objects.count() == 0


def test_no_file_is_told_at_the_field(lin, client_of):
    answer = client_of(lin).post(HOME, {"key": str(uuid.uuid4()), "origin": "upload"}, headers=ENGLISH)

    assert "Choose a file." in words(answer)


def test_the_projects_own_register_can_be_chosen(lin, client_of):
    answer = client_of(lin).post(HOME, {"key": str(uuid.uuid4()), "origin": "own"}, headers=ENGLISH)

    batch = ImportBatch.objects.get()
    assert answer.url == address(batch)
    assert len(batch.plan["rows"]) == 49


def test_a_difference_is_named_and_wants_its_note(lin, client_of):
    StatedFigure.objects.create(as_of="2024-12-31", measure="Sample", partners=1, agreements=3, source="示例")
    batch, client = planned(lin, row()), client_of(lin)

    page = words(client.get(address(batch), headers=ENGLISH))
    assert "3 (1) 0 (0) −3 (−1)" in page
    refused = client.post(address(batch, "apply"), {"note": " "}, headers=ENGLISH)
    assert "Say why the file does not add up" in words(refused)
    assert Agreement.objects.count() == 0

    written = client.post(address(batch, "apply"), {"note": NOTE}, headers=ENGLISH, follow=True)
    assert NOTE in words(written)
    assert Agreement.objects.count() == 1


def test_when_the_register_changed_since_the_check_the_page_checks_again(lin, client_of):
    batch = planned(lin, row())
    imported(lin, row(), today=timezone.localdate())

    answer = client_of(lin).post(address(batch, "apply"), headers=ENGLISH, follow=True)

    assert "The register has changed since the check." in words(answer)
    assert "there is nothing to import" in words(answer)
    assert Agreement.objects.count() == 1


def test_a_change_shows_both_values(lin, client_of):
    imported(lin, row())
    batch = planned(lin, row(signed="2023-05-01"))

    assert "signed 2023-03-01 → 2023-05-01" in words(client_of(lin).get(address(batch), headers=ENGLISH))


def test_rows_come_by_the_hundred_and_by_outcome(lin, client_of):
    imported(lin, row("已有"), today=timezone.localdate())
    batch, client = planned(lin, row("已有"), *(row(f"示例{n:03}") for n in range(250))), client_of(lin)

    first = client.get(address(batch), headers=ENGLISH)
    last = client.get(address(batch) + "?outcome=add&page=3", headers=ENGLISH)

    assert "All rows 251 Add 250 Change 0 Skip: already recorded 1 Refuse 0" in words(first)
    assert "Rows 1 to 100 of 251" in words(first)
    assert "Rows 201 to 250 of 250" in words(last)
    assert "示例249" in words(last) and "示例100" not in words(last)


def test_the_accepted_columns_are_listed_with_an_example(lin, client_of):
    page = words(client_of(lin).get(HOME, headers=ENGLISH))

    for column in COLUMNS:
        assert f"{column.name} {'Required' if column.is_required else 'Optional'}" in page
    assert "criminal_mla Criminal assistance" in page


def test_imports_are_listed_and_narrowed_by_name_and_state(lin, client_of):
    imported(lin, row(), name="applied.csv")
    planned(lin, row("二"))
    client = client_of(lin)

    everything, applied, named = (
        words(client.get(HOME + query, headers=ENGLISH)) for query in ("", "?state=applied", "?q=sample")
    )

    assert "applied.csv" in everything and "sample.csv" in everything
    assert "applied.csv" in applied and "sample.csv" not in applied
    assert "sample.csv" in named and "applied.csv" not in named


def test_an_import_that_cannot_be_undone_says_why(lin, client_of):
    batch = imported(lin, row(), today=timezone.localdate())
    makers.step(lin, Agreement.objects.get(), "file_original", timezone.localdate() - timedelta(days=1),
                today=timezone.localdate())  # fmt: skip

    answer = client_of(lin).post(address(batch, "undo"), headers=ENGLISH, follow=True)

    assert f"Later changes rest on this import: {Agreement.objects.get().number}" in words(answer)


def test_the_board_leads_to_the_import_those_who_may_import(lin, client_of):
    link = f'href="{HOME}"'

    assert link in client_of(lin).get("/agreements/").content.decode()
    assert link not in client_of(makers.jun()).get("/agreements/").content.decode()
