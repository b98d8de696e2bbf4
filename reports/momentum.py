"""How far dealings with a partner without an agreement have come: a ladder of five rungs, read from dated facts.

The ladder is the ministries' own theory (以個案合作累積動能): cases lead to a contact window, that to a draft, and a
draft to talks. :func:`facts_of` and :func:`climbs_of` ask the register.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, IntegerChoices, Min, OuterRef, Q
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import MAIN_PHASES, Stage
from agreements.models import Agreement, Contact, Milestone, Partner, Round, Subject
from agreements.models.asof import end_of, known
from reports.counted import counted_cases
from tracker.models import User
from tracker.partialdate import PartialDate

NOT_IN_TALKS = ("", Stage.SHELVED, Stage.PROPOSED)
"""Stages of a file on which both sides have not sat down yet."""


class Rung(IntegerChoices):
    """How high a partner stands; each rung is worth one point more than the one below."""

    # Translators: 尚無往來
    NO_CONTACT = 0, pgettext_lazy("rung of the ladder", "No contact")
    # Translators: 個案合作
    CASE_COOPERATION = 1, pgettext_lazy("rung of the ladder", "Case cooperation")
    # Translators: 建立聯絡窗口
    CONTACT_WINDOW = 2, pgettext_lazy("rung of the ladder", "Contact window")
    # Translators: 交換草案
    DRAFT = 3, pgettext_lazy("rung of the ladder", "Draft exchanged")
    # Translators: 協商談判
    NEGOTIATION = 4, pgettext_lazy("rung of the ladder", "Negotiation")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded of one partner as of a day. False: nothing of the kind is recorded."""

    has_case: bool = False
    has_window: bool = False
    has_draft: bool = False
    has_talks: bool = False

    @property
    def any(self) -> bool:
        return self.has_case or self.has_window or self.has_draft or self.has_talks


def rung_of(facts: Facts) -> Rung:
    """The highest rung that a recorded fact stands for; a lower one may have been left out on the way."""
    climbed = (
        (facts.has_talks, Rung.NEGOTIATION),
        (facts.has_draft, Rung.DRAFT),
        (facts.has_window, Rung.CONTACT_WINDOW),
        (facts.has_case, Rung.CASE_COOPERATION),
    )
    return next((rung for reached, rung in climbed if reached), Rung.NO_CONTACT)


def facts_of(
    partners: Collection[Partner],
    as_of: date,
    *,
    reader: User | None,
    subject: str = Subject.CRIMINAL_MLA,
    with_samples: bool = False,
    known_on: date | None = None,
    with_cases: bool = True,
) -> dict[str, Facts]:
    """What is recorded of each of these partners, by code. Three queries, whatever their number.

    Talks are those on an agreement of the chosen ``subject``: a file past its proposal that has not stopped or
    ended. A contact counts from its last possible day. ``with_cases=False`` for readers of no case.
    """
    found = {partner.code: Facts() for partner in partners}
    if with_cases:
        cases = counted_cases(as_of, reader=reader, with_samples=with_samples, known_on=known_on)
        met = Partner.objects.filter(Exists(cases.filter(partner=OuterRef("pk"))), code__in=found)
        for code in met.values_list("code", flat=True):
            found[code] = replace(found[code], has_case=True)
    contacts = Contact.objects.all() if reader is None else Contact.objects.visible_to(reader)
    kinds = contacts.filter(known(known_on), partner__code__in=found, held_to__lte=as_of)
    for code, kind in kinds.order_by().values_list("partner__code", "kind").distinct():
        found[code] = replace(
            found[code],
            has_window=found[code].has_window or kind == Contact.Kind.WINDOW,
            has_draft=found[code].has_draft or kind == Contact.Kind.DRAFT,
        )
    for code in _in_talks(found, as_of, reader, subject, known_on):
        if code in found:
            found[code] = replace(found[code], has_talks=True)
    return found


