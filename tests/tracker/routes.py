"""Every address of the project with something in place of its parts, for tests that ask all of them."""

import re
from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000001", "str": "x", "slug": "x", "path": "x",
           "agreement": "A-113-001"}  # fmt: skip


def every_address(
    patterns: Iterable[URLPattern | URLResolver] | None = None, prefix: str = "/"
) -> Iterator[tuple[str, URLPattern]]:
    """Each pattern with an address that leads to it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + filled(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, route)
        else:
            yield route, pattern


def filled(route: str) -> str:
    """A route with samples instead of its converters and of the named groups of the admin's expressions."""
    route = re.sub(r"\(\?P<\w+>([^)]*)\)", lambda found: found[1].split("|")[0].replace(".*", "x"), route)
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), route)
    return re.sub(r"\\Z|[\^$]", "", route)
