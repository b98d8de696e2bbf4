"""What the list of partners and the page of one partner show, as of a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.addresses import address
from agreements.filters import AsOf, PartnerFilter
from agreements.lifecycle import Phase
from agreements.marks import NEAREST_FIRST, mark_of
from agreements.memberships import belonged
from agreements.models import (
    Agreement,
    Contact,
    ContactPoint,
    GroupMembership,
    Milestone,
    Partner,
    PartnerName,
    Subject,
)
from agreements.models.asof import AgreementQuerySet, known
from agreements.paging import Paging, paging
from agreements.panels import Panel, panels_of
from agreements.standing import Standing, office, standings, with_facts
from tracker.models import User
from tracker.partialdate import Answer

LIST_ROWS = 50
MOST_EVENTS = 60
LAST_CONTACTS = 3
COVERED_SUBJECTS = (Subject.CRIMINAL_MLA, Subject.CIVIL_MLA, Subject.TRANSFER, Subject.EXTRADITION)


@dataclass(frozen=True, slots=True)
class InPhase:
    """How many of a partner's agreements stood in one phase."""

    mark: int | str
    label: str | Promise
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A policy group of a partner, and whether it belonged to it on the day."""

    membership: GroupMembership
    belonged: Answer


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner in the list."""

    partner: Partner
    groups: Sequence[Membership]
    phases: Sequence[InPhase]


@dataclass(frozen=True, slots=True)
class PartnerList:
    """One page of the list."""

    number: int
    rows: Sequence[PartnerRow]
    paging: Paging


def partner_list(filtered: PartnerFilter) -> PartnerList:
    """Partners that the filter leaves, each with its groups and its agreements by phase as of the day."""
    day, known_on = filtered.as_of.day, filtered.as_of.known_on
    number = filtered.qs.count()
    page = paging(filtered.address, filtered.state.get("page", ""), number, LIST_ROWS)
    groups = Prefetch("memberships", queryset=GroupMembership.objects.select_related("group"))
    shown = list(filtered.qs.prefetch_related(groups)[page.begin : page.end])
    by_partner = _phases(filtered.visible.as_of(day, known_on).filter(partner__in=shown), filtered.as_of)
    rows = [
        PartnerRow(partner, _standing_groups(partner, day), by_partner.get(partner.pk, []))
        for partner in shown
    ]
    return PartnerList(number, rows, page)


def _standing_groups(partner: Partner, day: date) -> list[Membership]:
    return [each for each in memberships(partner, day) if each.belonged != "no"]


def memberships(partner: Partner, day: date) -> list[Membership]:
    """Every policy group the partner was ever recorded in, with the answer for the day."""
    return [Membership(row, belonged(row, day)) for row in partner.memberships.all()]


def _phases(rows: AgreementQuerySet, as_of: AsOf) -> dict[int, list[InPhase]]:
    """By partner, the phase nearest to being in force first. One grouped query."""
    stood: Any = rows.order_by()
    grouped = stood.values_list("partner_id", "partner__code", "phase_then").annotate(Count("pk"))
    found: dict[int, dict[str, tuple[str, int]]] = {}
    for partner, code, phase, number in grouped:
        found.setdefault(partner, {})[phase] = (code, number)
    return {
        partner: [_in_phase(phase, *by_phase[phase], as_of) for phase in NEAREST_FIRST if phase in by_phase]
        for partner, by_phase in found.items()
    }


def _in_phase(phase: Phase, code: str, number: int, as_of: AsOf) -> InPhase:
    days = {name: as_of.state.get(name, "") for name in ("as_of", "known_on")}
    url = address(reverse("agreements:board"), days, view="table", partner=code, phase=phase)
    return InPhase(mark_of(phase), phase.label, number, url)


Coverage = Literal["in_force", "pending", "unknown", "none"]


