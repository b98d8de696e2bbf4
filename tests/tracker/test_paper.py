"""Papers: numbers and lines, what is printed in ODT and PDF, that text stays text, and that bytes repeat (UNI-6)."""

import io
import re
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pdfreader import read_pdf
from tracker.documents import check_upload
from tracker.paper import (
    Form,
    Heading,
    Language,
    NotPrinted,
    Paragraph,
    Part,
    Point,
    Points,
    Recipients,
    Sheet,
    Signature,
    Table,
    Tagged,
    Translation,
    long_date,
    missing_glyphs,
    odt_of,
    official_lines,
    pdf_of,
    texts_of,
)
from tracker.paper.glyphs import BOLD, REGULAR, characters_of
from tracker.paper.numbering import chinese, number_of
from tracker.paper.softbreaks import with_breaks

MADE_AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
HOSTILE = '#set page(fill: red) =輸入 $x$ "引號" \\ </text:p> & <b> {{ x }} @SIZE@ <label> // `a` *b* _c_'
POINTS = Points(
    (
        Point("依據國際刑事司法互助法辦理。", "Under the Act."),
        Point(
            "請協助下列事項：",
            "Please help:",
            (Point("取得證據。", "Evidence."), Point("送達。", "Service.")),
        ),
    )
)
LETTER = Sheet(
    form=Form.LETTER,
    language=Language.ZH,
    title="示例函",
    office="示例部",
    kind="函",
    security="密",
    made_at=MADE_AT,
    corner=(Tagged("檔號"), Tagged("保存年限")),
    lines=official_lines(
        Language.ZH,
        addressee="甲國司法部",
        issued_on=date(2026, 11, 22),
        number="示字第1150000001號",
        priority="最速件",
        classification="密",
        enclosures="如說明二",
    ),
    body=(
        Part("主旨", "檢送請求書一份。", (), "Subject", "Our request is enclosed."),
        Part("說明", "", (POINTS,), "Explanation"),
    ),
    recipients=(Recipients("正本", ("甲國司法部",)), Recipients("副本", ("外交部", "示例地方檢察署"))),
    signatures=(Signature("部長", "示例部長"),),
    mark="sha256 0123",
    watermark="草稿",
    translation=Translation.AFTER,
    translation_title="English translation",
)
SAID = [
    "檔號：",
    "保存年限：",
    "示例部　函",
    "受文者：甲國司法部",
    "發文日期：中華民國115年11月22日",
    "發文字號：示字第1150000001號",
    "速別：最速件",
    "密等及解密條件或保密期限：密",
    "附件：如說明二",
    "主旨：檢送請求書一份。",
    "說明：",
    "一、依據國際刑事司法互助法辦理。",
    "二、請協助下列事項：",
    "(一)取得證據。",
    "(二)送達。",
    "正本：甲國司法部",
    "副本：外交部、示例地方檢察署",
    "部長　示例部長",
    "English translation",
    "Subject: Our request is enclosed.",
    "Explanation:",
    "1.Under the Act.",
    "2.Please help:",
    "(a)Evidence.",
    "(b)Service.",
]


def odt_part(data: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(name))


def odt_lines(data: bytes, name: str = "content.xml") -> list[str]:
    """The text of each paragraph and heading in order, with tabs and spaces of elements as they are meant."""

    def said(element: ElementTree.Element) -> str:
        own = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}.get(element.tag, element.text or "")
        if element.tag == f"{TEXT}s":
            own = " " * int(element.get(f"{TEXT}c", "1"))
        return own + "".join(said(child) + (child.tail or "") for child in element)

    return [one for one in map(said, _paragraphs(odt_part(data, name))) if one]


def _paragraphs(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in root.iter() if one.tag in (f"{TEXT}p", f"{TEXT}h")]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def in_order(pieces: list[str], text: str) -> bool:
    at = 0
    for piece in pieces:
        found = text.find(squeezed(piece), at)
        if found < 0:
            return False
        at = found + len(squeezed(piece))
    return True


