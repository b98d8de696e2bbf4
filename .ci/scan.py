"""Looks for unsafe calls (bandit) and for secrets (detect-secrets) in what is committed, each after it found a planted one.

    uv run python .ci/scan.py calls|secrets

A finding that was looked at stays quiet: an unsafe call by `# noqa: S…` with a reason on its own lines (ruff has the same
rules under that letter, and complains of one that is not needed), a secret by the list below, whose entries must be needed.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ["tracker", "agreements", "cases", "reports", "deploy", "manage.py"]
SAME_RULE = {"B703": "S308", "B404": "S404"}
"""Where ruff has a rule under another number."""
MADE_UP_PEOPLE = ("tests/", "drills/", "benchmarks/")
"""Folders in which passwords are those of people who exist in a test only; nothing there reaches a server."""
REVIEWED = {
    ("README.md", "Basic Auth Credentials"): "an address with the word password in it",
    ("deploy/environment.example", "Basic Auth Credentials"): "an address with the word password in it",
    ("deploy/environment.example", "Secret Keyword"): "tells where a file with the secret may lie",
    ("tracker/backup/databases.py", "Secret Keyword"): "the name of a parameter",
    ("tracker/environment.py", "Basic Auth Credentials"): "an address with the word password in it",
    (
        "tracker/settings.py",
        "Secret Keyword",
    ): "names of classes and addresses; the key of a server on this machine only",
    ("tracker/signin/door.py", "Secret Keyword"): "names of addresses",
    ("tests/trust/test_watching.py", "Base64 High Entropy String"): "the bytes 0 to 63, in order",
}


WRITTEN_IN_ONE_GO = {
    "cases/choosing.py", "cases/columns.py", "cases/listing.py", "cases/worklines.py", "tracker/kept.py",
    "tracker/templatetags/tracker_tags.py",
}  # fmt: skip
"""Where rows are marked as safe (B703) that are put together for speed: each value in them goes through `escape` or
`format_html`, or is a constant, or was a finished page when it was kept. Hostile texts in every field prove it."""


def run(*command: str, at: Path = ROOT) -> str:
    return subprocess.run(command, cwd=at, capture_output=True, text=True, check=False).stdout  # noqa: S603


def calls(*places: str) -> list[tuple[str, int, int, str, str]]:
    """Unsafe calls of medium and high severity: file, first and last line, rule, text."""
    said = json.loads(run("bandit", "-r", *places, "-f", "json", "-q", "--severity-level", "medium"))
    if said["errors"]:
        sys.exit(f"bandit did not read everything: {said['errors']}")
    return [
        (one["filename"], min(one["line_range"]), max(one["line_range"]), one["test_id"], one["issue_text"])
        for one in said["results"]
    ]


def is_reviewed(path: str, first: int, last: int, rule: str) -> bool:
    """Whether the lines were looked at: they carry a `noqa` of the same rule (a text over several lines at its end), or their file does at its top or is listed above."""
    if rule == "B703" and path in WRITTEN_IN_ONE_GO:
        return True
    lines = (ROOT / path).read_text("utf-8").splitlines()
    wanted = SAME_RULE.get(rule, f"S{rule[1:]}")
    if re.match(rf"# ruff: noqa: {wanted} - \S", lines[0]):
        return True
    return any(re.search(rf"# noqa: .*\b{wanted}\b", line) for line in lines[first - 1 : last + 1])


def secrets(*files: str, at: Path = ROOT) -> list[tuple[str, int, str]]:
    """What looks like a secret in files below ``at``: file, line, kind."""
    said = json.loads(run("detect-secrets", "scan", "--no-verify", "--all-files", *files, at=at))
    return [
        (path, one["line_number"], one["type"]) for path, found in said["results"].items() for one in found
    ]


def plant(folder: str) -> Path:
    """A file with an unsafe call and a secret, put together here so that this file holds neither."""
    place = Path(folder) / "planted.py"
    key = "AKIA" + "Q7ZT5KXW" + "2MVN8RJD"
    place.write_text(
        f'import subprocess\nsubprocess.call("x" + input(), shell=True)\nkey = "{key}"\n', "utf-8"
    )
    return place


def scan_calls() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        if "B602" not in {rule for *_where, rule, _text in calls(str(plant(folder)))}:
            return ["bandit does not find the planted call"]
    found = [
        one
        for one in calls(*(place for place in CODE if (ROOT / place).exists()))
        if "/migrations/" not in one[0]
    ]
    left = [one for one in found if not is_reviewed(*one[:4])]
    print(
        f"{len(found)} calls found, {len(found) - len(left)} of them looked at before; the planted one was found"
    )
    return [f"{path}:{first} {rule} {text}" for path, first, _last, rule, text in left]


def scan_secrets() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        if "AWS Access Key" not in {kind for *_where, kind in secrets(plant(folder).name, at=Path(folder))}:
            return ["detect-secrets does not find the planted key"]
    listed = run("git", "ls-files", "-z").split("\0")
    files = [
        name for name in listed if name and not name.endswith((".po", ".mo", "requirements.txt", ".lock"))
    ]
    if len(files) < 100:
        return ["git does not say what is committed"]
    found = secrets(*(name for name in files if (ROOT / name).is_file()))
    left = [
        one for one in found
        if (one[0], one[2]) not in REVIEWED
        and not (one[0].startswith(MADE_UP_PEOPLE) and one[2] in ("Secret Keyword", "Basic Auth Credentials"))
    ]  # fmt: skip
    needed = {(path, kind) for path, _line, kind in found}
    print(
        f"{len(files)} files, {len(found)} findings, {len(found) - len(left)} looked at before; the planted one was found"
    )
    idle = [
        f"{path}: {kind} is not found any more; take it from the list"
        for path, kind in sorted(set(REVIEWED) - needed)
    ]
    return [f"{path}:{line} {kind}" for path, line, kind in left] + idle


if __name__ == "__main__":
    faults = {"calls": scan_calls, "secrets": scan_secrets}[sys.argv[1]]()
    print("\n".join(faults))
    sys.exit(1 if faults else 0)
