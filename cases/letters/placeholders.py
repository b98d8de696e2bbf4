"""The fixed list of placeholders in approved paragraphs, and their values from the cases of a letter.

A placeholder whose value is not known yet stays in the text, so that nobody sends a letter with a hole in it
unseen: `left_open` names those that stand there still.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from agreements.models import Partner
from agreements.rules import may_see_agreement
from cases.letters.words import BASES, GROUNDS, ITEMS, Both
from cases.models import Case
from tracker.models import User
from tracker.paper import Language, long_date

PLACEHOLDERS: dict[str, str] = {
    "number": "本案案號",
    "their_reference": "對方文號",
    "partner": "對方名稱",
    "requested_on": "請求日期",
    "received_on": "收文日期",
    "agreement": "依據之協定或法律",
    "items": "請求事項",
    "office": "我方請求機關",
    "office_reference": "我方請求機關文號",
    "ground": "拒絕事由",
    "reply_by": "請回復期限",
}
"""Every placeholder that a paragraph may hold, with what it stands for."""
_WRITTEN = re.compile(r"\{([^{}\s]*)\}")
AS_LISTED = Both("如附表所列", "as listed below")
NOT_KNOWN = Both("尚未獲告", "not known to us")
"""Their reference, before they told it: no hole that somebody has to fill."""


def unknown_in(text: str) -> tuple[str, ...]:
    """What stands in braces and is not on the list, each once, in order."""
    return tuple(name for name in dict.fromkeys(_WRITTEN.findall(text)) if name not in PLACEHOLDERS)


def left_open(texts: Iterable[str]) -> tuple[str, ...]:
    """The placeholders that still stand in these texts, each once."""
    found = dict.fromkeys(name for text in texts for name in _WRITTEN.findall(text))
    return tuple(name for name in found if name in PLACEHOLDERS)


def complete(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced whose value is known; the others stay."""
    return _WRITTEN.sub(lambda found: values.get(found[1]) or found[0], text)


def values_for(
    cases: Sequence[Case], partner: Partner, *, reader: User, ground: str = "", reply_by: date | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """What the placeholders mean for these cases, in Chinese and in English; "" where it is not known to this reader."""
    both: dict[str, Both] = {
        "partner": Both(partner.name_zh, partner.name_en),
        "ground": GROUNDS.get(ground, Both("", "")),
        "reply_by": _day(reply_by),
    }
    if len(cases) == 1:
        both |= _single(cases[0], reader)
    else:
        for name in (
            "number",
            "items",
            "their_reference",
            "requested_on",
            "received_on",
            "agreement",
            "office",
            "office_reference",
        ):
            both[name] = AS_LISTED
    return {name: value.zh for name, value in both.items()}, {name: value.en for name, value in both.items()}


def _single(case: Case, reader: User) -> dict[str, Both]:
    return {
        "number": _same(case.number),
        "items": _items(case),
        "their_reference": _same(case.partner_reference) if case.partner_reference else NOT_KNOWN,
        "requested_on": _day(case.requested_on if case.is_day_fixed else None),
        "received_on": _day(case.received_on),
        "agreement": _agreement(case, reader),
        "office": _same(case.office),
        "office_reference": _same(case.office_reference),
    }


def _same(text: str) -> Both:
    return Both(text, text)


def _day(day: date | None) -> Both:
    return Both(long_date(day, Language.ZH), long_date(day, Language.EN)) if day else Both("", "")


def _agreement(case: Case, reader: User) -> Both:
    """The agreement by its title, or the law; an agreement that the drafter may not see is not named."""
    if case.agreement is None:
        return BASES.get(case.basis, Both("", ""))
    if not may_see_agreement(reader, case.agreement):
        return Both("", "")
    english = case.agreement.title_en or f"the agreement “{case.agreement.title_zh}”"
    return Both(f"「{case.agreement.title_zh}」", english)


def _items(case: Case) -> Both:
    kinds = dict.fromkeys(item.kind for item in case.items.all())
    return Both("、".join(ITEMS[kind].zh for kind in kinds), ", ".join(ITEMS[kind].en for kind in kinds))
