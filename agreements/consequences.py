"""A named list that upper apps fill: what a step on an agreement means for things that rest on it.

An app above adds its function in ``AppConfig.ready()``; nobody here imports upward.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from tracker.models import User

if TYPE_CHECKING:
    from agreements.models import Agreement


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that will follow, in words; ``kind`` groups them on the page. Names only what the reader may see."""

    kind: str
    words: str | Promise
    url: str = ""


Teller = Callable[["Agreement", str, date | None, User], Iterable[Consequence]]
TELLERS: list[Teller] = []
HEADINGS: dict[str, Promise] = {}
"""What each kind of consequence is called; the app that adds a teller names its kinds here too."""


def tell(agreement: "Agreement", target: str, on: date | None, reader: User) -> list[Consequence]:
    """What upper apps say would follow if ``agreement`` came to stage ``target`` on the day ``on``."""
    return [consequence for teller in TELLERS for consequence in teller(agreement, target, on, reader)]
