"""Every text of the grammar of scripts in every typed field, all pages opened in a browser without a policy (WEB-2).

`uv run python -m drills.scripts` runs `tests/browser/test_scripts.py` with all texts instead of its sample.
"""

import sys

from drills.processes import run_tests

TESTS = "tests/browser/test_scripts.py"


def main() -> int:
    return run_tests(TESTS, "--browser", "--db", "sqlite", "-s", ALL_SCRIPTS="1")


if __name__ == "__main__":
    sys.exit(main())
