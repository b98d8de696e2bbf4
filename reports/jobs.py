"""Long exports by kind: what may be asked for, and how each is made, row by row, into a file. Who carries them out is the worker's matter."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.filters import CaseFilter
from cases.listing import columns_of
from cases.rules import may_read_cases
from cases.sheets import header, sheet_rows
from reports.alongside import behind
from reports.catalogue import REPORTS, Parameters
from reports.rules import may_read_reports
from reports.serving import CONTENT_TYPES, file_name, write_as
from tracker.models import User
from tracker.sheets import FORMATS, csv_chunks, write_ods, write_xlsx

type Progress = Callable[[int, int | None], None]
"""Called with the rows that are done and, where it is known, all of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job is to make: for whom, with which parameters, as of which day of asking."""

    by: User
    parameters: Mapping[str, Any]
    asked_on: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the name of the file and its type; the bytes stand in the file.

    ``cases`` are the keys of the cases that it shows one by one.
    """

    name: str
    content_type: str
    rows: int
    cases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long export. ``forms`` are the files it may make, ``may`` who may ask, ``make`` writes the file."""

    code: str
    label: str | Promise
    forms: tuple[str, ...]
    may: Callable[[User], bool]
    make: Callable[[Asked, BinaryIO, Progress], Made]


def _cases(asked: Asked, file: BinaryIO, progress: Progress) -> Made:
    """The list of cases that the address says, as its asker sees it, in the columns of the list."""
    form, query = asked.parameters["format"], QueryDict(asked.parameters.get("query", ""))
    filtered = CaseFilter(query, reader=asked.by, today=asked.asked_on, path=reverse("cases:list"))
    columns, rows = columns_of(filtered), filtered.qs
    keys = [int(key) for key in asked.parameters.get("cases", [])]
    if keys:
        rows = filtered.rows_of(keys)
    total = rows.count()
    progress(0, total)
    lines = _counted(sheet_rows(rows, columns, filtered), progress, total)
    name = f"cases-{filtered.day or asked.asked_on:%Y%m%d}"
    _write(form, file, header(columns), lines, name)
    seen = tuple(rows.order_by().values_list("pk", flat=True))
    return Made(f"{name}.{form}", FORMATS[form].content_type, total, cases=seen)


def _report(asked: Asked, file: BinaryIO, progress: Progress) -> Made:
    """A report of the catalogue as its asker sees it."""
    form, entry = asked.parameters["format"], REPORTS[asked.parameters["code"]]
    made = entry.run(Parameters.from_json(asked.parameters["asked"]), reader=asked.by)
    progress(0, len(made.rows))
    tables = behind(made.code, made.parameters, reader=asked.by) if form == "pdf" else []
    write_as(made, form, file, made_at=asked.now, tables=tables)
    progress(len(made.rows), len(made.rows))
    return Made(f"{file_name(made)}.{form}", CONTENT_TYPES[form], len(made.rows))


KINDS: dict[str, JobKind] = {
    kind.code: kind
    for kind in (
        JobKind("cases", _("List of cases"), ("xlsx", "ods", "csv"), may_read_cases, _cases),
        JobKind("report", _("Report"), ("xlsx", "ods", "csv", "pdf"), may_read_reports, _report),
    )
}
"""Every kind by its code. Others add theirs here: a pack of answers, a country brief."""


def progress_words(done: int, total: int | None) -> str:
    """How far a job is."""
    if total is None:
        return ngettext("%(done)s row", "%(done)s rows", done) % {"done": f"{done:,}"}
    return ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", total) % {
        "done": f"{done:,}",
        "total": f"{total:,}",
    }


def _counted(rows: Iterable[list[Any]], progress: Progress, total: int) -> Iterator[list[Any]]:
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if not done % 200:
            progress(done, total)
    progress(done, total)


def _write(form: str, file: BinaryIO, heads: list[str], rows: Iterable[list[Any]], title: str) -> None:
    if form == "csv":
        file.writelines(csv_chunks(heads, rows))
    else:
        {"xlsx": write_xlsx, "ods": write_ods}[form](heads, rows, file, title)
