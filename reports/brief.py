"""The brief on one partner: two pages in one language, the same as PDF and ODT, every figure with its day.

What stands where with this partner, how each side answers the other, what is open, how letters go there, what hinders, and the
last contacts. No names of persons; nothing that the reader may not see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext, pgettext

from agreements.marks import day_words, year_words
from agreements.models import Agreement, Contact, Milestone, Partner, Round
from agreements.standing import Standing, office, standings, with_facts
from cases.practice import card_of
from cases.rules import may_read_cases
from reports.blocks import bracketed, labelled, paper_language
from reports.catalogue import REPORTS, Parameters
from reports.catalogue.casework.ledger import balances_of
from reports.catalogue.casework.lists import span_of
from reports.catalogue.casework.words import span_words
from reports.counted import counted_cases
from reports.ledgerpage import sentence_for
from reports.models import Figure
from reports.printing import OFFICES
from reports.queries import last_complete_year
from reports.reciprocity import Balance
from reports.rights import reads_exactly
from reports.suppression import NOTE, WITHHELD, told_words
from reports.wording import amount
from reports.written import WrittenCell, WrittenReport, write
from tracker.models import User
from tracker.paper import Form, Heading, Paragraph, Sheet, Table, Tagged
from tracker.roles import Secrecy

MOST_FACTS = 6
MOST_CONTACTS = 3
MOST_LINES = 8
MOST_YEARS = 3
type Block = Heading | Paragraph | Table


class Made(NamedTuple):
    """A brief and the strictest secrecy of what it says."""

    sheet: Sheet
    secrecy: int


@dataclass(frozen=True, slots=True)
class Asked:
    """On whom, as of which day, for whom, and which day it is; ``points`` are the talking points that the reader typed."""

    partner: Partner
    as_of: date
    reader: User
    today: date
    points: str = ""

    @property
    def is_of_today(self) -> bool:
        """Periods are counted for the present day only: of another day what was met or begun since would be mixed in."""
        return self.as_of == self.today


def brief_of(asked: Asked, *, made_at: datetime) -> Made:
    """Put the brief together in the active language. A fixed number of queries."""
    files = _files(asked)
    secrecy = max([file.agreement.secrecy for file in files], default=Secrecy.ORDINARY)
    contacts = _contacts(asked)
    secrecy = max([secrecy, _of_cases(asked), *(row.secrecy for row in contacts)])
    blocks: list[Block] = [
        *_status(files, asked),
        *_timeline(files, asked.as_of),
        *_cooperation(asked),
        *_figures(asked),
    ]
    blocks += [
        *_practice(asked),
        *_obstacles(files, asked),
        *_last_contacts(contacts, files, asked.as_of),
        *_points(asked),
    ]
    title = gettext("%(partner)s: brief on mutual legal assistance") % {"partner": asked.partner.name}
    sheet = Sheet(
        form=Form.BRIEF,
        language=paper_language(),
        title=title,
        office=OFFICES[paper_language()],
        kind=title,
        made_at=made_at,
        body=tuple(blocks),
        security="" if secrecy == Secrecy.ORDINARY else str(Secrecy(secrecy).label),
        watermark="" if secrecy < Secrecy.RESTRICTED else str(Secrecy(secrecy).label),
        lines=(
            Tagged(gettext("As of"), day_words(asked.as_of)),
            Tagged(gettext("Made by"), str(asked.reader)),
        ),
        mark=_sample_mark(asked.partner),
    )
    return Made(sheet, secrecy)


def _sample_mark(partner: Partner) -> str:
    return gettext("Fictional sample") if partner.is_sample else ""


def _files(asked: Asked) -> list[Standing]:
    rows = Agreement.objects.visible_to(asked.reader).filter(partner=asked.partner)
    then = with_facts(rows.as_of(asked.as_of).with_rows(), None)
    return standings(then, asked.as_of, office(asked.as_of) if asked.is_of_today else None)


def _of_cases(asked: Asked) -> int:
    """The strictest secrecy of the cases that are counted in it, as the reader sees them. One query."""
    if not may_read_cases(asked.reader):
        return Secrecy.ORDINARY
    counted = counted_cases(asked.as_of, reader=asked.reader, with_samples=asked.partner.is_sample)
    return counted.filter(partner=asked.partner).aggregate(most=Max("secrecy"))["most"] or Secrecy.ORDINARY


def _status(files: Sequence[Standing], asked: Asked) -> Iterator[Block]:
    yield Heading(gettext("Agreements"))
    if not files:
        yield Paragraph(gettext("No agreement, and no file under negotiation."))
        return
    rows = []
    for file in files[:MOST_LINES]:
        due = gettext("%(clock)s by %(day)s")
        next_due = (
            due % {"clock": file.due[0].clock.label, "day": day_words(file.due[0].clock.due_on)}
            if file.due and file.due[0].clock.due_on
            else ""
        )
        stage = str(file.phase_words)
        if file.stage_words:
            stage = bracketed(stage, str(file.stage_words))
        row = (file.agreement.title, stage, day_words(file.since) if file.since else "")
        rows.append((*row, next_due) if asked.is_of_today else row)
    head = (gettext("Agreement"), gettext("Where it stands"), pgettext("column", "Since"))
    if asked.is_of_today:
        yield Table((*head, pgettext("column", "Next deadline")), tuple(rows), widths=(5, 3, 3, 3))
    else:
        yield Table(head, tuple(rows), widths=(5, 3, 3))
        yield Paragraph(gettext("Deadlines and stalled talks are told in a brief of the present day only."))
    yield from _rest(len(files), MOST_LINES)


def _rest(number: int, shown: int) -> Iterator[Block]:
    if number > shown:
        yield Paragraph(gettext("%(n)s more are not listed.") % {"n": number - shown})


def _timeline(files: Sequence[Standing], day: date) -> Iterator[Block]:
    facts: list[tuple[Milestone, Agreement]] = []
    for file in files:
        kept: Any = file.agreement
        facts += [(fact, kept) for fact in kept.facts if fact.counted_to and fact.counted_to <= day]
    facts.sort(key=lambda each: (each[0].counted_to, each[0].order), reverse=True)
    if not facts:
        return
    yield Heading(gettext("Last steps"))
    for fact, of in facts[:MOST_FACTS]:
        yield Paragraph(f"{day_words(fact.happened)} {bracketed(str(fact.label), of.title)}")


def _parameters(asked: Asked) -> Parameters:
    return Parameters(asked.as_of, partner=asked.partner.code, with_samples=asked.partner.is_sample)


def _report(code: str, asked: Asked) -> WrittenReport:
    return write(REPORTS[code].run(_parameters(asked), reader=asked.reader))


def _cooperation(asked: Asked) -> Iterator[Block]:
    if not may_read_cases(asked.reader):
        return
    balances = balances_of(_parameters(asked), asked.reader)
    yield Heading(gettext("What each side did for the other"))
    yield Paragraph(str(span_words(span_of(_parameters(asked)))))
    is_exact, balance = reads_exactly(asked.reader), balances.get(asked.partner.code, Balance())
    yield Paragraph(sentence_for(balance, asked.partner.code, is_exact=is_exact))
    if not is_exact:
        yield Paragraph(str(NOTE))
    for written in (_report("S08", asked), _report("S04", asked)):
        if written.lines:
            yield _table(written)


def _table(written: WrittenReport) -> Table:
    def cells(line: Sequence[WrittenCell]) -> tuple[str, ...]:
        return tuple(cell.text for cell in line)

    rows = [cells(line) for line in written.lines]
    if written.totals:
        rows.append(cells(written.totals))
    return Table(cells(written.heads), tuple(rows), caption=str(written.report.title))


def _figures(asked: Asked) -> Iterator[Block]:
    rows = list(
        Figure.objects.known()
        .filter(partner=asked.partner, year__lte=last_complete_year(asked.as_of))
        .select_related("series")
        .order_by("series", "-year")
    )
    if not rows:
        return
    yield Heading(gettext("Figures"))
    for series in dict.fromkeys(row.series for row in rows):
        newest = [row for row in rows if row.series_id == series.pk][:MOST_YEARS]
        values = pgettext("between sources", "; ").join(
            f"{year_words(row.year)} {amount(row.value, series.unit)}{' *' if row.is_outlier else ''}"
            for row in newest
        )
        source = labelled(gettext("Source"), series.source)
        told = f"{labelled(series.name, values)} {series.get_unit_display()}"
        yield Paragraph(bracketed(told, source))


def _practice(asked: Asked) -> Iterator[Block]:
    if not may_read_cases(asked.reader):
        return
    card = card_of(asked.partner, reader=asked.reader, today=asked.as_of)
    if not card.lines:
        return
    yield Heading(gettext("Practice card"))
    rows = []
    is_english = paper_language().value == "en"
    for each in card.lines[:MOST_LINES]:
        text = each.line.text_en if is_english and each.line.text_en else each.line.text_zh
        rows.append((str(each.line.get_topic_display()), text, each.age or day_words(each.line.verified_on)))
    yield Table(
        (gettext("Topic"), gettext("What is known"), gettext("Verified on")), tuple(rows), widths=(2, 7, 3)
    )
    for place, time in enumerate(card.times):
        words = gettext("Usual time to a reply (%(what)s): %(days)s days, of %(n)s precedents")
        n: int | str = time.precedents
        if not reads_exactly(asked.reader):
            n = told_words(time.precedents, ("practice", asked.partner.code, place))
        if n != str(WITHHELD):
            yield Paragraph(words % {"what": time.label, "days": time.days, "n": n})


def _obstacles(files: Sequence[Standing], asked: Asked) -> Iterator[Block]:
    found = []
    for file in files:
        found += [
            gettext("%(title)s: %(clock)s ran out on %(day)s")
            % {"title": file.agreement.title, "clock": due.clock.label, "day": day_words(due.clock.due_on)}
            for due in file.due
            if due.days < 0 and due.clock.due_on
        ]
        if file.stalled:
            found.append(f"{file.agreement.title}: {file.stalled_words}")
    if may_read_cases(asked.reader):
        found += _refusals(_report("S02", asked))
    if found:
        yield Heading(gettext("Obstacles"))
        for line in found[:MOST_LINES]:
            yield Paragraph(line)


def _refusals(written: WrittenReport) -> Iterator[str]:
    """The rows of the results that are refusals, each in a line."""
    place = next(n for n, column in enumerate(written.report.columns) if column.code == "outcome")
    for row, line in zip(written.report.rows, written.lines, strict=True):
        if str(row[place]).startswith("refused"):
            yield " ".join(cell.text for cell in line[1:])


def _contacts(asked: Asked) -> list[Contact]:
    rows = Contact.objects.visible_to(asked.reader).standing().filter(partner=asked.partner)
    return list(rows.filter(held_to__lte=asked.as_of).order_by("-held_to", "-pk")[:MOST_CONTACTS])


def _last_contacts(contacts: Sequence[Contact], files: Sequence[Standing], day: date) -> Iterator[Block]:
    rounds = Round.objects.filter(agreement__in=[file.agreement for file in files], held_to__lte=day)
    lines = [
        (row.held_to, f"{day_words(row.held)} {row.get_kind_display()}: {row.words}") for row in contacts
    ]
    lines += [
        (row.held_to, f"{day_words(row.held)} {row.get_medium_display()}: {row.outcome}")
        for row in rounds.order_by("-held_to")[:MOST_CONTACTS]
    ]
    lines.sort(key=lambda line: line[0] or date.min, reverse=True)
    yield Heading(gettext("Last contacts"))
    for _day, words in lines[:MOST_CONTACTS]:
        yield Paragraph(words)
    if not lines:
        yield Paragraph(gettext("No contact is recorded."))


def _points(asked: Asked) -> Iterator[Block]:
    if asked.points.strip():
        yield Heading(gettext("Talking points"))
        for line in asked.points.splitlines():
            if line.strip():
                yield Paragraph(line.strip())
