"""Search in Chinese and English gives the same results on both databases (UNI-2, UNI-3)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Partner
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tracker import search
from tracker.models import SearchEntry, User

TITLES = {
    "BZ": "中華民國(臺灣)政府與貝里斯政府刑事司法互助條約",
    "DE": "駐德國台北代表處與德國在台協會刑事司法互助協議",
    "PW": "中華民國(臺灣)政府與帛琉共和國政府間引渡條約 Extradition Treaty",
}


@pytest.fixture
def kept(db):
    partners = {}
    for code, title in TITLES.items():
        partners[code] = makers.partner(code, is_sample=False)
        search.index([(partners[code], title)])
    return partners


def codes(query):
    source = next(source for source in search.SOURCES if source.model == "agreements.partner")
    reader = User.objects.first() or makers.auditor()
    return sorted(found.detail[:2] for found in search.find(query, source, reader, 10))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("貝", ["BZ"]),
        ("貝里", ["BZ"]),
        ("刑事司法", ["BZ", "DE"]),
        ("條約", ["BZ", "PW"]),
        ("約", ["BZ", "PW"]),
        ("里貝", []),
        ("條約 刑事", ["BZ"]),
        ("extra", ["PW"]),
        ("ＥＸＴＲＡＤＩＴＩＯＮ treaty", ["PW"]),
        ("帛琉extradition", ["PW"]),
        ("", []),
        ('"*() AND', []),
    ],
)
def test_every_word_must_be_found(kept, query, expected):
    assert codes(query) == expected


def test_what_is_indexed_again_replaces_what_was_kept(kept):
    search.index([(kept["BZ"], "改名")])

    assert (codes("貝里"), codes("改名")) == ([], ["BZ"])


def test_what_is_forgotten_is_not_found(kept):
    search.forget("agreements.partner", [kept["DE"].pk])

    assert codes("德國") == []


def test_an_agreement_is_found_by_its_letter_number(db):
    file = makers.walk(makers.mei(), until="submit")
    source = next(source for source in search.SOURCES if source.model == "agreements.agreement")

    found = search.find("1140000000", source, makers.lin(), 5)

    assert [row.url for row in found] == [file.get_absolute_url()]


def test_a_reader_finds_only_what_he_may_see(db):
    file = makers.agreement(makers.mei(), secrecy=2)
    source = next(source for source in search.SOURCES if source.model == "agreements.agreement")

    seen = {
        person.username: search.find("示例", source, person, 5)
        for person in (makers.lin(), makers.stranger())
    }

    assert [len(seen["lin"]), len(seen["stranger"])] == [1, 0]
    assert file.secrecy == 2


def newest(query, limit=10):
    rows = Partner.objects.order_by("-id")
    return [
        partner.code
        for partner in Partner.objects.filter(pk__in=search.first_keys(rows, query, limit)).order_by("-id")
    ]


@pytest.mark.parametrize("walked", [1, 2, 4000])
def test_the_newest_are_found_first_whether_they_are_walked_or_gathered(kept, walked, monkeypatch):
    monkeypatch.setattr(search, "WALKED", walked)

    assert (newest("條約"), newest("條約", 1), newest("刑事司法", 5)) == (["PW", "BZ"], ["PW"], ["DE", "BZ"])


def test_first_found_tells_a_value_of_each_row(kept):
    found = search.first_found(Partner.objects.order_by("-id"), "條約", 5, "is_sample")

    assert found == [(kept["PW"].pk, False), (kept["BZ"].pk, False)]


def test_a_list_can_be_narrowed_to_what_holds_the_words(kept):
    def codes_of(query):
        return sorted(search.holding(Partner.objects.all(), query).values_list("code", flat=True))

    assert (codes_of("條約"), codes_of("約 刑事"), codes_of("extra"), codes_of("()")) == (
        ["BZ", "PW"],
        ["BZ"],
        ["PW"],
        [],
    )


def test_nothing_is_found_among_no_rows(kept):
    assert search.first_keys(Partner.objects.none().order_by("-id"), "條約", 5) == []


@pytest.mark.parametrize("query", ["x" * 3000, "條" * 3000, "x " * 3000])
def test_what_is_longer_than_any_text_finds_nothing_and_fails_nowhere(kept, query):
    assert list(search.holding(Partner.objects.all(), query)) == []
    assert search.first_keys(Partner.objects.order_by("-id"), query, 10) == []


MIXED = (
    "114-請-0032\n示例-XA-0042\n調取金融帳戶資料（第 000017 件）\nＡＢＣ1e5 Straße 3a0\n請請請",
    "",
    "x" * 700 + " 短",
)


@pytest.mark.parametrize("text", MIXED)
def test_what_is_new_is_kept_as_what_is_indexed_one_by_one(kept, text):
    first, second = kept["BZ"], kept["DE"]
    search.forget("agreements.partner", [second.pk])

    search.index([(first, text)])
    search.index_new("agreements.partner", [(second.pk, text)])

    rows = {row.about_id: (row.text, row.vector) for row in SearchEntry.objects.all()}
    assert rows[second.pk] == rows[first.pk]
    for word in search.words_of(text):
        assert codes(word) == ["BZ", "DE"]


def test_a_word_that_no_index_takes_does_not_stop_the_rest(kept):
    search.forget("agreements.partner", [kept["BZ"].pk])

    search.index_new("agreements.partner", [(kept["BZ"].pk, "字" + "x" * 3000)])

    assert codes("字") == ["BZ"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "is_walked"), [("詐欺", True), ("海上", False), ("fraud", True), ("piracy", False)]
)
def test_rows_are_walked_for_a_word_that_many_hold_and_gathered_for_one_that_few_hold(word, is_walked):
    jun = makers.jun()
    cases = [
        case_makers.case(jun, subject=subject) for subject in ("詐欺 fraud", "海上 piracy", "詐欺 fraud")
    ]
    search.index_new("cases.case", [(10**6 + number, "詐欺 fraud") for number in range(2000)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tracker_searchentry")
    # PostgreSQL is asked for its estimate first; SQLite has one way for both.
    gathered = [False, not is_walked] if connection.vendor == "postgresql" else [False]
    newest = Case.objects.order_by("-requested_on", "-id")

    with CaptureQueriesContext(connection) as captured:
        found = search.first_keys(newest, word, 2 if is_walked else 100)

    assert found == ([cases[2].pk, cases[0].pk] if is_walked else [cases[1].pk])
    assert ["MATERIALIZED" in query["sql"] for query in captured] == gathered
