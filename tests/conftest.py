"""What every test here stands on beside the conftest of the project: retention is guarded by the database, and a flush empties tables."""

from collections.abc import Iterator

import pytest
from django.db import connection

from cases import disposalguards


@pytest.fixture(autouse=True)
def guarded_retention(request: pytest.FixtureRequest, guarded_history: None) -> Iterator[None]:
    """Keep the guards of retention in tests with real transactions too, yet let the flush after them empty the tables."""
    marker = request.node.get_closest_marker("django_db")
    asked = bool(marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0])))
    if not (asked or {"transactional_db", "live_server"} & set(request.fixturenames)):
        yield
        return
    request.getfixturevalue("transactional_db")
    disposalguards.install_guards(connection)
    yield
    disposalguards.remove_guards(connection)
