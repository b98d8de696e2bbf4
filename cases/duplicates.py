"""Whether a request that is being logged stands in the register already: the likely cases, side by side with it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.actions import Intake
from cases.lifecycle import Direction, Kind
from cases.listed import listed
from cases.models import Case, CaseQuerySet, Person
from cases.persons import digest_of
from cases.rules import works_on_cases
from tracker.models import User

LOOKED_AT = 30
"""So many cases at most are read."""
SHOWN = 3
NEAR = timedelta(days=731)
ALIKE = 0.5
"""From this share of common words on, two subjects are alike (Dice coefficient)."""
MOST_WORDS = 8
SAME_REFERENCE: Promise = _("the same reference")
SAME_PERSON: Promise = _("the same person")
SAME_SUBJECT: Promise = _("a similar subject in the same month")


@dataclass(frozen=True, slots=True)
class Compared:
    """One field, as typed and as the case has it."""

    label: str | Promise
    typed: Any
    other: Any
    is_day: bool = False

    @property
    def differs(self) -> bool:
        return (self.typed or "") != (self.other or "")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that may be the same request, why it may be, and how the two compare."""

    case: Case
    reasons: Sequence[Promise]
    rows: Sequence[Compared]


def likely_duplicates(intake: Intake, *, reader: User) -> list[Duplicate]:
    """The registered cases that the reader may see and that may be this request, the likeliest first.

    Same partner and reference (theirs, or our office's within two years), same partner and person, or same partner, direction and
    kind with a similar subject within the same month. One query, which reads at most ``LOOKED_AT`` cases.
    """
    if intake.partner is None:
        return []
    of_partner = Case.objects.registered().visible_to(reader).filter(partner=intake.partner)
    persons = _with_persons(intake, reader)
    ways = [way(of_partner, intake) for way in (_by_their_reference, _by_our_reference, _by_subject)]
    ways += [of_partner.filter(pk__in=each.values("case")) for each in persons]
    asked = [way.order_by().values("pk") for way in ways if way is not None]
    if not asked:
        return []
    keys = asked[0].union(*asked[1:]) if asked[1:] else asked[0]
    named = Q(pk__in=[])
    for each in persons:
        named |= Q(Exists(each.filter(case=OuterRef("pk"))))
    rows = Case.objects.filter(pk__in=keys).annotate(has_person=named).order_by("-requested_on", "-id")
    found = [(case, list(_reasons(intake, case))) for case in listed(rows[:LOOKED_AT])]
    likely = sorted((each for each in found if each[1]), key=lambda each: -len(each[1]))[:SHOWN]
    return [Duplicate(case, reasons, list(_rows(intake, case))) for case, reasons in likely]


def _with_persons(intake: Intake, reader: User) -> list[QuerySet[Person]]:
    """By name, the persons of exactly this name; whether somebody stands in a case is told to justice only.

    They are asked of cases that the reader may see, so that the same is not asked twice.
    """
    if not works_on_cases(reader):
        return []
    return [Person.objects.filter(digest=digest_of(person.name)) for person in intake.persons]


def _by_their_reference(cases: CaseQuerySet, intake: Intake) -> CaseQuerySet | None:
    """Written so that the index of references, which holds no empty ones, serves it."""
    theirs = intake.partner_reference.strip()
    same = {theirs, theirs.upper(), theirs.lower()}
    return cases.filter(partner_reference__in=same).exclude(partner_reference="") if theirs else None


def _by_our_reference(cases: CaseQuerySet, intake: Intake) -> CaseQuerySet | None:
    """Of the last two years: an office numbers its matters anew, and nothing old is searched through."""
    ours, day = intake.office_reference.strip(), intake.requested_on
    if not ours or day is None:
        return None
    return cases.filter(office_reference=ours, requested_on__gte=day - NEAR)


def _by_subject(cases: CaseQuerySet, intake: Intake) -> CaseQuerySet | None:
    words = sorted(words_of(intake.subject))[:MOST_WORDS]
    day = intake.requested_on
    if not words or day is None or not intake.kind:
        return None
    says = Q()
    for word in words:
        says |= Q(subject__icontains=word)
    first, after = month_of(day)
    return cases.filter(
        says,
        kind=intake.kind,
        direction=intake.direction,
        requested_on__gte=first,
        requested_on__lt=after,
    )


def month_of(day: date) -> tuple[date, date]:
    """The first day of the day's month, and of the next."""
    first = day.replace(day=1)
    after = date(day.year + 1, 1, 1) if day.month == 12 else first.replace(month=day.month + 1)
    return first, after


def words_of(text: str) -> set[str]:
    """The words of a subject by which it is compared: pairs of Chinese characters, and words in other letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = set(re.findall(r"[^\W\d_\u3400-\u9fff]{2,}|\d{2,}", folded))
    for run in re.findall(r"[\u3400-\u9fff]+", folded):
        words |= {run[place : place + 2] for place in range(max(1, len(run) - 1))}
    return words


def alike(one: str, other: str) -> bool:
    """Whether two subjects have at least half of their words in common."""
    ours, theirs = words_of(one), words_of(other)
    return bool(ours and theirs) and 2 * len(ours & theirs) / (len(ours) + len(theirs)) >= ALIKE


def _reasons(intake: Intake, case: Any) -> Iterable[Promise]:
    theirs, ours = intake.partner_reference.strip(), intake.office_reference.strip()
    if (theirs and theirs.casefold() == case.partner_reference.casefold()) or (
        ours and ours == case.office_reference
    ):
        yield SAME_REFERENCE
    if case.has_person:
        yield SAME_PERSON
    day, kinds = intake.requested_on, (intake.kind, intake.direction)
    is_near = day and case.requested_on and month_of(day) == month_of(case.requested_on)
    if is_near and kinds == (case.kind, case.direction) and alike(intake.subject, case.subject):
        yield SAME_SUBJECT


def _rows(intake: Intake, case: Case) -> Iterable[Compared]:
    yield Compared(_("Direction"), _label(Direction, intake.direction), str(case.get_direction_display()))
    yield Compared(_("Kind of case"), _label(Kind, intake.kind), str(case.get_kind_display()))
    yield Compared(_("Their reference"), intake.partner_reference, case.partner_reference)
    yield Compared(_("Subject in one line"), intake.subject, case.subject)
    yield Compared(_("Day of the request"), intake.requested_on, case.requested_on, is_day=True)
    yield Compared(_("Received on"), intake.received_on, case.received_on, is_day=True)
    yield Compared(_("Our office"), intake.office, case.office)
    yield Compared(_("Our office's reference"), intake.office_reference, case.office_reference)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else ""
