"""Pages are tried on SQLite: what they ask of a database are use cases and queries, and those are tried on both. A test
whose subject is what a database does says so with ``both_databases``; each address is opened and each form is sent on
both in ``tests/web/security/test_both_databases.py``."""

from __future__ import annotations

import pytest


@pytest.fixture(params=("sqlite",))
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind
