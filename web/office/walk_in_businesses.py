"""Comparing the registration paper of a business at the counter."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.businesses import verify_business
from engine.errors import BadAnswers, NotFound
from engine.errors.businesses import BusinessKnown
from engine.packages.groups import FRONT_OFFICE
from engine.queries.office.counter import counter_offices, person_at_counter, represented_at_counter
from web.access import access
from web.citizen.problems import said
from web.context import house, note_people, now, reading, transaction
from web.errors import sentence
from web.office import blueprint
from web.office.tokens import looked_up_of, token_for
from web.office.walk_in_presence import may_be_shown


@blueprint.get("/office/walk-in/<token>/registration", endpoint="walk_in_business")
@access(groups=(FRONT_OFFICE,))
def show_registration(token: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The number, who represents the business, and its names: to be corrected from the paper until it is verified."""
    if request.method == "GET" and not may_be_shown(token):
        return redirect(url_for("office.walk_in"), code=303)
    with reading() as (session, actor):
        business = person_at_counter(session, looked_up_of(actor, token), now=now())
        if not business.is_business:
            raise NotFound
        representatives = represented_at_counter(session, business)
    note_people([business.id], "counter")
    values = request.form if errors else business.facts
    page = render_template(
        "office/business.html", business=business, representatives=representatives, values=values, errors=errors or {}
    )
    return page, 422 if errors else 200


@blueprint.post("/office/walk-in/<token>/registration", endpoint="walk_in_business_post")
@access(groups=(FRONT_OFFICE,))
def take_registration(token: str) -> ResponseReturnValue:
    """Writes the names of the paper and verifies the business."""
    names = {name: request.form.get(name, "") for name in ("name_km", "name_latin")}
    try:
        with transaction() as (session, actor):
            office, claim = counter_offices(session, actor)[0], looked_up_of(actor, token)
            business = verify_business(session, house(), actor, office.id, claim, **names, now=now())
            onward = token_for(actor, business)
    except BadAnswers as refusal:
        return show_registration(token, said(refusal.errors))
    except BusinessKnown as refusal:
        return show_registration(token, {"number": sentence(refusal)})
    flash(gettext("The paper was seen, the business is verified."), "success")
    return redirect(url_for("office.walk_in_person", token=onward), code=303)
