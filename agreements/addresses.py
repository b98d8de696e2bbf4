"""Addresses of lists: whatever a page shows is said in its address, and a link changes one part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise

PAGE = "page"


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that chooses one of several; ``is_current`` when it is chosen."""

    label: str | Promise
    url: str
    is_current: bool = False


def address(path: str, state: Mapping[str, str], /, **changes: object) -> str:
    """``path`` with the state of a list, some of it changed; empty values and the page number are left out.

    A page number stays only when it is among the changes.
    """
    kept = {name: value for name, value in state.items() if name != PAGE}
    merged = kept | {name: str(value) if value is not None else "" for name, value in changes.items()}
    query = urlencode({name: value for name, value in merged.items() if value})
    return f"{path}?{query}" if query else path
