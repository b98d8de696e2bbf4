"""What the pages of a case count before they read it: badges of its tabs, and what there is to be read at all.

Putting together a dozen sub-queries takes many times as long as asking them. So their text is put together once,
for a case, a reader and a day that do not exist, and each page asks it with its own.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cases.letters.reading import ON_ITS_WAY
from cases.models import (
    Case,
    Competitor,
    Extension,
    Interval,
    Letter,
    LetterCase,
    Mention,
    Person,
    PracticeLine,
    Promise,
    Task,
)
from tracker.models import Document, User

# Values that occur nowhere else in the statement; in range, so that no condition is dropped as impossible.
NO_CASE, NO_READER, NO_CLEARANCE, NO_DAY = 2_000_000_002, 2_000_000_001, 31_003, date(1001, 2, 3)


def count_for(case: Case, *, reader: User, today: date) -> Case:
    """The case with what is counted of it for this reader, as attributes. One query.

    ``has_card``, ``has_time``, ``has_papers`` and ``may_compete`` say whether it is worth asking further.
    """
    names, sql, slots = _statement(connection.vendor)
    day = connection.ops.adapt_datefield_value(today)
    given: dict[str, Any] = {"case": case.pk, "case in words": str(case.pk), "reader": reader.pk, "day": day}
    given["clearance"] = reader.clearance
    with connection.cursor() as cursor:
        cursor.execute(sql, [given[name] if name else value for name, value in slots])
        row = cursor.fetchone()
    for name, value in zip(names, row, strict=True):
        setattr(case, name, bool(value) if name.startswith(("has_", "may_")) else value)
    return case


@lru_cache(maxsize=2)
def _statement(_vendor: str) -> tuple[list[str], str, list[tuple[str, Any]]]:
    """The names of what is asked, its text, and for each value the name of what takes its place, or the value."""
    nobody = User(pk=NO_READER, clearance=NO_CLEARANCE)
    asked = _asked(nobody, NO_DAY)
    names = list(asked)
    sql, values = (
        Case.objects.filter(pk=NO_CASE).order_by().values_list(*asked.values()).query.sql_with_params()
    )
    stands_for = {
        NO_CASE: "case",
        str(NO_CASE): "case in words",
        NO_READER: "reader",
        NO_CLEARANCE: "clearance",
        connection.ops.adapt_datefield_value(NO_DAY): "day",
    }
    return names, sql, [(stands_for.get(value, ""), value) for value in values]


def _asked(reader: User, today: date) -> dict[str, Any]:
    """What is asked of a case, by name."""
    of_case = {"case": OuterRef("pk")}
    promises = Promise.objects.filter(**of_case)
    unseen = Mention.objects.filter(
        note__case=OuterRef("pk"), note__withdrawn_at=None, person=reader, seen_at=None
    )
    on_its_way = Q(letter__status__in=ON_ITS_WAY) | Q(asks_meaning=True)
    seen = Letter.objects.visible_to(reader).filter(pk=OuterRef("letter"))
    beside = [rows.filter(**of_case) for rows in (Interval.objects, Extension.objects, Promise.objects)]
    any_time = Exists(beside[0]) | Exists(beside[1]) | Exists(beside[2])
    papers = Document.objects.visible_to(reader).filter(about_model="cases.case", about_id=str(NO_CASE))
    return {
        "has_card": Exists(PracticeLine.objects.filter(partner=OuterRef("partner"), withdrawn_at=None)),
        "has_time": ExpressionWrapper(any_time, output_field=BooleanField()),
        "has_papers": Exists(papers),
        "may_compete": Exists(Competitor.objects.filter(**of_case)),
        "persons_named": counted(Person.objects.filter(**of_case), "case"),
        "promises_open": counted(promises.owed(today=today), "case"),
        "promises_overdue": counted(promises.overdue(today=today), "case"),
        "letters_waiting": counted(LetterCase.objects.filter(on_its_way, Exists(seen), **of_case), "case"),
        "mentions_unseen": counted(unseen, "note__case"),
        "tasks_open": counted(Task.objects.filter(**of_case, done_at=None), "case"),
    }


def counted(rows: QuerySet, owner: str) -> Coalesce:
    """How many of ``rows`` belong to the case at hand, by way of ``owner``; 0 for none."""
    return Coalesce(Subquery(rows.order_by().values(owner).annotate(n=Count("pk")).values("n")), 0)
