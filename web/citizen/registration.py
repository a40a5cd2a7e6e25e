"""Creating an account: a way to be reached, a name and a password."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import AccountExists, BadAnswers
from engine.people import accounts
from web.access import REGISTER, access, remember, signed_in_as
from web.auth import safe_next
from web.citizen import blueprint
from web.citizen.problems import said
from web.context import current_language, house, now, public_transaction
from web.sign_ins import begun

FIELDS = ("name_km", "name_latin", "phone", "email")


@blueprint.get("/register", endpoint="register")
@access(public=True)
def show_registration(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The form for a new account; somebody who is signed in has one."""
    if signed_in_as() is not None:
        return redirect(url_for("citizen.account"), code=303)
    values = {name: request.form.get(name, "") for name in FIELDS}
    onward = safe_next(request.values.get("next"))
    page = render_template("citizen/register.html", values=values, errors=errors or {}, onward=onward)
    return page, 422 if errors else 200


@blueprint.post("/register", endpoint="register_post")
@access(public=True, limit=REGISTER)
def take_registration() -> ResponseReturnValue:
    """Makes the account and signs this browser in."""
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        with public_transaction() as session:
            found = accounts.register(
                session,
                house(),
                **given,
                password=request.form.get("password", ""),
                language=current_language(),
                now=now(),
            )
            token = begun(session, found)
    except BadAnswers as refusal:
        return show_registration(said(refusal.errors))
    except AccountExists as refusal:
        return show_registration(said({"phone" if given["phone"].strip() else "email": refusal}))
    remember(found.person_id, token)
    onward = safe_next(request.form.get("next"))
    return redirect(onward if onward != "/" else url_for("citizen.account"), code=303)
