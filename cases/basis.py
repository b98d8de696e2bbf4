"""What a request rests on: proposed from the agreements as they stood on the day of the request, with the reason.

:func:`propose` is pure; :func:`standings_of` asks the register of agreements.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, StringAgg, Subquery, Value
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from agreements.lifecycle import Phase, Stage, Track
from agreements.models import Agreement, AgreementSubject, Milestone, Partner, Subject
from cases.lifecycle import Basis, Kind
from tracker import rocdate
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.statements import Prepared

SUBJECT_OF: dict[str, str] = {
    Kind.CRIMINAL: Subject.CRIMINAL_MLA,
    Kind.CIVIL: Subject.CIVIL_MLA,
    Kind.TRANSFER_RECEIVE: Subject.TRANSFER,
    Kind.TRANSFER_SEND: Subject.TRANSFER,
    Kind.EXTRADITION: Subject.EXTRADITION,
}
WITHOUT_AGREEMENT: dict[str, Basis] = {
    Kind.CRIMINAL: Basis.RECIPROCITY,
    Kind.CIVIL: Basis.LETTERS_ROGATORY,
    Kind.TRANSFER_RECEIVE: Basis.RECIPROCITY,
    Kind.TRANSFER_SEND: Basis.RECIPROCITY,
    Kind.EXTRADITION: Basis.RECIPROCITY,
    Kind.SPONTANEOUS: Basis.NOT_APPLICABLE,
}
"""By kind of case, what it rests on where no agreement covers it: reciprocity (MLA Act art. 5), letters rogatory."""

RESTS_ON_AGREEMENT = frozenset({Basis.AGREEMENT, Basis.CROSS_STRAIT})


class Finding(StrEnum):
    """How the agreement that speaks to a request stood on its day, in the order in which one speaks before another."""

    IN_FORCE = "in_force"
    POSSIBLY_ENDED = "possibly_ended"
    POSSIBLY_IN_FORCE = "possibly_in_force"
    IN_DOUBT = "in_doubt"
    SUSPENDED = "suspended"
    SIGNED = "signed"
    ENDED = "ended"
    STOPPED = "stopped"
    NOT_SIGNED = "not_signed"
    NONE = "none"
    NOT_NEEDED = "not_needed"


CERTAIN = frozenset(Finding) - {Finding.POSSIBLY_ENDED, Finding.POSSIBLY_IN_FORCE, Finding.IN_DOUBT}
ORDER = tuple(Finding)
FINDING_OF_PHASE: dict[str, Finding] = {
    Phase.NEGOTIATION: Finding.NOT_SIGNED,
    Phase.SIGNING: Finding.SIGNED,
    Phase.LEGISLATIVE_APPROVAL: Finding.SIGNED,
    Phase.RATIFICATION_EXCHANGE: Finding.SIGNED,
    Phase.IN_FORCE: Finding.IN_FORCE,
    Phase.STOPPED: Finding.STOPPED,
    Phase.ENDED: Finding.ENDED,
    Phase.UNKNOWN: Finding.IN_DOUBT,
}

FINDINGS: dict[str, Promise] = {
    Finding.IN_FORCE: pgettext_lazy("agreement then", "in force"),
    Finding.POSSIBLY_ENDED: pgettext_lazy("agreement then", "possibly no longer in force"),
    Finding.POSSIBLY_IN_FORCE: pgettext_lazy("agreement then", "possibly in force already"),
    Finding.IN_DOUBT: pgettext_lazy("agreement then", "effect in doubt"),
    Finding.SUSPENDED: pgettext_lazy("agreement then", "suspended"),
    Finding.SIGNED: pgettext_lazy("agreement then", "signed, not in force"),
    Finding.ENDED: pgettext_lazy("agreement then", "ended"),
    Finding.STOPPED: pgettext_lazy("agreement then", "stopped"),
    Finding.NOT_SIGNED: pgettext_lazy("agreement then", "not signed"),
}
"""How an agreement stood on the day of the request, in a word or two beside its title."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one agreement stood on a day. ``possible`` are the phases that partly dated facts leave open besides."""

    agreement: Agreement
    subjects: frozenset[str]
    phase: str
    stage: str
    since: PartialDate
    possible: frozenset[str] = frozenset()

    @property
    def finding(self) -> Finding:
        open_phases = self.possible - {self.phase}
        if self.phase == Phase.IN_FORCE:
            return Finding.POSSIBLY_ENDED if open_phases else Finding.IN_FORCE
        if Phase.IN_FORCE in open_phases:
            return Finding.POSSIBLY_IN_FORCE
        if self.stage == Stage.SUSPENDED and self.phase == Phase.STOPPED:
            return Finding.SUSPENDED
        return FINDING_OF_PHASE[self.phase]

    @property
    def words(self) -> Promise:
        """How it stood, in a word or two."""
        return FINDINGS[self.finding]

    @property
    def basis(self) -> Basis:
        """The basis that this agreement is when it is in force."""
        return Basis.CROSS_STRAIT if self.agreement.track == Track.X else Basis.AGREEMENT


