"""One process of the drill of the sign-in; see drills.signin."""

import os
import time
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password, reset_hashers  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from drills.processes import serve  # noqa: E402
from drills.signin import PEOPLE, PROCESSES, TRIES  # noqa: E402
from tracker import audit  # noqa: E402
from tracker.models import Entry, User  # noqa: E402
from tracker.roles import Ministry  # noqa: E402
from tracker.signin.actions.tries import try_password  # noqa: E402
from tracker.signin.passwords import Argon2  # noqa: E402

compared = 0


class Counting(Argon2):
    """The real hasher with the least work, which counts what it compares: a thousand real ones take minutes."""

    time_cost, memory_cost, parallelism = 1, 8, 1

    def verify(self, password: str, encoded: str) -> bool:
        global compared
        compared += 1
        return super().verify(password, encoded)


def prepare() -> int:
    call_command("migrate", verbosity=0)
    kept = make_password("a right password of the drill")
    people = [
        User(username=f"drill-{n}", name="示例", ministry=Ministry.JUSTICE, password=kept)
        for n in range(PEOPLE)
    ]
    return len(User.objects.bulk_create(people))


def tried(names: list[str]) -> int:
    """One wrong password at each name; how many were compared."""
    before = compared
    for name in names:
        try_password(name=name, password="wrong")  # noqa: S106
    return compared - before


def count() -> dict[str, object]:
    verbs = list(Entry.objects.filter(verb__startswith="signin.").values_list("verb", flat=True))
    told = {verb: verbs.count(verb) for verb in sorted(set(verbs))}
    return {
        "entries": told,
        "history intact": audit.verify().intact,
        "database": settings.DATABASES["default"]["ENGINE"],
    }


def each(place: int) -> int:
    """A quarter of the thousand accounts for each process."""
    return tried([f"drill-{1 + place * TRIES + n}" for n in range(TRIES)])


def times(count: int) -> dict[str, list[tuple[float, float]]]:
    """Refusals on the page of the sign-in, one of each kind in turn: the seconds of the clock and of the processor."""
    settings.PASSWORD_HASHERS = ["tracker.signin.passwords.Argon2"]
    reset_hashers(setting="PASSWORD_HASHERS")
    names = _of_each_kind(count)
    for name in ("drill-0", "nobody"):
        for _n in range(5):
            try_password(name=name, password="wrong")  # noqa: S106
    told: dict[str, list[tuple[float, float]]] = {kind: [] for kind in names}
    for place in range(-3, count):  # the first ones read what a process reads once
        for number, (kind, each) in enumerate(names.items()):
            address = f"10.{number}.{place // 250 + 1}.{place % 250 + 1}"
            begun = time.perf_counter(), time.process_time()
            Client(SERVER_NAME="localhost", REMOTE_ADDR=address).post(
                "/accounts/login/", {"login": each[place], "password": "wrong"}
            )
            ended = time.perf_counter(), time.process_time()
            if place >= 0:
                told[kind].append((ended[0] - begun[0], ended[1] - begun[1]))
    return told


def _of_each_kind(count: int) -> dict[str, list[str]]:
    """The names that are tried, each of them once but those that are locked; those of people who exist are made ready."""
    first, kinds = PROCESSES * TRIES + 1, ("wrong", "switched off", "last day passed", "without a password")
    names = {
        kind: [f"drill-{first + place * count + n}" for n in range(count)] for place, kind in enumerate(kinds)
    }
    changes = {
        "wrong": {},
        "switched off": {"is_active": False},
        "last day passed": {"ends_on": date(2020, 1, 1)},
        "without a password": {"password": make_password(None)},
    }
    for kind, each in names.items():
        User.objects.filter(username__in=each).update(**{"password": make_password("right")} | changes[kind])
    unknown = {"unknown": [f"nobody-{n}" for n in range(count)]}
    return names | unknown | {"locked": ["drill-0"] * count, "locked unknown": ["nobody"] * count}


if __name__ == "__main__":
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    serve(
        {
            "prepare": prepare,
            "one": lambda place: tried(["drill-0"] * TRIES),
            "each": each,
            "times": times,
            "count": count,
        }
    )
