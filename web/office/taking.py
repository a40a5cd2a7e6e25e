"""From a task that is done back to the view of the inbox that it was opened from, or on to the next task of it."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import Refused
from engine.queries.office.inbox import InboxTask
from engine.queries.office.next_task import next_tasks
from engine.tasks import user_tasks
from engine.words import TaskKind
from web.context import house, now, reading, transaction
from web.office.inbox import address
from web.office.viewing import WHOLE, arguments, carried, carried_text, view_of

NEXT: Final = "next"
"""The button that goes on to the next task."""


def inbox_of(view: str) -> str:
    """The address of a view that goes along as a text."""
    wanted: dict[str, Any] = arguments(view_of(view)) or ({"show": "all"} if view == WHOLE else {})
    return url_for("office.inbox", **wanted)


def to_inbox() -> ResponseReturnValue:
    """Back to the view that came along."""
    return redirect(inbox_of(carried_text()), code=303)


def to_next(behind: str) -> ResponseReturnValue:
    """The next task of the view that came along, taken for the officer; at its end, back to the list. What a colleague
    takes at the same moment, or what somebody else must do, is passed over."""
    shelf, filters = carried()
    with reading() as (session, actor):
        found = next_tasks(session, house(), actor, shelf, filters, behind=behind, now=now())
    for task in found:
        if task.is_mine or task.kind in (TaskKind.PAYMENT, TaskKind.HANDOVER) or _taken(task):
            return redirect(address(task, carried_text()), code=303)
    flash(gettext("That was the last task of this list."), "info")
    return to_inbox()


def _taken(task: InboxTask) -> bool:
    try:
        with transaction() as (session, actor):
            user_tasks.claim(session, house(), actor, task.key, now=now())
    except Refused:
        return False
    return True
