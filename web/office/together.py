"""Several tasks of the inbox at once: each in its own transaction, and each with its own result in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, Refused
from engine.errors.cases import NoColleague
from engine.packages.groups import DO_TASKS
from engine.people.actors import Actor
from engine.queries.office.named_tasks import references, with_typed
from engine.tasks import user_tasks
from engine.tasks.assigning import assign
from web.access import access
from web.context import house, now, reading, today, transaction
from web.errors import sentence
from web.intake import whole_number
from web.office import blueprint
from web.office.taking import inbox_of, to_inbox
from web.office.viewing import carried_text
from web.wording import in_language

MOST: Final = 50
_LONGEST_KEY: Final = 80
ACTS: Final[Mapping[str, LazyString]] = {
    "claim": _l("Claim"),
    "release": _l("Give back"),
    "assign": _l("Give to a colleague"),
    "complete": _l("Complete"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a task: the words for it, and whether it was done."""

    key: str
    reference: str
    words: str
    is_done: bool


@blueprint.post("/office/tasks-together", endpoint="tasks_together")
@access(groups=DO_TASKS)
def act_on_several() -> ResponseReturnValue:
    """Claims, gives back, gives to a colleague or completes what was ticked. Completing is asked once more, because
    nothing takes it back."""
    act, keys = request.form.get("act", ""), _ticked()
    if act not in ACTS or not keys:
        flash(gettext("Tick the tasks first, then choose what to do with them."), "warning")
        return to_inbox()
    if len(keys) > MOST:
        flash(gettext("At most 50 tasks at once. Nothing was done; tick fewer."), "warning")
        return to_inbox()
    with reading() as (session, actor):
        called = references(session, actor, keys)
        typed = with_typed(session, actor, keys) if act == "complete" else frozenset()
    asks = act == "complete" and "sure" not in request.form
    results = [] if asks else [_done(act, key, called.get(key, "–"), key in typed) for key in keys]
    return render_template(
        "office/together.html",
        act=act,
        acts=ACTS,
        asks=asks,
        tasks=[(key, called.get(key, "–")) for key in keys],
        results=results,
        done=sum(one.is_done for one in results),
        view=carried_text(),
        inbox=inbox_of(carried_text()),
    )


def _ticked() -> list[str]:
    return list(dict.fromkeys(key[:_LONGEST_KEY] for key in request.form.getlist("task")[: MOST + 1]))


def _done(act: str, key: str, reference: str, has_typed: bool) -> Result:
    if has_typed:
        return Result(key, reference, gettext("You have typed something there. Open it to complete it."), is_done=False)
    try:
        with transaction() as (session, actor):
            return Result(key, reference, _do(session, actor, act, key), is_done=True)
    except BadAnswers:
        return Result(key, reference, gettext("This task asks for answers. Open it to complete it."), is_done=False)
    except Refused as refused:
        return Result(key, reference, sentence(refused), is_done=False)


def _do(session: Session, actor: Actor, act: str, key: str) -> str:
    """What was done, in words."""
    if act == "claim":
        user_tasks.claim(session, house(), actor, key, now=now())
        return str(gettext("Claimed by you."))
    if act == "release":
        user_tasks.release_claim(session, house(), actor, key, now=now())
        return str(gettext("Open to your colleagues again."))
    if act == "complete":
        done = user_tasks.complete(session, house(), actor, key, {}, now=now())
        went_on, stopped = (
            gettext("Completed."),
            gettext("Completed, but the next step stopped; the administrator sees it."),
        )
        return str(went_on if done.went_on else stopped)
    colleague = whole_number(request.form.get("to", ""))
    if colleague is None:
        raise NoColleague
    reason = request.form.get("reason", "")
    name = assign(session, house(), actor, key, colleague, reason=reason, today=today(), now=now())
    return str(gettext("%(name)s has it now.", name=in_language(name)))
