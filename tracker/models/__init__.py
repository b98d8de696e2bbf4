"""People, the history, documents, the calendar's override table, import batches and what lists remember."""

from tracker.models.calendar import Holiday, Setting
from tracker.models.documents import Document, DocumentQuerySet, DocumentVersion, _place, _store
from tracker.models.forms import Draft, Submission
from tracker.models.history import Checkup, Entry, Look, LookedAt
from tracker.models.imports import ImportBatch
from tracker.models.lists import ListLook, SavedView, SearchEntry
from tracker.models.marks import CodeNamed, Lowering, Marked, says_when_it_ends
from tracker.models.people import FactorReset, FormerPassword, PeopleManager, Substitution, User
from tracker.models.sessions import KeptForm, Session

__all__ = [
    "Checkup", "CodeNamed", "Document", "DocumentQuerySet", "DocumentVersion", "Draft", "Entry", "FactorReset",
    "FormerPassword", "Holiday", "ImportBatch", "KeptForm", "ListLook", "Look", "LookedAt", "Lowering", "Marked", "PeopleManager",
    "SavedView", "SearchEntry", "Session", "Setting", "Submission", "Substitution", "User", "_place", "_store",
    "says_when_it_ends",
]  # fmt: skip
