"""The history of a case in sentences, page by page."""

from dataclasses import dataclass

from cases.history import sentence
from cases.models import Case
from tracker import audit
from tracker.models import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the audit trail and its sentence."""

    entry: Entry
    words: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some lines, newest first, and the identifier before which the next page begins (None at the end)."""

    lines: list[Line]
    before: int | None


def trail(case: Case, *, size: int, before: int | None = None) -> TrailPage:
    """The newest ``size`` entries about the case that are older than the entry ``before``. One query."""
    entries = audit.history_of(case)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: size + 1])
    shown = found[:size]
    return TrailPage(
        [Line(entry, sentence(entry)) for entry in shown], shown[-1].pk if len(found) > size else None
    )
