"""What is no fault of anybody's action: a disk that is full or gone, a database that does not answer. Whoever did
something then is told to try again later, and nothing of it is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy.exc import DBAPIError

_SQLITE: Final = ("locked", "busy", "unable to open", "full", "disk i/o", "readonly")
"""Words of SQLite, which reports a wrong statement under the same name."""
_POSTGRESQL: Final = ("08", "25006", "40", "53", "55P03", "57P", "58")
"""Kinds of conditions (PostgreSQL, appendix A): connection, a standby that only reads, rollback, resources, locks,
shutdown, system."""


def outage_in(failure: BaseException) -> BaseException | None:
    """The outage that this failure is, or that it came from; None where there is none."""
    return next((one for one in _with_causes(failure) if _is_outage(one)), None)


def _is_outage(failure: BaseException) -> bool:
    if isinstance(failure, DBAPIError):
        return failure.connection_invalidated or _is_away(failure.orig)
    # A file that is gone is a defect.
    return isinstance(failure, OSError) and not isinstance(failure, FileNotFoundError)


def _is_away(reported: BaseException | None) -> bool:
    if isinstance(reported, sqlite3.Error):
        return any(word in str(reported).lower() for word in _SQLITE)
    state = getattr(reported, "sqlstate", "")
    if state is None:  # the server was not there to say one
        return type(reported).__name__ in ("OperationalError", "InterfaceError")
    return str(state).startswith(_POSTGRESQL)


def _with_causes(failure: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = failure
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
