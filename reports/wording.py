"""Labels and sentences about factors, groups, ranks and figures, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

from agreements.marks import day_words, year_words
from agreements.models import Partner
from reports.factors import OWN_SOURCE
from reports.momentum import Rung
from reports.priorities import (
    CASES_WITHOUT_AGREEMENT,
    DRUGS_FIVE_YEARS,
    HELP_LAST_YEAR,
    HELP_RISE,
    HELP_THREE_YEARS,
    MOMENTUM,
    REFUSED_OR_UNANSWERED,
    Gap,
    Measured,
    Number,
    Ranked,
    Ranking,
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
    """What a factor measures, with the years or the time that was looked at."""
    span = population.spans[code]
    if not span.years and span.until is None:
        return factor_name(code)
    said = {}
    if span.years:
        first, last = span.years[0], span.years[-1]
        said = {"first": year_words(first), "before": year_words(last - 1), "last": year_words(last)}
    elif span.until:
        said = {"until": day_words(span.until)}
        said |= {"first": day_words(span.since + timedelta(days=1))} if span.since else {}
    return _factor_labels()[code] % said


def _factor_labels() -> dict[str, str]:
    return {
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
        # Translators: 113.01.01 至 113.12.31 無協定而依互惠原則或法院委託辦理之請求（件，雙向）
        CASES_WITHOUT_AGREEMENT.code: pgettext(
            "factor", "Requests both ways without an agreement, %(first)s to %(until)s"
        ),
        # Translators: 112.01.01 至 113.12.31 送出之請求中，遭拒絕或滿一年未獲回復者（件）
        REFUSED_OR_UNANSWERED.code: pgettext(
            "factor", "Our requests of %(first)s to %(until)s that were refused or a year without an answer"
        ),
        # Translators: 推動動能（0 尚無往來至 4 協商談判）
        MOMENTUM.code: pgettext("factor", "Momentum on %(until)s (rung 0 to 4)"),
    }


def factor_name(code: str) -> str:
    """A factor in two or three words, for sentences and headings."""
    names_of = {
        HELP_LAST_YEAR.code: pgettext("factor in a sentence", "help-seekers last year"),
        HELP_RISE.code: pgettext("factor in a sentence", "rise on the year before"),
        HELP_THREE_YEARS.code: pgettext("factor in a sentence", "three-year sum"),
        # Translators: 毒品查獲量
        DRUGS_FIVE_YEARS.code: pgettext("factor in a sentence", "drugs seized"),
        # Translators: 無協定案件
        CASES_WITHOUT_AGREEMENT.code: pgettext("factor in a sentence", "cases without an agreement"),
        # Translators: 遭拒或逾年未復
        REFUSED_OR_UNANSWERED.code: pgettext("factor in a sentence", "refused or unanswered"),
        # Translators: 推動動能
        MOMENTUM.code: pgettext("factor in a sentence", "momentum"),
    }
    return names_of[code]


def unit_words(unit: str) -> str:
    """The unit of a factor's values."""
    units = {
        # Translators: 人次
        "persons": pgettext("unit of a factor", "persons"),
        # Translators: 公斤
        "kilograms": pgettext("unit of a factor", "kilograms"),
        # Translators: 件
        "cases": pgettext("unit of a factor", "cases"),
        # Translators: 階
        "rungs": pgettext("unit of a factor", "rungs of 4"),
    }
    return units[unit]


def source_words(source: str) -> str:
    """Where a value comes from; our own register by its name in the reader's language."""
    # Translators: 本系統登錄資料
    return pgettext("source", "this register") if source == OWN_SOURCE else source


def amount(value: Number, unit: str, *, signed: bool = False) -> str:
    """A value as tables show it: persons whole, kilograms to one decimal, a rise with its sign, a rung by name."""
    if unit == MOMENTUM.unit:
        return f"{value} {Rung(int(value)).label}"
    text = f"{abs(value):,.1f}" if unit == "kilograms" else f"{abs(value):,.0f}"
    if value < 0:
        return f"−{text}"
    return f"+{text}" if signed and value > 0 else text


def policy_code(population: Population, partner: str) -> str | None:
    """The policy groups of a partner as one code: ally;new_southbound. None when it belongs to none."""
    codes = [
        one.group.code if one.is_certain else f"{one.group.code}?"
        for one in population.belongings.get(partner, ())
    ]
    return ";".join(codes) or None


def policy_words(population: Population, partner: str) -> str:
    """The policy groups of a partner as of the day, by name; one whose dates leave it open says so."""
    said = [
        str(one.group)
        if one.is_certain
        # Translators: 可能仍屬（迄日未詳）
        else pgettext("policy group", "possibly %(group)s") % {"group": one.group}
        for one in population.belongings.get(partner, ())
    ]
    # Translators: between the names of several groups; in Chinese 、
    return pgettext("between names", ", ").join(said)


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


def ranking_notes(population: Population, ranking: Ranking) -> list[str]:
    """What a reader must know of the figures: which of them move no score and why, and how far back our own reach."""
    notes = factor_notes([one for one in ranking.factors if one.weight], population.partners)
    spans = [population.spans[one.factor.code].since for one in ranking.factors if one.with_data]
    kept_since = population.kept_since
    if kept_since and any(since is not None and since < kept_since for since in spans):
        notes.append(
            gettext("The register's oldest case is of %(day)s: what was before it is not counted.")
            % {"day": day_words(kept_since)}
        )
    return notes


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
