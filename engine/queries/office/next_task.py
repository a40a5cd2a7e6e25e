"""What comes next for an officer who works through a view of the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.house import House
from engine.people.actors import Actor
from engine.queries.office.inbox import InboxTask, inbox
from engine.queries.office.inbox_filters import Filters, Shelf
from engine.queries.shared.stretches import Wanted

MOST_TRIED: Final = 5
"""Of tasks that colleagues take at the same moment so many are tried."""


def next_tasks(
    session: Session, house: House, actor: Actor, shelf: Shelf, filters: Filters, *, behind: str, now: datetime
) -> tuple[InboxTask, ...]:
    """The first tasks behind the one with this key that the officer may take or has taken; none at the end of the
    view. What was completed meanwhile keeps its place in the order."""
    page = inbox(session, house, actor, shelf, Wanted(after=behind), filters=filters, now=now).tasks
    if not page.before:  # nothing lies behind it: this is the first page again
        return ()
    free = [task for task in page.items if task.key != behind and (task.is_mine or task.assignee is None)]
    return tuple(free[:MOST_TRIED])
