"""Which agreements the statistics count, the way from a figure to its list, and what is said below each of them."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.addresses import address
from agreements.figures import counted
from agreements.filters import SAMPLES_COUNTED, SAMPLES_HIDDEN
from agreements.models.asof import AgreementQuerySet
from reports.catalogue.shape import Note, Parameters, Words
from tracker.models import User

TAKES = frozenset({"known_on", "subject"})
WITH_SINCE = TAKES | {"since"}

SEEN = _("Counted is what you may see: files above your clearance are not in it.")
NO_SAMPLES = _("The fictional samples are left out.")
SAMPLES = _("The fictional samples are counted too.")
PARTLY = _("A fact known only to the month or year counts from its last possible day.")


def rows_of(asked: Parameters, reader: User | None) -> AgreementQuerySet:
    """The agreements that a statistic counts, narrowed to the subject asked for."""
    rows = counted(reader, with_samples=asked.with_samples)
    return rows.filter(subjects__subject=asked.subject) if asked.subject else rows


def board(asked: Parameters, day: date, **filters: str) -> str:
    """The list of agreements as of ``day`` with the samples as asked, narrowed by ``filters``."""
    days = {"as_of": day.isoformat(), "known_on": asked.known_on.isoformat() if asked.known_on else ""}
    samples = SAMPLES_COUNTED if asked.with_samples else SAMPLES_HIDDEN
    kept = {"view": "table", "subject": asked.subject, "samples": samples}
    return address(reverse("agreements:board"), days | kept | filters)


def notes(asked: Parameters, reader: User | None, *more: Words) -> tuple[Note, ...]:
    """What must be known of the whole report."""
    texts: list[Words] = [*more, SAMPLES if asked.with_samples else NO_SAMPLES]
    return tuple(Note(text) for text in ([*texts, SEEN] if reader is not None else texts))
