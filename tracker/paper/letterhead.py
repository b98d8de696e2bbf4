"""The lines under the heading of an official letter, and its day in words. Pure.

The words on paper follow the paper's language, not the reader's, so they are not of the message catalogs.
"""

from datetime import date

from tracker.paper.sheet import Language, Tagged
from tracker.rocdate import long

_LABELS = {
    Language.ZH: ("受文者", "發文日期", "發文字號", "速別", "密等及解密條件或保密期限", "附件"),
    Language.EN: (
        "To",
        "Date",
        "Number",
        "Priority",
        "Classification and its end",
        "Enclosures",
    ),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def official_lines(
    language: Language,
    *,
    addressee: str,
    issued_on: date | None = None,
    number: str = "",
    priority: str = "",
    classification: str = "",
    enclosures: str = "",
) -> tuple[Tagged, ...]:
    """受文者, 發文日期, 發文字號, 速別, 密等及解密條件或保密期限, 附件, in this order; an empty one stays on the paper."""
    day = long_date(issued_on, language) if issued_on else ""
    values = (addressee, day, number, priority, classification, enclosures)
    return tuple(Tagged(label, value) for label, value in zip(_LABELS[language], values, strict=True))


def long_date(day: date, language: Language) -> str:
    """中華民國115年11月22日, or 22 November 2026."""
    if language is Language.EN:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    words = long(day).replace(" ", "")
    return words if words.startswith("民國前") else f"中華民國{words}"
