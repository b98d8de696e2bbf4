"""Every write of letters: drafting, countersigning, sending; logging what came in; what an answer means."""

from cases.actions.letters.drafting import (
    Text,
    countersign_letter,
    draft_letter,
    edit_letter,
    print_letter,
    return_letter,
    submit_letter,
    withdraw_draft,
)
from cases.actions.letters.incoming import Logged, record_incoming, record_outgoing
from cases.actions.letters.meaning import Said, say_meanings
from cases.actions.letters.notes import draft_note
from cases.actions.letters.paragraphs import load_paragraphs
from cases.actions.letters.sending import Sending, send_letter

__all__ = [
    "Logged",
    "Said",
    "Sending",
    "Text",
    "countersign_letter",
    "draft_letter",
    "draft_note",
    "edit_letter",
    "load_paragraphs",
    "print_letter",
    "record_incoming",
    "record_outgoing",
    "return_letter",
    "say_meanings",
    "send_letter",
    "submit_letter",
    "withdraw_draft",
]
