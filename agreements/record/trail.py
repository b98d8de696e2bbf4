"""The history of an agreement in sentences, without naming what the reader may not see."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from agreements.history import sentence
from agreements.models import Agreement, AgreementLink
from agreements.models.asof import AgreementQuerySet
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
    """The newest ``size`` entries about the agreement that are older than the entry ``before``, without those that
    tell of a hidden document or agreement, and so would tell that there is one."""
    entries = without_hidden(audit.history_of(agreement), Agreement.objects.filter(pk=agreement.pk), reader)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: size + 1])
    shown = found[:size]
    return TrailPage(lines(shown, reader), shown[-1].pk if len(found) > size else None)


def without_hidden(entries: QuerySet[Entry], files: AgreementQuerySet, reader: User) -> QuerySet[Entry]:
    """The entries about these agreements that tell of no hidden document and no hidden agreement. Two queries."""
    keys = files.order_by().annotate(key=Cast("pk", CharField())).values("key")
    papers = Document.objects.filter(about_model=Agreement._meta.label_lower, about_id__in=keys)
    papers = papers.exclude(secrecy__lte=reader.clearance)
    links = AgreementLink.objects.filter(later__in=files.order_by().values("pk"))
    links = links.exclude(earlier__in=Agreement.objects.visible_to(reader))
    entries = not_naming(entries, "document", [str(key) for key in papers.values_list("pk", flat=True)])
    return not_naming(entries, "other", list(links.values_list("earlier__number", flat=True)))


def not_naming(entries: QuerySet[Entry], detail: str, hidden: list[str]) -> QuerySet[Entry]:
    """The entries whose detail of this name is none of the hidden ones; those without such a detail stay."""
    if not hidden:
        return entries
    is_without, is_one_of = f"details__{detail}__isnull", f"details__{detail}__in"
    return entries.filter(Q((is_without, True)) | ~Q((is_one_of, hidden)))


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
