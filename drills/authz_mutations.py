"""AZ-17: takes away one check of authorisation after another, and says whether the matrix notices.

    uv run python -m drills.authz_mutations [--only PATH …] [--most N] [--skip-matrix]

Every ``.visible_to(…)``, every door ``@only(…)`` and every ``not may_…(…)`` outside of the actions is a check. The world of the
matrix is built once and all its cells are asked, noting which functions each of them runs. Then each check is taken out of its
function in the running program, the cells that run it are asked again, and it is noticed when one of them answers another code
than the matrix says, or a word that is not for its reader. What survives is taken out of the two worlds of AZ-6 in the same
way, and noticed when an answer depends on what is hidden. A check that neither notices is named: it may be held by an action, by
another check behind it, or by tests elsewhere, and is to be looked at. In a database of its own (SQLite), of which nothing is kept.
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
import time_machine

OWN = Path(tempfile.mkdtemp(prefix="drill-authz-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
os.environ["DATABASE_URL"] = f"sqlite:////{str(OWN / 'own.sqlite3').lstrip('/')}"
os.environ["DOCUMENTS_DIR"] = str(OWN / "documents")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import Resolver404, resolve  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.authz.asking import POSTS, PRINCIPALS, Row, address, ask, patterns, rows, signed_in  # noqa: E402
from tests.authz.world import MAY_READ, World, build  # noqa: E402
from tests.trust import twoworlds  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
APPS = ("tracker", "agreements", "cases", "reports")
TOOL = sys.monitoring.PROFILER_ID
LIKELY = ("P4", "P7", "P10", "P6", "P1", "P2", "P5", "P3", "P8", "P9", "P0")
"""The principals in the order in which a hole is likely to show."""

type Place = tuple[str, str]
"""A function: its file and its name with the names around it."""
type Functions = dict[Place, list[FunctionType]]


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
class Question:
    """One address as one principal, and whether it answers as it should."""

    who: str
    where: str
    holds: Callable[[], bool]


def main() -> None:
    options = _options()
    found = [one for one in checks() if not options.only or str(one.path.relative_to(ROOT)) in options.only]
    every = max(1, len(found) // options.most)
    chosen = found[::every][: options.most]
    setup_test_environment(debug=False)
    logging.disable()  # thousands of refusals, all of them expected
    settings.WHITENOISE_AUTOREFRESH, settings.STEP_UP = True, False
    call_command("migrate", verbosity=0)
    functions = live_functions()
    left, figures = chosen, Counter[str](checks=len(found), tried=len(chosen))
    for oracle in (in_the_matrix, with_sealed_cases, with_restricted_files)[options.skip_matrix :]:
        survivors = list(oracle(left, functions))
        figures[oracle.__name__] = len(left) - len(survivors)
        left = survivors
    for check in left:
        print(f"SURVIVED {check.path.relative_to(ROOT)}:{check.line} {check.words}")
    print(f"{dict(figures)}, survived: {len(left)}")
    sys.exit(1 if left else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="PATH", help="only the checks of these files"
    )
    parser.add_argument("--most", type=int, default=10_000, help="so many checks, spread over all of them")
    parser.add_argument("--skip-matrix", action="store_true", help="ask the two worlds only")
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


def live_functions() -> Functions:
    """Every function of the project that is loaded."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if not {"migrations", "management", "wsgi.py", "asgi.py"} & set(path.parts):
                importlib.import_module(_module(path))
    found = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(ROOT)):
            found[one.__code__.co_filename, one.__code__.co_qualname].append(one)
    return found


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def in_the_matrix(chosen: Iterable[Check], functions: Functions) -> Iterator[Check]:
    """The checks without which every cell answers as the matrix says."""
    with _taken_back():
        world = build(timezone.localdate())
        clients = signed_in(world)
        yield from _survivors(chosen, _questions(world, clients), functions)


def _questions(world: World, clients: dict[str, Any]) -> Iterator[Question]:
    known = patterns()
    for row in sorted(rows(), key=lambda row: row.about == "none"):
        where = address(world, row.name, row.about, known[row.name])
        for who, code in zip(PRINCIPALS, row.codes, strict=True):
            yield Question(who, where, _cell(clients, row, who, where, code))


