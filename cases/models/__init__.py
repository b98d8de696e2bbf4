"""The tables of cases. No role is given permissions on them: who sees what is said by ``visible_to`` and the rules."""

from cases.models.access import Access, AccessQuerySet
from cases.models.case import NOBODY, Case, CaseEvent
from cases.models.disposal import (
    PERMANENT,
    DisposalLine,
    DisposalList,
    Erasure,
    Hold,
    Retention,
    RetentionDefault,
    Start,
    Term,
)
from cases.models.handover import Handover, HandoverLine
from cases.models.items import AssistanceItem, RequestContents
from cases.models.letters import Letter, LetterCase, Paragraph
from cases.models.links import CaseLink, Competition, Competitor
from cases.models.lists import SOON, CaseQuerySet
from cases.models.notes import Mention, Note, Task
from cases.models.numbers import NumberSeries
from cases.models.people import Person
from cases.models.practice import PracticeLine
from cases.models.promises import Promise
from cases.models.time import Extension, Interval

__all__ = [
    "NOBODY",
    "PERMANENT",
    "SOON",
    "Access",
    "AccessQuerySet",
    "AssistanceItem",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CaseQuerySet",
    "Competition",
    "Competitor",
    "DisposalLine",
    "DisposalList",
    "Erasure",
    "Extension",
    "Handover",
    "HandoverLine",
    "Hold",
    "Interval",
    "Letter",
    "LetterCase",
    "Mention",
    "Note",
    "NumberSeries",
    "Paragraph",
    "Person",
    "PracticeLine",
    "Promise",
    "RequestContents",
    "Retention",
    "RetentionDefault",
    "Start",
    "Task",
    "Term",
]
