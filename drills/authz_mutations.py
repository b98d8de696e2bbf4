"""AZ-17: takes away one check of authorisation after another, and says whether the matrix notices.

    uv run python -m drills.authz_mutations [--only PATH …] [--most N]

Every ``.visible_to(…)``, every door ``@only(…)`` and every ``not may_…(…)`` outside of the actions is a check. The world of the
matrix is built once and all its cells are asked, noting which functions each of them runs. Then each check is taken out of its
function in the running program, the cells that run it are asked again, and it is noticed when one of them answers another code
than the matrix says, or a word that is not for its reader. A check that nothing notices is named: it may be held by an action,
by another check behind it, or by tests elsewhere, and is to be looked at. In a database of its own (SQLite), of which nothing is kept.
"""

import argparse
import ast
import contextlib
import gc
import importlib
import logging
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import django

OWN = Path(tempfile.mkdtemp(prefix="drill-authz-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
os.environ["DATABASE_URL"] = f"sqlite:////{str(OWN / 'own.sqlite3').lstrip('/')}"
os.environ["DOCUMENTS_DIR"] = str(OWN / "documents")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import resolve  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.authz.asking import POSTS, PRINCIPALS, Row, address, ask, patterns, rows, signed_in  # noqa: E402
from tests.authz.world import MAY_READ, World, build  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
APPS = ("tracker", "agreements", "cases", "reports")
TOOL = sys.monitoring.PROFILER_ID
LIKELY = ("P4", "P7", "P10", "P6", "P1", "P2", "P5", "P3", "P8", "P9", "P0")
"""The principals in the order in which a hole is likely to show."""

type Place = tuple[str, str]
"""A function: its file and its name with the names around it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its file and line, the function that holds it, its words, and the function without it.

    ``without`` is the code of that function; for a door it is None, and ``door`` the function that the door shuts.
    """

    path: Path
    line: int
    place: Place
    words: str
    without: CodeType | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: a line of the matrix as one principal, and the code that the matrix says."""

    row: Row
    who: str
    where: str
    code: str


def main() -> None:
    options = _options()
    found = [one for one in checks() if not options.only or str(one.path.relative_to(ROOT)) in options.only]
    every = max(1, len(found) // options.most)
    chosen = found[::every][: options.most]
    setup_test_environment(debug=False)
    logging.disable()  # thousands of refusals, all of them expected
    settings.WHITENOISE_AUTOREFRESH = True
    call_command("migrate", verbosity=0)
    world = build(timezone.localdate())
    clients = signed_in(world)
    functions = live_functions()
    runs = walked(world, clients, {one.place for one in chosen}, functions)
    figures = Counter[str]()
    for check in chosen:
        verdict = tried(check, runs[check.place], clients, functions)
        figures[verdict] += 1
        print(f"{verdict:<9} {check.path.relative_to(ROOT)}:{check.line} {check.words}", flush=True)
    print(f"{dict(figures)} of {len(chosen)} checks tried, {len(found)} there are")
    sys.exit(1 if figures["SURVIVED"] else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="PATH", help="only the checks of these files"
    )
    parser.add_argument("--most", type=int, default=10_000, help="so many checks, spread over all of them")
    return parser.parse_args()


# Finding the checks.


def checks() -> Iterator[Check]:
    """Every check of the views and of what they read, file by file; actions enforce by themselves."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not {"migrations", "actions", "actions.py"} & set(path.parts):
                yield from _checks_of(path)


def _checks_of(path: Path) -> Iterator[Check]:
    text = path.read_text("utf-8")
    for holder, names in _functions(ast.parse(text)):
        place = (str(path), ".".join(names))
        for part, instead in _removable(holder):
            words = ast.unparse(part)[:100]
            if instead is None:
                yield Check(path, part.lineno, place, f"@only({words})", None)
            else:
                yield Check(path, part.lineno, place, words, _code_without(text, path, part, instead, names))


def _functions(
    tree: ast.AST, names: tuple[str, ...] = ()
) -> Iterator[tuple[ast.FunctionDef, tuple[str, ...]]]:
    """The functions of a module and the methods of its classes; what is nested in one belongs to it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node, (*names, node.name)
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, (*names, node.name))
        else:
            yield from _functions(node, names)


def _removable(holder: ast.FunctionDef) -> Iterator[tuple[ast.expr, str | None]]:
    """Each check of a function with what stands there without it; every name of it is kept, so that the code fits."""
    for one in holder.decorator_list:
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "only":
            yield one.args[0], None
    for node in ast.walk(holder):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "visible_to"
        ):
            given = ", ".join(ast.unparse(one) for one in node.args)
            yield node, f"({ast.unparse(node.func.value)}.all(), {given})[0]"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and _asks_a_right(node.operand):
            yield node, f"({ast.unparse(node)} and False)"


def _asks_a_right(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1].startswith("may_")


def _code_without(text: str, path: Path, part: ast.expr, instead: str, names: tuple[str, ...]) -> CodeType:
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    start = starts[part.lineno - 1] + part.col_offset
    end = starts[part.end_lineno - 1] + part.end_col_offset  # type: ignore[operator]
    data = text.encode()
    code = compile(data[:start] + instead.encode() + data[end:], str(path), "exec")
    for name in names:
        code = next(one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name)
    return code


# Asking.


def live_functions() -> dict[Place, list[FunctionType]]:
    """Every function of the project that is loaded."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if not {"migrations", "management"} & set(path.parts) and path.name not in ("wsgi.py", "asgi.py"):
                importlib.import_module(
                    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                )
    found = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(ROOT)):
            found[one.__code__.co_filename, one.__code__.co_qualname].append(one)
    return found


def cells(world: World) -> Iterator[Cell]:
    """All of the matrix."""
    known = patterns()
    for row in rows():
        where = address(world, row.name, row.about, known[row.name])
        for who, code in zip(PRINCIPALS, row.codes, strict=True):
            yield Cell(row, who, where, code)


def asked(cell: Cell, clients: dict[str, Any]) -> bool:
    """Whether the cell answers as it should."""
    data = POSTS.get(cell.row.name, {}) if cell.row.method == "POST" else None
    answer = ask(clients, cell.who, cell.row.method, cell.where, data)
    return answer.code == cell.code and all(cell.who in MAY_READ[token] for token in answer.tokens)


def walked(
    world: World, clients: dict[str, Any], places: Iterable[Place], functions: dict[Place, list[FunctionType]]
) -> dict[Place, list[Cell]]:
    """The cells that run each of these functions; a door is run by the cells whose view it shuts.

    :raises SystemExit: when a cell answers wrongly with every check in its place.
    """
    codes = {one.__code__: place for place in places for one in functions[place]}
    now, runs = set[Place](), defaultdict(list)
    sys.monitoring.use_tool_id(TOOL, "authz")
    sys.monitoring.register_callback(
        TOOL, sys.monitoring.events.PY_START, lambda code, _at: now.add(codes[code])
    )
    for code in codes:
        sys.monitoring.set_local_events(TOOL, code, sys.monitoring.events.PY_START)
    for cell in cells(world):
        now.clear()
        if not asked(cell, clients):
            raise SystemExit(f"without any change: {cell}")
        for place in now | _shut(cell):
            runs[place].append(cell)
    sys.monitoring.free_tool_id(TOOL)
    for found in runs.values():
        found.sort(key=lambda cell: (LIKELY.index(cell.who), cell.row.about == "none"))
    return runs


def _shut(cell: Cell) -> set[Place]:
    """The view of the cell, which a door may keep from being run."""
    with contextlib.suppress(Exception):
        view = resolve(cell.where.partition("?")[0]).func
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        return {(view.__code__.co_filename, view.__code__.co_qualname)}
    return set()


# Taking a check away.


def tried(
    check: Check, runs: list[Cell], clients: dict[str, Any], functions: dict[Place, list[FunctionType]]
) -> str:
    """What became of it: noticed, SURVIVED, or "not run" when no cell reaches it."""
    if not runs:
        return "not run"
    taken = _door_open(check, functions) if check.without is None else _swapped(check, functions)
    with taken:
        return "noticed" if any(not asked(cell, clients) for cell in runs) else "SURVIVED"


@contextlib.contextmanager
def _swapped(check: Check, functions: dict[Place, list[FunctionType]]) -> Iterator[None]:
    kept = [(one, one.__code__) for one in functions[check.place]]
    for one, _code in kept:
        one.__code__ = check.without  # type: ignore[assignment]
    try:
        yield
    finally:
        for one, code in kept:
            one.__code__ = code


@contextlib.contextmanager
def _door_open(check: Check, functions: dict[Place, list[FunctionType]]) -> Iterator[None]:
    """The view's door lets everybody in who is signed in."""
    module = importlib.import_module(
        ".".join(check.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    )
    view: Any = getattr(module, check.place[1])
    cells: list[tuple[Any, Callable]] = []
    while hasattr(view, "__wrapped__"):
        if view.__qualname__ and view.__code__.co_qualname == "only.<locals>.decorate.<locals>.guarded":
            place = view.__code__.co_freevars.index("allowed")
            cells.append((view.__closure__[place], view.__closure__[place].cell_contents))
        view = view.__wrapped__
    if not cells:
        raise LookupError(f"no door: {check}")
    for cell, _allowed in cells:
        cell.cell_contents = lambda user: True
    try:
        yield
    finally:
        for cell, allowed in cells:
            cell.cell_contents = allowed


if __name__ == "__main__":
    main()
