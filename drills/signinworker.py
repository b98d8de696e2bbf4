"""One process of the drill of the sign-in; see drills.signin."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402

from drills.processes import serve  # noqa: E402
from drills.signin import PEOPLE, TRIES  # noqa: E402
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
    return tried([f"drill-{1 + (place * TRIES + n) % (PEOPLE - 1)}" for n in range(TRIES)])


if __name__ == "__main__":
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    serve({"prepare": prepare, "one": lambda place: tried(["drill-0"] * TRIES), "each": each, "count": count})
