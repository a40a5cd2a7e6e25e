"""Signing in through a provider elsewhere (OpenID Connect), where the installation has one.

The browser keeps what an attempt was begun with, signed by us, until it comes back once. Links begin it and none of
them changes anything; what changes an account is a form with its token. The provider is asked outside of transactions.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.connectors import Attempt, Identity, OidcFailed, OidcProvider, new_attempt
from engine.errors import BadAnswers, LastWayIn, LinkTaken, NotFound, OidcRefused, Refused
from engine.khmer import Bilingual
from engine.people import oidc_links
from engine.people.accounts import SignedIn
from engine.people.pauses import Pace
from web.access import PASSWORD, REGISTER, SHARED_PLACE, Limit, access, signed_in_as
from web.auth import safe_next
from web.browsers import place
from web.citizen.problems import said
from web.clock import machine_now
from web.context import (
    current_language,
    house,
    now,
    public_reading,
    public_transaction,
    reading,
    settings,
    transaction,
)
from web.entering import enter
from web.errors import sentence, status_of

log = structlog.get_logger("web")
blueprint = Blueprint("oidc", __name__)

HOLDS: Final = 600
"""Seconds that somebody may take at the provider, and for what is asked when they are back."""
LONGEST_PART: Final = 2000
LONGEST_ONWARD: Final = 800
"""A longer address would not fit into the cookie."""
OTHER_SITES: Final = ("cross-site", "same-site")
"""What browsers say of a link on somebody else's page: a provider that knows the person would sign them in unasked."""
NAMES: Final = ("name_km", "name_latin")
KHMER: Final = ("\u1780", "\u17ff")
TRIED: Final = Limit(
    "sign in elsewhere",
    place=SHARED_PLACE,
    every=Pace(120, cools=timedelta(seconds=3), longest=timedelta(minutes=5)),
    people_apart=False,
)
_AWAY: Final = "oidc_away"
_BACK: Final = "oidc_back"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants at the provider: to sign in and go ``onward``, or to link the account ``links_to``."""

    onward: str
    links_to: int | None = None


@blueprint.app_context_processor
def frame() -> dict[str, Any]:
    """What pages call the provider; ``None`` without one."""
    name = Bilingual(settings().oidc_name_km, settings().oidc_name_en)
    return {"other_sign_in": name if house().safety.elsewhere is not None else None}


@blueprint.get("/sign-in/other", endpoint="begin")
@access(public=True, limit=TRIED)
def begin() -> ResponseReturnValue:
    """Off to the provider; whoever another site sends here says first on our page that they want to sign in."""
    onward = safe_next(request.args.get("next"))
    if request.headers.get("Sec-Fetch-Site") in OTHER_SITES:
        return redirect(url_for("auth.sign_in", next=onward), code=303)
    return _away(Wish(onward if len(onward) <= LONGEST_ONWARD else "/"))


@blueprint.get("/sign-in/other/back", endpoint="back")
@access(public=True, limit=TRIED)
def come_back() -> ResponseReturnValue:
    """Back from the provider, once for each time: signed in, asked about a new account, or about a link."""
    try:
        wish, identity, found = _brought()
    except OidcRefused as refusal:
        return _sign_in_page(refusal)
    if wish.links_to is None and found is not None:
        return enter(found, wish.onward)
    browser_session[_BACK] = [*astuple(wish), *astuple(identity), int(machine_now().timestamp())]
    return redirect(url_for("oidc.register" if wish.links_to is None else "oidc.link"), code=303)


@blueprint.get("/sign-in/other/new", endpoint="register")
@access(public=True)
def show_registration(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Nobody's account is linked: a new one, or the way to link one."""
    _, identity = _kept()
    script = "name_km" if any(KHMER[0] <= sign <= KHMER[1] for sign in identity.name) else "name_latin"
    values = {name: request.form.get(name, identity.name if name == script else "") for name in NAMES}
    return render_template("auth/other_new.html", values=values, errors=errors or {}), 422 if errors else 200


@blueprint.post("/sign-in/other/new", endpoint="register_post")
@access(public=True, limit=REGISTER)
def take_registration() -> ResponseReturnValue:
    """Makes the account and signs this browser in."""
    wish, identity = _kept()
    if wish.links_to is not None:
        raise NotFound
    names = {name: request.form.get(name, "") for name in NAMES}
    try:
        with public_transaction() as session:
            found = oidc_links.register_as(session, identity, place(), **names, language=current_language(), now=now())
    except BadAnswers as refused:
        return show_registration(said(refused.errors))
    browser_session.pop(_BACK, None)
    return enter(found, wish.onward)


