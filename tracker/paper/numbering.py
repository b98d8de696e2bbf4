"""Numbers of nested points, as Taiwan's official letters and English letters count. Pure.

Chinese: 一、 (一) 1、 (1) (行政院文書處理手冊, 分項標號). English: 1. (a) (i) (1).
"""

from tracker.paper.sheet import Language

DEEPEST = 4
_DIGITS = "〇一二三四五六七八九"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def number_of(position: int, level: int, language: Language) -> str:
    """The mark before the point at ``position`` (from 1) on ``level`` (from 1 to 4).

    :raises ValueError: deeper than four levels, or beyond 999 points on one.
    """
    if not 1 <= level <= DEEPEST or not 1 <= position <= 999:
        raise ValueError(f"no number for point {position} on level {level}")
    if language is Language.ZH:
        forms = (f"{chinese(position)}、", f"({chinese(position)})", f"{position}、", f"({position})")
    else:
        forms = (f"{position}.", f"({_letters(position)})", f"({_roman(position)})", f"({position})")
    return forms[level - 1]


def chinese(number: int) -> str:
    """1 to 999 as counted: 一, 十, 十二, 二十一, 一百零五, 一百一十."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_DIGITS[ones] if ones else "")


def _letters(number: int) -> str:
    """a … z, aa, ab …"""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    hundreds = "c" * (number // 100 - 1) if number >= 200 else ""
    number -= 100 * len(hundreds)
    words = ""
    for value, sign in _ROMAN:
        while number >= value:
            words, number = words + sign, number - value
    return hundreds + words
