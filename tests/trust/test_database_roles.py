"""CFG-3, LOG-1: on PostgreSQL the application owns nothing, defines nothing and takes nothing from the history."""

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests import makers
from tests.cases import makers as cases
from tracker import audit, looks
from tracker.databaseroles import HIDDEN, ONLY_GROW, ONLY_READ, Roles, statements

pytestmark = pytest.mark.django_db

APP = Roles().app
READER = Roles().reader
INSERT_ENTRY = (
    "INSERT INTO tracker_entry (at, actor_name, verb, about_model, about_id, about_text, details, request_id, previous, "
    "digest) SELECT now(), '', '', '', '', '', '{}', '', %s, repeat('2', 64)"
)
OF_HISTORY = [
    *(one.format(table=table) for table in ONLY_GROW for one in (
        "UPDATE {table} SET id = id", "DELETE FROM {table}", "TRUNCATE {table}", "TRUNCATE {table} CASCADE",
        "ALTER TABLE {table} DISABLE TRIGGER ALL", "ALTER TABLE {table} DISABLE TRIGGER USER",
        "ALTER TABLE {table} ADD COLUMN x int", "ALTER TABLE {table} RENAME TO x", "ALTER TABLE {table} OWNER TO CURRENT_USER",
        "DROP TABLE {table}", "DROP TABLE {table} CASCADE", "CREATE INDEX ON {table} (id)", "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        "SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1)", "CREATE RULE x AS ON UPDATE TO {table} DO INSTEAD NOTHING",
        "CREATE TRIGGER x BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION tracker_refuse_change()",
        "CREATE POLICY x ON {table}", "SELECT * FROM {table} FOR UPDATE",
    )),
    "DROP TRIGGER tracker_entry_no_update ON tracker_entry",
    "DROP FUNCTION tracker_refuse_change() CASCADE",
    "DROP FUNCTION tracker_continue_chain() CASCADE",
    "CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    INSERT_ENTRY.replace("%s", "repeat('1', 64)"),
    INSERT_ENTRY.replace("%s", "repeat('0', 64)"),
    "SET session_replication_role = replica",
    "ALTER SEQUENCE tracker_entry_id_seq RESTART WITH 1",
    "DROP INDEX entry_by_thing",
    "ALTER TABLE tracker_entry DROP CONSTRAINT each_entry_follows_another_one",
]  # fmt: skip
OF_DEFINITION = [
    "CREATE TABLE x (id int)", "CREATE TEMPORARY TABLE x (id int)", "CREATE SCHEMA x", "CREATE EXTENSION pg_trgm",
    "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE VIEW x AS SELECT 1", "CREATE SEQUENCE x",
    "CREATE TYPE x AS ENUM ('a')", "CREATE DATABASE x", "CREATE ROLE x", "CREATE ROLE x SUPERUSER", "DROP ROLE postgres",
    "ALTER ROLE CURRENT_USER SUPERUSER", "ALTER ROLE CURRENT_USER BYPASSRLS", "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres",
    "ALTER TABLE cases_case ADD COLUMN x int", "ALTER TABLE cases_case DISABLE TRIGGER ALL", "DROP TABLE cases_case CASCADE",
    "TRUNCATE cases_case CASCADE", "TRUNCATE agreements_milestone CASCADE", "DROP SCHEMA public CASCADE", "CREATE INDEX ON cases_case (id)",
    "ALTER TABLE reports_decision DISABLE TRIGGER reports_decision_stays", "COPY tracker_user TO PROGRAM 'cat'",
    "COPY tracker_user TO '/tmp/x'", "COPY tracker_user FROM '/etc/passwd'", "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM pg_authid", "ALTER SYSTEM SET log_statement = 'all'", "CREATE SUBSCRIPTION x CONNECTION '' PUBLICATION y",
    "SELECT lo_import('/etc/passwd')", "DO LANGUAGE plpgsql 'BEGIN EXECUTE ''CREATE TABLE x (id int)''; END'",
    "DELETE FROM django_migrations", "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
    "UPDATE django_migrations SET name = name", "UPDATE django_content_type SET model = model", "DELETE FROM auth_permission",
]  # fmt: skip
OF_THE_READER = [
    "UPDATE cases_case SET number = number", "DELETE FROM cases_case", "INSERT INTO tracker_setting (name, value) VALUES ('x', 'y')",
    "SET default_transaction_read_only = off; UPDATE cases_case SET number = number", "CREATE TABLE x (id int)",
    "SELECT nextval('tracker_entry_id_seq')",
    *(f"SELECT * FROM {table}" for table in HIDDEN),
]  # fmt: skip


@pytest.fixture
def roles(db) -> None:
    """The accounts, for the time of a test; on SQLite there are none."""
    mei = makers.mei()
    makers.agreement(mei)
    cases.case(makers.jun())
    looks.record_many(mei, type(makers.partner()), ["1"], "test")
    connection.check_constraints()
    if connection.vendor == "postgresql":
        call_command("database_roles", "--apply", stdout=StringIO())


