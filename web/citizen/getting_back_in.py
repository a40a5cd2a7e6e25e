"""Getting back in: the accounts that are reached by a contact that was shown, and a new password for one of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import AccountDisabled, BadAnswers, NoAccountChosen, ProofOver, SecondPersonResets
from engine.people import door
from engine.people.contacts import MOST_OF_ONE
from engine.people.door import Reached, Standing
from web import ways_in
from web.access import BY_CODE, access, signed_in_as
from web.browsers import place
from web.citizen import blueprint
from web.citizen.problems import said
from web.citizen.proving import behind_the_code
from web.context import house, now, public_reading, public_transaction, today
from web.entering import enter
from web.errors import sentence
from web.ways_in import WayIn

ANOTHER = "another"
"""Chosen by whoever wants an account of their own beside those that are there."""


@blueprint.get("/sign-in/accounts", endpoint="reached")
@access(public=True)
def show_reached(error: str | None = None) -> ResponseReturnValue:
    """The accounts that are reached by the contact, to choose one or to make another."""

    def page(way: WayIn, found: Sequence[Reached]) -> ResponseReturnValue:
        shown = render_template(
            "door/reached.html",
            way=way,
            offered=[one for one in found if one.is_offered],
            others=[one for one in found if not one.is_offered],
            another=ANOTHER if len(found) < MOST_OF_ONE else None,
            most=MOST_OF_ONE,
            Standing=Standing,
            chosen=request.form.get("account", ""),
            errors={"account": error} if error else {},
        )
        return shown, 422 if error else 200

    return behind_the_code(page)


@blueprint.post("/sign-in/accounts", endpoint="reached_post")
@access(public=True, limit=BY_CODE)
def take_reached() -> ResponseReturnValue:
    """On with the chosen account, or to another one."""
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    if request.form.get("account") == ANOTHER:
        return redirect(url_for("citizen.new_account"), code=303)
    chosen = request.form.get("account", 0, type=int)
    try:
        with public_reading() as session:
            door.may_set_password(session, way.token, chosen, today=today(), now=now())
    except ProofOver as refusal:
        return ways_in.over(way, refusal)
    except (NoAccountChosen, SecondPersonResets, AccountDisabled) as refusal:
        return show_reached(sentence(refusal))
    ways_in.choose(way, chosen)
    return redirect(url_for("citizen.new_password"), code=303)


@blueprint.get("/sign-in/password", endpoint="new_password")
@access(public=True)
def show_new_password(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Asks for the new password of the account that was chosen."""
    if signed_in_as() is not None:
        return redirect(url_for("citizen.account"), code=303)
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    chosen = request.form.get("account", way.account, type=int)
    try:
        with public_reading() as session:
            found = door.may_set_password(session, way.token, chosen, today=today(), now=now())
    except ProofOver as refusal:
        return ways_in.over(way, refusal)
    except NoAccountChosen:
        return redirect(url_for("citizen.reached"), code=303)
    claims = found.standing == Standing.UNCLAIMED
    page = render_template("door/password.html", way=way, found=found, claims=claims, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/sign-in/password", endpoint="new_password_post")
@access(public=True, limit=BY_CODE)
def take_new_password() -> ResponseReturnValue:
    """Sets it; every other browser is signed out, and this one goes in as with the password."""
    way = ways_in.here()
    if way is None:
        return ways_in.lost()
    chosen, new = request.form.get("account", 0, type=int), request.form.get("new", "")
    try:
        with public_transaction() as session:
            found = door.set_password(session, house(), way.token, chosen, new, place=place(), today=today(), now=now())
    except ProofOver as refusal:
        return ways_in.over(way, refusal)
    except BadAnswers as refusal:
        return show_new_password(said(refusal.errors))
    except NoAccountChosen:
        return redirect(url_for("citizen.reached"), code=303)
    answer = enter(found, way.onward)
    flash(gettext("Your new password is set. Other devices were signed out."), "success")
    return answer
