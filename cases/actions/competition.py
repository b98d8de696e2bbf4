"""Concurrent requests for the same evidence, person or thing: compared, decided, and each side told (MLA Act art. 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from cases.actions.filing import refuse_destroyed
from cases.competition import competitions_seen
from cases.history import sentence
from cases.lifecycle import Direction
from cases.models import Case, Competition, Competitor, Letter
from cases.provisions import HOUSE, mla_act
from cases.rules import may_prefer_a_request, may_see_case, may_weigh_requests
from tracker import audit
from tracker.models import User

ARTICLE = mla_act("11")
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """What article 11 weighs of one request, in words: its nature, and the time that it needs."""

    nature: str = ""
    time_needed: str = ""


@transaction.atomic
def gather(*, by: User, wanted: str, cases: Sequence[Case]) -> Competition:
    """Lay the requests of several sides for the same thing side by side.

    :raises StepRefused: without the right, without saying what is wanted, for fewer than two cases or sides, and
        for a case that does not come in, is closed, or is hidden from this person (as if there were none).
    """
    if not may_weigh_requests(by):
        raise StepRefused(_("Justice weighs concurrent requests."), ARTICLE)
    if not wanted.strip():
        raise StepRefused(_("Say in a few words what is wanted by several, without names."), HOUSE, "wanted")
    for case in cases:
        _check_case(by, case)
    if len({case.pk for case in cases}) < FEWEST or len({case.partner_id for case in cases}) < FEWEST:
        raise StepRefused(_("Concurrent requests come from at least two sides."), ARTICLE, "cases")
    competition = Competition.objects.create(
        wanted=wanted.strip(), recorded_at=timezone.now(), recorded_by=by
    )
    Competitor.objects.bulk_create(
        Competitor(competition=competition, case=case) for case in dict.fromkeys(cases)
    )
    _tell("competition.gather", competition, by=by, cases=len(set(cases)))
    return competition


@transaction.atomic
def add_request(*, by: User, competition: Competition, case: Case, version: int | None = None) -> Competitor:
    """Add a further request; a decision that was taken without it has to be taken anew.

    :raises StalePage: when somebody changed the comparison meanwhile.
    :raises StepRefused: as :func:`gather`, and for a request that is there already.
    """
    locked = _lock(by, competition, version)
    _check_case(by, case)
    if locked.competitors.filter(case=case).exists():
        raise StepRefused(_("This request is among them already."), HOUSE, "case")
    _take_back_decision(locked)
    _save(locked)
    added = Competitor.objects.create(competition=locked, case=case)
    _tell("competition.add", locked, by=by, case=case.pk)
    return added


@transaction.atomic
def weigh(
    *, by: User, competition: Competition, said: Mapping[int, Weighed], version: int | None = None
) -> None:
    """Keep what was said of the requests, by the keys of their rows.

    :raises StalePage: when somebody changed the comparison meanwhile.
    :raises StepRefused: without the right.
    """
    locked = _lock(by, competition, version)
    rows = list(locked.competitors.select_related("case").filter(pk__in=said))
    refuse_destroyed(row.case for row in rows)
    for row in rows:
        row.nature, row.time_needed = said[row.pk].nature.strip(), said[row.pk].time_needed.strip()
    Competitor.objects.bulk_update(rows, ["nature", "time_needed"])
    _save(locked)
    _tell("competition.weigh", locked, by=by, requests=len(rows))


@transaction.atomic
def decide(
    *,
    by: User,
    competition: Competition,
    preferred: Case,
    reason: str,
    decided_on: date,
    today: date,
    version: int | None = None,
) -> Competition:
    """Say which request is met first and why; each side is then to be told, also of a decision taken anew.

    :raises StalePage: when somebody changed the comparison meanwhile.
    :raises StepRefused: unless a supervisor of justice decides, for a request that is not among them, without
        reasons, and for a day in the future or before the last of them was received.
    """
    locked = _lock(by, competition, version)
    if not may_prefer_a_request(by):
        raise StepRefused(_("A supervisor of justice decides which request is met first."), ARTICLE)
    sides = [row.case for row in locked.competitors.select_related("case")]
    if preferred not in sides:
        raise StepRefused(_("Choose one of these requests."), HOUSE, "preferred")
    refuse_destroyed(case for case in sides if case == preferred)
    if not reason.strip():
        words = _("Give the reasons: treaty, order of receipt, nature and time needed.")
        raise StepRefused(words, ARTICLE, "reason")
    _check_day(decided_on, max(case.received_on for case in sides if case.received_on), today, "decided_on")
    _take_back_decision(locked)
    locked.preferred, locked.reason = preferred, reason.strip()
    locked.decided_on, locked.decided_by = decided_on, by
    _save(locked)
    _tell("competition.decide", locked, by=by, day=decided_on, preferred=preferred.pk)
    return locked


@transaction.atomic
def tell(
    *,
    by: User,
    competition: Competition,
    competitor: Competitor,
    told_on: date,
    today: date,
    letter: Letter | None = None,
    version: int | None = None,
) -> Competitor:
    """Record when the side of a request was told of the decision, and by which letter.

    :raises StalePage: when somebody changed the comparison meanwhile.
    :raises StepRefused: without the right, before a decision, for a day outside its decision and today, and for a
        letter about another case.
    """
    locked = _lock(by, competition, version)
    if locked.decided_on is None:
        raise StepRefused(_("There is no decision yet of which they could be told."), ARTICLE)
    _check_day(told_on, locked.decided_on, today, "told_on")
    row = (
        locked.competitors.select_for_update(of=("self",), no_key=True)
        .select_related("case")
        .get(pk=competitor.pk)
    )
    refuse_destroyed([row.case])
    if letter is not None and not letter.about.filter(case=row.case_id).exists():
        raise StepRefused(_("This letter is about another case."), HOUSE, "letter")
    row.told_on, row.letter = told_on, letter
    row.save(update_fields=["told_on", "letter"])
    _save(locked)
    _tell("competition.tell", locked, by=by, day=told_on, case=row.case_id)
    return row


def _lock(by: User, competition: Competition, version: int | None) -> Competition:
    """:raises StepRefused: for a person who may not weigh requests, or does not see all of these."""
    locked = Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    if not may_weigh_requests(by) or not competitions_seen(by).filter(pk=locked.pk).exists():
        raise StepRefused(_("Justice weighs concurrent requests."), ARTICLE)
    if version is not None and locked.version != version:
        last = audit.history_of(locked).first()
        told = {"who": last.actor_name, "what": sentence(last)} if last else {"who": "—", "what": "—"}
        words = _("This changed after you opened the page: %(who)s %(what)s. Look at it again, then decide.")
        raise StalePage(words % told, HOUSE)
    return locked


def _check_case(by: User, case: Case) -> None:
    if case.is_draft or not may_see_case(by, case):
        raise StepRefused(_("There is no case of this number."), HOUSE, "cases")
    refuse_destroyed([case])
    if case.direction != Direction.IN or not case.is_open:
        words = _("%(number)s is no open request to us: only those compete.") % {"number": case.number}
        raise StepRefused(words, ARTICLE, "cases")


def _check_day(day: date, earliest: date, today: date, field: str) -> None:
    if day > today:
        raise StepRefused(_("The day lies in the future."), HOUSE, field)
    if day < earliest:
        raise StepRefused(_("The day lies before what it follows."), HOUSE, field)


def _take_back_decision(competition: Competition) -> None:
    """Forget the decision and whom it was told; the history keeps both."""
    competition.preferred, competition.reason = None, ""
    competition.decided_on = competition.decided_by = None
    competition.competitors.update(told_on=None, letter=None)


def _save(competition: Competition) -> None:
    competition.version += 1
    competition.save(update_fields=["preferred", "reason", "decided_on", "decided_by", "version"])


def _tell(verb: str, competition: Competition, *, by: User, **details: object) -> None:
    """The history names requests by number of row only; what is wanted stays with the comparison."""
    about = Competition(pk=competition.pk, wanted=f"# {competition.pk}")
    audit.record(verb, about, by=by, details=details)
