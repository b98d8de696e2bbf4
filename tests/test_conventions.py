"""House rules that a linter cannot see."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

from tests.sources import (
    ROOT,
    app_modules,
    every_file,
    functions,
    length,
    line_of,
    name,
    python_files,
    template_name,
    templates,
    tree,
)

# Views that answer people who have not signed in. Each was looked at: whoever adds one says why.
OPEN_VIEWS = {
    "accounts/login/",
    "accounts/logout/",
    "accounts/signup/",  # says that sign-up is closed
    "accounts/inactive/",
    "accounts/login/factor/",  # the second step of signing in; without the first it leads back to it
    "accounts/login/passkey/",  # signs in with a passkey
    "accounts/set-password/<str:key>/<str:token>/",  # the link is the secret: once, half an hour
    "accounts/oidc/",  # leads to the provider of the single sign-on, when one is set
    "accounts/oidc/callback/",  # takes the provider's answer
    "admin/login/",  # leads to the one sign-in page
    "reports/calendars/<str:secret>.ics",  # calendar programs cannot sign in; the address is the secret
    "language/",  # the sign-in page offers both languages
    "policy-reports/",  # browsers report broken policies without signing in; it only writes a line of the log
}
LONGEST_FILE, LONGEST_VIEW, LONGEST_ACTION = 400, 25, 40
MAY_READ_THE_CLOCK = re.compile(
    r"/(views|admin|management/commands)(/|\.py$)|^tracker/(middleware|audit|looks|alarms|commands|checks|sessions|signedin|signin/door|signin/forms)\.py$"
)
NO_MODELS = {"tracker/signedin.py"}  # what is saved there is a session, by the protocol of Django's sessions
CLOCKS = {"now", "today", "utcnow", "localdate"}
OUR_CLOCK = "taipei_today"  # of tracker/commands.py
MAY_STAMP = re.compile(
    r"/actions(/|\.py$)"
)  # `recorded_at = timezone.now()`: a moment, never a day to count from
EMPTY_NAMES = {"utils", "helpers", "common", "services", "mixins", "misc"}
ERROR_PAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
NO_SCRIPT_OR_STYLE = {
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=\s*[\"'{]", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
}
# Built of pieces, so that this file does not hold what it forbids.
REGISTRY_HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npmjs" + ".com",
    "deb." + "debian.org",
]
NAMES_TAIWAN_DOES_NOT_BEAR = [
    "中国" + "台湾",
    "中國" + "台灣",
    "中國" + "臺灣",
    "台湾" + "省",
    "Taiwan, " + "China",
]
NAMES_TAIWAN_DOES_NOT_BEAR += ["Province of " + "China", "China, " + "Province"]


def open_routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from open_routes(pattern.url_patterns, route)
        elif not getattr(pattern.callback, "login_required", True):
            yield route


def found_in(needles: Iterable[str]) -> list[str]:
    texts = {name(path): path.read_text("utf-8", errors="ignore") for path in every_file()}
    return [f"{where}: {needle}" for where, text in texts.items() for needle in needles if needle in text]


def test_only_the_reviewed_views_are_open_to_people_who_are_not_signed_in():
    assert sorted(open_routes(get_resolver().url_patterns)) == sorted(OPEN_VIEWS)


def test_no_file_is_too_long():
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in python_files()}

    assert {where: lines for where, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_view_and_no_action_is_too_long():
    too_long = [
        f"{name(path)}:{function.lineno} {function.name} has {length(function)} lines"
        for module, limit in (("views", LONGEST_VIEW), ("actions", LONGEST_ACTION))
        for path in app_modules(module)
        for function in functions(path)
        if length(function) > limit
    ]

    assert too_long == []


def test_only_views_commands_checks_and_the_audit_trail_read_the_clock():
    readers = []
    for path in app_modules():
        for node in ast.walk(tree(path)):
            reads = (
                isinstance(node, ast.Attribute)
                and node.attr in CLOCKS
                and ast.unparse(node.value).split(".")[-1] in {"datetime", "date", "timezone"}
            )
            stamps = reads and node.attr == "now" and MAY_STAMP.search(name(path))
            reads = reads or (isinstance(node, ast.Name) and node.id == OUR_CLOCK)
            imports = isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone"
            if (reads or imports) and not stamps and not MAY_READ_THE_CLOCK.search(name(path)):
                readers.append(f"{name(path)}:{node.lineno}")

    assert readers == []


def test_every_module_says_what_belongs_in_it():
    silent = [
        name(path) for path in python_files() if path.stat().st_size and not ast.get_docstring(tree(path))
    ]

    assert silent == []


def test_every_module_is_named_for_what_it_holds():
    assert [name(path) for path in python_files(tests=True) if path.stem in EMPTY_NAMES] == []


def test_modules_import_at_their_top():
    inline = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(tests=True)
        # ready() fills the named lists once models are there; a benchmark sets Django up before it imports them
        if path.name != "apps.py" and not name(path).startswith("benchmarks/")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inline == []


def test_writes_hide_neither_in_save_nor_in_signals():
    hidden = [
        f"{name(path)}:{node.lineno}"
        for path in app_modules()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.FunctionDef) and node.name == "save" and name(path) not in NO_MODELS)
        or (
            isinstance(node, ast.ImportFrom)
            and node.module in {"django.dispatch", "django.db.models.signals"}
        )
    ]

    assert hidden == []


def test_a_lock_on_a_row_lets_others_point_at_it():
    """Keys of other tables are checked at the commit, after the history is locked: a wait there would be a deadlock."""
    closed = [
        f"{name(path)}:{node.lineno}"
        for path in app_modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "select_for_update"
        and not any(given.arg == "no_key" for given in node.keywords)
    ]

    assert closed == []


def test_a_write_names_its_actor_first_and_every_argument():
    unnamed = []
    for path in app_modules("actions"):
        for function in tree(path).body:
            if not isinstance(function, ast.FunctionDef) or not is_write(function):
                continue
            positional = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
            named = [one.arg for one in function.args.kwonlyargs]
            if positional or named[:1] != ["by"]:
                unnamed.append(f"{name(path)}:{function.lineno} {function.name}")

    assert unnamed == []


def is_write(function: ast.FunctionDef) -> bool:
    decorators = [ast.unparse(one) for one in function.decorator_list]
    return not function.name.startswith("_") and any("atomic" in one for one in decorators)


def test_no_test_is_skipped():
    skips = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|skipif|xfail)\b")
    here = Path(__file__)

    skipped = [
        name(path)
        for path in python_files(tests=True)
        if name(path).startswith("tests/") and path != here and skips.search(path.read_text("utf-8"))
    ]

    assert skipped == []


def test_every_template_is_used():
    texts = [path.read_text("utf-8") for path in (*python_files(), *templates())]
    named = {
        match
        for text in texts
        for match in re.findall(r"""["']([\w./-]+\.(?:html|txt|svg|xml))[#"']""", text)
    }
    packages = [
        Path(folder)
        for folder in engines["django"].template_dirs
        if not Path(folder).is_relative_to(ROOT / "templates")
    ]

    unused = [
        name(path)
        for path in templates()
        if template_name(path) not in named | ERROR_PAGES
        and not any(
            (folder / template_name(path)).exists() for folder in packages if folder not in path.parents
        )
    ]

    assert unused == []


