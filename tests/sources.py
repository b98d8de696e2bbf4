"""The project's own files as text, for the tests that read them: conventions and words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("tracker", "agreements", "cases", "reports")
NOT_OURS = {"node_modules", "__pycache__", "vendor"}
LEFT_BY_RUNS = {ROOT / "staticfiles", ROOT / "documents", ROOT / "screenshots"}
BINARY = {".mo", ".png", ".ico", ".ttf", ".woff2", ".xlsx", ".ods", ".pdf", ".zip", ".gz"}


def every_file() -> Iterator[Path]:
    """Every text file that the project keeps; not what runs leave behind, nor what others wrote (vendor)."""

    def below(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                hidden = path.name.startswith(".") and path.name != ".ci"
                if not hidden and path.name not in NOT_OURS and path not in LEFT_BY_RUNS:
                    yield from below(path)
            elif not _left_behind(path):
                yield path

    return below(ROOT)


def _left_behind(path: Path) -> bool:
    return path.name == "uv.lock" or ".sqlite3" in path.name or path.suffix in BINARY


def python_files(*, tests: bool = False) -> list[Path]:
    """Our Python modules without migrations; with the tests only when asked."""
    return [
        path
        for path in every_file()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (tests or not (name(path).startswith("tests/") or path.name == "conftest.py"))
    ]


def app_modules(module: str | None = None) -> list[Path]:
    """The modules of the four apps, or those called ``module`` (a file, or all files of a package)."""
    ours = [path for path in python_files() if name(path).split("/")[0] in APPS]
    return [path for path in ours if module is None or module in name(path).removesuffix(".py").split("/")]


def templates() -> list[Path]:
    """Every template, wherever it lies."""
    return [path for path in every_file() if "templates" in path.parts and "tests" not in path.parts]


def template_name(path: Path) -> str:
    """The name by which a template is asked for."""
    parts = path.parts
    return "/".join(parts[parts.index("templates") + 1 :])


def name(path: Path) -> str:
    """A file as its path in the project."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def length(function: ast.FunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    doc = function.body[0]
    is_doc = (
        isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) and isinstance(doc.value.value, str)
    )
    doc_lines = (doc.end_lineno or 0) - doc.lineno + 1 if is_doc else 0
    return (function.end_lineno or 0) - function.lineno + 1 - doc_lines


def line_of(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
