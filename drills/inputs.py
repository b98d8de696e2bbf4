"""Every filter and every form with every hostile text, and with random ones, as two people (FUZ-1, FUZ-2).

`uv run python -m drills.inputs [--count 100] [--db sqlite|postgresql]` runs the walk of `tests/trust/test_hostile_input.py`
with all its texts and ``count`` random ones for each place. It ends with 1 when an answer was an error of ours.
"""

import argparse
import sys

from drills.processes import KINDS, run_tests

TESTS = "tests/trust/test_hostile_input.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--db", choices=KINDS)
    given = parser.parse_args()
    limit = ["--db", given.db] if given.db else []
    return run_tests(TESTS, "-q", "--no-header", *limit, INPUT_ROUNDS=str(given.count))


if __name__ == "__main__":
    sys.exit(main())
