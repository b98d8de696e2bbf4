"""Labels and sentences about factors, groups, ranks and figures, in the reader's language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

from agreements.marks import year_words
from agreements.models import Partner
from reports.priorities import (
    DRUGS_FIVE_YEARS,
    HELP_LAST_YEAR,
    HELP_RISE,
    HELP_THREE_YEARS,
    Gap,
    Measured,
    Number,
    Ranked,
    gaps,
)
from reports.queries import NONE, PARTLY_COVERED, SIGNED_NOT_IN_FORCE, Population
from tracker.rocdate import roc_year

GROUPS: dict[str, Promise] = {
    # Translators: 尚未簽訂: no agreement on criminal assistance, and none on another subject
    NONE: pgettext_lazy("group of partners", "No agreement"),
    # Translators: 部分涵蓋: an agreement on another subject is in force, none on criminal assistance
    PARTLY_COVERED: pgettext_lazy("group of partners", "Partly covered"),
    # Translators: 已簽署未生效
    SIGNED_NOT_IN_FORCE: pgettext_lazy("group of partners", "Signed, not in force"),
}


def short_year(year: int) -> str:
    """A year as a picture has room for: 113 in Chinese, 2024 otherwise."""
    return str(roc_year(year) if (get_language() or "").startswith("zh") else year)


def factor_label(code: str, population: Population) -> str:
    """What a factor measures, with the years that were looked at."""
    helped, drugs = population.help_years, population.drug_years
    years = drugs if code == DRUGS_FIVE_YEARS.code else helped
    if not years:
        return code
    first, last = years[0], years[-1]
    spans = {
        # Translators: 求助人次
        HELP_LAST_YEAR.code: pgettext("factor", "Help-seekers in %(last)s"),
        # Translators: 較 112 年增加人次
        HELP_RISE.code: pgettext("factor", "Rise in help-seekers over %(before)s"),
        # Translators: 111 至 113 年求助人次累計
        HELP_THREE_YEARS.code: pgettext("factor", "Help-seekers, %(first)s to %(last)s"),
        # Translators: 109 至 113 年毒品查獲量（公斤，不含離群值）
        DRUGS_FIVE_YEARS.code: pgettext(
            "factor", "Drugs seized, %(first)s to %(last)s (kg, without outliers)"
        ),
    }
    return spans[code] % {
        "first": year_words(first),
        "before": year_words(last - 1),
        "last": year_words(last),
    }


def factor_name(code: str) -> str:
    """A factor in two or three words, for sentences."""
    names_of = {
        HELP_LAST_YEAR.code: pgettext("factor in a sentence", "help-seekers last year"),
        HELP_RISE.code: pgettext("factor in a sentence", "rise on the year before"),
        HELP_THREE_YEARS.code: pgettext("factor in a sentence", "three-year sum"),
        # Translators: 毒品查獲量
        DRUGS_FIVE_YEARS.code: pgettext("factor in a sentence", "drugs seized"),
    }
    return names_of[code]


def amount(value: Number, unit: str, *, signed: bool = False) -> str:
    """A value as tables show it: persons whole, kilograms to one decimal, a rise with its sign."""
    text = f"{abs(value):,.1f}" if unit == "kilograms" else f"{abs(value):,.0f}"
    if value < 0:
        return f"−{text}"
    return f"+{text}" if signed and value > 0 else text


def figure(value: object, precision: int) -> str:
    """A cell of a table with the decimals it was published with; a dash where there is no number."""
    return f"{value:,.{precision}f}" if isinstance(value, Decimal) else "—"


def remainder(name: str) -> str:
    """The name of what a source counts without naming a country: its own name, or "others" in English."""
    # Translators: 其他, the heading of what a source counts without naming a country
    return pgettext("remainder of a table", "others") if name == "其他" else name


def names(partners: Sequence[Partner]) -> str:
    """Several names in one line."""
    # Translators: between the names of several partners; in Chinese 、
    return pgettext("between names", ", ").join(partner.name for partner in partners)


def why_behind(ahead: Ranked, behind: Ranked, population: Population) -> str:
    """Why one partner stands after another: the distance, and where it lies factor by factor."""
    if ahead.score is None or behind.score is None:
        return ""
    if ahead.score == behind.score:
        return gettext("The same score as %(ahead)s.") % {"ahead": population.partners[ahead.partner].name}
    found = gaps(ahead, behind)
    sentences = [
        gettext("%(points).1f points behind %(ahead)s.")
        % {"points": ahead.score - behind.score, "ahead": population.partners[ahead.partner].name}
    ]
    if trailing := [gap for gap in found if gap.points > 0]:
        sentences.append(gettext("It trails in: %(factors)s.") % {"factors": _listed(trailing, population)})
    if leading := [gap for gap in reversed(found) if gap.points < 0]:
        sentences.append(gettext("It leads in: %(factors)s.") % {"factors": _listed(leading, population)})
    return " ".join(sentences)


def _listed(found: Sequence[Gap], population: Population) -> str:
    parts = []
    for gap in found:
        said = {"factor": factor_name(gap.factor), "points": abs(gap.points)}
        if gap.no_data:
            lacking = names([population.partners[code] for code in gap.no_data])
            template = pgettext("gap", "%(factor)s (%(points).1f; no data for %(lacking)s)")
            parts.append(template % {**said, "lacking": lacking})
        else:
            parts.append(pgettext("gap", "%(factor)s (%(points).1f)") % said)
    # Translators: between the factors of a sentence; in Chinese ；
    return pgettext("between factors", "; ").join(parts)


def factor_notes(columns: Sequence[Measured], partners: Mapping[str, Partner]) -> list[str]:
    """Where a change of one figure would not move its partner's score, and why."""
    notes = []
    for column in columns:
        said = {
            "factor": factor_name(column.factor.code),
            "partner": names([partners[code] for code in column.highest_partners]),
        }
        if not column.with_data:
            template = gettext("Nobody has figures for: %(factor)s.")
        elif column.highest is not None and column.highest <= 0:
            template = gettext("Nobody rose, and a fall counts 0: %(factor)s.")
        elif len(column.with_data) == 1:
            template = gettext(
                "Only %(partner)s has figures, so any amount gets the full points: %(factor)s."
            )
        else:
            template = gettext("%(partner)s has the most; more would lower the others instead: %(factor)s.")
        notes.append(template % said)
    return notes