def _in_talks(
    codes: Collection[str], as_of: date, reader: User | None, subject: str, known_on: date | None
) -> set[str]:
    """Codes of the partners with a file on this subject in talks or beyond."""
    files = Agreement.objects.all() if reader is None else Agreement.objects.visible_to(reader)
    concerned = Q(partner__code__in=codes) | Q(other_partners__code__in=codes)
    then = files.filter(concerned, subjects__subject=subject).as_of(as_of, known_on)
    rows = then.values_list("partner__code", "other_partners__code", "phase_then", "stage_then")
    return {
        code
        for one, other, phase, stage in rows
        if phase in MAIN_PHASES and stage not in NOT_IN_TALKS
        for code in (one, other)
        if code
    }


@dataclass(frozen=True, slots=True)
class Climb:
    """The first recorded day of each rung that a partner has reached, as precisely as it is known."""

    days: Mapping[Rung, PartialDate]

    @property
    def rung(self) -> Rung:
        """The highest rung that is reached."""
        return max(self.days, default=Rung.NO_CONTACT)


def climbs_of(
    partners: Collection[Partner],
    as_of: date,
    *,
    reader: User | None,
    subject: str = Subject.CRIMINAL_MLA,
    with_samples: bool = False,
    known_on: date | None = None,
    with_cases: bool = True,
) -> dict[str, Climb]:
    """When each of these partners reached which rung, by code; the rules are those of :func:`facts_of`.

    Talks begin with the first recorded fact or round of a file in talks that lies in them. Five queries at most.
    """
    found: dict[str, dict[Rung, PartialDate]] = {partner.code: {} for partner in partners}
    if with_cases:
        cases = counted_cases(as_of, reader=reader, with_samples=with_samples, known_on=known_on)
        first = cases.filter(partner__code__in=found).order_by().values_list("partner__code")
        for code, day in first.annotate(Min("requested_on")):
            found[code][Rung.CASE_COOPERATION] = PartialDate.of(day)
    contacts = Contact.objects.all() if reader is None else Contact.objects.visible_to(reader)
    held = contacts.filter(known(known_on), partner__code__in=found, held_to__lte=as_of, kind__in=_RUNG_OF)
    for code, kind, day in held.order_by("held_to", "pk").values_list("partner__code", "kind", "held"):
        found[code].setdefault(_RUNG_OF[kind], day)
    for code, day in _talks_began(found, as_of, reader, subject, known_on):
        if code in found:
            _keep_earliest(found[code], day)
    return {code: Climb(days) for code, days in found.items()}


_RUNG_OF: dict[str, Rung] = {Contact.Kind.WINDOW: Rung.CONTACT_WINDOW, Contact.Kind.DRAFT: Rung.DRAFT}


def _keep_earliest(days: dict[Rung, PartialDate], day: PartialDate) -> None:
    known_already = days.get(Rung.NEGOTIATION)
    if known_already is None or day.sort_key < known_already.sort_key:
        days[Rung.NEGOTIATION] = day


def _talks_began(
    codes: Collection[str], as_of: date, reader: User | None, subject: str, known_on: date | None
) -> Iterator[tuple[str, PartialDate]]:
    """The days of the facts and rounds of files in talks or beyond, with the partners that the files concern."""
    files = Agreement.objects.all() if reader is None else Agreement.objects.visible_to(reader)
    concerned = Q(partner__code__in=codes) | Q(other_partners__code__in=codes)
    then = files.filter(concerned, subjects__subject=subject).as_of(as_of, known_on)
    rows = then.values_list("pk", "partner__code", "other_partners__code", "phase_then", "stage_then")
    whose: dict[int, set[str]] = {}
    for pk, one, other, phase, stage in rows:
        if phase in MAIN_PHASES and stage not in NOT_IN_TALKS:
            whose.setdefault(pk, set()).update({one, other} - {None})
    facts = Milestone.objects.filter(known(known_on), agreement__in=whose, counted_to__lte=as_of)
    recorded = Q() if known_on is None else Q(recorded_at__lt=end_of(known_on))
    rounds = Round.objects.filter(recorded, agreement__in=whose, held_to__lte=as_of)
    dated = [
        *facts.exclude(stage__in=NOT_IN_TALKS).values_list("agreement_id", "counted"),
        *rounds.values_list("agreement_id", "held"),
    ]
    for pk, day in dated:
        yield from ((code, day) for code in sorted(whose[pk]))
