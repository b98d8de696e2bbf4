"""Deeds of the drill of concurrency: decisions that exclude each other (CON-3), and deeds that touch several cases (CON-5).

See drills.racers, which carries them out.
"""

import contextlib
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import Error, OperationalError, transaction

from agreements.actions import StepRefused
from cases.actions import StepRequest, contents, take_step
from cases.actions.assignment import assign
from cases.actions.bulk import assign_many, pass_on_many
from cases.actions.extensions import ask_extension, decide_extension
from cases.actions.letters import drafting
from cases.actions.links import link_cases
from cases.actions.marks import ask_lowering, decide_lowering
from cases.actions.notes import write_note
from cases.models import Case, Extension, Letter
from drills.processes import in_threads
from reports.actions.jobs import ask_job, cancel_job, fail_job, take_job
from reports.models import Job
from tests import makers
from tests.cases import letters
from tests.cases import makers as case_makers
from tracker import actions, retrying
from tracker.models import Entry, Lowering, User
from tracker.roles import Ministry, Role, Secrecy

TODAY = makers.TODAY
PATIENCE = 60


@contextlib.contextmanager
def replaced(module: Any, name: str, by: Any, *, when: bool = True) -> Iterator[None]:
    """Put ``by`` in the place of what the module calls ``name``: a guard taken away."""
    kept = getattr(module, name)
    if when:
        setattr(module, name, by)
    try:
        yield
    finally:
        setattr(module, name, kept)


def one(name: str) -> User:
    return User.objects.get(username=name)


# CON-3: each pair of decisions about one thing. All carry the version that their page showed, as the pages do.


def _waiting_case() -> Case:
    return case_makers.walk(one("jun"), case_makers.case(one("jun")), until="I30")


def _waiting_letter() -> Letter:
    letter = letters.drafted(one("jun"), case_makers.case(one("jun")))
    return drafting.submit_letter(by=one("jun"), letter=letter)


def _waiting_extension() -> Extension:
    case = case_makers.case(one("jun"), deadline=date(2025, 4, 1))
    given = {"clock": "C2", "due_asked": date(2025, 5, 1), "reason": "示例", "today": TODAY}
    return ask_extension(by=one("jun"), case=case, **given)


def _waiting_lowering() -> Lowering:
    case = case_makers.case(one("jun"), secrecy=Secrecy.RESTRICTED)
    return ask_lowering(by=one("chen"), case=case, after=Secrecy.INTERNAL, reason="示例")


def _running_job() -> Job:
    given = {"kind": "cases", "title": "示例", "parameters": {"format": "csv", "query": ""}, "language": "en"}
    name = f"asker-{uuid.uuid4().hex[:12]}"
    ask_job(by=makers.person(name, ministry=Ministry.JUSTICE), **given)
    job = take_job()
    assert job is not None  # noqa: S101 - it was just asked for
    return job


def _step(name: str, **more: str) -> Callable[[Case], object]:
    request = StepRequest(step=name, happened_on=TODAY, **more)
    return lambda case: take_step(
        by=one("jun"), case=case, request=request, today=TODAY, version=case.version
    )


def _fail(job: Job) -> None:
    if not fail_job(job=job, failure=Job.Failure.BROKEN):
        raise StepRefused("not held any more", None)  # type: ignore[arg-type]


type Decisions = tuple[Callable[[], Any], Callable[[Any], object], Callable[[Any], object], tuple[str, str]]
PAIRS: dict[str, Decisions] = {
    "accept or refuse a request": (
        _waiting_case,
        _step("accept"),
        _step("refuse", ground="10(2)1", note="示例"),
        ("case.accept", "case.refuse"),
    ),
    "countersign or return a letter": (
        _waiting_letter,
        lambda it: drafting.countersign_letter(by=one("chen"), letter=it, version=it.version),
        lambda it: drafting.return_letter(by=one("chen2"), letter=it, reason="示例", version=it.version),
        ("letter.countersign", "letter.return"),
    ),
    "countersign or withdraw a letter": (
        _waiting_letter,
        lambda it: drafting.countersign_letter(by=one("chen"), letter=it, version=it.version),
        lambda it: drafting.withdraw_draft(by=one("jun"), letter=it, version=it.version),
        ("letter.countersign", "letter.withdraw"),
    ),
    "approve or refuse more time": (
        _waiting_extension,
        lambda it: decide_extension(by=one("chen"), extension=it, is_approved=True),
        lambda it: decide_extension(by=one("chen2"), extension=it, is_approved=False, reason="示例"),
        ("case.approve_extension", "case.refuse_extension"),
    ),
    "lower a mark or not": (
        _waiting_lowering,
        lambda it: decide_lowering(by=one("chen2"), lowering=it, is_granted=True),
        lambda it: decide_lowering(by=one("chen3"), lowering=it, is_granted=False),
        ("case.grant_lowering", "case.refuse_lowering"),
    ),
    "give an export up or end it": (
        _running_job,
        lambda it: cancel_job(by=it.asked_by, job=it),
        _fail,
        ("job.cancel", "job.fail"),
    ),
}
"""What waits, the two decisions about it, and the verbs by which the history tells them."""
WITHOUT_LOCK = "countersign or return a letter"
"""The pair of the control: both sides decide on what they read before."""


def prepare_pair(pair: str, count: int) -> dict[str, int]:
    """So many things that wait for this decision: their keys, with the version that every page about them shows."""
    for name in ("chen2", "chen3"):
        given = {"name": name, "ministry": Ministry.JUSTICE, "role": Role.SUPERVISOR, "clearance": 2}
        User.objects.get_or_create(username=name, defaults=given)
    things = [PAIRS[pair][0]() for _one in range(count)]
    return {str(thing.pk): getattr(thing, "version", 0) for thing in things}