@dataclass(frozen=True, slots=True)
class Proposal:
    """The basis proposed for a request of ``day``, and the finding behind it."""

    basis: Basis
    finding: Finding
    day: date
    standing: Standing | None = None
    others: tuple[Standing, ...] = field(default=())

    @property
    def is_certain(self) -> bool:
        """Whether the register can say it; where a day is not recorded an officer has to decide."""
        return self.finding in CERTAIN

    @property
    def agreement(self) -> Agreement | None:
        """The agreement to rest on; None when the basis is another one."""
        return self.standing.agreement if self.standing and self.basis in RESTS_ON_AGREEMENT else None

    @property
    def facts(self) -> dict[str, Any]:
        """The finding as JSON can hold it, for the case to keep."""
        found: dict[str, Any] = {
            "finding": str(self.finding),
            "basis": str(self.basis),
            "day": self.day.isoformat(),
        }
        if self.standing is not None:
            agreement = self.standing.agreement
            found |= {
                "agreement": agreement.pk,
                "number": agreement.number,
                "title_zh": agreement.title_zh,
                "title_en": agreement.title_en,
                "since": str(self.standing.since),
            }
        return found

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return words_of(self.facts)


def propose(kind: str, day: date, standings: Iterable[Standing]) -> Proposal:
    """The basis of a request of this kind and day, given how the partner's agreements stood on that day.

    Of several agreements that cover the kind the one with the strongest standing speaks, among equals the one
    in force last. Where it is uncertain the earlier state of things is proposed, and said to be uncertain.
    """
    fallback = WITHOUT_AGREEMENT[kind]
    subject = SUBJECT_OF.get(kind)
    if subject is None:
        return Proposal(fallback, Finding.NOT_NEEDED, day)
    known = tuple(standings)
    covering = sorted(
        (standing for standing in known if subject in standing.subjects),
        key=lambda standing: standing.since.first or date.min,
        reverse=True,
    )
    if not covering:
        return Proposal(fallback, Finding.NONE, day, others=known)
    best = min(covering, key=lambda standing: ORDER.index(standing.finding))
    stands = best.finding in (Finding.IN_FORCE, Finding.POSSIBLY_ENDED)
    others = tuple(standing for standing in known if standing is not best)
    return Proposal(best.basis if stands else fallback, best.finding, day, best, others)


def standings_of(partner: Partner, day: date, *, reader: User) -> list[Standing]:
    """How every agreement with the partner that ``reader`` may see stood on ``day``. At most two queries."""
    rows = [
        (Agreement.from_db(connection.alias, _FIELDS, values[:-5]), *values[-5:])
        for values in _agreements_then(reader=reader, partner=partner.pk, day=day)
    ]
    possible = _possible_phases([agreement.pk for agreement, *_then, possibly in rows if possibly], day)
    return [
        Standing(
            agreement=agreement,
            subjects=frozenset((subjects or "").split()),
            phase=phase,
            stage=stage,
            since=since,
            possible=frozenset(possible.get(agreement.pk, ())),
        )
        for agreement, subjects, phase, stage, since, _possibly in rows
    ]


_FIELDS = [field.attname for field in Agreement._meta.concrete_fields]


