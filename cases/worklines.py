"""The lines of a day's work as finished HTML: cases, and what asks to be done.

Plain string functions, because the first page draws dozens of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from cases.lifecycle import State, Step
from tracker.templatetags.tracker_tags import conf, due, rocday, sample


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One open case with the days to its deadline and the step that is expected next."""

    number: str
    partner: str
    subject: str
    secrecy: int
    state: str
    due_on: date | None
    days: int | None
    next: Step | None
    is_sample: bool

    @property
    def name(self) -> str:
        """Number, partner and subject, as a list of work names a case."""
        return f"{self.number} {self.partner} {self.subject}"

    @property
    def url(self) -> str:
        return reverse("cases:detail", args=[self.number])


@dataclass(frozen=True, slots=True)
class Todo:
    """One sentence. ``days`` are left until ``day``, negative when past; both None when there is no day."""

    tag: str
    words: str
    about: str
    url: str
    day: date | None = None
    days: int | None = None
    is_sample: bool = False

    @property
    def urgency(self) -> tuple[bool, int]:
        """Real before fictional, then the nearest day; what has none comes last."""
        return (self.is_sample, 10**6 if self.days is None else self.days)


def drawn_cases(lines: Iterable[CaseLine]) -> SafeString:
    """The lines of cases in a list of work."""
    none = format_html('<span class="nil sm">{}</span>', gettext("No deadline"))
    by, following = pgettext("in a sentence", "deadline"), gettext("Next:")
    states: dict[str, str | Promise] = {}
    rows = []
    for line in lines:
        state = states.setdefault(line.state, State(line.state).label)
        facts = [
            str(state),
            format_html("{} {}", by, rocday(line.due_on, "table")) if line.due_on else "",
            f"{following} {line.next.label}" if line.next else "",
        ]
        rows.append(
            format_html(
                '<li><div>{}</div><div><h3><a href="{}">{}</a> {} {}</h3>\n<p>{}</p></div></li>',
                none if line.days is None else due(line.days),
                line.url,
                line.name,
                sample(line.is_sample),
                conf(line.secrecy),
                _joined(facts),
            )
        )
    return SafeString("".join(rows))


def drawn_todos(todos: Iterable[Todo]) -> SafeString:
    """The sentences in a list of work."""
    return SafeString("".join(map(_drawn, todos)))


def _drawn(todo: Todo) -> SafeString:
    has_day = todo.days is not None
    return format_html(
        '<li><div>{}</div><div><h3><a href="{}">{}{}</a> {}</h3><p>{}</p></div></li>',
        due(todo.days) if has_day else format_html('<span class="tag">{}</span>', todo.tag),
        todo.url,
        f"{todo.tag}: " if has_day else "",
        todo.words,
        sample(todo.is_sample),
        _joined([todo.about, rocday(todo.day, "table") if todo.day else ""]),
    )


def _joined(facts: list[str]) -> SafeString:
    return SafeString(" · ".join(conditional_escape(fact) for fact in facts if fact))
