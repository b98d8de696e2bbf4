"""What the pages of a case count before they read it: badges of its tabs, and what there is to be read at all.

A dozen sub-queries in one statement, which is put together once.
"""

from datetime import date
from typing import Any

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
from tracker.statements import Prepared


def count_for(case: Case, *, reader: User, today: date) -> Case:
    """The case with what is counted of it for this reader, as attributes. One query.

    ``has_card``, ``has_time``, ``has_papers`` and ``may_compete`` say whether it is worth asking further.
    """
    (row,) = _COUNTS(case=case.pk, in_words=str(case.pk), reader=reader, today=today)
    for name, value in zip(NAMES, row, strict=True):
        setattr(case, name, bool(value) if name.startswith(("has_", "may_")) else value)
    return case


NAMES = (
    "has_card", "has_time", "has_papers", "may_compete", "persons_named", "promises_open", "promises_overdue",
    "letters_waiting", "mentions_unseen", "tasks_open",
)  # fmt: skip


def _counts(*, case: int, in_words: str, reader: User, today: date) -> QuerySet:
    asked = _asked(in_words, reader, today)
    return Case.objects.filter(pk=case).order_by().values_list(*(asked[name] for name in NAMES))


_COUNTS = Prepared(_counts)


def _asked(in_words: str, reader: User, today: date) -> dict[str, Any]:
    """What is asked of a case, by name; ``in_words`` is its key as documents keep it."""
    of_case = {"case": OuterRef("pk")}
    promises = Promise.objects.filter(**of_case)
    unseen = Mention.objects.filter(
        note__case=OuterRef("pk"), note__withdrawn_at=None, person=reader, seen_at=None
    )
    on_its_way = Q(letter__status__in=ON_ITS_WAY) | Q(asks_meaning=True)
    seen = Letter.objects.visible_to(reader).filter(pk=OuterRef("letter"))
    beside = [rows.filter(**of_case) for rows in (Interval.objects, Extension.objects, Promise.objects)]
    any_time = Exists(beside[0]) | Exists(beside[1]) | Exists(beside[2])
    papers = Document.objects.visible_to(reader).filter(about_model="cases.case", about_id=in_words)
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
