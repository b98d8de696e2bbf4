"""What the pages of every import have in common: one check for one form, rights, and acts that are sent."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from agreements.actions.importing import REGISTER
from agreements.actions.importing import plan_import as plan_register
from agreements.models import Agreement, Milestone
from cases.actions.importing import LOG
from cases.actions.importing import plan_import as plan_log
from cases.models import Case
from reports.actions.importing import FIGURES
from reports.actions.importing import plan_import as plan_figures
from reports.models import Figure
from tests import makers
from tests.agreements import registers
from tests.cases import logs
from tests.importpages import ENGLISH, words
from tests.reports import figurefiles
from tracker.importing import ImportKind
from tracker.models import ImportBatch, User
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Door:
    """One import as these tests use it; ``sheets`` makes its rows, ``plan`` keeps a check, ``standing`` counts what it brought.

    ``officer`` applies and does not undo; None where officers do neither. ``prepare`` makes what the rows stand on.
    """

    kind: ImportKind
    place: str
    sheets: ModuleType
    supervisor: Callable[[], User]
    officer: Callable[[], User] | None
    others: tuple[Callable[[], User], ...]
    plan: Callable[..., ImportBatch]
    standing: Callable[[], int]
    form: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[], object] | None = None

    @property
    def home(self) -> str:
        return reverse(self.place)

    def address(self, batch: ImportBatch, act: str = "check") -> str:
        return reverse(f"{self.place}_{act}", args=[batch.pk])

    def content(self, *names: str) -> bytes:
        return self.sheets.csv_bytes(*(self.sheets.row(name) for name in names))

    def planned(self, by: User, *names: str) -> ImportBatch:
        """A check of one row for each name."""
        read = self.kind.layout.read_file
        table = read(BytesIO(self.content(*names)), "sample.csv", today=timezone.localdate())
        return self.plan(by=by, file=table)

    def send(self, client: Any, content: bytes, key: uuid.UUID) -> Any:
        upload = SimpleUploadedFile("sample.csv", content)
        return client.post(self.home, {"key": str(key), "file": upload} | self.form, headers=ENGLISH)


def _plan_register(**given: Any) -> ImportBatch:
    return plan_register(**given, today=timezone.localdate())


def _plan_figures(**given: Any) -> ImportBatch:
    return plan_figures(**given, series=figurefiles.series(), stated={})


DOORS = [
    Door(
        REGISTER,
        "agreements:import",
        registers,
        makers.lin,
        makers.mei,
        (makers.jun, makers.auditor, makers.administrator, makers.stranger),
        _plan_register,
        lambda: Agreement.objects.filter(
            pk__in=Milestone.objects.filter(withdrawn_at=None).values("agreement")
        ).count(),
        {"origin": "upload"},
    ),
    Door(
        LOG,
        "cases:import",
        logs,
        makers.justice_supervisor,
        makers.jun,
        (makers.mei, makers.lin, makers.auditor, makers.administrator),
        partial(plan_log, stated={}),
        lambda: Case.objects.registered().count(),
    ),
    Door(
        FIGURES,
        "reports:import",
        figurefiles,
        makers.lin,
        None,
        (makers.mei, makers.jun, makers.auditor, makers.stranger),
        _plan_figures,
        lambda: Figure.objects.known().count(),
        {"series": "sample", "unit": "persons", "definition": "same"},
        figurefiles.series,
    ),
]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(params=DOORS, ids=lambda door: door.kind.code)
def door(request) -> Door:
    makers.partner("XA")
    if request.param.prepare:
        request.param.prepare()
    return request.param


def test_sending_the_same_form_twice_makes_one_check(door, client_of):
    client, key = client_of(door.supervisor()), uuid.uuid4()

    first, second = (door.send(client, door.content("一"), key) for _time in range(2))

    assert (first.status_code, first.url) == (302, second.url)
    assert first.url == door.address(ImportBatch.objects.get())


def test_applying_twice_writes_once(door, client_of):
    by = door.supervisor()
    batch = door.planned(by, "一")
    for _time in range(2):
        client_of(by).post(door.address(batch, "apply"), headers=ENGLISH)

    assert door.standing() == 1


def test_the_door_is_open_to_those_who_may_import_only(door, client_of):
    batch = door.planned(door.supervisor(), "一")

    for maker in door.others:
        client = client_of(maker())
        for url in (door.home, reverse(f"{door.place}_template"), door.address(batch)):
            assert client.get(url).status_code == 403
        for act in ("apply", "undo"):
            assert client.post(door.address(batch, act)).status_code == 403
    assert door.standing() == 0


def test_a_check_is_not_there_for_somebody_cleared_for_less(door, client_of):
    by = door.supervisor()
    batch = door.planned(by, "一")
    client = client_of(makers.person("below", role=by.role, ministry=by.ministry, clearance=0))

    assert client.get(door.address(batch)).status_code == 404
    assert client.post(door.address(batch, "apply")).status_code == 404
    assert "sample.csv" not in words(client.get(door.home, headers=ENGLISH))


def test_the_imports_of_other_kinds_are_apart(door, client_of):
    supervisor = cache(lambda make: make())
    batch = door.planned(supervisor(door.supervisor), "一")
    for other in (one for one in DOORS if one.kind is not door.kind):
        client = client_of(supervisor(other.supervisor))

        assert "sample.csv" not in words(client.get(other.home, headers=ENGLISH))
        assert client.get(other.address(batch)).status_code == 404


@pytest.mark.parametrize(
    "door", [one for one in DOORS if one.officer], indirect=True, ids=lambda door: door.kind.code
)
def test_an_officer_applies_but_does_not_undo(door, client_of):
    officer = door.officer()
    batch, client = door.planned(officer, "一"), client_of(officer)

    applied = client.post(door.address(batch, "apply"), headers=ENGLISH, follow=True)

    assert "Written: 1 added" in words(applied)
    assert "Undo the import" not in words(applied)
    assert client.post(door.address(batch, "undo")).status_code == 403
    assert door.standing() == 1


def test_acts_are_sent_not_followed(door, client_of):
    by = door.supervisor()
    batch, client = door.planned(by, "一"), client_of(by)

    assert [client.get(door.address(batch, act)).status_code for act in ("apply", "undo")] == [405, 405]


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_the_template_is_a_sheet_with_all_columns(door, client_of, form):
    client, url = client_of(door.supervisor()), reverse(f"{door.place}_template")

    answer = client.get(f"{url}?format={form}")

    upload = SimpleUploadedFile(f"a.{form}", b"".join(answer.streaming_content))
    assert read_rows(upload, f"a.{form}").header == list(door.kind.layout.columns)
    assert client.get(f"{url}?format=doc").status_code == 404


def test_the_pages_take_as_many_statements_with_one_row_as_with_many(door, client_of):
    by = door.supervisor()
    client = client_of(by)

    def statements() -> list[int]:
        taken = []
        for url in (door.home, door.address(ImportBatch.objects.first())):
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            taken.append(len(captured))
        return taken

    door.planned(by, "一")
    one = statements()
    for number in range(3):
        door.planned(by, *(f"示例{number}{place}" for place in range(50)))

    assert statements() == one
