"""The world of the matrix and what all its addresses answer: made once for all tests of this package."""

import pytest
from django.db import transaction
from django.utils import timezone

from tests.authz.asking import POSTS, PRINCIPALS, Answered, address, ask, patterns, rows, signed_in
from tests.authz.world import build

type Cell = tuple[str, str, str, str]


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once, and taken back at the end."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("documents"))
        yield build(timezone.localdate())
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def answers(world, django_db_blocker) -> dict[Cell, Answered]:
    """What every cell of the file answers."""
    clients, known, found = signed_in(world), patterns(), {}
    for row in rows():
        if row.name not in known:
            continue
        where = address(world, row.name, row.about, known[row.name])
        data = POSTS.get(row.name, {}) if row.method == "POST" else None
        for who in PRINCIPALS:
            found[row.name, row.method, row.about, who] = ask(clients, who, row.method, where, data)
    return found
