"""What the first page asks, put together once for a reader and days that do not exist; each reader's own take their places.

A page that asks many small questions spends more time on writing its statements than the database on answering them.
Several questions whose answers have the same columns are asked in one statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from cases.clocks.running import WARNED_AT
from cases.models import SOON
from cases.notes import AHEAD
from cases.practice import a_year_before
from tracker.models import User

# Values that occur nowhere else in a statement; in range, so that no condition is dropped as impossible.
NO_READER, NO_CLEARANCE, NO_DAY = 2_000_000_001, 31_003, date(1001, 2, 3)
EVERY = "SELECT * FROM ({}) asked"
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """All that decides how the statements of a reader read; whoever and whenever it is, is put in afterwards."""

    is_active: bool
    role: str
    ministry: str
    is_cleared_for_sealed: bool
    database: str

    @property
    def nobody(self) -> User:
        """A reader of this sort who does not exist."""
        nobody = User(
            pk=NO_READER,
            clearance=NO_CLEARANCE,
            is_active=self.is_active,
            role=self.role,
            ministry=self.ministry,
        )
        nobody.stands_for_sealed = self.is_cleared_for_sealed
        return nobody


def sort_of(reader: User) -> Sort:
    return Sort(
        reader.is_active, reader.role, reader.ministry, reader.is_cleared_for_sealed, connection.vendor
    )


def given_by(reader: User, today: date) -> dict[str, Any]:
    """The values of a reader and a day by the names of their places."""
    return {"reader": reader.pk, "clearance": reader.clearance} | {
        name: connection.ops.adapt_datefield_value(day) for name, day in _days(today).items()
    }


def _stand_ins() -> Mapping[Any, str]:
    """Which place each of the values stands for that do not exist."""
    nobody = User(pk=NO_READER, clearance=NO_CLEARANCE)
    return {value: name for name, value in given_by(nobody, NO_DAY).items()}


def _days(today: date) -> dict[str, date]:
    """Every day that a statement of the first page counts from."""
    return {
        "today": today,
        "soon": today + timedelta(days=SOON),
        "when a task is near": today + timedelta(days=AHEAD),
        "when an urgent letter is near": today + timedelta(days=max(WARNED_AT)),
        "a year ago": a_year_before(today),
    }


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of a statement, for each of its values the name of what takes its place, and how its columns are read."""

    sql: str
    slots: Sequence[tuple[str, Any]]
    converters: Mapping[int, Any]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Its values, with those of ``given`` in their places."""
        return [given[name] if name else value for name, value in self.slots]


def prepare(rows: QuerySet, *, around: str = "") -> Statement | None:
    """The statement that asks for these rows of a ``values_list``; None when there can be none.

    The rows are those of the reader and the day that do not exist. ``around`` is a statement about them, such as one
    that counts them; what it answers is not converted.

    :raises ValueError: when a day is asked for that is near the one that does not exist and has no name here.
    """
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = {} if around else compiler.get_converters([column[0] for column in compiler.select or ()])
    stand_ins = _stand_ins()
    slots = [(stand_ins.get(value, "") if value.__hash__ else "", value) for value in values]
    if unnamed := [
        value for name, value in slots if not name and str(value)[:3] == "100" and "-" in str(value)
    ]:
        raise ValueError(f"no name for {unnamed}")
    return Statement((around or EVERY).format(sql), slots, converters)


def ask(statements: Iterable[Statement | None], given: Mapping[str, Any]) -> list[Row]:
    """All rows of these statements, one after another, in one query. Their columns are of the same sorts."""
    parts = [statement for statement in statements if statement is not None]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(part.sql for part in parts),
            [value for part in parts for value in part.values(given)],
        )
        return _converted(cursor.fetchall(), parts[0].converters)


def _converted(rows: Iterable[Row], converters: Mapping[int, Any]) -> list[Row]:
    """As the ORM gives them: SQLite knows neither days nor yes and no."""
    if not converters:
        return list(rows)
    converted = []
    for row in rows:
        values = list(row)
        for place, (ways, expression) in converters.items():
            for way in ways:
                values[place] = way(values[place], expression, connection)
        converted.append(tuple(values))
    return converted
