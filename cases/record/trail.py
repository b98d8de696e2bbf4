"""The history of a case in sentences, page by page."""

from agreements.record.trail import Line, TrailPage
from cases.history import sentence
from cases.models import Case
from tracker import audit


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
