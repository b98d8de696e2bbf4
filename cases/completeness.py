"""What a letter of request still lacks: the contents that the law asks for, and what this partner's card says. Pure.

Nothing here stops anybody: it says what is missing, why it is essential, and where that is written.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.provisions import Provision
from cases.lifecycle import Basis, Direction, Kind, State
from cases.models import AssistanceItem, PracticeLine, RequestContents
from cases.provisions import HOUSE, mla_act, rogatory_act

Item = AssistanceItem.Kind
Translation = RequestContents.Translation
COERCIVE = frozenset({Item.SEARCH, Item.SEIZURE, Item.RESTRAINT, Item.CONFISCATION, Item.RETURN_OF_PROCEEDS})
"""Kinds 3 to 7 of article 6, for which article 22 asks for dual criminality."""
ABOUT_A_PERSON = frozenset({Item.SERVICE, Item.LOCATION, Item.VIDEO, Item.CUSTODY})
GIVES_THINGS = frozenset({Item.EVIDENCE, Item.SEIZURE, Item.RETURN_OF_PROCEEDS})
OUR_LANGUAGES = ("中文", "華語", "chinese", "mandarin", "國語", "漢語")
STILL_ASKED: frozenset[str] = frozenset(
    {State.I10, State.I15, State.I16, State.I20, State.I30, State.I40}
    | {State.O10, State.O20, State.O30, State.O35, State.O38, State.O40, State.O75}
)
"""States in which the letter may still be amended: before it is accepted or sent, and when more is asked."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of a request. ``contents`` are the fields of RequestContents by name; unknown ones may lack."""

    direction: str
    kind: str
    basis: str = ""
    items: frozenset[str] = frozenset()
    has_deadline: bool = False
    is_direct: bool = False
    persons: int = 0
    contents: Mapping[str, Any] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether this field of the contents says anything."""
        value = self.contents.get(name)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def asks(self, items: Iterable[str]) -> bool:
        return bool(self.items & frozenset(items))


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing. ``is_sure`` false: only a person can tell whether the letter says it.

    ``field`` is the field of the contents, "persons", or "" for none; ``line`` the line of the card that asks.
    """

    field: str
    words: str | Promise
    why: str | Promise
    provision: Provision
    is_sure: bool = True
    line: PracticeLine | None = None

    @property
    def place(self) -> str:
        """The id of the field on a page that has them all; "" for none."""
        if self.field == "persons":
            return "id_person_1_name"
        return f"id_{self.field}" if self.field else ""

    @property
    def basis(self) -> str:
        """Where it is written: an article, or the partner's own practice."""
        return (
            _("Practice card: %(source)s") % {"source": self.line.source}
            if self.line
            else str(self.provision)
        )


@dataclass(frozen=True, slots=True)
class Duty:
    """One of the mandatory contents: whose article asks for it, when it applies, and when it is met."""

    field: str
    words: Promise
    why: Promise
    article: str
    applies: Callable[[Request], bool] = lambda _request: True
    is_met: Callable[[Request], bool] | None = None

    def lacks(self, request: Request) -> bool:
        if not self.applies(request):
            return False
        return not (self.is_met(request) if self.is_met else request.has(self.field))


def _is_more_than_service(request: Request) -> bool:
    return not request.items or bool(request.items - {Item.SERVICE})


def _is_readable(request: Request) -> bool:
    """In Chinese, or with a translation that the law accepts; a letter of ours is read by the other side."""
    said = str(request.contents.get("language", "")).casefold()
    is_ours = any(name in said for name in OUR_LANGUAGES)
    accepted = (Translation.ATTACHED, Translation.IN_PART, Translation.NOT_NEEDED)
    return is_ours or request.contents.get("translation") in accepted


def _is_incoming(request: Request) -> bool:
    return request.direction == Direction.IN


