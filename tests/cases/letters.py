"""Makes letters for tests, and fills their forms in as a browser does."""

from datetime import date

from cases.actions.letters import (
    Logged,
    Sending,
    Text,
    countersign_letter,
    draft_letter,
    record_incoming,
    record_outgoing,
    send_letter,
    submit_letter,
)
from tests.cases import makers as case_makers
from tests.makers import TODAY

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
SENT_ON = date(2025, 3, 19)


def text(**fields):
    given = {
        "addressee": "甲國司法部",
        "subject_zh": "貴方請求（{their_reference}）一案，請查照。",
        "subject_en": "Your request {their_reference}",
        "paragraphs": (
            ("ack", "貴方{requested_on}之請求業已收悉，案號為{number}。", "Received; ours is {number}."),
        ),
    }
    return Text(**(given | fields))


def drafted(by, case, kind="acknowledgement", **fields):
    return draft_letter(by=by, kind=kind, cases=[case], text=text(**fields))


def signed(by, signer, case, kind="acknowledgement", **fields):
    letter = drafted(by, case, kind, **fields)
    submit_letter(by=by, letter=letter)
    return countersign_letter(by=signer, letter=letter)


def sending(**fields):
    given = {"number": "法外決字第11400000010號", "moved_on": SENT_ON, "channel": "foreign_affairs"}
    return Sending(**(given | fields))


def sent(by, signer, case, kind="acknowledgement", step="", **fields):
    letter = signed(by, signer, case, kind, **fields)
    return send_letter(by=by, letter=letter, sending=sending(step=step), today=TODAY)


def received(by, *cases, **fields):
    logged = Logged(moved_on=SENT_ON, their_number="AA-77", channel="foreign_affairs")
    return record_incoming(by=by, cases=cases, logged=logged, today=TODAY, **fields)


def answered_apart(by, shown):
    """Our letter about a case and a sealed one of ``by``, and their answer, which is about the shown case alone."""
    hidden = case_makers.case(by, shown.partner, officer=by, secrecy=3)
    logged = Logged(moved_on=SENT_ON, number="示例密字第7號", kind="request", channel="foreign_affairs")
    ours = record_outgoing(by=by, cases=[shown, hidden], logged=logged, today=TODAY)
    return ours, received(by, shown, answers=ours)


def outgoing(by, state="O70", **fields):
    file = case_makers.case(by, direction="out", office="示例地方檢察署", **fields)
    return case_makers.walk(by, file, date(2025, 3, 12), until=state)


def posted(form_page, **more):
    """What a browser sends from the page's form, with some of it typed anew."""
    form = form_page.context["form"]
    sent = {}
    for name in form.fields:
        bound = form[name]
        value = bound.value()
        if name == "files" or value is None or value is False:
            continue
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            parts = widget.decompress(value)
            sent |= {
                f"{name}{suffix}": part for suffix, part in zip(widget.widgets_names, parts, strict=True)
            }
        else:
            sent[name] = "on" if value is True else value
    return sent | more
