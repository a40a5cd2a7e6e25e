"""Lost second factors: taken away by two administrators of every office together."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ReasonMissing
from engine.packages.groups import ADMINISTRATOR
from engine.people import factor_removals
from web.access import access
from web.admin import blueprint
from web.admin.accounts import show_account
from web.clock import machine_now
from web.context import house, transaction
from web.errors import sentence


@blueprint.post("/accounts/<int:person_id>/factors", endpoint="factors_propose")
@access(groups=(ADMINISTRATOR,))
def take_proposal(person_id: int) -> ResponseReturnValue:
    """Proposes to take somebody's factors away."""
    try:
        with transaction() as (session, actor):
            reason = request.form.get("reason", "")
            factor_removals.propose(session, actor, person_id, reason, now=machine_now())
    except ReasonMissing as refusal:
        return show_account(person_id, {"reason": sentence(refusal)})
    flash(gettext("Proposed. Another administrator of every office must agree."), "success")
    return redirect(url_for("admin.account", person_id=person_id), code=303)


@blueprint.post("/accounts/<int:person_id>/factors/<int:removal_id>/agree", endpoint="factors_agree")
@access(groups=(ADMINISTRATOR,))
def take_agreement(person_id: int, removal_id: int) -> ResponseReturnValue:
    """Takes the factors away that a colleague proposed to take away."""
    with transaction() as (session, actor):
        factor_removals.agree(session, house(), actor, removal_id, now=machine_now())
    flash(gettext("The second factors were taken away. The person was signed out and told."), "success")
    return redirect(url_for("admin.account", person_id=person_id), code=303)


@blueprint.post("/accounts/<int:person_id>/factors/<int:removal_id>/refuse", endpoint="factors_refuse")
@access(groups=(ADMINISTRATOR,))
def take_refusal(person_id: int, removal_id: int) -> ResponseReturnValue:
    """Leaves them where they are."""
    with transaction() as (session, actor):
        factor_removals.refuse(session, actor, removal_id, now=machine_now())
    flash(gettext("Refused. The second factors stay."), "success")
    return redirect(url_for("admin.account", person_id=person_id), code=303)
