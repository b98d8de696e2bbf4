"""A container is at least as secret as its parts (SEC-5): nothing stricter is put in, and what is lowered takes along.

A part whose mark is inherited comes down with its container; one with a mark of its own holds it up.
"""

from collections.abc import Iterable
from typing import Protocol

from django.db import models

from agreements.actions.refusals import StepRefused
from agreements.provisions import SECRECY
from tracker.models import Document
from tracker.roles import Secrecy
from tracker.secrecy import HELD_UP, STRICTER


class Container(Protocol):
    """What has a level of secrecy."""

    secrecy: int


def refuse_stricter(level: int, containers: Iterable[Container]) -> None:
    """A part of several things, such as a letter about two cases, belongs to the strictest; the others refer to it.

    :raises StepRefused: when that is marked lower than the part of this level.
    """
    strictest = max((container.secrecy for container in containers), default=level)
    if level > strictest:
        words = STRICTER % {"level": Secrecy(strictest).label}
        raise StepRefused(words, SECRECY, "secrecy")


def lower_documents(thing: models.Model, *, to: int) -> int:
    """Bring the documents of a locked thing down with it, and say how many; part of an action that records it.

    :raises StepRefused: when one of them has a mark of its own above that level.
    """
    above = Document.objects.about(thing).filter(secrecy__gt=to)
    if above.filter(inherits_mark=False).exists():
        raise StepRefused(HELD_UP, SECRECY, "secrecy")
    return above.update(secrecy=to)
