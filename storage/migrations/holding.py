"""Which tables a migration takes on PostgreSQL, all of them before it begins.

It would come to them one after the other, holding the first while it builds an index for a minute: a step that has
written one of the last and comes to one of the first would wait for it, and it for the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, inspect, text

from storage.locking import lock_tables


@dataclass(frozen=True, slots=True)
class Held:
    """Tables in which nobody may write meanwhile, and those that nobody may read either: they get a column or another
    constraint, or lose an index."""

    written: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


def _held(written: str = "", *, changed: str = "") -> Held:
    return Held(frozenset(written.split()), frozenset(changed.split()))


HELD: Final[Mapping[str, Held]] = {
    "0057": _held("notification payment user_task"),
    "0058": _held("application finding_key incident person security_event user_task"),
    "0059": _held("application office payment remission user_task", changed="chore clock"),
    "0060": _held(changed="clock notification timer"),
    "0061": _held("office person", changed="clock"),
    "0062": _held(changed="user_task"),
    "0064": _held("application person user_task"),
    "0065": _held("office person", changed="application"),
    "0066": _held("office person user_task", changed="access_log"),
    "0067": _held(changed="office"),
    "0068": _held("application person"),
    "0069": _held("office person", changed="payment remission"),
    "0070": _held("office person", changed="payment"),
    "0071": _held(changed="clock"),
    "0072": _held("office person"),
    "0073": _held("person", changed="office"),
    "0074": _held("person"),
    "0076": _held("office person user_task"),
    "0078": _held("application office", changed="chore"),
    "0080": _held("application office person user_task", changed="chore"),
    "0081": _held("office person"),
    "0082": _held("application clock office person"),
    "0083": _held("person"),
    "0084": _held(changed="office"),
    "0085": _held("application office person", changed="photo_link"),
    "0086": _held("application office"),
    "0087": _held("due_fee"),
    "0088": _held("application", changed="case_tally"),
    "0089": _held("person", changed="notice notice_at_once"),
    "0091": _held("clock person", changed="raised"),
    "0092": _held("person"),
    "0093": _held("office"),
    "0095": _held("application person", changed="user_task"),
    "0096": _held("application", changed="case_tally"),
}
"""By the number of the migration; also tables that a new one refers to."""


def hold_tables(connection: Connection, revision: str) -> None:
    """Takes what the migrations from here to ``revision`` need. Raises ``OperationalError`` when it stays in use."""
    found = inspect(connection)
    if not found.has_table("alembic_version"):
        return
    applied = connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
    coming = [held for number, held in HELD.items() if applied < number and (revision == "head" or number <= revision)]
    there = frozenset(found.get_table_names())
    changed = frozenset[str]().union(*(held.changed for held in coming)) & there
    written = frozenset[str]().union(*(held.written for held in coming)) & there
    lock_tables(connection, written=written - changed, changed=changed)
