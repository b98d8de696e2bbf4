"""The history of a case in sentences, page by page."""

from agreements.record.trail import Line, TrailPage, not_naming
from cases.history import sentence
from cases.models import Case, Letter
from tracker import audit
from tracker.models import Document, User


def trail(case: Case, reader: User, *, size: int, before: int | None = None) -> TrailPage:
    """The newest ``size`` entries about the case that are older than the entry ``before``, without those that tell of a
    hidden document or letter, and so would tell that there is one. Three queries."""
    papers = Document.objects.about(case).exclude(secrecy__lte=reader.clearance)
    letters = Letter.objects.filter(cases=case).exclude(pk__in=Letter.objects.visible_to(reader))
    entries = not_naming(
        audit.history_of(case), "document", [str(key) for key in papers.values_list("pk", flat=True)]
    )
    entries = not_naming(entries, "letter", [f"# {key}" for key in letters.values_list("pk", flat=True)])
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: size + 1])
    shown = found[:size]
    return TrailPage(
        [Line(entry, sentence(entry)) for entry in shown], shown[-1].pk if len(found) > size else None
    )