def decide(place: int, pair: str, keys: dict[str, int], threads: int, guarded: bool = True) -> dict[str, Any]:
    """Every other thread decides the one way and the rest the other, of each thing at the same moment."""
    _make, *sides, _verbs = PAIRS[pair]
    meeting = threading.Barrier(threads)
    model = {"letter": Letter, "more time": Extension, "mark": Lowering, "export": Job}
    kind = next((model[word] for word in model if word in pair), Case)

    def sign(thread: int) -> tuple[list[str], int]:
        won, broken = [], 0
        for key, version in keys.items():
            thing = kind.objects.get(pk=key)
            thing.version = version
            meeting.wait(timeout=PATIENCE)
            try:
                sides[(thread + place) % 2](thing)
                won.append(key)
            except StepRefused:
                pass
            except Error:
                broken += 1
        return won, broken

    with replaced(drafting, "lock_letter", lambda letter, version, *, by: letter, when=not guarded):
        found = in_threads(threads, sign)
    return {"won": [key for won, _b in found for key in won], "broken": sum(broken for _w, broken in found)}


def told(pair: str, since: int) -> int:
    """How many entries the history has of these decisions after this one."""
    return Entry.objects.filter(verb__in=_verbs_of(pair), pk__gt=since).count()


def _verbs_of(pair: str) -> tuple[str, ...]:
    names = PAIRS[pair][3]
    return ("case.take_step",) if names[0] == "case.accept" else names


def newest() -> int:
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# CON-5: deeds that take several cases, in any order, each under a form's key as the pages carry them out.


def _shuffled(cases: list[Case], rng: random.Random) -> dict[int, int]:
    return {case.pk: case.version for case in rng.sample(cases, len(cases))}


def _deeds(by: User, rng: random.Random) -> list[Callable[[list[Case]], object]]:
    other = one("jun2")
    forward = StepRequest(step="acknowledge", happened_on=TODAY)
    said = lambda: {"purpose": f"示例 {rng.random()}"}  # noqa: E731
    return [
        lambda two: link_cases(by=by, case=two[0], other=two[1], kind="related"),
        lambda two: assign_many(by=by, chosen=_shuffled(two, rng), officer=rng.choice([by, other])),
        lambda two: pass_on_many(by=by, chosen=_shuffled(two, rng), request=forward, today=TODAY),
        lambda two: assign(by=by, case=two[0], officer=rng.choice([by, other])),
        lambda two: contents.keep_contents(by=by, case=two[0], said=said()),
        lambda two: write_note(by=by, case=two[0], text="示例", mentioned=[], is_for_successor=False),
        lambda two: drafting.draft_letter(by=by, kind="acknowledgement", cases=two, text=letters.text()),
        lambda two: letters.received(by, *two),
    ]


def _both(first: Case, second: Case, pause: float) -> None:
    """The control: two cases locked in whatever order they come, as no action does."""
    with transaction.atomic():
        for case in (first, second):
            Case.objects.select_for_update().get(pk=case.pk)
            time.sleep(pause)


def mingle(
    place: int, seconds: float, threads: int, guarded: bool = True, control: bool = False
) -> dict[str, Any]:
    """Random deeds on random pairs of six cases: how many, how long each took, and what was not answered as it should.

    ``control`` locks both cases in any order; ``guarded=False`` takes the other try after a deadlock away.
    """
    until = time.monotonic() + seconds

    def work(thread: int) -> tuple[Counter[str], list[float]]:
        rng, by = random.Random(f"{place} {thread}"), one("jun")  # noqa: S311
        found, took = Counter[str](), []
        keys = list(Case.objects.filter(subject="示例：並行").values_list("pk", flat=True))
        while time.monotonic() < until:
            two = list(Case.objects.filter(pk__in=rng.sample(keys, 2)))
            rng.shuffle(two)
            deed = rng.choice(_deeds(by, rng)) if not control else (lambda pair: _both(*pair, 0.01))
            began = time.monotonic()
            try:
                actions.once(uuid.uuid4(), by=by, do=lambda deed=deed, two=two: str(deed(two))[:50])
                found["done"] += 1
            except StepRefused:
                found["refused"] += 1
            except OperationalError as fault:
                found["deadlocks" if retrying.was_ended_for_another(fault) else "broken"] += 1
            took.append(time.monotonic() - began)
        return found, took

    with _counted_tries() as again, replaced(retrying, "ENDED_FOR_ANOTHER", frozenset(), when=not guarded):
        found = in_threads(threads, work)
    sums: Counter[str] = Counter()
    for one_of_them, _took in found:
        sums.update(one_of_them)
    return {**sums, "tried again": len(again), "took": [round(one, 3) for _f, took in found for one in took]}


@contextlib.contextmanager
def _counted_tries() -> Iterator[list[str]]:
    """Every warning of a second try."""
    again: list[str] = []

    class Heard:
        @staticmethod
        def warning(words: str) -> None:
            again.append(words)

    with replaced(retrying, "log", Heard):
        yield again


def prepare_mingling() -> int:
    """Six cases that many work on, and a second officer."""
    given = {"name": "Jun 2", "ministry": Ministry.JUSTICE, "clearance": 2}
    User.objects.get_or_create(username="jun2", defaults=given)
    return len([case_makers.case(one("jun"), subject="示例：並行") for _one in range(6)])


DEEDS = {
    "prepare_pair": prepare_pair,
    "decide": decide,
    "told": told,
    "newest": newest,
    "prepare_mingling": prepare_mingling,
    "mingle": mingle,
}