@dataclass(frozen=True, slots=True)
class Covered:
    """Whether an agreement on a subject is in force with a partner, and if not, what stands instead."""

    subject: Promise
    state: Coverage
    nearest: Standing | None


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact of one of the partner's agreements."""

    fact: Milestone
    agreement: Agreement
    is_later: bool


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """Everything on the page of one partner."""

    partner: Partner
    names: Sequence[PartnerName]
    groups: Sequence[Membership]
    agreements: Sequence[Standing]
    coverage: Sequence[Covered]
    events: Sequence[Event]
    events_number: int
    contacts: Sequence[ContactPoint]
    met: Sequence[Contact]
    panels: Sequence[Panel]

    @property
    def nearest(self) -> Standing | None:
        """The agreement nearest to being in force."""
        return min(self.agreements, key=lambda each: _NEARNESS[each.phase], default=None)

    @property
    def gaps(self) -> Sequence[Covered]:
        return [each for each in self.coverage if each.state != "in_force"]


_NEARNESS: Mapping[str, int] = {phase.value: place for place, phase in enumerate(NEAREST_FIRST)}


def partner_page(partner: Partner, as_of: AsOf, *, reader: User) -> PartnerPage:
    """What the reader may see of the partner, as of the day."""
    visible = Agreement.objects.visible_to(reader)
    rows = visible.filter(Q(partner=partner) | Q(pk__in=partner.shared_agreements.values("pk")))
    found = with_facts(rows.as_of(as_of.day, as_of.known_on).with_rows(), as_of.known_on).order_by("number")
    stood = standings(found, as_of.day, office(as_of.today) if as_of.is_now else None)
    stood.sort(key=lambda each: _NEARNESS[each.phase])
    events = _events(stood, as_of.day)
    return PartnerPage(
        partner=partner,
        names=list(partner.names.all()),
        groups=memberships(partner, as_of.day),
        agreements=stood,
        coverage=[_covered(subject, stood) for subject in COVERED_SUBJECTS],
        events=events[:MOST_EVENTS],
        events_number=len(events),
        contacts=list(partner.contacts.all()),
        met=last_contacts(partner, as_of.day, as_of.known_on, reader=reader),
        panels=panels_of(partner, reader, today=as_of.today),
    )


def last_contacts(
    partner: Partner, day: date, known_on: date | None = None, *, reader: User, most: int = LAST_CONTACTS
) -> Sequence[Contact]:
    """The last contacts up to ``day`` that the reader may see and that stood on ``known_on``, newest first. One query."""
    seen = Contact.objects.visible_to(reader).filter(known(known_on), partner=partner, held_to__lte=day)
    return list(seen.select_related("recorded_by").order_by("-held_to", "-pk")[:most])


def _covered(subject: Subject, stood: Iterable[Standing]) -> Covered:
    """The nearest agreement on the subject decides; unknown effect is neither in force nor not."""
    about = [each for each in stood if subject in each.agreement.subject_codes]
    nearest = about[0] if about else None
    unknown = next((each for each in about if each.phase == Phase.UNKNOWN), None)
    if nearest and nearest.phase == Phase.IN_FORCE:
        return Covered(_ABOUT[subject], "in_force", nearest)
    if unknown:
        return Covered(_ABOUT[subject], "unknown", unknown)
    return Covered(_ABOUT[subject], "pending" if nearest else "none", nearest)


# Each follows "No agreement in force for …": 刑事事項無生效協定
_ABOUT: dict[Subject, Promise] = {
    Subject.CRIMINAL_MLA: pgettext_lazy("for which matters", "criminal matters"),
    Subject.CIVIL_MLA: pgettext_lazy("for which matters", "civil matters"),
    Subject.TRANSFER: pgettext_lazy("for which matters", "the transfer of sentenced persons"),
    Subject.EXTRADITION: pgettext_lazy("for which matters", "extradition"),
}


def _events(stood: Iterable[Standing], day: date) -> list[Event]:
    """Facts of all the agreements, newest first; undated ones at the end."""
    events = []
    for each in stood:
        row: Any = each.agreement
        for fact in row.facts:
            later = fact.counted_from is not None and fact.counted_from > day
            events.append(Event(fact, each.agreement, later))
    dated = [event for event in events if event.fact.counted.last]
    dated.sort(key=lambda event: (event.fact.counted.sort_key, event.fact.order), reverse=True)
    return dated + [event for event in events if not event.fact.counted.last]
