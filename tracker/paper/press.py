"""The process that sets one PDF, run by its path: it reads a job from standard input and writes the PDF to standard output.

It is a program of its own and imports nothing of this project, so that it starts in a few hundredths of a second
and all its memory is given back when it ends. Its limits are the job's: seconds of CPU, and megabytes of address space.
"""

import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).resolve().parent
MB = 1024 * 1024


def _limit(seconds: int, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a letter says is not left in a dump
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MB, megabytes * MB))


def _set(job: dict[str, Any], standards: list[Any]) -> bytes:
    return typst.compile(
        HERE / job["layout"],
        root=HERE,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"]
        ),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"sheet": job["sheet"]},
        pdf_standards=standards,
        timestamp=datetime.fromisoformat(job["made_at"]),
    )


def main() -> None:
    """Set the job; PDF/UA-1 unless its text forbids that."""
    job = json.load(sys.stdin.buffer)
    _limit(job["seconds"], job["megabytes"])
    try:
        pdf = _set(job, ["ua-1"])
    except typst.TypstError:
        pdf = _set(job, [])
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
