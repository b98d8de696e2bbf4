"""Cases as a list shows them: read column by column and put together without the cost that the ORM has per object.

A page of fifty cases with partner, officer and agreement would else be two hundred objects of forty fields. What is
not read here is read from the database when it is asked for, as with deferred fields.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

from agreements.models import Agreement, Partner
from cases.models import Case, CaseQuerySet
from tracker.models import User
from tracker.statements import Prepared

OWN = (
    "id", "number", "former_number", "direction", "kind", "partner_id", "partner_reference", "office", "office_reference",
    "subject", "code_name", "letter_on", "received_on", "requested_on", "basis", "agreement_id", "state", "holder", "result", "secrecy",
    "is_urgent", "is_direct", "deadline", "due_on", "due_clock", "held_until", "is_open", "voided_at", "officer_id",
    "recorded_by_id", "changed_at", "version", "destroyed_at",
)  # fmt: skip
RELATED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "partner": (Partner, ("id", "code", "name_zh", "name_en", "is_sample")),
    "officer": (User, ("id", "username", "name", "desk")),
    "agreement": (Agreement, ("id", "number", "title_zh", "title_en", "code_name", "secrecy")),
}


NAMES = (*OWN, *(f"{of}__{name}" for of, (_model, names) in RELATED.items() for name in names))
_COLUMNS = Prepared(lambda: Case.objects.order_by().values_list(*NAMES))


def listed(cases: CaseQuerySet) -> list[Case]:
    """These cases, each with its partner, officer and agreement. One query."""
    added = [name for name in cases.query.annotation_select if name not in OWN]
    if not added and all(isinstance(name, str) for name in cases.query.order_by):
        return list(_put_together(_COLUMNS.among(cases), [*OWN], str(cases.db)))
    rows = cases.values_list(*OWN, *added, *NAMES[len(OWN) :])
    return list(_put_together(rows, [*OWN, *added], str(cases.db)))


def numbers_of(is_sample: QuerySet) -> tuple[int, int]:
    """How many rows there are, and how many of them are samples, by their only column. One query."""
    try:
        rows, values = is_sample.query.sql_with_params()
    except EmptyResultSet:
        return 0, 0
    # Counted by the database: a thousand rows would be handed over only to be counted.
    sql = f"WITH listed(is_sample) AS ({rows}) SELECT count(*), count(CASE WHEN is_sample THEN 1 END) FROM listed"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        every, fictional = cursor.fetchone()
        return every, fictional


def _put_together(rows: Iterable[tuple[Any, ...]], own: list[str], database: str) -> Iterable[Case]:
    known: dict[tuple[str, int], Model] = {}
    for row in rows:
        case = _made(Case, own, row, database)
        first = len(own)
        for of, (model, names) in RELATED.items():
            values = row[first : first + len(names)]
            first += len(names)
            key = (of, values[0])
            if values[0] is not None and key not in known:
                known[key] = _made(model, names, values, database)
            case._state.fields_cache[of] = known.get(key)
        yield case


def _made(model: type[Model], names: Iterable[str], values: Iterable[Any], database: str) -> Any:
    """An object as the database knows it, with these of its values."""
    made: Any = model.__new__(model)
    made.__dict__.update(zip(names, values, strict=False))
    made._state = ModelState()
    made._state.adding, made._state.db = False, database
    return made
