"""What a case belongs to, as far as its reader may see: links from both ends, one reference, one person."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from cases.models import Case, CaseLink, CaseQuerySet, Person
from cases.rules import works_on_cases
from tracker.models import User

SHOWN = 20
Kind = CaseLink.Kind
# What a link of each kind is called on the page of the case that it leads to.
FROM_THE_OTHER_END: dict[str, Promise] = {
    Kind.RELATED: pgettext_lazy("link of cases", "Related case"),
    # Translators: 本案之補充請求
    Kind.SUPPLEMENT: pgettext_lazy("link of cases", "Supplemented by"),
    # Translators: 由新案重啟
    Kind.REOPENS: pgettext_lazy("link of cases", "Taken up again by"),
    # Translators: 與本案重複者
    Kind.DUPLICATE: pgettext_lazy("link of cases", "Has the duplicate"),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """A link as one of its ends reads it: what it says, and the case at the other end."""

    link: CaseLink
    words: str | Promise
    other: Case


@dataclass(frozen=True, slots=True)
class Related:
    """Everything that the case belongs to and its reader may see; ``same_person`` is None where that is not told."""

    ties: list[Tie]
    same_reference: list[Case]
    same_person: list[Case] | None


def visible_links(case: Case, reader: User) -> list[CaseLink]:
    """The links of a case whose other end the reader sees too. One query."""
    seen = Case.objects.registered().visible_to(reader)
    away = Q(case=case) & Exists(seen.filter(pk=OuterRef("other")))
    here = Q(other=case) & Exists(seen.filter(pk=OuterRef("case")))
    links = CaseLink.objects.filter(away | here)
    shown = ("case__partner", "case__officer", "other__partner", "other__officer", "recorded_by")
    return list(links.select_related(*shown).order_by("-recorded_at", "-pk"))


def ties_of(case: Case, reader: User) -> list[Tie]:
    """The links of a case, read from its own end. One query."""
    return [
        Tie(link, link.get_kind_display(), link.other)
        if link.case_id == case.pk
        else Tie(link, FROM_THE_OTHER_END[link.kind], link.case)
        for link in visible_links(case, reader)
    ]


def related_to(case: Case, reader: User) -> Related:
    """What the tab shows. Three queries; two when the case has no reference of its partner.

    That the same person stands in another case is told to justice only: who else names persons could ask by naming.
    """
    ties = ties_of(case, reader)
    known = {case.pk, *(tie.other.pk for tie in ties)}
    others = Case.objects.registered().visible_to(reader).exclude(pk__in=known).with_rows()
    return Related(
        ties=ties,
        same_reference=_of_one_reference(case, others),
        same_person=_of_one_person(case, others) if works_on_cases(reader) else None,
    )


def _of_one_reference(case: Case, others: CaseQuerySet) -> list[Case]:
    if not case.partner_reference:
        return []
    rows = others.filter(partner=case.partner, partner_reference=case.partner_reference)
    return list(rows.order_by("-requested_on", "-pk")[:SHOWN])


def _of_one_person(case: Case, others: CaseQuerySet) -> list[Case]:
    """Cases that name the same person: their keyed digests are equal, so no name is read."""
    own = Person.objects.filter(case=case).values("digest")
    of_them = Person.objects.filter(digest__in=own).values("case")
    return list(others.filter(pk__in=of_them).order_by("-requested_on", "-pk")[:SHOWN])
