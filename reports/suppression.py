"""Small numbers of cases for readers who may not open all that is counted (AZ-13). Pure but for the key of the coins.

A number is told as "at least": rounded down to fives, and for one number in four by one five more, for one in sixteen
by two, and so on (a coin that is keyed by what is counted and by the number, so the same number is always told
alike). What would be below five is not told at all, zero neither. So every number that is told is true, and none is ever
bounded from above: worlds with more cases may answer with the very same tables. No sum, margin, filter or later report
can then single out what was not told. See docs/secrecy.md.
"""

from collections.abc import Callable, Iterable

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

BASE = 5
"""Fewer cases than so many are never told, and every other number is a multiple of it."""
ODDS = 4
"""One number in so many is told one step lower than it need be."""
MOST_STEPS = 100
SALT = "reports.suppression"

type Coin = Callable[[str], int]

# Translators: 不揭露（少於5件，或為避免推算而保留）
WITHHELD = pgettext_lazy("in the place of a number", "not shown")
NOTE = _(
    "Cases are counted here that you may not open, so their numbers are rounded down to fives, as “at least”. What is not "
    "shown is fewer than 5, none at all, or held back so that nobody works out such a number; percentages, extremes and the "
    "checks of sums are not shown, and rows without any number are left out."
)


def held_back(what: str) -> int:
    """How many steps lower the number ``what`` is told: none for three of four, one for three of sixteen, and so on."""
    number = int.from_bytes(salted_hmac(SALT, what, algorithm="sha256").digest())
    steps = 0
    while steps < MOST_STEPS and number % ODDS == 0:
        number, steps = number // ODDS, steps + 1
    return steps


def at_least(number: float, what: Iterable[object], coin: Coin = held_back) -> int | None:
    """The number as it is told; None when it is not. ``what`` names the thing that is counted, the same on every day."""
    whole = int(number)
    key = "\x1f".join([*(str(part) for part in what), str(whole)])
    told = whole // BASE * BASE - BASE * coin(key)
    return told if told >= BASE else None


def told_words(number: float, what: Iterable[object]) -> str:
    """The number as it is told, in words for a sentence or a cell without a heading."""
    least = at_least(number, what)
    return str(WITHHELD) if least is None else gettext("at least %(number)s") % {"number": f"{least:,}"}
