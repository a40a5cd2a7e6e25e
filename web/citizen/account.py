"""The account: is it verified, what was applied for, what we told the person, who looked at their data."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers
from engine.people import accounts, factors
from engine.queries.citizen import account as queries
from engine.queries.citizen.looks import looks_at
from web.access import PASSWORD, access, remember
from web.citizen import blueprint
from web.citizen.problems import said
from web.clock import machine_now
from web.context import house, now, reading, transaction
from web.event_words import role_text
from web.intake import whole_number
from web.looks import purpose_text, seen_text
from web.sign_ins import begun


@blueprint.get("/account", endpoint="account")
@access(signed_in=True, by_helper=True)
def show_account() -> ResponseReturnValue:
    """The first page of the account."""
    with reading() as (session, actor):
        account = queries.account_page(session, house(), actor, _page(), now=now())
        held = factors.held(session, actor.person_id)
    return render_template("citizen/account.html", account=account, held=held)


@blueprint.get("/account/messages", endpoint="messages")
@access(signed_in=True, by_helper=True)
def show_messages() -> ResponseReturnValue:
    """Everything we told the person."""
    with reading() as (session, actor):
        messages = queries.messages_of(session, actor, _page())
    return render_template("citizen/messages.html", messages=messages)


@blueprint.get("/account/looks", endpoint="looks")
@access(signed_in=True)
def show_looks() -> ResponseReturnValue:
    """Who looked at the person and their applications, and the way to older looks."""
    with reading() as (session, actor):
        looks = looks_at(session, actor, before=whole_number(request.args.get("before", "")))
    return render_template(
        "citizen/looks.html",
        looks=looks,
        seen_text=seen_text,
        purpose_text=purpose_text,
        role_text=role_text,
        older=request.args.get("before"),
    )


@blueprint.post("/account/language", endpoint="language")
@access(signed_in=True)
def take_language() -> ResponseReturnValue:
    """The language of the messages to this person."""
    with transaction() as (session, actor):
        accounts.change_language(session, actor, request.form.get("language", ""))
    flash(gettext("From now on, messages come in the language you chose."), "success")
    return redirect(url_for("citizen.account"), code=303)


@blueprint.get("/account/password", endpoint="password")
@access(signed_in=True)
def show_password(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The form for a new password."""
    return render_template("citizen/password.html", errors=errors or {}), 422 if errors else 200


@blueprint.post("/account/password", endpoint="password_post")
@access(signed_in=True, limit=PASSWORD)
def take_password() -> ResponseReturnValue:
    """Changes the password; every other browser of this person is signed out."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        with transaction() as (session, actor):
            found = accounts.change_password(session, house(), actor, old, new, now=machine_now())
            token = begun(session, found)
    except BadAnswers as refusal:
        return show_password(said(refusal.errors))
    remember(found.person_id, token)
    flash(gettext("Your password was changed. Other devices were signed out."), "success")
    return redirect(url_for("citizen.account"), code=303)


def _page() -> int:
    return request.args.get("page", 1, type=int)
