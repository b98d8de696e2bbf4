"""How fast the pages of cases are, beside the floor, with the cases that `sample_cases` made.

    uv run python -m benchmarks.cases [--count 100000] [--seconds 4] [--plans FILE] [--only NAME …]
    DATABASE_URL=postgres://… uv run python -m benchmarks.cases --database-url "$DATABASE_URL"

A server of its own is started and loaded unless an address is given; a database that holds no cases is loaded. Both
applications run under gunicorn with two workers, signed in as an ordinary officer; each page is asked for by one
client and by four. Printed are medians, ratios to the floor, statements, weights, memory and, with --plans, the plans.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import django

from benchmarks.clients import Answer, Ask, Pace, get, one, pace
from benchmarks.serving import Server, database, gunicorn

FLOOR = "benchmarks.floor.wsgi"
APPLICATION = "tracker.wsgi"
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address in the floor and in the application, and how many times the floor it may take."""

    name: str
    floor: str
    address: str
    aim: float


def main() -> None:
    options = _options()
    with database(options.database_url) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        django.setup()
        with _folder():
            from benchmarks.signed_in import prepare

            office = prepare(options.count)
            pages = [page for page in _pages(office) if not options.only or page.name in options.only]
            with gunicorn(FLOOR, url) as floor, gunicorn(APPLICATION, url) as app:
                print(f"{office.cases:,} cases, {office.events:,} events; {len(app.workers)} workers each\n")
                _tell_pages(pages, office, floor, app, options.seconds)
                if not options.only:
                    _tell_others(office, floor, app, options.seconds)
            if options.plans:
                Path(options.plans).write_text("\n\n".join(_plans(pages, office)))
            office.leave()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000, help="cases to load into an empty database")
    parser.add_argument("--seconds", type=float, default=4, help="how long each page is asked for")
    parser.add_argument("--database-url", default="")
    parser.add_argument("--plans", default="", metavar="FILE", help="write the plans of the pages there")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="only these pages")
    return parser.parse_args()


def _folder() -> tempfile.TemporaryDirectory:
    """Documents of the benchmark lie apart."""
    folder = tempfile.TemporaryDirectory(prefix="benchmark-")
    os.environ["DOCUMENTS_DIR"] = folder.name
    return folder


def _pages(office) -> Iterator[Page]:
    listed = "/cases/?samples=1"
    yield Page("list, first page", "/list", "/cases/", 3)
    yield Page("list of one state", "/list?state=I70", "/cases/?state=I70", 3)
    yield Page("list of one partner", "/list?partner=XG", "/cases/?partner=XG", 3)
    yield Page("list, deep page", f"/list?page={office.deep}", f"/cases/?page={office.deep}", 3)
    for name, word, aim in (
        ("1 character", "金", 3),
        ("2 characters, common", "詐欺", 3),
        ("2 characters, rare", "海上", 3),
        ("4 characters, common", "金融帳戶", 3),
        ("4 characters, rare", "內線交易", 3),
        ("English, common", "fraud", 2),
        ("English, rare", "piracy", 2),
    ):
        yield Page(f"search, {name}", f"/list?q={quote(word)}", f"{listed}&q={quote(word)}", aim)
    yield Page(
        "case with ten events", f"/record/{quote(office.number)}", f"/cases/{quote(office.number)}/", 6
    )
    yield Page("home", f"/home?today={office.today}&officer={office.officer.pk}", "/cases/home/", 1.7)


def _tell_pages(pages: list[Page], office, floor: Server, app: Server, seconds: float) -> None:
    print(
        "| Page | floor, ms | here, ms | times | aim | CPU floor | CPU here | times | floor, /s | here, /s | statements | kB |"
    )
    print("|" + " --- |" * 12)
    for page in pages:
        plain, plain_cpu = _paced(floor, get(page.floor), seconds)
        here, here_cpu = _paced(app, get(page.address, office.cookie), seconds)
        answer = one(app.port, get(page.address, office.cookie))
        print(
            f"| {page.name} | {plain.milliseconds:.1f} | {here.milliseconds:.1f} "
            f"| {here.milliseconds / plain.milliseconds:.1f} | {page.aim} | {plain_cpu:.1f} | {here_cpu:.1f} "
            f"| {here_cpu / plain_cpu:.1f} | {plain.per_second:.0f} | {here.per_second:.0f} "
            f"| {len(office.statements(page.address))} | {answer.weight:.1f} |",
            flush=True,
        )


def _paced(server: Server, ask: Ask, seconds: float, expected: int = 200) -> tuple[Pace, float]:
    """The pace, and milliseconds of CPU a request of workers and database."""
    for _time in range(16):
        one(server.port, ask)
    before = server.busy
    found = pace(server.port, ask, expected=expected, seconds=seconds)
    spent = sum(seconds - before.get(process, 0) for process, seconds in server.busy.items())
    return found, spent * 1000 / found.requests


def _tell_others(office, floor: Server, app: Server, seconds: float) -> None:
    grouped = pace(floor.port, get("/counts"), seconds=seconds)
    print(f"\nEvery case grouped by state, floor: {grouped.milliseconds:.1f} ms")
    _tell_writes(office, floor, app, seconds)
    print(f"Weight of the list on a first visit: {_weight(office, app):.1f} kB gzip")
    before = app.memory
    plain, here = one(floor.port, get(f"/export?rows={office.exported}")), one(app.port, office.export)
    for name, answer in (("floor", plain), ("here", here)):
        rows = answer.body.count(b"\n")
        print(
            f"Export, {name}: {answer.status}, {rows:,} rows in {answer.complete:.2f} s: {rows / answer.complete:,.0f} rows/s, "
            f"first byte after {answer.first_byte:.3f} s, {len(answer.body) / 1e6:.1f} MB"
        )
    print(
        f"Memory of two workers (PSS): floor {floor.memory:.0f} MB; here {before:.0f} MB, {app.memory:.0f} MB after the export"
    )


def _tell_writes(office, floor: Server, app: Server, seconds: float) -> None:
    plain, plain_cpu = _paced(floor, get(f"/create?like={quote(office.number)}"), seconds)
    here, here_cpu = _paced(app, office.registration(), seconds, expected=302)
    print(
        f"Create with history: floor {plain.milliseconds:.1f} ms, {plain.per_second:.0f}/s; "
        f"here {here.milliseconds:.1f} ms, {here.per_second:.0f}/s, {here.per_second / plain.per_second:.2f} of the floor; "
        f"CPU {plain_cpu:.1f} and {here_cpu:.1f} ms"
    )


def _weight(office, app: Server) -> float:
    """Page, style sheet, script and icons, in kB."""
    files = ["/static/app.css", "/static/app.js", "/static/icons.svg"]
    answers: list[Answer] = [one(app.port, get(path)) for path in files]
    answers.append(one(app.port, get("/cases/", office.cookie)))
    return sum(answer.weight for answer in answers)


def _plans(pages: list[Page], office) -> Iterator[str]:
    for page in pages:
        for statement in office.statements(page.address):
            if "cases_case" in statement:
                yield f"# {page.name}\n{statement}\n{office.explain(statement)}"


if __name__ == "__main__":
    main()
