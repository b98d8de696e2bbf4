"""What the letter of a registered case lacks: put together from what the page of the case has fetched already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.actions.contents import CONTENTS
from cases.completeness import STILL_ASKED, Lack, Request, missing
from cases.models import AssistanceItem, Case, PracticeLine
from cases.practice import lines_in_use

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing. ``is_unwritten``: nothing of the contents was written down yet."""

    lacks: tuple[Lack, ...]
    is_unwritten: bool

    @property
    def shown(self) -> tuple[Lack, ...]:
        return self.lacks[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.lacks) - len(self.shown)


def contents_kept(case: Case) -> dict[str, Any]:
    """What the letter of the case says by now; {} while nothing was kept. No query when the contents were joined."""
    row = getattr(case, "contents", None)
    return {name: getattr(row, name) for name in CONTENTS} if row else {}


def missing_in(case: Any, items: Iterable[AssistanceItem]) -> Missing:
    """What the letter of a case from `framed` lacks while it may still be amended. No query without a card."""
    if case.state not in STILL_ASKED:
        return Missing((), is_unwritten=False)
    kept = contents_kept(case)
    lacks = lacks_of(
        case, [item.kind for item in items], kept, persons=case.persons_named, has_card=case.has_card
    )
    return Missing(tuple(lacks), is_unwritten=not kept)


def lacks_of(
    case: Case, items: list[str], contents: Mapping[str, Any], *, persons: int, has_card: bool = True
) -> list[Lack]:
    """What the letter would lack with these contents. One query when the partner has a card."""
    assert case.partner is not None  # noqa: S101 - a registered case has a partner
    lines: Iterable[PracticeLine] = lines_in_use(case.partner, items or ["-"]) if has_card else ()
    request = Request(
        direction=case.direction,
        kind=case.kind,
        basis=case.basis,
        items=frozenset(items),
        has_deadline=case.deadline is not None,
        is_direct=case.is_direct,
        persons=persons,
        contents=contents,
    )
    return missing(request, lines)
