"""What the code does nowhere, or only where somebody looked at it (INJ-1, 2, 3, 6; ASVS 1.2.4, 1.2.5, 1.3.2, 1.3.7).

Each list below was read line by line; whoever adds a module to one says why beside it.
"""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.sources import app_modules, every_file, name, templates, tree

WRITE_SQL_THEMSELVES = {
    "cases/actions/numbering.py",  # counts a series on and reads it in one statement
    "cases/actions/sampling.py",  # numbers of rows for made-up cases
    "cases/askedonce.py",  # several questions of one page in one statement, put together by the ORM
    "cases/disposalguards.py",  # triggers
    "cases/csvstream.py",  # COPY of a statement that the ORM made
    "cases/listed.py",  # a list's statement made by the ORM, read without objects
    "cases/management/commands/sample_cases.py",  # ANALYZE
    "reports/guards.py",  # triggers
    "reports/home.py",  # one statement of several counts, put together by the ORM
    "reports/management/commands/demo.py",  # empties the demo's own database
    "tracker/audit.py",  # triggers and the lock of the chain
    "tracker/backup/databases.py",  # copies the database
    "tracker/backup/files.py",  # asks whether row-level security hides documents
    "tracker/masking.py",  # copies the tables of SQLite into a new file
    "tracker/bulk.py",  # COPY and executemany with the names of our own columns
    "tracker/health.py",  # SELECT 1
    "tracker/looks.py",  # the lock of the chain
    "tracker/management/commands/database_roles.py",  # GRANT and REVOKE on our own tables
    "tracker/management/commands/row_security.py",  # policies on our own tables
    "tracker/rowsecurity.py",  # set_config, with the reader as its parameter
    "tracker/search.py",  # full text search, whose words travel as parameters
    "tracker/signin/actions/tries.py",  # the lock of one account's tries
    "tracker/statements.py",  # prepared statements made by the ORM
}
MAKE_HTML_THEMSELVES = {
    "cases/choosing.py",
    "cases/columns.py",
    "cases/listing.py",
    "cases/views/queueing.py",
    "cases/worklines.py",
    "tracker/admin.py",
    "tracker/kept.py",
    "tracker/templatetags/tracker_tags.py",
}
START_PROGRAMS = {
    "tracker/paper/pdf.py",
    "tracker/scanning/__init__.py",
    "tracker/backup/databases.py",
    "tracker/masking.py",
}
ASK_OTHER_SERVERS = {"tracker/signin/provider.py"}  # the configured identity provider, without redirects
SAFE_IN_TEMPLATES = {"django/forms/field.html"}  # help texts are ours
NETWORK = {
    "socket",
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "smtplib",
    "ftplib",
    "telnetlib",
    "aiohttp",
}
RISKY_READERS = {"pickle", "marshal", "shelve", "yaml", "dill", "xml.dom.minidom", "xml.sax"}
WEAK = {"md5", "sha1"}


def calls(source: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last part of what is called."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")), node


def imported(source: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def writes_sql(source: ast.AST) -> bool:
    return any(called in ("raw", "extra", "RawSQL", "cursor") for called, _ in calls(source))


def makes_html(source: ast.AST) -> bool:
    return any(
        called in ("SafeString", "mark_safe", "format_html", "format_html_join")
        for called, _ in calls(source)
    )


def starts_programs(source: ast.AST) -> bool:
    is_shell = any(keyword.arg == "shell" for _, call in calls(source) for keyword in call.keywords) or any(
        called in ("system", "popen") for called, _ in calls(source)
    )
    return is_shell or "subprocess" in imported(source)


def asks_servers(source: ast.AST) -> bool:
    return bool(imported(source) & NETWORK)


def runs_text(source: ast.AST) -> bool:
    bare = {"eval", "exec", "compile", "__import__"}
    for called, call in calls(source):
        if called in bare and isinstance(call.func, ast.Name):
            return True
        if called in ("from_string", "Template"):
            return True
    return False


def reads_riskily(source: ast.AST) -> bool:
    return bool(imported(source) & RISKY_READERS)


def hashes_weakly(source: ast.AST) -> bool:
    return any(called in WEAK for called, _ in calls(source))


def makes_expressions_of_text(source: ast.AST) -> bool:
    """A regular expression put together of anything but the module's own constants, and nothing in it escaped."""
    for _, call in calls(source):
        of_re = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "re"
        if not (of_re and call.args and isinstance(call.args[0], ast.JoinedStr)):
            continue
        pieces = [one.value for one in call.args[0].values if isinstance(one, ast.FormattedValue)]
        constants = [one for one in pieces if isinstance(one, ast.Name) and one.id.isupper()]
        escaped = [one for one in pieces if "escape" in {inner for inner, _ in calls(one)}]
        if len(constants) + len(escaped) < len(pieces):
            return True
    return False


def answers_a_callback(source: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Constant) and node.value in ("callback", "jsonp") for node in ast.walk(source)
    )


RULES: dict[Callable[[ast.AST], bool], tuple[set[str], str]] = {
    writes_sql: (WRITE_SQL_THEMSELVES, "connection.cursor().execute(typed)"),
    makes_html: (MAKE_HTML_THEMSELVES, "SafeString(typed)"),
    starts_programs: (START_PROGRAMS, "run(typed, shell=True)"),
    asks_servers: (ASK_OTHER_SERVERS, "import requests"),
    runs_text: (set(), "eval(typed)"),
    reads_riskily: (set(), "import pickle"),
    hashes_weakly: (set(), "hashlib.md5(typed)"),
    makes_expressions_of_text: (set(), "re.compile(f'{typed}+')"),
    answers_a_callback: (set(), "request.GET.get('callback')"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_only_the_modules_that_were_read_do_it(rule):
    reviewed, planted = RULES[rule]

    assert {name(path) for path in app_modules() if rule(tree(path))} == reviewed
    assert rule(ast.parse(planted)), "the control: the rule sees a planted one"


def test_no_template_lets_text_through_unescaped_but_the_one_that_was_read():
    let_through = {
        name(path).removeprefix("templates/")
        for path in templates()
        if "|safe" in (text := path.read_text("utf-8")) or "autoescape off" in text or "|safeseq" in text
    }

    assert let_through == SAFE_IN_TEMPLATES


def test_no_script_writes_text_as_html_or_runs_it():
    risky = re.compile(
        r"\.(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|localStorage"
    )
    found = {
        (name(path), match.group())
        for path in every_file()
        if path.suffix == ".js" and "static" in path.parts
        for match in risky.finditer(path.read_text("utf-8"))
    }

    assert found == set()
    assert risky.search("part.innerHTML = typed"), "the control"
