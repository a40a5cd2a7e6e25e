"""The inbox: an officer's first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ANALYST, APPROVER, DO_TASKS
from engine.queries.office.inbox import SHELVES, InboxTask, Shelf, inbox
from engine.words import TaskKind
from web.access import access
from web.context import house, note_listed, now, reading
from web.office import blueprint
from web.office.paging import asked_stretch

SHELF_WORDS: Final[Mapping[Shelf, LazyString]] = {
    "all": _l("Everything"),
    "mine": _l("Claimed by me"),
    "free": _l("To claim"),
    "escalated": _l("Escalated"),
    "late": _l("Late"),
}


@blueprint.get("/office", endpoint="inbox")
@access(groups=(*DO_TASKS, ANALYST, APPROVER))
def show_inbox() -> ResponseReturnValue:
    """The officer's tasks, most pressing first. Analysts and approvers, who have none, are led to the process
    definitions."""
    shelf: Shelf = next((name for name in SHELVES if name == request.args.get("show")), "all")
    with reading() as (session, actor):
        if actor.groups <= {ANALYST, APPROVER}:
            return redirect(url_for("analyst.services"), code=303)
        found = inbox(session, house(), actor, shelf, asked_stretch(), now=now())
    note_listed(actor, [task.application_key for task in found.tasks.items])
    return render_template("office/inbox.html", inbox=found, shelves=SHELF_WORDS, address=address)


def address(task: InboxTask) -> str:
    """The page where a task is done: fees and handovers have their own desks."""
    if task.kind == TaskKind.PAYMENT:
        return url_for("office.payment", key=task.application_key)
    if task.kind == TaskKind.HANDOVER:
        return url_for("office.handover", key=task.key)
    return url_for("office.task", key=task.key)
