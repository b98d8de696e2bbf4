"""AZ-6, AZ-8: two worlds, with and without 200 hidden cases, are asked the same as everybody; and many guesses are made.

    uv run python -m drills.noninterference [--rounds 29] [--only P4 P6] [--skip-guesses]

Every address of the matrix, every report with its files, every filter with each of its choices, searches and calendars, as
each principal; then all guesses of tests/trust/test_oracles.py in every place. In a database of its own (SQLite; another
one by DATABASE_URL), of which nothing is kept. The controls: a supervisor who may see restricted cases is told of them by
the same walk, and whoever carries the sealed ones by the same guesses. Prints its figures as JSON; ends with 1 when an
answer differs that must not, or when a control sees nothing.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

OWN = Path(tempfile.mkdtemp(prefix="drill-noninterference-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:////{str(OWN / 'own.sqlite3').lstrip('/')}")
os.environ["DOCUMENTS_DIR"] = str(OWN / "documents")
django.setup()

import time_machine  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import override_settings, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.authz.asking import signed_in  # noqa: E402
from tests.authz.world import build  # noqa: E402
from tests.trust import test_oracles, twoworlds  # noqa: E402
from tests.trust.twoworlds import differing, walked  # noqa: E402

BELOW_SEALED = ("P0", "P1", "P2", "P5", "P6", "P7", "P8", "P9")
BELOW_RESTRICTED = ("P4", "P10")
CONTROL = "P5"
"""The supervisor of justice, who is cleared for restricted files and not for sealed ones."""
OF_ONE_PAIR = 5
"""So many cases come with one round of restricted things; two with one of sealed things."""
FEWEST_PAGES = 100
"""Fewer answered pages mean that somebody who is let in walked the page of the sign-in."""
SHUT_OUT = ("P0", "P8", "P9")
ALL = 10_000


def main() -> None:
    options = _options()
    setup_test_environment(debug=False)
    settings.WHITENOISE_AUTOREFRESH, settings.STEP_UP = True, False
    call_command("migrate", verbosity=0)
    began = time.process_time()
    figures: dict[str, Any] = {
        "walk": _in_a_world_of_its_own(_walk, options.rounds, {*options.only, CONTROL})
    }
    if not options.skip_guesses:
        figures["guesses"] = _in_a_world_of_its_own(_guess)
    figures["cpu seconds"] = round(time.process_time() - began)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    sys.exit(1 if any(one["faults"] for one in figures.values() if isinstance(one, dict)) else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=29, help="7 hidden cases each, and what hangs on them (default: 29)"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[*BELOW_SEALED, *BELOW_RESTRICTED],
        metavar="P",
        help="only these principals",
    )
    parser.add_argument("--skip-guesses", action="store_true", help="compare the two worlds only")
    return parser.parse_args()


def _in_a_world_of_its_own(do: Any, *given: Any) -> dict[str, Any]:
    with time_machine.travel(timezone.now(), tick=False), transaction.atomic():
        figures = do(*given)
        transaction.set_rollback(True)
    return figures


def _walk(rounds: int, principals: set[str]) -> dict[str, Any]:
    world = twoworlds.begin()
    clients = signed_in(world)
    more = twoworlds.more_addresses()
    before = {
        who: _walked(clients, who, [*twoworlds.addresses(world, who), *more]) for who in sorted(principals)
    }
    pages = {who: sum(one.status == 200 for one in answers.values()) for who, answers in before.items()}
    twoworlds.hide_sealed(world, rounds)
    after = {who: _walked(clients, who, before[who]) for who in principals.intersection(BELOW_SEALED)}
    twoworlds.hide_restricted(world, rounds)
    after |= {who: _walked(clients, who, before[who]) for who in principals.intersection(BELOW_RESTRICTED)}
    seen = sum(1 for _line in differing(before[CONTROL], walked(clients[CONTROL], before[CONTROL])))
    faults = [f"{who} {line}" for who in before for line in differing(before[who], after[who])]
    faults += [
        f"{who} was let into {pages[who]} pages"
        for who in pages
        if (who in SHUT_OUT) != (pages[who] < FEWEST_PAGES)
    ]
    faults += (
        [] if seen > FEWEST_PAGES else [f"the supervisor was told of restricted files by {seen} answers"]
    )
    return {
        "hidden cases": rounds * (OF_ONE_PAIR + 2),
        "answers compared": sum(map(len, before.values())),
        "pages by principal": pages,
        "answers that tell the supervisor of restricted files": seen,
        "faults": faults,
    }


def _walked(clients: dict[str, Any], who: str, where: Any) -> Any:
    """What one principal is answered; P8 has no second factor, and one is asked for."""
    with override_settings(SIGN_IN_FACTORS_REQUIRED=who == "P8"):
        return walked(clients[who], where)


def _guess() -> dict[str, Any]:
    world = build(timezone.localdate())
    clients = signed_in(world)
    guesses = {who: len(list(test_oracles.guesses(world, who))) for who in test_oracles.READERS}
    faults = [
        f"{who} {line}"
        for who in test_oracles.READERS
        for find in (test_oracles.told_by_address, test_oracles.told_by_form)
        for line in find(world, clients, who, most=ALL)
    ]
    control = list(test_oracles.told_by_address(world, clients, "P3", most=ALL))
    faults += [] if control else ["whoever carries the cases was told nothing"]
    places = len(test_oracles.ASKED) + len(test_oracles.posts(world))
    return {
        "guesses in each place": guesses,
        "places": places,
        "told to the carrier": len(control),
        "faults": faults,
    }


if __name__ == "__main__":
    main()
