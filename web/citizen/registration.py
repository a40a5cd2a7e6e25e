"""Creating an account: a code shows how the person is reached, then come a name and a password."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadAnswers, ContactFull, ProofOver
from engine.people import door
from engine.people.door import NewPerson, Reached
from web import ways_in
from web.access import BY_CODE, REGISTER, access
from web.citizen import blueprint
from web.citizen.problems import said
from web.citizen.proving import behind_the_code, show_contact, take_contact
from web.context import current_language, house, now, public_transaction, today
from web.entering import enter
from web.errors import sentence
from web.ways_in import WayIn

FIELDS = ("name_km", "name_latin")


@blueprint.get("/register", endpoint="register")
@access(public=True)
def show_registration() -> ResponseReturnValue:
    """Asks how the person is reached; somebody who is signed in has an account."""
    return show_contact(is_new=True)


@blueprint.post("/register", endpoint="register_post")
@access(public=True, limit=REGISTER)
def take_registration() -> ResponseReturnValue:
    """Sends a code, whether an account is reached there or not."""
    return take_contact(is_new=True)


@blueprint.get("/register/account", endpoint="new_account")
@access(public=True)
def show_new_account(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Asks for a name and a password once the code was given back."""

    def page(way: WayIn, family: Sequence[Reached]) -> ResponseReturnValue:
        kept = ways_in.names_kept()
        values = {name: request.form.get(name, kept.get(name, "")) for name in FIELDS}
        shown = render_template("door/account.html", way=way, family=family, values=values, errors=errors or {})
        return shown, 422 if errors else 200

    return behind_the_code(page)


@blueprint.post("/register/account", endpoint="new_account_post")
@access(public=True, limit=BY_CODE)
def take_new_account() -> ResponseReturnValue:
    """Makes the account and signs this browser in."""
    names = {name: request.form.get(name, "") for name in FIELDS}
    ways_in.keep_names(names)
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    new = NewPerson(**names, password=request.form.get("password", ""), language=current_language())
    try:
        with public_transaction() as session:
            found = door.register(session, house(), way.token, new, today=today(), now=now())
    except ProofOver as refusal:
        return ways_in.over(way, refusal)
    except BadAnswers as refusal:
        return show_new_account(said(refusal.errors))
    except ContactFull as refusal:
        return show_new_account({"": sentence(refusal)})
    return enter(found, way.onward)
