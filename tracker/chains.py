"""Chains of rows, each of which carries the digest of the one before: their heads, and walking them from the first row.

A chain alone shows what was changed inside it. That its end was cut off, or that all of it was written anew, shows only
beside a head that was noted earlier: by the last check (:mod:`tracker.checkups`), or signed and kept elsewhere
(:mod:`tracker.checkpoints`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
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

    ``fault`` says in what way: ``changed`` (the row itself, or a row before it is missing), ``rewritten`` (every digest
    fits, but at this row or before it there is something else than was noted) or ``shortened`` (rows that were noted are
    missing from this key on).
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
        for number, (key, values, is_as_written) in enumerate(self._rows(), start=1):
            fits = is_as_written and values["previous"] == head.digest
            if not fits or self.digest(values) != values["digest"]:
                return Verdict(number, key, "changed", head)
            head = Head(number, key, values["digest"])
            while waiting and waiting[-1].rows == number:
                if waiting.pop() != head:
                    return Verdict(number, key, "rewritten", head)
        if waiting:
            return Verdict(head.rows, head.last + 1, "shortened", head)
        return Verdict(head.rows, None, "", head)

    def _rows(self) -> Iterator[tuple[int, dict[str, Any], bool]]:
        """Each row: its key, its values, and whether its JSON is written as this house writes it."""
        columns = [
            Cast(name, models.TextField()) if name in self.json else name
            for name in ("pk", *self.fields, "previous", "digest")
        ]
        names = (*self.fields, "previous", "digest")
        rows = self.model._default_manager.order_by("pk").values_list(*columns).iterator(chunk_size=AT_ONCE)
        for key, *row in rows:
            values = dict(zip(names, row, strict=True))
            is_as_written = True
            for name in self.json:
                text = values[name]
                values[name] = json.loads(text)
                is_as_written = is_as_written and _is_as_written(text, values[name])
            yield key, values, is_as_written


CHAINS: dict[str, Chain] = {}
"""Every chain by its name. The module that writes a chain adds it here."""


def _is_as_written(text: str, value: Any) -> bool:
    """Whether JSON stands there as we write it; PostgreSQL keeps values, not texts, and writes them in its own way."""
    if connection.vendor == "postgresql":
        return True
    return text in (json.dumps(value, ensure_ascii=False), json.dumps(value))
