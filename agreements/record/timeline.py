"""The events of an agreement, newest first; what was withdrawn stays visible, struck, with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from agreements.models import Agreement, Milestone
from agreements.models.asof import end_of
from agreements.record.path import doubt_words
from agreements.rules import may_correct
from tracker.models import Document, User


@dataclass(frozen=True, slots=True)
class Event:
    """One milestone as the timeline shows it.

    ``possibly``: its partly known day leaves open whether it had happened by the day of which the page tells.
    ``replaced_by``: the milestone that a correction put in its place.
    ``was_recorded_later``: recorded here on another day than it happened.
    """

    milestone: Milestone
    is_withdrawn: bool
    possibly: bool
    doubt: str
    was_recorded_later: bool
    replaced_by: Milestone | None
    may_be_corrected: bool
    may_be_withdrawn: bool


def milestones_of(agreement: Agreement, reader: User, *, known_on: date | None = None) -> list[Milestone]:
    """All milestones, withdrawn ones too, newest first, with the documents that the reader may see.

    With ``known_on`` only those that this register held at the end of that Taipei day.
    """
    documents = Document.objects.visible_to(reader).prefetch_related("versions")
    rows = agreement.milestones.select_related("recorded_by", "withdrawn_by")
    if known_on is not None:
        rows = rows.filter(recorded_at__lt=end_of(known_on))
    return list(rows.prefetch_related(Prefetch("documents", queryset=documents)).order_by("-order", "-id"))


def stood(row: Milestone, known_on: date | None) -> bool:
    """Whether the milestone was not withdrawn, or not yet on ``known_on``."""
    if row.withdrawn_at is None:
        return True
    return known_on is not None and row.withdrawn_at >= end_of(known_on)


def events(
    agreement: Agreement,
    milestones: Iterable[Milestone],
    reader: User,
    *,
    day: date,
    known_on: date | None = None,
    is_past: bool = False,
) -> list[Event]:
    """The timeline as of ``day``, without what happened later; a page about the past offers no corrections."""
    milestones = list(milestones)
    replacing = {row.replaces_id: row for row in milestones if row.replaces_id}
    correctable = may_correct(reader, agreement) and not is_past
    last_staged = next((row.order for row in milestones if row.stage and stood(row, known_on)), None)
    return [
        Event(
            milestone=row,
            is_withdrawn=not stood(row, known_on),
            possibly=row.counted.reached_by(day) == "possibly",
            doubt=doubt_words(row.happened),
            was_recorded_later=row.happened.exact != timezone.localtime(row.recorded_at).date(),
            replaced_by=replacing.get(row.pk),
            may_be_corrected=correctable and not row.is_withdrawn,
            may_be_withdrawn=correctable
            and not row.is_withdrawn
            and (not row.stage or row.order == last_staged),
        )
        for row in milestones
        if row.counted.reached_by(day) != "no"
    ]
