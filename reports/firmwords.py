"""How firm an order is, what is suggested for a partner, and what a gap would change: in sentences."""

from collections.abc import Sequence

from django.utils.translation import gettext, pgettext

from agreements.lifecycle import Phase
from reports.momentum import Rung
from reports.priorities import Filled, Ranked, Ranking, Shift, Tipping
from reports.queries import PARTLY_COVERED, SIGNED_NOT_IN_FORCE, Population
from reports.wording import factor_name, names


def shift_words(found: Sequence[Shift], population: Population) -> list[str]:
    """Whether ten points more or less on a weight change the order; each change in a sentence of its own."""
    changed = [shift for shift in found if shift.changes_order]
    if not found:
        return []
    if not changed:
        return [gettext("The order stays.")]
    said = []
    for shift in changed:
        told = {
            "factor": factor_name(shift.factor),
            "by": f"{shift.by:+.0f}".replace("-", "−"),
            "order": names([population.partners[code] for code in shift.order[:4]]),
        }
        said.append(gettext("“%(factor)s” %(by)s: %(order)s.") % told)
    return said


def tipping_words(ranking: Ranking, found: Sequence[Tipping], population: Population) -> list[str]:
    """For each factor that weighs something: the weight past which somebody else stands first."""
    said = []
    for column in ranking.factors:
        if not column.weight:
            continue
        own = [tipping for tipping in found if tipping.factor == column.factor.code]
        factor = {"factor": factor_name(column.factor.code)}
        if not own:
            said.append(gettext("“%(factor)s”: no weight changes the first place.") % factor)
        said += [_tipping(tipping, population) for tipping in own]
    return said


def _tipping(tipping: Tipping, population: Population) -> str:
    told = {
        "factor": factor_name(tipping.factor),
        "weight": f"{tipping.weight:.1f}",
        "first": names([population.partners[code] for code in tipping.first]),
    }
    if not tipping.first:
        if tipping.is_above:
            return gettext("“%(factor)s” above %(weight)s: nobody has enough data.") % told
        return gettext("“%(factor)s” below %(weight)s: nobody has enough data.") % told
    if tipping.is_above:
        return gettext("“%(factor)s” above %(weight)s: %(first)s comes first.") % told
    return gettext("“%(factor)s” below %(weight)s: %(first)s comes first.") % told


def filled_words(filled: Filled, first: Ranked, population: Population) -> str:
    """What the score would be if the missing data equalled the highest of all, and those of the first."""
    listed = pgettext("between factors", "; ").join(factor_name(code) for code in filled.missing)
    told = {
        "missing": listed,
        "score": f"{filled.like_highest:.1f}",
        "rank": filled.rank_like_highest,
        "first": population.partners[first.partner].name,
    }
    said = (
        gettext("No data: %(missing)s. If equal to the highest of all: %(score)s points, rank %(rank)s.")
        % told
    )
    if filled.like_first is None or filled.like_first == filled.like_highest:
        return said
    told |= {"score": f"{filled.like_first:.1f}", "rank": filled.rank_like_first}
    beside = gettext("If equal to %(first)s: %(score)s points, rank %(rank)s.") % told
    return f"{said} {beside}"


def suggestion(group: str, rung: Rung | None, phase: str | None) -> str:
    """The action that follows from the recorded facts alone; the drafter of a report writes over it.

    ``rung`` None: no dealings are recorded, and the register does not know that there were none.
    """
    if group == SIGNED_NOT_IN_FORCE:
        if phase == Phase.STOPPED:
            return gettext(
                "Signed, and stopped since: find out with the other side whether it can be taken up again."
            )
        if phase == Phase.UNKNOWN:
            return gettext("Signed, its effect unknown: find out whether it is in force, and record it.")
        if phase == Phase.LEGISLATIVE_APPROVAL:
            return gettext("Signed: follow the text through the Legislative Yuan.")
        return gettext("Signed: bring the text into force.")
    # Translators: 賡續談判
    if rung == Rung.NEGOTIATION:
        return gettext("Talks are under way: carry them on.")
    if rung == Rung.DRAFT:
        return gettext("A draft has been exchanged: propose talks on it.")
    if rung == Rung.CONTACT_WINDOW:
        return gettext("There is a contact window: prepare a draft and offer it.")
    if rung == Rung.CASE_COOPERATION:
        return gettext("There is cooperation in cases: propose that each side names a contact window.")
    if group == PARTLY_COVERED:
        return gettext("Covered on another subject: use that channel to propose talks on this one.")
    # Translators: 依互惠原則辦理個案，累積動能
    return gettext(
        "No dealings are recorded: begin with single cases on reciprocity, and record the contacts."
    )
