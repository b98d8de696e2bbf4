"""A report kept with its parameters, its rows and a digest: made, read again, and laid beside the same one of today.

What is kept is one text of JSON in a canonical form: keys in order, no white space, UTF-8. Its rows are codes and numbers;
only headings, notes and titles are words, and those stand in it in both languages. The digest is the SHA-256 of its bytes.

Everybody sees the same figures in such a report, so it is not made from what its drafter may see, but from all that is
restricted at most; what is sealed counts in none.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any

from django.utils import translation
from django.utils.translation import get_language

from reports.catalogue import REPORTS, Check, Column, Kind, Note, Parameters, Report
from reports.catalogue.told import suppressed
from reports.rights import OFFICE, reads_signed_exactly
from reports.written import plain_cell
from tracker.models import User
from tracker.roles import Role, Secrecy

LANGUAGES = ("zh-hant", "en")
SCOPE = Secrecy.RESTRICTED
"""The highest secrecy of what such a report counts."""

type Kept = dict[str, Any]


class NotTheSame(Exception):
    """Two runs of a report within one moment differ: somebody wrote between them."""


def office_reader() -> User:
    """Nobody in person: somebody who may see what is restricted at most, and nothing that is named to a person."""
    return User(pk=OFFICE, username="", role=Role.AUDITOR, clearance=SCOPE, is_active=True)


def shown_now(code: str, parameters: Parameters) -> tuple[Report, list[Report]]:
    """The report and those behind it as they would be kept, in the active language alone: for a page, not for keeping.

    :raises KeyError: for a report that is not in the catalogue.
    :raises reports.catalogue.NotLoaded: when what one of them stands on is not there.
    """
    first, *behind = (
        _settled(REPORTS[one].run(parameters, reader=office_reader()))
        for one in (code, *REPORTS[code].alongside)
    )
    return first, behind


def made_now(code: str, parameters: Parameters) -> dict[str, Report]:
    """The report by language.

    :raises KeyError: for a report that is not in the catalogue.
    :raises reports.catalogue.NotLoaded: when what it stands on is not there.
    :raises NotTheSame: when its figures changed between the two languages.
    """
    entry, reader = REPORTS[code], office_reader()
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = _settled(entry.run(parameters, reader=reader))
    first, *others = found.values()
    if any(
        (one.rows, one.totals, one.remainder) != (first.rows, first.totals, first.remainder) for one in others
    ):
        raise NotTheSame(code)
    return found


def kept_of(made: Mapping[str, Report], remarks: Sequence[tuple[str, str, str]] = ()) -> Kept:
    """What is kept of a report; ``remarks`` are row, text and English text."""
    report = made[LANGUAGES[0]]
    return {
        "code": report.code,
        "title": _in_both(made, lambda one: str(one.title)),
        "as_of": report.parameters.as_of.isoformat(),
        "parameters": report.parameters.as_json(),
        "weights_version": report.extra.get("weights_version"),
        "scope": SCOPE.name.lower(),
        "unit": _in_both(made, lambda one: str(one.unit)),
        "columns": [
            {
                "code": column.code,
                "kind": column.kind.value,
                "decimals": column.decimals,
                "heading": _in_both(made, partial(_heading, place)),
                "words": _words(made, place),
            }
            for place, column in enumerate(report.columns)
        ],
        "rows": [[plain_cell(cell) for cell in row] for row in report.rows],
        "totals": [plain_cell(cell) for cell in report.totals],
        "remainder": [plain_cell(cell) for cell in report.remainder],
        "checks": [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in report.checks],
        "notes": [
            {
                "row": note.row,
                "column": note.column,
                "language": note.language,
                "text": _in_both(made, partial(_note, place)),
            }
            for place, note in enumerate(report.notes)
        ],
        "sources": list(report.sources),
        "extra": dict(report.extra),
        "remarks": [{"row": row, "text": text, "text_en": text_en} for row, text, text_en in remarks],
    }


def keys_of(report: Report) -> list[str]:
    """What a remark on a row is kept under: the partner where a row has one, else what heads the row."""
    partner = next((at for at, column in enumerate(report.columns) if column.kind == Kind.PARTNER), 0)
    return list(dict.fromkeys(str(row[partner]) for row in report.rows))


def with_alongside(kept: Kept, code: str, parameters: Parameters) -> Kept:
    """The same with what is printed behind it, such as the two tables behind the priority report.

    :raises reports.catalogue.NotLoaded: when what one of them stands on is not there: a report is not signed in part.
    """
    tables = [kept_of(made_now(other, parameters)) for other in REPORTS[code].alongside]
    return kept | {"alongside": tables}


def canonical(kept: Kept) -> str:
    """The one text that says this: keys in order, no white space.

    :raises ValueError: for a number that JSON does not know.
    """
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest_of(content: str) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


def read(content: str) -> Kept:
    """What :func:`canonical` wrote."""
    return json.loads(content)


def thawed(kept: Kept) -> Report:
    """The report that was kept, in the language that is active; nothing of it is computed again."""
    language = _language()
    return Report(
        code=kept["code"],
        title=kept["title"][language],
        parameters=Parameters.from_json(kept["parameters"]),
        columns=tuple(
            Column(
                one["code"],
                one["heading"][language],
                Kind(one["kind"]),
                decimals=one["decimals"],
                words=one["words"].get(language, {}),
            )
            for one in kept["columns"]
        ),
        rows=tuple(tuple(row) for row in kept["rows"]),
        totals=tuple(kept["totals"]),
        remainder=tuple(kept["remainder"]),
        unit=kept["unit"][language],
        checks=tuple(Check(**one) for one in kept["checks"]),
        notes=tuple(
            Note(one["text"][language], one["row"], one["column"], one["language"]) for one in kept["notes"]
        ),
        sources=tuple(kept["sources"]),
        extra=kept["extra"],
    )


def counts_cases(code: str, kept: Kept | None) -> bool:
    """Whether a signed-off report tells numbers of cases; a ranking only where a factor of them is a column of it."""
    entry = REPORTS.get(code)
    if entry is None or not entry.case_columns:
        return entry is None or entry.counts_cases
    return kept is None or any(column["code"] in entry.case_columns for column in kept["columns"])


def told(report: Report, reader: User) -> Report:
    """A report made for the office, as this reader is told it (AZ-13); one that left the catalogue counts cases for all we know."""
    if reads_signed_exactly(reader):
        return report
    entry = REPORTS.get(report.code)
    return entry.told(report) if entry else suppressed(report)


def _settled(report: Report) -> Report:
    """The parameters name the version of the weights that was used, also where the newest was asked for."""
    version = report.extra.get("weights_version")
    if (
        version is None
        or report.parameters.weights is not None
        or "weights" not in REPORTS[report.code].takes
    ):
        return report
    return replace(report, parameters=replace(report.parameters, weights=version))


def _heading(place: int, report: Report) -> str:
    return str(report.columns[place].heading)


def _note(place: int, report: Report) -> str:
    return str(report.notes[place].text)


def _words(made: Mapping[str, Report], place: int) -> dict[str, dict[str, str]]:
    """What the codes of a column mean, those that stand in it, by language."""
    rows = made[LANGUAGES[0]].rows
    codes = sorted({str(row[place]) for row in rows if row[place] is not None})

    def say(report: Report) -> dict[str, str]:
        known = report.columns[place].words
        return {code: str(known[code]) for code in codes if code in known}

    found = _in_both(made, say)
    return found if any(found.values()) else {}


def _in_both(made: Mapping[str, Report], say: Callable[[Report], Any]) -> dict[str, Any]:
    """What ``say`` says of the report of each language, with that language active."""
    found = {}
    for language, report in made.items():
        with translation.override(language):
            found[language] = say(report)
    return found


def _language() -> str:
    return LANGUAGES[0] if (get_language() or "").startswith("zh") else LANGUAGES[1]
