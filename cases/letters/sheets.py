"""A letter as a sheet of paper: in the official form (函) with its English after it, or as a diplomatic note."""

from datetime import UTC, datetime
from hashlib import sha256
from json import dumps

from cases.letters.words import ITEMS, OFFICES, SECRECY, Both
from cases.models import Case, Letter
from tracker.paper import (
    Form,
    Language,
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
    official_lines,
)
from tracker.roles import Ministry

DRAFT_MARK, SAMPLE_MARK = "草稿，未發文", "示例"
_DIGEST_SHOWN = 16
_COMPLIMENTS = (
    "The {office} presents its compliments to {addressee} and has the honour to state the following.",
    "{office}茲向{addressee}致意，並就下列事項敬請查照。",
)
_ASSURANCES = (
    "The {office} avails itself of this opportunity to renew to {addressee} the assurances of its highest consideration.",
    "{office}順向{addressee}重申最崇高之敬意。",
)


def digest_of(letter: Letter, cases: list[Case]) -> str:
    """The SHA-256 digest of everything that a letter says; any change of it gives another."""
    said = {
        "kind": letter.kind,
        "partner": letter.partner.code,
        "cases": [case.number for case in cases],
        "addressee": letter.addressee,
        "number": letter.number,
        "dated_on": letter.dated_on.isoformat() if letter.dated_on else "",
        "channel": letter.channel,
        "subject": [letter.subject_zh, letter.subject_en],
        "paragraphs": letter.paragraphs,
        "enclosures": letter.enclosures,
        "ground": letter.ground,
        "reply_by": letter.reply_by.isoformat() if letter.reply_by else "",
        "secrecy": letter.secrecy if letter.sent_as is None else letter.sent_as,
        "signed_by": letter.countersigned_by_id,
    }
    text = dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def is_intact(letter: Letter, cases: list[Case]) -> bool:
    """Whether what was sent from here still says what its digest was taken of; true of what has none."""
    return not letter.digest or digest_of(letter, cases) == letter.digest


def official_sheet(letter: Letter, cases: list[Case]) -> Sheet:
    """函: 主旨 and 說明 in Chinese, and the same in English on pages of its own."""
    office = _office(letter)
    points = tuple(Point(one["zh"], one["en"]) for one in letter.paragraphs)
    blocks: list[Points | Table] = [Points(points)] if points else []
    if _lists_cases(letter, cases):
        blocks.append(_listed(cases, Language.ZH))
    body = [Part("主旨", letter.subject_zh, (), "Subject", letter.subject_en)]
    if blocks:
        body.append(Part("說明", "", tuple(blocks), "Explanation"))
    return Sheet(
        form=Form.LETTER,
        language=Language.ZH,
        title=f"{office.zh}函 {letter.number}".strip(),
        office=office.zh,
        kind="函",
        made_at=_made_at(letter),
        security=SECRECY[letter.secrecy],
        corner=(Tagged("檔號"), Tagged("保存年限")),
        contact=(Tagged("承辦單位", letter.drafted_by.desk), Tagged("承辦人", letter.drafted_by.name)),
        lines=official_lines(
            Language.ZH,
            addressee=letter.addressee,
            issued_on=letter.dated_on,
            number=letter.number,
            priority="",
            classification=SECRECY[letter.secrecy],
            enclosures=letter.enclosures,
        ),
        body=tuple(body),
        recipients=(Recipients("正本", (letter.addressee,)), Recipients("副本", ())),
        signatures=_signatures(letter),
        mark=_mark(letter),
        watermark=_watermark(letter),
        translation=Translation.AFTER,
        translation_title=f"English translation {letter.number}".strip(),
    )


def note_sheet(letter: Letter, cases: list[Case]) -> Sheet:
    """節略: the same contents in the third person, English with Chinese beside it, as Foreign Affairs sends them."""
    office = OFFICES[Ministry.FOREIGN_AFFAIRS]
    named = {"addressee": letter.addressee}
    greeting, parting = (
        Paragraph(
            *(
                text.format(office=one, **named)
                for text, one in zip(pair, (office.en, office.zh), strict=True)
            )
        )
        for pair in (_COMPLIMENTS, _ASSURANCES)
    )
    body: list[Paragraph | Points | Table] = [greeting, Paragraph(letter.subject_en, letter.subject_zh)]
    if letter.paragraphs:
        body.append(Points(tuple(Point(one["en"], one["zh"]) for one in letter.paragraphs)))
    if _lists_cases(letter, cases):
        body.append(_listed(cases, Language.EN))
    return Sheet(
        form=Form.NOTE,
        language=Language.EN,
        title=f"Note {letter.number}".strip(),
        office=office.en,
        office_beside=office.zh,
        made_at=_made_at(letter),
        security=SECRECY[letter.secrecy],
        lines=(Tagged("No", letter.number),),
        body=(*body, parting),
        date=long_date(letter.dated_on, Language.EN) if letter.dated_on else "",
        recipients=(Recipients("To", (letter.addressee,)),),
        mark=_mark(letter),
        watermark=_watermark(letter),
    )


def _lists_cases(letter: Letter, cases: list[Case]) -> bool:
    """A reminder lists its requests, even a single one; so does every letter over several cases."""
    return len(cases) > 1 or letter.kind == Letter.Kind.REMINDER


def _office(letter: Letter) -> Both:
    return OFFICES.get(letter.drafted_by.ministry, OFFICES[Ministry.JUSTICE])


def _made_at(letter: Letter) -> datetime:
    """A moment that does not change any more: the countersignature, until then the drafting."""
    return (letter.countersigned_at or letter.drafted_at).astimezone(UTC).replace(microsecond=0)


def _signatures(letter: Letter) -> tuple[Signature, ...]:
    signer = letter.countersigned_by
    return (Signature(signer.desk, signer.name),) if signer else ()


def _mark(letter: Letter) -> str:
    return f"SHA-256 {letter.digest[:_DIGEST_SHOWN]}" if letter.digest else ""


def _watermark(letter: Letter) -> str:
    if letter.status != Letter.Status.SENT:
        return DRAFT_MARK
    return SAMPLE_MARK if letter.partner.is_sample else ""


def _listed(cases: list[Case], language: Language) -> Table:
    """The cases of one letter over several, in the paper's language with the other beside."""
    chinese = Table(
        ("本部案號", "貴方文號", "請求日期", "請求事項"),
        tuple(_row(case, Language.ZH) for case in cases),
        "附表：請求案件",
        (3, 3, 3, 4),
    )
    english = Table(
        ("Our number", "Your reference", "Day of the request", "Assistance asked"),
        tuple(_row(case, Language.EN) for case in cases),
        "List of the requests",
        (3, 3, 3, 4),
    )
    first, second = (chinese, english) if language is Language.ZH else (english, chinese)
    return Table(first.head, first.rows, first.caption, first.widths, second)


def _row(case: Case, language: Language) -> tuple[str, ...]:
    items = dict.fromkeys(item.kind for item in case.items.all())
    asked = "、".join(ITEMS[kind].zh for kind in items)
    if language is Language.EN:
        asked = ", ".join(ITEMS[kind].en for kind in items)
    day = long_date(case.requested_on, language) if case.requested_on else "—"
    return (case.number, case.partner_reference or "—", day.removeprefix("中華民國"), asked or "—")
