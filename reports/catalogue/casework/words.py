"""The columns that several statistics of cases have in common, and what must be said below each of them."""

from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.marks import day_words
from cases.lifecycle import Direction, Kind
from reports.casework.counting import Span
from reports.catalogue.shape import Column, Note, Parameters, Words
from reports.catalogue.shape import Kind as Holds
from tracker.models import User

TAKES = frozenset({"known_on", "partner", "direction", "kind"})
"""What every statistic of cases can be narrowed to."""
WITH_SINCE = TAKES | {"since"}

SIDES: dict[str, Words] = {
    # Translators: 我方請求
    Direction.OUT.value: pgettext_lazy("whose requests", "Ours to them"),
    # Translators: 對方請求
    Direction.IN.value: pgettext_lazy("whose requests", "Theirs to us"),
}
PARTNER = Column("partner", pgettext_lazy("column", "Partner"), Holds.PARTNER)
DIRECTION = Column(
    "direction",
    pgettext_lazy("column", "Direction"),
    Holds.CODE,
    words={direction.value: direction.label for direction in Direction},
)
SIDE = Column("direction", pgettext_lazy("column", "Whose requests"), Holds.CODE, words=SIDES)
KIND = Column(
    "kind",
    pgettext_lazy("column", "Kind of case"),
    Holds.CODE,
    words={kind.value: kind.label for kind in Kind},
)
YEAR = Column("roc_year", pgettext_lazy("column", "Year"), Holds.ROC_YEAR)

STRUCK_OUT = _("Cases that were struck out as registered by mistake, and drafts, are left out.")
NOT_DATED = _(
    "Days of steps are never changed. Partner, kind, secrecy and legal basis are counted as they are recorded now: "
    "their corrections carry no day of effect."
)
SEEN = _(
    "Counted is what you may see: cases above your clearance, and sealed cases of others, are not in it."
)
NO_SAMPLES = _("The fictional samples are left out.")
SAMPLES = _("The fictional samples are counted too.")
KNOWN = _("As the books stood on an earlier day: what was recorded or struck out later is not known here.")
FEW_CASES = _("Of fewer than five no percentage is given.")


def notes(asked: Parameters, reader: User | None, *more: Words, span: Span | None = None) -> tuple[Note, ...]:
    """What must be known of the whole report: the span, what is left out, what is not dated, and ``more``."""
    texts: list[Words] = [*more, STRUCK_OUT, NOT_DATED, SAMPLES if asked.with_samples else NO_SAMPLES]
    if reader is not None:
        texts.append(SEEN)
    if asked.known_on is not None:
        texts.append(KNOWN)
    return (*([Note(span_words(span))] if span else []), *(Note(text) for text in texts))


def _with_code(code: str, label: Words) -> str:
    return f"{code} {label}"


coded = lazy(_with_code, str)
"""A code and its words."""


def _in_words(span: Span) -> str:
    told = {"since": day_words(span.since), "until": day_words(span.until)}
    return gettext("Counted from %(since)s to %(until)s, both days included.") % told


span_words = lazy(_in_words, str)
"""The span as a sentence, in the language in which it is read."""
