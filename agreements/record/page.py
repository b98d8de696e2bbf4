"""The whole page of one agreement, as of a day: what the template shows, and nothing it would have to work out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Field, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from agreements.actions.filing import clocks_today, file_of
from agreements.clocks import Duty, open_duties
from agreements.filters import AsOf
from agreements.lifecycle import Phase
from agreements.marks import mark_of, phase_words
from agreements.models import Agreement, AgreementLink, Milestone, ProgressUpdate, Round
from agreements.record.following import Following, following
from agreements.record.offers import StageMark, stage_mark
from agreements.record.path import PhaseOnPath, path
from agreements.record.periods import ClockRow, rows
from agreements.record.sourced import Sourced, sources_of
from agreements.record.timeline import Event, events, milestones_of, stood
from agreements.record.trail import TrailPage, trail
from agreements.rules import is_signed, may_correct, may_edit, may_enter_history, may_take_step
from tracker.models import Document, User

SHOWN_OF_TRAIL = 5
SHOWN_UPDATES = 5
LATER_WORDS: dict[str, Promise] = {
    AgreementLink.Kind.AMENDS: pgettext_lazy("link", "Amended by"),
    AgreementLink.Kind.RENEWS: pgettext_lazy("link", "Renewed by"),
    AgreementLink.Kind.SUCCEEDS: pgettext_lazy("link", "Succeeded by"),
    AgreementLink.Kind.PROTOCOL: pgettext_lazy("link", "Has the protocol or annex"),
}


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do here, by the rules that the actions enforce; nothing on a page about the past."""

    may_edit: bool = False
    may_take_step: bool = False
    may_enter_history: bool = False
    may_correct: bool = False
    may_record_round: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the page of an agreement shows as of its day."""

    agreement: Agreement
    as_of: AsOf
    phase_mark: int | str
    phase_words: str | Promise
    stage: StageMark | None
    possibly: bool
    existed: bool
    path: list[PhaseOnPath]
    next: Following | None
    events: list[Event]
    clocks: list[ClockRow]
    duties: list[Duty]
    rounds: list[Round]
    updates: list[ProgressUpdate]
    documents: list[Document]
    links: list[tuple[str | Promise, Agreement]]
    facts: list[tuple[str | Promise, str | Promise]]
    sources: list[Sourced]
    trail: TrailPage
    rights: Rights
    asks_backward: bool

    @property
    def is_sample(self) -> bool:
        return self.agreement.partner.is_sample


def record(agreement: Agreement, reader: User, as_of: AsOf) -> Record:
    """Gather the page. The number of queries does not depend on how much has happened."""
    day, known_on = as_of.day, as_of.known_on
    then = Agreement.objects.as_of(day, known_on).filter(pk=agreement.pk).first()
    milestones = milestones_of(agreement, reader, known_on=known_on)
    standing = [row for row in reversed(milestones) if stood(row, known_on)]
    reached = standing if as_of.is_now else [row for row in standing if row.counted.reached_by(day) == "yes"]
    clocks = clocks_today(agreement, reached, today=day)
    duties = open_duties(file_of(agreement, reached), today=day)
    phase = then.phase_then if then else Phase.UNKNOWN  # type: ignore[attr-defined]
    rights = _rights(agreement, reader) if as_of.is_now else Rights()
    return Record(
        agreement=agreement,
        as_of=as_of,
        phase_mark=mark_of(phase),
        phase_words=phase_words(phase, agreement.tracks),
        stage=stage_mark(then.stage_then, agreement) if then else None,  # type: ignore[attr-defined]
        possibly=bool(then and then.possibly),  # type: ignore[attr-defined]
        existed=then is not None,
        path=path(
            opened_on=agreement.opened_on, facts=reached, phase=phase, tracks=agreement.tracks, today=day
        ),
        next=following(agreement, clocks, duties, standing, reader, today=day) if as_of.is_now else None,
        events=events(agreement, milestones, reader, day=day, known_on=known_on, is_past=not as_of.is_now),
        clocks=rows(clocks, today=day),
        duties=duties,
        rounds=list(agreement.rounds.filter(Q(held_to=None) | Q(held_to__lte=day))),
        updates=list(
            agreement.updates.filter(said_on__lte=day).select_related("recorded_by")[:SHOWN_UPDATES]
        ),
        documents=_documents(agreement, reader),
        links=_links(agreement, reader),
        facts=_facts(agreement),
        sources=sources_of(agreement),
        trail=trail(agreement, reader, size=SHOWN_OF_TRAIL),
        rights=rights,
        asks_backward=_awaits_signature(reached, agreement),
    )


def _rights(agreement: Agreement, reader: User) -> Rights:
    return Rights(
        may_edit=may_edit(reader, agreement),
        may_take_step=may_take_step(reader, agreement),
        may_enter_history=may_enter_history(reader, agreement),
        may_correct=may_correct(reader, agreement),
        may_record_round=may_edit(reader, agreement) and agreement.phase == Phase.NEGOTIATION,
    )


def _awaits_signature(facts: Sequence[Milestone], agreement: Agreement) -> bool:
    """Whether counting back from a day before the legislature still tells something."""
    return not is_signed(agreement) and not any(fact.step == "sign" for fact in facts)


def _documents(agreement: Agreement, reader: User) -> list[Document]:
    """The documents that the reader may see, newest first, their newest version first."""
    return list(Document.objects.visible_to(reader).about(agreement).prefetch_related("versions"))


def _links(agreement: Agreement, reader: User) -> list[tuple[str | Promise, Agreement]]:
    """Linked agreements that the reader may see, each with how this one stands to it."""
    visible = Agreement.objects.visible_to(reader).values("pk")
    rows = AgreementLink.objects.select_related("earlier__partner", "later__partner")
    back = [
        (row.get_kind_display(), row.earlier) for row in rows.filter(later=agreement, earlier__in=visible)
    ]
    on = [(LATER_WORDS[row.kind], row.later) for row in rows.filter(earlier=agreement, later__in=visible)]
    return [*back, *on]


def _facts(agreement: Agreement) -> list[tuple[str | Promise, str | Promise]]:
    """What describes the text, label and value; the empty value is "not recorded"."""
    others = [agreement.partner, *agreement.other_partners.all()]
    clause = str(agreement.get_clause_display())
    if agreement.clause_days is not None:
        clause = _("%(clause)s: %(days)d days") % {"clause": clause, "days": agreement.clause_days}
    urgent = agreement.urgent_confirmation_days
    return [
        (_label("nature"), agreement.get_nature_display()),
        (_label("track"), agreement.get_track_display()),
        (_label("has_ratification_clause"), _yes_no(agreement.has_ratification_clause)),
        (_label("touches_rights"), _yes_no(agreement.touches_rights)),
        (_("Parties"), "、".join(str(party) for party in others)),
        (_label("lead"), agreement.lead_words),
        (_label("lead_consent"), agreement.lead_consent),
        (_label("signatory_ours"), agreement.signatory_ours),
        (_label("signatory_theirs"), agreement.signatory_theirs),
        (_label("clause"), clause),
        (_label("clause_text"), agreement.clause_text),
        (_label("languages"), agreement.languages),
        (
            _label("urgent_confirmation_days"),
            str(urgent) if urgent is not None else "",
        ),
        (_label("series_number"), agreement.series_number),
        (_("Concluded by exchange of notes"), _yes_no(agreement.is_exchange_of_notes)),
    ]


def _label(name: str) -> str:
    words = str(cast(Field, Agreement._meta.get_field(name)).verbose_name)
    return words[:1].upper() + words[1:]


def _yes_no(value: bool | None) -> str:
    if value is None:
        return ""
    return _("Yes") if value else _("No")
