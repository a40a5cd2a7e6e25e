"""Telephone and e-mail of one's own account: shown, added, replaced, proved and removed. For applicants and officers
alike.

What was asked for lies in the signed cookie of the browser (the tokens of its codes), so a page survives a reload, the
way back and a sign-in that goes on; whoever signs out loses it."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, g, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, ContactFull, ContactLost, ContactNeeded, ProofOver, Refused, TooManyCodes
from engine.people import contact_changes
from engine.people.codes import Verdict
from engine.people.contact_changes import Change
from engine.queries.citizen.contacts import Stand, codes_of, contacts_of
from web import code_messages
from web.access import PASSWORD, access, remember
from web.citizen import blueprint
from web.citizen.problems import said
from web.clock import machine_now
from web.context import house, now, reading, transaction
from web.errors import sentence, status_of
from web.sign_ins import begun

KEPT = "contact_change"
LONGEST = 200


@blueprint.get("/account/contacts", endpoint="contacts")
@access(signed_in=True)
def show_contacts() -> ResponseReturnValue:
    """What the person is reached by, and whether it was proved."""
    with reading() as (session, actor):
        contacts = contacts_of(session, actor)
    return render_template("citizen/contacts.html", contacts=contacts)


@blueprint.get("/account/contacts/new", endpoint="contact_new")
@access(signed_in=True)
def show_new(errors: dict[str, str] | None = None, status: int = 422) -> ResponseReturnValue:
    """The form for a new telephone or e-mail; what was typed stays."""
    with reading() as (session, actor):
        contacts = contacts_of(session, actor)
    typed, via = _typed("contact"), _typed("via")
    page = render_template(
        "citizen/contact_new.html",
        contacts=contacts,
        typed=typed,
        via=via,
        codes_are_shown=code_messages.are_shown(),
        errors=errors or {},
    )
    return page, status if errors else 200


@blueprint.post("/account/contacts/new", endpoint="contact_new_post")
@access(signed_in=True, limit=PASSWORD)
def take_new() -> ResponseReturnValue:
    """Sends the codes."""
    try:
        _require_own_hand()
        with transaction() as (session, actor):
            change = contact_changes.ask_for_new(session, house(), actor, _typed("contact"), _typed("via"), now=now())
    except BadAnswers as refusal:
        return show_new(said(refusal.errors))
    except TooManyCodes as refusal:
        return show_new({"contact": sentence(refusal)}, status_of(refusal))
    return _to_codes(change)


@blueprint.post("/account/contacts/prove", endpoint="contact_prove")
@access(signed_in=True)
def take_proving() -> ResponseReturnValue:
    """Sends a code to a contact that the counter has written down."""
    with transaction() as (session, actor):
        change = contact_changes.ask_for_proof(session, house(), actor, _typed("channel"), now=now())
    return _to_codes(change)


@blueprint.post("/account/contacts/remove", endpoint="contact_remove")
@access(signed_in=True, limit=PASSWORD)
def take_removal() -> ResponseReturnValue:
    """Asks for the password, then sends a code to the contact that stays."""
    if request.form.get("confirmed") != "yes":
        return _asked_to_remove({}, 200)
    try:
        _require_own_hand()
        with transaction() as (session, actor):
            change = contact_changes.ask_for_removal(session, house(), actor, _typed("channel"), now=now())
    except BadAnswers as refusal:
        return _asked_to_remove(said(refusal.errors), 422)
    except TooManyCodes as refusal:
        return _asked_to_remove({"password": sentence(refusal)}, status_of(refusal))
    return _to_codes(change)


@blueprint.get("/account/contacts/code", endpoint="contact_code")
@access(signed_in=True)
def show_codes(errors: dict[str, str] | None = None, status: int = 422) -> ResponseReturnValue:
    """Which codes were sent where, and which were given back."""
    change = _change()
    if change is None:
        return redirect(url_for("citizen.contacts"), code=303)
    with reading() as (session, _actor):
        new, old = codes_of(session, change, now=now())
        messages = [
            code_messages.message_of(session, token, contact_changes.PURPOSE)
            for token, line in ((change.new, new), (change.old, old))
            if line.stands == Stand.WAITS
        ]
    is_over = Stand.OVER in (new.stands, old.stands)
    page = render_template(
        "citizen/contact_code.html", new=new, old=old, is_over=is_over, messages=messages, errors=errors or {}
    )
    return page, status if errors else 200


@blueprint.post("/account/contacts/code", endpoint="contact_code_post")
@access(signed_in=True, limit=PASSWORD)
def take_codes() -> ResponseReturnValue:
    """Takes the codes, in either order, and does what was asked for with the last of them."""
    change = _change()
    if change is None:
        return redirect(url_for("citizen.contacts"), code=303)
    typed = {name: request.form.get(name, "")[:40] for name in ("new_code", "old_code")}
    with transaction() as (session, actor):
        new, old = typed.values()
        verdicts = contact_changes.give_back(session, change, new, old, by=actor, now=now())
    wrong = {name: verdict for name, verdict in zip(typed, verdicts, strict=True) if verdict == Verdict.WRONG}
    if wrong:
        return show_codes(dict.fromkeys(wrong, gettext("This is not the code that we sent. Look at it again.")))
    with reading() as (session, _actor):
        standing = {line.stands for line in codes_of(session, change, now=now())}
    if standing & {Stand.WAITS, Stand.OVER}:
        return redirect(url_for("citizen.contact_code"), code=303)
    return _finished(change)


def _finished(change: Change) -> ResponseReturnValue:
    try:
        with transaction() as (session, actor):
            epoch = contact_changes.finish(session, house(), actor, change, now=now())
            token = begun(session, epoch) if epoch else ""
    except (ProofOver, ContactFull, ContactLost, ContactNeeded) as refusal:
        return _stopped(refusal)
    if epoch is not None:
        remember(epoch.person_id, token)
    browser_session.pop(KEPT, None)
    flash(
        gettext("This contact is removed. Other devices were signed out.")
        if change.removes
        else gettext("Your new contact counts. Other devices were signed out.")
        if epoch
        else gettext("This contact is proved. Messages reach you there."),
        "success",
    )
    return redirect(url_for("citizen.contacts"), code=303)


def _stopped(refusal: Refused) -> ResponseReturnValue:
    browser_session.pop(KEPT, None)
    flash(sentence(refusal), "warning")
    return redirect(url_for("citizen.contacts"), code=303)


def _asked_to_remove(errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as (session, actor):
        contacts = contacts_of(session, actor)
    line = next((one for one in contacts.lines if one.point.channel == _typed("channel")), None)
    if line is None or not line.may_go:
        return _stopped(ContactNeeded())
    return render_template("citizen/contact_remove.html", contacts=contacts, line=line, errors=errors), status


def _require_own_hand() -> None:
    """In a transaction that only reads: looking at a password takes long."""
    with reading() as (session, _actor):
        password = request.form.get("password", "")
        contact_changes.require_own_hand(session, house(), g.known, password, machine_now=machine_now())


def _to_codes(change: Change) -> ResponseReturnValue:
    browser_session[KEPT] = asdict(change)
    return redirect(url_for("citizen.contact_code"), code=303)


def _change() -> Change | None:
    kept = browser_session.get(KEPT)
    return Change(**kept) if isinstance(kept, dict) and set(kept) <= {"new", "old", "removes"} else None


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]
