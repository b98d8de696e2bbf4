"""Years of the Republic (民國): reading and writing dates as people in Taiwan do. Pure, no Django.

Year 1 of the Republic is 1912; there is no year 0, and 1911 is 民國前1年. What may be read in two ways is
refused rather than guessed. The rules for a year that stands without 民國, 西元 or 年:

* four digits are a Gregorian year: 2026-01-02, 2026/1/2, 20260102;
* three digits are a year of the Republic: 115/1/2, 031.03.20, 1150102;
* two digits are a year of the Republic when they are over 31, so that they cannot be a day or a month:
  99/1/2, 990102. Up to 31 (12/01/02, 120102), and for a year quite alone (99), two digits are ambiguous.

With 民國 or 年 every number of up to three digits is a year of the Republic.
"""

import calendar
import re
import unicodedata
from datetime import date
from typing import Literal, NoReturn, get_args

from tracker.partialdate import PartialDate

FIRST_YEAR, LAST_YEAR = 1700, 2299
"""Gregorian years outside this span are taken for slips of the pen, such as 1150 for 115."""

_YEAR_ONE = 1912

Code = Literal[
    "unreadable",
    "ambiguous",
    "incomplete",
    "year_last",
    "no_year_zero",
    "year_out_of_range",
    "impossible_month",
    "impossible_day",
    "bound_not_a_day",
    "bound_on_exact_day",
    "bound_too_early",
]

_ENGLISH: dict[str, str] = {
    "unreadable": "“{text}” is not a date. Write 115/1/2, 民國115年1月2日 or 2026-01-02.",
    "ambiguous": "“{text}” can be read in more than one way. Write {roc} or {gregorian}.",
    "incomplete": "A day needs its month, and a month its year. Leave out the day, or the month and the day.",
    "year_last": "“{text}” has the year at the end. Write the year first, as in 115/1/2 or 2026-01-02.",
    "no_year_zero": "There is no year 0: 民國1年 is 1912, and 民國前1年 is 1911.",
    "year_out_of_range": "“{text}” would be the year {year}. Write a year from {first} to {last}.",
    "impossible_month": "There is no month {month}. Write a month from 1 to 12.",
    "impossible_day": "{year}-{month:02} has no day {day}. Write a day from 1 to {last}.",
    "bound_not_a_day": "“Not later than” needs a whole day, as in 112.08.30, not “{text}”.",
    "bound_on_exact_day": "A date known to the day takes no “not later than”.",
    "bound_too_early": "“Not later than” {bound} is before {first}, the first possible day.",
}

_ERA = r"(?P<era>中華民國|民國|R\.?O\.?C\.?|西元|公元)?(?P<before>前)?"
_MARKED = re.compile(
    _ERA + r"(?P<year>\d{1,4}|元)年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日號])?)?",
    re.ASCII | re.IGNORECASE,
)
_SEPARATED = re.compile(
    _ERA + r"(?P<year>\d{1,4})(?:(?P<sign>[/.\-])(?P<month>\d{1,2})(?:(?P=sign)(?P<day>\d{1,2}))?)?",
    re.ASCII | re.IGNORECASE,
)
_SOLID = re.compile(_ERA + r"(?P<year>\d{2,4})(?P<month>\d\d)(?P<day>\d\d)", re.ASCII | re.IGNORECASE)
_YEAR_LAST = re.compile(r"\d{1,2}([/.\-])\d{1,2}\1\d{3,4}", re.ASCII)
_ONE_WAY_TO_WRITE = str.maketrans(
    {"○": "〇", "零": "〇", "廿": "二十", "卅": "三十", "–": "-", "—": "-", "−": "-", "。": "."}
)
_NUMERALS = re.compile(r"[〇一二三四五六七八九十百]+")
_COUNTED = re.compile(r"(?:[一二三四五六七八九]?百〇?)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?")


class RocDateError(ValueError):
    """A text that is no date, or could be two.

    `code` names the reason and `params` what the sentence needs, so that a form can say it in the user's
    language; `str()` is the sentence in English.
    """

    def __init__(self, code: Code, **params: object) -> None:
        super().__init__(_ENGLISH[code].format(**params))
        self.code = code
        self.params = params


CODES: tuple[str, ...] = get_args(Code)


def roc_year(gregorian_year: int) -> int:
    """2026 → 115, 1912 → 1, 1911 → -1 (民國前1年); never 0."""
    year = gregorian_year - _YEAR_ONE + 1
    return year if year > 0 else year - 1


def gregorian_year(roc: int) -> int:
    """115 → 2026, -1 → 1911. Raises RocDateError("no_year_zero") on 0."""
    if roc == 0:
        raise RocDateError("no_year_zero")
    return roc + _YEAR_ONE - 1 if roc > 0 else roc + _YEAR_ONE


def parse(text: str) -> PartialDate:
    """Read a date to the day, month or year in either calendar; "" is unknown.

    A bound follows "≤" or "<=": 112年≤112.08.30, or ≤113.12.31 alone. Full-width digits and spaces are
    taken as they are meant. Raises RocDateError on what is no date or could be two (see the module).
    """
    stated, mark, limit = _tidy(text).partition("≤")
    partial = _parse_stated(stated)
    return _with_bound(partial, limit) if mark else partial


