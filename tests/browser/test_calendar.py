"""Years of the Republic against a second calendar: the one of Unicode's CLDR that the browser holds (CAL-1)."""

from datetime import date, timedelta

import pytest

from tracker import rocdate

pytestmark = pytest.mark.browser

FIRST, LAST = date(1912, 1, 1), date(2150, 12, 31)
THEIRS = """([first, days]) => {
  const words = new Intl.DateTimeFormat("zh-TW-u-ca-roc-nu-latn",
    {timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric"});
  return Array.from({length: days}, (_, n) => {
    const parts = Object.fromEntries(words.formatToParts(first + n * 86400000).map((part) => [part.type, part.value]));
    return `${parts.year} 年 ${parts.month} 月 ${parts.day} 日`;
  });
}"""


def test_every_day_has_the_same_year_of_the_republic_as_in_the_browser(chromium):
    days = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    page = chromium.new_page()
    theirs = page.evaluate(THEIRS, [-1_830_384_000_000, len(days)])
    page.close()
    ours = [rocdate.long(day) for day in days]

    assert (len(days), theirs[0], theirs[-1]) == (87_294, "1 年 1 月 1 日", "239 年 12 月 31 日")
    assert [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]] == []
    assert [
        day for day, text in zip(days, theirs, strict=True) if rocdate.parse(f"民國{text}").first != day
    ] == []