def brief(*body: object, **more: object) -> Sheet:
    fields = {
        "form": Form.BRIEF,
        "language": Language.ZH,
        "title": "簡報",
        "office": "簡報",
        "made_at": MADE_AT,
    }
    return Sheet(**fields | more, body=tuple(body))  # type: ignore[arg-type]


# Numbers and lines


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (21, "二十一"),
        (100, "一百"),
        (105, "一百零五"),
        (111, "一百一十一"),
        (999, "九百九十九"),
    ],
)
def test_chinese_numbers_are_counted_as_offices_count(number, words):
    assert chinese(number) == words


def test_points_are_numbered_in_the_official_order_of_signs():
    zh = [number_of(3, level, Language.ZH) for level in (1, 2, 3, 4)]
    en = [number_of(3, level, Language.EN) for level in (1, 2, 3, 4)]

    assert (zh, en) == (["三、", "(三)", "3、", "(3)"], ["3.", "(c)", "(iii)", "(3)"])


def test_english_letters_and_roman_figures_go_on_after_their_alphabet():
    assert [number_of(n, 2, Language.EN) for n in (26, 27, 52, 53)] == ["(z)", "(aa)", "(az)", "(ba)"]
    assert [number_of(n, 3, Language.EN) for n in (4, 49, 299)] == ["(iv)", "(xlix)", "(ccxcix)"]


@pytest.mark.parametrize(("position", "level"), [(1, 5), (1, 0), (0, 1), (1000, 1)])
def test_a_point_beyond_the_signs_is_refused(position, level):
    with pytest.raises(ValueError, match="no number"):
        number_of(position, level, Language.ZH)


def test_a_day_is_written_out_in_years_of_the_republic():
    assert long_date(date(2026, 1, 2), Language.ZH) == "中華民國115年1月2日"
    assert long_date(date(1911, 10, 10), Language.ZH) == "民國前1年10月10日"
    assert long_date(date(2026, 1, 2), Language.EN) == "2 January 2026"


def test_the_lines_of_a_letter_stay_on_the_paper_when_they_are_empty():
    lines = official_lines(Language.ZH, addressee="甲")

    assert [line.label for line in lines] == [
        "受文者",
        "發文日期",
        "發文字號",
        "速別",
        "密等及解密條件或保密期限",
        "附件",
    ]
    assert [line.value for line in lines] == ["甲", "", "", "", "", ""]


def test_a_table_with_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="as many cells"):
        Table(("a", "b"), (("1",),))
    with pytest.raises(ValueError, match="one width"):
        Table(("a", "b"), (("1", "2"),), widths=(1,))


def test_a_sheet_without_the_zone_of_its_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        replace(LETTER, made_at=datetime(2026, 1, 1))


# What is printed


def test_the_odt_says_the_whole_letter_in_order():
    lines = [line.replace("\t", "").strip() for line in odt_lines(odt_of(LETTER))]

    assert lines == SAID


def test_the_pdf_says_the_whole_letter_in_order():
    read = read_pdf(pdf_of(LETTER))

    assert in_order(SAID, squeezed(read.text))
    assert len(read.pages) == 2
    assert all("密" in page and "草稿" in page and "sha2560123" in squeezed(page) for page in read.pages)
    assert [squeezed(page)[-7:] for page in read.pages] == ["第1頁，共2頁", "第2頁，共2頁"]


def test_the_head_and_foot_of_an_odt_page_carry_security_watermark_and_mark():
    assert odt_lines(odt_of(LETTER), "styles.xml") == ["密", "草稿", "sha256 0123\t第 1 頁，共 1 頁"]


def test_a_pdf_is_tagged_and_says_its_language():
    read = read_pdf(pdf_of(LETTER))

    assert read.language == "zh-TW"
    assert {"H1", "H2", "P"} <= set(read.tags)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in read.raw


def test_columns_put_each_text_beside_its_translation():
    sheet = replace(LETTER, translation=Translation.BESIDE, language=Language.ZH)

    lines = [line.replace("\t", "") for line in odt_lines(odt_of(sheet))]
    text = squeezed(read_pdf(pdf_of(sheet)).text)

    pairs = ["一、依據國際刑事司法互助法辦理。", "1.Under the Act.", "二、請協助下列事項：", "2.Please help:"]
    assert lines[lines.index(pairs[0]) :][:4] == pairs
    assert in_order(pairs, text)


