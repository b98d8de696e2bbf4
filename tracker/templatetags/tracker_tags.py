"""The marks that rows repeat: icon, stage, deadline, secrecy, sample, and days in both calendars.

Plain string functions, because a list draws hundreds of them. What a stage is called belongs to the app
that has stages, so numbers and words come in as arguments.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from tracker import alarms, copies, rocdate
from tracker.documents.bare import may_be_bared
from tracker.documents.names import extension_of
from tracker.documents.traces import traces_words
from tracker.middleware import request_id
from tracker.models import DocumentVersion, User
from tracker.moments import day_in_english, moment_words
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy
from tracker.scanning import closed_because, scanner_is_set
from tracker.scanning.telling import Stopped, stopped_files

register = template.Library()

SOON = 7
"""Days left, at most, that count as soon."""
MOST_MARKS = 5000
"""Different days and deadlines that each process keeps drawn: the same ones stand on page after page."""

CURRENT = ' aria-current="page"'
_APART = {"stopped": "player-pause", "ended": "player-stop", "unknown": "question-mark"}
_DUE_ICONS = {
    "over": "alert-triangle",
    "soon": "clock",
    "ok": "calendar",
    "hold": "player-pause",
    "unknown": "question-mark",
    "done": "check",
}


@cache
def _sprite() -> str:
    return static("icons.svg")


@cache
def _icon(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#i-{}"></use></svg>', _sprite(), name)


@register.simple_tag(takes_context=True)
def unusual_access(context: template.Context) -> list[alarms.Alarm]:
    """The alarms of the last days that the reader of the page is told of."""
    reader = context["request"].user
    return alarms.told_to(reader) if isinstance(reader, User) else []


@register.simple_tag(takes_context=True)
def files_stopped(context: template.Context) -> list[Stopped]:
    """The infected files of the last days that the reader of the page is told of; no query where no scanner is set."""
    reader = context["request"].user
    return stopped_files(reader) if scanner_is_set() and isinstance(reader, User) else []


@register.simple_tag
def file_notes(version: DocumentVersion) -> str | SafeString:
    """What is said beside a file: why nobody is given it, and what its metadata tells. Mostly nothing."""
    words = " ".join(str(each) for each in (closed_because(version), traces_words(version.traces)) if each)
    if not words:
        return ""
    if closed_because(version) or not may_be_bared(extension_of(version.name), version.traces or ()):
        return format_html('<br><span class="xs">{}</span>', words)
    address = reverse("document", args=[version.document_id, version.number])
    link = gettext("A copy without its metadata")
    return format_html('<br><span class="xs">{} <a href="{}?bare">{}</a></span>', words, address, link)


@register.simple_tag
def copy_lines(level: int, reader: User, at: str) -> tuple[str, ...]:
    """What a page that is printed says of its copy: the number is that of the request, which the look keeps as well."""
    number = request_id.get()[: copies.REQUEST_SHOWN]
    return copies.copy_note(level, number=number, reader=reader, at=datetime.fromisoformat(at))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers: words stand beside it."""
    return _icon(name)


@register.simple_tag
def to(name: str) -> str:
    """The address of a page without parameters, looked up once: every page leads to a dozen of them."""
    return _address(name, get_script_prefix())


@cache
def _address(name: str, _prefix: str) -> str:
    return reverse(name)


@register.simple_tag
def links(choices: Iterable[Any]) -> SafeString:
    """Links that choose one of several, by ``url`` and ``label``; the chosen one is marked."""
    return SafeString(
        "".join(
            f'<a href="{escape(choice.url)}"{CURRENT if choice.is_current else ""}>{escape(str(choice.label))}</a>'
            for choice in choices
        )
    )


@register.simple_tag
def stage(number: int | str, label: str, possibly: bool = False) -> SafeString:
    """A stage or phase: 0 (nothing signed) and 1 to 5 by number; "stopped", "ended", "unknown" by icon.

    ``possibly`` adds the words for a stage that a date without its day leaves open.
    """
    mark = _icon(_APART[number]) if number in _APART else number
    return format_html(
        '<span class="stage" data-s="{}"{}><b>{}</b>{}{}</span>',
        number,
        SafeString(" data-possibly") if possibly else "",
        mark,
        label,
        _possibly() if possibly else "",
    )


def _possibly() -> SafeString:
    # Translators: after a stage, when a date known only to the month or year leaves open whether the next one
    # was already reached
    return format_html(" <small>{}</small>", pgettext("stage", "(possibly further on)"))


@register.simple_tag
def due(days_left: int | None, state: str = "", words: str = "") -> SafeString:
    """A deadline as icon and words.

    Without ``state``: overdue below 0, soon up to :data:`SOON` days, else ok. With ``state`` "hold",
    "done" or "unknown" the days do not count; ``words`` replaces the words of any state.

    :raises ValueError: when there is neither a number of days nor a state.
    """
    if not state:
        if days_left is None:
            raise ValueError("a deadline needs its days left, or a state")
        state = "over" if days_left < 0 else "soon" if days_left <= SOON else "ok"
    return _due_mark(state, words) if words else _due(days_left, state, get_language())