# fmt: off
DUTIES: tuple[Duty, ...] = (
    Duty("requesting_authority", gettext_lazy("Requesting authority"),
         gettext_lazy("The reply goes to it."), "8(3)"),
    Duty("case_authority", gettext_lazy("Authority that handles the matter"),
         gettext_lazy("Questions about the matter itself are put to it."), "8(3)"),
    Duty("purpose", gettext_lazy("Purpose"),
         gettext_lazy("What is given may be used for the stated purpose only (art. 16)."), "8(3)"),
    Duty("facts", gettext_lazy("Facts and the evidence relied on"),
         gettext_lazy("Without them nobody can judge whether the act is an offence here and what the evidence is for."),
         "8(3)", _is_more_than_service),
    Duty("offences", gettext_lazy("Offences"),
         gettext_lazy("The grounds of refusal of art. 10 are judged by them."), "8(3)", _is_more_than_service),
    Duty("legal_provisions", gettext_lazy("Legal provisions"),
         gettext_lazy("They show what the act is punished with."), "8(3)", _is_more_than_service),
    Duty("reason", gettext_lazy("Why the assistance is needed"),
         gettext_lazy("It ties what is asked to the facts."), "8(3)"),
    Duty("deadline_reason", gettext_lazy("Why the deadline"),
         gettext_lazy("A deadline is stated with its reason."), "8(3)5", lambda request: request.has_deadline),
    Duty("persons", gettext_lazy("The person concerned"),
         gettext_lazy("Identity and nationality of the person tell whom it is about."), "21",
         lambda request: request.asks(ABOUT_A_PERSON), lambda request: request.persons > 0),
    Duty("address", gettext_lazy("Address for service, or what helps to find it"),
         gettext_lazy("Service needs an address, or the request to find it."), "21",
         lambda request: request.asks({Item.SERVICE, Item.LOCATION})),
    Duty("questions", gettext_lazy("Facts to prove and questions"),
         gettext_lazy("Whoever questions a person here must know what to ask."), "17",
         lambda request: request.asks({Item.VIDEO, Item.CUSTODY})),
    Duty("travel", gettext_lazy("Costs, period and safe conduct of persons who travel"),
         gettext_lazy("Nobody travels without safe conduct and somebody who bears the costs."), "19",
         lambda request: request.asks({Item.CUSTODY})),
    Duty("dual_criminality", gettext_lazy("Dual criminality"),
         gettext_lazy("Coercive measures need an offence under the law of both sides."), "22",
         lambda request: request.asks(COERCIVE)),
    Duty("confiscation", gettext_lazy("Final order, property and third parties"),
         gettext_lazy("A foreign order is enforced only with them."), "23",
         lambda request: request.asks({Item.CONFISCATION})),
    Duty("assurances", gettext_lazy("Assurance of reciprocity"),
         gettext_lazy("Where no agreement covers the request it rests on reciprocity."), "5",
         lambda request: request.basis == Basis.RECIPROCITY),
    Duty("assurances", gettext_lazy("Assurance of return"),
         gettext_lazy("Things and documents go back at once or by a stated day."), "20",
         lambda request: request.basis != Basis.RECIPROCITY and request.asks(GIVES_THINGS)),
    Duty("language", gettext_lazy("Language of the letter"),
         gettext_lazy("It decides whether a translation is needed."), "8(5)"),
    Duty("translation", gettext_lazy("Chinese translation, marked as identical"),
         gettext_lazy("The letter is in Chinese or comes with a Chinese translation."), "8(5)",
         lambda request: _is_incoming(request) and request.has("language"), _is_readable),
)
# fmt: on
CIVIL_DUTIES = frozenset(
    {"requesting_authority", "reason", "persons", "address", "questions", "language", "translation"}
)
"""What the act on matters entrusted by foreign courts asks of a civil request."""


def missing(request: Request, lines: Iterable[PracticeLine] = ()) -> list[Lack]:
    """What the letter lacks by law, then by the partner's card; what only a reader can judge comes last.

    Only assistance has such contents: transfers and extraditions follow laws of their own, information needs none.
    """
    if request.kind not in (Kind.CRIMINAL, Kind.CIVIL):
        return []
    by_law = [
        Lack(duty.field, duty.words, duty.why, _provision(duty, request))
        for duty in DUTIES
        if duty.lacks(request) and (request.kind == Kind.CRIMINAL or duty.field in CIVIL_DUTIES)
    ]
    named = {lack.field for lack in by_law}
    found = [lack for line in lines for lack in _by_card(request, line) if lack.field not in named]
    return sorted([*by_law, *found], key=lambda lack: not lack.is_sure)


def _provision(duty: Duty, request: Request) -> Provision:
    """The article that asks for it; our own letters follow the form that the other side wants (art. 30)."""
    if request.kind == Kind.CIVIL:
        return rogatory_act() if _is_incoming(request) else HOUSE
    return mla_act(duty.article if _is_incoming(request) else "30")


def _by_card(request: Request, line: PracticeLine) -> Iterable[Lack]:
    """What a line of the card asks for and the letter does not say; only our own letters follow the card."""
    topic = PracticeLine.Topic
    holds = not line.measure or line.measure in request.items
    if _is_incoming(request) or not holds:
        return
    why = line_words(line)
    if line.topic == topic.LANGUAGE and not _names_language(request, line):
        yield Lack(
            "language", _("Language that this partner wants"), why, HOUSE, not request.has("language"), line
        )
    elif line.topic == topic.COPIES and not _has_copies(request, line):
        yield Lack("copies", _("Copies that this partner wants"), why, HOUSE, True, line)
    elif line.topic == topic.DUAL_CRIMINALITY and not request.has("dual_criminality"):
        yield Lack("dual_criminality", _("Dual criminality"), why, HOUSE, True, line)
    elif line.topic in (topic.CONTENTS, topic.FORM):
        yield Lack("", _("Does the letter say this?"), why, HOUSE, False, line)


def line_words(line: PracticeLine) -> str:
    """The line in Chinese, with the English beside it when there is one."""
    return f"{line.text_zh}（{line.text_en}）" if line.text_en else line.text_zh


def _names_language(request: Request, line: PracticeLine) -> bool:
    """Whether the language of the letter is one that the line names."""
    said = [
        word
        for word in re.split(r"[\s,、;；/及和與]+", str(request.contents.get("language", "")).casefold())
        if word
    ]
    wanted = f"{line.text_zh} {line.text_en}".casefold()
    return any(word in wanted for word in said)


def _has_copies(request: Request, line: PracticeLine) -> bool:
    """Whether there are as many copies as the first number of the line; a line without one is met by any."""
    copies = request.contents.get("copies")
    wanted = re.search(r"\d+", f"{line.text_zh} {line.text_en}")
    return copies is not None and (wanted is None or int(copies) >= int(wanted.group()))
