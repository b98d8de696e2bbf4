"""Draws visibly fictional cases by chance, for trying and for benchmarks: pure but for the basis book, which reads the register.

The same seed draws the same cases. Each case walks the real tables of steps, so no drawn case stands where a real
one could not. Nothing is written here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from agreements.models import Partner
from cases.basis import Proposal
from cases.basisbook import BasisBook
from cases.clocks import Fact, Facts, clocks_of, earliest_due
from cases.lifecycle import (
    CLOSED,
    ENDED,
    HOLDER_OF,
    Defect,
    Direction,
    Kind,
    Need,
    Result,
    Step,
    awaited,
    next_steps,
    opening_of,
)
from cases.models import AssistanceItem
from tracker.models import User
from tracker.rocdate import roc_year
from tracker.roles import Secrecy
from tracker.workdays import Calendar

SPAN = 12 * 365
"""Days over which the cases are spread, more of them towards the end."""
FEW_DAYS = 60
LONGEST_WALK = 24
ORDINARY_SHARE = 0.78
CHINESE_SHARE = 0.55
OFFICE = "地方檢察署（示例）"
LETTER = "示例字第 {:010} 號"
LATE_IN_A_WALK = 14

Skewed = tuple[tuple[Any, ...], tuple[float, ...]]


def skewed(*pairs: tuple[Any, float]) -> Skewed:
    """Values with their growing weights, for :func:`random.choices`."""
    return tuple(value for value, _weight in pairs), tuple(accumulate(weight for _value, weight in pairs))


# The shares are invented; they only have to differ, so that searches hit different numbers of cases.
MATTERS = skewed(
    (("詐欺", "fraud"), 30), (("洗錢防制", "money laundering"), 18), (("毒品危害", "narcotics"), 13),
    (("偽造文書", "forgery"), 9), (("貪污治罪", "corruption"), 7), (("組織犯罪", "organised crime"), 6),
    (("妨害電腦使用", "computer crime"), 5), (("人口販運", "trafficking in persons"), 4), (("走私", "smuggling"), 3),
    (("逃漏稅捐", "tax evasion"), 2), (("背信", "breach of trust"), 1.5), (("內線交易", "insider trading"), 0.8),
    (("擄人勒贖", "kidnapping"), 0.4), (("海上強盜", "piracy"), 0.1),
)  # fmt: skip
CIVIL_MATTERS = skewed(
    (("離婚", "divorce"), 30), (("清償債務", "debt"), 25), (("損害賠償", "damages"), 20), (("扶養費", "maintenance"), 12),
    (("繼承", "inheritance"), 8), (("認領子女", "paternity"), 4), (("商標", "trade marks"), 1),
)  # fmt: skip
OBJECTS = skewed(
    (("evidence", "調取金融帳戶資料", "bank records"), 30), (("evidence", "訊問證人", "hearing a witness"), 16),
    (("service", "送達文書", "service of documents"), 22), (("location", "確定關係人所在", "locating a person"), 9),
    (("video", "視訊訊問", "testimony by video"), 7), (("search", "搜索住居所", "search of premises"), 6),
    (("seizure", "扣押資產", "seizure of assets"), 5), (("restraint", "禁止處分財產", "restraint of assets"), 3),
    (("inspection", "鑑定筆跡", "expert opinion on handwriting"), 1.5), (("confiscation", "執行沒收", "confiscation"), 0.5),
)  # fmt: skip
CIVIL_OBJECTS = skewed(
    (("service", "囑託送達訴訟文書", "service in a civil suit"), 70), (("evidence", "囑託調查證據", "evidence in a civil suit"), 25),
    (("recognition", "裁判認可", "recognition of a judgment"), 5),
)  # fmt: skip
OTHER_SUBJECTS: dict[str, tuple[str, str]] = {
    Kind.TRANSFER_RECEIVE: ("接收受刑人", "receiving a sentenced person"),
    Kind.TRANSFER_SEND: ("遣送受刑人", "sending a sentenced person"),
    Kind.EXTRADITION: ("引渡被告", "extradition of an accused person"),
    Kind.SPONTANEOUS: ("主動提供情資", "spontaneous information"),
}
KINDS = skewed(
    (Kind.CRIMINAL, 72), (Kind.CIVIL, 20), (Kind.TRANSFER_RECEIVE, 2), (Kind.TRANSFER_SEND, 2), (Kind.EXTRADITION, 2),
    (Kind.SPONTANEOUS, 2),
)  # fmt: skip
LEVELS = skewed((Secrecy.ORDINARY, 30), (Secrecy.INTERNAL, 45), (Secrecy.RESTRICTED, 24), (Secrecy.SEALED, 1))
RESULTS = skewed((Result.FULL, 75), (Result.PART, 15), (Result.NONE, 10))
GROUNDS = skewed(("10(2)1", 50), ("10(2)4", 30), ("10(2)3", 12), ("10(1)1", 8))
DEFECTS = skewed(*((defect.value, 1 / place) for place, defect in enumerate(Defect, 1)))
DRAWN = {"ground": GROUNDS, "result": RESULTS, "defect": DEFECTS}
GIVEN: dict[str, dict[str, Any]] = {
    Need.REASON: {"note": "示例理由"},
    Need.BODY: {"body": OFFICE},
    Need.GROUND: {"ground": ""},
    Need.RESULT: {"result": ""},
    Need.DEFECT: {"defect": ""},
    Need.DUE: {"due_on": None},
}
"""What a step that needs something is given; what stands empty here is drawn."""


@dataclass(slots=True)
class Drawn:
    """One drawn case: the values of its row without key and number, those of its events, and its items."""

    day: date
    case: dict[str, Any]
    events: list[dict[str, Any]]
    items: list[dict[str, Any]]
    partner: Partner
    finding: str


@dataclass(slots=True)
class Sampler:
    """Draws cases in the order of their registration, the last ones on ``until``."""

    chance: Random
    by: User
    until: date
    partners: Sequence[Partner]
    officers: Sequence[User]
    book: BasisBook
    calendar: Calendar
    roll: bool

    def draw(self, count: int) -> Iterator[Drawn]:
        """So many cases, oldest first; some around entries into force, as far as ``count`` goes."""
        asked = self._around_entries()[:count]
        ordinary = count - len(asked)
        waiting = iter(sorted(asked, key=lambda one: one[0]))
        special = next(waiting, None)
        for place in range(ordinary):
            day = self._day((place + self.chance.random()) / ordinary)
            while special is not None and special[0] <= day:
                yield self._case(*special)
                special = next(waiting, None)
            yield self._case(day)
        while special is not None:
            yield self._case(*special)
            special = next(waiting, None)

    def _day(self, place: float) -> date:
        """The day of registration at this place from 0 to 1: later ones lie closer together."""
        return self.until - timedelta(days=int(SPAN * (1 - place**0.5)))

    def _around_entries(self) -> list[tuple[date, Partner, str, date]]:
        """Requests of the day before an agreement enters into force, of that day, and of the day after."""
        found = []
        for partner in self.partners:
            for force, kind in self.book.entries_into_force(partner):
                for days in (-1, 0, 1):
                    requested = force + timedelta(days=days)
                    registered = requested + timedelta(days=6)
                    if registered <= self.until:
                        found.append((registered, partner, kind, requested))
        return found

    def _case(
        self, day: date, partner: Partner | None = None, kind: str = "", requested: date | None = None
    ) -> Drawn:
        """A case registered on ``day``; incoming and as asked when the partner is given."""
        chance = self.chance
        is_asked = partner is not None
        kind = kind or chance.choices(KINDS[0], cum_weights=KINDS[1])[0]
        if partner is None:
            partner = self.partners[int(len(self.partners) * chance.random() ** 2)]
        direction = Direction.IN if is_asked or chance.random() < 0.45 else Direction.OUT
        is_incoming = direction == Direction.IN
        is_urgent = chance.random() < 0.06
        is_direct = is_incoming and is_urgent and kind == Kind.CRIMINAL and chance.random() < 0.7
        letter = requested
        if is_incoming and not is_asked and chance.random() < 0.95:
            letter = day - timedelta(days=int(20 * chance.random()))
        asked_for, subject = self._subject(kind)
        secrecy, officer = self._carrier()
        values: dict[str, Any] = {
            "direction": direction.value,
            "kind": str(kind),
            "partner_id": partner.pk,
            "partner_reference": f"示例-{partner.code}-{chance.randrange(10**8):08}" if is_incoming else "",
            "office": "" if is_incoming else OFFICE,
            "office_reference": ""
            if is_incoming
            else f"示例{roc_year(day.year)}偵{chance.randrange(10**6):06}",
            "subject": subject,
            "letter_on": letter,
            "received_on": day,
            "requested_on": letter or day,
            "secrecy": int(secrecy),
            "declassify_when": "示例：結案時" if secrecy >= Secrecy.RESTRICTED else "",
            "mark_reviewed_on": day if secrecy >= Secrecy.RESTRICTED else None,
            "is_urgent": is_urgent,
            "is_direct": is_direct,
            "deadline": day + timedelta(days=20 + int(300 * chance.random()))
            if chance.random() < 0.5
            else None,
            "officer_id": officer.pk if officer else None,
            "basis_reason": "",
        }
        proposal = self._settle(values, partner, values["requested_on"])
        opening = opening_of(direction, is_direct=is_direct)
        events, sent_on = self._walk(values, opening, officer or self.by)
        if sent_on is not None:
            values["requested_on"] = sent_on
            if not values["basis_reason"]:
                proposal = self._settle(values, partner, sent_on)
        values |= self._due(values, events, partner)
        finding = self.book.finding(proposal, values["requested_on"])
        return Drawn(day, values, events, self._items(values, asked_for, events), partner, finding)

    def _subject(self, kind: str) -> tuple[str, str]:
        """The first item, and the subject in one line, visibly a sample; 55 % of them in Chinese."""
        chance = self.chance
        if kind in OTHER_SUBJECTS:
            asked_for, words = "", OTHER_SUBJECTS[kind]
        else:
            objects, matters = (OBJECTS, MATTERS) if kind == Kind.CRIMINAL else (CIVIL_OBJECTS, CIVIL_MATTERS)
            asked_for, *thing = chance.choices(objects[0], cum_weights=objects[1])[0]
            matter = chance.choices(matters[0], cum_weights=matters[1])[0]
            words = (f"{thing[0]}（{matter[0]}案）", f"{thing[1]} in a case of {matter[1]}")
        return asked_for, f"示例：{words[0]}" if chance.random() < CHINESE_SHARE else f"Sample: {words[1]}"

    def _carrier(self) -> tuple[Secrecy, User | None]:
        """A level and an officer who is cleared for it; some cases of the lower levels are nobody's."""
        chance = self.chance
        secrecy = chance.choices(LEVELS[0], cum_weights=LEVELS[1])[0]
        if self.officers and chance.random() < 0.97:
            officer = self.officers[int(len(self.officers) * chance.random())]
            return min(secrecy, Secrecy(officer.clearance)), officer
        return min(secrecy, Secrecy.RESTRICTED, Secrecy(self.by.clearance)), None

    def _settle(self, values: dict[str, Any], partner: Partner, day: date) -> Proposal:
        """Rest on what the register proposes for the day; where it cannot say, on that all the same, with a reason."""
        proposal = self.book.at(partner, values["kind"], day)
        values["basis"] = str(proposal.basis)
        values["agreement_id"] = proposal.agreement.pk if proposal.agreement else None
        values["basis_reason"] = "" if proposal.is_certain else "示例理由"
        return proposal

    def _walk(
        self, values: dict[str, Any], opening: Step, recorder: User
    ) -> tuple[list[dict[str, Any]], date | None]:
        """Step after step until the end of the case or of time; sets the state, and answers the day of sending."""
        chance, until = self.chance, self.until
        day, step, sent_on = values["received_on"], opening, None
        events: list[dict[str, Any]] = []
        state, result = "", ""
        while True:
            event = {"step": step.name, "state": str(step.target or ""), "happened_on": day, "recorded_by_id": recorder.pk}  # fmt: skip
            event |= self._given(step, day)
            if "result" in event and state in ENDED:
                event["result"] = Result.NONE.value  # drawn all the same, so that the rest of the draw stays
            if events and chance.random() < 0.6:
                event["reference"] = LETTER.format(chance.randrange(10**10))
            events.append(event)
            if step.target is not None:
                state, result = str(step.target), event.get("result", "")
            if step.sends:
                sent_on = day
                values.setdefault("sent_on", day)
            rows, weights = choices_from(state, values["kind"], len(events) > LATE_IN_A_WALK)
            day += timedelta(
                days=1 + int(FEW_DAYS * chance.random() ** 2 * (3 if step.name == "execute" else 1))
            )
            if not rows or day > until or len(events) > LONGEST_WALK:
                break
            step = chance.choices(rows, cum_weights=weights)[0]
        values |= {"state": state, "holder": HOLDER_OF[state], "result": result}
        values["closed_on"] = events[-1]["happened_on"] if state in CLOSED else None
        return events, sent_on

    def _given(self, step: Step, day: date) -> dict[str, Any]:
        """What the step of this day needs."""
        given: dict[str, Any] = {}
        for need in step.needs:
            given |= GIVEN[need]
        for name in given.keys() & DRAWN.keys():
            given[name] = str(self.chance.choices(DRAWN[name][0], cum_weights=DRAWN[name][1])[0])
        if "due_on" in given:
            given["due_on"] = day + timedelta(days=10 + int(50 * self.chance.random()))
        return given

    def _due(self, values: dict[str, Any], events: list[dict[str, Any]], partner: Partner) -> dict[str, Any]:
        """The nearest due day of its clocks while the case is open, as the actions keep it."""
        if values["state"] in CLOSED:
            return {"is_open": False, "due_on": None, "due_clock": ""}
        steps = (
            Fact(event["step"], event["happened_on"], event["state"], event.get("due_on"), place)
            for place, event in enumerate(events, 1)
        )
        facts = Facts(
            kind=values["kind"],
            direction=values["direction"],
            state=values["state"],
            received_on=values["received_on"],
            is_urgent=values["is_urgent"],
            is_direct=values["is_direct"],
            deadline=values["deadline"],
            partner=partner.code,
            events=tuple(steps),
        )
        clocks = clocks_of(facts, today=values["received_on"], calendar=self.calendar, roll=self.roll)
        due_on, clock = earliest_due(clocks) or (None, "")
        return {"is_open": True, "due_on": due_on, "due_clock": clock}

    def _items(
        self, values: dict[str, Any], asked_for: str, events: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """What is asked, one or two things, as far as the case has come."""
        kinds = [asked_for] if asked_for else []
        if asked_for and asked_for != "evidence" and self.chance.random() < 0.25:
            kinds.append("evidence")
        progress = PROGRESS_OF.get(values["result"], AssistanceItem.Progress.OPEN)
        settled = events[-1]["happened_on"] if progress != AssistanceItem.Progress.OPEN else None
        return [
            {"position": place, "kind": kind, "state": progress.value, "settled_on": settled}
            for place, kind in enumerate(kinds)
        ]


PROGRESS_OF: dict[str, AssistanceItem.Progress] = {
    Result.FULL: AssistanceItem.Progress.DONE,
    Result.PART: AssistanceItem.Progress.PART,
    Result.NONE: AssistanceItem.Progress.NOT_DONE,
}


@cache
def choices_from(state: str, kind: str, is_late: bool) -> tuple[list[Step], list[float]]:
    """The steps that may follow, with growing weights: mostly the ordinary one; late in a walk that one alone."""
    ordinary = awaited(state, kind)
    others = [row for row in next_steps(state, kind) if row is not ordinary and not is_late]
    if ordinary is None:
        return [], []
    rare = (1 - ORDINARY_SHARE) / ORDINARY_SHARE / max(len(others), 1)
    return [ordinary, *others], list(accumulate([1, *(rare for _row in others)]))