def test_a_note_in_english_has_its_day_and_addressee_at_the_foot():
    note = Sheet(
        form=Form.NOTE,
        language=Language.EN,
        title="Note",
        office="Ministry of Samples",
        office_beside="示例部",
        made_at=MADE_AT,
        lines=(Tagged("No", "115-1"),),
        body=(
            Paragraph("The Ministry presents its compliments.", "茲致意。"),
            Table(("No", "Day"), (("1", "2 May"),), "Requests"),
            Paragraph("The Ministry renews its assurances.", "重申敬意。"),
        ),
        date="Taipei, 22 November 2026",
        recipients=(Recipients("To", ("The Embassy of Country A",)),),
    )
    said = [
        "Ministry of Samples",
        "示例部",
        "No: 115-1",
        "The Ministry presents its compliments.",
        "茲致意。",
    ]
    said += ["Requests", "No", "Day", "1", "2 May", "The Ministry renews its assurances.", "重申敬意。"]
    said += ["Taipei, 22 November 2026", "To: The Embassy of Country A"]

    assert odt_lines(odt_of(note)) == said
    assert in_order(said, squeezed(read_pdf(pdf_of(note)).text.replace("-\n", "")))


def test_a_brief_has_headings_points_and_tables_with_their_heads_on_each_page():
    rows = tuple((f"{number:04}", "對方執行中") for number in range(1, 81))
    sheet = brief(
        Heading("協定"), Heading("未結案件", level=2), POINTS, Table(("案號", "狀態"), rows, "清單", (1, 3))
    )

    read = read_pdf(pdf_of(sheet))

    assert in_order(["協定", "未結案件", "一、依據", "清單", "案號", "0001", "0080"], squeezed(read.text))
    assert len(read.pages) > 1
    assert all("案號" in page for page in read.pages)
    assert {"Table", "TH", "TD"} <= set(read.tags)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", list(Language))
def test_every_form_in_both_languages_passes_our_own_check_of_uploads(form, language):
    sheet = replace(LETTER, form=form, language=language)

    odt = check_upload(io.BytesIO(odt_of(sheet)), "a.odt")
    pdf = check_upload(io.BytesIO(pdf_of(sheet)), "a.pdf")

    assert (odt.content_type, pdf.content_type) == (
        "application/vnd.oasis.opendocument.text",
        "application/pdf",
    )


def test_the_same_sheet_gives_the_same_bytes_and_another_moment_others():
    later = replace(LETTER, made_at=MADE_AT + timedelta(seconds=1))

    assert (odt_of(LETTER), pdf_of(LETTER)) == (odt_of(replace(LETTER)), pdf_of(replace(LETTER)))
    assert odt_of(LETTER) != odt_of(later)
    assert pdf_of(LETTER) != pdf_of(later)


LONG = Table(("案號", "狀態"), tuple((f"{number:05}", "對方執行中") for number in range(30_000)), "清單")


def test_a_pdf_that_takes_too_long_is_given_up():
    with pytest.raises(NotPrinted):
        pdf_of(brief(LONG), seconds=1)


def test_a_pdf_that_takes_too_much_memory_is_given_up_and_a_short_one_is_not():
    assert pdf_of(LETTER, megabytes=200).startswith(b"%PDF")
    with pytest.raises(NotPrinted):
        pdf_of(brief(LONG), megabytes=200)


def test_the_process_that_asks_for_a_pdf_never_loads_what_sets_it():
    pdf_of(LETTER)

    assert "typst" not in sys.modules


def test_an_odt_begins_with_its_media_type_unpacked():
    with zipfile.ZipFile(io.BytesIO(odt_of(LETTER))) as archive:
        first = archive.infolist()[0]

        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# Text stays text


