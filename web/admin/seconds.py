"""Naming who of the office above answers the books of a small office."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ReasonMissing
from engine.errors.cash import NoSuchSecond
from engine.money.seconds import name_second
from engine.packages.groups import ADMINISTRATOR
from engine.reasons import LONGEST
from web.access import access
from web.admin import blueprint
from web.admin.offices import office_answer
from web.context import now, today, transaction
from web.errors import sentence
from web.intake import whole_number


@blueprint.post("/offices/<code>/second", endpoint="office_second")
@access(groups=(ADMINISTRATOR,))
def take_second(code: str) -> ResponseReturnValue:
    """Names somebody, or nobody where the choice is empty."""
    chosen, reason = request.form.get("second", ""), request.form.get("second-reason", "")[:LONGEST]
    person_id = whole_number(chosen)
    if chosen and person_id is None:
        return office_answer(code, {"second": sentence(NoSuchSecond())})
    try:
        with transaction() as (session, actor):
            name_second(session, actor, code, person_id, reason, today=today(), now=now())
    except ReasonMissing as refusal:
        return office_answer(code, {"second-reason": sentence(refusal)})
    except NoSuchSecond as refusal:
        return office_answer(code, {"second": sentence(refusal)})
    flash(gettext("It is saved."), "success")
    return redirect(url_for("admin.office", code=code) + "#books", code=303)
