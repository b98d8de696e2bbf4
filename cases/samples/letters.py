"""Letters of fictional cases, for trying the system: one sent, one to be sent, one draft, one that came in."""

from datetime import date, timedelta

from django.db import transaction

from cases.actions.letters import (
    Logged,
    Sending,
    Text,
    countersign_letter,
    draft_letter,
    record_incoming,
    send_letter,
    submit_letter,
)
from cases.letters.approved import usual_paragraphs
from cases.letters.kinds import SORTS
from cases.models import Case, Letter
from tracker.models import User

K = Letter.Kind
DAYS_TO_ANSWER = 30


@transaction.atomic
def load_sample_letters(*, by: User, supervisor: User, today: date) -> int:
    """Write the letters of the fictional cases, unless there are some; returns how many."""
    if Letter.objects.filter(partner__is_sample=True).exists():
        return 0
    cases = Case.objects.visible_to(by).open().filter(partner__is_sample=True)
    states = {
        state: cases.filter(state=state).order_by("pk").first() for state in ("I30", "I40", "O65", "O75")
    }
    made = 0
    if case := states["I30"]:
        letter = _signed(K.ACKNOWLEDGEMENT, case, by, supervisor, today)
        out = Sending("示例字第 0000000001 號", today, Letter.Channel.FOREIGN_AFFAIRS, "acknowledge")
        send_letter(by=by, letter=letter, sending=out, today=today)
        made += 1
    if case := states["O75"]:
        _signed(K.OTHER, case, by, supervisor, today)
        made += 1
    if case := states["O65"]:
        _drafted(K.REMINDER, case, by, today)
        made += 1
    if case := states["I40"]:
        logged = Logged(
            today,
            their_number="示例-來文-1",
            channel=Letter.Channel.FOREIGN_AFFAIRS,
            subject_zh="示例：補充資料",
        )
        record_incoming(by=by, cases=[case], logged=logged, today=today)
        made += 1
    return made


def _drafted(kind: str, case: Case, by: User, today: date) -> Letter:
    subject, partner = SORTS[kind].subject, case.partner
    text = Text(
        addressee=f"{partner.name_zh}司法互助主管機關（示例）" if partner else "",
        subject_zh=subject.zh,
        subject_en=subject.en,
        paragraphs=usual_paragraphs(kind),
        reply_by=today + timedelta(days=DAYS_TO_ANSWER) if SORTS[kind].takes_reply_by else None,
        channel=Letter.Channel.FOREIGN_AFFAIRS,
    )
    return draft_letter(by=by, kind=kind, cases=[case], text=text)


def _signed(kind: str, case: Case, by: User, supervisor: User, today: date) -> Letter:
    letter = _drafted(kind, case, by, today)
    submit_letter(by=by, letter=letter)
    return countersign_letter(by=supervisor, letter=letter)
