"""A report that was kept beside the same one of today: every difference in a sentence, and why where that is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext, pgettext

from agreements.marks import day_words
from reports.blocks import bracketed
from reports.catalogue import REPORTS, Column, Group, Kind, Report
from reports.indicators import DRUG_SEIZURES, HELP_SEEKING
from reports.models import Figure
from reports.priorities import CASES_WITHOUT_AGREEMENT, MOMENTUM, REFUSED_OR_UNANSWERED
from reports.written import UNKNOWN, WrittenCell, WrittenReport, write
from tracker.workdays import TAIPEI

HEADS = (Kind.TEXT, Kind.PARTNER, Kind.CODE, Kind.ROC_YEAR, Kind.DAY)
"""What stands in the columns at the beginning that say which row it is."""

ON_FIGURES = (Group.PRIORITIES, Group.AUDIT)
"""The reports that stand on the series of figures."""


SERIES: dict[str, tuple[str, ...]] = {"T4": (HELP_SEEKING,), "T5": (DRUG_SEIZURES,)}
"""The series of a report that stands on one of them; any other report stands on both."""

OWN = frozenset(
    {CASES_WITHOUT_AGREEMENT.code, REFUSED_OR_UNANSWERED.code, MOMENTUM.code, "group", "phase", "policy"}
)
"""Columns of the ranking that our own register fills: neither a figure nor a weight changes them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in words; ``cause`` is "" where nothing recorded since explains it."""

    words: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    codes: frozenset[str]
    cells: Sequence[object]
    texts: Sequence[WrittenCell]


@dataclass(slots=True)
class _Changes:
    """The days on which figures were recorded, and those on which they were withdrawn with the reasons given."""

    recorded: set[date] = field(default_factory=set)
    withdrawn: dict[date, list[str]] = field(default_factory=dict)

    def add(self, figure: Figure, since: datetime) -> None:
        if figure.withdrawn_at and figure.withdrawn_at > since:
            reasons = self.withdrawn.setdefault(_day(figure.withdrawn_at), [])
            if figure.withdrawn_reason and figure.withdrawn_reason not in reasons:
                reasons.append(figure.withdrawn_reason)
        if figure.recorded_at > since:
            self.recorded.add(_day(figure.recorded_at))

    @property
    def words(self) -> str:
        """Why, in one phrase."""
        comma, semicolon = pgettext("between days", ", "), pgettext("between reasons", "; ")
        phrases = []
        if self.withdrawn:
            days = [
                bracketed(day_words(day), semicolon.join(sorted(reasons))) if reasons else day_words(day)
                for day, reasons in sorted(self.withdrawn.items())
            ]
            # Translators: 因…撤銷數值（理由）: figures that were taken back, each day with the reasons given
            phrases.append(gettext("because figures were withdrawn on %(days)s") % {"days": comma.join(days)})
        if self.recorded:
            days = [day_words(day) for day in sorted(self.recorded)]
            phrases.append(gettext("because figures were recorded on %(days)s") % {"days": comma.join(days)})
        return semicolon.join(phrases)


def _day(moment: datetime) -> date:
    return moment.astimezone(TAIPEI).date()


def differences(then: Report, now: Report, *, since: datetime) -> list[Difference]:
    """What another run of a kept report says otherwise. ``since`` is the moment from which changes are looked for."""
    before, after = write(then), write(now)
    why = _causes(then, now, since)
    found = list(_columns(then, now))
    old, new = _lines(before), _lines(after)
    for key, line in old.items():
        if key in new:
            found += _cells(line, new[key], then.columns, now.columns, why)
        else:
            words = gettext("%(row)s: was in the report, and is not in it now") % {"row": line.name}
            found.append(Difference(words, _cause(why, line.codes)))
    for key, line in new.items():
        if key not in old:
            words = gettext("%(row)s: was not in the report, and is in it now") % {"row": line.name}
            found.append(Difference(words, _cause(why, line.codes)))
    return found


def _lines(written: WrittenReport) -> dict[tuple[str, ...], _Line]:
    """The rows by what says which row it is, with the totals and what is in no column as cells of their own."""
    report = written.report
    places = _key_places(report.columns)
    rows = [*report.rows, report.totals] if report.totals else [*report.rows]
    texts = [*written.lines, written.totals] if report.totals else [*written.lines]
    rests = report.remainder or (None,) * len(rows)
    found: dict[tuple[str, ...], _Line] = {}
    for row, line, rest in zip(rows, texts, rests, strict=False):
        key = tuple(str(row[place]) for place in places)
        name = " ".join(line[place].text for place in places if line[place].text != UNKNOWN)
        cells = [*row, rest] if report.remainder else [*row]
        while key in found:  # two rows of one name stand for themselves, in their order
            key = (*key, "again")
        found[key] = _Line(name, frozenset(key), cells, line)
    return found


def _key_places(columns: Sequence[Column]) -> tuple[int, ...]:
    """The columns that say which row it is: those at the beginning that count nothing, else the partner's."""
    width = 0
    while width < len(columns) and columns[width].kind in HEADS:
        width += 1
    partners = [place for place, column in enumerate(columns) if column.kind == Kind.PARTNER]
    return tuple(range(width)) or tuple(partners[:1]) or (0,)