@lru_cache(maxsize=MOST_MARKS)
def _due(days_left: int | None, state: str, _language: str | None) -> SafeString:
    return _due_mark(state, _due_words(days_left, state))


def _due_mark(state: str, words: str) -> SafeString:
    return format_html('<span class="due" data-due="{}">{}{}</span>', state, _icon(_DUE_ICONS[state]), words)


def _due_words(days_left: int | None, state: str) -> str:
    if state == "done":
        return pgettext("deadline", "Done")
    if state == "hold":
        return pgettext("deadline", "Paused")
    if state == "unknown" or days_left is None:
        return pgettext("deadline", "Cannot be said")
    if days_left < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days_left) % {"days": -days_left}
    if days_left == 0:
        return gettext("Due today")
    return ngettext("%(days)d day left", "%(days)d days left", days_left) % {"days": days_left}


@register.simple_tag
def conf(level: int) -> SafeString:
    """A secrecy level (:class:`tracker.roles.Secrecy`): always its word, a lock from restricted upwards."""
    return _conf(Secrecy(level), get_language())


@lru_cache(maxsize=MOST_MARKS)
def _conf(known: Secrecy, _language: str | None) -> SafeString:
    return format_html(
        '<span class="conf" data-c="{}">{}{}</span>',
        known.value,
        _icon("lock") if known >= Secrecy.RESTRICTED else "",
        known.label,
    )


@register.simple_tag
def sample(shown: bool = True) -> SafeString:
    """The mark of a fictional thing; nothing when ``shown`` is false."""
    if not shown:
        return SafeString("")
    # Translators: 示例, beside the name of a fictional partner, agreement or case
    return format_html('<span class="sample">{}</span>', pgettext("mark", "sample"))


@register.filter
def rocday(when: PartialDate | date | None, shape: str = "sentence") -> SafeString:
    """A day in both calendars inside ``<time>``; ``shape`` is "sentence" or "table" (shorter, for cells).

    Chinese puts the year of the Republic first, English the Gregorian. No more is shown than is known, and
    what is not known is said in words. A bound is added: not later than that day.

    :raises ValueError: for a shape that does not exist.
    """
    if shape not in ("sentence", "table"):
        raise ValueError(f"{shape!r} is not a shape: sentence or table")
    return _day(when if type(when) is date else _partial(when), shape, get_language())


@lru_cache(maxsize=MOST_MARKS)
def _day(when: PartialDate | date, shape: str, language: str | None) -> SafeString:
    partial = _partial(when)
    if partial.is_unknown:
        known = format_html('<span class="nil">{}</span>', gettext("Not recorded"))
    elif (language or "").startswith("zh"):
        words = rocdate.short(partial) if shape == "table" else rocdate.long(partial)
        known = _time(partial.iso, words, partial.iso)
    else:
        known = _time(partial.iso, day_in_english(partial), _roc_in_english(partial))
    if partial.not_later_than is None:
        return known
    return format_html('{} <span class="nil">{}</span>', known, _bound(partial.not_later_than))


@register.filter
def rocmoment(when: datetime) -> SafeString:
    """A moment to the minute, Taipei time, in both calendars."""
    local = timezone.localtime(when)
    partial = PartialDate.of(local.date())
    is_chinese = (get_language() or "").startswith("zh")
    other = partial.iso if is_chinese else _roc_in_english(partial)
    return _time(local.isoformat(timespec="minutes"), moment_words(when), other)


def _partial(when: PartialDate | date | None) -> PartialDate:
    if isinstance(when, PartialDate):
        return when
    if isinstance(when, datetime):
        return PartialDate.of(timezone.localtime(when).date())
    return PartialDate.of(when) if isinstance(when, date) else PartialDate()


def _time(machine: str, words: str, other: str) -> SafeString:
    return format_html('<time datetime="{}">{}<small>{}</small></time>', machine, words, other)


def _roc_in_english(partial: PartialDate) -> str:
    """ROC 114.03.20, ROC 113.06, ROC 112; before 1912 "before ROC, year 1"."""
    assert partial.year is not None  # noqa: S101 - narrows the type
    year = rocdate.roc_year(partial.year)
    if year < 0:
        return f"before ROC, year {-year}"
    return "ROC " + ".".join([str(year), *(f"{part:02}" for part in (partial.month, partial.day) if part)])


def _bound(day: date) -> str:
    if (get_language() or "").startswith("zh"):
        shown = rocdate.short(day)
    else:
        shown = day_in_english(day)
    # Translators: after a date whose day is not known, 不晚於 113.12.31
    return gettext("(not later than %(day)s)") % {"day": shown}
