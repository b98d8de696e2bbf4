"""The audit trail: one chain, which shows where it was bent."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests import makers
from tracker import audit
from tracker.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(db):
    """A database whose owner dropped the triggers: the case the chain is there for."""
    for place in range(4):
        audit.record("reference.add", makers.partner(f"X{'ABCD'[place]}"), by=None, details={"thing": place})
    audit.remove_guards(connection)
    yield
    audit.install_guards(connection)


def test_an_untouched_chain_is_intact(db):
    audit.record("reference.add", makers.partner(), by=makers.mei(), details={"thing": "甲國"})

    assert audit.verify() == audit.Verdict(1, None)


@pytest.mark.parametrize("field", ["actor_name", "verb", "about_text", "details", "digest", "at"])
def test_a_changed_entry_breaks_the_chain_where_it_was_changed(unguarded, field):
    entry = Entry.objects.order_by("id")[1]
    values = {"details": {"thing": 9}, "at": makers.mei().date_joined}
    Entry.objects.filter(pk=entry.pk).update(**{field: values.get(field, "changed")})

    assert audit.verify().first_broken == entry.pk


def test_a_removed_entry_breaks_the_chain_at_its_follower(unguarded):
    entries = list(Entry.objects.order_by("id"))
    Entry.objects.filter(pk=entries[1].pk).delete()

    assert audit.verify().first_broken == entries[2].pk


def test_the_command_exits_1_and_names_the_first_broken_entry(unguarded):
    entry = Entry.objects.order_by("id")[2]
    Entry.objects.filter(pk=entry.pk).update(verb="changed")
    output = StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("verify_history", "--format", "json", stdout=output)

    assert caught.value.code == 1
    told = json.loads(output.getvalue())
    assert {name: told[name] for name in ("entries", "intact", "first_broken")} == {
        "entries": 3,
        "intact": False,
        "first_broken": entry.pk,
    }


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tracker_entry SET verb = 'x'",
        "DELETE FROM tracker_entry",
        pytest.param("TRUNCATE tracker_entry CASCADE", id="truncate"),
    ],
)
def test_the_database_refuses_every_way_to_change_history(db, sql):
    if sql.startswith("TRUNCATE") and connection.vendor == "sqlite":
        sql = "DELETE FROM tracker_entry"  # SQLite has no TRUNCATE; this is what it means there
    audit.record("reference.add", makers.partner(), by=None)
    connection.check_constraints()  # PostgreSQL truncates nothing that still awaits a deferred check

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert audit.verify() == audit.Verdict(1, None)


def test_an_entry_belongs_to_the_transaction_of_its_write(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("reference.add", makers.partner(), by=None)


def test_several_deeds_take_one_lock_and_one_chain(db, django_assert_num_queries):
    partners = [makers.partner(f"X{letter}") for letter in "ABC"]
    deeds = [audit.Deed("reference.add", partner) for partner in partners]

    with django_assert_num_queries(3 if connection.vendor == "postgresql" else 2):
        audit.record_all(deeds, by=None)

    assert audit.verify() == audit.Verdict(3, None)
