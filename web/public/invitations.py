"""What an invitation leads to: it is read, the contact is shown by a code, a password is set. Then the person signs in.

The link is kept in the browser's session at once and is gone from the address. Reading it changes nothing, so a program
that looks at links in messages accepts nothing.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, ContactFull, InvitationOver, ProofOver, TooManyCodes
from engine.offices import accepting
from engine.offices.accepting import Opened
from engine.people import codes
from engine.people.actors import Actor
from engine.people.codes import Verdict
from engine.words import CodePurpose, InvitationKind
from web.access import BY_CODE, REGISTER, access
from web.browsers import place
from web.citizen.problems import said
from web.code_messages import message_of
from web.context import house, now, public_reading, public_transaction, today
from web.errors import sentence, status_of
from web.known_browsers import know_here
from web.labels import group_label
from web.public import blueprint

KEPT = "invitation"


@blueprint.get("/i/<token>", endpoint="invitation_link")
@access(public=True)
def show_link(token: str) -> ResponseReturnValue:
    """Keeps the link in this browser and shows what it leads to."""
    with public_reading() as session:
        accepting.opened(session, token, now=now())
    browser_session[KEPT] = {"token": token, "code": ""}
    return redirect(url_for("public.invitation"), code=303)


@blueprint.get("/invitation", endpoint="invitation")
@access(public=True)
def show_invitation(error: str | None = None, status: int = 429) -> ResponseReturnValue:
    """Whom it is for, who asks, and what for."""
    opened = _opened()
    page = render_template(
        "public/invitation.html", opened=opened, group_label=group_label, errors={"send": error} if error else {}
    )
    return page, status if error else 200


@blueprint.post("/invitation/code", endpoint="invitation_send")
@access(public=True, limit=REGISTER)
def take_sending() -> ResponseReturnValue:
    """Sends a code to the contact of the invitation."""
    try:
        with public_transaction() as session:
            code = accepting.send_code(session, house(), _kept("token"), by=Actor(None, place=place()), now=now())
    except TooManyCodes as refusal:
        return show_invitation(sentence(refusal), status_of(refusal))
    browser_session[KEPT] = {"token": _kept("token"), "code": code}
    return redirect(url_for("public.invitation_code"), code=303)


@blueprint.get("/invitation/code", endpoint="invitation_code")
@access(public=True)
def show_code(error: str | None = None) -> ResponseReturnValue:
    """Asks for the six digits."""
    opened = _opened()
    with public_reading() as session:
        asked = codes.asked_for(session, _kept("code"), CodePurpose.INVITATION)
        shown = message_of(session, _kept("code"), CodePurpose.INVITATION)
    if asked is None:
        return redirect(url_for("public.invitation"), code=303)
    errors = {"code": error} if error else {}
    page = render_template("public/invitation_code.html", opened=opened, shown=shown, errors=errors)
    return page, 422 if error else 200


@blueprint.post("/invitation/check", endpoint="invitation_check")
@access(public=True, limit=BY_CODE)
def take_code() -> ResponseReturnValue:
    """Whether these are the digits; then on."""
    opened, typed = _opened(), request.form.get("code", "")[:40]
    with public_transaction() as session:
        verdict = codes.check(
            session, _kept("code"), typed, CodePurpose.INVITATION, by=Actor(None, place=place()), now=now()
        )
    if verdict == Verdict.OVER:
        return show_code(gettext("This code holds no longer. Ask for a new one."))
    if verdict == Verdict.WRONG:
        return show_code(gettext("This is not the code. Look at the latest message, and type its six digits."))
    know_here(opened.to.address)
    return redirect(url_for("public.invitation_accept"), code=303)


@blueprint.get("/invitation/accept", endpoint="invitation_accept")
@access(public=True)
def show_accepting(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Asks for a password where one is set, else for a yes."""
    page = render_template(
        "public/invitation_accept.html", opened=_opened(), group_label=group_label, errors=errors or {}
    )
    return page, 422 if errors else 200


@blueprint.post("/invitation/accept", endpoint="invitation_accept_post")
@access(public=True, limit=BY_CODE)
def take_accepting() -> ResponseReturnValue:
    """It counts from now on; the person signs in as always."""
    opened, password = _opened(), request.form.get("password", "")
    try:
        with public_transaction() as session:
            accepting.accept(
                session, house(), _kept("token"), _kept("code"), password, place=place(), today=today(), now=now()
            )
    except BadAnswers as refusal:
        return show_accepting(said(refusal.errors))
    except (ProofOver, ContactFull) as refusal:
        flash(sentence(refusal), "warning")
        return redirect(url_for("public.invitation"), code=303)
    browser_session.pop(KEPT, None)
    flash(_done(opened), "success")
    return redirect(url_for("auth.sign_in"), code=303)


def _done(opened: Opened) -> str:
    words: dict[InvitationKind, str] = {
        InvitationKind.ACCOUNT: gettext("Your account counts now. Sign in with your password."),
        InvitationKind.GROUPS: gettext("You have accepted. Your new work is there when you sign in the next time."),
        InvitationKind.NEW_PASSWORD: gettext("Your new password counts now. Sign in with it."),
    }
    return words[opened.invitation_kind]


def _opened() -> Opened:
    """What the link in this browser leads to; ``InvitationOver`` where there is none."""
    if not (token := _kept("token")):
        raise InvitationOver
    with public_reading() as session:
        return accepting.opened(session, token, now=now())


def _kept(name: str) -> str:
    kept = browser_session.get(KEPT)
    return str(kept.get(name, "")) if isinstance(kept, dict) else ""
