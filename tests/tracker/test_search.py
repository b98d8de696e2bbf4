"""Search in Chinese and English gives the same results on both databases."""

import pytest

from tests import makers
from tracker import search
from tracker.models import User

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
