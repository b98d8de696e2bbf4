"""Statements that are put together once and asked many times: putting one together takes several times as long.

The text of a query is made for values that do not exist, and each question puts its own in their places.
PostgreSQL is told to keep the plan as well, which for a statement of many sub-queries takes longer than to carry it out.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

from tracker.models import User


class NotPreparable(Exception):
    """The query reads its values while it is put together, so its text is not the same for all of them."""


class Prepared:
    """A query by the values that it is given: texts, whole numbers, days, moments, and readers.

    Of a reader ministry, role, whether the account is active, has a desk and is cleared for sealed cases decide how
    the text reads; key, clearance and desk are put in afterwards. ``build`` must hand its values to the query as they are: one that it computes with, or asks
    before, is noticed and refused.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        # Connections belong to threads, and what reads the rows belongs to a connection.
        self._kept = threading.local()

    def __call__(self, **given: Any) -> list[Any]:
        """The rows that the query has for these values: objects, or tuples of ``values_list``. One query.

        :raises NotPreparable: when the query cannot be kept.
        """
        statement, places = self._statement(given), _places(given)
        values = [places[name] if name else value for name, value in statement.values]
        with _cursor() as cursor:
            cursor.execute(statement.sql, values)
            rows = cursor.fetchall()
        return list(statement.read(rows))

    def among(self, chosen: QuerySet) -> list[Any]:
        """Of a query without condition, order and values the rows that ``chosen`` holds, in its order. One query.

        ``chosen`` are rows of the same model, ordered by columns of its own or not at all.
        """
        statement, table = self._statement({}), chosen.model._meta.db_table
        try:
            keys, values = chosen.values_list("pk").query.sql_with_params()
        except EmptyResultSet:
            return []
        order = ", ".join(
            f'"{table}"."{name.removeprefix("-")}"{" DESC" if name[0] == "-" else ""}'
            for name in map(str, chosen.query.order_by)
        )
        sql = f'{statement.sql} WHERE "{table}"."id" IN ({keys})' + (f" ORDER BY {order}" if order else "")
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        return list(statement.read(rows))

    def _statement(self, given: Mapping[str, Any]) -> "_Statement":
        kept: dict[Hashable, _Statement] = self._kept.__dict__.setdefault("statements", {})
        sort = (connection.vendor, *map(_sort_of, given.values()))
        if sort not in kept:
            kept[sort] = _put_together(self.build, given)
        return kept[sort]


@dataclass(frozen=True, slots=True)
class _Statement:
    """``values`` are the place that each value of the text takes, or "" and the value itself."""

    sql: str
    values: list[tuple[str, Any]]
    read: Callable[[list[tuple[Any, ...]]], Iterable[Any]]


def _sort_of(value: Any) -> Hashable:
    """What of a value decides how the text reads."""
    if isinstance(value, User):
        rights = value.is_active, str(value.role), str(value.ministry), value.is_cleared_for_sealed
        return (*rights, bool(value.desk))
    return None


def _places(given: Mapping[str, Any]) -> dict[str, Any]:
    """Every value that is put into the text, by the name of its place."""
    places: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, User):
            places |= {f"{name}.pk": value.pk, f"{name}.clearance": int(value.clearance)}
            places |= {f"{name}.desk": value.desk} if value.desk else {}
        else:
            places[name] = _adapted(value)
    return places


def _adapted(value: Any) -> Any:
    """A value as the database's driver is handed it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _stand_in(value: Any, place: int) -> Any:
    """A value of the same kind that occurs nowhere else, in range so that no condition is dropped as impossible."""
    if isinstance(value, User):
        reader = {"is_active": value.is_active, "role": value.role, "ministry": value.ministry}
        desk = f"stands for the desk {place}" if value.desk else ""
        nobody = User(pk=2_000_000_000 + place, clearance=31_000 + place, desk=desk, **reader)
        nobody.stands_for_sealed = value.is_cleared_for_sealed
        return nobody
    if isinstance(value, datetime):
        return datetime(1001, 2, 3, tzinfo=UTC) + timedelta(days=place)
    if isinstance(value, date):
        return date(1001, 2, 3) + timedelta(days=place)
    if isinstance(value, int):
        return 2_000_000_000 + place
    if isinstance(value, str):
        return f"stands for the text {place}"
    raise NotPreparable(f"nothing stands for a {type(value).__name__}")


def _put_together(build: Callable[..., QuerySet], given: Mapping[str, Any]) -> _Statement:
    """Twice, for different values: whatever else differs would be kept by mistake."""
    first, second = (
        _with_places(build, {name: _stand_in(value, place) for place, (name, value) in enumerate(given.items(), start)})
        for start in (1, 101)
    )  # fmt: skip
    if (first.sql, first.values) != (second.sql, second.values):
        raise NotPreparable(f"{build.__qualname__} reads its values")
    return first


def _with_places(build: Callable[..., QuerySet], stand_ins: Mapping[str, Any]) -> _Statement:
    rows = build(**stand_ins)
    compiler = rows.query.get_compiler(rows.db)
    sql, values = compiler.as_sql()
    named = {value: name for name, value in _places(stand_ins).items()}
    return _Statement(
        sql, [(named.get(value, ""), _plain(value, named)) for value in values], _reader(rows, compiler)
    )


def _plain(value: Any, named: Mapping[Any, str]) -> Any:
    """A value that is part of the text: nothing where a place is, and of a choice its bare code."""
    if value in named:
        return None
    return str(value) if isinstance(value, str) else value


def _reader(rows: QuerySet, compiler: Any) -> Callable[[list[tuple[Any, ...]]], Iterable[Any]]:
    """How rows become what the query would have given, by the means that it has itself."""
    expressions = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(expressions)

    def converted(found: list[tuple[Any, ...]]) -> Iterable[Any]:
        return map(tuple, compiler.apply_converters(found, converters)) if converters else found

    if not issubclass(rows._iterable_class, ModelIterable):  # type: ignore[attr-defined]
        return converted
    own = compiler.klass_info["select_fields"]
    first, last = own[0], own[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    beside = get_related_populators(compiler.klass_info, compiler.select, rows.db, rows._fetch_mode)  # type: ignore[attr-defined]

    def objects(found: list[tuple[Any, ...]]) -> Iterable[Any]:
        for row in converted(found):
            made: Any = rows.model.from_db(rows.db, names, row[first:last])
            for related in beside:
                related.populate(row, made)
            yield made

    return objects


def _cursor() -> Any:
    """A cursor whose statements PostgreSQL plans once for each connection.

    An ordinary one while queries are logged, so that the log shows them with their values.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    driver = connection.connection
    driver.prepare_threshold = 0  # the cursors of the ORM put values into the text, so this concerns them not
    return connection._prepare_cursor(psycopg.Cursor(driver))  # type: ignore[attr-defined]
