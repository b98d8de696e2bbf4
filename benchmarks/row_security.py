"""What row-level security costs: the same pages of cases with and without it, as the application's account of PostgreSQL.

    uv run python -m benchmarks.row_security [--count 20000] [--seconds 2] [--rounds 3]

A server of its own is started and loaded. Each page is asked for by one client, with and without in turn, and printed are
the medians over the rounds: milliseconds, and milliseconds of CPU of the workers and the database, with their ratios.
"""

import argparse
import os
import statistics
from io import StringIO

import django
from django.core.management import call_command

from benchmarks.cases import APPLICATION, _folder, _paced, _pages
from benchmarks.clients import get
from benchmarks.serving import database, gunicorn

LEFT_OUT = ("search, 4", "search, 1")
MODES = ("off", "on")


def main() -> None:
    options = _options()
    with database("") as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        django.setup()
        with _folder():
            from benchmarks.signed_in import prepare

            office = prepare(options.count)
            call_command("database_roles", "--apply", stdout=StringIO())
            pages = [page for page in _pages(office) if not page.name.startswith(LEFT_OUT)]
            found: dict[tuple[str, str], list[tuple[float, float]]] = {}
            for _round in range(options.rounds):
                for mode in MODES:
                    call_command("row_security", mode, "--apply", stdout=StringIO())
                    os.environ["ROW_SECURITY"] = mode
                    with gunicorn(APPLICATION, url.replace("postgres@", "tracker_app@", 1)) as app:
                        for page in pages:
                            ask = get(page.address, office.cookie)
                            pace, cpu = _paced(app, ask, options.seconds)
                            found.setdefault((page.name, mode), []).append((pace.milliseconds, cpu))
            print(f"{office.cases:,} cases, {office.events:,} events, {options.rounds} rounds\n")
            _tell([page.name for page in pages], found)
            print()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20_000, help="cases to load")
    parser.add_argument("--seconds", type=float, default=2, help="how long each page is asked for")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _tell(names: list[str], found: dict[tuple[str, str], list[tuple[float, float]]]) -> None:
    print("| Page | ms without | ms with | ratio | CPU without | CPU with | ratio |")
    print("|" + " --- |" * 7)
    for name in names:
        (ms, cpu), (ms_on, cpu_on) = (
            [statistics.median(values) for values in zip(*found[name, mode], strict=True)] for mode in MODES
        )
        print(
            f"| {name} | {ms:.1f} | {ms_on:.1f} | {ms_on / ms:.2f} | {cpu:.1f} | {cpu_on:.1f} | {cpu_on / cpu:.2f} |"
        )


if __name__ == "__main__":
    main()
