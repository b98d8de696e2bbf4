"""The words: every message of code and pages is in the catalog, translated, and compiled as it stands."""

import functools
import io
import re
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.sources import ROOT, app_modules, name, templates

LOCALE = ROOT / "locale"
CATALOG = LOCALE / "zh_Hant" / "LC_MESSAGES" / "django.po"
PACKAGES = ("django", "allauth", "django_filters")
SINGLE = ("_", "gettext", "gettext_lazy", "gettext_noop")
KEYWORDS = {
    **dict.fromkeys(SINGLE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")

Key = tuple[str, str | None]  # the message id (its singular) and its context


@functools.cache
def used_messages() -> dict[Key, str]:
    """Every message that our code and templates ask for, with a place where it stands."""
    used: dict[Key, str] = {}
    for path in app_modules():
        for line, key in messages_in(path.read_text("utf-8")):
            used[key] = f"{name(path)}:{line}"
    for path in templates():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # comments for translators may stand anywhere
            code = templatize(path.read_text("utf-8"))
        # Django blanks all else out with letters; without indentation the rest reads as Python.
        for line, key in messages_in("\n".join(part.strip() for part in code.split("\n"))):
            used[key] = f"{name(path)}:{line}"
    return used


def messages_in(code: str) -> list[tuple[int, Key]]:
    """The calls of gettext's functions in Python code."""
    found: list[tuple[int, Key]] = []
    for line, function, arguments, _comments in extract_python(
        io.BytesIO(code.encode()), list(KEYWORDS), [], {}
    ):
        given = [arguments] if isinstance(arguments, str) or arguments is None else list(arguments)
        has_context = "pgettext" in function
        message = given[1] if has_context and len(given) > 1 else given[0]
        if isinstance(message, str):
            found.append((line, (message, given[0] if has_context else None)))
    return found


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hant_TW")


def messages_of(catalog: Catalog) -> dict[Key, object]:
    return {(one.id if isinstance(one.id, str) else one.id[0], one.context): one for one in catalog if one.id}


def strings_of(compiled: bytes) -> dict[tuple[str, str | None], object]:
    return {(str(one.id), one.context): one.string for one in read_mo(io.BytesIO(compiled)) if one.id}


def catalogs() -> list[Path]:
    """Every catalog; none only as long as the folder of languages is empty."""
    found = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    if LOCALE.exists() and any(LOCALE.iterdir()):
        assert CATALOG in found
    return found


def test_every_message_in_use_is_in_the_catalog():
    known = messages_of(read(CATALOG)) if catalogs() else used_messages()

    assert {key: place for key, place in used_messages().items() if key not in known} == {}


def test_the_catalog_holds_nothing_but_what_is_used_or_what_a_package_says():
    unused = {key for path in catalogs() for key in messages_of(read(path)) if key not in used_messages()}
    of_packages: set[Key] = set()
    for package in PACKAGES if unused else ():
        spec = find_spec(package)
        folder = Path(spec.origin).parent if spec and spec.origin else ROOT
        for source in folder.glob("**/locale/en/LC_MESSAGES/django.po"):
            of_packages |= set(messages_of(read(source)))

    assert sorted(unused - of_packages, key=str) == []


def test_what_we_say_better_than_the_packages_stays_in_the_catalog():
    # makemessages does not find these in our code, and drops them.
    kept = {"This field is required.", "- Select an option -", "You have signed out."}

    assert kept - {message for message, _context in messages_of(read(CATALOG))} == set()


def test_every_message_is_translated_and_none_is_in_doubt():
    wanting = [
        f"{path.parent.parent.name}: {message.id!r}"
        for path in catalogs()
        for message in read(path)
        if message.id
        and (
            message.fuzzy
            or not all(message.string if isinstance(message.string, tuple | list) else [message.string])
        )
    ]

    assert wanting == []


def test_a_translation_names_the_same_placeholders():
    differing = []
    for path in catalogs():
        for message in read(path):
            ids = message.id if isinstance(message.id, tuple | list) else [message.id]
            strings = message.string if isinstance(message.string, tuple | list) else [message.string]
            wanted = {match.group() for match in PLACEHOLDER.finditer(ids[-1])}
            differing += [
                str(message.id)
                for string in strings
                if message.id and {match.group() for match in PLACEHOLDER.finditer(string)} != wanted
            ]

    assert differing == []


def test_every_compiled_catalog_is_its_source_compiled():
    for path in catalogs():
        compiled = io.BytesIO()
        write_mo(compiled, read(path))

        assert strings_of(path.with_suffix(".mo").read_bytes()) == strings_of(compiled.getvalue())


def test_the_functions_of_gettext_keep_the_names_by_which_messages_are_found():
    renamed = [
        f"{name(path)}: {alias}"
        for path in app_modules()
        for alias in re.findall(r"\b\w*gettext\w* as (?!_\b)\w+", path.read_text("utf-8"))
    ]

    assert renamed == []


def test_no_message_is_put_together_at_run_time():
    composed = [
        f"{name(path)}: {line.strip()}"
        for path in app_modules()
        for line in path.read_text("utf-8").splitlines()
        if re.search(
            r"\b_?(?:n?p?gettext(?:_lazy)?|_)\(\s*(?:f[\"']|[\"'][^\"']*[\"']\s*(?:%|\.format|\+))", line
        )
    ]

    assert composed == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('_("one")', [("one", None)]),
        ('_(\n    "one "\n    "two"\n)', [("one two", None)]),
        ('pgettext_lazy("stage", "signed")', [("signed", "stage")]),
        ('ngettext("%(n)s row", "%(n)s rows", n)', [("%(n)s row", None)]),
        ("_(name)", []),
    ],
)
def test_the_messages_of_code_are_found(code, expected):
    assert [key for _line, key in messages_in(code)] == expected
