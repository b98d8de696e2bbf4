"""What the pages of letters read: the cases of a letter, the letters of a case, what asks for somebody's action."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse

from cases.models import Case, Letter, LetterCase
from cases.rules import works_on_cases
from tracker.models import Document, User
from tracker.owners import Answering

S = Letter.Status
SHOWN = 50
ON_ITS_WAY = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.COUNTERSIGNED)


def cases_on(letter: Letter) -> list[Case]:
    """The cases that a letter concerns, with what its text is completed from, in the order of their numbers."""
    cases = letter.cases.select_related("partner", "agreement__partner").prefetch_related("items")
    return list(cases.order_by("number"))


def answered_by(letter: Letter, *, reader: User) -> Letter | None:
    """The letter of ours that this one answers, if the reader may see it: it may be about a case that is hidden."""
    if letter.answers_id is None:
        return None
    return Letter.objects.visible_to(reader).filter(pk=letter.answers_id).first()


def may_see_papers_of_letter(user: User, pk: str) -> bool:
    """Whether the letter with this primary key, and so a document about it, may be seen."""
    return Letter.objects.visible_to(user).filter(pk=pk).exists()


def answering_for_letter(pk: str) -> tuple[list[User], str]:
    """Who is told when a file of the letter with this primary key is infected, the officers of its cases, and its page."""
    cases = Case.objects.filter(letters=int(pk)).exclude(officer=None).select_related("officer")
    return [case.officer for case in cases if case.officer], reverse("cases:letter", args=[pk])


def letters_answered_by(user: User) -> QuerySet[Letter]:
    """The letters of cases whose officer the user is."""
    return Letter.objects.filter(pk__in=LetterCase.objects.filter(case__officer=user).values("letter"))


def where_letters_are(user: User, keys: Collection[str]) -> dict[str, str]:
    """Of the letters with these primary keys those that the user may see, each with its page. One query."""
    seen = Letter.objects.visible_to(user).filter(pk__in=keys)
    return {str(pk): reverse("cases:letter", args=[pk]) for pk in seen.values_list("pk", flat=True)}


ANSWERING_FOR_LETTERS = Answering(answering_for_letter, letters_answered_by, where_letters_are)


def papers_of(letters: list[Letter], reader: User) -> dict[str, list[Document]]:
    """By the letter's key as text, its documents up to the reader's clearance. Two queries."""
    keys = [str(letter.pk) for letter in letters]
    documents = Document.objects.filter(
        about_model=Letter._meta.label_lower, about_id__in=keys, secrecy__lte=reader.clearance
    )
    found: dict[str, list[Document]] = {key: [] for key in keys}
    for document in documents.order_by("created_at", "title").prefetch_related("versions"):
        found[document.about_id].append(document)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One letter in the correspondence of a case, with what it means for it and its papers."""

    letter: Letter
    about: LetterCase
    papers: list[Document]
    others: int

    @property
    def is_unsettled(self) -> bool:
        return self.about.asks_meaning


def correspondence(case: Case, *, reader: User) -> list[Row]:
    """The letters of the case that this reader may see, those on their way first, then the newest. Five queries."""
    about = Prefetch("about", queryset=LetterCase.objects.select_related("settled_by"))
    letters = (
        Letter.objects.visible_to(reader)
        .filter(cases=case)
        .select_related("drafted_by")
        .prefetch_related(about)
    )
    ordered = sorted(letters, key=_place)
    papers = papers_of(ordered, reader)
    rows = []
    for letter in ordered:
        rows_about = list(letter.about.all())
        own = next(row for row in rows_about if row.case_id == case.pk)
        rows.append(Row(letter, own, papers[str(letter.pk)], len(rows_about) - 1))
    return rows


def _place(letter: Letter) -> tuple[int, int]:
    """Before everything what has not moved yet, then the latest day; of the same day the later record."""
    day = letter.moved_on.toordinal() if letter.moved_on else 0
    return (-day if day else -(10**9), -letter.pk)


def unsettled(reader: User) -> QuerySet[Letter]:
    """Letters that came in and of which nobody has said, or been sure, what they mean."""
    open_ones = LetterCase.objects.filter(letter=OuterRef("pk"), case__voided_at=None, asks_meaning=True)
    return Letter.objects.visible_to(reader).filter(Exists(open_ones)).order_by("-pk")


def on_their_way(reader: User) -> dict[str, Any]:
    """The letters that wait for this reader: to countersign, to go on with, to send; and those to be understood."""
    rows = Letter.objects.visible_to(reader).filter(status__in=ON_ITS_WAY)
    rows = rows.select_related("partner", "drafted_by").prefetch_related("cases").order_by("-pk")
    signs = works_on_cases(reader) and reader.is_supervisor
    to_sign = rows.filter(status=S.SUBMITTED).exclude(drafted_by=reader) if signs else rows.none()
    return {
        "to_countersign": list(to_sign[:SHOWN]),
        "mine": list(rows.filter(status__in=[S.DRAFT, S.RETURNED, S.SUBMITTED], drafted_by=reader)[:SHOWN]),
        "to_send": list(rows.filter(status=S.COUNTERSIGNED)[:SHOWN]) if works_on_cases(reader) else [],
        "to_understand": list(unsettled(reader).select_related("partner").prefetch_related("cases")[:SHOWN]),
    }


def companions(case: Case, *, reader: User) -> list[Case]:
    """The other open cases with the same partner that a letter might concern as well, the newest first."""
    cases = Case.objects.visible_to(reader).open().filter(partner=case.partner).exclude(pk=case.pk)
    return list(cases.order_by("-requested_on", "-id")[:SHOWN])


def letters_to_answer(case: Case, *, reader: User) -> QuerySet[Letter]:
    """Our letters about the case that a letter coming in may answer."""
    sent = Letter.objects.visible_to(reader).filter(cases=case, way=Letter.Way.OUT, status=S.SENT)
    return sent.order_by("-moved_on", "-pk")
