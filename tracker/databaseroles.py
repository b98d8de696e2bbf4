"""The accounts of PostgreSQL: who owns the tables, who the application is, and who only reads.

The owner carries out migrations and nothing else. The application reads and writes rows, and only adds to what is append-only;
it owns nothing and defines nothing. The reader is for reports of other programs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ONLY_GROW = ("tracker_entry", "tracker_look", "tracker_lookedat")
"""Tables to which the application adds rows, and from which it takes nothing."""
ONLY_READ = ("django_migrations", "django_content_type", "auth_permission")
"""Tables that migrations write and the application reads."""
HIDDEN = (
    "django_session", "tracker_formerpassword", "mfa_authenticator", "account_emailaddress", "socialaccount_socialtoken",
    "tracker_cache", "tracker_session", "tracker_draft", "tracker_keptform", "cases_person", "tracker_user",
)  # fmt: skip
"""Tables that the reader does not read: sessions, what people sign in with, what was typed and not sent, and the names of persons."""
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the accounts; the owner is whoever carries the statements out.

    :raises ValueError: for a name that would have to be quoted.
    """

    app: str = "tracker_app"
    reader: str = "tracker_reader"

    def __post_init__(self) -> None:
        for name in (self.app, self.reader):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name}: write small letters, digits and _")


def statements(roles: Roles, database: str, tables: set[str]) -> Iterator[str]:
    """The SQL that makes the accounts and gives each what it needs, of the tables that there are; may be repeated.

    Passwords are set afterwards (``\\password tracker_app`` in psql), so that none stands in a file.
    """
    known = '"' + database.replace('"', '""') + '"'
    for name in (roles.app, roles.reader):
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} LOGIN; "  # noqa: S608
            "END IF; END $$"
        )
        yield f"ALTER ROLE {name} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT"
    yield f"REVOKE ALL ON DATABASE {known} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {known} TO {roles.app}, {roles.reader}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {roles.app}, {roles.reader}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {roles.app}, {roles.reader}, PUBLIC"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {roles.app}, {roles.reader}, PUBLIC"
    yield from _of_the_application(roles.app, tables)
    yield from _of_the_reader(roles.reader, tables)


def _of_the_application(app: str, tables: set[str]) -> Iterator[str]:
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}"
    for table in ONLY_GROW:
        if table in tables:
            yield f"REVOKE UPDATE, DELETE ON {table} FROM {app}"
    for table in ONLY_READ:
        if table in tables:
            yield f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {app}"


def _of_the_reader(reader: str, tables: set[str]) -> Iterator[str]:
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}"
    for table in HIDDEN:
        if table in tables:
            yield f"REVOKE SELECT ON {table} FROM {reader}"  # noqa: S608 - names of ours
    yield f"ALTER ROLE {reader} SET default_transaction_read_only = on"
