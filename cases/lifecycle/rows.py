"""What a row of the tables of steps is, and the words in which the tables are written. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from agreements.provisions import Provision
from cases.lifecycle.labels import STEP_LABELS
from cases.lifecycle.states import Kind, Need, State
from cases.provisions import HOUSE
from tracker.roles import Ministry


@dataclass(frozen=True, slots=True)
class Step:
    """One row: from these states, in cases of these kinds, this step leads to that state.

    ``target`` None is a dated fact that changes no state. ``by`` is whose staff may record it. ``needs`` must be
    given with it, ``takes`` may be. ``sends`` marks the step with which an outgoing request leaves us: its day is
    the day of the request.
    """

    name: str
    label: Promise
    sources: frozenset[State]
    target: State | None
    by: frozenset[Ministry]
    article: Provision
    kinds: frozenset[Kind]
    needs: frozenset[Need] = frozenset()
    takes: frozenset[Need] = frozenset()
    sends: bool = False

    def basis_in(self, kind: str) -> Provision:
        """The provision that a refusal quotes; the Act speaks of criminal assistance only."""
        return self.article if kind == Kind.CRIMINAL or self.kinds <= OWN_LAW else HOUSE


EVERY = frozenset(Kind)
REQUESTS = EVERY - {Kind.SPONTANEOUS}
CRIMINAL = frozenset({Kind.CRIMINAL})
CIVIL = frozenset({Kind.CIVIL})
ASSISTANCE = CRIMINAL | CIVIL
RECEIVING = frozenset({Kind.TRANSFER_RECEIVE})
SENDING = frozenset({Kind.TRANSFER_SEND})
TRANSFER = RECEIVING | SENDING
EXTRADITION = frozenset({Kind.EXTRADITION})
INFORMATION = frozenset({Kind.SPONTANEOUS})
OWN_LAW = CIVIL | TRANSFER | EXTRADITION
"""Kinds whose rows of their own quote the law that governs them."""
JUSTICE = frozenset({Ministry.JUSTICE})
BOTH = frozenset({Ministry.FOREIGN_AFFAIRS, Ministry.JUSTICE})


def step(
    name: str,
    sources: Iterable[State],
    target: State | None,
    article: Provision,
    by: frozenset[Ministry] = JUSTICE,
    kinds: frozenset[Kind] = REQUESTS,
    needs: Iterable[Need] = (),
    takes: Iterable[Need] = (),
    sends: bool = False,
) -> Step:
    """A row with the label of its name."""
    label = STEP_LABELS[name]
    asked = (frozenset(needs), frozenset(takes))
    return Step(name, label, frozenset(sources), target, by, article, kinds, *asked, sends)
