"""What a letter of request still lacks: by article, by what is asked, and by the partner's practice card. No database."""

from datetime import date

import pytest
from django.utils import translation

from cases.completeness import DUTIES, Request, missing
from cases.lifecycle import Kind
from cases.models import AssistanceItem, PracticeLine

EVERYTHING = {
    "requesting_authority": "示例檢察署",
    "case_authority": "示例法院",
    "purpose": "偵查",
    "facts": "示例案情",
    "offences": "詐欺",
    "legal_provisions": "示例法第 1 條",
    "reason": "證明金流",
    "deadline_reason": "審期",
    "questions": "示例問題",
    "address": "示例地址",
    "travel": "示例費用",
    "confiscation": "示例裁判",
    "assurances": "互惠",
    "language": "中文",
    "translation": "not_needed",
    "copies": 2,
    "dual_criminality": "met",
}


def request(**fields):
    given = {"direction": "in", "kind": "criminal", "basis": "agreement", "items": {"evidence"}}
    given |= fields
    return Request(**(given | {"items": frozenset(given["items"])}))


def lacking(lines=(), **fields):
    return [lack.field for lack in missing(request(**fields), lines)]


def without(*names):
    return {name: value for name, value in EVERYTHING.items() if name not in names}


def line(topic, text, measure="", english=""):
    return PracticeLine(
        topic=topic,
        text_zh=text,
        text_en=english,
        measure=measure,
        source="示例",
        verified_on=date(2025, 1, 1),
    )


@pytest.mark.parametrize("kind", ["criminal", "civil"])
@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize("item", AssistanceItem.Kind.values)
def test_a_letter_that_says_everything_lacks_nothing(direction, kind, item):
    assert lacking(direction=direction, kind=kind, items={item}, persons=1, contents=EVERYTHING) == []


@pytest.mark.parametrize("name", ["requesting_authority", "case_authority", "purpose", "facts", "offences", "legal_provisions", "reason", "language"])  # fmt: skip
def test_what_every_letter_must_say_is_missing_when_it_is_empty_or_blank(name):
    assert lacking(contents=without(name)) == [name]
    assert lacking(contents=EVERYTHING | {name: "  "}) == [name]


def test_an_empty_letter_lacks_the_contents_of_article_8_each_with_its_article_and_its_reason():
    found = missing(request(contents={}))

    with translation.override("en"):
        told = [(lack.field, lack.provision.article, bool(str(lack.why))) for lack in found]
    assert told == [
        ("requesting_authority", "8(3)", True),
        ("case_authority", "8(3)", True),
        ("purpose", "8(3)", True),
        ("facts", "8(3)", True),
        ("offences", "8(3)", True),
        ("legal_provisions", "8(3)", True),
        ("reason", "8(3)", True),
        ("assurances", "20", True),
        ("language", "8(5)", True),
    ]


@pytest.mark.parametrize(
    ("items", "name", "article"),
    [
        ({"service"}, "address", "21"),
        ({"location"}, "address", "21"),
        ({"video"}, "questions", "17"),
        ({"custody"}, "questions", "17"),
        ({"custody"}, "travel", "19"),
        ({"search"}, "dual_criminality", "22"),
        ({"seizure"}, "dual_criminality", "22"),
        ({"restraint"}, "dual_criminality", "22"),
        ({"confiscation"}, "dual_criminality", "22"),
        ({"return_of_proceeds"}, "dual_criminality", "22"),
        ({"confiscation"}, "confiscation", "23"),
    ],
)
def test_what_is_asked_decides_what_else_the_letter_must_say(items, name, article):
    found = missing(request(items=items, persons=1, contents=without(name)))
    elsewhere = missing(request(items={"evidence"}, persons=1, contents=without(name)))

    assert [(lack.field, lack.provision.article) for lack in found] == [(name, article)]
    assert elsewhere == []


def test_service_needs_neither_facts_nor_offences_but_anything_beside_it_does():
    contents = without("facts", "offences", "legal_provisions")

    assert lacking(items={"service"}, persons=1, contents=contents) == []
    assert lacking(items={"service", "evidence"}, persons=1, contents=contents) == [
        "facts",
        "offences",
        "legal_provisions",
    ]


@pytest.mark.parametrize("item", ["service", "location", "video", "custody"])
def test_a_request_about_a_person_names_the_person(item):
    assert lacking(items={item}, contents=EVERYTHING) == ["persons"]
    assert lacking(items={item}, persons=2, contents=EVERYTHING) == []