@blueprint.get("/account/other-sign-in", endpoint="links")
@access(signed_in=True)
def show_links(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """The identities that sign in to this account."""
    _provider()
    with reading() as (session, actor):
        lines = oidc_links.links(session, actor)
    return render_template("citizen/other_sign_in.html", lines=lines, errors=errors or {}), status


@blueprint.get("/account/other-sign-in/begin", endpoint="link_begin")
@access(signed_in=True, limit=TRIED)
def begin_link() -> ResponseReturnValue:
    """Off to the provider, to say which identity is linked."""
    with reading() as (_session, actor):
        return _away(Wish(url_for("oidc.links"), actor.person_id))


@blueprint.get("/account/other-sign-in/link", endpoint="link")
@access(signed_in=True)
def show_link(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """Asks whether this identity is to be linked, and for the password."""
    with reading() as (session, actor):
        identity = _mine(actor.person_id)
        asks = oidc_links.has_password(session, actor)
    page = render_template("citizen/other_link.html", identity=identity, asks_password=asks, errors=errors or {})
    return page, status


@blueprint.post("/account/other-sign-in/link", endpoint="link_post")
@access(signed_in=True, limit=PASSWORD)
def take_link() -> ResponseReturnValue:
    """Links it."""
    try:
        with transaction() as (session, actor):
            identity = _mine(actor.person_id)
            oidc_links.link(session, house(), actor, identity, request.form.get("password", ""), now=now())
    except BadAnswers as refused:
        return show_link(said(refused.errors), 422)
    except LinkTaken as refusal:
        return show_links({"": sentence(refusal)}, status_of(refusal))
    browser_session.pop(_BACK, None)
    flash(gettext("From now on you sign in there too."), "success")
    return redirect(url_for("oidc.links"), code=303)


@blueprint.post("/account/other-sign-in/<int:link_id>/remove", endpoint="unlink")
@access(signed_in=True)
def take_unlinking(link_id: int) -> ResponseReturnValue:
    """Nobody signs in there any more to this account."""
    _provider()
    try:
        with transaction() as (session, actor):
            oidc_links.unlink(session, actor, link_id, now=now())
    except LastWayIn as refusal:
        return show_links({"": sentence(refusal)}, status_of(refusal))
    flash(gettext("Nobody signs in there any more to this account."), "success")
    return redirect(url_for("oidc.links"), code=303)


def _away(wish: Wish) -> ResponseReturnValue:
    provider, attempt = _provider(), new_attempt()
    try:
        address = provider.address(attempt, _return_address())
    except OidcFailed as failure:
        log.warning("sign-in provider failed", why=str(failure))
        return _sign_in_page(OidcRefused())
    browser_session[_AWAY] = [*astuple(wish), *astuple(attempt), int(machine_now().timestamp())]
    return redirect(address, code=303)


def _brought() -> tuple[Wish, Identity, SignedIn | None]:
    """Who came back, what for, and whose account is linked; OidcRefused for whatever does not answer the attempt of
    this browser, which is over now."""
    provider, began = _provider(), browser_session.pop(_AWAY, None)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if not began or state != began[2]:
        raise OidcRefused
    identity = None
    try:
        if not _is_young(began[-1]) or not 0 < len(code) <= LONGEST_PART:
            raise OidcFailed("no code, or too late")
        attempt, said_issuer = Attempt(*began[2:5]), request.args.get("iss")
        identity = provider.identity(attempt, code, _return_address(), said_issuer=said_issuer, now=machine_now())
        with public_reading() as session:
            return Wish(began[0], began[1]), identity, oidc_links.sign_in_as(session, identity)
    except (OidcFailed, OidcRefused) as failure:
        log.warning("sign-in elsewhere refused", why=str(failure))
        with public_transaction() as session:
            oidc_links.note_refusal(session, place(), identity=identity, now=machine_now())
        raise OidcRefused from failure


def _kept() -> tuple[Wish, Identity]:
    """Who came back from the provider in this browser a moment ago; NotFound when nobody did."""
    _provider()
    kept = browser_session.get(_BACK)
    if not kept or not _is_young(kept[-1]):
        raise NotFound
    return Wish(kept[0], kept[1]), Identity(*kept[2:5])


def _mine(person_id: int | None) -> Identity:
    wish, identity = _kept()
    if wish.links_to is None or wish.links_to != person_id:
        raise NotFound
    return identity


def _is_young(began: int) -> bool:
    return 0 <= machine_now().timestamp() - began < HOLDS


def _provider() -> OidcProvider:
    provider = house().safety.elsewhere
    if provider is None:
        raise NotFound
    return provider


def _return_address() -> str:
    return f"{house().base_url}{url_for('oidc.back')}"


def _sign_in_page(refusal: Refused) -> ResponseReturnValue:
    """The page where one signs in otherwise, or the account's, with what is the matter."""
    if signed_in_as() is not None:
        return show_links({"": sentence(refusal)}, status_of(refusal))
    errors = {"": sentence(refusal)}
    return render_template("auth/sign_in.html", onward="/", login="", errors=errors), status_of(refusal)
