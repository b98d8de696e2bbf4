"""Printing as PDF: `sheet.typ` sets a sheet, `report.typ` a report; what they say travels as JSON, never as source.

It is set in a process of its own (`press.py`): a worker that printed stays as small as it was, and a text on which
the setting hangs costs a few seconds and no worker.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.paper.flow import Line, flow, has_translation, plain, swapped
from tracker.paper.sheet import Form, Language, Sheet, Table, Tagged, Translation
from tracker.paper.softbreaks import with_breaks

PRESS = Path(__file__).parent / "press.py"
LONGEST, LARGEST = 20, 1000
"""Seconds and megabytes that one PDF may take: enough for a table of some thousand rows."""
TAGS = {Language.ZH: ("zh", "tw"), Language.EN: ("en", "gb")}
PAGES = {Language.ZH: ("第 ", " 頁，共 ", " 頁"), Language.EN: ("Page ", " of ", "")}
_IN_A_LINE, _IN_A_COLUMN = 40, 18
"""Letters of a word from which it may be broken anywhere: the line or the cell might not hold it."""
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "SYSTEMROOT")


class NotPrinted(Exception):
    """The PDF could not be set in the time and memory that one may take."""


def pdf_of(sheet: Sheet, *, seconds: int = LONGEST, megabytes: int = LARGEST) -> bytes:
    """The sheet as a tagged PDF with its fonts inside; the same bytes for the same sheet.

    It keeps PDF/UA-1 unless its text forbids that: a character without a glyph (see `missing_glyphs`), no title.

    :raises NotPrinted: when it takes more than so many seconds, or megabytes of memory.
    """
    return press("sheet.typ", _payload(sheet), sheet.made_at, seconds=seconds, megabytes=megabytes)


def press(
    layout: str,
    payload: dict[str, Any],
    made_at: datetime,
    *,
    seconds: int = LONGEST,
    megabytes: int = LARGEST,
) -> bytes:
    """Set what is given by one of the layouts of this folder.

    :raises NotPrinted: when it takes more than so many seconds, or megabytes of memory.
    """
    job = {
        "layout": layout,
        "sheet": json.dumps(payload, ensure_ascii=False),
        "made_at": made_at.astimezone(UTC).replace(microsecond=0).isoformat(),
        "seconds": seconds,
        "megabytes": megabytes,
    }
    # No setting and no key of ours goes along. One thread: the limit of memory then means the same everywhere.
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of the text is an argument
            [sys.executable, "-I", str(PRESS)],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it might quote the text
            env=environment,
            timeout=seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failed:
        words = "in time" if isinstance(failed, subprocess.TimeoutExpired) else f"({failed.returncode})"
        raise NotPrinted(f"the PDF was not set {words}") from None
    return done.stdout


def _payload(sheet: Sheet) -> dict[str, Any]:
    """What the layout prints: text that is plain, with its leads and labels, in the order of the page."""
    lines = flow(sheet.body, sheet.language)
    in_columns = has_translation(lines) and sheet.translation is Translation.BESIDE
    parts = [{"language": TAGS[sheet.language], "title": "", "lines": _printed(lines, in_columns)}]
    if has_translation(lines) and not in_columns:
        title, after = plain(sheet.translation_title), _printed(swapped(lines), False)
        parts.append({"language": TAGS[sheet.language.other], "title": title, "lines": after})
    return {
        "form": sheet.form,
        "language": TAGS[sheet.language],
        "other": TAGS[sheet.language.other],
        "in_columns": in_columns,
        "pages": PAGES[sheet.language],
        "parts": parts,
        "corner": _labelled(sheet.corner, sheet.language),
        "contact": _labelled(sheet.contact, sheet.language),
        "lines": _labelled(sheet.lines, sheet.language),
        "copy": [_text(line) for line in sheet.copy],
        "delivery": [_text(line) for line in sheet.delivery],
        "recipients": [
            _labelled((Tagged(one.label, _listed(one.names, sheet.language)),), sheet.language)[0]
            for one in sheet.recipients
        ],
        "signatures": [[_text(one.post), _text(one.name)] for one in sheet.signatures],
        "binding": sheet.form is Form.LETTER and sheet.language is Language.ZH,
        **{name: _text(getattr(sheet, name)) for name in _SINGLE},
    }


_SINGLE = ("title", "office", "kind", "office_beside", "security", "date", "mark", "watermark")


def _text(text: str) -> str:
    return with_breaks(plain(text), _IN_A_LINE)


def _listed(names: tuple[str, ...], language: Language) -> str:
    return ("、" if language is Language.ZH else "; ").join(names)


def _labelled(lines: tuple[Tagged, ...], language: Language) -> list[list[str]]:
    colon = "：" if language is Language.ZH else ": "
    return [[f"{plain(line.label)}{colon}" if line.label else "", _text(line.value)] for line in lines]


def _printed(lines: tuple[Line | Table, ...], in_columns: bool) -> list[dict[str, Any]]:
    longest = _IN_A_COLUMN if in_columns else _IN_A_LINE
    return [_table(line) if isinstance(line, Table) else _line(line, longest) for line in lines]


def _line(line: Line, longest: int) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "level": line.level,
        "lead": with_breaks(line.lead, longest),
        "text": with_breaks(line.text, longest),
        "lead_beside": with_breaks(line.lead_beside, longest),
        "beside": with_breaks(line.beside, longest),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": with_breaks(table.caption, _IN_A_LINE),
        "widths": list(table.widths or [1] * len(table.head)),
        "head": [with_breaks(cell, _IN_A_COLUMN) for cell in table.head],
        "rows": [[with_breaks(cell, _IN_A_COLUMN) for cell in row] for row in table.rows],
    }