def test_a_deadline_is_stated_with_its_reason_and_no_deadline_needs_none():
    assert lacking(has_deadline=True, contents=without("deadline_reason")) == ["deadline_reason"]
    assert lacking(contents=without("deadline_reason")) == []


@pytest.mark.parametrize(
    ("basis", "items", "article"),
    [
        ("reciprocity", {"inspection"}, "5"),
        ("agreement", {"evidence"}, "20"),
        ("agreement", {"inspection"}, None),
    ],
)
def test_assurances_are_of_reciprocity_or_of_return(basis, items, article):
    found = missing(request(basis=basis, items=items, contents=without("assurances")))

    assert [lack.provision.article for lack in found] == ([article] if article else [])


@pytest.mark.parametrize(
    ("language", "kept", "lacks"),
    [
        ("英文", "", True),
        ("英文", "missing", True),
        ("英文", "under_way", True),
        ("英文", "attached", False),
        ("英文", "in_part", False),
        ("中文", "", False),
        ("Chinese and English", "", False),
    ],
)
def test_a_letter_in_another_language_comes_with_a_chinese_translation(language, kept, lacks):
    contents = EVERYTHING | {"language": language, "translation": kept}

    assert (lacking(contents=contents) == ["translation"]) is lacks


def test_our_own_letters_follow_the_form_that_the_other_side_wants():
    found = missing(
        request(direction="out", contents=without("purpose") | {"language": "英文", "translation": ""})
    )

    assert [(lack.field, lack.provision.article) for lack in found] == [("purpose", "30")]


def test_a_civil_request_is_asked_for_what_its_own_act_asks():
    assert lacking(kind="civil", items={"service"}, contents={}) == [
        "requesting_authority",
        "reason",
        "persons",
        "address",
        "language",
    ]


@pytest.mark.parametrize("kind", sorted(set(Kind.values) - {"criminal", "civil"}))
def test_what_is_no_assistance_lacks_no_contents(kind):
    assert lacking(kind=kind, contents={}) == []


# The card.


def test_the_card_of_a_partner_speaks_to_our_letters_only():
    lines = [line("copies", "一式 3 份"), line("contents", "應載明進度")]

    assert lacking(lines, contents=EVERYTHING) == []
    assert lacking(lines, direction="out", contents=EVERYTHING) == ["copies", ""]


@pytest.mark.parametrize(("copies", "lacks"), [(None, True), (2, True), (3, False), (4, False)])
def test_copies_are_counted_against_the_first_number_of_the_line(copies, lacks):
    contents = without("copies") | ({} if copies is None else {"copies": copies})

    found = lacking([line("copies", "一式 3 份")], direction="out", contents=contents)

    assert found == (["copies"] if lacks else [])


@pytest.mark.parametrize(
    ("language", "sure"),
    [("", True), ("法文", False), ("英文", None), ("English", None), ("英文、法文", None)],
)
def test_the_language_is_compared_with_that_of_the_card(language, sure):
    found = missing(
        request(direction="out", contents=EVERYTHING | {"language": language or " "}),
        [line("language", "英文", english="English")],
    )

    assert [lack.is_sure for lack in found] == ([] if sure is None else [sure])


def test_a_line_for_one_measure_speaks_only_where_it_is_asked():
    lines = [line("form", "以當地文字書寫地址", measure="service")]

    assert lacking(lines, direction="out", contents=EVERYTHING) == []
    assert lacking(lines, direction="out", items={"service"}, persons=1, contents=EVERYTHING) == [""]


def test_what_only_a_reader_can_judge_comes_last_and_names_its_source():
    found = missing(request(direction="out", contents=without("purpose")), [line("contents", "應載明進度")])

    assert [(lack.field, lack.is_sure) for lack in found] == [("purpose", True), ("", False)]
    assert "示例" in found[1].basis
    assert "應載明進度" in str(found[1].why)


def test_nothing_is_said_twice_of_one_field():
    found = lacking([line("dual_criminality", "須說明")], direction="out", items={"search"}, contents=without("dual_criminality"))  # fmt: skip

    assert found == ["dual_criminality"]


def test_every_duty_names_a_field_of_the_contents_or_the_persons():
    known = {*EVERYTHING, "persons"}

    assert {duty.field for duty in DUTIES} <= known
