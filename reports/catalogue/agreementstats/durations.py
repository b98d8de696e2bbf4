"""A03 and A04: how long files stay at each stage, and how long it takes from signature to entry into force."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import Stage
from reports.catalogue.agreementstats import lists
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Column, Kind, Parameters, Report, Row, Words
from reports.precedents import History, Stretch, stretches_of
from reports.survival import Point, Watched, estimate, middle
from reports.turn import File, files, histories
from tracker.models import User

PLACES: dict[str, Words] = {
    **{stretch.value: stretch.label for stretch in Stretch},
    **{stage.value: stage.label for stage in Stage},
}
STAYS = (
    Column("place", pgettext_lazy("column", "Stage or stretch"), Kind.CODE, words=PLACES),
    Column("number", pgettext_lazy("column", "Completed stays")),
    Column("median", pgettext_lazy("column", "Median, days"), Kind.DAYS),
    Column("four_fifths", pgettext_lazy("column", "80th percentile, days"), Kind.DAYS),
    Column("longest", pgettext_lazy("column", "Longest, days"), Kind.DAYS),
    Column("left_out", pgettext_lazy("column", "Left out, day not known")),
    Column("otherwise", pgettext_lazy("column of stays", "Ended otherwise")),
)


def durations(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """A03: the completed stays of all files, stretches first, then stages in their order. Two statements."""
    past = histories(_files(asked, reader))
    places = [*Stretch.values, *sorted(place for place in past.places if place in Stage.values)]
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=STAYS,
        rows=tuple(_stays(place, past.of(place)) for place in places),
        notes=lists.notes(
            asked,
            reader,
            _("A stay at a stage is completed when it ends with the step that is awaited there; others ended otherwise."),
            _("A stretch runs from one legal fact to another, whatever was recorded between."),
            _("A stay of which an end is not known to the day is left out; of fewer than five no percentile is given."),
            _("The 80th percentile is the shortest recorded stay that at least 80 per cent did not exceed."),
        ),
    )  # fmt: skip


def _files(asked: Parameters, reader: User | None) -> list[File]:
    told: dict[str, Any] = {
        "subject": asked.subject,
        "with_samples": asked.with_samples,
        "known_on": asked.known_on,
    }
    return files(asked.as_of, reader=reader, **told)


def _stays(place: str, past: History) -> Row:
    return (
        place,
        past.number,
        past.median,
        past.four_fifths,
        past.longest,
        past.left_out,
        past.otherwise,
    )


ENOUGH = 10
"""So many texts signed on an exactly known day are needed for the estimate."""
ESTIMATE = (
    Column("days", pgettext_lazy("column", "Days since signature"), Kind.DAYS),
    Column("at_risk", pgettext_lazy("column", "Still watched")),
    Column("happened", pgettext_lazy("column", "Entered into force")),
    Column("waiting", pgettext_lazy("column", "Share not yet in force"), Kind.SHARE),
    Column("half_width", pgettext_lazy("column", "Half of the 95 per cent interval"), Kind.SHARE),
)


def survival(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """A04: the share of signed texts that is not yet in force after so many days, by Kaplan and Meier. Two statements."""
    watched, left_out = watch(_files(asked, reader), asked.as_of)
    points = estimate(watched) if len(watched) >= ENOUGH else []
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=ESTIMATE,
        rows=tuple((p.days, p.at_risk, p.happened, p.waiting, p.half_width) for p in points),
        notes=lists.notes(asked, reader, *_said(watched, points, left_out)),
    )


def watch(found: Iterable[File], day: date) -> tuple[list[Watched], int]:
    """Every signed text with the days from signature to force, or to when it was last known to wait; and those left out.

    A text that waits is watched until ``day``; one that stopped, ended or came into doubt before it was in force, until
    then. Left out is what was signed, or came into force, on a day that is not exactly known.
    """
    watched: list[Watched] = []
    left_out = 0
    for file in found:
        stay = next(iter(reversed(stretches_of(file.marks, Stretch.FORCE))), None)
        if stay is None:
            continue
        until = day if file.is_open or not file.marks else file.marks[-1].day.exact
        days = stay.days if stay.ended else stay.age(until) if until else None
        if days is None or days < 0:
            left_out += 1
        else:
            watched.append(Watched(days, stay.ended is not None))
    return watched, left_out


def _said(watched: list[Watched], points: list[Point], left_out: int) -> list[Words]:
    entered = sum(one.happened for one in watched)
    told = {"signed": len(watched), "entered": entered, "left_out": left_out, "enough": ENOUGH}
    said: list[Words] = [
        _formatted(
            _("Signed on a known day: {signed}, of which in force: {entered}. Left out, since a day is not known: {left_out}."),
            told,
        )
    ]  # fmt: skip
    if not points and len(watched) < ENOUGH:
        return [*said, _formatted(_("No estimate: it needs {enough} texts signed on a known day."), told)]
    half = middle(points)
    if half is None:
        said.append(_("Fewer than half are estimated to be in force at the end, so there is no median."))
    else:
        said.append(_formatted(_("Estimated median: {days} days from signature."), {"days": half}))
    return [
        *said,
        _(
            "What is still open counts as not yet in force until the day of the report; what stopped, until it stopped."
        ),
        _("Texts that entered into force on signature count with 0 days."),
    ]


def _formatted(text: Words, told: dict[str, int]) -> Words:
    return format_lazy(text, **told)  # type: ignore[arg-type]


ENTRIES = (
    Entry(
        "A03",
        # Translators: 各階段所需日數
        _("How long agreements stay at each stage"),
        _("Completed stays: number, median, 80th percentile and longest, with what was left out beside."),
        Group.AGREEMENTS,
        durations,
        lists.TAKES,
    ),
    Entry(
        "A04",
        # Translators: 簽署至生效所需時間推估
        _("Time from signature to entry into force"),
        _("An estimate that counts open files as long as they wait, with its uncertainty."),
        Group.AGREEMENTS,
        survival,
        lists.TAKES,
    ),
)
