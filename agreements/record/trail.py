"""The history of an agreement in sentences, without naming what the reader may not see."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.history import sentence
from agreements.models import Agreement
from agreements.record.sourced import fact_words
from tracker import audit
from tracker.models import Document, Entry, User


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the audit trail as a sentence."""

    entry: Entry
    words: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some lines, newest first, and the identifier before which the next page begins (None at the end)."""

    lines: list[Line]
    before: int | None


def trail(agreement: Agreement, reader: User, *, size: int, before: int | None = None) -> TrailPage:
    """The newest ``size`` entries about the agreement that are older than the entry ``before``."""
    entries = audit.history_of(agreement)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: size + 1])
    shown = found[:size]
    return TrailPage(lines(shown, reader), shown[-1].pk if len(found) > size else None)


def lines(entries: Iterable[Entry], reader: User) -> list[Line]:
    """The entries as sentences; hidden agreements and documents are not named. At most two queries."""
    entries = list(entries)
    others = {e.details["other"] for e in entries if e.verb == "agreement.link" and "other" in e.details}
    papers = {e.details["document"] for e in entries if "document" in e.details}
    seen: set[str] = set()
    if others:
        seen |= set(
            Agreement.objects.visible_to(reader).filter(number__in=others).values_list("number", flat=True)
        )
    if papers:
        open_papers = Document.objects.visible_to(reader).filter(pk__in=papers)
        seen |= {str(pk) for pk in open_papers.values_list("pk", flat=True)}
    return [Line(entry, _words(entry, seen)) for entry in entries]


def _words(entry: Entry, seen: set[str]) -> str:
    if entry.verb == "agreement.link" and entry.details.get("other") not in seen:
        entry.details = {**entry.details, "other": _("another agreement")}
    if "document" in entry.details and entry.details["document"] not in seen:
        entry.details = {**entry.details, "title": _("a document")}
    if "fact" in entry.details:
        entry.details = {**entry.details, "fact": str(fact_words(entry.details["fact"]))}
    return sentence(entry)