def as_role(role: str, statement: str) -> str:
    """The code of the refusal of a statement as this account; "" when it is carried out. Nothing of it stays.

    The test's own account is a superuser, so SET ROLE would let it come back; statements that change the account are
    therefore tried in a session that began as this account.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            if role == READER:
                cursor.execute("SELECT 1")
            cursor.execute(statement)
            transaction.set_rollback(True)
    except Exception as fault:
        cause = fault.__cause__
        return getattr(cause, "sqlstate", None) or type(fault).__name__
    return ""


NEEDS_A_SESSION = ("SET ROLE", "SET SESSION", "ALTER ROLE CURRENT_USER", "SET session_replication_role")
IN_NO_TRANSACTION = ("CREATE DATABASE", "ALTER SYSTEM", "CREATE SUBSCRIPTION")


def in_a_session(role: str, statement: str) -> str:
    """The same in a connection of its own, that signed in as this account."""
    given = {
        **connection.get_connection_params(),
        "user": role,
        "cursor_factory": psycopg.Cursor,
        "autocommit": True,
    }
    try:
        with psycopg.connect(**given) as own:
            own.execute(statement)
    except psycopg.Error as fault:
        return fault.sqlstate or type(fault).__name__
    return ""


REFUSED = {"42501", "23000", "23505", "25006", "55000", "0A000"}
"""Not allowed; refused by a trigger; the place in the chain is taken; only reading."""


@pytest.fixture
def committed_roles(transactional_db) -> None:
    """The accounts so that a session of its own can begin as one of them; gone afterwards."""
    if connection.vendor == "postgresql":
        call_command("database_roles", "--apply", stdout=StringIO())
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for role in (APP, READER):
                cursor.execute(f"DROP OWNED BY {role}")
                cursor.execute(f"DROP ROLE {role}")
            cursor.execute("GRANT ALL ON SCHEMA public TO PUBLIC")


def test_the_application_is_refused_what_is_not_its_own(roles):
    """Sixty statements and more; as the owner most of the same succeed, which is the control."""
    listed = [
        one
        for one in OF_HISTORY + OF_DEFINITION
        if not one.startswith((*NEEDS_A_SESSION, *IN_NO_TRANSACTION))
    ]
    if connection.vendor != "postgresql":
        assert len(listed) >= 60
        return

    told = {one: as_role(APP, one) for one in listed}
    as_owner = [one for one in listed if as_role("postgres", one) == ""]

    assert {one: code for one, code in told.items() if code not in REFUSED} == {}
    assert len(told) >= 60
    assert len(as_owner) >= 40
    assert audit.verify().intact


def test_the_application_becomes_nobody_else(committed_roles):
    listed = [
        one for one in OF_HISTORY + OF_DEFINITION if one.startswith((*NEEDS_A_SESSION, *IN_NO_TRANSACTION))
    ]
    assert len(listed) >= 7
    if connection.vendor == "postgresql":
        told = {one: in_a_session(APP, one) for one in listed}
        assert {one: code for one, code in told.items() if code not in REFUSED} == {}


def test_the_reader_reads_what_it_may_and_writes_nothing(roles):
    if connection.vendor == "postgresql":
        told = {one: as_role(READER, one) for one in OF_THE_READER if exists(one)}
        assert {one: code for one, code in told.items() if code not in REFUSED} == {}
        assert as_role(READER, "SELECT * FROM cases_case") == ""
        assert as_role(READER, "SELECT * FROM tracker_entry") == ""


def exists(statement: str) -> bool:
    words = statement.split()
    with connection.cursor() as cursor:
        return not statement.startswith("SELECT *") or words[-1] in connection.introspection.table_names(
            cursor
        )


def test_the_application_does_its_daily_work_as_the_account_it_has(roles):
    """The control of all refusals: the same acts as ever, by the verbs themselves."""
    mei = makers.person("mei2", ministry="foreign_affairs")
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL ROLE {APP}")
        before = audit.verify().entries
        makers.agreement(mei, title_zh="另一個示例條約")
        cases.case(makers.person("jun2", ministry="justice"))
        looks.record_many(mei, type(makers.partner()), ["2"], "test")
        if connection.vendor == "postgresql":
            cursor.execute("RESET ROLE")

    assert audit.verify().entries > before
    assert audit.verify().intact


def test_the_statements_may_be_read_before_they_are_carried_out(db):
    output = StringIO()
    if connection.vendor != "postgresql":
        with pytest.raises(CommandError, match="only PostgreSQL"):
            call_command("database_roles", stdout=output)
        return

    call_command("database_roles", stdout=output)

    assert f"REVOKE UPDATE, DELETE ON {ONLY_GROW[0]} FROM {APP};" in output.getvalue()
    assert "PASSWORD '" not in output.getvalue().upper()


def test_no_name_of_an_account_is_taken_that_would_have_to_be_quoted():
    for name in ("x; DROP TABLE y", 'x"', "X", "", "1x"):
        with pytest.raises(ValueError, match="small letters"):
            Roles(app=name)


def test_every_table_that_is_named_is_a_table_of_ours(db):
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))

    assert set(ONLY_GROW + ONLY_READ) <= tables
    assert list(statements(Roles(), 'a"b', tables))