def _cell(clients: dict[str, Any], row: Row, who: str, where: str, code: str) -> Callable[[], bool]:
    def holds() -> bool:
        data = POSTS.get(row.name, {}) if row.method == "POST" else None
        answer = ask(clients, who, row.method, where, data)
        return answer.code == code and all(who in MAY_READ[token] for token in answer.tokens)

    return holds


def with_sealed_cases(chosen: Iterable[Check], functions: Functions) -> Iterator[Check]:
    """The checks without which no answer to P1, P5 or P6 depends on sealed cases."""
    return _with_hidden(chosen, functions, twoworlds.hide_sealed, ("P1", "P5", "P6"))


def with_restricted_files(chosen: Iterable[Check], functions: Functions) -> Iterator[Check]:
    """The checks without which no answer to P4 depends on restricted files."""
    return _with_hidden(chosen, functions, twoworlds.hide_restricted, ("P4",))


def _with_hidden(
    chosen: Iterable[Check], functions: Functions, hide: Callable[[World], None], readers: Iterable[str]
) -> Iterator[Check]:
    with time_machine.travel(timezone.now(), tick=False), _taken_back():
        world = twoworlds.begin()
        clients, more = signed_in(world), twoworlds.more_addresses()
        before = {
            who: twoworlds.walked(clients[who], [*twoworlds.addresses(world, who), *more]) for who in readers
        }
        hide(world)
        questions = (
            Question(
                who,
                where,
                lambda who=who, where=where: twoworlds.told(clients[who], where) == before[who][where],
            )
            for who in before
            for where in before[who]
        )
        yield from _survivors(chosen, questions, functions)


@contextlib.contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _survivors(
    chosen: Iterable[Check], questions: Iterable[Question], functions: Functions
) -> Iterator[Check]:
    """What no question notices."""
    runs = _run_by({one.place for one in chosen}, questions, functions)
    for check in chosen:
        taken = _door_open(check) if check.without is None else _swapped(check, functions)
        with taken:
            if all(question.holds() for question in runs[check.place]):
                yield check


def _run_by(
    places: Iterable[Place], questions: Iterable[Question], functions: Functions
) -> dict[Place, list[Question]]:
    """The questions that run each of these functions, those before which a door is shut among them.

    :raises SystemExit: when one is answered wrongly with every check in its place.
    """
    codes = {one.__code__: place for place in places for one in functions[place]}
    now, runs = set[Place](), defaultdict[Place, list[Question]](list)
    events = sys.monitoring.events
    sys.monitoring.use_tool_id(TOOL, "authz")
    sys.monitoring.register_callback(TOOL, events.PY_START, lambda code, _at: now.add(codes[code]))
    for code in codes:
        sys.monitoring.set_local_events(TOOL, code, events.PY_START)
    for question in questions:
        now.clear()
        if not question.holds():
            raise SystemExit(f"with every check in its place: {question.who} {question.where}")
        for place in now | _shut(question):
            runs[place].append(question)
    for code in codes:  # or the next oracle would be told of functions that it did not ask for
        sys.monitoring.set_local_events(TOOL, code, events.NO_EVENTS)
    sys.monitoring.free_tool_id(TOOL)
    for found in runs.values():
        found.sort(key=lambda question: LIKELY.index(question.who))
    return runs


def _shut(question: Question) -> set[Place]:
    """The view that was asked for, which a door may have kept from being run."""
    with contextlib.suppress(Resolver404):
        view = resolve(question.where.partition("?")[0]).func
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        if hasattr(view, "__code__"):
            return {(view.__code__.co_filename, view.__code__.co_qualname)}
    return set()


# Taking a check away.


@contextlib.contextmanager
def _swapped(check: Check, functions: Functions) -> Iterator[None]:
    kept = [(one, one.__code__) for one in functions[check.place]]
    for one, _code in kept:
        one.__code__ = check.without  # type: ignore[assignment]
    try:
        yield
    finally:
        for one, code in kept:
            one.__code__ = code


@contextlib.contextmanager
def _door_open(check: Check) -> Iterator[None]:
    """The view's door lets everybody in who is signed in."""
    module = importlib.import_module(_module(check.path))
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
