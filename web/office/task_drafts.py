"""What an officer types on a task is kept: by a button, by the script of the page, and when it is refused."""

from __future__ import annotations

from typing import Final

from flask import flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import localise
from engine.errors import Refused
from engine.packages.groups import DO_TASKS
from engine.queries.office.task_page import TaskPage
from engine.references import new_key
from engine.tasks import task_drafts
from web import script_answers
from web.access import access
from web.context import now, transaction
from web.errors import sentence, status_of
from web.office import blueprint
from web.shown_again import Left, typed_here
from web.wording import current_lang, in_language

DRAFTED: Final = "_drafted"
"""The field that says that what stands on the page has been kept before."""
SENDING: Final = "_sending"
"""The field of a visit with the key under which its report is sent, once or several times."""
_REFUSED: Final = 409
_NOT_TYPED: Final = frozenset(("revision", "_shown", DRAFTED, SENDING))


@blueprint.post("/office/tasks/<key>/draft", endpoint="task_draft")
@access(groups=DO_TASKS)
def keep_draft(key: str) -> ResponseReturnValue:
    """Keeps what was typed, to go on later. A script of the page gets the moment in words, or why not, as JSON."""
    if not script_answers.asks_for_json():
        _keep(key)
        flash(gettext("What you typed is kept. It stands on the task when you open it again."), "success")
        return redirect(url_for("office.inbox"), code=303)
    try:
        _keep(key)
    except Refused as refusal:
        return jsonify(message=sentence(refusal)), status_of(refusal)
    return jsonify(message=gettext("Kept at %(time)s.", time=localise.moment(now(), current_lang())))


@blueprint.post("/office/tasks/<key>/draft/drop", endpoint="task_draft_drop")
@access(groups=DO_TASKS)
def drop_draft(key: str) -> ResponseReturnValue:
    """Lets go of what was kept; the task is empty again."""
    with transaction() as (session, actor):
        task_drafts.drop_typed(session, actor, key)
    return redirect(url_for("office.task", key=key), code=303)


def sending_key() -> str:
    """The key under which the page of a visit is sent: that under which it was sent before, as long as it may have been
    taken; what was refused is sent anew."""
    left: Left | None = g.get("left")
    is_refused = left is not None and left.status == _REFUSED
    return new_key() if is_refused else request.form.get(SENDING) or new_key()


def keep_what_is_typed(key: str) -> None:
    """Keeps what was sent and refused. Whatever stands in the way of that: the refusal itself is what is told."""
    try:
        _keep(key)
    except Refused:
        return


def _keep(key: str) -> None:
    typed = [(name, text) for name, text in typed_here() if name not in _NOT_TYPED and text.strip()]
    with transaction() as (session, actor):
        if typed:
            task_drafts.keep_typed(session, actor, key, typed, now=now())
        else:
            task_drafts.drop_typed(session, actor, key)


def left_typed(page: TaskPage) -> list[tuple[str, str]]:
    """What the reader had typed on a task that they cannot complete (any more), to be copied: question and text."""
    if page.typed is None or page.is_mine or page.form is None:
        return []
    left = []
    for name, text in page.typed.fields:
        component = page.form.component(name.partition("-")[0])
        is_reason = name.startswith("fix-")
        if is_reason or component is not None:
            label = gettext("Reason to mend") if component is None else in_language(component.label)
            left.append((label, text))
    return left
