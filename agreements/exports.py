"""The list of agreements as rows of a sheet: the same columns every time, codes beside words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle import Nature, Phase, Stage, Track
from agreements.marks import phase_words
from agreements.models import Subject
from agreements.models.asof import AgreementQuerySet

CHUNK = 2000
HEADER = (
    pgettext_lazy("column", "Number"),
    _("Partner code"),
    _("Partner"),
    _("title in Chinese"),
    _("title in English"),
    pgettext_lazy("column", "Subjects"),
    pgettext_lazy("of a text", "nature"),
    _("track"),
    pgettext_lazy("column", "Phase code"),
    pgettext_lazy("column", "Phase"),
    pgettext_lazy("column", "Stage code"),
    pgettext_lazy("column", "Stage"),
    pgettext_lazy("column", "Possibly further on"),
    pgettext_lazy("column", "Signed"),
    pgettext_lazy("column", "In force"),
    _("As of"),
    pgettext_lazy("column", "Sample"),
)


def header() -> list[str]:
    """The names of the columns in the reader's language."""
    return [str(name) for name in HEADER]


def sheet_rows(rows: AgreementQuerySet, day: date) -> Iterator[list[Any]]:
    """One row an agreement from ``as_of(day)``, read in pieces; dates are ISO with the precision they have.

    A download leaves after the request's language is gone, so the words are fetched here, before the first row.
    """
    in_english = (get_language() or "").startswith("en")
    return _rows(rows.with_rows().order_by("number"), day, "name_en" if in_english else "name_zh", Words())


class Words:
    """The words of codes, as text in the reader's language."""

    def __init__(self) -> None:
        self.yes = gettext("yes")
        self.subjects = {code: str(label) for code, label in Subject.choices}
        self.natures = {code: str(label) for code, label in Nature.choices}
        self.tracks = {code: str(label) for code, label in Track.choices}
        self.stages = {code: str(label) for code, label in Stage.choices}
        self.phases: dict[tuple[str, str], str] = {
            (phase.value, track.value): str(phase_words(phase, [track])) for phase in Phase for track in Track
        }


def _rows(rows: AgreementQuerySet, day: date, name: str, words: Words) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=CHUNK):
        then: Any = row
        yield [
            row.number,
            row.partner.code,
            getattr(row.partner, name),
            row.title if row.is_secret else row.title_zh,
            "" if row.is_secret else row.title_en,
            "、".join(words.subjects[code] for code in row.subject_codes),
            words.natures.get(row.nature, ""),
            words.tracks[row.track],
            then.phase_then,
            words.phases[then.phase_then, row.track],
            then.stage_then,
            words.stages.get(then.stage_then, ""),
            words.yes if then.possibly else "",
            str(then.signed_then),
            str(then.in_force_then),
            day,
            words.yes if row.partner.is_sample else "",
        ]
