"""The list as CSV: the stream of the database gives the same bytes as any other way of writing the sheet."""

from datetime import date

import pytest
from django.utils import translation

from cases.columns import EVERY
from cases.csvstream import csv_of
from cases.filters import CaseFilter
from cases.sheets import header, sheet_rows
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.sheets import csv_chunks

pytestmark = pytest.mark.django_db


@pytest.fixture
def jun():
    return makers.jun()


def both_ways(reader, **state):
    filtered = CaseFilter(state, reader=reader, today=TODAY)
    plain = b"".join(csv_chunks(header(EVERY), sheet_rows(filtered.qs, EVERY, filtered)))
    return b"".join(csv_of(filtered.qs, EVERY, filtered)), plain


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_stream_is_the_sheet_byte_by_byte(jun, language):
    agreement = case_makers.in_force(makers.partner("XB"), date(2024, 1, 1))
    case_makers.case(jun, makers.partner("XB"), subject='=1+1 "quoted", 甲', is_urgent=True)
    case_makers.case(jun, subject="＠sum\\N \\t", deadline=date(2025, 4, 1), officer=jun)
    case_makers.walk(jun, case_makers.case(jun, partner_reference="-5"))
    case_makers.case(jun, direction="out", kind="civil", office="甲署\t乙")

    with translation.override(language):
        streamed, plain = both_ways(jun)
        then, plain_then = both_ways(jun, as_of="2025-03-11", sort="")

    assert streamed == plain
    assert then == plain_then
    assert streamed.count(b"\r\n") == 5
    assert agreement.number.encode() in streamed
    assert '"\'=1+1 ""quoted"", 甲"'.encode() in streamed


def test_only_what_the_filters_leave_is_streamed(jun):
    case_makers.case(jun, subject="送達文書")
    case_makers.case(jun, subject="搜索住居所")

    streamed, plain = both_ways(jun, q="搜索")

    assert streamed == plain
    assert ("搜索住居所".encode() in streamed, "送達文書".encode() in streamed) == (True, False)