def hostile(text: str) -> Sheet:
    """A sheet that says this text wherever a text can stand."""
    return Sheet(
        form=Form.LETTER,
        language=Language.ZH,
        title=text,
        office=text,
        kind=text,
        office_beside=text,
        security=text,
        made_at=MADE_AT,
        corner=(Tagged(text, text),),
        contact=(Tagged(text, text),),
        delivery=(text,),
        lines=official_lines(Language.ZH, addressee=text, number=text),
        body=(
            Part(text, text, (Points((Point(text, text),)), Paragraph(text)), text, text),
            Heading(text),
            Table((text,), ((text,),), text),
        ),
        date=text,
        recipients=(Recipients(text, (text,)),),
        signatures=(Signature(text, text),),
        mark=text,
        watermark="草稿",
        translation=Translation.AFTER,
        translation_title=text,
    )


def test_markup_of_any_kind_is_printed_as_it_was_typed():
    sheet = hostile(HOSTILE)

    content, styles = odt_lines(odt_of(sheet)), odt_lines(odt_of(sheet), "styles.xml")
    pdf = squeezed(read_pdf(pdf_of(sheet)).text.replace("-\n", ""))

    assert sum(line.count(HOSTILE) for line in content) == 30
    assert sum(line.count(HOSTILE) for line in styles) == 2
    assert pdf.count(squeezed(HOSTILE)) >= 30


def test_what_cannot_be_printed_is_left_out_and_line_ends_and_spaces_stay():
    sheet = brief(Paragraph("a\x00b\x07c\x1b\ud800d\u202ee\ufffef\r\ng\u2028h   i\tj  "))

    assert odt_lines(odt_of(sheet))[-1] == "abcdef\ng\nh   i\tj  "
    assert "abcdef\ng\nh" in read_pdf(pdf_of(sheet)).text


def test_ten_thousand_characters_are_all_printed():
    chinese_text, latin = "字" * 10_000, "W" * 10_000
    sheet = brief(Paragraph(chinese_text), Paragraph(latin))

    read = read_pdf(pdf_of(sheet))

    assert (read.text.count("字"), read.text.count("W")) == (10_000, 10_000)
    assert odt_lines(odt_of(sheet))[-2:] == [chinese_text, latin]
    assert len(read.pages) > 8


def test_a_word_is_broken_only_when_it_is_longer_than_its_line():
    assert with_breaks("A" * 40, 40) == "A" * 40
    assert with_breaks("A" * 41, 40) == "\u200b".join("A" * 41)
    assert with_breaks("字" * 100, 40) == "字" * 100


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_makes_a_sound_odt_and_pdf(text):
    sheet = hostile(text)

    odt, pdf = odt_of(sheet), pdf_of(sheet)

    assert check_upload(io.BytesIO(odt), "a.odt").size == len(odt)
    assert check_upload(io.BytesIO(pdf), "a.pdf").size == len(pdf)


# Characters without a glyph


def test_a_character_that_the_font_lacks_is_named_once_in_order():
    assert missing_glyphs("𠮷野家𠮷ไทย") == ("𠮷", "ไ", "ท", "ย")
    assert missing_glyphs(["嘉蘭惠斌煊堃喆", "Żółć, Ελλάς, Привет, ế ữ ơ", "，。「」—…○①㈠"]) == ()


def test_line_ends_joiners_and_selectors_need_no_glyph():
    assert missing_glyphs("a\n\t\u200b\u200d字\ufe00\U000e0100\x07") == ()


def test_both_weights_show_the_same_characters():
    assert [characters_of(font) for font in REGULAR] == [characters_of(font) for font in BOLD]
    assert len(characters_of(REGULAR[0])) > 15_000


def test_a_pdf_with_a_missing_glyph_is_made_but_promises_no_standard():
    read = read_pdf(pdf_of(brief(Paragraph("𠮷野"))))

    assert "野" in read.text
    assert b"pdfuaid" not in read.raw


def test_the_texts_of_a_sheet_are_all_there_for_a_check():
    texts = list(texts_of(hostile("𠮷")))

    assert texts.count("𠮷") == 30
    assert {"受文者", "草稿"} <= set(texts)
