"""Inserting many plain rows at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

Building and binding model instances takes most of the time of an import of thousands of rows (see
`benchmarks/import_register.py`). Every constraint of the database still holds, and a column that is
forgotten here but must be filled stops the insert. Only an import's own rows go this way.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, whose values are those of ``fields`` as the database keeps them.

    Text, numbers, booleans, days, moments and None; a foreign key is its key, a partial date its text, JSON its
    text, and whatever a field would derive from another one is given too.
    """
    quote = connection.ops.quote_name
    columns = [str(model._meta.get_field(name).column) for name in fields]  # type: ignore[union-attr]
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        # PostgreSQL refuses COPY into a table under row-level security.
        if connection.vendor == "postgresql" and not settings.ROW_SECURITY:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        # Names come from the models, values travel apart.
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        adapted = list if connection.vendor == "postgresql" else _for_sqlite
        cursor.executemany(statement, [adapted(row) for row in rows])


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """So many primary keys that nobody else gets, for rows that are inserted in bulk."""
    if connection.vendor != "postgresql":
        first = (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1
        return list(range(first, first + count))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _for_sqlite(row: Sequence[Any]) -> list[Any]:
    return [_sqlite_value(value) for value in row]


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value
