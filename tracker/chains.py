"""Chains of rows, each of which carries the digest of the one before: their heads, and walking them from the first row.

A chain alone shows what was changed inside it. That its end was cut off, or that all of it was written anew, shows only
beside a head that was noted earlier: by the last check (:mod:`tracker.checkups`), or signed and kept elsewhere
(:mod:`tracker.checkpoints`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, models
from django.db.models.functions import Cast

GENESIS = "0" * 64
CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
"""The one way of writing what a digest is taken of."""
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain had come: so many rows, the key of the last one (0 before the first) and its digest."""

    rows: int = 0
    last: int = 0
    digest: str = GENESIS


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of walking a chain: how many rows were read, and the first that does not fit (or None).

    ``fault`` says in what way: ``changed`` (the row itself, or a row before it is missing), ``unreadable`` (something
    stands in the row that is no value of its column), ``rewritten`` (every digest fits, but at this row or before it
    there is something else than was noted) or ``shortened`` (rows that were noted are missing from this key on).
    """

    entries: int
    first_broken: int | None
    fault: str = field(default="", compare=False)
    head: Head = field(default=Head(), compare=False)

    @property
    def intact(self) -> bool:
        return self.first_broken is None


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain: its name, its table, the columns that its digest covers, and how the digest is taken of them.

    ``json`` names the columns that hold JSON.
    """

    name: str
    model: type[models.Model]
    fields: tuple[str, ...]
    digest: Callable[[Mapping[str, Any]], str]
    json: tuple[str, ...] = ()

    def head(self) -> Head:
        """How far it has come. Two queries; rows that others append meanwhile come after it."""
        rows = self.model._default_manager.order_by("-pk")
        newest = rows.values_list("pk", "digest").first()
        return Head(rows.filter(pk__lte=newest[0]).count(), *newest) if newest else Head()

    def stands(self, noted: Head) -> bool:
        """Whether the chain still goes through a head that was noted earlier. Two queries, no walk."""
        rows = self.model._default_manager.filter(pk__lte=noted.last)
        there = self.model._default_manager.filter(pk=noted.last, digest=noted.digest).exists()
        return not noted.rows or (there and rows.count() == noted.rows)

    def walk(self, noted: Iterable[Head] = ()) -> Verdict:
        """Recompute every digest in order, and compare with the heads that were ``noted`` earlier."""
        waiting = sorted((head for head in noted if head.rows), key=lambda head: -head.rows)
        head = Head()
        for number, (key, row) in enumerate(each(self._rows()), start=1):
            if fault := self._fault(row, head):
                return Verdict(number, key, fault, head)
            head = Head(number, key, row[-1])
            while waiting and waiting[-1].rows == number:
                if waiting.pop() != head:
                    return Verdict(number, key, "rewritten", head)
        if waiting:
            return Verdict(head.rows, head.last + 1, "shortened", head)
        return Verdict(head.rows, None, "", head)

    def _rows(self) -> models.QuerySet[Any, tuple[Any, ...]]:
        """The rows, each with its key, what its digest covers, and that digest; JSON as the text that stands there."""
        columns = [
            Cast(name, models.TextField()) if name in self.json else name
            for name in ("pk", *self.fields, "previous", "digest")
        ]
        return self.model._default_manager.values_list(*columns)

    def _fault(self, row: Sequence[Any], head: Head) -> str:
        """What is wrong with a row that is to follow ``head``, as in :class:`Verdict`; "" when nothing is."""
        if not row:
            return "unreadable"
        try:
            return "" if self._fits(row, head) else "changed"
        except Exception:  # whatever stands there, no digest of ours was ever taken of it
            return "unreadable"

    def _fits(self, row: Sequence[Any], head: Head) -> bool:
        """Whether a row follows ``head``, its digest is its own, and its JSON is written as this house writes it."""
        values = dict(zip((*self.fields, "previous", "digest"), row, strict=True))
        for name in self.json:
            text = values[name]
            values[name] = json.loads(text)
            if not _is_as_written(text, values[name]):
                return False
        return values["previous"] == head.digest and self.digest(values) == values["digest"]


CHAINS: dict[str, Chain] = {}
"""Every chain by its name. The module that writes a chain adds it here."""


def each(rows: models.QuerySet[Any, tuple[Any, ...]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Each row by its key, the first of its values, in that order; without values when the database cannot hand them over.

    One such row spoils all that are read in one go with it, so from there on they are read one by one.

    :raises DatabaseError: when not even the keys can be read.
    """
    last: int | None = None
    try:
        for key, *row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
            yield key, row
            last = key
    except Exception as fault:
        if not is_of_a_value(fault):
            raise
        rest = rows if last is None else rows.filter(pk__gt=last)
        for key in rest.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=AT_ONCE):
            yield key, _read(rows, key)


def _read(rows: models.QuerySet[Any, tuple[Any, ...]], key: int) -> Sequence[Any]:
    try:
        return rows.get(pk=key)[1:]
    except Exception as fault:
        if not is_of_a_value(fault):
            raise
        return ()


def is_of_a_value(fault: Exception) -> bool:
    """Whether reading failed at what stands in a row; each database and column fails at that in its own way.

    PostgreSQL's operational errors tell of the connection, of a lock or of a limit of time, and bend no history.
    """
    return connection.vendor != "postgresql" or not isinstance(fault, OperationalError)


def _is_as_written(text: str, value: Any) -> bool:
    """Whether JSON stands there as we write it; PostgreSQL keeps values, not texts, and writes them in its own way."""
    if connection.vendor == "postgresql":
        return True
    return text in (json.dumps(value, ensure_ascii=False), json.dumps(value))
