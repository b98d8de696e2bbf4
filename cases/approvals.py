"""What a supervisor of justice decides in cases: letters to countersign, more time asked for, concurrent requests."""

from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.askedonce import ask, given_by, prepare, sort_of
from cases.competition import competitions_seen
from cases.models import Competitor, Letter
from cases.rules import may_prefer_a_request
from cases.todo import SOURCES, Found, Source, named
from cases.worklines import Todo
from tracker.models import User

BY_NAME = {source.name: source for source in SOURCES}


def approvals_of(reader: User, *, today: date) -> list[Todo]:
    """What waits for this reader's decision, the nearest day first; nothing for others than such a supervisor. One query."""
    if not may_prefer_a_request(reader):
        return []
    nobody = sort_of(reader).nobody
    made = [source.rows(source.name, nobody) for source in APPROVALS]
    told = {source.name: source.tell for source in APPROVALS}
    rows = ask([prepare(each) for each in made if each is not None], given_by(reader, today))
    todos = [told[row[0]](Found(*row), today) for row in rows if _is_decided_by_supervisors(Found(*row))]
    return sorted((todo for todo in todos if todo is not None), key=lambda todo: todo.urgency)


def _is_decided_by_supervisors(row: Found) -> bool:
    """The source of letters also tells of those that their drafters go on with."""
    return row.source != "letters" or row.words == Letter.Status.SUBMITTED


def _undecided(source: str, reader: User) -> QuerySet:
    """Concurrent requests of which nobody has said yet which is met first."""
    samples = Competitor.objects.filter(competition=OuterRef("pk"), case__partner__is_sample=True)
    rows = competitions_seen(reader).filter(preferred=None).annotate(is_fictional=Exists(samples))
    columns = {"key": F("pk"), "words": F("wanted"), "moment": F("recorded_at")}
    return named(source, rows.order_by("recorded_at", "pk"), **columns, is_sample=F("is_fictional"))


def _of_undecided(row: Found, today: date) -> Todo:
    # Translators: 競合請求：決定優先辦理之請求（國際刑事司法互助法第 11 條）
    words = _("Decide which of the concurrent requests is met first.")
    url = reverse("cases:competition", args=[row.key])
    return Todo(pgettext("to do", "Decide"), words, row.words, url, is_sample=bool(row.is_sample))


APPROVALS: tuple[Source, ...] = (
    BY_NAME["letters"],
    BY_NAME["extensions"],
    Source("concurrent", _undecided, _of_undecided),
)
