"""LOG-2: what is written is written by a verb, and the verb tells of it in the same transaction."""

import ast
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import makers
from tests.cases import makers as cases
from tests.sources import app_modules, name, tree
from tracker import audit
from tracker.models import Entry

WRITES = {
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "create",
    "save",
    "delete",
    "update",
    "insert",
}
ACTIONS = re.compile(r"/actions(/|\.py$)|^tracker/actions\.py$")
REVIEWED = {
    "agreements/samples.py get_or_create": "the fictional partners of the demo",
    "cases/management/commands/sample_cases.py get_or_create": "the fictional people of the demo",
    "cases/management/commands/sample_cases.py save": "their passwords",
    "reports/management/commands/demo.py get_or_create": "the fictional people of the demo",
    "reports/management/commands/demo.py save": "their passwords",
    "tracker/audit.py bulk_create": "the history itself",
    "tracker/looks.py bulk_create": "the looks themselves",
    "tracker/checkups.py update_or_create": "how checks of the server went; no record of the office",
    "tracker/search.py bulk_create": "the index for searching, made of records in the transaction of their verb",
    "tracker/search.py delete": "the same",
    "tracker/signedin.py update": "sessions; signing in and out is told by the verbs of signing in",
    "tracker/signedin.py delete": "sessions",
    "tracker/signedin.py save": "sessions",
}
TOLD = (
    "agreements_",
    "cases_",
    "reports_",
    "tracker_document",
    "tracker_holiday",
    "tracker_setting",
    "tracker_importbatch",
)
"""Tables whose changes the history tells of."""
UNTOLD = {"reports_job", "reports_digestsent", "reports_feed"}
"""Of those, the ones whose passing changes (a lease, what was mailed or fetched) concern nobody else; their verbs say so."""
WRITTEN = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|COPY)\s+"?(\w+)"?', re.IGNORECASE)


def writes_in(path) -> list[str]:
    """Calls of one of our modules that write rows, as `file name`."""
    found = []
    for node in ast.walk(tree(path)):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        ):
            continue
        target = ast.unparse(node.func.value)
        of_rows = "objects" in target or re.search(r"\.(filter|exclude|all|order_by)\(", target)
        is_of_an_instance = node.func.attr in {"save", "delete"} and not node.args
        if of_rows or (
            is_of_an_instance and not re.search(r"file|upload|cache|session|image|figure|fig$", target)
        ):
            found.append(f"{name(path)} {node.func.attr}")
    return found


def test_rows_are_written_by_verbs_alone():
    """A write elsewhere is on the list with its reason, or it is refused here."""
    outside = {one for path in app_modules() if not ACTIONS.search(name(path)) for one in writes_in(path)}

    assert sorted(outside - set(REVIEWED)) == []
    assert sorted(set(REVIEWED) - outside) == [], "not needed any more"


def test_a_write_outside_of_the_verbs_would_be_found(tmp_path):
    """The control."""
    inside = [one for path in app_modules() if ACTIONS.search(name(path)) for one in writes_in(path)]

    assert len(inside) > 60


def rows_written(queries) -> dict[str, int]:
    """Statements that wrote, by table."""
    tables = [match.group(1) for one in queries if (match := WRITTEN.match(one["sql"]))]
    return {table: tables.count(table) for table in sorted(set(tables))}


def told_tables(written: dict[str, int]) -> set[str]:
    return {table for table in written if table.startswith(TOLD) and table not in UNTOLD}


@pytest.mark.django_db
def test_every_transaction_that_changes_a_record_tells_of_it():
    """Registering, taking steps, logging a case and stepping on: as many acts as the history has new sentences, or fewer."""
    mei, jun = makers.mei(), makers.jun()
    makers.partner()
    acts = [
        lambda: makers.agreement(mei),
        lambda: makers.agreement(mei, title_zh="另一個示例條約"),
        lambda: cases.case(jun),
    ]
    ratios = []
    for act in acts:
        before = Entry.objects.count()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            act()
        written = rows_written(caught.captured_queries)
        ratios.append(
            (bool(told_tables(written)), Entry.objects.count() > before, "tracker_entry" in written)
        )

    assert ratios == [(True, True, True)] * len(acts)
    assert audit.verify().intact


@pytest.mark.django_db
def test_a_write_that_tells_nothing_would_be_noticed():
    """The control: a change past the verbs leaves no entry."""
    file = makers.agreement(makers.mei())
    before = Entry.objects.count()
    with CaptureQueriesContext(connection) as caught:
        type(file).objects.filter(pk=file.pk).update(title_zh="改")

    assert told_tables(rows_written(caught.captured_queries)) == {"agreements_agreement"}
    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_a_step_and_its_entry_are_of_one_moment():
    mei = makers.mei()
    file = makers.agreement(mei)
    makers.step(mei, file, "open_talks", date(2024, 1, 10))

    newest = audit.history_of(file)[0]
    assert newest.verb.startswith("agreement.")
    assert newest.actor == mei
