"""The day of one visit: moved or called off, with a reason that the applicant reads; planned where it has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, ReasonMissing, Refused
from engine.errors.visits import VisitDayClosed, VisitDayMissing, VisitInThePast, VisitTooFar
from engine.packages.groups import DO_TASKS
from engine.people.actors import Actor
from engine.queries.office.visit_page import visit_shown
from engine.tasks import visits
from web.access import access
from web.context import house, note_case, now, reading, transaction
from web.errors import sentence
from web.labels import PARTS_OF_DAY
from web.office import blueprint
from web.office.visit_slots import part_typed, parts_typed, slot_typed

_OF_DAY: Final = (VisitDayClosed, VisitDayMissing, VisitInThePast, VisitTooFar)


@blueprint.get("/office/visits/<key>/day", endpoint="visit_day")
@access(groups=DO_TASKS)
def show_day(key: str) -> ResponseReturnValue:
    """The day that is planned, and what can be done about it."""
    return _page(key, {})


@blueprint.post("/office/visits/<key>/day", endpoint="visit_day_post")
@access(groups=DO_TASKS)
def set_day(key: str) -> ResponseReturnValue:
    """Plans the visit, or moves it to another day."""
    reason, slot = _reason(), slot_typed()
    if "move" in request.form:
        return _done(
            key, lambda session, actor: visits.move(session, house(), actor, key, slot, reason=reason, now=now())
        )
    return _done(key, lambda session, actor: visits.plan(session, house(), actor, key, slot, now=now()))


@blueprint.post("/office/visits/<key>/off", endpoint="visit_off")
@access(groups=DO_TASKS)
def call_off(key: str) -> ResponseReturnValue:
    """The visit has no day any more."""
    reason = _reason()
    return _done(key, lambda session, actor: visits.call_off(session, house(), actor, key, reason, now=now()))


def _done(key: str, do: Callable[[Session, Actor], str]) -> ResponseReturnValue:
    try:
        with transaction() as (session, actor):
            reference = do(session, actor)
    except _OF_DAY as refused:
        return _page(key, {"day": sentence(refused)}), 422
    except ReasonMissing as refused:
        return _page(key, {"reason": sentence(refused)}), 422
    except BadAnswers as refused:
        first = next(iter(refused.errors.values()))
        return _page(key, {"day": sentence(first if isinstance(first, Refused) else refused)}), 422
    note_case(reference)
    flash(gettext("%(reference)s: the applicant is told.", reference=reference), "success")
    return redirect(url_for("office.visits"), code=303)


def _page(key: str, errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        found = visit_shown(session, house(), actor, key, now=now())
    note_case(found.reference)
    typed: dict[str, Any] = {"day": found.day, "part": found.part}
    if request.method == "POST":
        typed = {"day": parts_typed(), "part": part_typed()}
    return render_template(
        "office/visit_day.html", visit=found, errors=errors, typed=typed, reason=_reason(), parts=PARTS_OF_DAY
    )


def _reason() -> str:
    return request.form.get("reason", "").strip()[:500]
