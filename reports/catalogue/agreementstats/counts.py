"""A02 and A05: how many texts and partners, beside what others stated, and where the two differ."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.counting import signed_about_other, signing_day_open
from agreements.figures import agreements_and_partners, signed_texts
from agreements.lifecycle import Phase
from agreements.models import Milestone, Partner, StatedFigure
from agreements.models.asof import AgreementQuerySet, known
from agreements.models.figures import MEASURE_WORDS
from reports.catalogue.agreementstats import lists
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Column, Kind, Parameters, Report, Row, Words
from tracker.models import User

SIGNED, APPROVED, IN_FORCE = "signed", "approved", "in_force"
MEASURES: dict[str, Words] = {
    SIGNED: pgettext_lazy("counted", "Signed"),
    # Translators: 經立法院審議通過或行政院備查
    APPROVED: pgettext_lazy("counted", "Approved by the Legislative Yuan or recorded"),
    IN_FORCE: pgettext_lazy("counted", "In force"),
}
EVERYWHERE = "everywhere"
REGIONS: dict[str, Words] = {
    EVERYWHERE: pgettext_lazy("region", "Everywhere"),
    **{region.value: region.label for region in Partner.Region},
}
REGION = Column("region", pgettext_lazy("column", "Region"), Kind.CODE, words=REGIONS)
STATED_ON = Column("stated_on", pgettext_lazy("column", "Stated as of"), Kind.DAY)
STATED = (
    Column("stated_agreements", pgettext_lazy("column", "Agreements, stated")),
    Column("stated_partners", pgettext_lazy("column", "Partners, stated")),
)
RECORDED = (
    Column("agreements", pgettext_lazy("column", "Agreements")),
    Column("partners", pgettext_lazy("column", "Partners")),
)
RULE = _(
    "Counting rule: one text is one, also with several subjects; texts only about other matters are left out; signed is what "
    "one side at least had signed by the day, whatever became of it."
)

COUNTS = (
    Column("measure", pgettext_lazy("column", "Counted"), Kind.CODE, words=MEASURES),
    REGION,
    *RECORDED,
    *STATED,
    STATED_ON,
)


def counts(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """A02: texts and partners signed, approved and in force; a row more for each region of which a figure was stated."""
    stated = {figure.region: figure for figure in _stated(asked)}
    rows = [
        (measure, region or EVERYWHERE, *_counted(asked, reader, measure, region), *_beside(measure, stated.get(region)))
        for region in ("", *sorted(set(stated) - {""}))
        for measure in MEASURES
    ]  # fmt: skip
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=COUNTS,
        rows=tuple(rows),
        sources=tuple(dict.fromkeys(figure.source for figure in stated.values())),
        notes=lists.notes(asked, reader, RULE, lists.PARTLY),
    )


def _stated(asked: Parameters) -> Iterable[StatedFigure]:
    """The stated figures up to the day, the newest last; none for a chosen subject, of which nobody stated any."""
    figures = StatedFigure.objects.filter(as_of__lte=asked.as_of).order_by("as_of", "id")
    return figures.none() if asked.subject else figures


def _beside(measure: str, figure: StatedFigure | None) -> tuple[int | str | None, ...]:
    if measure != SIGNED or figure is None:
        return None, None, None
    return figure.agreements, figure.partners, figure.as_of.isoformat()


def _counted(asked: Parameters, reader: User | None, measure: str, region: str) -> tuple[int, int]:
    rows = _within(lists.rows_of(asked, reader), region)
    if measure == SIGNED:
        return agreements_and_partners(signed_texts(rows, asked.as_of, asked.known_on))
    if measure == APPROVED:
        decided = Milestone.objects.filter(
            known(asked.known_on), step__in=("approve", "record"), counted_to__lte=asked.as_of
        )
        return agreements_and_partners(rows.not_only_other().filter(pk__in=decided.values("agreement")))
    then = rows.not_only_other().as_of(asked.as_of, asked.known_on).filter(phase_then=Phase.IN_FORCE)
    return agreements_and_partners(then)


def _within(rows: AgreementQuerySet, region: str) -> AgreementQuerySet:
    return rows.filter(partner__region=region) if region else rows


def _to_signed(report: Report, row: Row, column: Column) -> str:
    """The list knows the counting rule of what is signed, and not the two others."""
    if row[0] != SIGNED or column.code != "agreements":
        return ""
    region = "" if row[1] == EVERYWHERE else str(row[1])
    return lists.board(report.parameters, report.parameters.as_of, counted=SIGNED, region=region)


DIFFERENCES = (
    STATED_ON,
    Column("measure", pgettext_lazy("column", "Measure"), Kind.CODE, words=MEASURE_WORDS),
    REGION,
    *STATED,
    *RECORDED,
    Column("agreements_difference", pgettext_lazy("column", "Agreements, difference"), Kind.NUMBER),
    Column("partners_difference", pgettext_lazy("column", "Partners, difference"), Kind.NUMBER),
    Column("about_other", pgettext_lazy("column", "Signed, only about other matters")),
    Column("day_open", pgettext_lazy("column", "Perhaps signed")),
)


def differences(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """A05: each stated figure beside what is recorded for its own day. Three statements for each."""
    figures = list(_stated(asked))
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=DIFFERENCES,
        rows=tuple(_compared(asked, reader, figure) for figure in figures),
        sources=tuple(dict.fromkeys(figure.source for figure in figures)),
        notes=lists.notes(
            asked,
            reader,
            _(
                "A difference is what is recorded minus what was stated; a stated figure is never forced to match."
            ),
            RULE,
        ),
    )


def _compared(asked: Parameters, reader: User | None, figure: StatedFigure) -> Row:
    rows = _within(lists.rows_of(asked, reader), figure.region)
    day, known_on = figure.as_of, asked.known_on
    texts, partners = agreements_and_partners(signed_texts(rows, day, known_on))
    return (
        day.isoformat(),
        figure.measure,
        figure.region or EVERYWHERE,
        figure.agreements,
        figure.partners,
        texts,
        partners,
        texts - figure.agreements,
        partners - figure.partners,
        signed_about_other(rows, day, known_on).count(),
        signing_day_open(rows, day, known_on).count(),
    )


_SETS = {"agreements": "signed", "about_other": "signed_about_other", "day_open": "signing_day_open"}


def _to_sets(report: Report, row: Row, column: Column) -> str:
    if column.code not in _SETS:
        return ""
    figure_day = date.fromisoformat(str(row[0]))
    region = "" if row[2] == EVERYWHERE else str(row[2])
    return lists.board(report.parameters, figure_day, counted=_SETS[column.code], region=region)


ENTRIES = (
    Entry(
        "A02",
        # Translators: 已簽署、審議通過及生效之條約及協定
        _("Agreements signed, approved and in force"),
        _("Texts and partners by the counting rule, with the figures that others stated beside them."),
        Group.AGREEMENTS,
        counts,
        lists.TAKES,
        _to_signed,
    ),
    Entry(
        "A05",
        # Translators: 與對外公布數之差異
        _("Differences to the stated figures"),
        _(
            "Each figure that others stated, beside what is recorded for its day, and what may explain the difference."
        ),
        Group.AGREEMENTS,
        differences,
        frozenset({"known_on"}),
        _to_sets,
    ),
)
