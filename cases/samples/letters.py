"""Letters of fictional cases, in every state: drafted, returned, to be signed, to be sent, sent, and received."""

from cases.actions.letters import (
    Logged,
    Said,
    Sending,
    Text,
    countersign_letter,
    draft_letter,
    draft_note,
    record_incoming,
    record_outgoing,
    return_letter,
    say_meanings,
    send_letter,
    submit_letter,
    withdraw_draft,
)
from cases.letters.approved import usual_paragraphs
from cases.letters.kinds import SORTS
from cases.models import Case, Letter, LetterCase
from cases.samples.cast import Cast

K, CHANNEL = Letter.Kind, Letter.Channel.FOREIGN_AFFAIRS
DAYS_TO_ANSWER = 30


def load_letters(cast: Cast) -> None:
    """Draft, sign, send and log, so that every list of letters shows something."""
    _ours(cast)
    _theirs(cast)


def _ours(cast: Cast) -> None:
    by, cases, today = cast.officer, cast.cases, cast.today
    letter = _signed(cast, K.ACKNOWLEDGEMENT, "same_accounts")
    out = Sending("示例字第 0000000001 號", today, CHANNEL, "acknowledge")
    send_letter(by=by, letter=letter, sending=out, today=today)
    _signed(cast, K.OTHER, "asked_more")
    _submitted(cast, K.REQUEST, "proceeds")
    returned = _submitted(cast, K.REPLY, "cured")
    return_letter(by=cast.supervisor, letter=returned, reason="示例：請敘明保全之範圍")
    withdraw_draft(by=by, letter=_drafted(cast, K.OTHER, "returned"))
    _drafted(cast, K.NOTICE, "same_goods")
    late = [cases["silent"], cases["half_answered"]]
    partner = cases["silent"].partner
    assert partner is not None  # noqa: S101 - a registered case has one
    draft_note(by=by, partner=partner, cases=late, text=_text(cast, K.REMINDER, cases["silent"]), today=today)
    sent = Logged(
        cast.day(-128), number="示例字第 0000000002 號", channel=CHANNEL, subject_zh="示例：檢送補充資料"
    )
    record_outgoing(by=by, cases=[cases["asked_back"]], logged=sent, today=today)


def _theirs(cast: Cast) -> None:
    """One letter of which nobody said what it means, one of which nobody is sure, and one that promises an answer."""
    M = LetterCase.Meaning
    _received(cast, "accounts", "示例-來文-1", "示例：補充資料", 0)
    unsure = _received(cast, "asked_back", "示例-來文-2", "示例：關於貴方來文", -6)
    _mean(cast, unsure, Said(cast.cases["asked_back"], M.UNSURE))
    promises = _received(cast, "chased", "示例-來文-3", "示例：將於近期函復", -5)
    _mean(cast, promises, Said(cast.cases["chased"], M.PROMISES, promised_on=cast.day(12)))


def _received(cast: Cast, name: str, number: str, subject: str, days: int) -> Letter:
    logged = Logged(cast.day(days), their_number=number, channel=CHANNEL, subject_zh=subject)
    return record_incoming(by=cast.officer, cases=[cast.cases[name]], logged=logged, today=cast.today)


def _mean(cast: Cast, letter: Letter, said: Said) -> None:
    say_meanings(by=cast.officer, letter=letter, said=[said], today=cast.today)


def _text(cast: Cast, kind: str, case: Case) -> Text:
    subject, partner = SORTS[kind].subject, case.partner
    return Text(
        addressee=f"{partner.name_zh}司法互助主管機關（示例）" if partner else "",
        subject_zh=subject.zh,
        subject_en=subject.en,
        paragraphs=usual_paragraphs(kind),
        reply_by=cast.day(DAYS_TO_ANSWER) if SORTS[kind].takes_reply_by else None,
        channel=CHANNEL,
    )


def _drafted(cast: Cast, kind: str, name: str) -> Letter:
    case = cast.cases[name]
    case.refresh_from_db()
    return draft_letter(by=cast.officer, kind=kind, cases=[case], text=_text(cast, kind, case))


def _submitted(cast: Cast, kind: str, name: str) -> Letter:
    return submit_letter(by=cast.officer, letter=_drafted(cast, kind, name))


def _signed(cast: Cast, kind: str, name: str) -> Letter:
    return countersign_letter(by=cast.supervisor, letter=_submitted(cast, kind, name))
