"""LibreOffice Calc as a second reader of sheets: it opens a file, and what it read is laid beside what was written.

It needs `soffice` with Calc (Debian: `apt-get install libreoffice-calc`). Pure but for that: no Django, no database.
"""

import csv
import math
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Commas, double quotes, UTF-8, cells unformatted, of formulas the result, every sheet in a file of its own."""
LONGEST = 600
"""Seconds for one call of LibreOffice."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A cell that LibreOffice reads otherwise than it was written."""

    sheet: str
    line: int
    column: int
    written: str
    read: str


@dataclass(slots=True)
class Found:
    """What one sheet came to."""

    sheet: str
    rows: int
    cells: int
    differs: list[Differs]


def compare(sheet: str, written: Sequence[Sequence[object]], read: Sequence[Sequence[str]]) -> Found:
    """Every cell beside the one that was read; a line or a cell that only one side has differs too."""
    differs, cells = [], 0
    for line in range(max(len(written), len(read))):
        left = list(written[line]) if line < len(written) else []
        right = list(read[line]) if line < len(read) else []
        for column in range(max(len(left), len(right))):
            cells += 1
            cell = left[column] if column < len(left) else None
            text = right[column] if column < len(right) else ""
            if not same(cell, text):
                differs.append(Differs(sheet, line + 1, column + 1, str(cell), text))
    return Found(sheet, len(written), cells, differs)


def same(cell: object, text: str) -> bool:
    """Whether a cell was read as it was written: nothing as nothing, numbers as numbers, all else as the same text."""
    if cell is None:
        return text == ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            return math.isclose(float(text), float(cell), rel_tol=1e-12)
        except ValueError:
            return False
    return str(cell) == text


def open_in_calc(files: Iterable[Path], folder: Path) -> None:
    """Let LibreOffice read the files and write each of their sheets as CSV into ``folder``.

    :raises subprocess.CalledProcessError: when it fails.
    """
    profile = (folder / "profile").resolve().as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", FILTER]
    names = [str(file) for file in files]
    done = subprocess.run(  # noqa: S603 - our own files
        [*command, "--outdir", str(folder), *names], capture_output=True, timeout=LONGEST, check=True
    )
    (folder / "soffice.log").write_bytes(done.stdout + done.stderr)


def read_sheets(folder: Path, stem: str) -> list[list[list[str]]]:
    """The sheets of a file as Calc wrote them, in the order in which it wrote them."""
    found = []
    for file in sorted(folder.glob(f"{stem}-*.csv"), key=lambda file: file.stat().st_mtime_ns):
        with file.open(newline="", encoding="utf-8") as text:
            found.append(list(csv.reader(text)))
    return found


def version() -> str:
    """What LibreOffice says of itself."""
    command = ["soffice", "--version"]
    done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=True, text=True)  # noqa: S603
    return done.stdout.strip()