def test_every_template_that_is_asked_for_is_there():
    asked = {
        (name(path), match)
        for path in templates()
        for match in re.findall(r"""{% (?:extends|include) ["']([\w./-]+)[#"']""", path.read_text("utf-8"))
    }
    folders = [ROOT / "templates", *map(Path, engines["django"].template_dirs)]

    assert [one for one in sorted(asked) if not any((folder / one[1]).exists() for folder in folders)] == []


def test_every_class_of_the_style_sheet_is_used():
    """A class that is put together (`m{{ number }}`, `lane-{{ phase }}`) is used by what it begins with."""
    css = re.sub(r"/\*.*?\*/", "", (ROOT / "tracker/static/app.css").read_text("utf-8"), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{};]+)\{", css))
    pages = [path for path in templates() if name(path).startswith("templates/")]
    scripts = [*app_modules(), ROOT / "tracker/static/app.js"]
    texts = [path.read_text("utf-8") for path in [*pages, *scripts]]
    said = {
        word
        for text in texts
        for quoted in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'", text)
        for word in re.findall(r"[\w-]+", " ".join(quoted))
    }
    begun = {
        begin
        for text in texts
        for value in re.findall(r'class="([^"]*)"', text)
        for begin in re.findall(r"([\w-]+)\{\{", value)
    }
    composed = re.compile(
        "|".join(f"{begin}{r'.+' if begin.endswith('-') else r'[0-9]+'}" for begin in begun)
    )

    classes = set(re.findall(r"\.([A-Za-z_][\w-]*)", selectors))
    assert sorted(one for one in classes - said if not composed.fullmatch(one)) == []


def test_pages_hold_no_inline_script_or_style():
    inline = []
    # Spreadsheets and letters have styles of their own; the checks of uploads name the markup that they refuse.
    markup = [path for path in app_modules() if not {"sheets", "paper", "documents"} & set(path.parts)]
    for path in (*templates(), *markup):
        text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"))
        for what, pattern in NO_SCRIPT_OR_STYLE.items():
            inline += [f"{name(path)}:{line_of(text, match)} {what}" for match in pattern.finditer(text)]

    assert inline == []


def test_no_file_names_a_package_registrys_host():
    assert found_in(REGISTRY_HOSTS) == []


def test_no_file_gives_taiwan_a_name_it_does_not_bear():
    assert found_in(NAMES_TAIWAN_DOES_NOT_BEAR) == []


def test_no_package_is_pinned_both_by_hand_and_as_a_constraint():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    pinned = package_names([*project["project"]["dependencies"], *(one for group in groups for one in group)])
    constrained = package_names(project["tool"]["uv"]["constraint-dependencies"])

    assert sorted(pinned & constrained) == []
    assert constrained, "deploy/refresh writes them"


def test_production_installs_the_versions_that_were_tested():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    required = (ROOT / "deploy" / "requirements.txt").read_text("utf-8")
    installed = dict(re.findall(r"^([\w.-]+)==(\S+)", required, re.MULTILINE))
    held = [*project["project"]["dependencies"], *project["tool"]["uv"]["constraint-dependencies"]]
    versions = {package_name(one): re.search(r"==([^ ;]+)", one) for one in held}
    tested = {package: match.group(1) for package, match in versions.items() if match}

    assert {package: tested.get(package) for package in installed} == installed
    assert package_names(project["project"]["dependencies"]) <= set(installed)
    assert required.count("--hash=sha256:") >= len(installed)


def package_names(requirements: Iterable[str]) -> set[str]:
    return {package_name(one) for one in requirements}


def package_name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()
