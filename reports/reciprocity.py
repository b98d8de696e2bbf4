"""Who does what for whom: what each side asked of the other, what became of it, how long it took, in one sentence. Pure.

Counted are requests on the day on which they were made: theirs when they were received, ours when they first left us.
Information given of one's own accord is no request.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from reports.casework.counting import DAYS_OF_A_MONTH, FEW, Histogram, median, merged, share
from reports.casework.outcomes import Outcome

SHORT = 60
"""Below so many days a time is told in days, else in months."""
NAMED = (Outcome.FULL, Outcome.PART, Outcome.REFUSED, Outcome.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of some requests: how many, and on which day the first of them was made."""

    number: int
    oldest: date


@dataclass(frozen=True, slots=True)
class Side:
    """The requests of one side to the other and what became of them; None among the outcomes is what is open."""

    fates: Mapping[Outcome | None, Fate] = field(default_factory=dict)
    answered_in: Histogram = field(default_factory=dict)
    """Days from the request to its answer, of what was completed or completed in part."""

    def number(self, outcome: Outcome | None) -> int:
        return self.fates[outcome].number if outcome in self.fates else 0

    @property
    def sent(self) -> int:
        return sum(fate.number for fate in self.fates.values())

    @property
    def completed(self) -> int:
        return self.number(Outcome.FULL)

    @property
    def pending(self) -> int:
        return self.number(None)

    @property
    def otherwise(self) -> int:
        """Closed in another way than completed, in part, refused or withdrawn."""
        return sum(fate.number for outcome, fate in self.fates.items() if outcome and outcome not in NAMED)

    @property
    def completed_share(self) -> float | None:
        """Between 0 and 1; None of fewer than five."""
        return share(self.completed, self.sent)

    @property
    def median(self) -> float | None:
        return median(self.answered_in)

    @property
    def oldest_open(self) -> date | None:
        return self.fates[None].oldest if None in self.fates else None

    def with_more(self, other: "Side") -> "Side":
        """Both together."""
        fates = dict(self.fates)
        for outcome, fate in other.fates.items():
            known = fates.get(outcome, Fate(0, fate.oldest))
            fates[outcome] = Fate(known.number + fate.number, min(known.oldest, fate.oldest))
        return Side(fates, merged((self.answered_in, other.answered_in)))


NOTHING = Side()


@dataclass(frozen=True, slots=True)
class Balance:
    """Both sides: what we asked of them, and what they asked of us."""

    ours: Side = NOTHING
    theirs: Side = NOTHING

    @property
    def number(self) -> int:
        return self.ours.sent + self.theirs.sent

    @property
    def imbalance(self) -> float | None:
        """How far the shares that each side completed lie apart, between 0 and 1; None where one of them has too few."""
        they, we = self.ours.completed_share, self.theirs.completed_share
        return None if they is None or we is None else abs(they - we)

    def with_more(self, other: "Balance") -> "Balance":
        return Balance(self.ours.with_more(other.ours), self.theirs.with_more(other.theirs))


def together(balances: Iterable[Balance]) -> Balance:
    """All of them as one."""
    whole = Balance()
    for balance in balances:
        whole = whole.with_more(balance)
    return whole


class Order(StrEnum):
    """By what the partners stand in the ledger."""

    IMBALANCE = "imbalance"
    NUMBER = "number"

    @property
    def label(self) -> Promise:
        return _ORDERS[self]


_ORDERS: dict[Order, Promise] = {
    # Translators: 失衡程度
    Order.IMBALANCE: pgettext_lazy("order of the ledger", "Imbalance"),
    Order.NUMBER: pgettext_lazy("order of the ledger", "Number of requests"),
}


def ordered(balances: Mapping[str, Balance], order: Order) -> list[str]:
    """The partners' codes: the most lopsided, or those with most requests, first; what cannot be said stands last."""

    def place(code: str) -> tuple[float, int, str]:
        apart = balances[code].imbalance
        first = -balances[code].number if order == Order.NUMBER else (1.0 if apart is None else -apart)
        return first, -balances[code].number, code

    return sorted(balances, key=place)


def sentence(balance: Balance) -> str:
    """What each side did for the other, in the reader's language."""
    # Translators: between what they did for us and what we did for them; in Chinese ；
    return pgettext("between two clauses", "%(they)s; %(we)s.") % {
        "they": _they(balance.ours),
        "we": _we(balance.theirs),
    }


def _they(ours: Side) -> str:
    told = _told(ours)
    if not ours.sent:
        return _("We asked them for nothing")
    if ours.sent < FEW:
        return (
            ngettext(
                "We sent them %(sent)s request, too few for a percentage, of which they completed %(completed)s",
                "We sent them %(sent)s requests, too few for a percentage, of which they completed %(completed)s",
                ours.sent,
            )
            % told
        )
    if ours.median is None:
        return _("They completed %(share)s %% of our %(sent)s requests") % told
    return _("They completed %(share)s %% of our %(sent)s requests in a median of %(time)s") % told


def _we(theirs: Side) -> str:
    told = _told(theirs)
    if not theirs.sent:
        return _("they asked us for nothing")
    if theirs.sent < FEW:
        return (
            ngettext(
                "they sent us %(sent)s request, too few for a percentage, of which we completed %(completed)s",
                "they sent us %(sent)s requests, too few for a percentage, of which we completed %(completed)s",
                theirs.sent,
            )
            % told
        )
    if theirs.median is None:
        return _("we completed %(share)s %% of their %(sent)s requests") % told
    return _("we completed %(share)s %% of their %(sent)s requests in a median of %(time)s") % told


def _told(side: Side) -> dict[str, str]:
    share, days = side.completed_share, side.median
    return {
        "sent": f"{side.sent:,}",
        "completed": f"{side.completed:,}",
        "share": "" if share is None else f"{share * 100:.0f}",
        "time": "" if days is None else time_words(days),
    }


def time_words(days: float) -> str:
    """A time as one says it: 12 days, 14 months."""
    if days < SHORT:
        whole = round(days)
        return ngettext("%(count)s day", "%(count)s days", whole) % {"count": whole}
    months = round(days / DAYS_OF_A_MONTH)
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
