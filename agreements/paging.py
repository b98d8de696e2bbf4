"""Pages of a list: which rows, what is said about them, and the addresses before and after."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Paging:
    """One page: rows from ``begin`` (0 is the first) up to but without ``end``, of ``number``."""

    begin: int
    end: int
    number: int
    previous: str
    next: str

    @property
    def words(self) -> str:
        """Which rows are shown, of how many."""
        if not self.number:
            return ""
        return _("Rows %(first)s to %(last)s of %(number)s") % {
            "first": self.begin + 1,
            "last": min(self.end, self.number),
            "number": self.number,
        }

    @property
    def is_only_one(self) -> bool:
        return not self.previous and not self.next


def paging(address: Callable[..., str], asked: str, number: int, size: int) -> Paging:
    """The page that was asked for, or the nearest there is. ``address(page=…)`` makes the links."""
    last = max((number - 1) // size, 0)
    page = min(max(int(asked[:9]) - 1 if asked[:9].isdecimal() else 0, 0), last)
    return Paging(
        begin=page * size,
        end=(page + 1) * size,
        number=number,
        previous=address(page=page if page > 1 else "") if page else "",
        next=address(page=page + 2) if page < last else "",
    )
