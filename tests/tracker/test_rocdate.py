"""Years of the Republic: every form people write, and nothing that could be two days (CAL-2, CAL-4)."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import rocdate
from tracker.partialdate import PartialDate
from tracker.rocdate import RocDateError

DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31))
SECOND_OF_JANUARY = PartialDate(2026, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "115/1/2",
        "115/01/02",
        "115.01.02",
        "115-1-2",
        "115年1月2日",
        "115年1月2號",
        "民國115年1月2日",
        "中華民國115年1月2日",
        "中華民國 115 年 1 月 2 日",
        "民國115/1/2",
        "民國 115.01.02",
        "ROC 115.01.02",
        "1150102",
        "民國1150102",
        "2026-01-02",
        "2026-1-2",
        "2026/1/2",
        "2026.01.02",
        "20260102",
        "西元2026年1月2日",
        "西元 2026/1/2",
        "公元2026年1月2日",
        "2026年1月2日",
        "１１５／０１／０２",
        "１１５年１月２日",
        "民國１１５年１月２日",
        "民國一一五年一月二日",
        "中華民國一百一十五年一月二日",
        "二〇二六年一月二日",
        "  115/1/2  ",
        "115 / 1 / 2",
    ],
)
def test_every_way_to_write_a_day_is_read(text):
    assert rocdate.parse(text) == SECOND_OF_JANUARY


@pytest.mark.parametrize(
    ("text", "partial"),
    [
        ("", PartialDate()),
        ("   ", PartialDate()),
        ("115", PartialDate(2026)),
        ("115年", PartialDate(2026)),
        ("民國115", PartialDate(2026)),
        ("2026", PartialDate(2026)),
        ("115/1", PartialDate(2026, 1)),
        ("115年1月", PartialDate(2026, 1)),
        ("中華民國115年1月", PartialDate(2026, 1)),
        ("2026-01", PartialDate(2026, 1)),
        ("2026/1", PartialDate(2026, 1)),
        ("990102", PartialDate(2010, 1, 2)),
        ("0990102", PartialDate(2010, 1, 2)),
        ("99/1/2", PartialDate(2010, 1, 2)),
        ("32/1", PartialDate(1943, 1)),
        ("031.01.02", PartialDate(1942, 1, 2)),
        ("0120102", PartialDate(1923, 1, 2)),
        ("民國120102", PartialDate(1923, 1, 2)),
        ("民國12/01/02", PartialDate(1923, 1, 2)),
        ("12年1月2日", PartialDate(1923, 1, 2)),
        ("民國99", PartialDate(2010)),
        ("民國元年1月1日", PartialDate(1912, 1, 1)),
        ("民國1年", PartialDate(1912)),
        ("民國一百年十月十日", PartialDate(2011, 10, 10)),
        ("民國一百零五年十二月廿五日", PartialDate(2016, 12, 25)),
        ("民國一百十四年三月三十一日", PartialDate(2025, 3, 31)),
        ("民國二十年", PartialDate(1931)),
        ("民國前一年十月十日", PartialDate(1911, 10, 10)),
        ("民國前1年10月10日", PartialDate(1911, 10, 10)),
        ("民國前 1 年 10 月 10 日", PartialDate(1911, 10, 10)),
        ("民國前18年", PartialDate(1894)),
        ("1911-10-10", PartialDate(1911, 10, 10)),
        ("112年≤112.08.30", PartialDate(2023, not_later_than=date(2023, 8, 30))),
        ("112 年 8 月 <= 2023-08-30", PartialDate(2023, 8, not_later_than=date(2023, 8, 30))),
        ("≤113.12.31", PartialDate(not_later_than=date(2024, 12, 31))),
    ],
)
def test_months_years_old_dates_and_bounds_are_read(text, partial):
    assert rocdate.parse(text) == partial


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12/01/02", "ambiguous"),
        ("31.12.30", "ambiguous"),
        ("120102", "ambiguous"),
        ("1-2", "ambiguous"),
        ("99", "ambiguous"),
        ("5", "ambiguous"),
        ("02/01/2026", "year_last"),
        ("2/1/115", "year_last"),
        ("31.12.99", "unreadable"),
        ("12/02/29", "unreadable"),
        ("11501", "unreadable"),
        ("202401", "unreadable"),
        ("115 1 2", "unreadable"),
        ("115/1-2", "unreadable"),
        ("115年2日", "unreadable"),
        ("民國十百年", "unreadable"),
        ("二十一一二年", "unreadable"),
        ("去年", "unreadable"),
        ("2 Jan 2026", "unreadable"),
        ("西元前1年", "unreadable"),
        ("西元元年", "unreadable"),
        ("昭和元年", "unreadable"),
        ("-1/10/10", "unreadable"),
        ("115/1/2≤115/1/3≤115/1/4", "unreadable"),
        ("民國0年", "no_year_zero"),
        ("000/1/1", "no_year_zero"),
        ("00/1/1", "no_year_zero"),
        ("民國前0年", "no_year_zero"),
        ("民國2026年", "year_out_of_range"),
        ("1150", "year_out_of_range"),
        ("0115/01/02", "year_out_of_range"),
        ("999/1/1", "year_out_of_range"),
        ("西元115年", "year_out_of_range"),
        ("115/13/1", "impossible_month"),
        ("115/0/1", "impossible_month"),
        ("115/2/29", "impossible_day"),
        ("1150431", "impossible_day"),
        ("115/1/0", "impossible_day"),
        ("115≤≤115/8/1", "unreadable"),
        ("115≤", "bound_not_a_day"),
        ("115≤115/8", "bound_not_a_day"),
        ("115/1/2≤115/8/1", "bound_on_exact_day"),
        ("115/8≤115/7/31", "bound_too_early"),
    ],
)
def test_the_ambiguous_and_the_impossible_are_refused_with_a_reason(text, code):
    with pytest.raises(RocDateError) as refusal:
        rocdate.parse(text)
    assert refusal.value.code == code
    assert code in rocdate.CODES


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12/01/02", "“12/01/02” can be read in more than one way. Write 民國12年1月2日 or 2012-01-02."),
        ("99", "“99” can be read in more than one way. Write 民國99年 or 1999."),
        ("115/2/30", "2026-02 has no day 30. Write a day from 1 to 28."),
        ("1150", "“1150” would be the year 1150. Write a year from 1700 to 2299."),
        ("115/8≤115/7/31", "“Not later than” 115.07.31 is before 115.08.01, the first possible day."),
    ],
)
def test_a_refusal_says_how_to_write_it(text, sentence):
    with pytest.raises(RocDateError, match=f"^{re.escape(sentence)}$"):
        rocdate.parse(text)


@pytest.mark.parametrize("text", ["12/01/02", "120102", "99", "31.12.30", "1-2"])
def test_both_ways_offered_for_an_ambiguous_date_are_themselves_accepted(text):
    with pytest.raises(RocDateError) as refusal:
        rocdate.parse(text)
    offered = [rocdate.parse(refusal.value.params[way]) for way in ("roc", "gregorian")]
    assert offered[0] != offered[1]


@pytest.mark.parametrize(
    ("parts", "partial"),
    [
        (("115", "1", "2"), PartialDate(2026, 1, 2)),
        (("１１５", "０１", "０２"), PartialDate(2026, 1, 2)),
        (("115年", "1月", "2日"), PartialDate(2026, 1, 2)),
        (("12", "1", "2"), PartialDate(1923, 1, 2)),
        (("2026", "1", "2"), PartialDate(2026, 1, 2)),
        (("民國前1", "10", "10"), PartialDate(1911, 10, 10)),
        (("前1", "10", "10"), PartialDate(1911, 10, 10)),
        (("115", "1", ""), PartialDate(2026, 1)),
        (("115", "", ""), PartialDate(2026)),
        (("112", "", "", "112.08.30"), PartialDate(2023, not_later_than=date(2023, 8, 30))),
        (("", "", "", "2024-12-31"), PartialDate(not_later_than=date(2024, 12, 31))),
        ((" ", "", ""), PartialDate()),
    ],
)
def test_year_month_and_day_may_be_typed_apart(parts, partial):
    assert rocdate.parse_parts(*parts) == partial


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("115", "", "2"), "incomplete"),
        (("", "1", "2"), "incomplete"),
        (("", "", "2"), "incomplete"),
        (("115", "2", "1", "115.3.1"), "bound_on_exact_day"),
        (("115", "2", "", "115.1.31"), "bound_too_early"),
        (("115", "2", "", "115.3"), "bound_not_a_day"),
        (("115", "June", ""), "unreadable"),
        (("115", "13", ""), "impossible_month"),
        (("115", "2", "29"), "impossible_day"),
        (("0", "2", "2"), "no_year_zero"),
        (("1150", "1", "2"), "year_out_of_range"),
    ],
)
def test_parts_that_make_no_date_are_refused(parts, code):
    with pytest.raises(RocDateError) as refusal:
        rocdate.parse_parts(*parts)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("partial", "short", "long"),
    [
        (PartialDate(2025, 3, 20), "114.03.20", "114 年 3 月 20 日"),
        (PartialDate(2002, 3, 26), "91.03.26", "91 年 3 月 26 日"),
        (PartialDate(1923, 1, 2), "民國 12.01.02", "12 年 1 月 2 日"),
        (PartialDate(2024, 6), "113 年 6 月", "113 年 6 月"),
        (PartialDate(2023), "112 年", "112 年"),
        (PartialDate(2023, not_later_than=date(2023, 8, 30)), "112 年", "112 年"),
        (PartialDate(1911, 10, 10), "民國前 1 年 10 月 10 日", "民國前 1 年 10 月 10 日"),
        (PartialDate(1910, 5), "民國前 2 年 5 月", "民國前 2 年 5 月"),
        (PartialDate(1912), "1 年", "1 年"),
        (PartialDate(), "", ""),
        (date(2025, 3, 20), "114.03.20", "114 年 3 月 20 日"),
    ],
)
def test_dates_are_written_short_for_tables_and_long_for_sentences(partial, short, long):
    assert (rocdate.short(partial), rocdate.long(partial)) == (short, long)


def test_the_year_before_the_first_is_the_first_before_the_republic():
    assert [rocdate.roc_year(year) for year in (2026, 1913, 1912, 1911, 1910)] == [115, 2, 1, -1, -2]


def test_there_is_no_year_zero():
    with pytest.raises(RocDateError) as refusal:
        rocdate.gregorian_year(0)
    assert refusal.value.code == "no_year_zero"


@given(st.integers(1800, 2200))
def test_years_go_to_the_republic_and_back(year):
    assert rocdate.roc_year(year) != 0
    assert rocdate.gregorian_year(rocdate.roc_year(year)) == year


@given(
    DAYS, st.integers(0, 3), st.sampled_from([rocdate.short, rocdate.long, rocdate.editable, lambda p: p.iso])
)
def test_every_written_date_is_read_back(day, known, write):
    partial = PartialDate(*(day.year, day.month, day.day)[:known])
    assert rocdate.parse(write(partial)) == partial


@given(DAYS, st.integers(0, 2), st.integers(0, 400))
def test_the_text_to_edit_keeps_the_bound(day, known, later):
    parts = (day.year, day.month)[:known]
    bound = date.fromordinal((PartialDate(*parts).first or day).toordinal() + later)
    partial = PartialDate(*parts, not_later_than=bound)
    assert rocdate.parse(rocdate.editable(partial)) == partial


@given(DAYS)
def test_seven_digits_and_parts_name_the_same_day(day):
    year = rocdate.roc_year(day.year)
    exact = PartialDate.of(day)
    if year > 0:
        assert rocdate.parse(f"{year:03}{day:%m%d}") == exact
    named = str(year) if year > 0 else f"民國前{-year}"
    assert rocdate.parse_parts(named, str(day.month), str(day.day)) == exact


@given(st.text(alphabet="0123456789一二十百零/.-年月日民國前西元 ≤", max_size=14))
def test_any_text_is_a_date_or_a_named_refusal(text):
    try:
        partial = rocdate.parse(text)
    except RocDateError as refusal:
        assert refusal.code in rocdate.CODES
    else:
        assert rocdate.parse(rocdate.editable(partial)) == partial
