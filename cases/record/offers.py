"""The steps that may be taken of a case now, as its page lists them: plain links to the page that records one."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from cases.lifecycle import HOLDER_OF, Holder, State, awaited
from cases.models import Case
from cases.rules import steps_open_to
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Offer:
    """One step: where its page lies, the state that it leads to and who has the case in hand then ("" for no change)."""

    label: Promise
    url: str
    state: str | Promise
    holder: str | Promise
    is_expected: bool


def offers_for(case: Case, *, reader: User, queue: str = "") -> Sequence[Offer]:
    """The steps that this reader may take now, the expected one first. ``queue`` names the list one came from."""
    expected = awaited(case.state, case.kind)
    page = reverse("cases:step", args=[case.number])
    kept = {"queue": queue} if queue else {}
    offers = [
        Offer(
            step.label,
            f"{page}?{urlencode(kept | {'step': step.name})}",
            step.target.label if step.target else "",
            _holder(step.target),
            step is expected,
        )
        for step in steps_open_to(reader, case)
    ]
    return sorted(offers, key=lambda offer: not offer.is_expected)


def _holder(state: State | None) -> str | Promise:
    holder = HOLDER_OF[state] if state else ""
    return Holder(holder).label if holder else ""