def _then(reader: User, partner: int, day: date) -> QuerySet:
    """Every column of the agreements, their subjects with spaces between them, and how they stood."""
    shared = Agreement.other_partners.through.objects.filter(agreement=OuterRef("pk"), partner=partner)
    agreements = Agreement.objects.visible_to(reader).filter(Q(partner=partner) | Exists(shared))
    own = AgreementSubject.objects.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    said = Subquery(own.annotate(all=StringAgg("subject", Value(" "))).values("all"))
    how = ("phase_then", "stage_then", "in_force_then", "possibly")
    return agreements.as_of(day).annotate(said=said).values_list(*_FIELDS, "said", *how)


_agreements_then = Prepared(_then)


def proposal_for(partner: Partner, kind: str, day: date, *, reader: User) -> Proposal:
    """Propose from what the register holds and ``reader`` may see."""
    return propose(kind, day, standings_of(partner, day, reader=reader))


def _possible_phases(agreements: list[int], day: date) -> dict[int, set[str]]:
    """By agreement, the phases that facts lead to which had perhaps happened by ``day``."""
    if not agreements:
        return {}
    facts = Milestone.objects.filter(
        agreement__in=agreements, withdrawn_at=None, counted_from__lte=day, counted_to__gt=day
    ).exclude(phase="")
    found: dict[int, set[str]] = {}
    for agreement, phase in facts.values_list("agreement", "phase"):
        found.setdefault(agreement, set()).add(phase)
    return found


SENTENCES: dict[str, Promise] = {
    Finding.IN_FORCE: gettext_lazy("%(title)s was in force on %(day)s (since %(since)s)."),
    Finding.POSSIBLY_ENDED: gettext_lazy(
        "%(title)s had been in force, but whether it still was on %(day)s cannot be said: a day is not recorded. "
        "Until it is known: %(basis)s."
    ),
    Finding.POSSIBLY_IN_FORCE: gettext_lazy(
        "%(title)s entered into force in %(since)s, on a day that is not recorded: whether it was in force on "
        "%(day)s cannot be said. Until it is known: %(basis)s."
    ),
    Finding.IN_DOUBT: gettext_lazy(
        "Whether %(title)s was in force on %(day)s is not known. Until it is: %(basis)s."
    ),
    Finding.SUSPENDED: gettext_lazy("%(title)s was suspended on %(day)s: %(basis)s."),
    Finding.SIGNED: gettext_lazy("%(title)s was signed but not in force on %(day)s: %(basis)s."),
    Finding.ENDED: gettext_lazy("%(title)s had ended by %(day)s: %(basis)s."),
    Finding.STOPPED: gettext_lazy("%(title)s had come to a stop by %(day)s: %(basis)s."),
    Finding.NOT_SIGNED: gettext_lazy("%(title)s was not signed yet on %(day)s: %(basis)s."),
    Finding.NONE: gettext_lazy("No agreement on this kind of case is recorded for %(day)s: %(basis)s."),
    Finding.NOT_NEEDED: gettext_lazy("Information given of one's own accord needs no legal basis."),
}


def words_of(facts: dict[str, Any], *, shows_agreement: bool = True) -> str:
    """The reason that a case keeps, in the reader's language; "" when it keeps none.

    With ``shows_agreement`` false the agreement is not named, for a reader who may not see it.
    """
    if not facts:
        return ""
    english = (get_language() or "").startswith("en")
    title = (english and facts.get("title_en")) or facts.get("title_zh", "")
    told = {
        "title": title if shows_agreement else _("An agreement above your clearance"),
        "day": day_words(PartialDate.parse(facts["day"])),
        "since": day_words(PartialDate.parse(facts.get("since", ""))) or _("an unrecorded day"),
        "basis": Basis(facts["basis"]).label,
    }
    words = str(SENTENCES[facts["finding"]]) % told
    if not facts.get("afterwards"):
        return words
    return _("%(words)s The case was entered afterwards.") % {"words": words}


def day_words(when: PartialDate) -> str:
    """A day inside a sentence, as far as it is known: 3 May 2024 or 113 年 5 月 3 日; "" when unknown."""
    if when.first is None or not (get_language() or "").startswith("en"):
        return rocdate.long(when)
    shape = {"day": "j F Y", "month": "F Y"}.get(when.precision, "Y")
    return formats.date_format(when.first, shape)
