"""Whole tables of PostgreSQL for oneself, without anybody losing what they have begun.

Steps take tables in whatever order they come to them, so whoever wants several may wait for a step that waits for them.
Each wait is shorter than the second after which PostgreSQL looks for such rings and undoes one of those in it: whoever
wants tables lets go of them all, lets the others through, and asks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

WAIT: Final = "200ms"
TIMES: Final = 50
IN_USE: Final = frozenset({"55P03", "40P01"})
"""What PostgreSQL calls a lock that could not be had in time, and a ring of those who wait for one another."""


def lock_tables(connection: Connection, *, written: Iterable[str], changed: Iterable[str] = ()) -> None:
    """Nobody writes or locks a row of ``written`` until this transaction is over, and nobody reads ``changed`` either.
    Raises ``OperationalError`` when they stay in use for ten seconds."""
    modes = (("EXCLUSIVE", sorted(written)), ("ACCESS EXCLUSIVE", sorted(changed)))
    wanted = [f"LOCK TABLE {', '.join(names)} IN {mode} MODE" for mode, names in modes if names]
    for left in reversed(range(TIMES)):
        try:
            _once(connection, wanted)
        except OperationalError as refused:
            if not left or getattr(refused.orig, "sqlstate", None) not in IN_USE:
                raise
        else:
            return


def _once(connection: Connection, wanted: Iterable[str]) -> None:
    with connection.begin_nested():
        before = connection.scalar(text("SELECT current_setting('lock_timeout')"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}'"))
        for statement in wanted:
            connection.execute(text(statement))
        connection.execute(text("SELECT set_config('lock_timeout', :before, true)"), {"before": before})