def _columns(then: Report, now: Report) -> Iterable[Difference]:
    before = {column.code: str(column.heading) for column in then.columns}
    after = {column.code: str(column.heading) for column in now.columns}
    for code in [code for code in before if code not in after]:
        yield Difference(gettext("The column %(column)s is not in the report now") % {"column": before[code]})
    for code in [code for code in after if code not in before]:
        yield Difference(gettext("The column %(column)s is new in the report") % {"column": after[code]})


def _cells(
    old: _Line, new: _Line, columns: Sequence[Column], columns_now: Sequence[Column], why: Mapping[str, str]
) -> Iterable[Difference]:
    """The differences of one row, column by column; cells that differ only beyond the decimals shown show all of them."""
    places = {column.code: place for place, column in enumerate(columns_now)}
    pairs = [
        (column.code, str(column.heading), at, places.get(column.code)) for at, column in enumerate(columns)
    ]
    if len(old.cells) > len(columns) and len(new.cells) > len(columns_now):
        pairs.append(("remainder", gettext("Others, not listed"), len(columns), len(columns_now)))
    for code, heading, at, there in pairs:
        if there is None or _same(old.cells[at], new.cells[there]):
            continue
        was, is_now = old.texts[at].text, new.texts[there].text
        if was == is_now:
            was, is_now = str(old.cells[at]), str(new.cells[there])
        words = gettext("%(row)s, %(column)s: was %(was)s, now %(now)s") % {
            "row": old.name,
            "column": heading,
            "was": was,
            "now": is_now,
        }
        yield Difference(words, "" if code in OWN else _cause(why, old.codes | {code}))


def _same(was: object, now: object) -> bool:
    if isinstance(was, str) or isinstance(now, str) or was is None or now is None:
        return was == now
    return float(str(was)) == float(str(now))


def _cause(why: Mapping[str, str], codes: Iterable[str]) -> str:
    """Why, by the partner that a difference is about; else what concerns the whole report."""
    return next((why[code] for code in sorted(codes) if code in why), why.get("", ""))


def _causes(then: Report, now: Report, since: datetime) -> dict[str, str]:
    """By partner's code, "" for everything else: when its figures were recorded or withdrawn since, and why withdrawn."""
    versions = (then.extra.get("weights_version"), now.extra.get("weights_version"))
    why = {}
    if versions[0] != versions[1]:
        why[""] = gettext("because the weights are version %(now)s, no longer %(was)s") % {
            "was": versions[0],
            "now": versions[1],
        }
    entry = REPORTS.get(then.code)
    if entry is None or entry.group not in ON_FIGURES:
        return why
    changes: dict[str, _Changes] = {}
    changed = Figure.objects.order_by("pk").filter(Q(recorded_at__gt=since) | Q(withdrawn_at__gt=since))
    if then.code in SERIES:
        changed = changed.filter(series__code__in=SERIES[then.code])
    for figure in changed.select_related("partner"):
        for name in (figure.partner.code if figure.partner else "remainder", ""):
            changes.setdefault(name, _Changes()).add(figure, since)
    for name, found in changes.items():
        why.setdefault(name, found.words)
    return why
