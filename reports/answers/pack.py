"""The answer pack: a paper in both languages as PDF and ODT, the rows of every figure as CSV, and a list with digests.

The same pack comes out of the same books: file names and order are fixed, and the moment of making is the caller's.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext

from agreements.changes import Change, changes_between
from agreements.exports import header, sheet_rows
from agreements.figures import counted, signed_texts
from agreements.marks import day_words
from agreements.models.asof import AgreementQuerySet
from agreements.standing import standings, with_facts
from reports.alongside import behind
from reports.answers.figures import ROWS_OF_AGREEMENTS, Line, figures_of_paragraph
from reports.blocks import labelled, paper_language
from reports.catalogue import REPORTS, Parameters
from reports.catalogue.priorities import CODE as RANKING
from reports.frozen import SCOPE, office_reader
from reports.models import Evidence, Recommendation, RecommendationEvent
from reports.printing import OFFICES
from reports.product import product_version
from reports.serving import as_bytes
from reports.written import UNKNOWN
from tracker.models import User
from tracker.paper import Form, Heading, Paragraph, Sheet, Table, Tagged, odt_of, pdf_of
from tracker.roles import Secrecy
from tracker.sheets import csv_chunks

LANGUAGES = {"zh-hant": "zh-Hant", "en": "en"}
MOST_CHANGES = 60
type Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Asked:
    """Which recommendation, as of which day.

    ``since`` is the day from which changes are told: that of the last answer, or the end of the year before. Whoever
    asks, the answer counts what a signed-off report counts: what is restricted at most, and nothing that is sealed.
    """

    recommendation: Recommendation
    parameters: Parameters
    since: date
    reader: User = field(default_factory=office_reader)


def since_last_answer(recommendation: Recommendation, as_of: date) -> date:
    """The day of the last answer before ``as_of``; where none is dated, the end of the year before."""
    answers = recommendation.events.filter(kind="answer", withdrawn_at=None, happened_to__lt=as_of)
    last = answers.order_by("-happened_to").first()
    return last.happened_to if last and last.happened_to else date(as_of.year - 1, 12, 31)


def files_of(asked: Asked, *, made_at: datetime) -> dict[str, bytes]:
    """Every file of the pack by its name, the list of them last.

    :raises tracker.paper.NotPrinted: when a paper cannot be set.
    """
    files: dict[str, bytes] = {}
    for language, tag in LANGUAGES.items():
        with translation.override(language):
            sheet = _sheet(asked, made_at)
            files[f"answer.{tag}.pdf"], files[f"answer.{tag}.odt"] = pdf_of(sheet), odt_of(sheet)
    with translation.override("zh-hant"):
        files |= _rows(asked, made_at)
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    told = {
        "recommendation": asked.recommendation.code,
        "parameters": asked.parameters.as_json(),
        "changes_since": asked.since.isoformat(),
        "counts_up_to": Secrecy(SCOPE).name.lower(),
        "product": product_version(),
        "made_at": made_at.isoformat(),
        "files": digests,
    }
    files["manifest.json"] = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True).encode()
    return files


def _rows(asked: Asked, made_at: datetime) -> dict[str, bytes]:
    """The rows behind the figures, as CSV in Chinese with codes beside."""
    day = asked.parameters.as_of
    signed = _signed(asked)
    found = {ROWS_OF_AGREEMENTS: b"".join(csv_chunks(header(), sheet_rows(signed.as_of(day), day)))}
    tables = behind(RANKING, asked.parameters, reader=asked.reader)
    for report in (*tables, REPORTS[RANKING].run(asked.parameters, reader=asked.reader)):
        found[f"{report.code}.csv"] = as_bytes(report, "csv", made_at=made_at)
    return found


def _sheet(asked: Asked, made_at: datetime) -> Sheet:
    row = asked.recommendation
    blocks: list[Block] = [
        *_asked(row),
        *_figures(figures_of_paragraph(asked.parameters, asked.reader)),
        *_agreements(asked),
        *_changes(asked),
        *_done(row, asked),
    ]
    title = gettext("Answer to audit recommendation %(code)s") % {"code": row.code}
    return Sheet(
        form=Form.BRIEF,
        language=paper_language(),
        title=title,
        office=OFFICES[paper_language()],
        kind=title,
        security=_security(asked),
        made_at=made_at,
        body=tuple(blocks),
        lines=(Tagged(gettext("As of"), day_words(asked.parameters.as_of)),),
    )


def _signed(asked: Asked) -> AgreementQuerySet:
    """The texts that the paper counts and names."""
    rows = counted(asked.reader, with_samples=asked.parameters.with_samples)
    return signed_texts(rows, asked.parameters.as_of, asked.parameters.known_on)


def _security(asked: Asked) -> str:
    """The mark on the paper: that of the strictest text which it names."""
    found = _signed(asked).order_by("-secrecy").values_list("secrecy", flat=True).first()
    return str(Secrecy(found).label) if found else ""


def _words(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") and en else zh


def _asked(row: Recommendation) -> Iterator[Block]:
    yield Heading(gettext("The recommendation and its course"))
    yield Paragraph(_words(row.title, row.title_en))
    yield Paragraph(labelled(gettext("Source"), row.source))
    events: Iterable[RecommendationEvent] = row.events.filter(withdrawn_at=None).order_by("order")
    lines = [
        (
            day_words(event.happened) if event.happened_to else gettext("day not known"),
            str(event.get_kind_display()),
            _words(event.text, event.text_en),
        )
        for event in events
    ]
    yield Table((gettext("Day"), gettext("Act"), gettext("What it says")), tuple(lines), widths=(2, 2, 7))


def _figures(lines: Sequence[Line]) -> Iterator[Block]:
    yield Heading(gettext("The figures of the report, computed again"))
    head = (
        gettext("Figure"),
        gettext("As stated"),
        gettext("Computed"),
        gettext("Difference"),
        gettext("Rows"),
    )
    rows = [
        (line.label, _number(line.stated), _number(line.computed), _number(line.difference), line.rows)
        for line in lines
    ]
    yield Table(head, tuple(rows), widths=(6, 2, 2, 2, 3))
    yield Paragraph(
        gettext("A dash: not stated, or not known. The files named hold the rows behind each figure.")
    )


def _number(value: object) -> str:
    if value is None:
        return UNKNOWN
    number = float(str(value))
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


def _agreements(asked: Asked) -> Iterator[Block]:
    day = asked.parameters.as_of
    signed = _signed(asked)
    then = with_facts(signed.as_of(day, asked.parameters.known_on).with_rows(), asked.parameters.known_on)
    rows = [
        (
            file.agreement.partner.name,
            file.agreement.title,
            str(file.phase_words),
            day_words(file.since) if file.since else UNKNOWN,
        )
        for file in standings(then.order_by("partner__code", "number"), day, None)
    ]
    yield Heading(gettext("Agreements signed"))
    head = (gettext("Partner"), gettext("Agreement"), gettext("Where it stood"), gettext("Since when"))
    yield Table(head, tuple(rows), widths=(2, 7, 2, 3))


def _changes(asked: Asked) -> Iterator[Block]:
    since, day = asked.since, asked.parameters.as_of
    yield Heading(
        gettext("What changed from %(first)s to %(last)s")
        % {"first": day_words(since), "last": day_words(day)}
    )
    board = reverse("agreements:board")
    found = changes_between(since, day, reader=asked.reader, board=board)
    changes = [
        change
        for change in (*found.happened.changes, *found.learned.changes, *found.withdrawn.changes)
        if asked.parameters.with_samples or not change.agreement.partner.is_sample
    ]
    for change in changes[:MOST_CHANGES]:
        yield Paragraph(_sentence(change))
    if len(changes) > MOST_CHANGES:
        yield Paragraph(gettext("%(n)s more are not listed.") % {"n": len(changes) - MOST_CHANGES})
    if not changes:
        yield Paragraph(gettext("Nothing is recorded."))


def _sentence(change: Change) -> str:
    return gettext("%(day)s %(partner)s: “%(title)s” %(happened)s.") % {
        "day": day_words(change.day) if change.day else "",
        "partner": change.agreement.partner.name,
        "title": change.agreement.title,
        "happened": change.words,
    }


def _done(row: Recommendation, asked: Asked) -> Iterator[Block]:
    yield Heading(gettext("What was done"))
    rows: Iterable[Evidence] = row.evidence.filter(withdrawn_at=None).select_related("agreement")
    shown = [one for one in rows if one.agreement is None or one.agreement.secrecy <= asked.reader.clearance]
    for one in shown:
        when = f"{day_words(one.happened)} " if one.happened_to else ""
        yield Paragraph(f"{when}{_words(one.text, one.text_en)}")
    if not shown:
        yield Paragraph(gettext("Nothing is recorded."))
