"""Every text of the grammar of scripts in every typed field, all pages opened in a browser without a policy (WEB-2).

`uv run python -m drills.scripts` runs `tests/browser/test_scripts.py` with all texts instead of its sample.
"""

import os
import subprocess
import sys

COMMAND = [
    sys.executable,
    "-m",
    "pytest",
    "tests/browser/test_scripts.py",
    "--browser",
    "--db",
    "sqlite",
    "-s",
]


def main() -> int:
    return subprocess.run(COMMAND, env=os.environ | {"ALL_SCRIPTS": "1"}, check=False).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(main())
