"""Writing drawn fictional cases in bulk: many rows a statement, in one transaction, with one audit entry for all."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from random import Random
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.models import Partner
from cases.actions.numbering import Wanted, take_numbers
from cases.basisbook import BasisBook
from cases.models import AssistanceItem, Case, CaseEvent, NumberSeries
from cases.provisions import HOUSE
from cases.rules import may_carry, works_on_cases
from cases.sampling import Drawn, Sampler
from cases.searching import words_of_case
from tracker import audit, bulk, search
from tracker.models import User
from tracker.preferences import holiday_roll, working_calendar
from tracker.workdays import TAIPEI

CHUNK = 4000
"""Cases a chunk, so that memory stays flat."""


@transaction.atomic
def add_sample_cases(*, by: User, count: int, seed: int, until: date) -> int:
    """Add so many fictional cases with the fictional partners, registered over twelve years up to ``until``.

    They take the next numbers of their years' series and rest on what the register proposes. The draw depends on
    the seed and on how many cases there were before, so that a second call adds others.

    :returns: how many cases were added.
    :raises StepRefused: for a person who is not of justice, or without fictional partners.
    """
    partners = list(Partner.objects.filter(is_sample=True).order_by("-code"))
    if not works_on_cases(by) or not partners:
        raise StepRefused(_("Justice loads sample cases, with sample partners."), HOUSE)
    taken = NumberSeries.objects.aggregate(taken=models.Sum("last"))["taken"] or 0
    chance = Random(f"{seed} {taken}")  # noqa: S311 - a draw that can be repeated
    officers = [person for person in User.objects.order_by("pk") if may_carry(person, Case())]
    office = (BasisBook(by), working_calendar(), holiday_roll())
    sampler = Sampler(chance, by, until, partners, officers, *office)
    drawn, last = sampler.draw(count), None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the checks of all rows wait in memory
    while chunk := list(itertools.islice(drawn, CHUNK)):
        last = _write(chunk, by)
    if last is not None:
        audit.record("case.load_samples", last, by=by, details={"cases": count, "seed": seed, "until": until})
    return count if last else 0


def _write(chunk: Sequence[Drawn], by: User) -> Case:
    """Write one chunk; answers a case of it for the audit entry to be about."""
    keys = bulk.next_keys(Case, len(chunk))
    wanted = [Wanted(drawn.case["direction"], drawn.case["secrecy"], drawn.day) for drawn in chunk]
    numbers = take_numbers(wanted)
    rows = [
        _case_row(key, drawn, number, by) for key, drawn, number in zip(keys, chunk, numbers, strict=True)
    ]
    pairs = list(zip(keys, chunk, strict=True))
    _insert(Case, rows)
    _insert(CaseEvent, (_event_row(key, place, event) for key, drawn in pairs for place, event in enumerate(drawn.events, 1)))  # fmt: skip
    _insert(AssistanceItem, ({"case_id": key} | item for key, drawn in pairs for item in drawn.items))
    texts = (
        (key, words_of_case(row, drawn.partner, (event["reference"] for event in drawn.events if "reference" in event)))
        for row, (key, drawn) in zip(rows, pairs, strict=True)
    )  # fmt: skip
    search.index_new(Case._meta.label_lower, texts)
    return Case(pk=rows[-1]["id"], number=rows[-1]["number"])


def _case_row(key: int, drawn: Drawn, number: str, by: User) -> dict[str, Any]:
    return drawn.case | {
        "id": key,
        "number": number,
        "basis_finding": drawn.finding,
        "recorded_at": _moment(drawn.day),
        "recorded_by_id": by.pk,
        "changed_at": _moment(drawn.events[-1]["happened_on"]),
        "version": len(drawn.events),
    }


def _event_row(case: int, place: int, event: dict[str, Any]) -> dict[str, Any]:
    return event | {"case_id": case, "order": place, "recorded_at": _moment(event["happened_on"])}


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(10), TAIPEI)


def _insert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that name some columns; the others get the model's defaults. JSON comes as text."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or model is Case]
    blank = {field.attname: field.get_default() for field in fields}
    blank = {name: "{}" if value == {} else value for name, value in blank.items()}
    bulk.insert(model, list(blank), (tuple((blank | row).values()) for row in rows))
