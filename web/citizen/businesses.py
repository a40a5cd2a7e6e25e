"""Adding a business for which somebody acts."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ActsAlready, BadAnswers
from engine.errors.businesses import TooManyBusinesses
from engine.people import businesses
from engine.people.businesses import BusinessTyped
from web.access import access
from web.citizen import blueprint
from web.citizen.problems import said
from web.context import now, reading, today, transaction
from web.errors import sentence


@blueprint.get("/account/helping/business", endpoint="helping_business")
@access(signed_in=True)
def show_business(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """What a business is called and its number, as its registration paper says."""
    with reading():
        page = render_template("citizen/helping_business.html", typed=request.form, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/account/helping/business", endpoint="helping_business_post")
@access(signed_in=True)
def take_business() -> ResponseReturnValue:
    """The person represents the business from now on; an office has yet to see its paper."""
    typed = BusinessTyped(*(request.form.get(name, "") for name in ("name_km", "name_latin", "number")))
    try:
        with transaction() as (session, actor):
            businesses.add(session, actor, typed, today=today(), now=now())
    except BadAnswers as refusal:
        return show_business(said(refusal.errors))
    except (ActsAlready, TooManyBusinesses) as refusal:
        return show_business({"number": sentence(refusal)})
    flash(gettext("Added. Bring the registration paper to the counter, so that applications can be sent."), "success")
    return redirect(url_for("citizen.helping"), code=303)