def parse_parts(year: str, month: str = "", day: str = "", bound: str = "") -> PartialDate:
    """Read year, month and day typed apart; the day, or the month and the day, may be empty.

    Because the year stands in its own field, up to three digits are always a year of the Republic and
    four are Gregorian. `bound` is the "not later than", in any form that `parse` reads as a day.
    Raises RocDateError.
    """
    parts = [
        _tidy(part).removesuffix(sign)
        for part, sign in ((year, "年"), (month, "月"), (day, "日"))
        if part.strip()
    ]
    typed = [bool(part.strip()) for part in (year, month, day)]
    if typed != sorted(typed, reverse=True):
        raise RocDateError("incomplete")
    partial = PartialDate()
    if parts:
        marked = "".join(part + sign for part, sign in zip(parts, "年月日", strict=False))
        found = _MARKED.fullmatch(marked)
        if found is None:
            raise RocDateError("unreadable", text="/".join(parts))
        partial = _from_match(found, "/".join(parts))
    return _with_bound(partial, _tidy(bound)) if bound.strip() else partial


def short(when: PartialDate | date) -> str:
    """For tables: 114.03.20, 113 年 6 月, 112 年; "" when unknown. The bound is not written.

    Years up to 31 are led by 民國, lest 12.03.20 be read as something else; before the Republic as `long`.
    """
    partial = PartialDate.of(when) if isinstance(when, date) else when
    if partial.year is None or partial.month is None or partial.day is None:
        return long(partial)
    year = roc_year(partial.year)
    if year < 0:
        return long(partial)
    era = "民國 " if year <= 31 else ""
    return f"{era}{year}.{partial.month:02}.{partial.day:02}"


def long(when: PartialDate | date) -> str:
    """For sentences: 114 年 3 月 20 日, 民國前 1 年 10 月 10 日; as much as is known, "" when unknown."""
    partial = PartialDate.of(when) if isinstance(when, date) else when
    if partial.year is None:
        return ""
    year = roc_year(partial.year)
    words = [f"{year} 年" if year > 0 else f"民國前 {-year} 年"]
    if partial.month is not None:
        words.append(f"{partial.month} 月")
    if partial.day is not None:
        words.append(f"{partial.day} 日")
    return " ".join(words)


def editable(partial: PartialDate) -> str:
    """The text an input shows for changing: `short` with the bound, if any; `parse` reads it back whole."""
    bound = partial.not_later_than
    return short(partial) if bound is None else f"{short(partial)} ≤ {short(bound)}".strip()


def _tidy(text: str) -> str:
    """Half-width, without spaces next to signs and words; "115 1 2" keeps its spaces and is not a date."""
    plain = unicodedata.normalize("NFKC", text).translate(_ONE_WAY_TO_WRITE).replace("<=", "≤").strip()
    plain = re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", plain)
    return _NUMERALS.sub(_arabic, plain)


def _arabic(found: re.Match[str]) -> str:
    """一一四 and 一百十四 are both 114: digit by digit, or with hundreds and tens; left alone otherwise."""
    digits = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
    if not {"十", "百"} & set(found[0]):
        return "".join(str(digits[sign]) for sign in found[0])
    if not _COUNTED.fullmatch(found[0]):
        return found[0]
    total, digit = 0, 0
    for sign in found[0]:
        if sign in digits:
            digit = digits[sign]
        else:
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return str(total + digit)


def _parse_stated(text: str) -> PartialDate:
    if not text:
        return PartialDate()
    found = _MARKED.fullmatch(text) or _SEPARATED.fullmatch(text) or _SOLID.fullmatch(text)
    if found is None:
        raise RocDateError("year_last" if _YEAR_LAST.fullmatch(text) else "unreadable", text=text)
    return _from_match(found, text)


def _with_bound(partial: PartialDate, limit: str) -> PartialDate:
    bound = _parse_stated(limit).exact
    if bound is None:
        raise RocDateError("bound_not_a_day", text=limit)
    if partial.exact is not None:
        raise RocDateError("bound_on_exact_day")
    if partial.first is not None and bound < partial.first:
        raise RocDateError("bound_too_early", bound=short(bound), first=short(partial.first))
    return PartialDate(partial.year, partial.month, not_later_than=bound)


def _from_match(found: re.Match[str], text: str) -> PartialDate:
    month, day = (int(found[part]) if found[part] else None for part in ("month", "day"))
    year = _gregorian(found, text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RocDateError("year_out_of_range", text=text, year=year, first=FIRST_YEAR, last=LAST_YEAR)
    return _checked(year, month, day)


def _gregorian(found: re.Match[str], text: str) -> int:
    """The Gregorian year of a match, by the rules at the head of this module."""
    era, digits = found["era"], found["year"]
    if era in ("西元", "公元"):
        if found["before"] or digits == "元":
            raise RocDateError("unreadable", text=text)
        return int(digits)
    number = 1 if digits == "元" else int(digits)
    if found["before"]:
        return gregorian_year(-number)
    if era or (found.re is _MARKED and len(digits) < 4):
        return gregorian_year(number)
    if len(digits) == 4:
        return number
    if len(digits) < 3 and (number <= 31 or found["month"] is None):
        _refuse_ambiguous(found, text)
    return gregorian_year(number)


def _refuse_ambiguous(found: re.Match[str], text: str) -> NoReturn:
    """Name both readings, for the writer to choose from; unless one of them is no date at all."""
    number = int(found["year"])
    month, day = (int(found[part]) if found[part] else None for part in ("month", "day"))
    if number == 0:
        raise RocDateError("no_year_zero")
    try:
        roc = _checked(gregorian_year(number), month, day)
        gregorian = _checked(number + (1900 if number > 31 else 2000), month, day)
    except RocDateError:
        raise RocDateError("unreadable", text=text) from None
    written = "民國" + long(roc).replace(" ", "")
    raise RocDateError("ambiguous", text=text, roc=written, gregorian=gregorian.iso)


def _checked(year: int, month: int | None, day: int | None) -> PartialDate:
    if month is not None and not 1 <= month <= 12:
        raise RocDateError("impossible_month", month=month)
    if month is not None and day is not None:
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise RocDateError("impossible_day", year=year, month=month, day=day, last=last)
    return PartialDate(year, month, day)
