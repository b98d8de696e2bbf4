"""The documents of a case as its readers see them, and the answer to whether somebody may open one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.urls import reverse

from cases.models import Case, CaseQuerySet
from tracker.models import Document, DocumentVersion, User
from tracker.owners import Answering


@dataclass(slots=True)
class Paper:
    """One document with its versions, the newest first."""

    document: Document
    versions: list[DocumentVersion] = field(default_factory=list)

    @property
    def latest(self) -> DocumentVersion:
        return self.versions[0]


def papers_of(case: Case, reader: User) -> list[Paper]:
    """The case's documents up to the reader's clearance, the newest first. One query, however many there are."""
    documents = Document.objects.visible_to(reader).about(case)
    versions = DocumentVersion.objects.filter(document__in=documents).select_related(
        "document", "uploaded_by"
    )
    return _papers(versions.order_by("-document__created_at", "document", "-number"))


def _papers(versions: Iterable[DocumentVersion]) -> list[Paper]:
    found: dict[object, Paper] = {}
    for version in versions:
        found.setdefault(version.document_id, Paper(version.document)).versions.append(version)
    return list(found.values())


def may_see_papers_of(user: User, pk: str) -> bool:
    """Whether the case with this primary key, and so a document about it, may be seen."""
    return Case.objects.registered().visible_to(user).filter(pk=pk).exists()


def answering_for_case(pk: str) -> tuple[list[User], str]:
    """Who is told when a file of the case with this primary key is infected, its officer, and where its documents stand."""
    case = Case.objects.registered().select_related("officer").filter(pk=pk).first()
    if case is None:
        return [], reverse("home")
    return [case.officer] if case.officer else [], reverse("cases:documents", args=[case.number])


def cases_answered_by(user: User) -> CaseQuerySet:
    """The cases whose officer the user is."""
    return Case.objects.registered().filter(officer=user)


def where_papers_are(user: User, keys: Collection[str]) -> dict[str, str]:
    """Of the cases with these primary keys those that the user may see, each with the address of its documents. One query."""
    seen = Case.objects.registered().visible_to(user).filter(pk__in=keys)
    return {
        str(pk): reverse("cases:documents", args=[number]) for pk, number in seen.values_list("pk", "number")
    }


ANSWERING_FOR_CASES = Answering(answering_for_case, cases_answered_by, where_papers_are)
