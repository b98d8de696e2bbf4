"""AZ-17: takes away one check of authorisation after another, and says whether the matrix notices.

    uv run python -m drills.authz_mutations [--only PATH …] [--most 20]

Every ``.visible_to(…)``, every door ``@only(…)`` and every ``not may_…(…)`` of the views is a check. Each is removed in a
copy of the project, and the tests of the matrix are run there on SQLite; a check whose removal fails nothing is named. It
takes minutes for each check, so ``--most`` takes a spread of them; a check may also be held by tests elsewhere.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("tracker", "agreements", "cases", "reports")
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "*.sqlite3", "*.documents", ".*_cache", "node_modules"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: where it stands, from which to which character of the file, and what stands there without it."""

    path: Path
    line: int
    start: int
    end: int
    instead: str
    words: str


def main() -> None:
    options = _options()
    found = [
        check for check in checks() if not options.only or str(check.path.relative_to(ROOT)) in options.only
    ]
    every = max(1, len(found) // options.most)
    chosen, survivors = found[::every][: options.most], []
    for check in chosen:
        is_noticed = noticed(check)
        survivors += [] if is_noticed else [check]
        print(
            f"{'noticed ' if is_noticed else 'SURVIVED'} {check.path.relative_to(ROOT)}:{check.line} {check.words}",
            flush=True,
        )
    caught = len(chosen) - len(survivors)
    print(f"{caught} of {len(chosen)} removed checks were noticed; {len(found)} there are")
    sys.exit(1 if survivors else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="PATH", help="only the checks of these files"
    )
    parser.add_argument("--most", type=int, default=20, help="so many checks, spread over all of them")
    return parser.parse_args()


def checks() -> Iterator[Check]:
    """Every check of the views and of what they read, file by file."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and "actions" not in path.parts:
                yield from _checks_of(path)


def _checks_of(path: Path) -> Iterator[Check]:
    text = path.read_text("utf-8")
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(text)):
        for part, instead in _removable(node):
            start = starts[part.lineno - 1] + part.col_offset
            end = starts[part.end_lineno - 1] + part.end_col_offset  # type: ignore[operator]
            yield Check(path, part.lineno, start, end, instead, ast.unparse(part)[:100])


def _removable(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "visible_to":
        yield node, f"{ast.unparse(node.func.value)}.all()"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and _asks_a_right(node.operand):
        yield node, "False"
    if isinstance(node, ast.FunctionDef):
        for one in node.decorator_list:
            if isinstance(one, ast.Call) and ast.unparse(one.func) == "only":
                yield one.args[0], "lambda user: True"


def _asks_a_right(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1].startswith("may_")


def noticed(check: Check) -> bool:
    """Whether the tests of the matrix fail without the check."""
    with tempfile.TemporaryDirectory(prefix="without-a-check-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
        place = copy / check.path.relative_to(ROOT)
        data = place.read_bytes()
        place.write_bytes(data[: check.start] + check.instead.encode() + data[check.end :])
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/authz", "-q", "-x", "--db", "sqlite"],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            check=False,
        )
    if done.returncode not in (0, 1):
        print(done.stdout.decode()[-2000:], done.stderr.decode()[-2000:], sep="\n")
        raise SystemExit("the tests did not run")
    return done.returncode == 1


if __name__ == "__main__":
    main()
